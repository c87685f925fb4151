"""Thank-yous: one a contact's day, in step with everything until it leaves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from mailer.model import Hold, Interaction, InteractionKind, MessageKind, MessageStatus, Person
from mailer.services import decisions, thank_you
from mailer.storage import messages
from tests.integration.world import TUESDAY, World, dated


def only(world: World):
    (message,) = world.outbox()
    return message


def test_a_logged_call_is_thanked_for_an_hour_later(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace", "walking me through the tender").message
    assert message is not None
    assert message.status is MessageStatus.queued
    assert message.not_before == TUESDAY + timedelta(hours=1)
    assert "walking me through the tender" in message.body


def test_two_interactions_of_one_day_share_one_thank_you(world: World) -> None:
    world.add("Ada Lovelace")
    world.log("Ada Lovelace", "the tender")
    world.log("Ada Lovelace", "the coffee", kind=InteractionKind.coffee)
    assert "the tender" in only(world).body
    assert "the coffee" in only(world).body


def test_the_database_itself_refuses_a_second_thank_you_for_a_day(world: World) -> None:
    world.add("Ada Lovelace")
    first = world.log("Ada Lovelace").message
    assert first is not None
    row = {
        "kind": "thank_you", "contact_id": first.contact_id, "day": first.day, "to_name": "A",
        "to_address": "a@example.org",
        "subject": "s", "body": "b", "status": "queued", "not_before": world.now, "token": "other", "message_id": "<o>",
        "thread": [], "created_at": world.now,
    }  # fmt: skip
    with pytest.raises(IntegrityError), world.store.write() as tx:
        messages.create(tx, [row])


def test_nothing_particular_to_thank_for_waits_with_a_question(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace", thanks_for="").message
    assert message is not None
    assert (message.status, message.hold) == (MessageStatus.held, Hold.particulars)
    assert message.why


def test_giving_the_particulars_in_the_roster_frees_a_waiting_thank_you(world: World) -> None:
    met = Interaction(on=world.desk.today(world.now), kind=InteractionKind.call)
    world.add("Ada Lovelace", interactions=(met,))
    assert only(world).status is MessageStatus.held
    world.change("Ada Lovelace", interactions=(Interaction(on=met.on, kind=met.kind, about="cranes"),))
    assert only(world).status is MessageStatus.queued


def test_a_friday_evening_call_is_thanked_for_on_monday_morning(world: World) -> None:
    world.add("Ada Lovelace")
    world.now = datetime(2026, 11, 6, 23, 0, tzinfo=UTC)  # 17:00 in Chicago
    message = world.log("Ada Lovelace").message
    assert message is not None
    assert message.not_before == datetime(2026, 11, 9, 14, 30, tzinfo=UTC)


def test_a_contact_elsewhere_gets_it_in_their_own_morning(world: World) -> None:
    world.add("Ada Lovelace", timezone="Asia/Tokyo")
    message = world.log("Ada Lovelace").message
    assert message is not None
    assert message.not_before == datetime(2026, 11, 3, 23, 30, tzinfo=UTC)  # 8:30 on Wednesday in Tokyo


def test_review_approve_waits_for_the_owner(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, thank_you={"review": "approve"})
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None
    assert (message.status, message.hold) == (MessageStatus.held, Hold.review)
    approved = decisions.approve(world.store, world.desk, message.id, world.now)
    assert approved.status is MessageStatus.queued
    world.change("Ada Lovelace", company="Analytical Engines")  # a later plan must not hold it again
    assert only(world).status is MessageStatus.queued


def test_an_old_interaction_is_recorded_without_mail(world: World) -> None:
    world.add("Ada Lovelace")
    assert world.log("Ada Lovelace", on=dated("2026-10-19")).message is None
    assert world.log("Ada Lovelace", on=dated("2026-10-21")).message is not None


def test_thank_you_false_skips_it(world: World) -> None:
    world.add("Ada Lovelace")
    assert world.log("Ada Lovelace", thank_you=False).message is None


def test_a_contact_without_an_address_gets_none_until_there_is_one(world: World) -> None:
    world.add("Ada Lovelace", emails=())
    assert world.log("Ada Lovelace").message is None
    world.change("Ada Lovelace", emails=("ada@example.org",))
    assert only(world).to_address == "ada@example.org"


def test_a_thank_you_for_an_appointment_comes_after_it(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace", on=dated("2026-11-04"), at=time(10, 0)).message
    assert message is not None
    assert message.not_before > datetime(2026, 11, 4, 16, 0, tzinfo=UTC)


def test_the_draft_follows_the_roster_until_it_leaves(world: World) -> None:
    world.add("Ada Lovelace")
    world.log("Ada Lovelace")
    world.change("Ada Lovelace", salutation="Countess")
    assert "Countess" in only(world).body


def test_the_draft_goes_to_the_new_address(world: World) -> None:
    world.add("Ada Lovelace")
    world.log("Ada Lovelace")
    world.change("Ada Lovelace", emails=("countess@example.org", "ada@example.org"))
    assert only(world).to_address == "countess@example.org"


def test_a_draft_edited_by_hand_follows_nothing(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None
    decisions.edit(world.store, world.desk, message.id, "Cranes", "My own words.", world.now)
    world.change("Ada Lovelace", salutation="Countess")
    assert (only(world).subject, only(world).body) == ("Cranes", "My own words.")


def test_what_has_left_is_never_changed(world: World) -> None:
    world.add("Ada Lovelace")
    before = world.sent()
    world.change("Ada Lovelace", salutation="Countess")
    world.log("Ada Lovelace", "one more thing")
    assert only(world).body == before.body
    assert only(world).status is MessageStatus.sent


def test_deleting_the_interaction_cancels_and_putting_it_back_revives(world: World) -> None:
    met = Interaction(on=world.desk.today(world.now), kind=InteractionKind.call, about="cranes")
    world.add("Ada Lovelace", interactions=(met,))
    world.change("Ada Lovelace", interactions=())
    assert only(world).status is MessageStatus.cancelled
    world.change("Ada Lovelace", interactions=(met,))
    assert only(world).status is MessageStatus.queued


def test_what_the_owner_cancelled_stays_cancelled(world: World) -> None:
    met = Interaction(on=world.desk.today(world.now), kind=InteractionKind.call, about="cranes")
    world.add("Ada Lovelace", interactions=(met,))
    decisions.cancel_message(world.store, world.desk, only(world).id, world.now)
    world.change("Ada Lovelace", salutation="Countess")
    assert only(world).status is MessageStatus.cancelled


def test_a_corrected_kind_is_still_one_thank_you(world: World) -> None:
    day = world.desk.today(world.now)
    world.add("Ada Lovelace", interactions=(Interaction(on=day, kind=InteractionKind.call, about="cranes"),))
    world.change("Ada Lovelace", interactions=(Interaction(on=day, kind=InteractionKind.coffee, about="cranes"),))
    assert only(world).status is MessageStatus.queued


def test_a_corrected_date_after_it_left_waits_for_the_owner(world: World) -> None:
    day = world.desk.today(world.now)
    world.add("Ada Lovelace", interactions=(Interaction(on=day, kind=InteractionKind.call, about="cranes"),))
    world.tick(hours=2)
    world.deliver()
    earlier = Interaction(on=day - timedelta(days=1), kind=InteractionKind.call, about="cranes")
    world.change("Ada Lovelace", interactions=(earlier,))
    first, second = world.outbox()
    assert first.status is MessageStatus.sent
    assert (second.status, second.hold) == (MessageStatus.held, Hold.near_double)


def test_a_second_thank_you_within_three_days_waits_for_the_owner(world: World) -> None:
    world.add("Ada Lovelace")
    world.sent()
    world.tick(days=1)
    second = world.log("Ada Lovelace").message
    assert second is not None
    assert second.hold == Hold.near_double


def test_a_second_thank_you_after_four_days_leaves_by_itself(world: World) -> None:
    world.add("Ada Lovelace")
    world.sent()
    world.tick(days=6)
    second = world.log("Ada Lovelace").message
    assert second is not None
    assert second.status is MessageStatus.queued


def test_the_same_name_at_a_new_address_waits_for_the_owner(world: World) -> None:
    world.add("Ada Lovelace")
    world.sent()
    world.roster = []
    world.add("Ada Lovelace", "ada@example.com")
    world.tick(hours=1)
    with world.store.read() as tx:
        from mailer.storage import contacts

        new = contacts.by_address(tx, "ada@example.com")
    assert new is not None
    item = Interaction(on=world.desk.today(world.now), kind=InteractionKind.call, about="cranes")
    from mailer.services import log

    message = log.log(world.store, world.desk, new.id, item, world.now).message
    assert message is not None
    assert message.hold == Hold.near_double


def test_each_referral_is_thanked_for(world: World) -> None:
    world.add("Ada Lovelace")
    people = (Person("Mary Somerville", "mary@example.org"), Person("Michael Faraday"))
    message = world.log("Ada Lovelace", referrals=people).message
    assert message is not None
    assert "Mary Somerville" in message.body
    assert "Michael Faraday" in message.body


def test_notes_never_reach_a_letter(world: World) -> None:
    world.add("Ada Lovelace", notes="owes me money")
    message = world.log("Ada Lovelace", notes="seemed tired").message
    assert message is not None
    assert "tired" not in message.body
    assert "money" not in message.body


def test_what_was_due_before_the_first_start_waits_for_approval(world: World) -> None:
    world.add("Ada Lovelace")
    world.log("Ada Lovelace", on=dated("2026-10-30"))
    assert thank_you.first_start(world.store, world.desk, world.now) == 1
    assert (only(world).status, only(world).hold) == (MessageStatus.held, Hold.first_start)
    world.change("Ada Lovelace", salutation="Countess")
    assert only(world).status is MessageStatus.held


@pytest.mark.parametrize(("first_start", "status"), [("send", MessageStatus.queued), ("skip", MessageStatus.cancelled)])
def test_first_start_can_send_or_skip_instead(
    world: World, tmp_path: Path, first_start: str, status: MessageStatus
) -> None:
    world.settings(tmp_path, first_start=first_start)
    world.add("Ada Lovelace")
    world.log("Ada Lovelace", on=dated("2026-10-30"))
    world.started()
    assert only(world).status is status


def test_only_the_first_start_is_a_first_start(world: World) -> None:
    world.started()
    world.add("Ada Lovelace")
    world.log("Ada Lovelace", on=dated("2026-10-30"))
    assert thank_you.first_start(world.store, world.desk, world.now) == 0
    assert only(world).status is MessageStatus.queued


def test_an_unsent_thank_you_shows_as_overdue_only_after_window_hours(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None and message.overdue_at is not None
    # 24 window hours of 9 hours a day from Tuesday 11:00: the rest of Tuesday (6.5), Wednesday, then Thursday 17:00
    assert message.overdue_at == datetime(2026, 11, 5, 23, 0, tzinfo=UTC)


def test_every_change_of_state_is_in_the_event_log(world: World) -> None:
    from mailer.storage import events

    world.add("Ada Lovelace")
    message = world.sent()
    with world.store.read() as tx:
        states = [e.new for e in events.history(tx, "message", message.id)]
    assert states == ["queued", "sending", "sent"]


def test_letters_of_two_days_to_one_person_read_differently(world: World) -> None:
    world.add("Ada Lovelace")
    bodies = set()
    for _ in range(3):
        message = world.log("Ada Lovelace", "the tender").message
        assert message is not None
        bodies.add(message.body)
        world.tick(days=7)
    assert len(bodies) == 3
    assert MessageKind.thank_you in {m.kind for m in world.outbox()}

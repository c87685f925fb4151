"""Who named somebody hears, once, that the owner has talked with them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from mailer.model import Hold, Interaction, InteractionKind, MessageKind, MessageStatus, Person
from mailer.services import decisions, loop_back
from mailer.storage.records import MessageRecord
from tests.integration.world import World, answer

LOOP = MessageKind.loop_back
MARY = Person("Mary Somerville", "mary@example.org")


def letters(world: World) -> list[MessageRecord]:
    return world.outbox(LOOP)


def named(world: World) -> None:
    """Charles named Mary, by the roster."""
    world.add("Charles Babbage")
    world.add("Mary Somerville", referred_by="Charles Babbage")


def test_the_referrer_is_told_once_in_the_next_window(world: World) -> None:
    named(world)
    world.log("Mary Somerville")
    (letter,) = letters(world)
    assert (letter.to_name, letter.status) == ("Charles Babbage", MessageStatus.queued)
    assert "spoken with Mary Somerville" in letter.body
    assert letter.not_before == world.now + timedelta(hours=1)
    world.tick(hours=1, minutes=1)
    assert letter.id in world.deliver()
    world.tick(days=1)
    world.log("Mary Somerville", kind=InteractionKind.coffee)
    assert len(letters(world)) == 1


def test_named_in_an_interaction_counts_as_well(world: World) -> None:
    world.add("Charles Babbage")
    world.add("Mary Somerville")
    world.log("Charles Babbage", referrals=(Person("Mary Somerville"),), thank_you=False)
    world.log("Mary Somerville", kind=InteractionKind.coffee)
    assert "met Mary Somerville" in letters(world)[0].body


def test_a_waiting_thank_you_to_the_same_person_tells_it_instead(world: World) -> None:
    named(world)
    charles = world.log("Charles Babbage").message
    world.log("Mary Somerville")
    assert letters(world) == []
    assert charles is not None
    assert "spoken with Mary Somerville" in world.message(charles.id).body


def test_a_thank_you_that_comes_later_takes_the_waiting_note_along(world: World) -> None:
    named(world)
    world.log("Mary Somerville")
    charles = world.log("Charles Babbage").message
    (letter,) = letters(world)
    assert (letter.status, letter.hold) == (MessageStatus.cancelled, Hold.pointless)
    assert charles is not None and "spoken with Mary Somerville" in charles.body


def test_the_owner_ends_that_thank_you_and_the_note_goes_by_itself_again(world: World) -> None:
    named(world)
    world.log("Mary Somerville")
    charles = world.log("Charles Babbage").message
    assert charles is not None
    decisions.cancel_message(world.store, world.desk, charles.id, world.now)
    (letter,) = letters(world)
    assert letter.status is MessageStatus.queued


def test_the_owner_ends_the_note_itself_and_that_is_the_last_word(world: World) -> None:
    named(world)
    world.log("Mary Somerville")
    decisions.cancel_message(world.store, world.desk, letters(world)[0].id, world.now)
    world.log("Mary Somerville", kind=InteractionKind.coffee)
    assert [m.status for m in letters(world)] == [MessageStatus.cancelled]
    charles = world.log("Charles Babbage").message
    assert charles is not None and "Mary" not in charles.body


def test_a_thank_you_that_has_left_is_not_joined_and_the_note_keeps_a_day_apart(world: World) -> None:
    named(world)
    world.sent("Charles Babbage")
    left = world.now
    world.log("Mary Somerville")
    (letter,) = letters(world)
    assert letter.status is MessageStatus.queued
    assert letter.not_before == left + timedelta(days=1)


def test_two_people_named_by_one_share_a_letter(world: World) -> None:
    named(world)
    world.add("Michael Faraday", referred_by="Charles Babbage")
    world.log("Mary Somerville")
    world.log("Michael Faraday", kind=InteractionKind.meeting)
    (letter,) = letters(world)
    assert "spoken with Mary Somerville and met Michael Faraday" in letter.body


def test_two_referrers_are_both_told(world: World) -> None:
    named(world)
    world.add("Ada Lovelace")
    world.log("Ada Lovelace", referrals=(MARY,), thank_you=False)
    world.log("Mary Somerville")
    assert sorted(m.to_name for m in letters(world)) == ["Ada Lovelace", "Charles Babbage"]


@pytest.mark.parametrize("kind", [InteractionKind.email, InteractionKind.introduction])
def test_mail_is_no_talk(world: World, kind: InteractionKind) -> None:
    named(world)
    world.log("Mary Somerville", kind=kind)
    assert letters(world) == []
    world.log("Mary Somerville", kind=InteractionKind.call)
    assert len(letters(world)) == 1


def test_somebody_known_before_they_were_named_closes_no_loop(world: World) -> None:
    world.add("Charles Babbage")
    world.add("Mary Somerville")
    world.log("Mary Somerville")
    world.tick(days=1)
    world.log("Charles Babbage", referrals=(MARY,), thank_you=False)
    world.log("Mary Somerville")
    assert letters(world) == []


def test_history_mails_nobody(world: World) -> None:
    old = Interaction(date(2026, 9, 2), InteractionKind.call, thanks_for="x")
    world.add("Charles Babbage")
    world.add("Mary Somerville", referred_by="Charles Babbage", interactions=(old,))
    world.log("Mary Somerville")
    assert letters(world) == []


def test_an_appointment_is_told_after_it(world: World) -> None:
    named(world)
    world.log("Mary Somerville", on=date(2026, 11, 5))
    (letter,) = letters(world)
    assert letter.not_before.date() == date(2026, 11, 6)


def test_a_removed_interaction_takes_the_note_back_and_putting_it_back_revives_it(world: World) -> None:
    named(world)
    met = Interaction(date(2026, 11, 3), InteractionKind.call, thanks_for="x")
    world.change("Mary Somerville", interactions=(met,))
    world.change("Mary Somerville", interactions=())
    assert [m.status for m in letters(world)] == [MessageStatus.cancelled]
    world.change("Mary Somerville", interactions=(met,))
    assert [m.status for m in letters(world)] == [MessageStatus.queued]


def test_approve_waits_and_none_writes_nothing(world: World, tmp_path: Path) -> None:
    named(world)
    world.settings(tmp_path, loop_back="approve")
    world.log("Mary Somerville")
    (letter,) = letters(world)
    assert (letter.status, letter.hold) == (MessageStatus.held, Hold.review)
    decisions.approve(world.store, world.desk, letter.id, world.now)
    loop_back.redraw(world.store, world.desk, world.now)
    assert letters(world)[0].status is MessageStatus.queued
    world.settings(tmp_path, loop_back="none")
    loop_back.redraw(world.store, world.desk, world.now)
    assert letters(world)[0].status is MessageStatus.cancelled
    world.add("Michael Faraday", referred_by="Charles Babbage")
    world.log("Michael Faraday")
    assert len(letters(world)) == 1


@pytest.mark.parametrize("values", [{"emails": ()}, {"name": "Charles Babbage the elder"}])
def test_who_can_not_be_told_is_not(world: World, values: dict[str, object]) -> None:
    named(world)
    world.change("Charles Babbage", **values)
    world.log("Mary Somerville")
    assert letters(world) == []


def test_two_people_of_one_name_are_told_nothing(world: World) -> None:
    named(world)
    world.add("Charles Babbage", email="other@example.org")
    world.log("Mary Somerville")
    assert letters(world) == []


def test_circles_end(world: World) -> None:
    world.add("Ada Lovelace", referred_by="Mary Somerville")
    world.add("Mary Somerville", referred_by="Ada Lovelace")
    world.log("Mary Somerville")
    world.log("Ada Lovelace")
    assert [m.to_name for m in letters(world) if m.status is MessageStatus.queued] == []
    assert all("spoken with" in m.body for m in world.outbox())


def test_an_edited_note_stays_as_it_is_and_news_gets_another(world: World) -> None:
    named(world)
    world.add("Michael Faraday", referred_by="Charles Babbage")
    world.log("Mary Somerville")
    (letter,) = letters(world)
    decisions.edit(world.store, world.desk, letter.id, "Mary", "My own words.", world.now)
    world.log("Michael Faraday")
    mine, other = letters(world)
    assert mine.body == "My own words."
    assert "Michael Faraday" in other.body and "Mary" not in other.body


def test_an_opt_out_of_everything_stops_it(world: World) -> None:
    named(world)
    sent = world.sent("Charles Babbage")
    world.log("Mary Somerville")
    world.receive(answer(sent, "Please do not write to me again. Remove me from your list.", "charles@example.org"))
    assert letters(world)[0].status is MessageStatus.cancelled


def test_a_paused_search_still_closes_loops(world: World, tmp_path: Path) -> None:
    named(world)
    world.settings(tmp_path, search={"status": "paused"})
    world.log("Mary Somerville")
    world.tick(hours=1, minutes=1)
    assert letters(world)[0].id in world.deliver()


def test_the_card_goes_along(world: World) -> None:
    named(world)
    world.log("Mary Somerville", thank_you=False)
    world.tick(hours=1, minutes=1)
    (claimed,) = world.claim()
    assert b"text/vcard" in claimed.envelope.content and b"List-Unsubscribe" not in claimed.envelope.content


def test_a_correction_of_who_named_them_takes_the_note_back(world: World) -> None:
    named(world)
    world.log("Mary Somerville")
    world.change("Mary Somerville", referred_by="")
    assert [m.status for m in letters(world)] == [MessageStatus.cancelled]


def test_a_note_that_waits_for_weeks_is_not_forgotten(world: World, tmp_path: Path) -> None:
    named(world)
    world.settings(tmp_path, loop_back="approve")
    world.log("Mary Somerville")
    world.tick(days=30)
    loop_back.redraw(world.store, world.desk, world.now)
    assert [m.status for m in letters(world)] == [MessageStatus.held]

"""The outbox: claims once, checks again, and loses nothing whatever the server says."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer.errors import UsageError
from mailer.model import Delivery, Hold, MessageStatus, OptOutScope, Outcome
from mailer.services import decisions, outbox, transitions
from mailer.storage import contacts, daemons, messages
from tests.integration.world import World


@pytest.fixture
def queued(world: World) -> int:
    """A thank-you whose time has come."""
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None
    world.tick(hours=1, minutes=1)
    return message.id


def test_nothing_leaves_before_its_time(world: World) -> None:
    world.add("Ada Lovelace")
    world.log("Ada Lovelace")
    assert world.claim() == ()


def test_a_claim_is_won_once(world: World, queued: int) -> None:
    assert [c.id for c in world.claim()] == [queued]
    assert world.claim() == ()
    assert world.message(queued).status is MessageStatus.sending


def test_two_senders_at_once_never_win_the_same_message(world: World) -> None:
    for n in range(20):
        world.add(f"Person {n}", f"p{n}@example.org")
        world.log(f"Person {n}")
    world.tick(hours=2)
    won: list[int] = []

    def claim() -> None:
        while claimed := world.claim(3):
            won.extend(c.id for c in claimed)

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [m.id for m in world.outbox()]


def test_accepted_is_sent_and_the_contact_was_thanked(world: World, queued: int) -> None:
    world.deliver()
    assert world.message(queued).sent_at == world.now
    assert world.contact("Ada Lovelace").thanked_at == world.now


def test_every_attempt_sends_the_same_octets(world: World, queued: int, tmp_path: Path) -> None:
    (first,) = world.claim()
    outbox.step(world.store, world.desk, [(queued, Delivery(Outcome.later, "mail", 451))], 0, world.now)
    world.change("Ada Lovelace", salutation="Countess")
    world.tick(hours=1)
    (second,) = world.claim()
    assert second.envelope.content == first.envelope.content


def test_a_temporary_refusal_is_retried_later(world: World, queued: int) -> None:
    world.deliver(Outcome.later, stage="rcpt", code=450, text="greylisted")
    message = world.message(queued)
    assert message.status is MessageStatus.queued
    assert message.not_before > world.now
    assert "greylisted" in (message.last_error or "")


def test_retries_end_after_four_days_and_the_failure_is_visible(world: World, queued: int) -> None:
    for _ in range(200):
        world.deliver(Outcome.later, stage="rcpt", code=450)
        if world.message(queued).status is MessageStatus.failed:
            break
        world.tick(hours=6, minutes=30)
    message = world.message(queued)
    assert message.status is MessageStatus.failed
    assert message.first_attempt_at is not None
    assert timedelta(days=4) <= world.now - message.first_attempt_at < timedelta(days=9)


def test_a_refused_recipient_fails_only_that_message(world: World, queued: int) -> None:
    world.deliver(Outcome.rejected, stage="rcpt", code=550, enhanced="5.1.1", text="no such user")
    assert world.message(queued).status is MessageStatus.failed
    with world.store.read() as tx:
        assert daemons.owner(tx)["paused_at"] is None


def test_a_refused_account_stops_everything_and_costs_no_attempt(world: World, queued: int) -> None:
    world.deliver(Outcome.account, stage="login", code=535, text="bad password")
    message = world.message(queued)
    assert (message.status, message.attempts) == (MessageStatus.queued, 0)
    assert world.claim() == ()
    with world.store.read() as tx:
        (problem,) = daemons.all_problems(tx)
    assert "bad password" in problem.text


def test_a_refused_account_is_tried_ever_more_rarely_and_with_one_message_only(world: World) -> None:
    for n in range(3):
        world.add(f"Person {n}", f"p{n}@example.org")
        world.log(f"Person {n}")
    world.tick(hours=1, minutes=1)
    world.deliver(Outcome.account, stage="login", code=535)
    for pause in (1, 30, 60, 120):  # the first refusal may be a passing fault
        world.tick(minutes=pause - 0.1)
        assert world.claim() == ()
        world.tick(minutes=0.2)
        assert len(world.deliver(Outcome.account, stage="login", code=535)) == 1


def test_an_account_that_works_again_sends_on(world: World, queued: int) -> None:
    world.deliver(Outcome.account, stage="login", code=535)
    outbox.retry_account(world.store, world.now)
    assert world.deliver() == [queued]
    with world.store.read() as tx:
        assert daemons.all_problems(tx) == []
        assert daemons.owner(tx)["paused_at"] is None


def test_a_connection_lost_after_the_content_is_uncertain_and_never_sent_again(world: World, queued: int) -> None:
    world.deliver(Outcome.uncertain, stage="content")
    world.tick(days=1)
    assert world.claim() == ()
    assert world.message(queued).status is MessageStatus.uncertain


def test_a_dead_kept_connection_costs_no_attempt(world: World, queued: int) -> None:
    world.deliver(Outcome.unused)
    assert (world.message(queued).status, world.message(queued).attempts) == (MessageStatus.queued, 0)


BEFORE_CONTENT = [
    Delivery(Outcome.unused),
    Delivery(Outcome.account, "login", 535),
    Delivery(Outcome.account, "rcpt", 550, "5.7.1"),
]


def answered(world: World, delivery: Delivery) -> bytes:
    """Claim one message and record what became of it; gives its octets."""
    (claimed,) = world.claim()
    outbox.step(world.store, world.desk, [(claimed.id, delivery)], 0, world.now)
    outbox.retry_account(world.store, world.now)
    return claimed.envelope.content


@pytest.mark.parametrize("delivery", BEFORE_CONTENT, ids=str)
def test_after_an_attempt_that_does_not_count_the_owners_new_words_leave(
    world: World, queued: int, delivery: Delivery
) -> None:
    answered(world, delivery)
    decisions.edit(world.store, world.desk, queued, "Other words", "Hello Ada, it was good to see you.", world.now)
    (claimed,) = world.claim()
    assert b"Subject: Other words" in claimed.envelope.content
    assert b"it was good to see you" in claimed.envelope.content


def test_after_an_attempt_that_does_not_count_a_corrected_address_stands_in_envelope_and_head(
    world: World, queued: int
) -> None:
    answered(world, Delivery(Outcome.account, "login", 535))
    world.change("Ada Lovelace", emails=("countess@example.org", "ada@example.org"))
    (claimed,) = world.claim()
    assert claimed.envelope.recipients == ("countess@example.org",)
    assert b"countess@example.org" in claimed.envelope.content
    assert b"ada@example.org" not in claimed.envelope.content


@pytest.mark.parametrize("then", BEFORE_CONTENT[:2], ids=str)
def test_an_attempt_that_does_not_count_changes_no_octets_of_an_earlier_one_that_does(
    world: World, queued: int, then: Delivery
) -> None:
    first = answered(world, Delivery(Outcome.later, "content", 451))
    world.tick(hours=1)
    answered(world, then)
    world.tick(hours=1)
    assert answered(world, Delivery(Outcome.accepted)) == first


def test_an_account_refused_after_the_content_keeps_the_octets(world: World, queued: int) -> None:
    first = answered(world, Delivery(Outcome.account, "content", 554, "5.4.5"))
    with pytest.raises(UsageError, match="can't be edited"):
        decisions.edit(world.store, world.desk, queued, "Other words", "Hello Ada.", world.now)
    world.change("Ada Lovelace", emails=("countess@example.org", "ada@example.org"))
    assert answered(world, Delivery(Outcome.accepted)) == first


@pytest.mark.parametrize("greylisted", [False, True])
def test_a_refused_recipient_is_tried_again_at_the_address_mended_since(
    world: World, queued: int, greylisted: bool
) -> None:
    if greylisted:
        answered(world, Delivery(Outcome.later, "rcpt", 450))
        world.tick(hours=1)
    answered(world, Delivery(Outcome.rejected, "rcpt", 550, "5.1.1"))
    world.change("Ada Lovelace", emails=("countess@example.org", "ada@example.org"))
    decisions.retry(world.store, world.desk, queued, world.now)
    (claimed,) = world.claim()
    assert claimed.envelope.recipients == ("countess@example.org",)
    assert b"ada@example.org" not in claimed.envelope.content


def test_what_was_refused_with_its_content_is_tried_again_with_the_same_octets(world: World, queued: int) -> None:
    first = answered(world, Delivery(Outcome.rejected, "content", 554, "5.6.0"))
    decisions.retry(world.store, world.desk, queued, world.now)
    with pytest.raises(UsageError, match="can't be edited"):
        decisions.edit(world.store, world.desk, queued, "Other words", "Hello Ada.", world.now)
    world.change("Ada Lovelace", emails=("countess@example.org", "ada@example.org"))
    answered(world, Delivery(Outcome.unused))
    assert answered(world, Delivery(Outcome.accepted)) == first


def test_what_came_back_is_tried_again_with_the_same_octets(world: World, queued: int) -> None:
    first = answered(world, Delivery(Outcome.accepted))
    with world.store.write() as tx:
        transitions.move(tx, world.message(queued), MessageStatus.failed, world.now, "mailbox", "it came back")
    decisions.retry(world.store, world.desk, queued, world.now)
    answered(world, Delivery(Outcome.unused))
    assert answered(world, Delivery(Outcome.accepted)) == first


def test_words_that_come_after_the_claim_change_nothing(
    world: World, queued: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = world.message(queued)
    world.claim()
    claimed, real = world.message(queued), messages.get
    reads = iter([seen])  # as read, without a lock, before the claim was committed
    monkeypatch.setattr(messages, "get", lambda tx, pk: next(reads, None) or real(tx, pk))
    with pytest.raises(UsageError, match="is sending"):
        decisions.edit(world.store, world.desk, queued, "Other words", "Hello Ada.", world.now)
    assert world.message(queued) == claimed


def test_what_a_dead_process_left_sending_is_uncertain(world: World, queued: int) -> None:
    world.claim()
    assert outbox.recover(world.store, world.now) == 1
    assert world.message(queued).status is MessageStatus.uncertain


def test_a_lease_that_ran_out_is_uncertain_never_queued(world: World, queued: int) -> None:
    world.claim()
    world.tick(hours=1)
    assert outbox.expire(world.store, world.now) == 1
    assert world.message(queued).status is MessageStatus.uncertain


def test_an_answer_to_an_expired_claim_changes_nothing(world: World, queued: int) -> None:
    world.claim()
    world.tick(hours=1)
    outbox.expire(world.store, world.now)
    outbox.step(world.store, world.desk, [(queued, Delivery(Outcome.later))], 0, world.now)
    assert world.message(queued).status is MessageStatus.uncertain


def test_an_opt_out_after_queueing_is_obeyed_at_the_claim(world: World, queued: int) -> None:
    with world.store.write() as tx:
        contacts.change(tx, world.contact("Ada Lovelace").id, opted_out=OptOutScope.all.value)
    assert world.claim() == ()
    assert world.message(queued).status is MessageStatus.cancelled


def test_an_opt_out_of_updates_lets_a_thank_you_through(world: World, queued: int) -> None:
    with world.store.write() as tx:
        contacts.change(tx, world.contact("Ada Lovelace").id, opted_out=OptOutScope.updates.value)
    assert len(world.claim()) == 1


def test_a_question_about_the_contact_holds_their_mail(world: World, queued: int) -> None:
    with world.store.write() as tx:
        contacts.change(tx, world.contact("Ada Lovelace").id, question="does she want out?")
    assert world.claim() == ()
    assert world.message(queued).hold == Hold.question


def test_outside_the_window_it_waits_for_the_next_morning(world: World, queued: int) -> None:
    world.now = datetime(2026, 11, 4, 1, 0, tzinfo=UTC)  # 19:00 in Chicago
    assert world.claim() == ()
    assert world.message(queued).not_before == datetime(2026, 11, 4, 14, 30, tzinfo=UTC)


def test_the_limit_a_minute_holds(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, limits={"per_minute": 2, "per_day": 100})
    for n in range(5):
        world.add(f"Person {n}", f"p{n}@example.org")
        world.log(f"Person {n}")
    world.tick(hours=2)
    assert len(world.claim()) == 2
    assert world.claim() == ()
    world.tick(seconds=61)
    assert len(world.claim()) == 2


def test_the_limit_a_day_counts_any_24_hours(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, limits={"per_minute": 100, "per_day": 3})
    for n in range(5):
        world.add(f"Person {n}", f"p{n}@example.org")
        world.log(f"Person {n}")
    world.tick(hours=2)
    assert len(world.claim()) == 3
    world.tick(hours=23)
    assert world.claim() == ()
    world.tick(hours=1, minutes=1)
    assert len(world.claim()) == 2


@pytest.mark.parametrize(("status", "leaves"), [("active", True), ("paused", True), ("landed", True)])
def test_a_thank_you_leaves_whatever_the_search_does(
    world: World, queued: int, tmp_path: Path, status: str, leaves: bool
) -> None:
    world.settings(tmp_path, search={"status": status})
    assert bool(world.claim()) is leaves


def test_the_owners_copy_follows_the_contact_in_the_envelope(world: World, queued: int, tmp_path: Path) -> None:
    world.settings(tmp_path, account={"sent_copy": "bcc"})
    (claimed,) = world.claim()
    assert claimed.envelope.recipients == ("ada@example.org", "dana@example.com")


def test_an_uncertain_message_is_resolved_by_the_owner(world: World, queued: int) -> None:
    world.deliver(Outcome.uncertain)
    decisions.resolve(world.store, world.desk, queued, sent=True, now=world.now)
    assert world.message(queued).status is MessageStatus.sent
    assert world.contact("Ada Lovelace").thanked_at is not None


def test_a_resent_message_leaves_with_the_same_octets(world: World, queued: int) -> None:
    (first,) = world.claim()
    outbox.step(world.store, world.desk, [(queued, Delivery(Outcome.uncertain))], 0, world.now)
    decisions.resolve(world.store, world.desk, queued, sent=False, now=world.now)
    (second,) = world.claim()
    assert second.envelope == first.envelope


def test_a_sent_message_can_be_neither_cancelled_nor_approved(world: World, queued: int) -> None:
    world.deliver()
    with pytest.raises(UsageError, match="sent"):
        decisions.cancel_message(world.store, world.desk, queued, world.now)
    with pytest.raises(UsageError, match="sent"):
        decisions.approve(world.store, world.desk, queued, world.now)


def test_a_failed_message_can_be_tried_again(world: World, queued: int) -> None:
    world.deliver(Outcome.rejected, code=550)
    decisions.retry(world.store, world.desk, queued, world.now)
    assert world.deliver() == [queued]


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # PostgreSQL lets no broken JSON in
def test_a_row_that_cannot_be_read_is_put_aside_and_the_rest_goes_on(world: World) -> None:
    for n in range(3):
        world.add(f"Person {n}", f"p{n}@example.org")
        world.log(f"Person {n}")
    world.tick(hours=2)
    first = world.outbox()[0].id
    with world.store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE messages SET thread = '[broken' WHERE id = {first}")
    assert len(world.claim()) == 2
    with world.store.engine.connect() as connection:
        state = connection.exec_driver_sql(f"SELECT status, hold FROM messages WHERE id = {first}").one()
    assert tuple(state) == ("held", "poison")


def test_a_message_that_makes_the_program_stumble_three_times_is_put_aside(
    world: World, queued: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*_: object) -> bytes:
        raise KeyError("a mistake of this program")

    monkeypatch.setattr("mailer.services.claims.body_of", stumbles)
    for _ in range(3):
        assert world.claim() == ()
        world.tick(minutes=5)
    assert (world.message(queued).status, world.message(queued).hold) == (MessageStatus.held, Hold.poison)


def test_one_recipient_that_blames_the_account_cannot_stop_everything_for_ever(world: World, queued: int) -> None:
    for _ in range(3):
        outbox.retry_account(world.store, world.now)
        world.deliver(Outcome.account, stage="rcpt", code=550, enhanced="5.7.1")
        world.tick(days=1)
        world.now = world.now.replace(hour=17)
    assert world.message(queued).status is MessageStatus.failed

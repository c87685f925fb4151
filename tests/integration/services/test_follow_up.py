"""The optional follow-up: once, in the thread, after so many working days, and never after a sign of life."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.model import Delivery, Hold, MessageKind, MessageStatus, Outcome, Person
from mailer.services import follow_up, outbox
from mailer.storage import contacts
from mailer.storage.records import MessageRecord
from tests.integration.world import World, answer

ON = {"enabled": True, "working_days": 5, "review": "wait"}
DUE = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)
"""The fifth working day after Tuesday, 3 November, at ten in Chicago."""


def follow_ups(world: World) -> list[MessageRecord]:
    follow_up.tick(world.store, world.desk, world.now)
    return world.outbox(MessageKind.follow_up)


@pytest.fixture
def asked(world: World, tmp_path: Path) -> MessageRecord:
    """A thank-you to Ada that asked something and has left, with follow-ups turned on."""
    world.settings(tmp_path, follow_up=ON)
    world.add("Ada Lovelace")
    message = world.sent()
    assert "?" in message.body
    return message


def test_one_follows_in_the_thread_on_its_working_day(world: World, asked: MessageRecord) -> None:
    world.now = DUE.replace(day=9)
    assert follow_ups(world) == []
    world.now = DUE
    (message,) = follow_ups(world)
    assert (message.status, message.thread) == (MessageStatus.queued, [asked.message_id])
    assert message.subject == f"Re: {asked.subject}" and "Tuesday 3 November" in message.body
    assert world.deliver() == [message.id]
    world.tick(days=20)
    assert len(follow_ups(world)) == 1


def test_none_is_written_unless_turned_on(world: World, asked: MessageRecord, tmp_path: Path) -> None:
    world.settings(tmp_path)
    world.now = DUE
    assert follow_ups(world) == []


def test_turning_it_off_ends_what_waits(world: World, asked: MessageRecord, tmp_path: Path) -> None:
    world.now = DUE
    follow_ups(world)
    world.settings(tmp_path)
    assert [m.status for m in follow_ups(world)] == [MessageStatus.cancelled]


def test_turning_it_on_writes_nothing_about_what_is_long_past(world: World, asked: MessageRecord) -> None:
    world.now = DUE.replace(month=12)
    assert follow_ups(world) == []


def test_a_letter_that_asked_nothing_is_not_followed_up(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, follow_up=ON)
    world.add("Ada Lovelace")
    world.log("Ada Lovelace", referrals=(Person("Mary Somerville"),))
    world.tick(hours=1, minutes=1)
    world.deliver()
    world.now = DUE
    assert follow_ups(world) == []


def test_by_default_each_waits_for_the_owner(world: World, asked: MessageRecord, tmp_path: Path) -> None:
    world.settings(tmp_path, follow_up={"enabled": True, "working_days": 5})
    world.now = DUE
    (message,) = follow_ups(world)
    assert (message.status, message.hold) == (MessageStatus.held, Hold.review)


def reply(world: World, asked: MessageRecord) -> None:
    world.receive(answer(asked, "Thank you, Dana. Let me think."))


def out_of_office(world: World, asked: MessageRecord) -> None:
    world.receive(answer(asked, "I am away this week.", Auto_Submitted="auto-replied"))


def met_again(world: World, asked: MessageRecord) -> None:
    world.log("Ada Lovelace", thank_you=False)


def own_mail(world: World, asked: MessageRecord) -> None:
    with world.store.write() as tx:
        contacts.change(tx, world.contact("Ada Lovelace").id, written_at=world.now)


def update_left(world: World, asked: MessageRecord) -> None:
    with world.store.write() as tx:
        contacts.change(tx, world.contact("Ada Lovelace").id, updated_at=world.now)


SIGNS = [reply, out_of_office, met_again, own_mail, update_left]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_of_life_before_means_none(world: World, asked: MessageRecord, sign: object) -> None:
    world.now = DUE.replace(day=6)
    sign(world, asked)  # type: ignore[operator]
    world.now = DUE
    assert follow_ups(world) == []


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_of_life_while_it_waits_cancels_it_at_the_last_moment(
    world: World, asked: MessageRecord, sign: object
) -> None:
    world.now = DUE
    follow_ups(world)
    sign(world, asked)  # type: ignore[operator]
    assert world.claim() == ()
    (message,) = world.outbox(MessageKind.follow_up)
    assert message.status is MessageStatus.cancelled


def test_nobody_who_opted_out_or_left_the_roster_is_followed_up(world: World, asked: MessageRecord) -> None:
    world.receive(answer(asked, "Please do not send me any more updates."))
    world.now = DUE
    assert follow_ups(world) == []


def test_what_came_back_is_not_followed_up(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, follow_up=ON)
    world.add("Ada Lovelace")
    world.log("Ada Lovelace")
    world.tick(hours=1, minutes=1)
    (claimed,) = world.claim()
    outbox.step(world.store, world.desk, [(claimed.id, Delivery(Outcome.rejected, "rcpt", 550))], 0, world.now)
    world.now = DUE
    assert follow_ups(world) == []


def test_a_search_that_is_paused_writes_none(world: World, asked: MessageRecord, tmp_path: Path) -> None:
    world.settings(tmp_path, follow_up=ON, search={"status": "paused"})
    world.now = DUE
    assert follow_ups(world) == []

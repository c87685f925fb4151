"""What needs the owner and stays so is told: once a day at most, by mail where one can leave, else by a command."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mailer.model import Delivery, MessageKind, MessageStatus, Outcome
from mailer.services import alerts, outbox, updates
from mailer.storage import daemons
from mailer.storage.records import MessageRecord
from tests.integration.world import World

NEAR_FULL = "the disk is nearly full"


@pytest.fixture
def ready(world: World) -> World:
    world.started()
    world.add("Ada Lovelace")
    return world


def wrong(world: World, key: str = "disk.space", text: str = NEAR_FULL) -> None:
    with world.store.write() as tx:
        daemons.set_problem(tx, key, text, "free some space", world.now)


def mended(world: World, key: str = "disk.space") -> None:
    with world.store.write() as tx:
        daemons.clear_problem(tx, key)


def look(world: World) -> alerts.Alarm | None:
    return alerts.look(world.store, world.desk, world.now)


def told(world: World) -> list[MessageRecord]:
    return [m for m in world.outbox(MessageKind.preview) if m.edition is None]


def refuse_account(world: World) -> None:
    """A thank-you is due, and the server refuses the sign-in."""
    world.log("Ada Lovelace")
    world.tick(hours=2)
    (claimed,) = world.claim()
    refusal = Delivery(Outcome.account, "login", 535, "5.7.8", "bad credentials")
    outbox.step(world.store, world.desk, [(claimed.id, refusal)], 0, world.now)


def test_what_mends_itself_within_the_hour_is_not_told(ready: World) -> None:
    wrong(ready)
    ready.tick(minutes=59)
    assert look(ready) is None
    mended(ready)
    ready.tick(minutes=2)
    look(ready)
    assert told(ready) == []


def test_what_stays_wrong_for_an_hour_is_told_by_one_mail_to_the_owner(ready: World) -> None:
    wrong(ready)
    ready.tick(minutes=61)
    assert look(ready) is None
    look(ready)
    (mail,) = told(ready)
    assert (mail.to_address, mail.status) == ("dana@example.com", MessageStatus.queued)
    assert NEAR_FULL in mail.body
    assert "free some space" in mail.body
    assert ready.deliver() == [mail.id]


def test_the_same_cause_is_told_again_after_a_day_then_ever_later(ready: World) -> None:
    wrong(ready)
    days = []
    for half_day in range(2 * 30):
        before = len(told(ready))
        look(ready)
        if len(told(ready)) > before:
            days.append(half_day // 2)
        ready.tick(hours=12)
    assert days == [0, 1, 3, 7, 14, 21, 28]


def test_what_comes_and_goes_is_told_once_a_day(ready: World) -> None:
    for _ in range(10):
        wrong(ready)
        ready.tick(hours=1)
        look(ready)
        mended(ready)
        ready.tick(hours=1)
        look(ready)
    assert len(told(ready)) == 1


def test_a_new_cause_is_told_while_an_old_one_rests(ready: World) -> None:
    wrong(ready)
    ready.tick(hours=1)
    look(ready)
    wrong(ready, "roster.broken", "the roster is broken")
    ready.tick(hours=1)
    look(ready)
    first, second = told(ready)
    assert "roster" not in first.body
    assert NEAR_FULL not in second.body


def test_two_causes_at_once_are_one_mail(ready: World) -> None:
    wrong(ready)
    wrong(ready, "roster.broken", "the roster is broken")
    ready.tick(hours=1)
    look(ready)
    (mail,) = told(ready)
    assert NEAR_FULL in mail.body
    assert "the roster is broken" in mail.body


def test_where_nothing_can_leave_a_command_is_told_instead(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, notify={"command": "notify-send mailer"})
    refuse_account(ready)
    ready.tick(hours=1)
    alarm = look(ready)
    assert alarm is not None
    assert "bad credentials" in alarm.text
    assert look(ready) is None
    assert told(ready) == []


def test_a_command_that_failed_is_tried_again_after_an_hour(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, notify={"command": "notify-send mailer"})
    refuse_account(ready)
    ready.tick(hours=1)
    alarm = look(ready)
    assert alarm is not None
    alerts.failed(ready.store, alarm, ready.now)
    ready.tick(minutes=59)
    assert look(ready) is None
    ready.tick(minutes=1)
    assert look(ready) is not None


def test_without_a_command_it_is_told_by_mail_as_soon_as_one_can_leave(ready: World) -> None:
    wrong(ready)
    refuse_account(ready)
    ready.tick(hours=1)
    assert look(ready) is None
    assert told(ready) == []
    with ready.store.write() as tx:
        outbox.resume(tx, ready.now, "daemon", "works again")
    look(ready)
    assert len(told(ready)) == 1


def test_a_mail_that_could_not_leave_after_all_is_told_by_the_command(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, notify={"command": "notify-send mailer"})
    wrong(ready)
    ready.tick(hours=1)
    look(ready)
    wrong(ready, "smtp.unreachable", "the mail server can't be used")
    ready.tick(hours=1)
    alarm = look(ready)
    assert alarm is not None
    assert NEAR_FULL in alarm.text
    assert look(ready) is None


def test_an_edition_that_waits_is_told_once_its_time_has_come(ready: World) -> None:
    ready.change("Ada Lovelace", updates=True)
    due = ready.now.replace(month=12, day=1, hour=15)
    ready.now = due - timedelta(days=2)
    ready.update()
    assert look(ready) is None
    assert told(ready) == []
    ready.now = due + timedelta(hours=1)
    look(ready)
    (mail,) = told(ready)
    assert "waits for your approval" in mail.body
    updates.approve(ready.store, ready.desk, None, ready.now)
    ready.tick(days=2)
    look(ready)
    assert len(told(ready)) == 1


def test_an_edition_that_was_missed_is_not_told_for_ever(ready: World) -> None:
    ready.now = ready.now.replace(month=12, day=20)
    ready.update()
    with ready.store.read() as tx:
        assert any(p.key == "edition.2026-12" for p in daemons.all_problems(tx))
    ready.tick(hours=2)
    look(ready)
    assert told(ready) == []


def test_a_message_in_doubt_is_told(ready: World) -> None:
    ready.log("Ada Lovelace")
    ready.tick(hours=2)
    ready.deliver(Outcome.uncertain, stage="content", text="connection lost")
    ready.tick(hours=1)
    look(ready)
    (mail,) = told(ready)
    assert "Ada Lovelace" in mail.body


def test_words_of_a_problem_are_no_markup_in_the_mail(ready: World) -> None:
    wrong(ready, text="the file *a*_b_ <x> [link](http://evil.example)")
    ready.tick(hours=1)
    look(ready)
    (claimed,) = ready.claim()
    assert b"<em>" not in claimed.envelope.content
    assert b'href=3D"http://evil' not in claimed.envelope.content

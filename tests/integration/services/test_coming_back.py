"""What was cancelled only since its reason was missing comes back as it was; what is old by then stays cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.model import Hold, MessageKind, MessageStatus
from mailer.services import answers, decisions, landed, thank_you
from mailer.services.transitions import cancel
from mailer.storage.records import MessageRecord
from tests.integration.services.test_careful import own_template
from tests.integration.services.test_inbox import bounce
from tests.integration.services.test_own_mail import wrote
from tests.integration.services.test_updates import edition, letters, meet, run_first_edition
from tests.integration.world import World, answer


def logged(world: World) -> MessageRecord:
    message = world.log("Ada Lovelace").message
    assert message is not None
    return message


def vanish(world: World) -> Callable[[], None]:
    """Ada's entry is missing from the roster; the result puts it back."""
    before = list(world.roster)
    world.roster = [c for c in before if c.name != "Ada Lovelace"]
    world.sync()

    def back() -> None:
        world.roster = before
        world.sync()

    return back


def test_what_the_owner_held_is_held_again_when_its_entry_is_back(world: World) -> None:
    world.add("Ada Lovelace")
    message = logged(world)
    decisions.hold_back(world.store, message.id, world.now)
    back = vanish(world)
    assert world.message(message.id).hold == Hold.removed
    back()
    found = world.message(message.id)
    assert (found.status, found.hold, found.why) == (MessageStatus.held, Hold.owner, "you held it")
    assert found.earlier_hold is None


def test_what_the_first_start_held_is_held_again_when_its_entry_is_back(world: World) -> None:
    world.add("Ada Lovelace")
    message = logged(world)
    world.tick(hours=2)
    world.started()
    assert world.message(message.id).hold == Hold.first_start
    vanish(world)()
    assert world.message(message.id).hold == Hold.first_start


def test_what_a_plan_held_is_planned_anew_when_its_entry_is_back(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, thank_you={"review": "approve"})
    world.add("Ada Lovelace")
    message = logged(world)
    back = vanish(world)
    world.settings(tmp_path, thank_you={"review": "wait"})
    back()
    found = world.message(message.id)
    assert (found.status, found.hold, found.earlier_hold) == (MessageStatus.queued, None, None)


def test_a_held_thank_you_that_mail_by_hand_ended_is_held_again_after_a_newer_talk(world: World) -> None:
    world.add("Ada Lovelace")
    message = logged(world)
    decisions.hold_back(world.store, message.id, world.now)
    world.tick(minutes=5)
    wrote(world)
    assert world.message(message.id).hold == Hold.written
    world.tick(minutes=5)
    world.log("Ada Lovelace", "one more thing")
    assert world.message(message.id).hold == Hold.owner


def dead_address(world: World) -> MessageRecord:
    """A thank-you to Ada that waits, held by the owner, and ends with her address."""
    world.add("Ada Lovelace")
    first = world.sent()
    world.tick(days=6)
    waiting = logged(world)
    decisions.hold_back(world.store, waiting.id, world.now)
    world.receive(bounce(first))
    assert world.message(waiting.id).hold == Hold.dead
    return waiting


def test_a_new_address_brings_a_held_thank_you_back_as_held(world: World) -> None:
    waiting = dead_address(world)
    world.change("Ada Lovelace", emails=("countess@example.org", "ada@example.org"))
    found = world.message(waiting.id)
    assert (found.status, found.hold, found.to_address) == (MessageStatus.held, Hold.owner, "countess@example.org")


def test_the_owners_hold_outlives_a_question_and_a_broken_template(world: World, tmp_path: Path) -> None:
    """The template breaks while the question is open, the question ends first."""
    world.add("Ada Lovelace")
    first = world.sent()
    world.tick(days=6)
    waiting = logged(world)
    decisions.hold_back(world.store, waiting.id, world.now)
    world.receive(answer(first, "Sorry, I am not interested."))
    whole = world.desk
    own_template(world, tmp_path, "Subject: Hi\n\n{{ nothing_of_this_name }}\n")
    thank_you.redraw(world.store, world.desk, world.now)
    assert world.message(waiting.id).hold == Hold.template
    answers.answered(world.store, world.desk, world.replies()[0].id, world.now)
    world.desk = whole
    thank_you.redraw(world.store, world.desk, world.now)
    assert world.message(waiting.id).hold == Hold.owner


def test_a_thank_you_long_gone_stays_cancelled_when_its_entry_is_back(world: World) -> None:
    world.add("Ada Lovelace")
    message = logged(world)
    back = vanish(world)
    world.tick(days=240)
    back()
    assert world.message(message.id).status is MessageStatus.cancelled


def test_a_thank_you_long_gone_stays_cancelled_when_a_new_address_comes(world: World) -> None:
    waiting = dead_address(world)
    world.tick(days=240)
    world.change("Ada Lovelace", emails=("countess@example.org", "ada@example.org"))
    assert world.message(waiting.id).status is MessageStatus.cancelled


@pytest.mark.parametrize(("days", "status"), [(1, MessageStatus.queued), (240, MessageStatus.cancelled)])
def test_a_misread_opt_out_brings_back_what_is_not_old_by_now(world: World, days: int, status: MessageStatus) -> None:
    world.add("Ada Lovelace")
    first = world.sent()
    world.tick(days=6)
    waiting = logged(world)
    world.receive(answer(first, "Please take me off your list."))
    assert world.message(waiting.id).hold == Hold.opt_out
    world.tick(days=days)
    verdict = {"classification": "reply", "opt_out_scope": None}
    reply = world.replies()[0].id
    answers.reclassify(world.store, world.desk, reply, verdict, world.now)
    answers.answered(world.store, world.desk, reply, world.now)
    assert world.message(waiting.id).status is status


def update_of(world: World, name: str = "Ada Lovelace") -> MessageRecord:
    return next(m for m in letters(world) if m.to_name == name)


@pytest.fixture
def missing(world: World) -> tuple[World, Callable[[], None]]:
    """Ada's entry is missing just when her update is to leave."""
    world.started()
    meet(world, "Ada Lovelace")
    meet(world, "Charles Babbage")
    run_first_edition(world)
    back = vanish(world)
    world.deliver()
    found = update_of(world)
    assert (found.status, found.hold) == (MessageStatus.cancelled, Hold.removed)
    return world, back


def test_an_update_whose_reader_was_missing_for_a_moment_leaves(missing: tuple[World, Callable[[], None]]) -> None:
    world, back = missing
    world.update()
    assert edition(world).status == "done"
    world.tick(minutes=5)
    back()
    assert update_of(world).status is MessageStatus.queued
    world.deliver()
    assert update_of(world).status is MessageStatus.sent


def test_an_update_of_an_edition_long_done_stays_cancelled(missing: tuple[World, Callable[[], None]]) -> None:
    world, back = missing
    world.update()
    world.tick(days=90)
    back()
    assert update_of(world).status is MessageStatus.cancelled


def test_an_update_does_not_come_back_after_the_search_has_ended(
    missing: tuple[World, Callable[[], None]], tmp_path: Path
) -> None:
    world, back = missing
    world.settings(tmp_path, search={"status": "landed"})
    back()
    assert update_of(world).status is MessageStatus.cancelled


def test_an_update_that_the_owner_held_is_held_again_when_its_reader_is_back(world: World) -> None:
    world.started()
    meet(world, "Ada Lovelace")
    run_first_edition(world)
    decisions.hold_back(world.store, update_of(world).id, world.now)
    back = vanish(world)
    with world.store.write() as tx:
        cancel(tx, update_of(world), Hold.removed, "the contact is no longer in the roster", world.now)
    back()
    assert update_of(world).hold == Hold.owner


def test_an_approved_last_letter_whose_reader_was_missing_for_a_moment_leaves(world: World, tmp_path: Path) -> None:
    meet(world, "Ada Lovelace")
    world.settings(tmp_path, search={"status": "landed"})
    landed.draft(world.store, world.desk, "Initech", "head of platform", world.now)
    (letter,) = world.outbox(MessageKind.landed)
    decisions.approve(world.store, world.desk, letter.id, world.now)
    back = vanish(world)
    world.now += timedelta(minutes=1)
    world.deliver()
    assert world.message(letter.id).hold == Hold.removed
    back()
    assert world.deliver() == [letter.id]


def test_the_note_of_a_referrer_who_was_missing_for_long_stays_cancelled(world: World) -> None:
    world.add("Ada Lovelace")
    world.add("Mary Somerville", referred_by="Ada Lovelace")
    world.log("Mary Somerville")
    (letter,) = world.outbox(MessageKind.loop_back)
    back = vanish(world)
    world.tick(hours=2)
    world.deliver()
    assert world.message(letter.id).hold == Hold.removed
    world.tick(days=240)
    back()
    assert world.message(letter.id).status is MessageStatus.cancelled

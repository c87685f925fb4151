"""A yes is to the words that were there: a letter that is written again is looked at again, and a hold stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailer.compose import Templates
from mailer.model import Hold, MessageKind, MessageStatus, Person
from mailer.resources import shipped
from mailer.services import decisions, log, loop_back, thank_you, updates
from mailer.storage.records import MessageRecord
from tests.integration.services.test_careful import own_template
from tests.integration.services.test_follow_up import DUE as FOLLOW_UP_DUE
from tests.integration.services.test_follow_up import follow_ups
from tests.integration.services.test_loop_back import letters as notes
from tests.integration.services.test_loop_back import named
from tests.integration.services.test_updates import letters, meet, run_first_edition
from tests.integration.world import World


def approved(world: World, message: MessageRecord | None) -> MessageRecord:
    assert message is not None
    return decisions.approve(world.store, world.desk, message.id, world.now)


def template(world: World, folder: Path, name: str, text: str) -> None:
    """The owner's own template."""
    path = folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    world.desk = replace(world.desk, templates=Templates([folder / "templates", shipped("templates")]))


def test_a_second_talk_after_the_yes_asks_again(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, thank_you={"review": "approve"})
    world.add("Ada Lovelace")
    message = approved(world, world.log("Ada Lovelace").message)
    assert message.status is MessageStatus.queued
    world.log("Ada Lovelace", "the coffee that followed")
    found = world.message(message.id)
    assert "the coffee that followed" in found.body
    assert (found.status, found.hold, found.approved_at) == (MessageStatus.held, Hold.review, None)


def test_a_new_text_is_read_again_after_the_yes(world: World, tmp_path: Path) -> None:
    slip = 'Subject: Hi\n\nDear Bob,\n\nthank you for {{ thanks_for|sentence }}.\n\n{% include "signature.md" %}\n'
    world.add("Ada Lovelace")
    own_template(world, tmp_path, slip)
    message = approved(world, world.log("Ada Lovelace").message)
    own_template(world, tmp_path, slip.replace("thank you", "thanks again"))
    thank_you.redraw(world.store, world.desk, world.now)
    assert world.message(message.id).hold == Hold.reading


def test_a_yes_stands_where_nothing_that_is_read_has_changed(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, thank_you={"review": "approve"})
    world.add("Ada Lovelace")
    message = approved(world, world.log("Ada Lovelace").message)
    template(world, tmp_path, "landed.md", "Subject: Hi\n\n{{ greeting }}\n")  # all drafts are written again
    thank_you.redraw(world.store, world.desk, world.now)
    found = world.message(message.id)
    assert found.inputs != message.inputs
    assert (found.status, found.approved_at) == (MessageStatus.queued, message.approved_at)


def test_a_note_that_is_to_tell_more_after_the_yes_asks_again(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, loop_back="approve")
    named(world)
    world.add("Bob Stephenson", referred_by="Charles Babbage")
    world.log("Mary Somerville")
    note = approved(world, notes(world)[0])
    assert note.status is MessageStatus.queued
    world.log("Bob Stephenson")
    found = world.message(note.id)
    assert "Bob Stephenson" in found.body
    assert (found.status, found.hold) == (MessageStatus.held, Hold.review)


SLIP = "Subject: News\n\nDear Bob,\n\nall is well.\n"


@pytest.fixture
def update(world: World) -> MessageRecord:
    """Ada's update, which waits."""
    world.started()
    meet(world, "Ada Lovelace")
    run_first_edition(world)
    return letters(world)[0]


def redrawn(world: World, folder: Path, text: str) -> MessageRecord:
    template(world, folder, "update.md", text)
    updates.redraw(world.store, world.desk, world.now)
    return letters(world)[0]


def test_an_update_written_again_after_the_yes_is_read_again(
    world: World, update: MessageRecord, tmp_path: Path
) -> None:
    redrawn(world, tmp_path, SLIP)
    approved(world, update)
    assert redrawn(world, tmp_path, SLIP).status is MessageStatus.queued  # the yes to these words stands
    found = redrawn(world, tmp_path, SLIP.replace("well", "fine"))
    assert (found.status, found.hold) == (MessageStatus.held, Hold.reading)


@pytest.mark.parametrize("text", [SLIP, "Subject: News\n\n{{ nothing_of_this_name }}\n"])
def test_the_owners_hold_of_an_update_outlives_what_is_wrong_with_its_text(
    world: World, update: MessageRecord, tmp_path: Path, text: str
) -> None:
    decisions.hold_back(world.store, update.id, world.now)
    assert redrawn(world, tmp_path, text).hold == Hold.owner
    found = redrawn(world, tmp_path, "Subject: News\n\n{{ greeting }}\n\nall is well.\n")
    assert (found.status, found.hold) == (MessageStatus.held, Hold.owner)


def test_news_that_needs_a_yes_does_not_leave_in_a_thank_you(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, loop_back="approve")
    named(world)
    thanks = world.log("Charles Babbage").message
    world.log("Mary Somerville")
    assert thanks is not None and "Mary" not in world.message(thanks.id).body
    assert [n.hold for n in notes(world)] == [Hold.review]


@pytest.mark.parametrize("hold", [Hold.owner, Hold.first_start])
def test_news_that_is_held_does_not_leave_in_a_thank_you(world: World, hold: Hold) -> None:
    named(world)
    world.log("Mary Somerville")
    (note,) = notes(world)
    if hold is Hold.owner:
        decisions.hold_back(world.store, note.id, world.now)
    else:
        world.tick(hours=2)
        world.started()
    thanks = world.log("Charles Babbage").message
    assert thanks is not None and "Mary" not in world.message(thanks.id).body
    assert [n.hold for n in notes(world)] == [hold]


def test_other_news_goes_with_the_thank_you_beside_a_note_that_is_held(world: World) -> None:
    named(world)
    world.add("Bob Stephenson", referred_by="Charles Babbage")
    world.log("Mary Somerville")
    (note,) = notes(world)
    decisions.hold_back(world.store, note.id, world.now)
    thanks = world.log("Charles Babbage").message
    world.log("Bob Stephenson")
    assert thanks is not None
    assert "Bob Stephenson" in world.message(thanks.id).body
    assert "Mary" not in world.message(thanks.id).body
    assert "Bob" not in world.message(note.id).body


def test_a_held_note_ends_with_its_reason_all_the_same(world: World) -> None:
    world.add("Charles Babbage")
    world.add("Mary Somerville")
    world.log("Charles Babbage", referrals=(Person("Mary Somerville"),), thank_you=False)
    met = world.log("Mary Somerville", thank_you=False)
    (note,) = notes(world)
    decisions.hold_back(world.store, note.id, world.now)
    with world.store.write() as tx:
        log.undo(tx, world.desk, met.interaction, world.now, "owner")
    assert notes(world)[0].status is MessageStatus.cancelled


def test_an_approved_thank_you_takes_no_news_along(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, thank_you={"review": "approve"})
    named(world)
    thanks = approved(world, world.log("Charles Babbage").message)
    world.log("Mary Somerville", thank_you=False)
    loop_back.redraw(world.store, world.desk, world.now)
    found = world.message(thanks.id)
    assert (found.status, found.body) == (MessageStatus.queued, thanks.body)
    assert [n.kind for n in notes(world)] == [MessageKind.loop_back]


def test_a_follow_up_written_again_after_the_yes_asks_again(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, follow_up={"enabled": True, "working_days": 5, "review": "approve"})
    world.add("Ada Lovelace")
    world.sent()
    world.now = FOLLOW_UP_DUE
    (message,) = follow_ups(world)
    assert approved(world, message).status is MessageStatus.queued
    assert follow_ups(world)[0].status is MessageStatus.queued
    own = 'Subject: Re: cranes\n\n{{ greeting }}\n\nany news of cranes?\n\n{% include "signature.md" %}\n'
    template(world, tmp_path, "follow_up.md", own)
    (found,) = follow_ups(world)
    assert "any news of cranes?" in found.body
    assert (found.status, found.hold) == (MessageStatus.held, Hold.review)

"""Letters are read before they are queued: what is held, what goes on, and other words for a second letter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailer.compose import Templates
from mailer.model import Hold, MessageStatus
from mailer.resources import shipped
from mailer.services import decisions, thank_you
from mailer.services.careful import findings
from mailer.storage.records import MessageRecord
from tests.integration.world import World


def own_template(world: World, folder: Path, text: str) -> None:
    """The owner's own template for calls."""
    path = folder / "templates" / "thank_you" / "call.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    world.desk = replace(world.desk, templates=Templates([folder / "templates", shipped("templates")]))


WRONG = 'Subject: Hi\n\nDear Bob,\n\nthank you for {{ thanks_for|sentence }}.\n\n{% include "signature.md" %}\n'


def logged(world: World, **values: str) -> MessageRecord:
    message = world.log("Ada Lovelace", **values).message
    assert message is not None
    return message


def test_a_letter_to_somebody_else_is_held_until_its_template_is_mended(world: World, tmp_path: Path) -> None:
    world.add("Ada Lovelace")
    own_template(world, tmp_path, WRONG)
    message = logged(world)
    assert (message.status, message.hold) == (MessageStatus.held, Hold.reading)
    assert message.why is not None and "greets somebody else" in message.why and "greet the right person" in message.why
    own_template(world, tmp_path, WRONG.replace("Dear Bob,", "{{ greeting }}"))
    thank_you.redraw(world.store, world.desk, world.now)
    assert world.message(message.id).status is MessageStatus.queued
    assert "Hi Ada," in world.message(message.id).body


def test_the_owners_yes_to_a_held_letter_stands(world: World, tmp_path: Path) -> None:
    world.add("Ada Lovelace")
    own_template(world, tmp_path, WRONG)
    message = logged(world)
    decisions.approve(world.store, world.desk, message.id, world.now)
    world.sync()
    thank_you.redraw(world.store, world.desk, world.now)
    assert world.message(message.id).status is MessageStatus.queued


def test_a_second_letter_says_it_in_other_words(world: World) -> None:
    """Three days later the stable choice would give the same phrasing, with the same particulars the same letter."""
    world.add("Ada Lovelace")
    first = world.sent()
    world.tick(days=6)
    second = logged(world)
    assert second.hold is None
    assert second.body.split("\n\n")[1] != first.body.split("\n\n")[1]
    world.sync()
    thank_you.redraw(world.store, world.desk, world.now)
    assert world.message(second.id).body == second.body


def test_a_template_without_other_words_is_held_where_it_would_say_the_same_again(world: World, tmp_path: Path) -> None:
    world.add("Ada Lovelace")
    own_template(world, tmp_path, WRONG.replace("Dear Bob,", "{{ greeting }}"))
    world.sent()
    world.tick(days=6)
    second = logged(world)
    assert second.hold == Hold.reading and second.why is not None and "nearly the same" in second.why


def test_a_letter_in_the_contacts_language_is_read_in_it(world: World) -> None:
    world.add("Ada Lovelace", language="de", salutation="Liebe Ada")
    message = logged(world, thanks_for="die Führung")
    assert message.status is MessageStatus.queued
    assert message.body.startswith("Liebe Ada,\n\n") and "die Führung" in message.body
    with world.store.read() as tx:
        found = findings(tx, world.desk, message, world.now)
    assert [(each.rule, each.serious) for each in found] == [("language", False)]


@pytest.mark.parametrize(("slip", "held"), [("Hi {{ name }},", True), ("Hello Ada,", False)])
def test_words_by_hand_are_read_too(world: World, slip: str, held: bool) -> None:
    world.add("Ada Lovelace")
    message = logged(world)
    body = message.body.replace("Hi Ada,", slip)
    decisions.edit(world.store, world.desk, message.id, message.subject, body, world.now)
    assert (world.message(message.id).hold == Hold.reading) is held
    world.sync()
    thank_you.redraw(world.store, world.desk, world.now)
    after = world.message(message.id)
    assert (after.status is MessageStatus.held, after.body) == (held, body)

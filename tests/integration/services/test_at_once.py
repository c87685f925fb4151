"""Two who change one letter at once on PostgreSQL, where both can read it before either writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from mailer.model import MessageKind, MessageStatus
from mailer.services import thank_you, updates
from mailer.storage import messages
from mailer.storage.records import MessageRecord
from mailer.storage.store import Tx
from tests.integration.world import World

pytestmark = [pytest.mark.servers, pytest.mark.parametrize("world", ["postgresql"], indirect=True)]

OWN_WORDS = "In my own words."
NEW_PHONE = {"name": "Dana Reyes", "email": "dana@example.com", "phone": "+1 312 555 0199"}


def by_hand(message: MessageRecord) -> Callable[[Tx], None]:
    """The owner writes a letter by hand."""
    return lambda tx: messages.change(tx, message.id, body=OWN_WORDS, edited=True)


def while_waiting(world: World, change: Callable[[Tx], None], act: Callable[[], object]) -> None:
    """`act` begins once `change` is made and not yet there for others, who wait for its end."""
    other = threading.Thread(target=act)
    with world.store.write() as tx:
        change(tx)
        other.start()
        deadline = time.monotonic() + 60
        while not somebody_waits(world):
            assert time.monotonic() < deadline, "nobody waits for the row"
            time.sleep(0.01)
    other.join(60)
    assert not other.is_alive()


def somebody_waits(world: World) -> bool:
    with world.store.engine.connect() as connection:
        return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar())


def test_a_thank_you_that_is_drawn_anew_keeps_what_the_owner_wrote_at_that_moment(world: World, tmp_path: Path) -> None:
    world.add("Ada Lovelace")
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    world.settings(tmp_path, profile=NEW_PHONE)
    while_waiting(world, by_hand(waiting), lambda: thank_you.redraw(world.store, world.desk, world.now))
    assert world.message(waiting.id).body == OWN_WORDS


def test_a_thank_you_that_the_owner_approves_while_it_is_drawn_anew_is_not_held_again(
    world: World, tmp_path: Path
) -> None:
    world.settings(tmp_path, thank_you={"review": "approve"})
    world.add("Ada Lovelace")
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None and waiting.status is MessageStatus.held
    world.change("Ada Lovelace", timezone="Europe/Riga")  # it is due at another time; its words are the same

    def approve(tx: Tx) -> None:
        queued = MessageStatus.queued
        messages.transition(tx, waiting.id, (waiting.status,), queued, hold=None, why=None, approved_at=world.now)

    world.settings(tmp_path, thank_you={"review": "approve", "after": "3h"})
    while_waiting(world, approve, lambda: thank_you.redraw(world.store, world.desk, world.now))
    assert world.message(waiting.id).status is MessageStatus.queued


def test_an_update_that_is_drawn_anew_keeps_what_the_owner_wrote_at_that_moment(world: World, tmp_path: Path) -> None:
    world.started()
    world.add("Ada Lovelace")
    world.sent()
    world.tick(days=30)
    world.update()
    world.deliver()
    updates.approve(world.store, world.desk, None, world.now)
    world.update()
    (waiting,) = world.outbox(MessageKind.update)
    world.settings(tmp_path, profile=NEW_PHONE)
    while_waiting(world, by_hand(waiting), lambda: updates.redraw(world.store, world.desk, world.now))
    assert world.message(waiting.id).body == OWN_WORDS

"""Changes of state that must never happen raise, whoever asks for them."""

from __future__ import annotations

import pytest

from mailer.model import MessageStatus, Outcome
from mailer.services import decisions
from mailer.services.transitions import move
from tests.integration.world import World


@pytest.mark.parametrize("outcome", [Outcome.uncertain, Outcome.rejected])
def test_no_rule_puts_a_message_back_that_may_have_left(world: World, outcome: Outcome) -> None:
    world.add("Ada Lovelace")
    logged = world.log("Ada Lovelace").message
    assert logged is not None
    world.tick(hours=2)
    world.deliver(outcome)
    with pytest.raises(ValueError, match="only the owner"), world.store.write() as tx:
        move(tx, world.message(logged.id), MessageStatus.queued, world.now, "roster")


def test_a_sent_message_never_goes_back_to_the_queue(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.sent()
    with pytest.raises(ValueError, match="never goes from sent"), world.store.write() as tx:
        move(tx, message, MessageStatus.queued, world.now, "owner")


def test_only_proof_makes_a_cancelled_message_sent(world: World) -> None:
    world.add("Ada Lovelace")
    logged = world.log("Ada Lovelace").message
    assert logged is not None
    decisions.cancel_message(world.store, world.desk, logged.id, world.now)
    with pytest.raises(ValueError, match="only proof"), world.store.write() as tx:
        move(tx, world.message(logged.id), MessageStatus.sent, world.now, "owner")

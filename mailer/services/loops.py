"""What a message tells its recipient of people whom they named."""

from __future__ import annotations

from mailer.compose import Spoken
from mailer.model import InteractionKind
from mailer.storage import loops
from mailer.storage.store import Tx


def spoken_with(name: str, kind: InteractionKind) -> Spoken:
    """Somebody the owner has talked with: `spoken` on the phone, `met` in one room."""
    return Spoken(name, "spoken" if kind is InteractionKind.call else "met")


def told_in(tx: Tx, message_pk: int) -> list[Spoken]:
    """People whom a message's recipient named, and whom it says the owner has talked with since."""
    return [spoken_with(loop.name, loop.kind) for loop in loops.of_message(tx, message_pk)]

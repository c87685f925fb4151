"""Letters that the program cancelled, and whose reason is back: what is old by then stays cancelled."""

from __future__ import annotations

from datetime import datetime

from mailer.model import MAY_LEAVE, Hold, MessageKind, MessageStatus, SearchStatus
from mailer.services.desk import Desk
from mailer.services.transitions import bring_back
from mailer.storage import editions, messages
from mailer.storage.records import MessageRecord
from mailer.storage.store import Tx

_PLANNED = frozenset({MessageKind.thank_you, MessageKind.loop_back})
"""Kinds that a plan of their own revives."""


def timely(tx: Tx, desk: Desk, message: MessageRecord, now: datetime) -> bool:
    """Whether a cancelled letter still says something: the search is what it was, and the letter was due not long ago,
    or its edition still leaves."""
    status = desk.config.search.status
    if message.kind not in MAY_LEAVE[SearchStatus.active if status is SearchStatus.paused else status]:
        return False
    if message.edition is not None and _leaves(tx, message.edition):
        return True
    return desk.today(now) - desk.today(message.not_before) <= desk.config.thank_you.skip_older_than


def _leaves(tx: Tx, name: str) -> bool:
    """Whether letters of an edition still leave; one held letter keeps it open until newer ones have told it all."""
    every = editions.every(tx)
    is_open = any(e.name == name and e.status not in ("done", "missed") for e in every)
    return is_open and not any(e.name > name and e.started_at is not None for e in every)


def back_in_roster(tx: Tx, desk: Desk, contact_id: int, now: datetime) -> None:
    """Bring back what was cancelled only since the contact was missing; thank-yous and notes to referrers are planned
    anew anyway."""
    wanted = messages.Filter(contact_id=contact_id, statuses=(MessageStatus.cancelled,))
    for message in messages.listing(tx, wanted):
        if message.hold == Hold.removed and message.kind not in _PLANNED and timely(tx, desk, message, now):
            bring_back(tx, message, now, "roster", "the contact is back in the roster")

"""Two contacts that turned out to be one person: what happened with either belongs to one from then on.

A thank-you, an update must not reach the same person twice because they stood in the roster twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailer.model import BEFORE_SENDING, Hold, MessageStatus
from mailer.services.desk import Desk
from mailer.services.transitions import cancel
from mailer.services.verdicts import recompute
from mailer.storage import contacts, events, interactions, joining, messages, opt_outs
from mailer.storage.records import MessageRecord
from mailer.storage.store import Tx


def join(tx: Tx, desk: Desk, gone_id: int, into_id: int, now: datetime, actor: str) -> None:
    """Move everything of one contact to another."""
    gone, into = contacts.get(tx, gone_id), contacts.get(tx, into_id)
    if gone is None or into is None or gone_id == into_id:
        return
    _join_messages(tx, gone_id, into_id, now, actor)
    for item in interactions.of_contact(tx, gone_id, removed_too=True):
        position = interactions.next_position(tx, into_id, item.source, item.day, item.kind)
        interactions.change(tx, item.id, contact_id=into_id, position=position)
    joining.move_rows(tx, gone_id, into_id)
    opt_outs.bind(tx, into_id, [], opt_outs.binding(tx, gone_id), now)
    contacts.change(
        tx,
        into_id,
        contacted_at=min(filter(None, (gone.contacted_at, into.contacted_at)), default=None),
        thanked_at=max(filter(None, (gone.thanked_at, into.thanked_at)), default=None),
        updated_at=max(filter(None, (gone.updated_at, into.updated_at)), default=None),
    )
    contacts.change(tx, gone_id, roster_id="")  # an `id:` that goes along must not lead back here
    why = events.joined_why(into_id)
    events.record(tx, [events.event(tx, now, actor, "contact", gone_id, old=None, new=events.JOINED, why=why)])
    recompute(tx, desk, into_id, now, actor, f"joined with contact {gone_id}")


def _join_messages(tx: Tx, gone_id: int, into_id: int, now: datetime, actor: str) -> None:
    """Move mail. Of two for one day or edition, the one that has left keeps the place; the other never leaves."""
    kept = messages.listing(tx, messages.Filter(contact_id=into_id))
    for message in messages.listing(tx, messages.Filter(contact_id=gone_id)):
        rival = _rival(message, kept)
        if rival is None:
            messages.change(tx, message.id, contact_id=into_id)
            continue
        loser = rival if _left(message) and not _left(rival) else message
        if loser.status in BEFORE_SENDING:
            cancel(tx, loser, Hold.pointless, "the same person gets one already", now, actor)
        messages.change(tx, loser.id, day=None, edition=None)
        messages.change(tx, message.id, contact_id=into_id)


def _rival(message: MessageRecord, others: Sequence[MessageRecord]) -> MessageRecord | None:
    """The other contact's mail of the same kind for the same day or edition."""
    for other in others:
        same_day = message.day is not None and message.day == other.day
        same_edition = message.edition is not None and message.edition == other.edition
        if other.kind is message.kind and (same_day or same_edition):
            return other
    return None


def _left(message: MessageRecord) -> bool:
    return message.status not in (*BEFORE_SENDING, MessageStatus.cancelled)

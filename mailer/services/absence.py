"""A contact who is away: their mail waits until the day after their last day away, in the send window."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from mailer.model import BEFORE_SENDING, MessageKind, MessageStatus
from mailer.schedule import next_open
from mailer.services.desk import Desk
from mailer.storage import events, messages
from mailer.storage.records import ContactRecord, MessageRecord
from mailer.storage.store import Tx

OLD = timedelta(days=10)
"""An update that could have left for longer than this says nothing new where there is a newer edition."""

_STANDS = (*BEFORE_SENDING, MessageStatus.sending, MessageStatus.uncertain, MessageStatus.sent)


def back_at(desk: Desk, contact: ContactRecord) -> datetime | None:
    """When mail to an absent contact may leave again (UTC); None where no absence is known."""
    if contact.away_until is None:
        return None
    window = desk.window_of(contact)
    day = contact.away_until + timedelta(days=1)
    return next_open(window, datetime.combine(day, time(), window.zone).astimezone(UTC))


def put_off(tx: Tx, desk: Desk, contact: ContactRecord, message: MessageRecord, now: datetime) -> bool:
    """Bring a waiting message's time in step with the contact's absence; True where it has to wait for its end."""
    back = back_at(desk, contact)
    own = message.put_off_from or message.not_before
    waits = back is not None and back > now and message.status in BEFORE_SENDING
    if waits and back is not None and message.not_before < back:
        messages.change(tx, message.id, not_before=back, put_off_from=own)
        why = f"{contact.name} is away until {contact.away_until}"
        state = message.status
        events.record(tx, [events.event(tx, now, "mailbox", "message", message.id, old=state, new=state, why=why)])
    elif not waits and message.put_off_from is not None:
        messages.change(tx, message.id, not_before=own, put_off_from=None)
    return waits


def overtaken(tx: Tx, message: MessageRecord, newest: str, now: datetime) -> str:
    """Why an update that waited out an absence or a pause is old news: a newer one to the same contact waits or has
    left, or it is late by more than OLD and there is a newer edition. `newest` is the newest edition that goes on."""
    if message.contact_id is None or message.edition is None or message.edition >= newest:
        return ""
    wanted = messages.Filter(contact_id=message.contact_id, kinds=(MessageKind.update,), statuses=_STANDS)
    newer = [m.edition for m in messages.listing(tx, wanted) if m.edition and m.edition > message.edition]
    if not newer and now - message.not_before <= OLD:
        return ""
    return f"it had to wait, and the update of {max(newer, default=newest)} says more"

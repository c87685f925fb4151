"""The owner's word on messages: approve, hold, cancel, retry, resolve, edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from mailer.errors import UsageError
from mailer.model import BEFORE_SENDING, Hold, MessageStatus
from mailer.schedule import next_open
from mailer.services import loop_back
from mailer.services.careful import findings, why_held
from mailer.services.desk import Desk
from mailer.services.proof import proven_sent
from mailer.services.transitions import cancel, hold, release
from mailer.storage import claims, contacts, messages
from mailer.storage.records import MessageRecord
from mailer.storage.store import Store, Tx


def _decide(store: Store, message_pk: int, decide: Callable[[Tx, MessageRecord], bool], verb: str) -> MessageRecord:
    with store.write() as tx:
        message = messages.get(tx, message_pk)
        if message is None:
            raise UsageError(f"there is no message {message_pk}", mend="see `mailer outbox list`")
        if not decide(tx, message):
            seen = messages.get(tx, message_pk) or message
            raise UsageError(f"message {message_pk} is {seen.status}, so it can't be {verb}")
        changed = messages.get(tx, message_pk)
        assert changed is not None  # noqa: S101 -- rows are never deleted here
        return changed


def approve(store: Store, desk: Desk, message_pk: int, now: datetime) -> MessageRecord:
    """A held message may leave, at its time. One whose draft is empty, or whose contact asked something, stays."""

    def decide(tx: Tx, message: MessageRecord) -> bool:
        if message.status is not MessageStatus.held:
            return False
        if message.hold == Hold.template:
            raise UsageError(f"message {message.id} has no draft: {message.why}", mend="mend the template first")
        if message.hold == Hold.question:
            raise UsageError(f"a question comes first: {message.why}", mend="see `mailer replies list`")
        return release(tx, message, now, "owner", "approved", approved_at=now, not_before=_when(tx, desk, message, now))

    return _decide(store, message_pk, decide, "approved")


def _when(tx: Tx, desk: Desk, message: MessageRecord, now: datetime) -> datetime:
    """Its own time if that is still to come, else the next moment in the contact's window."""
    contact = contacts.get(tx, message.contact_id) if message.contact_id else None
    moment = max(now, message.not_before)
    return next_open(desk.window_of(contact), moment) if contact else moment


def hold_back(store: Store, message_pk: int, now: datetime) -> MessageRecord:
    """A waiting message waits for the owner's approval."""
    return _decide(store, message_pk, lambda tx, m: hold(tx, m, Hold.owner, "you held it", now, "owner"), "held")


def cancel_message(store: Store, desk: Desk, message_pk: int, now: datetime) -> MessageRecord:
    """A message that has not left will not leave. What a thank-you was to tell of people its recipient named is told
    in another letter."""

    def decide(tx: Tx, message: MessageRecord) -> bool:
        done = cancel(tx, message, Hold.owner, "you cancelled it", now, "owner")
        if done and message.contact_id is not None:
            loop_back.replan(tx, desk, message.contact_id, now, "owner")
        return done

    return _decide(store, message_pk, decide, "cancelled")


def retry(store: Store, desk: Desk, message_pk: int, now: datetime) -> MessageRecord:
    """A failed or cancelled message, or one that waits between attempts, is tried in the next open moment.

    It gets four new days. Its octets are the same where a server may have had them; else they are made anew, for an
    address that was mended.
    """

    def decide(tx: Tx, message: MessageRecord) -> bool:
        if message.status not in (MessageStatus.failed, MessageStatus.cancelled, MessageStatus.queued):
            return False
        when = _when(tx, desk, message, now) if message.status is MessageStatus.cancelled else now
        contact = contacts.get(tx, message.contact_id) if message.contact_id else None
        when = next_open(desk.window_of(contact), when) if contact else when
        values: dict[str, Any] = {"not_before": when, "first_attempt_at": None, "approved_at": now}
        done = release(tx, message, now, "owner", "tried again", attempts=min(message.attempts, 1), **values)
        known = messages.get(tx, message.id)  # once more, the row being ours now
        if done and known is not None and not known.may_have_left:
            messages.change(tx, message.id, attempts=0)
            claims.thaw(tx, message.id)
        return done

    return _decide(store, message_pk, decide, "retried")


def resolve(store: Store, desk: Desk, message_pk: int, *, sent: bool, now: datetime) -> MessageRecord:
    """The owner knows whether an uncertain message arrived: it counts as sent, or leaves again as it was."""

    def decide(tx: Tx, message: MessageRecord) -> bool:
        if message.status is not MessageStatus.uncertain:
            return False
        if sent:
            return proven_sent(tx, message, message.claimed_at or now, "owner", "you said that it arrived", now)
        when = _when(tx, desk, message, now)
        return release(tx, message, now, "owner", "you said that it did not arrive", not_before=when)

    return _decide(store, message_pk, decide, "resolved")


def edit(store: Store, desk: Desk, message_pk: int, subject: str, body: str, now: datetime) -> MessageRecord:
    """The owner's own words replace the draft, which from then on follows nothing. What is seriously wrong holds it."""

    def decide(tx: Tx, message: MessageRecord) -> bool:
        if message.status not in BEFORE_SENDING or message.attempts:
            return False
        if not claims.rewrite(tx, message.id, subject, body):
            return False
        written = replace(message, subject=subject, body=body, edited=True)
        if why := why_held(findings(tx, desk, written, now)):
            messages.change(tx, message.id, approved_at=None)  # the yes was to other words
            return hold(tx, message, Hold.reading, why, now, "owner")
        if message.hold in (Hold.template, Hold.particulars, Hold.reading):
            return release(tx, message, now, "owner", "written by hand", approved_at=now)
        return True

    return _decide(store, message_pk, decide, "edited")

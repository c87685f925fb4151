"""Changes of a message's state, each with its row in the event log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mailer.model import BEFORE_SENDING, MAY_HAVE_LEFT, TRANSITIONS, Hold, MessageStatus
from mailer.storage import events, messages
from mailer.storage.records import MessageRecord
from mailer.storage.store import Tx

_BY_VERDICT = frozenset({Hold.question, Hold.opt_out, Hold.dead})
"""Reasons that a verdict on an answer gives, and that end with it."""

_MAY_END = _BY_VERDICT | {Hold.removed, Hold.written, Hold.pointless}
"""Reasons that may go as they came: what a message was held for before must hold it again then."""

OWNER, PROOF, MAILBOX = "owner", "proof", "mailbox"
"""Actors whose word counts more than a rule's. The mailbox shows what was sent, and never what was not."""


def move(
    tx: Tx,
    message: MessageRecord,
    target: MessageStatus,
    now: datetime,
    actor: str,
    reason: str = "",
    **values: Any,
) -> bool:
    """Move a message from the state it was seen in. False, and nothing logged, where it had moved on meanwhile.

    Raises ValueError for a change that must never happen: a mistake here would send a mail twice.
    """
    if target not in TRANSITIONS[message.status]:
        raise ValueError(f"a message never goes from {message.status} to {target}")
    if target is MessageStatus.queued and message.status in MAY_HAVE_LEFT and actor not in (OWNER, PROOF):
        raise ValueError(f"only the owner or proof puts a message back that is {message.status}")
    waits = message.status in BEFORE_SENDING or message.status is MessageStatus.cancelled
    if target is MessageStatus.sent and waits and actor not in (PROOF, MAILBOX):
        raise ValueError(f"only proof makes a message sent that is {message.status}")
    if not messages.transition(tx, message.id, (message.status,), target, **values):
        return False
    row = events.event(tx, now, actor, "message", message.id, old=message.status, new=target, why=reason)
    events.record(tx, [row])
    return True


def hold(tx: Tx, message: MessageRecord, reason: Hold, why: str, now: datetime, actor: str = "daemon") -> bool:
    """Make a waiting message wait for the owner."""
    if message.status not in BEFORE_SENDING:
        return False
    values = {"hold": reason.value, "why": why, **_remembered(message, reason)}
    return move(tx, message, MessageStatus.held, now, actor, why, **values)


def cancel(tx: Tx, message: MessageRecord, reason: Hold, why: str, now: datetime, actor: str = "daemon") -> bool:
    """End a message that has not left."""
    if message.status not in BEFORE_SENDING:
        return False
    values = {"hold": reason.value, "why": why, **_remembered(message, reason)}
    return move(tx, message, MessageStatus.cancelled, now, actor, why, **values)


def release(tx: Tx, message: MessageRecord, now: datetime, actor: str, why: str, **values: Any) -> bool:
    """Let a held (or by mistake cancelled) message go its way."""
    cleared = {"hold": None, "why": None, "earlier_hold": None, "earlier_why": None}
    return move(tx, message, MessageStatus.queued, now, actor, why, **cleared, **values)


def _remembered(message: MessageRecord, reason: Hold) -> dict[str, str | None]:
    """What a message was held for before something stops it that may end, so that its end brings just that back."""
    if reason not in _MAY_END:
        return {"earlier_hold": None, "earlier_why": None}
    if message.status is MessageStatus.held and message.hold not in _BY_VERDICT:
        return {"earlier_hold": message.hold, "earlier_why": message.why}
    return {}


def bring_back(tx: Tx, message: MessageRecord, now: datetime, actor: str, why: str) -> bool:
    """End what stopped a message: it is held again for what it was held for before, or goes its way. Whether its
    edition is still stopped is asked by the claim."""
    if message.earlier_hold in (None, Hold.edition):
        return release(tx, message, now, actor, why)
    values = {"hold": message.earlier_hold, "why": message.earlier_why, "earlier_hold": None, "earlier_why": None}
    return move(tx, message, MessageStatus.held, now, actor, why, **values)


def fail(tx: Tx, message: MessageRecord, why: str, now: datetime) -> bool:
    """This message will not be sent any more; it stays visible."""
    return move(
        tx, message, MessageStatus.failed, now, "daemon", why, last_error=why, why=why, hold=None, lease_until=None
    )

"""A planned letter to one contact: created, and then kept in step with what it is drawn from until it leaves.

What services plan is compared with what is in the outbox; nothing is touched that may have left.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from mailer.compose import Draft, message_id
from mailer.model import Hold, MessageKind, MessageStatus
from mailer.services.desk import Desk, recipient
from mailer.services.transitions import move
from mailer.storage import claims, events, messages
from mailer.storage.records import ContactRecord, MessageRecord
from mailer.storage.store import Tx

_RECOMPUTED = {
    Hold.reading,
    Hold.particulars,
    Hold.near_double,
    Hold.template,
    Hold.question,
    Hold.removed,
    Hold.dead,
    Hold.review,
    Hold.written,
    Hold.pointless,
}
"""Reasons to wait that a plan gives and takes away again; the owner's and the first start's stay."""

_FIRST = frozenset({Hold.template, Hold.question})
"""Reasons that come before what a message was held for earlier: no yes of the owner ends them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a letter should look like in the outbox. `inputs`: a digest of what the draft was rendered from."""

    draft: Draft
    inputs: str
    due: datetime
    overdue_at: datetime | None
    hold: Hold | None
    why: str


def digest(desk: Desk, contact: ContactRecord, parts: Any) -> str:
    """A digest of everything a draft to this contact was rendered from; `parts` beside what all letters say."""
    everything = [desk.templates.fingerprint, asdict(desk.speaker), asdict(recipient(contact)), parts]
    return hashlib.sha256(json.dumps(everything, default=str, sort_keys=True).encode()).hexdigest()


def create(
    tx: Tx,
    desk: Desk,
    contact: ContactRecord,
    kind: MessageKind,
    plan: Plan,
    now: datetime,
    actor: str,
    *,
    day: date | None = None,
    reason: str = "",
) -> MessageRecord | None:
    """Put a new letter into the outbox. Raises IntegrityError for a second one of the same kind and day."""
    token = desk.token()
    status = MessageStatus.held if plan.hold else MessageStatus.queued
    row: dict[str, Any] = {
        "kind": kind.value,
        "contact_id": contact.id,
        "day": day,
        "to_name": contact.name,
        "to_address": contact.address,
        "subject": plan.draft.subject,
        "body": plan.draft.body,
        "inputs": plan.inputs,
        "status": status.value,
        "hold": plan.hold.value if plan.hold else None,
        "why": plan.why or None,
        "not_before": plan.due,
        "overdue_at": plan.overdue_at,
        "token": token,
        "message_id": message_id(token, desk.config.owner().email),
        "thread": [],
        "created_at": now,
    }
    (message_pk,) = messages.create(tx, [row])
    why = plan.why or reason
    events.record(tx, [events.event(tx, now, actor, "message", message_pk, old=None, new=status, why=why)])
    return messages.get(tx, message_pk)


def as_planned(message: MessageRecord, draft: Draft, inputs: str) -> MessageRecord:
    """The message as a plan with this draft must see it: the owner's yes was to the words that were there."""
    follows = not message.edited and not message.attempts and message.inputs != inputs
    if follows and (draft.subject, draft.body) != (message.subject, message.body):
        return replace(message, approved_at=None)
    return message


def adjust(
    tx: Tx, message: MessageRecord, contact: ContactRecord, plan: Plan, now: datetime, actor: str
) -> MessageRecord | None:
    """Bring an existing letter that has not left in step with its plan."""
    changes: dict[str, object] = {}
    if plan.hold is not Hold.template and as_planned(message, plan.draft, plan.inputs) is not message:
        message = replace(message, approved_at=None)
        changes.update(approved_at=None)
    if plan.hold is not Hold.template and not message.edited and not message.attempts and message.inputs != plan.inputs:
        changes.update(subject=plan.draft.subject, body=plan.draft.body, inputs=plan.inputs)
        claims.forget_body(tx, message.id)
    if not message.attempts and (message.to_address != contact.address or message.to_name != contact.name):
        changes.update(to_address=contact.address, to_name=contact.name)
    if message.attempts == 0 and message.not_before != plan.due and not message.approved_at:
        changes.update(not_before=plan.due, overdue_at=plan.overdue_at, put_off_from=None)
    if changes:
        messages.change(tx, message.id, **changes)
    _bring_state(tx, message, plan, now, actor)
    return messages.get(tx, message.id)


def _bring_state(tx: Tx, message: MessageRecord, plan: Plan, now: datetime, actor: str) -> None:
    """Hold, free or revive a letter as its plan says; what the owner or the first start held stays held, also where
    it was cancelled in between."""
    if message.status is MessageStatus.held and message.hold not in _RECOMPUTED:
        return
    reason, why = (plan.hold.value if plan.hold else None), plan.why
    earlier = {"earlier_hold": None, "earlier_why": None}
    if message.earlier_hold is not None and message.earlier_hold not in _RECOMPUTED:
        if plan.hold in _FIRST:
            earlier = {}
        else:
            reason, why = message.earlier_hold, message.earlier_why or ""
    target = MessageStatus.held if reason else MessageStatus.queued
    if message.status is target and (message.hold or None) == reason:
        return
    revived = message.status is MessageStatus.cancelled
    said = why or ("its reason is back" if revived else "what it waited for is there")
    move(tx, message, target, now, actor, said, hold=reason, why=why or None, **earlier)

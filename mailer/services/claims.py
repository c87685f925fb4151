"""Claiming: which messages may leave now, everything checked again, their octets frozen, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailer.compose import needs_smtputf8
from mailer.config import SentCopy
from mailer.errors import MISTAKES, MessageError, TemplateError
from mailer.model import MAY_LEAVE, Envelope, Hold, MessageKind, MessageStatus, OptOutScope
from mailer.schedule import is_open, next_open
from mailer.services.absence import overtaken, put_off
from mailer.services.desk import Desk
from mailer.services.follow_up import pointless
from mailer.services.octets import body_of, head_of
from mailer.services.proof import came_meanwhile, proven_sent
from mailer.services.transitions import PROOF, cancel, fail, hold
from mailer.services.unwritten import why_not
from mailer.storage import claims, contacts, events, forgotten, messages
from mailer.storage.records import ContactRecord, MessageRecord
from mailer.storage.store import Tx

log = logging.getLogger("mailer.outbox")

LEASE = timedelta(minutes=45)
"""Longer than any SMTP timeout on the way; a claim that outlives it has lost its sender."""

STRIKES = 3
"""How often a message may make this program stumble before it is put aside."""

DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)

_NARROW = frozenset({MessageKind.update, MessageKind.follow_up})
"""Kinds that an opt-out of updates stops."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message that this process alone may now send, once."""

    id: int
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Step:
    """What a step of the outbox brought: work, and when to look again where there is none."""

    claimed: tuple[Claimed, ...] = ()
    next_at: datetime | None = None


def claim(tx: Tx, desk: Desk, want: int, now: datetime) -> Step:
    """Claim up to `want` messages; those that may not leave are moved out of the way, each with its reason."""
    kinds = MAY_LEAVE[desk.config.search.status]
    gate = claims.gate(tx, now, MINUTE, DAY)
    if gate.paused_until is not None and gate.paused_until > now:
        return Step(next_at=gate.paused_until)
    room, room_at = _room(desk, gate, now)
    if gate.paused:
        room = min(room, 1)  # one try tells whether the account works again
    if not room:
        return Step(next_at=room_at)
    due = claims.due(tx, now, kinds, min(want, room))
    _put_aside(tx, due.broken, now)
    people = _known(tx, [m.contact_id for m in due.messages if m.contact_id is not None])
    going = claims.editions_now(tx) if any(m.edition for m in due.messages) else claims.NO_EDITIONS
    ready = [m for m in due.messages if _may_leave(tx, desk, m, people.get(m.contact_id or 0), going, now)]
    envelopes = _freeze(tx, desk, ready, due.contents, now)
    won = claims.claim(tx, list(envelopes), now, LEASE, blind_copy=_copies_blind(desk))
    _log_claims(tx, won, now)
    if won:
        claims.add_usage(tx, now, len(won))
        return Step(tuple(Claimed(i, envelope) for i, envelope in envelopes.items() if i in won))
    if due.messages or due.broken:
        return Step(next_at=now)  # all were put aside: look again at once
    return Step(next_at=messages.next_due(tx, kinds))


def _room(desk: Desk, gate: claims.Gate, now: datetime) -> tuple[int, datetime]:
    """How many more may leave now, and when there will be room where there is none."""
    limits = desk.config.limits
    minute = (limits.per_minute - gate.used_minute, (gate.first_in_minute or now) + MINUTE)
    day = (limits.per_day - gate.used_day, (gate.first_in_day or now) + DAY)
    room = min(minute[0], day[0])
    return max(0, room), max(at for left, at in (minute, day) if left == room)


def _known(tx: Tx, ids: Sequence[int]) -> dict[int, ContactRecord]:
    """These contacts; whom the owner had forgotten, and whose address opted out, is not written to, however they came
    back into the roster."""
    asked = contacts.ask(tx, ids)
    people = asked.people
    stopped = contacts.opted_out_of(tx, ids) if asked.any_opt_out else {}
    if asked.any_forgotten:
        lost = forgotten.among(tx, [each.address for each in people.values()])
        stopped |= {i: OptOutScope.all for i, c in people.items() if c.address in lost}
    if not stopped:
        return people
    return {
        i: replace(c, opted_out=contacts.widest((c.opted_out, stopped[i]))) if i in stopped else c
        for i, c in people.items()
    }


def _may_leave(
    tx: Tx,
    desk: Desk,
    message: MessageRecord,
    contact: ContactRecord | None,
    going: claims.Editions,
    now: datetime,
) -> bool:
    """Check everything once more; what may not leave is moved out of the way, with the reason."""
    if came_meanwhile(message):
        proven_sent(tx, message, message.claimed_at or now, PROOF, "its copy was seen before", now)
        return False
    if message.contact_id is None:
        return True
    if contact is None or not contact.in_roster:
        return not cancel(tx, message, Hold.removed, "the contact is no longer in the roster", now)
    if stopped := _stopped(tx, contact, message):
        return not cancel(tx, message, *stopped, now)
    if contact.question:
        return not hold(tx, message, Hold.question, contact.question, now)
    if message.kind is MessageKind.follow_up and (sign := pointless(tx, desk, message)):
        return not cancel(tx, message, Hold.pointless, sign, now)
    if message.edition is not None and message.edition in going.stopped:
        return not hold(tx, message, Hold.edition, going.stopped[message.edition] or "its edition was stopped", now)
    if put_off(tx, desk, contact, message, now):
        return False
    if message.kind is MessageKind.update and (why := overtaken(tx, message, going.newest, now)):
        return not cancel(tx, message, Hold.pointless, why, now)
    window = desk.window_of(contact)
    if not is_open(window, now):
        messages.change(tx, message.id, not_before=next_open(window, now))
        return False
    if message.attempts == 0 and message.to_address != contact.address:
        messages.change(tx, message.id, to_address=contact.address)
        return False  # seen again at once, with the new address
    return True


def _stopped(tx: Tx, contact: ContactRecord, message: MessageRecord) -> tuple[Hold, str] | None:
    if contact.opted_out is OptOutScope.all or (contact.opted_out and message.kind in _NARROW):
        return Hold.opt_out, why_not(tx, contact)
    if message.kind is MessageKind.update and contact.details.get("updates") is False:
        return Hold.pointless, f"the roster says no updates for {contact.name}"
    if contact.bounced_at or not contact.address:
        return Hold.dead, f"no address of {contact.name} is alive"
    return None


def _freeze(
    tx: Tx, desk: Desk, ready: Sequence[MessageRecord], contents: Mapping[int, claims.Content], now: datetime
) -> dict[int, Envelope]:
    """The envelopes of these messages; the octets are made at the first attempt and the same ever after."""
    new: list[tuple[int, claims.Content]] = []
    heads: list[tuple[int, bytes]] = []
    envelopes: dict[int, Envelope] = {}
    for message in ready:
        there = contents.get(message.id)
        try:
            body = there.body if there else body_of(desk, message)
            head = there.head if there and there.head is not None else head_of(desk, message, now)
        except (MessageError, TemplateError) as error:
            fail(tx, message, f"it could not be built: {error}", now)
            continue
        except MISTAKES as error:
            log.exception("message %d could not be built", message.id)
            _strike(tx, message, f"{type(error).__name__}: {error}", now)
            continue
        if there is None:
            new.append((message.id, claims.Content(body, head)))
        elif there.head is None:
            heads.append((message.id, head))
        envelopes[message.id] = _envelope(desk, message, head + body)
    claims.keep(tx, new)
    claims.freeze(tx, heads)
    return envelopes


def _envelope(desk: Desk, message: MessageRecord, octets: bytes) -> Envelope:
    owner = desk.config.owner().email
    utf8 = needs_smtputf8(message.to_address) or needs_smtputf8(owner)
    return Envelope(owner, _recipients(desk, message), octets, utf8)


def _put_aside(tx: Tx, broken: Sequence[tuple[int, str]], now: datetime) -> None:
    """Rows that can't be read wait for the owner; the others go on."""
    for message_pk, why in broken:
        log.error("message %d can't be read: %s", message_pk, why)
        if messages.put_aside(tx, message_pk, Hold.poison.value, why):
            row = events.event(tx, now, "daemon", "message", message_pk, old="queued", new="held", why=why)
            events.record(tx, [row])


def _strike(tx: Tx, message: MessageRecord, why: str, now: datetime) -> None:
    """A mistake of this program while building a message: after three it is put aside."""
    strikes = message.strikes + 1
    if strikes < STRIKES:
        messages.change(tx, message.id, strikes=strikes, not_before=now + MINUTE * strikes, last_error=why)
        return
    messages.change(tx, message.id, strikes=strikes, last_error=why)
    hold(tx, message, Hold.poison, f"this program can't handle it: {why}", now)


def _recipients(desk: Desk, message: MessageRecord) -> tuple[str, ...]:
    copy = _copies_blind(desk) and message.contact_id is not None
    return (message.to_address, desk.config.owner().email) if copy else (message.to_address,)


def _copies_blind(desk: Desk) -> bool:
    """Whether the owner stands in the envelopes of mail to contacts."""
    return desk.config.account.sent_copy is SentCopy.bcc


def _log_claims(tx: Tx, won: set[int], now: datetime) -> None:
    rows = [
        events.event(tx, now, "daemon", "message", i, old=MessageStatus.queued, new=MessageStatus.sending) for i in won
    ]
    events.record(tx, rows)

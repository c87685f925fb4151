"""What follows from incoming mail for a contact, recomputed from all verdicts on record.

Nothing here is incremental: a verdict that is overruled therefore undoes every one of its consequences exactly. Only
opt-outs are kept, each with the mail that asked: an address takes them along to another contact (`answers.reclassify`
ends them there as well).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailer.model import BEFORE_SENDING, Classification, Hold, MessageKind, MessageStatus, OptOutScope
from mailer.services import loop_back
from mailer.services.absence import put_off
from mailer.services.desk import Desk
from mailer.services.matching import OWN_WORDS
from mailer.services.reviving import timely
from mailer.services.transitions import bring_back, cancel, hold
from mailer.services.unwritten import why_not
from mailer.storage import contacts, events, forgotten, messages, opt_outs, replies
from mailer.storage.records import ContactRecord, MessageRecord, ReplyRecord
from mailer.storage.store import Tx

NARROW = frozenset({MessageKind.update, MessageKind.follow_up})


def recompute(tx: Tx, desk: Desk, contact_id: int, now: datetime, actor: str, why: str) -> None:
    """Bring a contact's state, and their waiting mail, in step with every verdict on record."""
    before = contacts.get(tx, contact_id)
    if before is None:
        return
    everything = replies.listing(tx, contact_id=contact_id)
    received = [r for r in everything if _counts(r)]
    own = [a.spelling for a in contacts.address_rows(tx, contact_id)]
    scope = _opt_out(tx, contact_id, own, received, now)
    dead = _dead_addresses(tx, contact_id, own)
    living = any(a.in_roster and a.dead_at is None for a in contacts.address_rows(tx, contact_id))
    bounced = [r.received_at for r in received if r.classification is Classification.bounce]
    bounced_at = None if living or not own else max((*bounced, *dead.values()), default=None)
    responded = [r.received_at for r in received if r.classification in OWN_WORDS]
    question = next((r.question for r in everything if r.question and r.needs_answer), None)
    absences = [
        (r.received_at, r.away_until) for r in received if r.away_until and r.classification is Classification.automatic
    ]
    contacts.change(
        tx,
        contact_id,
        opted_out=scope.value if scope else None,
        bounced_at=bounced_at,
        responded_at=max(responded, default=None),
        question=question,
        away_until=max(absences)[1] if absences else None,
    )
    after = contacts.get(tx, contact_id)
    assert after is not None  # noqa: S101 -- it was there a moment ago
    if after.status is not before.status:
        row = events.event(tx, now, actor, "contact", contact_id, old=before.status, new=after.status, why=why)
        events.record(tx, [row])
    if after.away_until != before.away_until:
        old, new = (f"away until {c.away_until}" if c.away_until else None for c in (before, after))
        events.record(tx, [events.event(tx, now, actor, "contact", contact_id, old=old, new=new or "back", why=why)])
    _settle(tx, desk, after, now, actor)


def _counts(reply: ReplyRecord) -> bool:
    """Whether anything follows from it: of what may be forged only after the owner's word, and then as a reply."""
    if not reply.unverified or reply.overruled:
        return True
    return reply.classification is Classification.reply and not reply.needs_answer


def asked(reply: ReplyRecord) -> OptOutScope | None:
    """How far a mail asks not to be written to, as its verdict stands."""
    if not _counts(reply):
        return None
    if reply.classification is Classification.complaint:
        return OptOutScope.all
    return (reply.opt_out_scope or OptOutScope.all) if reply.classification is Classification.opt_out else None


def _opt_out(
    tx: Tx, contact_id: int, own: Sequence[str], received: Sequence[ReplyRecord], now: datetime
) -> OptOutScope | None:
    """Let every request bind the person at every address of theirs: what they wrote, what an address brought along."""
    theirs: dict[int | None, OptOutScope] = {r.id: scope for r in received if (scope := asked(r))}
    opt_outs.bind(tx, contact_id, own, theirs, now)
    every = opt_outs.binding(tx, contact_id, own)
    opt_outs.bind(tx, contact_id, own, every, now)
    return OptOutScope.all if forgotten.among(tx, own) else contacts.widest(every.values())


def _dead_addresses(tx: Tx, contact_id: int, own: Sequence[str]) -> dict[str, datetime]:
    """Mark which of a contact's addresses are dead, and since when: as long as a bounce says so of a letter to them, or
    to who had the address then."""
    keys = {contacts.fold(address) for address in own}
    found: dict[str, datetime] = {}
    for reply in filter(_counts, replies.bounces(tx, contact_id, keys)):
        for address in dead_in(reply) & keys:
            if reply.contact_id == contact_id or _went_to(tx, reply, address):
                found[address] = reply.received_at
    for key in keys:
        contacts.mark_dead(tx, key, found.get(key))
    return found


def _went_to(tx: Tx, reply: ReplyRecord, address: str) -> bool:
    """Whether the letter that it is about went to this address: one contact can't have another's found dead."""
    message = messages.get(tx, reply.message_pk) if reply.message_pk else None
    return message is not None and contacts.fold(message.to_address) == address


def dead_in(reply: ReplyRecord) -> set[str]:
    """The addresses that a bounce says are dead, as compared."""
    recipients = (reply.bounce or {}).get("recipients", [])
    return {contacts.fold(r["address"]) for r in recipients if r["address_dead"] and r["action"] == "failed"}


def _settle(tx: Tx, desk: Desk, contact: ContactRecord, now: datetime, actor: str) -> None:
    """Hold, cancel, release or revive the contact's mail that has not left."""
    from mailer.services.thank_you import plan_contact

    waiting = messages.listing(
        tx, messages.Filter(contact_id=contact.id, statuses=(*BEFORE_SENDING, MessageStatus.cancelled))
    )
    for message in waiting:
        _settle_one(tx, desk, contact, message, now, actor)
        put_off(tx, desk, contact, messages.get(tx, message.id) or message, now)
    plan_contact(tx, desk, contact.id, now, actor)
    loop_back.replan(tx, desk, contact.id, now, actor)


def _settle_one(tx: Tx, desk: Desk, contact: ContactRecord, message: MessageRecord, now: datetime, actor: str) -> None:
    stopped = contact.opted_out is OptOutScope.all or (contact.opted_out and message.kind in NARROW)
    if message.status is MessageStatus.cancelled:
        wrongly = (message.hold == Hold.opt_out and not stopped) or (message.hold == Hold.dead and contact.address)
        if wrongly and timely(tx, desk, message, now):
            bring_back(tx, message, now, actor, "the reason to stop it was a misreading")
    elif stopped:
        cancel(tx, message, Hold.opt_out, why_not(tx, contact), now, actor)
    elif not contact.address:
        cancel(tx, message, Hold.dead, f"no address of {contact.name} is alive", now, actor)
    elif contact.question and message.hold != Hold.question:
        hold(tx, message, Hold.question, contact.question, now, actor)
    elif message.hold == Hold.question and not contact.question:
        bring_back(tx, message, now, actor, "the question was answered")

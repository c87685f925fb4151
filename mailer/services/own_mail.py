"""What the owner's Sent folder shows: our own messages, and what the owner wrote by hand.

A mail by hand counts as contact, answers what waited for an answer, and makes a thank-you that has not left silly where
it is newer than the interaction. Nobody else can put mail there.
"""

from __future__ import annotations

from datetime import datetime

from mailer.model import FetchedMail, Verdict
from mailer.services import log_mail, loop_back, proof
from mailer.services.desk import Desk
from mailer.services.thank_you import plan_contact
from mailer.services.verdicts import recompute
from mailer.storage import contacts, events, messages, replies
from mailer.storage.records import ContactRecord
from mailer.storage.store import Tx


def from_sent(tx: Tx, desk: Desk, mail: FetchedMail, verdict: Verdict, now: datetime) -> int:
    """Learn from one mail of the Sent folder; how many contacts it changed anything for."""
    if _is_ours(tx, verdict, now):
        return 0
    if (line := log_mail.command_of(desk, verdict)) is not None:
        return int(log_mail.take(tx, desk, mail, verdict, line, now))
    at = min(verdict.sent_at or mail.received_at, now)
    people = {c.id: c for a in verdict.recipients if (c := contacts.by_address(tx, a)) is not None and c.in_roster}
    return sum(_wrote(tx, desk, contact, at, now) for contact in people.values())


def _is_ours(tx: Tx, verdict: Verdict, now: datetime) -> bool:
    """Our own message proves that it left, and teaches the Message-ID that a service gave it."""
    tokens = [verdict.breadcrumb_id] if verdict.breadcrumb_id else []
    message = messages.by_identity(tx, [verdict.message_id] if verdict.message_id else [], tokens)
    if message is None:
        return bool(tokens)
    learnt = verdict.message_id if verdict.message_id != message.message_id else None
    if learnt and message.learnt_id != learnt:
        messages.change(tx, message.id, learnt_id=learnt)
    proof.copy_proves(tx, message, "server", "its copy is in the Sent folder", now)
    return True


def _wrote(tx: Tx, desk: Desk, contact: ContactRecord, at: datetime, now: datetime) -> bool:
    """The owner wrote to a contact by hand."""
    answered = _answer(tx, contact, at, now)
    newer = contact.written_at is None or at > contact.written_at
    if newer:
        contacts.change(tx, contact.id, written_at=at)
        after = contacts.get(tx, contact.id)
        new = after.status if after else contact.status
        row = events.event(
            tx, now, "mailbox", "contact", contact.id, old=contact.status, new=new, why="you wrote to them by hand"
        )
        events.record(tx, [row])
        plan_contact(tx, desk, contact.id, now, "mailbox")
        loop_back.replan(tx, desk, contact.id, now, "mailbox")
    if answered:
        recompute(tx, desk, contact.id, now, "mailbox", "you answered by hand")
    return newer or answered


def _answer(tx: Tx, contact: ContactRecord, at: datetime, now: datetime) -> bool:
    """End the wait of what came before; a question is the owner's to answer here, since mail depends on it."""
    found = replies.listing(tx, contact_id=contact.id, needs_answer=True)
    answered = [r for r in found if r.received_at <= at and not r.question]
    for reply in answered:
        replies.change(tx, reply.id, needs_answer=False)
    events.record(
        tx,
        [
            events.event(
                tx, now, "mailbox", "reply", r.id, old="needs an answer", new="answered", why="you wrote by hand"
            )
            for r in answered
        ],
    )
    return bool(answered)

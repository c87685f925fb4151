"""The optional follow-up: one gentle second mail where a thank-you that asked something drew no answer.

Off unless configured. It never comes after any sign of life, and what waits is cancelled by one; that is looked at once
more in the transaction that lets it leave (`claims`).
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from mailer.compose import Draft, Earlier, follow_up
from mailer.compose.careful import asks
from mailer.config import Review
from mailer.errors import TemplateError
from mailer.model import BEFORE_SENDING, Classification, Hold, MessageKind, SearchStatus
from mailer.schedule import follow_up_due
from mailer.services.absence import back_at
from mailer.services.careful import last_words, must_wait
from mailer.services.desk import Desk, recipient
from mailer.services.drafts import Plan, adjust, as_planned, create, digest
from mailer.services.transitions import cancel
from mailer.storage import contacts, daemons, interactions, locking, messages, replies
from mailer.storage.records import ContactRecord, MessageRecord
from mailer.storage.store import Store, Tx

LATE = timedelta(days=10)
"""A follow-up that could not be written within this time of its day is not written any more: turning them on surprises
nobody with mail about letters long forgotten."""

_REACHES_BACK = timedelta(days=120)
"""Longer than the most working days that can be configured, holidays and LATE counted in."""


def tick(store: Store, desk: Desk, now: datetime) -> None:
    """Write what is due, and end what has become pointless. Safe to call at any moment, any number of times."""
    enabled = desk.config.follow_up.enabled
    with store.read() as tx:
        waiting = messages.listing(tx, messages.Filter(kinds=(MessageKind.follow_up,), statuses=tuple(BEFORE_SENDING)))
        active = enabled and desk.config.search.status is SearchStatus.active
        due = _unanswered(tx, desk, now) if active else []
    for message in waiting:
        with store.write() as tx:
            _keep_in_step(tx, desk, message, now)
    for thanks in due:
        with store.write() as tx:
            _write(tx, desk, thanks, now)


def _unanswered(tx: Tx, desk: Desk, now: datetime) -> list[MessageRecord]:
    """Thank-yous that asked something, whose day for a second mail has come, and after which nothing was heard."""
    sent = messages.without_follow_up(tx, now - _REACHES_BACK)
    people = contacts.many(tx, [m.contact_id for m in sent if m.contact_id is not None])
    return [
        thanks
        for thanks in sent
        if (contact := people.get(thanks.contact_id or 0)) is not None
        and now - LATE <= _due(desk, contact, thanks) <= now
        and asks(thanks.body)
        and not sign_of_life(tx, desk, thanks)
    ]


def _due(desk: Desk, contact: ContactRecord, thanks: MessageRecord) -> datetime:
    sent_at, days = thanks.sent_at or thanks.not_before, desk.config.follow_up.working_days
    due = follow_up_due(sent_at, days, desk.window_of(contact))
    return max(due, back_at(desk, contact) or due)


def _write(tx: Tx, desk: Desk, thanks: MessageRecord, now: datetime) -> None:
    contact = contacts.get(tx, thanks.contact_id or 0)
    if contact is None or not contact.in_roster or not contact.address or contact.opted_out or contact.question:
        return
    if sign_of_life(tx, desk, thanks):
        return
    plan = _plan(tx, desk, contact, thanks, None, now)
    if plan.hold is None and thanks.sent_at == daemons.owner(tx)["first_started_at"]:
        why = "its thank-you was in doubt when the database was restored: this may have left, too"
        plan = replace(plan, hold=Hold.first_start, why=why)
    message = create(
        tx, desk, contact, MessageKind.follow_up, plan, now, "daemon", day=thanks.day, reason="no answer yet"
    )
    if message is not None:
        messages.change(tx, message.id, thread=[*thanks.thread, thanks.learnt_id or thanks.message_id])


def _keep_in_step(tx: Tx, desk: Desk, message: MessageRecord, now: datetime) -> None:
    """A follow-up that waits follows templates and roster, and is cancelled by a sign of life, or when turned off."""
    current, contact = messages.get(tx, message.id), contacts.get(tx, message.contact_id or 0)
    if current is None or current.status not in BEFORE_SENDING or contact is None:
        return
    current = locking.for_change(tx, current)
    if current.status not in BEFORE_SENDING:
        return
    if not desk.config.follow_up.enabled:
        cancel(tx, current, Hold.pointless, "follow-ups are turned off", now)
    elif why := pointless(tx, desk, current):
        cancel(tx, current, Hold.pointless, why, now)
    elif current.hold not in (Hold.question, Hold.owner) and contact.address:
        thanks = _thanks(tx, current)
        if thanks is not None:
            adjust(tx, current, contact, _plan(tx, desk, contact, thanks, current, now), now, "daemon")


def _plan(
    tx: Tx,
    desk: Desk,
    contact: ContactRecord,
    thanks: MessageRecord,
    message: MessageRecord | None,
    now: datetime,
) -> Plan:
    earlier = Earlier(thanks.subject, desk.today(thanks.sent_at or thanks.not_before))
    inputs = digest(desk, contact, asdict(earlier))
    due = _due(desk, contact, thanks)
    try:
        draft = follow_up(
            desk.templates, desk.speaker, recipient(contact), earlier, contact.id + earlier.on.toordinal()
        )
    except TemplateError as error:
        return Plan(Draft("", ""), inputs, due, None, Hold.template, str(error))
    message = message and as_planned(message, draft, inputs)
    last = last_words(tx, contact.id, now)
    if held := must_wait(desk, MessageKind.follow_up, contact, draft, message, last):
        return Plan(draft, inputs, due, None, Hold.reading, held)
    if desk.config.follow_up.review is Review.approve and not (message and message.approved_at):
        return Plan(draft, inputs, due, None, Hold.review, "waits for your approval")
    return Plan(draft, inputs, due, None, None, "")


def pointless(tx: Tx, desk: Desk, message: MessageRecord) -> str:
    """Why a follow-up has become pointless; empty where it has not."""
    thanks = _thanks(tx, message)
    return sign_of_life(tx, desk, thanks) if thanks is not None else "the thank-you that it follows did not arrive"


def _thanks(tx: Tx, message: MessageRecord) -> MessageRecord | None:
    """The thank-you that a follow-up follows, as far as it left."""
    if message.contact_id is None or message.day is None:
        return None
    found = messages.of_day(tx, message.contact_id, MessageKind.thank_you, message.day)
    return found if found is not None and found.sent_at is not None and found.hold != Hold.bounced else None


def sign_of_life(tx: Tx, desk: Desk, thanks: MessageRecord) -> str:
    """What happened between the two since a thank-you left, in words; empty where nothing did."""
    contact, sent_at = contacts.get(tx, thanks.contact_id or 0), thanks.sent_at
    if contact is None or sent_at is None:
        return "the contact is no longer in the roster"
    since = sent_at.replace(microsecond=0)  # INTERNALDATE has no fractions
    heard = [r for r in replies.listing(tx, contact_id=contact.id) if r.received_at >= since]
    if any(r.classification is not Classification.bounce for r in heard):
        return f"{contact.name} has written"
    if contact.written_at is not None and contact.written_at >= since:
        return f"you wrote to {contact.name} yourself"
    day, met = thanks.day or desk.today(sent_at), interactions.of_contact(tx, contact.id)
    if any(i.day > day or (i.logged_at > sent_at and i.day == desk.today(sent_at)) for i in met):
        return f"you met {contact.name} again"
    if contact.updated_at is not None and contact.updated_at > sent_at:
        return f"an update reached {contact.name} meanwhile"
    return ""

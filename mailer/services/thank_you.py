"""Thank-yous: one for each contact's day, its draft in step with roster, log and templates until it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta

from mailer.compose import Draft, Spoken, missing_particulars, thank_you
from mailer.compose.careful import FRESH, likeness
from mailer.config import OwnMail
from mailer.errors import TemplateError
from mailer.model import BEFORE_SENDING, Hold, Interaction, MessageKind, MessageStatus, OptOutScope
from mailer.schedule import thank_you_due, thank_you_overdue_at
from mailer.services.absence import back_at
from mailer.services.careful import last_words, must_wait
from mailer.services.desk import Desk, recipient
from mailer.services.drafts import Plan, adjust, as_planned, create, digest
from mailer.services.loops import told_in
from mailer.services.reviving import timely
from mailer.services.transitions import cancel, move
from mailer.storage import contacts, daemons, interactions, locking, messages
from mailer.storage.records import ContactRecord, InteractionRecord, MessageRecord
from mailer.storage.store import Store, Tx

NEAR = timedelta(days=3)
"""A second thank-you to one person within this time waits for the owner: dates and kinds get corrected."""

PHRASINGS = 3
"""How many a kind of letter has at least."""


def contacts_to_thank(tx: Tx, desk: Desk, now: datetime) -> set[int]:
    """Contacts whose plan may bring anything: something recent to thank for, or a thank-you that is still ours."""
    oldest = desk.today(now) - desk.config.thank_you.skip_older_than
    recent = {i.contact_id for i in interactions.since(tx, oldest) if i.thank_you}
    open_states = (*BEFORE_SENDING, MessageStatus.cancelled)
    wanted = messages.Filter(kinds=(MessageKind.thank_you,), statuses=open_states)
    return recent | {m.contact_id for m in messages.listing(tx, wanted) if m.contact_id}


def plan_contact(tx: Tx, desk: Desk, contact_id: int, now: datetime, actor: str) -> None:
    """Bring the thank-yous of every day of a contact in step; call after anything about the contact changed."""
    contact = contacts.get(tx, contact_id)
    if contact is None:
        return
    days = {i.day for i in interactions.of_contact(tx, contact_id)}
    wanted = messages.Filter(contact_id=contact_id, kinds=(MessageKind.thank_you,))
    days |= {m.day for m in messages.listing(tx, wanted) if m.day}
    for day in sorted(days):
        plan_day(tx, desk, contact, day, now, actor)


def plan_day(tx: Tx, desk: Desk, contact: ContactRecord, day: date, now: datetime, actor: str) -> MessageRecord | None:
    """Create, redraw, hold, release, cancel or revive the thank-you of one day; returns it as it is then."""
    message = messages.of_day(tx, contact.id, MessageKind.thank_you, day)
    if message and _still_ours(message):
        message = locking.for_change(tx, message)
    if message and not _still_ours(message):
        return message  # it left, or the owner ended it
    wanted = [i for i in interactions.of_day(tx, contact.id, day) if i.thank_you]
    if not wanted or not contact.in_roster:
        if message:
            cancel(tx, message, Hold.removed, "its interaction was removed", now, actor)
        return message and messages.get(tx, message.id)
    if not contact.address or contact.opted_out is OptOutScope.all:
        return message
    if message is None and not _recent_enough(desk, wanted, day, now):
        return None
    if message and message.status is MessageStatus.cancelled and not timely(tx, desk, message, now):
        return message
    if desk.config.thank_you.own_mail is OwnMail.cancel and (why := _written_since(desk, contact, wanted, message)):
        if message:
            cancel(tx, message, Hold.written, why, now, actor)
        return message and messages.get(tx, message.id)
    plan = _plan(tx, desk, contact, day, wanted, now, message)
    if message is None:
        return create(
            tx, desk, contact, MessageKind.thank_you, plan, now, actor, day=day, reason=f"thank-you for {day}"
        )
    return adjust(tx, message, contact, plan, now, actor)


def _still_ours(message: MessageRecord) -> bool:
    """Whether the plan may change a message: never once it may have left."""
    if message.status is MessageStatus.cancelled:
        return message.hold in (Hold.removed, Hold.dead, Hold.written)
    return message.status in BEFORE_SENDING


def _recent_enough(desk: Desk, wanted: Sequence[InteractionRecord], day: date, now: datetime) -> bool:
    """Importing a history mails nobody: neither what was old when logged, nor what is old by now."""
    limit = desk.config.thank_you.skip_older_than
    newest = max(i.logged_at for i in wanted)
    return desk.today(newest) - day <= limit and desk.today(now) - day <= limit


def _written_since(
    desk: Desk, contact: ContactRecord, wanted: Sequence[InteractionRecord], message: MessageRecord | None
) -> str:
    """Why a letter by hand may have made a thank-you silly: it is newer than the interactions of that day."""
    if contact.written_at is None or (message and message.approved_at):
        return ""
    if contact.written_at <= max(_over_at(desk, i) for i in wanted):
        return ""
    day = desk.today(contact.written_at)
    return f"you wrote to {contact.name} yourself on {day}, after you had met"


def _over_at(desk: Desk, item: InteractionRecord) -> datetime:
    """When an interaction was over at the latest (UTC): its time, else when it was logged, if that was the same day."""
    zone = desk.window.zone
    if item.at:
        return datetime.combine(item.day, time.fromisoformat(item.at), zone).astimezone(UTC)
    day_over = datetime.combine(item.day, time.max, zone).astimezone(UTC)
    return min(item.logged_at, day_over)


def _plan(
    tx: Tx,
    desk: Desk,
    contact: ContactRecord,
    day: date,
    wanted: Sequence[InteractionRecord],
    now: datetime,
    message: MessageRecord | None,
) -> Plan:
    met = [i.interaction() for i in wanted]
    settings = desk.config.thank_you
    zone = desk.zone_of(contact)
    due = max(
        thank_you_due(i.day, m.at, i.logged_at, settings.after, desk.window, zone)
        for i, m in zip(wanted, met, strict=True)
    )
    due = max(due, back_at(desk, contact) or due)
    overdue_at = thank_you_overdue_at(due, settings.within, desk.window, zone)
    told = told_in(tx, message.id) if message else []
    inputs = _inputs(desk, contact, met, told)
    last = last_words(tx, contact.id, now)
    draft, error = _kept(message, inputs) or _draft(desk, contact, day, met, told, last)
    if message is not None and not error:
        message = as_planned(message, draft, inputs)
    reason, why = _hold(tx, desk, contact, day, met, now, message, error)
    if reason in (None, Hold.near_double, Hold.review):
        held = must_wait(desk, MessageKind.thank_you, contact, draft, message, last, met)
        reason, why = (Hold.reading, held) if held else (reason, why)
    if reason is None and desk.config.thank_you.own_mail is OwnMail.hold:
        why = _written_since(desk, contact, wanted, message)
        reason = Hold.written if why else None
    return Plan(draft, inputs, due, overdue_at, reason, why)


def _kept(message: MessageRecord | None, inputs: str) -> tuple[Draft, str] | None:
    """The draft that is there, where it still follows from what is known, or from the owner's own hand."""
    if message is None or not message.body or not (message.edited or message.inputs == inputs):
        return None
    return Draft(message.subject, message.body), ""


def _draft(
    desk: Desk, contact: ContactRecord, day: date, met: Sequence[Interaction], told: Sequence[Spoken], last: str
) -> tuple[Draft, str]:
    """The letter, in other words than the last mail to this contact where that was much like it."""
    to, choice = recipient(contact), choice_of(contact, day)
    try:
        draft = thank_you(desk.templates, desk.speaker, to, met, choice, told)
        if last and likeness(draft.body, last) >= FRESH:
            others = range(choice + 1, choice + PHRASINGS)
            drafts = [draft, *(thank_you(desk.templates, desk.speaker, to, met, each, told) for each in others)]
            draft = min(drafts, key=lambda each: likeness(each.body, last))
    except TemplateError as error:
        return Draft("", ""), str(error)
    return draft, ""


def choice_of(contact: ContactRecord, day: date) -> int:
    """A stable number, so that a redrawn letter keeps its phrasing and two letters to one person differ."""
    return contact.id + day.toordinal()


def _inputs(desk: Desk, contact: ContactRecord, met: Sequence[Interaction], told: Sequence[Spoken]) -> str:
    return digest(desk, contact, [[asdict(replace(i, notes="")) for i in met], [asdict(each) for each in told]])


def _hold(
    tx: Tx,
    desk: Desk,
    contact: ContactRecord,
    day: date,
    met: Sequence[Interaction],
    now: datetime,
    message: MessageRecord | None,
    error: str,
) -> tuple[Hold | None, str]:
    """Why this thank-you must wait for the owner, strongest reason first."""
    if error:
        return Hold.template, error
    if contact.question:
        return Hold.question, contact.question
    if message and message.approved_at:
        return None, ""
    if not (message and message.edited) and (question := missing_particulars(met)):
        return Hold.particulars, question
    if double := _near_double(tx, contact, day, now):
        return Hold.near_double, double
    if desk.config.thank_you.review == "approve":
        return Hold.review, "waits for your approval"
    return None, ""


def _near_double(tx: Tx, contact: ContactRecord, day: date, now: datetime) -> str:
    namesakes = contacts.same_name(tx, contact.name, but=contact.id)
    for person in (contact, *namesakes):
        if person.opted_out and person.id != contact.id:
            return f"{person.name} asked at another address not to be written to"
        wanted = messages.Filter(contact_id=person.id, kinds=(MessageKind.thank_you,))
        for other in messages.listing(tx, wanted):
            if person.id == contact.id and other.day == day:
                continue
            if _close(other, day, now):
                where = "" if person.id == contact.id else f" at {other.to_address}"
                which = f"{other.status}, message {other.id}"
                return f"{contact.name} has a thank-you for {other.day}{where} already ({which})"
    return ""


def _close(other: MessageRecord, day: date, now: datetime) -> bool:
    """Whether another thank-you is so near that both may mean one event. The later planned of two gives way."""
    if other.status in (MessageStatus.cancelled, MessageStatus.failed) or other.day is None:
        return False
    if other.hold == Hold.near_double:
        return False  # that one waits already; both must not wait for each other
    left = other.sent_at or other.claimed_at
    return abs(other.day - day) <= NEAR or (left is not None and now - left <= NEAR)


def redraw(store: Store, desk: Desk, now: datetime) -> None:
    """Bring every thank-you that has not left in step; call after templates or configuration changed."""
    with store.read() as tx:
        wanted = messages.Filter(statuses=tuple(BEFORE_SENDING), kinds=(MessageKind.thank_you,))
        waiting = sorted({m.contact_id for m in messages.listing(tx, wanted) if m.contact_id})
    for contact_id in waiting:
        with store.write() as tx:
            plan_contact(tx, desk, contact_id, now, "daemon")


def first_start(store: Store, desk: Desk, now: datetime) -> int:
    """Deal with what is due already when the daemon first starts on this roster; returns how many that was.

    A first start never surprises: by default those thank-yous wait for approval (`first_start` in the configuration).
    """
    with store.write() as tx:
        if daemons.owner(tx)["first_started_at"] is not None:
            return 0
        daemons.change_owner(tx, first_started_at=now)
        kinds = (MessageKind.thank_you, MessageKind.loop_back)
        waiting = messages.listing(tx, messages.Filter(statuses=(MessageStatus.queued,), kinds=kinds))
        old = [m for m in waiting if m.not_before <= now or (m.day is not None and m.day < desk.today(now))]
        for message in old:
            if desk.config.first_start == "hold":
                why = "was due before the first start; approve it if it should still leave"
                move(tx, message, MessageStatus.held, now, "daemon", why, hold=Hold.first_start.value, why=why)
            elif desk.config.first_start == "skip":
                cancel(tx, message, Hold.owner, "was due before the first start", now)
        return len(old)

"""The call sheet: what waits and whom to call next, from the database; and the mail with it on each morning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mailer.compose import Call, Draft, Recipient, SheetLine, call_sheet, message_id, script
from mailer.errors import TemplateError
from mailer.model import Hold, MessageKind, MessageStatus, Person, SearchStatus
from mailer.services import trails
from mailer.services.desk import Desk, recipient
from mailer.services.finding import find_someone
from mailer.storage import contacts, daemons, events, messages, proposals, replies
from mailer.storage.records import ContactRecord, ProposalRecord
from mailer.storage.store import Store, Tx
from mailer.trail import Facts, Line, Proposal, Someone, Trail, Waiting, adding, day_of, in_quotes, sheet

MAILED = 12
"""Lines in the mail; the rest is counted."""

LATE = timedelta(hours=4)
"""A morning's sheet is not sent later than this: by then the day has been planned."""

TROUBLE = "call_sheet"

_ASKS = frozenset({Hold.review, Hold.particulars, Hold.near_double, Hold.first_start, Hold.question, Hold.written})
"""Holds with which a thank-you waits for the owner."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A line, with how to reach the person. Unknown parts are empty."""

    line: Line
    phone: str = ""
    email: str = ""


def entries(tx: Tx, desk: Desk, now: datetime) -> list[SheetEntry]:
    """Today's call sheet, in order of worth."""
    known = trails.read(tx, desk, now, proposed=True)
    waiting = trails.open_proposals(tx)
    today = desk.today(now)
    facts = Facts(
        answers=list(_answers(tx, desk)),
        thanks=list(_thanks(tx, desk, now)),
        proposals=[Proposal(p.id, p.name or p.email, p.contact_id, desk.today(p.created_at)) for p in waiting],
        busy={i for i, met in known.met.items() if met and met[-1].day > today},
        targets={name.casefold() for name in desk.config.search.target_companies},
        started=desk.config.search.started,
        keep_warm=desk.config.schedule.keep_warm,
    )
    named = {f"p:{p.id}": p for p in waiting}
    return [
        _entry(line, known.people.get(line.contact_id or 0), named.get(line.key))
        for line in sheet(known.trail, facts, today)
    ]


def _entry(line: Line, contact: ContactRecord | None, proposal: ProposalRecord | None) -> SheetEntry:
    if contact is not None:
        return SheetEntry(line, str(contact.details.get("phone", "")), contact.address)
    if proposal is not None:
        return SheetEntry(line, proposal.phone, proposal.email)
    return SheetEntry(line, "", trails.address_of(line.key))


def _answers(tx: Tx, desk: Desk) -> Iterator[Waiting]:
    for reply in replies.listing(tx, needs_answer=True):
        if reply.contact_id is not None:
            on = desk.today(reply.received_at)
            what = f": {reply.question}" if reply.question else ""
            why = f"their answer of {day_of(on)} waits for yours{what}"
            yield Waiting(reply.contact_id, why, f"mailer replies show {reply.id}", on)


def _thanks(tx: Tx, desk: Desk, now: datetime) -> Iterator[Waiting]:
    """Thank-yous that the owner holds up, or that are overdue whoever does."""
    wanted = messages.Filter(kinds=(MessageKind.thank_you,), statuses=(MessageStatus.held, MessageStatus.queued))
    for message in messages.listing(tx, wanted):
        overdue = message.overdue_at is not None and message.overdue_at < now
        asks = message.status is MessageStatus.held and message.hold in _ASKS
        if message.contact_id is None or not (asks or overdue):
            continue
        on = message.day or desk.today(message.created_at)
        why = f"the thank-you for {day_of(on)} {'is overdue' if overdue else 'waits for your word'}"
        if message.why:
            why += f": {message.why.rstrip('.?')}"
        yield Waiting(message.contact_id, why, f"mailer outbox show {message.id}", on)


def opening_of(tx: Tx, desk: Desk, contact: ContactRecord, now: datetime) -> Call:
    """How to begin a call: `warm` where the two have met, or know each other; `referred` where somebody named them."""
    known = trails.read(tx, desk, now)
    today, key = desk.today(now), trails.key_of(contact.id)
    met = [item for item in known.met.get(contact.id, ()) if item.day <= today]
    links = known.trail.referrers_of(key)
    log = f'mailer log "{in_quotes(contact.name)}" --kind call --thanks-for "..." --referred "Name"'
    if met or contact.responded_at is not None:
        return Call("warm", (), met[-1].interaction() if met else None, log)
    if links:
        return Call("referred", tuple(Person(known.trail.people[x.referrer].name) for x in links), None, log)
    return Call("warm" if contact.details.get("relationship") else "cold", (), None, log)


@dataclass(frozen=True, slots=True)
class Script:
    """What to say to somebody, and how to begin."""

    name: str
    phone: str
    call: Call
    draft: Draft
    pitch: str  # as it stands in the script: in the language of who is called, where it was written in it


def script_for(tx: Tx, desk: Desk, who: str, now: datetime) -> Script:
    """What to say on the phone: to a contact, or to somebody named who is not in the roster yet.

    Raises UsageError where it is nobody or several, and TemplateError.
    """
    trail = trails.read(tx, desk, now, proposed=True).trail
    someone = find_someone(tx, trail, who)
    contact = contacts.get(tx, someone.contact_id) if someone.contact_id is not None else None
    if contact is not None:
        call, to, phone = opening_of(tx, desk, contact, now), recipient(contact), str(contact.details.get("phone", ""))
    else:
        call, to = _to_stranger(trail, someone), Recipient(someone.name, "")
        found = proposals.get(tx, someone.proposal) if someone.proposal is not None else None
        phone = found.phone if found else ""
    spoken = desk.templates.choose("owner/script.md", to.language, desk.speaker.language).language
    draft = script(desk.templates, desk.speaker, to, call)
    return Script(to.name, phone, call, draft, desk.speaker.said(spoken).pitch)


def _to_stranger(trail: Trail, someone: Someone) -> Call:
    """How to begin with somebody who has to be put into the roster before the call can be logged."""
    referrers = tuple(Person(trail.people[link.referrer].name) for link in trail.referrers_of(someone.key))
    return Call("referred" if referrers else "cold", referrers, None, adding(someone, trail))


def put_mail(tx: Tx, desk: Desk, found: Sequence[SheetEntry], now: datetime, actor: str) -> int:
    """Put the mail with these lines into the outbox; returns its id. Raises TemplateError."""
    today = desk.today(now)
    lines = [SheetLine(e.line.name, e.line.why, e.phone, e.line.opening, e.line.act) for e in found[:MAILED]]
    draft = call_sheet(desk.templates, desk.speaker, _day(today), lines, max(0, len(found) - MAILED))
    owner, token = desk.config.owner(), desk.token()
    row: dict[str, Any] = {
        "kind": MessageKind.preview.value,
        "contact_id": None,
        "day": today,
        "to_name": owner.name,
        "to_address": owner.email,
        "subject": draft.subject,
        "body": draft.body,
        "status": MessageStatus.queued.value,
        "not_before": now,
        "token": token,
        "message_id": message_id(token, owner.email),
        "thread": [],
        "created_at": now,
    }
    (message_pk,) = messages.create(tx, [row])
    row_of = events.event(tx, now, actor, "message", message_pk, old=None, new="queued", why=f"call sheet of {today}")
    events.record(tx, [row_of])
    return message_pk


def tick(store: Store, desk: Desk, now: datetime) -> None:
    """Send this morning's sheet where that is due and has not been done; nothing on it, no mail."""
    due = due_on(desk, desk.today(now))
    if due is None or not due <= now < due + LATE or desk.config.search.status is not SearchStatus.active:
        return
    with store.write() as tx:
        if messages.to_owner_on(tx, MessageKind.preview, desk.today(now)):
            return
        try:
            if found := entries(tx, desk, now):
                put_mail(tx, desk, found, now, "daemon")
        except TemplateError as error:
            text = f"the call sheet can't be written: {error}"
            daemons.set_problem(tx, TROUBLE, text, "mend the template; it is tried again", now)
            return
        daemons.clear_problem(tx, TROUBLE)


def due_on(desk: Desk, day: date) -> datetime | None:
    """When that day's sheet is due (UTC); None where none is."""
    at = desk.config.schedule.call_sheet
    if at is None or not desk.window.is_business_day(day):
        return None
    return datetime.combine(day, at, desk.window.zone).astimezone(UTC)


def next_due(desk: Desk, now: datetime) -> datetime | None:
    """The next moment a sheet is due."""
    if desk.config.schedule.call_sheet is None:
        return None
    days = (desk.today(now) + timedelta(days=n) for n in range(15))
    return next((due for day in days if (due := due_on(desk, day)) is not None and due > now), None)


def first_slot(desk: Desk, now: datetime) -> datetime:
    """Where the first of today's calls may stand in a calendar (UTC): the opening of the send window, or the next
    quarter of an hour."""
    opens = datetime.combine(desk.today(now), desk.window.opens, desk.window.zone).astimezone(UTC)
    past = now.replace(second=0, microsecond=0)
    quarter = past + timedelta(minutes=15 - past.minute % 15)
    return max(opens, quarter)


def _day(on: date) -> str:
    return f"{on:%A} {on.day} {on:%B}"

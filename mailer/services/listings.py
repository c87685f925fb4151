"""What the listings of commands and page show; each in a few queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mailer.errors import UsageError
from mailer.model import ContactStatus, MessageKind, MessageStatus
from mailer.schedule import edition_due, editions_due, parse_day_rule, parse_edition
from mailer.services.desk import Desk
from mailer.services.updates import LATE
from mailer.storage import contacts, editions, events, interactions, messages, replies
from mailer.storage.records import (
    ContactRecord,
    EditionRecord,
    EventRecord,
    InteractionRecord,
    MessageRecord,
    ReplyRecord,
)
from mailer.storage.store import Tx

_NOT_WRITTEN = ("planned", "previewed", "waiting", "approved", "stopped")
_AHEAD = timedelta(days=200)
"""Months enough to find one that has not had its edition."""


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact as a listing shows it. `email` is the roster's first address, dead or alive; empty where none."""

    record: ContactRecord
    email: str
    last_interaction_on: date | None


def contact_lines(
    tx: Tx,
    today: date,
    *,
    after: int = 0,
    limit: int | None = None,
    statuses: Collection[ContactStatus] = (),
    tags: Collection[str] = (),
) -> list[ContactLine]:
    """The contacts of the roster by id; `today` is the owner's, so that appointments don't count as met."""
    wanted = {tag.casefold() for tag in tags}
    found = [
        record
        for record in contacts.every(tx, after=after)
        if (not statuses or record.status in statuses) and wanted <= {t.casefold() for t in record.details["tags"]}
    ]
    emails = _first_addresses(tx)
    last = interactions.last_days(tx, today)
    return [ContactLine(r, emails.get(r.id, ""), last.get(r.id)) for r in found[:limit]]


def contact_line(tx: Tx, record: ContactRecord, today: date) -> ContactLine:
    """One contact in the same form."""
    spellings = [a.spelling for a in contacts.address_rows(tx, record.id) if a.in_roster]
    days = [i.day for i in interactions.of_contact(tx, record.id) if i.day <= today]
    return ContactLine(record, spellings[0] if spellings else "", max(days, default=None))


def _first_addresses(tx: Tx) -> dict[int, str]:
    found: dict[int, str] = {}
    for row in contacts.address_rows(tx):
        if row.in_roster:
            found.setdefault(row.contact_id, row.spelling)
    return found


@dataclass(frozen=True, slots=True)
class ContactFile:
    """Everything known of one contact."""

    line: ContactLine
    addresses: tuple[contacts.AddressRow, ...]
    interactions: tuple[InteractionRecord, ...]
    messages: tuple[MessageRecord, ...]
    replies: tuple[ReplyRecord, ...]


def contact_file(tx: Tx, record: ContactRecord, today: date) -> ContactFile:
    """Gather what is known of one contact."""
    return ContactFile(
        contact_line(tx, record, today),
        tuple(contacts.address_rows(tx, record.id)),
        tuple(interactions.of_contact(tx, record.id)),
        tuple(messages.listing(tx, messages.Filter(contact_id=record.id))),
        tuple(replies.listing(tx, contact_id=record.id)),
    )


def contact_names(tx: Tx) -> dict[int, str]:
    """The name of every contact by id, present or gone."""
    return {c.id: c.name for c in contacts.every(tx, in_roster_only=False)}


def message(tx: Tx, message_pk: int) -> MessageRecord:
    """One message. Raises UsageError where there is none of that id."""
    found = messages.get(tx, message_pk)
    if found is None:
        raise UsageError(f"there is no message {message_pk}", mend="see `mailer outbox list`")
    return found


def message_history(tx: Tx, message_pk: int) -> list[EventRecord]:
    """What happened to a message, oldest first."""
    return events.history(tx, "message", message_pk)


def reply(tx: Tx, reply_id: int) -> ReplyRecord:
    """One incoming message. Raises UsageError where there is none of that id."""
    found = replies.get(tx, reply_id)
    if found is None:
        raise UsageError(f"there is no reply {reply_id}", mend="see `mailer replies list`")
    return found


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition and how many of its messages are in each state. One not yet on record has the id 0."""

    edition: EditionRecord
    counts: dict[str, int]


def edition_lines(tx: Tx, desk: Desk, now: datetime) -> list[EditionLine]:
    """All editions, oldest first, and the one that comes next."""
    known = editions.every(tx)
    lines = [EditionLine(e, edition_counts(tx, e.name)) for e in known]
    coming = upcoming(tx, desk, now)
    if coming.id == 0:
        lines.append(EditionLine(coming, edition_counts(tx, coming.name)))
    return lines


def edition_counts(tx: Tx, name: str) -> dict[str, int]:
    """The letters of an edition in each of the seven states."""
    found = messages.counts(tx, edition=name, kind=MessageKind.update.value)
    return {s.value: found.get(s.value, 0) for s in MessageStatus}


def upcoming(tx: Tx, desk: Desk, now: datetime) -> EditionRecord:
    """The next edition whose letters are not written yet; with id 0 where it is not on record yet."""
    known = editions.every(tx)
    open_ones = [
        e
        for e in known
        if e.status in _NOT_WRITTEN and e.started_at is None and not (e.status == "stopped" and now - e.due_at > LATE)
    ]
    if open_ones:
        return open_ones[0]
    taken = {e.name for e in known}
    return next(e for e in _computed(desk, now) if e.name not in taken)


def edition(tx: Tx, desk: Desk, name: str | None, now: datetime) -> EditionRecord:
    """The edition of that name, on record or to come; the upcoming one where no name is given.

    Raises UsageError for a name that is none.
    """
    if name is None:
        return upcoming(tx, desk, now)
    try:
        year, month = parse_edition(name)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if (found := editions.get(tx, name)) is not None:
        return found
    settings = desk.config.updates
    due = edition_due(
        parse_day_rule(settings.day), settings.at, desk.window.zone, year, month, desk.window.is_business_day
    )
    return _planned(name, due)


def _computed(desk: Desk, now: datetime) -> list[EditionRecord]:
    settings = desk.config.updates
    coming = editions_due(
        parse_day_rule(settings.day),
        settings.at,
        desk.window.zone,
        desk.window.is_business_day,
        now,
        now + _AHEAD,
    )
    return [_planned(name, due) for name, due in coming]


def _planned(name: str, due: datetime) -> EditionRecord:
    return EditionRecord(
        id=0, name=name, due_at=due, status="planned", why=None, approved_at=None, started_at=None, finished_at=None
    )

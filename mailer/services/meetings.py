"""Meetings of a calendar with people of the roster become proposals to log; the owner takes them up one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.addresses import address_key
from mailer.errors import UsageError
from mailer.importers import Meeting
from mailer.model import Interaction, InteractionKind
from mailer.roster.model import name_key
from mailer.services.desk import Desk
from mailer.services.log import Logged, log_in
from mailer.storage import contacts, interactions, logged_from
from mailer.storage.logged_from import CALENDAR
from mailer.storage.records import ContactRecord
from mailer.storage.store import Tx

_KINDS = (
    (InteractionKind.coffee, re.compile(r"\b(?:coffee|tea|kaffee|café)\b", re.IGNORECASE)),
    (InteractionKind.call, re.compile(r"\b(?:call|phone|zoom|teams|video|anruf|telefonat)\b", re.IGNORECASE)),
    (InteractionKind.event, re.compile(r"\b(?:conference|meetup|fair|konferenz|messe)\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A meeting with one contact that could be logged. `id` stays the same for the same meeting and contact."""

    id: str
    key: str
    contact: ContactRecord
    meeting: Meeting
    kind: InteractionKind
    why: str


def proposed(tx: Tx, desk: Desk, meetings: Iterable[Meeting], now: datetime) -> list[Proposed]:
    """What could be logged: meetings that are over, with people of the roster, not logged and not declined yet."""
    owner = address_key(desk.config.owner().email)
    everybody = contacts.every(tx)
    by_name: dict[str, list[ContactRecord]] = {}
    for each in everybody:
        by_name.setdefault(name_key(each.name), []).append(each)
    found = []
    for meeting in meetings:
        if meeting.ends > now or owner in meeting.declined_by:
            continue
        for contact, why in _with(tx, meeting, by_name).values():
            key = logged_from.key_of(meeting.key, str(contact.id))
            found.append(Proposed(key[:12], key, contact, meeting, _kind(meeting), why))
    decided = logged_from.known(tx, CALENDAR, [each.key for each in found])
    return [each for each in found if each.key not in decided and not _logged(tx, each)]


def _with(
    tx: Tx, meeting: Meeting, by_name: Mapping[str, Sequence[ContactRecord]]
) -> dict[int, tuple[ContactRecord, str]]:
    """The contacts that a meeting was with: asked by address, or by a name that only one contact has."""
    found: dict[int, tuple[ContactRecord, str]] = {}
    for person in meeting.people:
        contact = contacts.by_address(tx, person.email) if person.email else None
        named = by_name.get(name_key(person.name), ()) if person.name and not person.email else ()
        if contact is None and len(named) == 1:
            contact = named[0]
        if contact is not None and contact.in_roster:
            found[contact.id] = (contact, "was asked to it")
    title = name_key(meeting.title)
    for name, people in by_name.items():
        if " " in name and len(people) == 1 and name in title and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", title):
            found.setdefault(people[0].id, (people[0], "stands in its title"))
    return found


def _kind(meeting: Meeting) -> InteractionKind:
    return next((kind for kind, words in _KINDS if words.search(meeting.title)), InteractionKind.meeting)


def _logged(tx: Tx, each: Proposed) -> bool:
    """Whether the log or the roster has it already: the same kind on that day, or the same hour."""
    at = f"{each.meeting.at:%H:%M}" if each.meeting.at else None
    there = interactions.of_day(tx, each.contact.id, each.meeting.on)
    return any(i.kind is each.kind or (at is not None and i.at == at) for i in there)


def chosen(found: Sequence[Proposed], ids: Iterable[str]) -> list[Proposed]:
    """The proposals with these ids. Raises UsageError for one that is not there."""
    by_id = {each.id: each for each in found}
    wanted = list(dict.fromkeys(ids))
    if missing := [each for each in wanted if each not in by_id]:
        raise UsageError(f"there is no proposal {', '.join(missing)}", mend="call it without --accept to see them")
    return [by_id[each] for each in wanted]


def accept(tx: Tx, desk: Desk, each: Proposed, now: datetime, thanks_for: str = "") -> Logged:
    """Log it. Its title becomes a note: the contact may never have seen it."""
    item = Interaction(
        on=each.meeting.on,
        at=each.meeting.at,
        kind=each.kind,
        thanks_for=thanks_for,
        notes=each.meeting.title,
    )
    logged = log_in(tx, desk, each.contact.id, item, now, "owner")
    logged_from.add(tx, CALENDAR, each.key, logged.interaction.id, now)
    return logged


def decline(tx: Tx, each: Proposed, now: datetime) -> None:
    """Never propose it again."""
    logged_from.add(tx, CALENDAR, each.key, None, now)

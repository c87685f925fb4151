"""The trail as the database knows it: the roster's `referred_by`, and the people named in interactions.

A name is taken for a contact only where it can't be anybody else: one of two people of the same name is nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mailer.model import TALKS, ProposalKind, ProposalStatus
from mailer.services.desk import Desk
from mailer.storage import contacts, interactions, proposals
from mailer.storage.records import ContactRecord, InteractionRecord, ProposalRecord
from mailer.storage.store import Tx
from mailer.trail import Link, Someone, Trail


@dataclass(frozen=True)
class Known:
    """The trail, and what it was made from. `met` holds appointments to come as well, oldest first."""

    trail: Trail
    people: Mapping[int, ContactRecord]
    met: Mapping[int, Sequence[InteractionRecord]]

    def talks(self, contact_id: int) -> list[InteractionRecord]:
        """Every talk with somebody, those to come as well, oldest first."""
        return [item for item in self.met.get(contact_id, ()) if item.kind in TALKS]


def key_of(contact_id: int) -> str:
    """A contact's key on the trail."""
    return f"c{contact_id}"


def address_of(key: str) -> str:
    """The address by which a stranger's key tells them; empty where it is a name."""
    found = key.removeprefix("n:")
    return found if key.startswith("n:") and "@" in found and " " not in found else ""


def read(tx: Tx, desk: Desk, now: datetime, *, proposed: bool = False) -> Known:
    """Read it all: three queries, whatever the number of people. `proposed` takes those in whom answers named and on
    whom the owner has not decided: for what the owner sees, and for thanks to those who named them.
    """
    people = {c.id: c for c in contacts.every(tx)}
    met: dict[int, list[InteractionRecord]] = {}
    for item in interactions.since(tx, date.min):
        met.setdefault(item.contact_id, []).append(item)
    today, zone = desk.today(now), desk.window.zone
    on_trail = {key_of(i): _someone(c, met.get(i, []), today, zone) for i, c in people.items()}
    names = _Names(tx, people)
    links: list[Link] = []
    for contact in people.values():
        if named := " ".join(str(contact.details.get("referred_by", "")).split()):
            referrer = names.by_text(named)
            on_trail.setdefault(referrer.key, referrer)
            links.append(Link(referrer.key, key_of(contact.id)))
    for contact_id, items in met.items():
        if contact_id in people:
            links += _named(names, on_trail, key_of(contact_id), [i for i in items if i.day <= today])
    if proposed:
        for found in open_proposals(tx):
            links += _proposed(names, on_trail, found, desk)
    return Known(Trail(on_trail, tuple(links)), people, met)


def open_proposals(tx: Tx) -> list[ProposalRecord]:
    """People named in answers who wait for the owner's word; another address of somebody known is no person."""
    waiting = proposals.listing(tx, statuses=(ProposalStatus.open,))
    return [each for each in waiting if each.kind is not ProposalKind.new_address and (each.name or each.email)]


def _someone(contact: ContactRecord, met: Sequence[InteractionRecord], today: date, zone: ZoneInfo) -> Someone:
    past = [item for item in met if item.day <= today]
    talks = [item.day for item in past if item.kind in TALKS]
    stamps = (contact.contacted_at, contact.thanked_at, contact.responded_at)
    signs = [item.day for item in past] + [at.astimezone(zone).date() for at in stamps if at is not None]
    return Someone(
        key=key_of(contact.id),
        name=contact.name,
        contact_id=contact.id,
        status=contact.status,
        company=contact.company,
        spoken_on=max(talks, default=None),
        first_spoken_on=min(talks, default=None),
        talks=len(talks),
        sign_on=max(signs, default=None),
        contacted=bool(past) or contact.contacted_at is not None,
    )


def _named(
    names: _Names, on_trail: dict[str, Someone], referrer: str, items: Sequence[InteractionRecord]
) -> list[Link]:
    links = []
    for item in items:
        for referral in item.referrals:
            named = names.by_person(referral.get("name", ""), referral.get("email", ""), referrer)
            on_trail.setdefault(named.key, named)
            links.append(Link(referrer, named.key, item.day))
    return links


def _proposed(names: _Names, on_trail: dict[str, Someone], found: ProposalRecord, desk: Desk) -> list[Link]:
    """The link to somebody whom an answer named, where they are not in the roster already."""
    if found.contact_id is None or found.contact_id not in names.people:
        return []
    named = names.by_person(found.name, found.email, key_of(found.contact_id))
    if named.contact_id is not None:
        return []
    on_trail.setdefault(named.key, replace(named, company=found.company, proposal=found.id))
    return [Link(key_of(found.contact_id), named.key, desk.today(found.created_at))]


class _Names:
    """Finds who is meant by a name or an address."""

    def __init__(self, tx: Tx, people: Mapping[int, ContactRecord]) -> None:
        self.people = people
        self._by_address = {a.address: a.contact_id for a in contacts.address_rows(tx) if a.contact_id in people}
        self._by_id = {c.roster_id: c.id for c in people.values() if c.roster_id}
        self._by_name: dict[str, list[int]] = {}
        for contact in people.values():
            self._by_name.setdefault(_folded(contact.name), []).append(contact.id)

    def by_text(self, text: str) -> Someone:
        """Who is meant by the roster's `referred_by`: an address, an id or a name."""
        found = self._by_address.get(contacts.fold(text)) or self._by_id.get(text)
        return self._contact(found) if found else self._by_name_alone(text, "")

    def by_person(self, name: str, email: str, referrer: str) -> Someone:
        """Who is meant by somebody named in an interaction."""
        found = self._by_address.get(contacts.fold(email)) if email else None
        if found:
            return self._contact(found)
        if email:
            return Someone(f"n:{contacts.fold(email)}", name or email)
        return self._by_name_alone(name, referrer)

    def _by_name_alone(self, name: str, referrer: str) -> Someone:
        """A first name alone is somebody else for everybody who says it."""
        found = self._by_name.get(_folded(name), [])
        if len(found) == 1:
            return self._contact(found[0])
        whose = "" if " " in name.strip() else f" ({referrer})"
        return Someone(f"n:{_folded(name)}{whose}", name or "?", namesakes=len(found))

    def _contact(self, contact_id: int) -> Someone:
        return Someone(key_of(contact_id), self.people[contact_id].name, contact_id)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())

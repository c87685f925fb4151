"""Brings the database in step with the roster: contacts, addresses, interactions, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailer.model import Contact, ContactStatus, Interaction, OptOutScope
from mailer.services import loop_back
from mailer.services.desk import Desk
from mailer.services.joining import join
from mailer.services.reviving import back_in_roster
from mailer.services.thank_you import contacts_to_thank, plan_contact
from mailer.storage import contacts, daemons, events, forgotten, interactions, opt_outs
from mailer.storage.records import ContactRecord, InteractionRecord
from mailer.storage.store import Store, Tx

VANISHED_AT_LEAST = 5
VANISHED_SHARE = 5  # one in five
VANISHED = "roster.vanished"


@dataclass
class SyncReport:
    """What a roster changed in the database."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    interactions: int = 0
    refused: str = ""

    def __str__(self) -> str:
        if self.refused:
            return self.refused
        parts = [
            f"{len(names)} {word} ({', '.join(names[:3])}{', ...' if len(names) > 3 else ''})"
            for word, names in (("added", self.added), ("changed", self.changed), ("removed", self.removed))
            if names
        ]
        if self.interactions:
            parts.append(f"{self.interactions} interaction{'s' if self.interactions > 1 else ''} changed")
        return "; ".join(parts) or "nothing changed"

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.changed or self.removed or self.interactions or self.refused)


def seen_files(store: Store) -> list[list[object]] | None:
    """The state of the roster files that the store is in step with."""
    with store.read() as tx:
        return daemons.owner(tx)["roster"]  # type: ignore[no-any-return]


def sync(
    store: Store,
    desk: Desk,
    roster: Sequence[Contact],
    now: datetime,
    *,
    files: list[list[object]] | None = None,
    accept_loss: bool = False,
) -> SyncReport:
    """Read a whole roster into the database in one transaction; `files` is remembered as what was read.

    Where more than a fifth of the contacts, and at least five, vanish at once, nothing is changed and the owner is
    asked (a half-saved file looks like that); `accept_loss` is their yes.
    """
    with store.write() as tx:
        before = {c.id: c for c in contacts.every(tx, in_roster_only=False)}
        matches = _match(tx, roster, before)
        present = [c for c in before.values() if c.in_roster]
        gone = [c for c in present if c.id not in set(matches.values())]
        if not accept_loss and len(gone) >= VANISHED_AT_LEAST and len(gone) * VANISHED_SHARE > len(present):
            return _refuse(tx, gone, present, now)
        daemons.clear_problem(tx, VANISHED)
        daemons.change_owner(tx, roster=files)
        return _apply(tx, desk, roster, matches, before, gone, now)


def _match(tx: Tx, roster: Sequence[Contact], before: dict[int, ContactRecord]) -> dict[int, int]:
    """Index in the roster -> contact id, for the same person: by id, any address, else name."""
    by_roster_id = {c.roster_id: c.id for c in before.values() if c.roster_id}
    address_rows = contacts.address_rows(tx)
    by_address = {a.address: a.contact_id for a in address_rows}
    with_address = {a.contact_id for a in address_rows}
    by_name = {c.name: c.id for c in before.values() if c.id not in with_address}
    found: dict[int, int] = {}
    taken: set[int] = set()
    for index, contact in enumerate(roster):
        candidates = [by_roster_id.get(contact.id)] if contact.id else []
        candidates += [by_address.get(contacts.fold(a)) for a in contact.emails]
        candidates.append(by_name.get(contact.name))
        for candidate in candidates:
            if candidate is not None and candidate not in taken:
                found[index] = candidate
                taken.add(candidate)
                break
    return found


def _refuse(tx: Tx, gone: Sequence[ContactRecord], present: Sequence[ContactRecord], now: datetime) -> SyncReport:
    names = ", ".join(c.name for c in gone[:5])
    text = f"{len(gone)} of {len(present)} contacts vanished from the roster at once ({names}, ...); the last one stays"
    daemons.set_problem(tx, VANISHED, text, "put them back, or confirm with `mailer contacts accept-removal`", now)
    return SyncReport(refused=text)


def _details(contact: Contact) -> dict[str, Any]:
    return {
        "title": contact.title,
        "phone": contact.phone,
        "relationship": contact.relationship,
        "salutation": contact.salutation,
        "timezone": contact.timezone,
        "language": contact.language,
        "referred_by": contact.referred_by,
        "tags": list(contact.tags),
        "updates": contact.updates,
    }


def _apply(
    tx: Tx,
    desk: Desk,
    roster: Sequence[Contact],
    matches: dict[int, int],
    before: dict[int, ContactRecord],
    gone: Sequence[ContactRecord],
    now: datetime,
) -> SyncReport:
    report = SyncReport()
    joined = _joined(tx, roster, matches, before.keys() - set(matches.values()))
    for gone_id, into_id in joined.items():
        join(tx, desk, gone_id, into_id, now, "roster")
    ids = _create_new(tx, roster, matches, report, now)
    touched = set(joined.values())
    known_addresses: dict[int, list[str]] = {}
    for row in contacts.address_rows(tx):
        if row.in_roster:
            known_addresses.setdefault(row.contact_id, []).append(row.spelling)
    for index, contact_id in matches.items():
        if _update(tx, roster[index], before[contact_id], known_addresses.get(contact_id, []), report, now):
            touched.add(contact_id)
        if not before[contact_id].in_roster:
            back_in_roster(tx, desk, contact_id, now)
    for contact in gone:
        contacts.change(tx, contact.id, in_roster=False)
        _log(tx, now, contact.id, "in_roster", "removed", "no longer in the roster")
        report.removed.append(contact.name)
        touched.add(contact.id)
    touched |= _sync_interactions(tx, roster, {**ids, **matches}, report, now)
    for contact_id in sorted(touched & contacts_to_thank(tx, desk, now)):
        plan_contact(tx, desk, contact_id, now, "roster")
    loop_back.plan(tx, desk, touched, now, "roster")
    return report


def _joined(tx: Tx, roster: Sequence[Contact], matches: Mapping[int, int], gone: Collection[int]) -> dict[int, int]:
    """Contacts that went into another one, as (gone, into): an address of theirs, gone now or long ago, stands in the
    entry of another now."""
    by_address = {a.address: a.contact_id for a in contacts.address_rows(tx) if a.contact_id in gone}
    found: dict[int, int] = {}
    for index, contact_id in matches.items():
        for address in roster[index].emails:
            if (gone_id := by_address.get(contacts.fold(address))) is not None:
                found.setdefault(gone_id, contact_id)
    return found


def _create_new(
    tx: Tx, roster: Sequence[Contact], matches: dict[int, int], report: SyncReport, now: datetime
) -> dict[int, int]:
    new = [(i, c) for i, c in enumerate(roster) if i not in matches]
    asked = opt_outs.by_address(tx)
    lost = forgotten.among(tx, [a for _, c in new for a in c.emails])
    brought = {i: _brought(asked, c.emails) for i, c in new}
    rows = [
        {
            "roster_id": c.id,
            "name": c.name,
            "company": c.company,
            "details": _details(c),
            "created_at": now,
            "opted_out": _scope(brought[i].values(), not lost.isdisjoint(c.emails)),
        }
        for i, c in new
    ]
    ids = dict(zip((i for i, _ in new), contacts.create(tx, rows), strict=True))
    contacts.add_addresses(tx, ((ids[i], n, a) for i, c in new for n, a in enumerate(c.emails)))
    for i, c in new:
        if brought[i]:
            opt_outs.bind(tx, ids[i], c.emails, brought[i], now)
    events.record(
        tx, [events.event(tx, now, "roster", "contact", ids[i], old=None, new="in_roster", why="") for i, _ in new]
    )
    report.added += [c.name for _, c in new]
    return ids


def _brought(asked: Mapping[str, opt_outs.Asked], emails: Sequence[str]) -> dict[int | None, OptOutScope]:
    """The requests that addresses bring along."""
    found: dict[int | None, OptOutScope] = {}
    for email in emails:
        for reply_id, scope in asked.get(contacts.fold(email), {}).items():
            found[reply_id] = contacts.widest((found.get(reply_id), scope)) or scope
    return found


def _scope(scopes: Iterable[OptOutScope], lost: bool) -> str | None:
    """How far somebody is not to be written to; who was forgotten is not at all."""
    found = OptOutScope.all if lost else contacts.widest(scopes)
    return found.value if found else None


def _update(
    tx: Tx, contact: Contact, old: ContactRecord, old_addresses: list[str], report: SyncReport, now: datetime
) -> bool:
    new = {"roster_id": contact.id, "name": contact.name, "company": contact.company, "details": _details(contact)}
    changed = any(getattr(old, name) != value for name, value in new.items())
    moved = list(contact.emails) != old_addresses
    if not (changed or moved or not old.in_roster):
        return False
    contacts.change(tx, old.id, **new, in_roster=True)
    if moved:
        contacts.set_addresses(tx, old.id, contact.emails)
        _inherit_opt_out(tx, old.id, contact.emails, now)
    if not old.in_roster:
        _log(tx, now, old.id, "removed", "in_roster", "back in the roster")
    report.changed.append(contact.name)
    return True


def _inherit_opt_out(tx: Tx, contact_id: int, emails: Sequence[str], now: datetime) -> None:
    """An opt-out goes along with an address that moves to a contact who is there already."""
    contact = contacts.get(tx, contact_id)  # as joining left it
    if contact is None:
        return
    every = opt_outs.binding(tx, contact_id, emails)
    opt_outs.bind(tx, contact_id, emails, every, now)
    lost = forgotten.among(tx, emails)
    brought = OptOutScope.all if lost else contacts.widest(every.values())
    scope = contacts.widest((contact.opted_out, brought))
    if scope is not contact.opted_out and scope is not None:
        contacts.change(tx, contact_id, opted_out=scope.value)
        why = "you had an address of theirs forgotten" if lost else "an address of theirs asked not to be written to"
        _log(tx, now, contact_id, contact.status, ContactStatus.opted_out, why)


def _log(tx: Tx, now: datetime, contact_id: int, old: str, new: str, why: str) -> None:
    events.record(tx, [events.event(tx, now, "roster", "contact", contact_id, old=old, new=new, why=why)])


def interaction_values(item: Interaction) -> dict[str, Any]:
    """The columns that may change while an interaction stays the same one."""
    return {
        "at": item.at.strftime("%H:%M") if item.at else None,
        "about": item.about,
        "thanks_for": item.thanks_for,
        "notes": item.notes,
        "thank_you": item.thank_you,
        "referrals": [
            {"name": p.name, "email": p.email, "company": p.company, "phone": p.phone} for p in item.referrals
        ],
    }


def _sync_interactions(
    tx: Tx, roster: Sequence[Contact], ids: dict[int, int], report: SyncReport, now: datetime
) -> set[int]:
    known = {(i.contact_id, i.day, i.kind, i.position): i for i in interactions.from_source(tx, "roster")}
    touched: set[int] = set()
    new_rows = []
    for index, contact in enumerate(roster):
        for item in contact.interactions:
            old = known.pop((ids[index], item.on, item.kind, item.position), None)
            if old is None:
                new_rows.append(_interaction_row(ids[index], item, now))
                touched.add(ids[index])
            elif _change_interaction(tx, old, interaction_values(item)):
                report.interactions += 1
                touched.add(ids[index])
    for old in known.values():
        if old.removed_at is None:
            interactions.change(tx, old.id, removed_at=now)
            report.interactions += 1
            touched.add(old.contact_id)
    interactions.create(tx, new_rows)
    report.interactions += len(new_rows)
    return touched


def _interaction_row(contact_id: int, item: Interaction, now: datetime) -> dict[str, Any]:
    key = {"contact_id": contact_id, "day": item.on, "kind": item.kind.value, "position": item.position}
    return {"source": "roster", "logged_at": now, **key, **interaction_values(item)}


def _change_interaction(tx: Tx, old: InteractionRecord, values: dict[str, Any]) -> bool:
    same = all(getattr(old, name) == value for name, value in values.items())
    if same and old.removed_at is None:
        return False
    interactions.change(tx, old.id, removed_at=None, **values)
    return True

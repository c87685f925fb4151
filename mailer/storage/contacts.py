"""Contacts and their addresses; of the opt-outs that stick to both, what each claim asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Select, Update, and_, bindparam, exists, func, insert, or_, select, update

from mailer.model import MessageKind, OptOutScope
from mailer.storage.prepared import Prepared
from mailer.storage.records import ContactRecord, names_of
from mailer.storage.schema import addresses, contacts, forgotten, interactions, messages, opt_outs, owner_beside_ids
from mailer.storage.store import Tx

_living = addresses.alias("living")
_FIRST_LIVING = (
    select(_living.c.spelling)
    .where(
        _living.c.owner_id == contacts.c.owner_id,  # the index begins with it
        _living.c.contact_id == contacts.c.id,
        _living.c.in_roster.is_(True),
        _living.c.dead_at.is_(None),
    )
    .order_by(_living.c.position)
    .limit(1)
    .correlate(contacts)
    .scalar_subquery()
)


def fold(address: str) -> str:
    """An address as it is compared: without case. (A local part may differ by case, RFC 5321 2.4; nobody's does.)"""
    return address.strip().casefold()


def _selection() -> Select[Any]:
    return select(contacts, func.coalesce(_FIRST_LIVING, "").label("address"))


def get(tx: Tx, contact_id: int) -> ContactRecord | None:
    """One contact by its id."""
    query = _selection().where(contacts.c.owner_id == tx.owner_id, contacts.c.id == contact_id)
    row = tx.connection.execute(query).first()
    return ContactRecord.of(row) if row else None


_MANY = _selection().where(
    owner_beside_ids(contacts) == bindparam("owner"), contacts.c.id.in_(bindparam("ids", expanding=True))
)


def many(tx: Tx, ids: Sequence[int]) -> dict[int, ContactRecord]:
    """Several contacts by their ids."""
    rows = tx.connection.execute(_MANY, {"owner": tx.owner_id, "ids": list(ids)}) if ids else ()
    return {row.id: ContactRecord.of(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Asked:
    """Contacts by id, and whether anybody at all opted out or was forgotten: mostly nobody, so no more is asked."""

    people: dict[int, ContactRecord]
    any_opt_out: bool
    any_forgotten: bool


def _asking(ids: Sequence[Any]) -> Select[Any]:
    owner: BindParameter[int] = bindparam("owner")
    address = func.coalesce(_FIRST_LIVING, "").label("address")
    record = [address if name == "address" else contacts.c[name] for name in names_of(ContactRecord)]
    any_opt_out, any_forgotten = (exists().where(table.c.owner_id == owner) for table in (opt_outs, forgotten))
    return select(any_opt_out, any_forgotten, *record).where(
        owner_beside_ids(contacts) == owner, contacts.c.id.in_(ids)
    )


_ASKED = Prepared(_asking)


def ask(tx: Tx, ids: Sequence[int]) -> Asked:
    """The same as `many`, for a claim: one statement in place of three where nobody opted out or was forgotten."""
    rows = _ASKED.rows(tx, {"owner": tx.owner_id}, ids) if ids else []
    people = [ContactRecord.read(row[2:]) for row in rows]
    return Asked({each.id: each for each in people}, any(row[0] for row in rows[:1]), any(row[1] for row in rows[:1]))


def every(tx: Tx, *, in_roster_only: bool = True, after: int = 0, limit: int | None = None) -> list[ContactRecord]:
    """Contacts by id, those of the roster only unless told."""
    query = _selection().where(contacts.c.owner_id == tx.owner_id, contacts.c.id > after).order_by(contacts.c.id)
    if in_roster_only:
        query = query.where(contacts.c.in_roster.is_(True))
    if limit is not None:
        query = query.limit(limit)
    return [ContactRecord.of(row) for row in tx.connection.execute(query)]


def count(tx: Tx) -> int:
    """How many contacts the roster has."""
    here = contacts.c.owner_id == tx.owner_id, contacts.c.in_roster.is_(True)
    return int(tx.connection.execute(select(func.count()).select_from(contacts).where(*here)).scalar_one())


@dataclass(frozen=True, slots=True)
class AddressRow:
    """One address of a contact."""

    contact_id: int
    address: str
    spelling: str
    in_roster: bool
    dead_at: datetime | None


def address_rows(tx: Tx, contact_id: int | None = None) -> list[AddressRow]:
    """The addresses of one contact, or of all, in roster order."""
    query = (
        select(addresses)
        .where(addresses.c.owner_id == tx.owner_id)
        .order_by(addresses.c.contact_id, addresses.c.position)
    )
    if contact_id is not None:
        query = query.where(addresses.c.contact_id == contact_id)
    return [
        AddressRow(r.contact_id, r.address, r.spelling, r.in_roster, r.dead_at) for r in tx.connection.execute(query)
    ]


def every_address(tx: Tx) -> frozenset[str]:
    """Every address there is of anybody, as compared."""
    query = select(addresses.c.address).where(addresses.c.owner_id == tx.owner_id)
    return frozenset(tx.connection.execute(query).scalars())


_BY_ADDRESS = (  # built once: it is asked for each mail that comes
    _selection()
    .join(addresses, addresses.c.contact_id == contacts.c.id)
    .where(addresses.c.owner_id == bindparam("owner"), addresses.c.address == bindparam("wanted"))
)


def by_address(tx: Tx, address: str) -> ContactRecord | None:
    """Whose address it is, also where the roster no longer has it."""
    row = tx.connection.execute(_BY_ADDRESS, {"owner": tx.owner_id, "wanted": fold(address)}).first()
    return ContactRecord.of(row) if row else None


def same_name(tx: Tx, name: str, but: int) -> list[ContactRecord]:
    """Other contacts, present or gone, with the very same name."""
    query = _selection().where(
        contacts.c.owner_id == tx.owner_id, func.lower(contacts.c.name) == name.lower(), contacts.c.id != but
    )
    return [ContactRecord.of(row) for row in tx.connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Gone:
    """People who are no longer in the roster and with whom something happened: folded addresses, and names with
    whether an address of theirs is known."""

    addresses: frozenset[str]
    names: Mapping[str, bool]


def gone_with_history(tx: Tx) -> Gone:
    """Who was taken out of the roster after a conversation or a mail: coming back, they could be written to again."""
    met = select(interactions.c.contact_id).where(
        interactions.c.owner_id == tx.owner_id, interactions.c.removed_at.is_(None)
    )
    written = select(messages.c.contact_id).where(
        messages.c.owner_id == tx.owner_id, messages.c.contact_id.is_not(None)
    )
    query = select(contacts.c.id, contacts.c.name).where(
        contacts.c.owner_id == tx.owner_id,
        contacts.c.in_roster.is_(False),
        or_(contacts.c.id.in_(met), contacts.c.id.in_(written)),
    )
    gone = {int(row.id): str(row.name) for row in tx.connection.execute(query)}
    theirs = [row for row in address_rows(tx) if row.contact_id in gone]
    with_address = {row.contact_id for row in theirs}
    return Gone(frozenset(row.address for row in theirs), {name: i in with_address for i, name in gone.items()})


def create(tx: Tx, values: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert contacts; returns their ids in order."""
    statement = insert(contacts).returning(contacts.c.id, sort_by_parameter_order=True)
    rows = [{"owner_id": tx.owner_id, **v} for v in values]
    return [int(i) for i in tx.connection.execute(statement, rows).scalars()] if rows else []


def change(tx: Tx, contact_id: int, **values: Any) -> None:
    """Set columns of one contact."""
    tx.connection.execute(
        update(contacts).where(contacts.c.owner_id == tx.owner_id, contacts.c.id == contact_id).values(**values)
    )


_STAMPS = {MessageKind.thank_you: "thanked_at", MessageKind.update: "updated_at"}


def _mark(stamp: str | None, ids: Sequence[Any]) -> Update:
    now = bindparam("now", type_=contacts.c.contacted_at.type)
    values: dict[str, Any] = {"contacted_at": func.coalesce(contacts.c.contacted_at, now)}
    if stamp:
        values[stamp] = now
    here = (owner_beside_ids(contacts) == bindparam("owner")) & contacts.c.id.in_(ids)
    return update(contacts).where(here).values(values)


_MARK = {kind: Prepared(partial(_mark, _STAMPS.get(kind))) for kind in MessageKind}


def mark_contacted(tx: Tx, ids: Sequence[int], kind: MessageKind, at: datetime) -> None:
    """A message of this kind left for these contacts."""
    if ids:
        _MARK[kind].run(tx, {"owner": tx.owner_id, "now": at}, ids)


def set_addresses(tx: Tx, contact_id: int, spellings: Sequence[str]) -> None:
    """Make these the contact's addresses; earlier ones stay known, marked as no longer in the roster."""
    here = and_(addresses.c.owner_id == tx.owner_id, addresses.c.contact_id == contact_id)
    tx.connection.execute(update(addresses).where(here).values(in_roster=False))
    for position, spelling in enumerate(spellings):
        values = {"contact_id": contact_id, "spelling": spelling, "position": position, "in_roster": True}
        known = and_(addresses.c.owner_id == tx.owner_id, addresses.c.address == fold(spelling))
        if not tx.connection.execute(update(addresses).where(known).values(**values)).rowcount:
            tx.connection.execute(insert(addresses).values(owner_id=tx.owner_id, address=fold(spelling), **values))


def add_addresses(tx: Tx, rows: Iterable[tuple[int, int, str]]) -> None:
    """Give new contacts their addresses, as (contact id, position, spelling); one that another had before moves."""
    known = every_address(tx)
    new = []
    for contact_id, position, spelling in rows:
        values = {"contact_id": contact_id, "spelling": spelling, "position": position, "in_roster": True}
        if fold(spelling) in known:
            here = and_(addresses.c.owner_id == tx.owner_id, addresses.c.address == fold(spelling))
            tx.connection.execute(update(addresses).where(here).values(**values))
        else:
            new.append({"owner_id": tx.owner_id, "address": fold(spelling), **values})
    if new:
        tx.connection.execute(insert(addresses), new)


def mark_dead(tx: Tx, address: str, at: datetime | None) -> None:
    """An address turned out dead (or, with None, alive after all)."""
    here = and_(addresses.c.owner_id == tx.owner_id, addresses.c.address == fold(address))
    tx.connection.execute(update(addresses).where(here).values(dead_at=at))


def widest(scopes: Iterable[OptOutScope | None]) -> OptOutScope | None:
    """The one of these opt-outs that stops the most; None where there is none."""
    found = {scope for scope in scopes if scope is not None}
    if OptOutScope.all in found:
        return OptOutScope.all
    return OptOutScope.updates if found else None


_STOPPED = (  # built once: every claim asks
    select(addresses.c.contact_id, opt_outs.c.scope)
    .join(opt_outs, and_(opt_outs.c.owner_id == addresses.c.owner_id, opt_outs.c.address == addresses.c.address))
    .where(addresses.c.owner_id == bindparam("owner"), addresses.c.contact_id.in_(bindparam("ids", expanding=True)))
)


def opted_out_of(tx: Tx, ids: Sequence[int]) -> dict[int, OptOutScope]:
    """The widest opt-out among all addresses of each of these contacts, where there is one."""
    found: dict[int, OptOutScope] = {}
    rows = tx.connection.execute(_STOPPED, {"owner": tx.owner_id, "ids": list(ids)}) if ids else ()
    for contact_id, scope in rows:
        found[contact_id] = widest((found.get(contact_id), OptOutScope(scope))) or OptOutScope.all
    return found


def find(tx: Tx, words: str) -> list[ContactRecord]:
    """Contacts of the roster by id of the roster, address, whole name, or else a part of the name or address."""
    needle = words.strip().lower()
    base = (
        _selection().where(contacts.c.owner_id == tx.owner_id, contacts.c.in_roster.is_(True)).order_by(contacts.c.id)
    )
    address_match = contacts.c.id.in_(
        select(addresses.c.contact_id).where(addresses.c.owner_id == tx.owner_id, addresses.c.address == fold(words))
    )
    exact = base.where(or_(contacts.c.roster_id == words.strip(), func.lower(contacts.c.name) == needle, address_match))
    if found := [ContactRecord.of(row) for row in tx.connection.execute(exact)]:
        return found
    like = base.where(
        or_(
            func.lower(contacts.c.name).contains(needle, autoescape=True),
            contacts.c.id.in_(
                select(addresses.c.contact_id).where(
                    addresses.c.owner_id == tx.owner_id,
                    addresses.c.in_roster.is_(True),
                    addresses.c.address.contains(needle, autoescape=True),
                )
            ),
        )
    )
    return [ContactRecord.of(row) for row in tx.connection.execute(like)]

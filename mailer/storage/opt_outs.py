"""Opt-outs: each row says that one request binds one contact at one address.

A request is an incoming mail (`reply_pk`). What its contact's addresses take along when they move in the roster keeps
that cause, so that the owner who overrules the verdict on the mail ends all that came of it, and nothing that another
mail asked for. Rows without a cause (the mail was erased with who wrote it) end never. A contact without an address is
bound at the empty one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update

from mailer.model import OptOutScope
from mailer.storage.contacts import fold, widest
from mailer.storage.schema import addresses, opt_outs
from mailer.storage.store import Tx

Asked = Mapping[int | None, OptOutScope]
"""How far each request reaches, by the reply that it came in."""


def bind(tx: Tx, contact_id: int | None, address_list: Sequence[str], asked: Asked, at: datetime) -> None:
    """Let these requests bind a contact at these addresses, too; a wider scope replaces a narrower one."""
    keys = sorted({fold(address) for address in address_list}) or [""]
    here = and_(_of_owner(tx), opt_outs.c.contact_id.is_not_distinct_from(contact_id), opt_outs.c.address.in_(keys))
    known = {(row.address, row.reply_pk): row for row in tx.connection.execute(select(opt_outs).where(here))}
    new = []
    for key in keys:
        for reply_id, scope in asked.items():
            old = known.get((key, reply_id))
            if old is None:
                row = {"contact_id": contact_id, "address": key, "reply_pk": reply_id, "scope": scope.value, "at": at}
                new.append({"owner_id": tx.owner_id, **row})
            elif widest((OptOutScope(old.scope), scope)) != old.scope:
                tx.connection.execute(update(opt_outs).where(opt_outs.c.id == old.id).values(scope=scope.value))
    if new:
        tx.connection.execute(insert(opt_outs), new)


def binding(tx: Tx, contact_id: int, address_list: Sequence[str] = ()) -> dict[int | None, OptOutScope]:
    """The requests that bind a contact, or one of these addresses whoever had it then."""
    keys = [fold(address) for address in address_list]
    return _asked(tx, or_(opt_outs.c.contact_id == contact_id, opt_outs.c.address.in_(keys)))


def by_address(tx: Tx) -> dict[str, dict[int | None, OptOutScope]]:
    """Every request there is, by the address that it binds, as compared."""
    found: dict[str, dict[int | None, OptOutScope]] = {}
    query = select(opt_outs.c.address, opt_outs.c.reply_pk, opt_outs.c.scope).where(_of_owner(tx))
    for address, reply_id, scope in tx.connection.execute(query):
        _add(found.setdefault(address, {}), reply_id, scope)
    return found


def bound_by(tx: Tx, reply_id: int) -> set[int]:
    """The contacts whom a request binds: who were bound, and who has one of the addresses now."""
    here = and_(_of_owner(tx), opt_outs.c.reply_pk == reply_id)
    has_it = and_(addresses.c.owner_id == opt_outs.c.owner_id, addresses.c.address == opt_outs.c.address)
    holders = select(addresses.c.contact_id).join(opt_outs, has_it).where(here)
    bound = select(opt_outs.c.contact_id).where(here, opt_outs.c.contact_id.is_not(None))
    return {int(i) for query in (holders, bound) for i in tx.connection.execute(query).scalars()}


def change(tx: Tx, reply_id: int, scope: OptOutScope | None) -> None:
    """A request reaches this far, wherever it binds; None: it was none."""
    here = and_(_of_owner(tx), opt_outs.c.reply_pk == reply_id)
    if scope is None:
        tx.connection.execute(delete(opt_outs).where(here))
    else:
        tx.connection.execute(update(opt_outs).where(here).values(scope=scope.value))


def erase(tx: Tx, contact_id: int, address_list: Sequence[str], at: datetime) -> None:
    """Take a contact and their addresses out. Whom else a request binds stays bound, without the address."""
    keys = [fold(address) for address in address_list]
    here = and_(_of_owner(tx), opt_outs.c.address.in_(keys))
    others = select(opt_outs.c.contact_id).where(here, opt_outs.c.contact_id != contact_id).distinct()
    for other in tx.connection.execute(others).scalars().all():
        bind(tx, other, [], _asked(tx, and_(here, opt_outs.c.contact_id == other)), at)
    tx.connection.execute(delete(opt_outs).where(or_(here, and_(_of_owner(tx), opt_outs.c.contact_id == contact_id))))


def _of_owner(tx: Tx) -> ColumnElement[bool]:
    return opt_outs.c.owner_id == tx.owner_id


def _asked(tx: Tx, here: ColumnElement[bool]) -> dict[int | None, OptOutScope]:
    found: dict[int | None, OptOutScope] = {}
    query = select(opt_outs.c.reply_pk, opt_outs.c.scope).where(_of_owner(tx), here)
    for reply_id, scope in tx.connection.execute(query):
        _add(found, reply_id, scope)
    return found


def _add(found: dict[int | None, OptOutScope], reply_id: int | None, scope: str) -> None:
    found[reply_id] = widest((found.get(reply_id), OptOutScope(scope))) or OptOutScope.all

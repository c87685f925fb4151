"""Erases what is known of a person: their rows, whatever hangs on them, and their name in the texts of others."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, String, Table, and_, delete, func, select, update

from mailer.errors import StoreBusyError
from mailer.model import BEFORE_SENDING
from mailer.storage import opt_outs
from mailer.storage.schema import contacts, contents, events, heads, messages, metadata, proposals
from mailer.storage.store import Store, Tx, translated

INSTEAD = "somebody"
"""What stands in texts where the name stood: it may still be read by others."""

_SHORT = 32
"""Columns of fewer characters hold words of the program, no names."""


def overwrite(tx: Tx) -> None:
    """From now on what this connection deletes is overwritten in an SQLite file; call before erasing."""
    if tx.connection.dialect.name == "sqlite":
        tx.connection.exec_driver_sql("PRAGMA secure_delete=ON")


def compact(store: Store) -> bool:
    """Rewrite an SQLite file, so that no old page of it holds anything erased; False where others are using it."""
    if store.engine.dialect.name != "sqlite":
        return True
    try:
        with translated(), store.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)  # noqa: S101 -- the dialect says so
            driver.execute("VACUUM")
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    except (StoreBusyError, sqlite3.OperationalError):
        return False


def person(tx: Tx, contact_id: int, own: Sequence[str], now: datetime) -> None:
    """Delete a contact and every row that is about them; rows that only point at those are kept, without pointing."""
    subjects = {"contact": [contact_id]}
    for table, subject in ((messages, "message"), (metadata.tables["replies"], "reply")):
        subjects[subject] = _ids(tx, table, table.c.contact_id == contact_id)
    interactions = metadata.tables["interactions"]
    subjects["interaction"] = _ids(tx, interactions, interactions.c.contact_id == contact_id)
    for subject, ids in subjects.items():
        here = and_(events.c.owner_id == tx.owner_id, events.c.subject == subject, events.c.subject_id.in_(ids))
        tx.connection.execute(update(events).where(here).values(why=""))
    opt_outs.erase(tx, contact_id, own, now)
    _delete(tx, contacts, [contact_id])


def _ids(tx: Tx, table: Table, where: Any) -> list[int]:
    return [
        int(i)
        for i in tx.connection.execute(select(table.c.id).where(table.c.owner_id == tx.owner_id, where)).scalars()
    ]


def _delete(tx: Tx, table: Table, ids: Sequence[int]) -> None:
    """Delete rows, and first what hangs on them: of a contact all, of others what can't be without them."""
    if not ids:
        return
    for other, column in _pointing_at(table):
        here = and_(other.c.owner_id == tx.owner_id, column.in_(ids))
        if table is not contacts and column.nullable:
            tx.connection.execute(update(other).where(here).values({column.name: None}))
        elif "id" in other.c:
            _delete(tx, other, [int(i) for i in tx.connection.execute(select(other.c.id).where(here)).scalars()])
        else:
            tx.connection.execute(delete(other).where(here))
    tx.connection.execute(delete(table).where(table.c.owner_id == tx.owner_id, table.c.id.in_(ids)))


def _pointing_at(table: Table) -> Iterator[tuple[Table, Column[Any]]]:
    for other in metadata.tables.values():
        for column in other.c:
            if any(key.column.table is table for key in column.foreign_keys):
                yield other, column


def mentions(tx: Tx, needle: re.Pattern[str]) -> None:
    """Put INSTEAD in the place of what `needle` finds, in every text of the owner's rows."""
    _without_proposals(tx, needle)
    for table in metadata.tables.values():
        if "owner_id" not in table.c or table.name in ("addresses", "opt_outs", "forgotten", "logged_from", "alerts"):
            continue
        columns = [c for c in table.c if _holds_text(c) and not c.primary_key]
        if columns:
            _in_table(tx, table, columns, needle)


def _without_proposals(tx: Tx, needle: re.Pattern[str]) -> None:
    """Whom an answer named is no longer proposed."""
    query = select(proposals).where(proposals.c.owner_id == tx.owner_id)
    rows = [dict(row._mapping) for row in tx.connection.execute(query)]
    _delete(tx, proposals, [row["id"] for row in rows if _is_them(row, needle)])


def _holds_text(column: Column[Any]) -> bool:
    kind = column.type
    return isinstance(kind, JSON) or (isinstance(kind, String) and (kind.length is None or kind.length > _SHORT))


def _in_table(tx: Tx, table: Table, columns: Sequence[Column[Any]], needle: re.Pattern[str]) -> None:
    keys = list(table.primary_key.columns)
    rows = tx.connection.execute(select(*keys, *columns).where(table.c.owner_id == tx.owner_id)).all()
    for row in rows:
        found = {c.name: row[len(keys) + n] for n, c in enumerate(columns)}
        changed = {name: new for name, old in found.items() if (new := _without(old, needle)) != old}
        if not changed:
            continue
        if table is messages and "body" in changed and _told_the_owner(tx, row[0]):
            changed["body"] = INSTEAD  # it may hold a whole letter to them, such as the sample in a preview
        here = and_(*(key == row[n] for n, key in enumerate(keys)))
        tx.connection.execute(update(table).where(here).values(**changed))
        if table is messages:
            _without_octets(tx, row[0])


def _told_the_owner(tx: Tx, message_pk: int) -> bool:
    """Whether a message went to the owner, and nothing more is to be done with it."""
    waiting = [status.value for status in BEFORE_SENDING]
    here = and_(messages.c.owner_id == tx.owner_id, messages.c.id == message_pk, messages.c.contact_id.is_(None))
    query = select(messages.c.id).where(here, messages.c.status.not_in(waiting))
    return tx.connection.execute(query).first() is not None


def _without_octets(tx: Tx, message_pk: int) -> None:
    """What left, or would leave, is no longer kept; a copy that was still to be filed is not filed either."""
    here = and_(messages.c.owner_id == tx.owner_id, messages.c.id == message_pk)
    filed = func.coalesce(messages.c.copied_at, messages.c.sent_at)
    tx.connection.execute(update(messages).where(here).values(copied_at=filed))
    for table in (heads, contents):
        tx.connection.execute(delete(table).where(table.c.message_pk == message_pk))


def _without(value: Any, needle: re.Pattern[str]) -> Any:
    match value:
        case str():
            return needle.sub(INSTEAD, value)
        case dict():
            return {key: _without(item, needle) for key, item in value.items()}
        case list():
            return [_without(item, needle) for item in value if not _is_them(item, needle)]
    return value


def _is_them(item: Any, needle: re.Pattern[str]) -> bool:
    """Whether an entry of a list, a referral or an introduction, is this very person."""
    said = (item.get("email") or item.get("name")) if isinstance(item, dict) else None
    return isinstance(said, str) and needle.fullmatch(said.strip()) is not None

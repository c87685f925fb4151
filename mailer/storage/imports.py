"""What each import did to the roster, for undoing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from mailer.storage.records import Record
from mailer.storage.schema import imports
from mailer.storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class ImportRecord(Record):
    """One import."""

    id: int
    at: datetime
    source: str
    files: list[dict[str, Any]]
    added: list[dict[str, Any]]
    merged: list[dict[str, Any]]
    undone_at: datetime | None


def create(tx: Tx, values: Mapping[str, Any]) -> int:
    """Remember an import."""
    key = tx.connection.execute(insert(imports).values(owner_id=tx.owner_id, **values)).inserted_primary_key
    assert key is not None  # noqa: S101 -- the table counts its ids
    return int(key[0])


def last(tx: Tx) -> ImportRecord | None:
    """The newest import that was not undone."""
    query = select(imports).where(imports.c.owner_id == tx.owner_id, imports.c.undone_at.is_(None))
    row = tx.connection.execute(query.order_by(imports.c.id.desc()).limit(1)).first()
    return ImportRecord.of(row) if row else None


def mark_undone(tx: Tx, import_id: int, now: datetime) -> None:
    """It was undone: what was kept for that is no longer needed."""
    here = (imports.c.owner_id == tx.owner_id) & (imports.c.id == import_id)
    tx.connection.execute(update(imports).where(here).values(undone_at=now, files=[], added=[], merged=[]))


def erase_all(tx: Tx) -> None:
    """No import can be undone any more: what is kept for it names people."""
    tx.connection.execute(delete(imports).where(imports.c.owner_id == tx.owner_id))

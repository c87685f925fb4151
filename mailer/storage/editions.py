"""Editions of the monthly update."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from mailer.storage.records import EditionRecord
from mailer.storage.schema import editions
from mailer.storage.store import Tx


def get(tx: Tx, name: str) -> EditionRecord | None:
    """One edition by its name, such as 2026-11."""
    query = select(editions).where(editions.c.owner_id == tx.owner_id, editions.c.name == name)
    row = tx.connection.execute(query).first()
    return EditionRecord.of(row) if row else None


def every(tx: Tx) -> list[EditionRecord]:
    """All editions, oldest first."""
    query = select(editions).where(editions.c.owner_id == tx.owner_id).order_by(editions.c.name)
    return [EditionRecord.of(row) for row in tx.connection.execute(query)]


def create(tx: Tx, name: str, due_at: datetime, status: str, why: str = "") -> int:
    """Insert an edition. Raises IntegrityError where it is there."""
    values = {"owner_id": tx.owner_id, "name": name, "due_at": due_at, "status": status, "why": why}
    key = tx.connection.execute(insert(editions).values(**values)).inserted_primary_key
    assert key is not None  # noqa: S101 -- the table counts its ids
    return int(key[0])


def change(tx: Tx, name: str, **values: Any) -> None:
    """Set columns of an edition."""
    here = (editions.c.owner_id == tx.owner_id) & (editions.c.name == name)
    tx.connection.execute(update(editions).where(here).values(**values))

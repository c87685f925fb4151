"""What keeps a database small over years: old texts go, and the room they leave is given back."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from mailer.errors import StoreBusyError
from mailer.storage.schema import proposals, replies
from mailer.storage.store import Store, Tx, is_locked, translated

FREE_SHARE = 0.25
"""A file of which more than this is unused is written anew."""

FREE_LEAST = 1024 * 1024
"""Octets below which that is not worth it."""


def drop_texts(tx: Tx, before: datetime, limit: int = 500) -> list[int]:
    """Empty the words of answers recorded before a moment; returns their ids.

    With them go the sentences in which somebody was introduced, also out of proposals, and what the evidence quotes.
    What a mail was taken for, and by which rule, stays.
    """
    query = (
        select(replies.c.id, replies.c.introductions, replies.c.evidence)
        .where(
            replies.c.owner_id == tx.owner_id,
            replies.c.recorded_at < before,
            replies.c.text != "",
        )
        .order_by(replies.c.id)
        .limit(limit)
    )
    found = tx.connection.execute(query).all()
    for reply_id, people, reasons in found:
        bare = [{**person, "sentence": ""} for person in people]
        rules = [{**reason, "detail": ""} if reason.get("quotes") else reason for reason in reasons]
        here = (replies.c.owner_id == tx.owner_id) & (replies.c.id == reply_id)
        tx.connection.execute(update(replies).where(here).values(text="", introductions=bare, evidence=rules))
        of_it = (proposals.c.owner_id == tx.owner_id) & (proposals.c.reply_pk == reply_id)
        tx.connection.execute(update(proposals).where(of_it).values(sentence=""))
    return [int(row.id) for row in found]


def file_of(store: Store) -> Path | None:
    """An SQLite database's file; None for PostgreSQL."""
    name = store.engine.url.database
    return Path(name) if store.engine.dialect.name == "sqlite" and name else None


def shrink(store: Store) -> bool:
    """Give unused room of an SQLite file back to the disk, where that is worth it and there is room to do it.

    PostgreSQL does this by itself. True where the file was written anew; not while somebody is at work in it. Raises
    StoreBusyError.
    """
    path = file_of(store)
    if path is None:
        return False
    with translated(), store.engine.connect() as connection:
        raw = connection.connection.driver_connection  # below the transactions: there VACUUM is not allowed
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101 -- the dialect says so
        try:
            return _shrink(raw, path)
        except sqlite3.Error as error:
            if is_locked(error):
                return False  # somebody is at work in it: another day will do, and nobody need hear of it
            raise StoreBusyError(f"the database could not be tidied: {error}", mend="it is tried again") from error


def _shrink(raw: sqlite3.Connection, path: Path) -> bool:
    raw.execute("PRAGMA optimize")
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (int(raw.execute(f"PRAGMA {name}").fetchone()[0]) for name in names)
    worth = free * size >= FREE_LEAST and free >= pages * FREE_SHARE
    anew = worth and shutil.disk_usage(path.parent).free > 2 * pages * size
    if anew:
        raw.execute("VACUUM")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return anew

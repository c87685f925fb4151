"""Puts a copy that `backup` made in the place of an SQLite database. What was there is moved aside, never deleted."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url

from mailer.errors import StoreError
from mailer.storage.store import PARTIAL

SUFFIXES = ("", "-wal", "-shm")
"""An SQLite database's files. A `-wal` left behind would be replayed into whatever takes the database's place."""

REPLACED = "replaced-"
"""Begins the stamp in the name of a database that a restore moved aside."""


def put_back(copy: Path, url: str, stamp: str) -> Path | None:
    """Put `copy` where the database of `url` belongs; gives where the old one is now, with `stamp` in its name.

    Raises StoreError where the copy is not whole, or the database is PostgreSQL's.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise StoreError("this puts copies of SQLite databases back only", mend="use pg_restore for PostgreSQL")
    target = Path(parsed.database)
    partial = target.with_name(target.name + PARTIAL)
    try:
        _copied(copy, partial)
        aside = _move_aside(target, stamp)
        partial.replace(target)
    except OSError as error:
        raise StoreError(f"the copy could not be put back: {error}", mend="see the folder and free space") from error
    finally:
        partial.unlink(missing_ok=True)
    return aside


def _copied(copy: Path, partial: Path) -> None:
    """Write a checked copy of the copy."""
    if not copy.is_file():
        raise StoreError(f"there is no file {copy}", mend="name a copy made by `mailer db backup`")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL, 0o600))
    source, fresh = sqlite3.connect(copy), sqlite3.connect(partial)
    try:
        wrong = source.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if wrong == "ok":
            source.execute("SELECT version_num FROM alembic_version").fetchone()
            source.backup(fresh)
    except sqlite3.Error as error:
        wrong = str(error)
    finally:
        source.close()
        fresh.close()
    if wrong != "ok":
        raise StoreError(f"{copy} is no whole database of this program ({wrong})", mend="name another copy")


def _move_aside(target: Path, stamp: str) -> Path | None:
    moved = None
    for suffix in SUFFIXES:
        old = target.with_name(target.name + suffix)
        if old.exists():
            place = target.with_name(f"{target.name}.{stamp}{suffix}")
            old.replace(place)
            moved = moved or place
    return moved

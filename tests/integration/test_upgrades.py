"""A database of every schema there ever was comes up to the newest with all its rows, after a copy of it was made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Date, DateTime, Engine, LargeBinary, MetaData, Table, func, insert, select
from sqlalchemy.sql.sqltypes import Integer

from mailer.errors import StoreError
from mailer.services import outbox
from mailer.storage import contacts, messages, upgrade
from mailer.storage.store import VERSIONS, integrity, make_engine, open_store, version_of
from tests.integration.cli_owner import make_owner

NOW = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
OWNER = "dana@example.com"
KNOWN: dict[str, Any] = {
    "email": OWNER,
    "address": "ada@example.org",
    "spelling": "ada@example.org",
    "name": "Ada Lovelace",
    "kind": "call",
    "status": "sent",
    "classification": "reply",
    "matched_by": "sender",
    "scope": "all",
    "details": {"tags": []},
    "thread": [],
    "referrals": [],
    "evidence": [],
    "introductions": [],
    "roster": None,
}
"""What must not be just any value for the program to read its rows; by the column's name."""

PER_TABLE: dict[tuple[str, str], Any] = {
    ("messages", "kind"): "thank_you",
    ("editions", "name"): "2026-11",
    ("editions", "status"): "done",
}


def value_for(table: Table, column: Any) -> Any:
    """A plausible value; every key is 1, so that every reference is to a row that is there."""
    if (table.name, column.name) in PER_TABLE:
        return PER_TABLE[table.name, column.name]
    if column.name in KNOWN:
        return KNOWN[column.name]
    kinds: list[tuple[Any, Any]] = [
        (Boolean, True),
        (JSON, {}),
        (DateTime, NOW),
        (Date, date(2026, 11, 2)),
        (LargeBinary, b"octets"),
        (Integer, 1),
    ]
    return (
        None
        if column.nullable and not column.foreign_keys
        else next((value for kind, value in kinds if isinstance(column.type, kind)), "x")
    )


def tables_of(engine: Engine) -> list[Table]:
    found = MetaData()
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def fill(engine: Engine) -> dict[str, int]:
    """A row in every table; gives how many rows each has."""
    tables = tables_of(engine)
    with engine.begin() as connection:
        for table in tables:
            connection.execute(insert(table), {c.name: value_for(table, c) for c in table.columns})
    return counts(engine, {table.name for table in tables})


def counts(engine: Engine, names: set[str]) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            t.name: int(connection.execute(select(func.count()).select_from(t)).scalar_one())
            for t in tables_of(engine)
            if t.name in names
        }


@pytest.fixture(params=VERSIONS[:-1])
def old(request: pytest.FixtureRequest, database_url: str) -> Iterator[tuple[str, str, dict[str, int]]]:
    """A database of an older schema with a row in every table: its URL, its schema, how many rows where."""
    engine = make_engine(database_url)
    upgrade.upgrade(engine, request.param)
    before = fill(engine)
    engine.dispose()
    yield database_url, request.param, before


def test_a_database_of_every_released_schema_comes_up_with_all_its_rows(old: tuple[str, str, dict[str, int]]) -> None:
    url, version, before = old
    store = open_store(url, OWNER, now=NOW)
    assert version_of(store.engine) == VERSIONS[-1]
    assert store.upgraded is not None
    assert store.upgraded.version == version
    assert counts(store.engine, set(before)) == before
    assert integrity(store) == []
    store.close()


def test_the_program_works_on_what_it_upgraded(old: tuple[str, str, dict[str, int]]) -> None:
    store = open_store(old[0], OWNER, now=NOW)
    outbox.expire(store, NOW)
    with store.read() as tx:
        (ada,) = contacts.every(tx)
        (message,) = messages.listing(tx, messages.Filter())
    assert (ada.name, message.contact_id) == ("Ada Lovelace", ada.id)
    store.close()


def test_before_an_upgrade_a_copy_is_made_beside_the_database(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'mailer.db'}")
    upgrade.upgrade(engine, "0001")
    fill(engine)
    engine.dispose()
    store = open_store(f"sqlite:///{tmp_path / 'mailer.db'}", OWNER, now=NOW)
    store.close()
    assert store.upgraded is not None
    copy = store.upgraded.copy
    assert copy == tmp_path / "mailer.db.schema-0001-20261103T160000Z"
    old = sqlite3.connect(copy)
    assert old.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert old.execute("SELECT email FROM owners").fetchone() == (OWNER,)
    old.close()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'mailer.db'}"
    engine = make_engine(url)
    upgrade.upgrade(engine, "0001")
    with engine.begin() as connection:  # the next migration makes a table of this name
        connection.exec_driver_sql("CREATE TABLE alerts (x)")
    with pytest.raises(StoreError):
        open_store(url, OWNER, now=NOW)
    assert version_of(engine) == "0001"
    engine.dispose()


def test_a_database_that_is_up_to_date_is_not_copied(tmp_path: Path) -> None:
    for _ in range(2):
        store = open_store(f"sqlite:///{tmp_path / 'mailer.db'}", OWNER, now=NOW)
        store.close()
        assert store.upgraded is None
    assert [path.name for path in tmp_path.glob("*schema*")] == []


def test_a_command_that_upgrades_says_so_and_where_the_copy_is(tmp_path: Path) -> None:
    owner = make_owner(tmp_path / "dana")
    file = owner.folder / "mailer.db"
    file.unlink()
    engine = make_engine(f"sqlite:///{file}")
    upgrade.upgrade(engine, "0001")
    engine.dispose()
    done = owner.ok("contacts", "list", "--json")
    assert "upgraded from schema 0001" in done.err
    assert len(done.json) == 3
    (copy,) = owner.folder.glob("mailer.db.schema-0001-*")
    assert str(copy) in done.err

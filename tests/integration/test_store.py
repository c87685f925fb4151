"""The store on both databases: migrations, refusals, copies, and what its constraints refuse."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import StatementError

from mailer.errors import SchemaTooNewError, StoreBusyError, StoreError
from mailer.storage import daemons, events
from mailer.storage.schema import metadata
from mailer.storage.store import VERSIONS, Store, backup, integrity, make_engine, open_store, version_of
from mailer.storage.upgrade import upgrade

NOW = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)


def opened(url: str, owner: str = "dana@example.com") -> Store:
    return open_store(url, owner, now=NOW)


def test_an_empty_database_gets_the_newest_schema(database_url: str) -> None:
    store = opened(database_url)
    assert version_of(store.engine) == VERSIONS[-1]
    assert integrity(store) == []
    store.close()


@pytest.mark.parametrize("make", [upgrade, lambda engine: opened(str(engine.url.render_as_string(False))).close()])
def test_migrations_and_a_new_database_have_exactly_the_tables_the_code_uses(
    database_url: str, make: Callable[[Engine], None]
) -> None:
    engine = make_engine(database_url)
    make(engine)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [d for d in differences if d[0] != "modify_type"] == []
    assert version_of(engine) == VERSIONS[-1]
    engine.dispose()


def test_two_processes_that_find_it_empty_make_it_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(opened, [database_url] * 4))
    assert len({s.owner_id for s in stores}) == 1
    for store in stores:
        store.close()


def test_a_new_file_that_another_is_turning_to_wal_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # what makes SQLite refuse the turn at once
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    opened(f"sqlite:///{file}").close()
    release.join()
    other.close()


def test_a_write_that_does_not_wait_is_refused_at_once_where_another_writes(tmp_path: Path) -> None:
    """And the same connection waits again the next time."""
    store = opened(f"sqlite:///{tmp_path}/mailer.sqlite3")
    other = sqlite3.connect(tmp_path / "mailer.sqlite3", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError), store.write(wait=False):
        pass  # with the timeout of 30 seconds it would be let in below
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    with store.write() as tx:
        daemons.set_problem(tx, "key", "text", "mend", NOW)
    release.join()
    with store.write(wait=False) as tx:
        assert [p.key for p in daemons.all_problems(tx)] == ["key"]
    other.close()
    store.close()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="elsewhere is not there"):
        opened(f"sqlite:///{tmp_path}/elsewhere/mailer.db")


def test_neither_making_nor_opening_imports_alembic(database_url: str) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from datetime import datetime, UTC; from mailer.storage.store import open_store;"
        f"open_store({database_url!r}, 'dana@example.com', now=datetime.now(UTC)).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_schema_newer_than_the_program_is_refused(database_url: str) -> None:
    store = opened(database_url)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(SchemaTooNewError, match="9999") as caught:
        opened(database_url)
    assert "newer" in caught.value.mend


def test_a_database_that_is_behind_is_not_upgraded_where_that_was_not_asked(database_url: str) -> None:
    with pytest.raises(StoreError, match="upgrade"):
        open_store(database_url, "dana@example.com", now=NOW, upgrade=False)


def test_each_owner_sees_only_their_own(database_url: str) -> None:
    dana, eve = opened(database_url), opened(database_url, "eve@example.com")
    with dana.write() as tx:
        daemons.set_problem(tx, "key", "text", "mend", NOW)
    with eve.read() as tx:
        assert daemons.all_problems(tx) == []
    dana.close()
    eve.close()


def test_the_same_owner_is_found_again_whatever_the_case(database_url: str) -> None:
    first, second = opened(database_url), opened(database_url, "DANA@example.com")
    assert first.owner_id == second.owner_id
    first.close()
    second.close()


def test_times_come_back_aware_and_in_utc(database_url: str) -> None:
    store = opened(database_url)
    local = NOW.astimezone(tz=None)
    with store.write() as tx:
        daemons.set_problem(tx, "key", "text", "mend", local)
    with store.read() as tx:
        (problem,) = daemons.all_problems(tx)
    assert problem.since == NOW
    assert problem.since.utcoffset() == timedelta(0)
    store.close()


def test_a_naive_time_is_refused(database_url: str) -> None:
    store = opened(database_url)
    with pytest.raises((ValueError, StatementError), match="zone"), store.write() as tx:
        daemons.set_problem(tx, "key", "text", "mend", datetime(2026, 1, 1))  # noqa: DTZ001
    store.close()


def test_an_error_rolls_the_whole_transaction_back(database_url: str) -> None:
    store = opened(database_url)
    with pytest.raises(RuntimeError), store.write() as tx:
        daemons.set_problem(tx, "key", "text", "mend", NOW)
        raise RuntimeError
    with store.read() as tx:
        assert daemons.all_problems(tx) == []
    store.close()


def test_an_error_of_the_database_tells_no_values(database_url: str) -> None:
    store = opened(database_url)
    with pytest.raises(StoreError) as caught, store.read() as tx:
        tx.connection.execute(text("SELECT 1 FROM nowhere WHERE words = :words"), {"words": "a private word"})
    assert "a private word" not in f"{caught.value} {caught.value.__cause__}"
    store.close()


def test_event_ids_only_grow(database_url: str) -> None:
    store = opened(database_url)
    with store.write() as tx:
        for n in range(3):
            events.record(tx, [events.event(tx, NOW, "owner", "contact", n, old=None, new="x")])
    with store.read() as tx:
        ids = [e.id for e in events.after(tx, 0)]
    assert ids == sorted(set(ids))
    assert len(ids) == 3
    store.close()


def test_sqlite_keeps_what_it_committed_through_a_power_cut(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'm.db'}")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    store.close()


def test_a_copy_made_while_another_writes_is_whole(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'm.db'}")
    with store.write() as tx:
        daemons.set_problem(tx, "key", "text", "mend", NOW)
    with store.write() as tx:
        daemons.set_problem(tx, "unfinished", "text", "mend", NOW)
        backup(store, tmp_path / "copy.db")
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT key FROM problems").fetchall() == [("key",)]
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    store.close()


def test_a_copy_overwrites_nothing(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'm.db'}")
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(StoreError, match="already"):
        backup(store, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"
    store.close()


def test_a_damaged_database_is_refused_with_the_way_back(tmp_path: Path) -> None:
    (tmp_path / "m.db").write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreError, match="damaged") as caught:
        opened(f"sqlite:///{tmp_path / 'm.db'}")
    assert "db backup" in caught.value.mend


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(StoreError, match="no database called"):
        make_engine("oracle9://localhost/x")


def held(file: Path) -> sqlite3.Connection:
    """Another program at work in the file."""
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    return other


def test_a_database_that_another_program_holds_is_waited_for(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'mailer.db'}")
    other, begins = held(tmp_path / "mailer.db"), threading.Event()

    def write() -> int:
        begins.set()
        with store.write() as tx:
            return tx.owner_id

    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(write)
        begins.wait()
        with pytest.raises(TimeoutError):
            written.result(timeout=0.5)
        other.close()
        assert written.result(timeout=60) == store.owner_id
    store.close()


def test_a_database_that_another_program_holds_for_too_long_is_named_as_that(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mailer.db'}"
    opened(url).close()
    store = open_store(url, "dana@example.com", now=NOW, busy_timeout=0.05)
    other = held(tmp_path / "mailer.db")
    with pytest.raises(StoreBusyError, match="another program holds the database"), store.write():
        pass
    other.close()
    store.close()


def test_an_error_that_only_speaks_of_something_locked_is_not_taken_for_a_held_database(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'mailer.db'}")
    with pytest.raises(StoreError, match="no such table: locked"), store.write() as tx:
        tx.connection.exec_driver_sql("SELECT * FROM locked")
    store.close()

"""Opens the database, checks that it can be used, and hands out transactions.

A write on SQLite is `BEGIN IMMEDIATE` under a busy timeout, so that two processes queue up instead of failing half-way.
Nothing above this floor knows which database it is.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, NoSuchModuleError, OperationalError

from mailer.errors import SchemaTooNewError, StoreBusyError, StoreError, StoreLostError
from mailer.storage.schema import metadata, owners

VERSIONS = ("0001", "0002", "0003")
"""Every schema this program knows, oldest first; the last is the one it works with."""

BUSY_TIMEOUT = 30.0
"""Seconds a write waits for another process's transaction before it fails."""

ASK_AGAIN = 0.002
"""Seconds between two tries to begin writing. SQLite itself soon waits for a tenth: who asks so seldom never gets in
beside somebody who writes again and again, as the daemon does while an edition leaves."""

PARTIAL = ".part"
"""Ends the name of a copy that is being written."""

RESTORE = "put back a copy made by `mailer db backup`, with `mailer db restore FILE`"


@dataclass(frozen=True, slots=True)
class Tx:
    """One transaction of one owner: every query goes through it and filters by the owner."""

    connection: Connection
    owner_id: int


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The schema was brought up when the store was opened: from which, and where the copy made before is."""

    version: str
    copy: Path | None  # None for PostgreSQL, whose upgrade is one transaction; its copies are made by pg_dump

    def __str__(self) -> str:
        kept = f"; as it was, it is in {self.copy}" if self.copy else ""
        return f"{self.public}{kept}"

    @property
    def public(self) -> str:
        """The same without the path."""
        return f"the database was upgraded from schema {self.version} to {VERSIONS[-1]}"


class Store:
    """One owner's view of the database. Safe to share between threads; `close()` when done."""

    def __init__(self, engine: Engine, owner_id: int, upgraded: Upgraded | None = None) -> None:
        self.engine = engine
        self.owner_id = owner_id
        self.upgraded = upgraded
        self._file = _file_of(engine)

    @contextmanager
    def write(self, *, wait: bool = True) -> Iterator[Tx]:
        """A transaction that may change things; commits at the end, rolls back on an error.

        Without `wait` raises StoreBusyError at once where somebody else is writing (SQLite only).
        """
        self._look()
        options = {"immediate": True, "wait": wait}
        with translated(), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield Tx(connection, self.owner_id)

    @property
    def is_local(self) -> bool:
        """Whether the database is a file here, which answers in no time where nobody holds it."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent look at the database."""
        self._look()
        with translated(), self.engine.connect() as connection, connection.begin():
            yield Tx(connection, self.owner_id)

    @property
    def is_gone(self) -> bool:
        """Whether the file is no longer the one that was opened."""
        return _file_of(self.engine) != self._file

    def _look(self) -> None:
        """Without its file, a new connection would make an empty one in its place, and who has been written to would be
        forgotten. Raises StoreLostError."""
        if self.is_gone:
            path = self.engine.url.database
            raise StoreLostError(f"the database file {path} was removed or replaced while in use", mend=RESTORE)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _file_of(engine: Engine) -> tuple[int, int] | None:
    """What tells an SQLite file from another in its place; None for PostgreSQL, and where there is no file."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    try:
        seen = os.stat(engine.url.database)
    except OSError:
        return None
    return seen.st_dev, seen.st_ino


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into StoreError with a mend; constraint violations pass, since code decides by them."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _explain(error) from error


def is_locked(error: BaseException | None) -> bool:
    """Whether SQLite refused since another process, or another connection of this one, is at work in the file."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low octet; above it is why (sqlite.org/rescode.html)
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _explain(error: DBAPIError) -> StoreError:
    words = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    low = words.lower()
    if is_locked(error.orig):
        return StoreBusyError("another program holds the database", mend="end it, or wait until it is done")
    if "full" in low:
        return StoreBusyError("the disk that holds the database is full", mend="free some space")
    if "malformed" in low or "not a database" in low or "corrupt" in low:
        return StoreLostError(f"the database is damaged ({words})", mend=RESTORE)
    if "readonly" in low or "unable to open" in low:
        return StoreBusyError(f"the database can't be written ({words})", mend="see who owns its folder and its rights")
    kind = StoreBusyError if isinstance(error, OperationalError | InterfaceError) else StoreError
    return kind(f"the database refused: {words}")


def make_engine(url: str, *, busy_timeout: float = BUSY_TIMEOUT) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://...`. Raises StoreError for any other database."""
    try:
        parsed = make_url(url)
        options: dict[str, Any] = {
            "pool_size": 8,
            "max_overflow": 4,
            "pool_use_lifo": True,  # its pages are still cached
            "hide_parameters": True,  # an error's words may go into the log, and values are people's words
        }
        if parsed.get_backend_name() == "sqlite":
            options["connect_args"] = {"timeout": busy_timeout, "check_same_thread": False}
        else:
            options["pool_pre_ping"] = True
        engine = create_engine(parsed, **options)
    except NoSuchModuleError as error:
        raise StoreError(f"there is no database called {parsed.drivername}", mend="use sqlite or postgresql") from error
    except ImportError as error:
        raise StoreError(
            "the PostgreSQL driver is not installed", mend="pip install 'breadcrumb-mailer[postgres]'"
        ) from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", partial(_sqlite_connect, busy_timeout=busy_timeout))
        event.listen(engine, "begin", partial(_sqlite_begin, busy_timeout=busy_timeout))
    return engine


def _sqlite_connect(connection: sqlite3.Connection, _record: object, *, busy_timeout: float) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    _turn_to_wal(cursor, busy_timeout)
    cursor.execute("PRAGMA synchronous=FULL")  # a commit that returned survives a power cut
    cursor.execute("PRAGMA wal_autocheckpoint=4000")  # pages: what was committed is in the log, as durable, until then
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-1024")  # KiB for each connection; the kernel caches the file anyway
    cursor.close()


def _turn_to_wal(cursor: sqlite3.Cursor, busy_timeout: float) -> None:
    """Where two processes turn a new file to WAL, SQLite refuses one at once, without its busy timeout: waited here.

    Raises sqlite3.OperationalError where it is still locked after `busy_timeout` seconds.
    """
    deadline = time.monotonic() + busy_timeout
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() >= deadline:
                raise
            time.sleep(0.01)


def _sqlite_begin(connection: Connection, *, busy_timeout: float) -> None:
    options = connection.get_execution_options()
    if not options.get("immediate"):
        connection.exec_driver_sql("BEGIN")
        return
    deadline = time.monotonic() + (busy_timeout if options.get("wait", True) else 0.0)
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not is_locked(error):
                    break
            else:
                return
            time.sleep(ASK_AGAIN)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises as every other statement does
    finally:
        cursor.execute(f"PRAGMA busy_timeout={round(busy_timeout * 1000)}")


def version_of(engine: Engine) -> str | None:
    """The schema the database has: None for an empty one."""
    with translated(), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def open_store(
    url: str, owner_email: str, *, now: datetime, upgrade: bool = True, busy_timeout: float = BUSY_TIMEOUT
) -> Store:
    """The owner's store, its schema made or upgraded where it is behind.

    Raises SchemaTooNewError for a database of a newer program, StoreError where it can't be used.
    """
    engine = make_engine(url, busy_timeout=busy_timeout)
    _find_folder(engine)
    try:
        upgraded = _ready(engine, now, upgrade=upgrade)
        return Store(engine, _owner_id(engine, owner_email.lower(), now), upgraded)
    except BaseException:
        engine.dispose()
        raise


def _find_folder(engine: Engine) -> None:
    """Raises StoreError where a database's folder is missing: SQLite says only that it can't open the file."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    folder = Path(engine.url.database).absolute().parent
    if not folder.is_dir():
        raise StoreError(f"the database's folder {folder} is not there", mend="make it, or name another in `database:`")


def _ready(engine: Engine, now: datetime, *, upgrade: bool) -> Upgraded | None:
    version = version_of(engine)
    if version == VERSIONS[-1]:
        return None
    if version is not None and version not in VERSIONS:
        raise SchemaTooNewError(
            f"the database has schema {version}, and this program knows none newer than {VERSIONS[-1]}",
            mend="install the version of mailer that wrote it, or a newer one",
        )
    if not upgrade:
        raise StoreError("the database needs an upgrade", mend="run `mailer db upgrade`")
    if version is None and _create(engine):
        return None
    from mailer.storage.upgrade import upgrade as run_migrations  # Alembic is slow to import, and large

    copy = _copy_before(engine, version, now) if version else None
    run_migrations(engine)
    return Upgraded(version, copy) if version else None


def _copy_before(engine: Engine, version: str, now: datetime) -> Path | None:
    """Before the schema changes: a copy of an SQLite database beside it, named for its schema and the moment."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    target = Path(f"{engine.url.database}.schema-{version}-{now:%Y%m%dT%H%M%S}Z")
    if not target.exists():  # else another process does the same, in the same second
        copy_database(engine, target)
    return target


def _create(engine: Engine) -> bool:
    """Make every table of an empty database; False where it is not empty. A test compares this with the migrations."""
    with translated(), engine.connect().execution_options(immediate=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CREATING})
        if inspect(connection).has_table("alembic_version"):
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == VERSIONS[-1]
        if inspect(connection).get_table_names():
            return False
        metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": VERSIONS[-1]})
        return True


CREATING = 7_246_153_021
"""The key of PostgreSQL's advisory lock under which tables are made: two processes may find the database empty."""


def _owner_id(engine: Engine, email: str, now: datetime) -> int:
    query = select(owners.c.id).where(owners.c.email == email)
    with translated(), engine.connect().execution_options(immediate=False) as connection:
        found = connection.execute(query).scalar()
    if found is not None:
        return int(found)
    try:
        with engine.connect().execution_options(immediate=True) as connection, connection.begin():
            connection.execute(insert(owners).values(email=email, created_at=now))
    except IntegrityError:
        pass  # another process was quicker
    with translated(), engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def backup(store: Store, target: Path) -> None:
    """A consistent copy of an SQLite database while others use it, for the owner's eyes only. Refuses to overwrite.

    Raises StoreError for PostgreSQL, which has `pg_dump` for this.
    """
    copy_database(store.engine, target)


def copy_database(engine: Engine, target: Path) -> None:
    """The same for a database that no store was opened on."""
    if engine.dialect.name != "sqlite":
        raise StoreError("this makes copies of SQLite databases only", mend="use pg_dump for PostgreSQL")
    if target.exists():
        raise StoreError(f"{target} is there already", mend="name another file")
    partial = target.with_name(f"{target.name}.{os.getpid()}{PARTIAL}")
    with translated(), engine.connect() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101 -- the dialect says so
        try:
            partial.unlink(missing_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL, 0o600))
            with sqlite3.connect(partial) as copy:
                copy.execute("PRAGMA cache_size=-1024")  # KiB: no page is wanted twice
                source.backup(copy)
            copy.close()
            partial.replace(target)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the copy could not be written: {error}", mend="see the folder and free space") from error
        finally:
            partial.unlink(missing_ok=True)


def integrity(store: Store) -> list[str]:
    """What is wrong with the database, in words; nothing where all is well."""
    with translated(), store.engine.connect() as connection:
        found = set(inspect(connection).get_table_names())
        wrong = [f"table {name} is missing" for name in metadata.tables if name not in found]
        if store.engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            wrong += [str(row) for row in rows if row != "ok"]
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            wrong += [f"table {row[0]}: row {row[1]} names a row of {row[2]} that isn't there" for row in broken]
    return wrong

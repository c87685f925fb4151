"""A private PostgreSQL on a loopback port, without durability: for tests only."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.servers.process import (
    ServerFailedError,
    find_program,
    first_user,
    free_port,
    is_root,
    short_folder,
    start,
    stop,
    wait_for,
)

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=60")


class Postgres:
    """A running server; `url` is its maintenance database, `create()` gives further ones."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = itertools.count(1)

    def _url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        return f"{driver}://mailer@127.0.0.1:{self.port}/{database}"

    @property
    def url(self) -> str:
        return self._url("postgres")

    def execute(self, statement: str) -> None:
        """Run one statement outside a transaction in the maintenance database."""
        import psycopg

        with psycopg.connect(self._url("postgres", "postgresql"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self) -> str:
        """Make an empty database and give its URL."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it; one that won't go goes with the server."""
        import psycopg

        with contextlib.suppress(psycopg.errors.ObjectInUse):
            self.execute(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]} WITH (FORCE)")

    def is_ready(self) -> bool:
        import psycopg

        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server in a folder of its own and stop it at the end. Raises ServerMissingError, ServerFailedError."""
    initdb, program = find_program("initdb", *FOLDERS), find_program("postgres", *FOLDERS)
    user = first_user("postgres", "nobody") if is_root() else None
    with short_folder("mailer-pg-", owner=user) as folder, (folder / "log").open("wb") as log:
        data, port = folder / "data", free_port()
        made = start(
            [initdb, "-D", str(data), "-U", "mailer", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            log=log,
            user=user,
        )
        if made.wait(300):
            raise ServerFailedError(f"initdb failed: {(folder / 'log').read_text(errors='replace')[-2000:]}")
        settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *NOT_DURABLE]
        options = [part for setting in settings for part in ("-c", setting)]
        process = start([program, "-D", str(data), *options], log=log, user=user, dies_with_us=signal.SIGQUIT)
        yield from _serve(process, Postgres(port), folder / "log")


def _serve(process: subprocess.Popen[bytes], server: Postgres, log: Path) -> Iterator[Postgres]:
    try:
        wait_for(server.is_ready, process, log)
        yield server
    finally:
        stop(process, signal.SIGINT)  # SIGINT is PostgreSQL's "fast" shutdown

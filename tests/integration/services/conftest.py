"""The world of a test, on SQLite and on PostgreSQL; migrations run once, and each test starts empty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.storage.schema import metadata
from mailer.storage.store import make_engine, open_store
from tests.integration.world import TUESDAY, World, make_world
from tests.servers.postgres import Postgres


def _migrated(url: str) -> str:
    open_store(url, "dana@example.com", now=TUESDAY).close()
    return url


def _emptied(url: str) -> str:
    """Emptying the tables of one database is many times quicker than making another."""
    engine = make_engine(url)
    names = ", ".join(table.name for table in metadata.sorted_tables)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "mailer.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    return _migrated(postgres.create())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "sqlite":
        path = tmp_path / "mailer.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        url = f"sqlite:///{path}"
    else:
        url = _emptied(request.getfixturevalue("migrated_postgres"))
    made = make_world(url, tmp_path)
    yield made
    made.store.close()

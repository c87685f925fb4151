"""Fixtures for the servers that tests run against. A server that isn't installed skips its tests with a reason,
except with MAILER_REQUIRE_SERVERS=1 (as in CI), where it fails them."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

from tests.leaks import leaks_below
from tests.servers.mailsystem import MailSystem, running_mail_system
from tests.servers.postgres import Postgres, running_postgres
from tests.servers.process import ServerMissingError

# The same examples in every run, however slow the machine is; `--hypothesis-profile=default` looks for more.
settings.register_profile(
    "suite", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background: programs started here inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

LONGEST = ("test_chaos", "test_faults_machine", "test_demo", "test_faults_smtp", "test_faults_imap", "test_main_job")
"""Files that take longest: with several processes they come first, so that none is left alone with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files; the tests of each stay in theirs."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONGEST)))


def without(reason: str) -> NoReturn:
    """Skip, or fail where the servers are required."""
    if os.environ.get("MAILER_REQUIRE_SERVERS") == "1":
        pytest.fail(f"MAILER_REQUIRE_SERVERS=1, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test run."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        without("psycopg is not installed")
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except ServerMissingError as error:
            without(str(error))
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """URL of the server's maintenance database, shared by all tests of the run."""
    return postgres.url


@pytest.fixture
def fresh_postgres(postgres: Postgres) -> Iterator[str]:
    """URL of a new, empty PostgreSQL database for this test."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'mailer.db'}"
    return str(request.getfixturevalue("fresh_postgres"))


@pytest.fixture(scope="session")
def mail_system() -> Iterator[MailSystem]:
    """Dovecot and Postfix of this test run, shared by all its tests: take mailbox names of your own."""
    with contextlib.ExitStack() as stack:
        try:
            system = stack.enter_context(running_mail_system())
        except ServerMissingError as error:
            without(str(error))
        yield system


LEAKS = pytest.StashKey[list[str]]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """At the end of all tests, in the process that started them: no secret may be in any log they have left."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    if factory is None or hasattr(session.config, "workerinput"):
        return
    found = session.config.stash[LEAKS] = leaks_below(factory.getbasetemp())
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what leaked, and where."""
    for leak in config.stash.get(LEAKS, []):
        terminalreporter.write_line(f"LEAKED {leak}", red=True)

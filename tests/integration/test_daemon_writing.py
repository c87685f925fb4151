"""A large edition is written by a process of its own: whole, each letter once, whatever becomes of that process."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailer.daemon import writing
from mailer.daemon.wiring import App, file_states
from mailer.daemon.writing import Writing
from mailer.model import Contact, Interaction, InteractionKind, MessageKind
from mailer.services import updates
from mailer.services.roster_sync import sync
from mailer.storage import daemons, editions, messages
from mailer.storage.records import EditionRecord
from tests.integration.cli_owner import make_owner

NAME = "2026-11"
PEOPLE = 60


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Enough contacts, all spoken to, and an edition that is due."""
    monkeypatch.setattr(writing, "MANY", PEOPLE)
    app = make_owner(tmp_path / "dana").app()
    now = app.clock()
    met = Interaction(date(2026, 10, 20), InteractionKind.call, about="cranes", thank_you=False)
    people = [
        Contact(f"Person {n:02}", emails=(f"person-{n:02}@example.org",), interactions=(met,)) for n in range(PEOPLE)
    ]
    sync(app.store, app.desk, people, now, files=file_states(app.config.roster_paths()))
    with app.store.write() as tx:
        daemons.change_owner(tx, first_started_at=now - timedelta(days=20))
        editions.create(tx, NAME, now - timedelta(minutes=1), "approved")
    yield app
    app.close()


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started."""
    found: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options)
            found.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    return found


def the_edition(app: App) -> EditionRecord:
    with app.store.read() as tx:
        found = editions.get(tx, NAME)
    assert found is not None
    return found


def names(app: App) -> list[str]:
    """To whom letters of the edition are written."""
    with app.store.read() as tx:
        return sorted(m.to_name for m in messages.of_edition(tx, NAME, MessageKind.update))


def write(app: App, on_letters: Callable[[], None] = lambda: None) -> Writing:
    writer = Writing(app, on_letters)
    updates.tick(app.store, app.desk, app.clock(), writer.write)
    return writer


STUMBLES = """
import sys
from mailer.daemon import writing
from mailer.services import updates

words = sys.argv.pop()

def stumble(*_, **__):
    raise ValueError(words)

updates.enqueue = stumble
sys.exit(writing.main(*sys.argv[1:]))
"""
EVERYBODY = [f"Person {n:02}" for n in range(PEOPLE)]


def test_a_large_edition_is_written_by_a_process_of_its_own(app: App, children: list[subprocess.Popen[bytes]]) -> None:
    """Which says so again and again, so that the first letters may leave."""
    told: list[bool] = []
    write(app, lambda: told.append(True))
    assert names(app) == EVERYBODY
    assert the_edition(app).status == "sending"
    assert [child.returncode for child in children] == [0]
    assert told


def test_a_small_one_is_written_by_the_daemon(
    app: App, children: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MANY", PEOPLE + 1)
    write(app)
    assert names(app) == EVERYBODY
    assert children == []


def test_what_that_process_leaves_when_it_dies_is_written_by_the_daemon(
    app: App, children: list[subprocess.Popen[bytes]]
) -> None:
    def kill() -> None:
        children[0].kill()

    write(app, kill)
    assert children[0].returncode == -signal.SIGKILL
    assert names(app) == EVERYBODY
    assert the_edition(app).status == "sending"


def test_without_room_for_another_process_the_daemon_writes(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    write(app)
    assert names(app) == EVERYBODY


def test_a_configuration_that_broke_meanwhile_stops_no_edition(
    app: App, children: list[subprocess.Popen[bytes]]
) -> None:
    """The daemon still has the last good one; the other process does not."""
    app.config.path.write_text("profile: [", encoding="utf-8")
    write(app)
    assert [child.returncode for child in children] == [1]
    assert names(app) == EVERYBODY


def test_a_mistake_in_that_process_is_told_without_the_words_of_a_letter(app: App) -> None:
    command = [sys.executable, "-c", STUMBLES, str(app.config.path), NAME, "Dear Ada, between us"]
    done = subprocess.run(command, env=dict(app.environ), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "ValueError" in done.stderr
    assert "between us" not in done.stderr + done.stdout


def test_told_to_stop_it_writes_no_further_and_a_next_start_goes_on(
    app: App, children: list[subprocess.Popen[bytes]]
) -> None:
    writer = Writing(app, lambda: writer.stop())
    updates.tick(app.store, app.desk, app.clock(), writer.write)
    assert children[0].returncode == -signal.SIGTERM
    assert the_edition(app).status == "approved"
    write(app)
    assert names(app) == EVERYBODY


def test_two_looks_at_once_write_it_once(app: App, children: list[subprocess.Popen[bytes]]) -> None:
    writer = Writing(app, lambda: updates.tick(app.store, app.desk, app.clock(), writer.write))
    updates.tick(app.store, app.desk, app.clock(), writer.write)
    assert len(children) == 1
    assert names(app) == EVERYBODY


def test_it_ends_with_the_daemon(app: App) -> None:
    """Asked before each chunk of letters; the next daemon goes on, with what it reads itself."""
    asked: list[bool] = []

    def gone() -> bool:
        asked.append(True)
        return len(asked) < 2

    assert updates.enqueue(app.store, app.desk, the_edition(app), app.clock(), go_on=gone) == 0
    assert len(names(app)) == updates.CHUNK
    assert the_edition(app).status == "approved"

"""The start of the daemon: what it does in a copy of itself, without one, and where it is told to stop at once."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mailer.daemon import apart, upkeep
from mailer.daemon.lock import OwnerLock, is_held
from mailer.daemon.process import Daemon
from mailer.storage import contacts
from tests.integration.cli_owner import Owner, make_owner

STOPPED_IN_AN_IMPORT = """
import os, signal, sys
from mailer.daemon import run_daemon

class Part:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGTERM)

class Finder:
    def find_spec(self, name, path, target=None):
        if name == "mailer.daemon.process":
            class Whole:
                part = Part()

sys.meta_path.insert(0, Finder())
run_daemon(None, {})
"""

BEGINS_A_COPY = """
import time
from mailer.daemon import apart

apart.begin(lambda: time.sleep(60))
print("begun", flush=True)
time.sleep(60)
"""


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def names_after_a_start(owner: Owner) -> set[str]:
    """The contacts that the database has once the daemon has prepared itself."""
    app = owner.app()
    asyncio.run(Daemon(app, alone=True).prepare())
    with app.store.read() as tx:
        found = {contact.name for contact in contacts.every(tx)}
    app.close()
    return found


def fail() -> None:
    raise ValueError


def test_a_copy_says_whether_it_did_all_its_work(tmp_path: Path) -> None:
    assert apart.ended_well(apart.begin((tmp_path / "done").touch))
    assert (tmp_path / "done").exists()
    assert not apart.ended_well(apart.begin(fail))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_what_a_terminal_says_to_both_does_not_break_off_the_copy(number: int) -> None:
    assert apart.ended_well(apart.begin(lambda: os.kill(os.getpid(), number)))


def test_a_copy_of_which_nobody_keeps_the_end_counts_as_not_done() -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert not apart.ended_well(apart.begin(int))
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_copy_does_not_hold_the_lock_of_the_daemon(tmp_path: Path) -> None:
    here, there = os.pipe()
    with OwnerLock(tmp_path, "dana@example.com"):
        os.set_blocking(here, True)
        child = apart.begin(lambda: time.sleep(60))  # `signal.pause` would end with the first look at the parent
        os.close(there)
        os.read(here, 1)  # ends once the copy has closed what it got
        assert is_held(tmp_path, "dana@example.com")
    os.close(here)
    assert not is_held(tmp_path, "dana@example.com")
    os.kill(child, signal.SIGTERM)
    assert not apart.ended_well(child)


def test_a_copy_ends_with_a_daemon_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", BEGINS_A_COPY], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"begun\n"
        first.kill()
        begun = time.monotonic()
        assert first.stdout.read() == b""  # ends once nobody can write there any more
        assert time.monotonic() - begun < 40


def test_the_start_reads_the_roster_in_a_copy(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[bool] = []
    begin = apart.begin

    def noted(work: Callable[[], object]) -> int:
        done.append(True)
        return begin(work)

    monkeypatch.setattr(apart, "begin", noted)
    assert "Grace Hopper" in names_after_a_start(owner)
    assert done


def test_a_start_whose_copy_dies_is_done_by_the_daemon_itself(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = apart.begin
    monkeypatch.setattr(apart, "begin", lambda work: begin(fail))
    assert "Grace Hopper" in names_after_a_start(owner)


def test_a_start_without_room_for_a_copy_is_done_by_the_daemon_itself(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> int:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(os, "fork", refuse)
    assert "Grace Hopper" in names_after_a_start(owner)


def test_a_mistake_in_what_a_start_plans_ends_the_daemon_and_is_told(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ValueError("a mistake")

    monkeypatch.setattr(upkeep, "tick", stumble)
    app = owner.app()
    daemon = Daemon(app, look_every=3600)
    with pytest.raises(ValueError, match="a mistake"):
        asyncio.run(asyncio.wait_for(daemon.run(signals=False), 60))
    app.close()


def test_sigterm_while_a_class_is_made_in_an_import_is_a_good_end() -> None:
    done = subprocess.run([sys.executable, "-c", STOPPED_IN_AN_IMPORT], stderr=subprocess.PIPE, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")

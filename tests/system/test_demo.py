"""`mailer demo` as people run it: the installed program as a process, in a terminal, a pipe, and interrupted."""

from __future__ import annotations

import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from fcntl import ioctl
from pathlib import Path

import pytest

from mailer.demo.cast import EXPECTED

MAILER = Path(sys.executable).with_name("mailer")
PATIENCE = 300
"""Seconds; on an idle machine it takes about 15, and the demo itself gives up after 180."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home of somebody who never used the program."""
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path / "home"


def surroundings(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(home.parent / "tmp"),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }


def in_terminal(command: list[str], environ: Mapping[str, str], columns: int, lines: int) -> tuple[int, str]:
    """Run a command in a terminal of that size; returns its status and everything it wrote."""
    leader, follower = pty.openpty()
    ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    process = subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower, env=environ)
    os.close(follower)
    written = b""
    try:
        while octets := os.read(leader, 65_536):
            written += octets
    except OSError:  # Linux says so when the other side is closed
        pass
    finally:
        os.close(leader)
    return process.wait(PATIENCE), written.decode()


def test_json_is_alone_on_stdout_and_nothing_of_the_user_is_touched(home: Path) -> None:
    done = subprocess.run(
        [MAILER, "demo", "--json"], capture_output=True, text=True, env=surroundings(home), timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert {key: tuple(found[key]) for key in EXPECTED} == dict(EXPECTED)
    assert (found["sent"], found["folder"]) == (21, None)
    assert 3 < found["seconds"] < PATIENCE
    assert set(found) == {*EXPECTED, "sent", "seconds", "folder"}
    assert not list(home.iterdir())
    assert not list((home.parent / "tmp").iterdir())


def test_in_a_terminal_it_draws_and_the_kept_folder_works_with_every_command(home: Path, tmp_path: Path) -> None:
    kept, environ = tmp_path / "kept", surroundings(home)
    status, written = in_terminal([str(MAILER), "demo", "--keep", str(kept)], environ, 80, 24)
    assert status == 0, written
    assert "15 people" in written
    assert "waits for you" in written
    assert not list(home.iterdir())
    for words, key in (
        ("status", "outbox"),
        ("contacts list", "status"),
        ("outbox list", "message_id"),
        ("replies list", "evidence"),
    ):
        command = [MAILER, "--config", kept / "config.yaml", *words.split(), "--json"]
        looked = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=PATIENCE)
        assert looked.returncode == 0, looked.stderr
        found = json.loads(looked.stdout)
        assert key in (found[0] if isinstance(found, list) else found)


def test_an_interrupt_ends_it_cleanly(home: Path) -> None:
    process = subprocess.Popen(
        [MAILER, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings(home)
    )
    assert process.stdout is not None
    process.stdout.readline()  # the story has begun
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert errors == "The demo was stopped; both servers are gone.\n"
    assert not list((home.parent / "tmp").iterdir())

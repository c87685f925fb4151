"""The installed `mailer` command as a process: pipes, signals, terminals, locales, shells."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli_owner import Owner, make_owner
from tests.system.program import wait_until

MAILER = Path(sys.executable).with_name("mailer")


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    owner = make_owner(tmp_path / "dana")
    owner.roster.write_text(
        "contacts:\n" + "".join(f"  - {{name: Zoë Nº{i}, email: p{i}@example.org}}\n" for i in range(60))
    )
    return owner


def start(owner: Owner, *args: str, **options: Any) -> subprocess.Popen[bytes]:
    environ = {**owner.variables(), **options.pop("environ", {})}
    return subprocess.Popen([MAILER, *args], env=environ, cwd=owner.folder, **options)


def call(owner: Owner, *args: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    process = start(owner, *args, stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, **options)
    out, err = process.communicate(timeout=180)
    assert b"Traceback" not in err, err.decode()
    return subprocess.CompletedProcess(args, process.returncode, out, err)


def test_help_and_version_need_nothing(tmp_path: Path) -> None:
    for option in ("--help", "--version"):
        done = subprocess.run([MAILER, option], cwd=tmp_path, env={}, capture_output=True, check=True, timeout=60)
        assert b"mailer" in done.stdout and done.stderr == b""


def test_config_comes_before_the_command_and_works_with_all(owner: Owner) -> None:
    environ = {"MAILER_CONFIG": "/nowhere"}
    done = call(owner, "--config", "config.yaml", "contacts", "list", "--json", environ=environ)
    assert len(json.loads(done.stdout)) == 60
    assert call(owner, "contacts", "list", environ=environ).returncode == 2


@pytest.mark.parametrize(
    "args", [("lgo",), ("log",), ("outbox", "show", "x"), ("log", "a", "--kind", "dance"), ("--no",)]
)
def test_a_wrong_call_ends_with_2(owner: Owner, args: tuple[str, ...]) -> None:
    done = call(owner, *args)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith((b"Usage: ", b"mailer: ")) and b"Traceback" not in done.stderr


def test_a_reader_that_has_gone_is_no_error_worth_a_word(owner: Owner) -> None:
    call(owner, "contacts", "list")
    reading, writing = os.pipe()
    os.close(reading)
    done = call(owner, "contacts", "list", "--json", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk_is_said(owner: Owner) -> None:
    with open("/dev/full", "wb") as full:
        done = call(owner, "contacts", "list", "--json", stdout=full)
    assert done.returncode == 1
    assert done.stderr == b"mailer: No space left on device\n"


def test_without_a_stdout_nothing_breaks(owner: Owner) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {MAILER} contacts list >&-"],
        env=dict(owner.variables()),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr


def test_ctrl_c_ends_with_130_and_without_a_traceback(owner: Owner) -> None:
    process = start(owner, "understand", "-", stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(b"Subject: hi")
    process.stdin.flush()
    wait_until(lambda: waits_for_more(process), "it reads, and waits for more", every=0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"")


def waits_for_more(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has taken all of its input, and sleeps (proc(5), stat)."""
    assert process.stdin and process.poll() is None
    left = struct.unpack("i", fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)))[0]
    return left == 0 and Path(f"/proc/{process.pid}/stat").read_text().rpartition(") ")[2].startswith("S")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_names_survive_any_encoding_of_the_terminal(owner: Owner, encoding: str) -> None:
    environ = {"PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    assert call(owner, "contacts", "list", environ=environ).returncode == 0
    done = call(owner, "contacts", "list", "--json", "--limit", "1", environ=environ)
    assert json.loads(done.stdout.decode(encoding))[0]["name"] == "Zoë Nº0"


def test_shells_complete_commands_and_options(owner: Owner) -> None:
    environ = {"_MAILER_COMPLETE": "bash_complete", "COMP_WORDS": "mailer outbox app", "COMP_CWORD": "2"}
    assert call(owner, environ=environ).stdout == b"plain,approve\n"
    for shell in ("bash", "zsh", "fish"):
        assert b"_MAILER_COMPLETE" in call(owner, "completion", shell).stdout


def test_bash_takes_the_completion_script(owner: Owner) -> None:
    script = f'eval "$({MAILER} completion bash)"; complete -p mailer'
    environ = {**owner.variables(), "PATH": f"{MAILER.parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], env=environ, capture_output=True, text=True, check=True, timeout=60)
    assert "_mailer_completion" in done.stdout


INTERRUPT = "\x03"
"""Ctrl-C."""


def on_terminal(owner: Owner, *args: str, answer: str = "", columns: int = 60) -> tuple[int, str]:
    """Call the program on a terminal of its own, and answer its question; its exit status and what was shown."""
    terminal, theirs = pty.openpty()
    environ = {**owner.variables(), "TERM": "xterm", "COLUMNS": str(columns)}
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", MAILER, *args],
        env=environ, cwd=owner.folder, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown, given = b"", ""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 3)[0]:
            if given == INTERRUPT:  # it came before anything waited for a key, which Python notices at the next one
                os.write(terminal, given.encode())
            continue
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # so Linux says that the other end has gone
            break
        if answer and shown.rstrip().endswith(b"[y/N]:"):
            os.write(terminal, answer.encode())
            given, answer = answer, ""
    os.close(terminal)
    return process.wait(60), shown.decode()


def test_on_a_narrow_terminal_no_id_and_no_address_is_cut(owner: Owner) -> None:
    code, shown = on_terminal(owner, "contacts", "list", columns=40)
    assert code == 0
    assert "…" not in shown
    assert "\n60 " in shown.replace("\r", "")


@pytest.mark.parametrize(("answer", "status"), [("n\n", "held"), ("y\n", "cancelled"), (INTERRUPT, "held")])
def test_a_bulk_act_on_a_filter_asks_on_a_terminal(owner: Owner, answer: str, status: str) -> None:
    owner.ok("log", "p1@example.org")
    code, shown = on_terminal(owner, "outbox", "cancel", "--kind", "thank_you", answer=answer)
    assert "Cancel 1 message?" in shown and "Traceback" not in shown
    assert code == (130 if answer == INTERRUPT else 0)
    assert owner.json("outbox", "list")[0]["status"] == status


def test_yes_skips_the_question(owner: Owner) -> None:
    owner.ok("log", "p1@example.org")
    code, shown = on_terminal(owner, "outbox", "cancel", "--kind", "thank_you", "--yes")
    assert code == 0 and "Cancel 1 message?" not in shown


def test_two_commands_at_once_both_succeed(owner: Owner) -> None:
    call(owner, "contacts", "list")
    running = [
        start(owner, "log", f"p{i}@example.org", "--about", "x", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for i in range(4)
    ]
    assert [process.wait(180) for process in running] == [0, 0, 0, 0]
    for process in running:
        process.communicate()
    assert len(owner.json("outbox", "list")) == 4

"""The installed program as processes: one owner's configuration, the commands, the daemon, and the clock they share.

A command that is only looked at again and again until something happens is run in this process: a second of start-up
for each look would take the machine away from what is waited for.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from mailer.cli.call import Call
from mailer.cli.root import mailer as root_command
from tests.servers.mailsystem import MailSystem

MAILER = Path(sys.executable).with_name("mailer")
STOPS_WITHIN = 40.0
"""Seconds after SIGTERM. Ten are promised, and are more than all waits together (tests/unit/test_daemon_times.py); the
rest is for a machine that is busy."""

CONFIG = """\
profile: {{name: Dana Reyes, email: {owner}, phone: "+1 312 555 0100", location: Chicago, website: https://dana.example}}
search: {{looking_for: a head of platform role, started: 2026-09-01, target_companies: [Acme Freight]}}
account:
  password: {{file: password}}
  ca_file: {ca_file}
  smtp: {{host: 127.0.0.1, port: {smtp}, security: {security}}}
  imap: {{host: 127.0.0.1, port: {imap}, security: starttls}}
database: {database}
schedule: {{timezone: UTC, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "23:59"}}
thank_you: {{after: 0s}}
limits: {{per_minute: 10000, per_day: 100000}}
"""

T = TypeVar("T")


def wait_until(look: Callable[[], T], what: str, patience: float = 90.0, every: float = 0.2) -> T:
    """What `look` gives once that is true. Fails after `patience` seconds; `every` is the pause between looks."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {patience:g} seconds: {what}"
        time.sleep(every)
    return found


def rewrite(file: Path, text: str | bytes, *, mode: int = 0o644) -> None:
    """Put a file in place all at once, as an editor does: a running daemon never sees half of it."""
    fresh = file.with_name(file.name + ".new")
    fresh.write_bytes(text.encode() if isinstance(text, str) else text)
    fresh.chmod(mode)
    fresh.replace(file)


class _Captured(Call):
    """A call whose result is kept instead of printed."""

    value: Any = None

    def emit(self, value: Any) -> None:
        self.value = json.loads(json.dumps(value))


class Daemon:
    """A running `mailer run`."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.log = process, log

    def lines(self) -> list[dict[str, Any]]:
        """Its log so far; every line must be a JSON object."""
        whole = self.log.read_text().rpartition("\n")[0]  # the last line may be half written
        return [json.loads(line) for line in whole.splitlines()]

    def said(self, words: str) -> list[str]:
        """The messages of its log that contain `words`."""
        return [line["message"] for line in self.lines() if words in line["message"]]

    def wait_for(self, words: str, patience: float = 90.0) -> str:
        """The first message of its log that contains `words`."""
        return wait_until(lambda: self.said(words) or self._check(), f"the log says {words!r}", patience, every=0.02)[0]

    def _check(self) -> list[str]:
        assert self.process.poll() is None, f"the daemon ended: {self.log.read_text()}"
        return []

    def hangup(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def stop(self) -> float:
        """End it by SIGTERM; it must end well and in time. Gives the seconds that took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(STOPS_WITHIN) == 0, self.log.read_text()
        return time.monotonic() - begun

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(STOPS_WITHIN)


class Program:
    """One owner's program: files in `folder`, and processes that see nothing of the machine's own settings."""

    def __init__(self, folder: Path, *, password: str = "") -> None:
        self.folder = folder
        self.config, self.roster, self.password = (
            folder / name for name in ("config.yaml", "contacts.yaml", "password")
        )
        self.environ = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"}
        self.set_password(password)
        self._logs = 0

    def set_password(self, password: str) -> None:
        """Write the file in which the program finds the password."""
        rewrite(self.password, password + "\n", mode=0o600)

    def set_clock(self, moment: datetime) -> None:
        """Let it be `moment` now, for every process from here on."""
        self.environ["MAILER_CLOCK"] = f"{(moment - datetime.now(UTC)).total_seconds():+.3f}"

    def write_roster(self, contacts: Sequence[Mapping[str, Any]]) -> None:
        """The roster, one contact a line (JSON is YAML)."""
        lines = "".join(f"  - {json.dumps(contact)}\n" for contact in contacts)
        rewrite(self.roster, f"contacts:{'' if lines else ' []'}\n{lines}")

    def change_config(self, old: str, new: str) -> None:
        text = self.config.read_text()
        assert old in text
        rewrite(self.config, text.replace(old, new))

    def run(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        """One command; it must end with `status`, and never with a traceback."""
        done = subprocess.run(
            [MAILER, "--config", self.config, *arguments],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=180,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def json(self, *arguments: str) -> Any:
        """What a command prints with --json: that and nothing else."""
        return json.loads(self.run(*arguments, "--json").stdout)

    def look(self, *arguments: str) -> Any:
        """What a command prints with --json, without a process of its own."""
        call = _Captured(self.config, self.environ)
        command: click.Command = root_command
        rest = [*arguments, "--json"]
        context = click.Context(command, obj=call)
        while isinstance(command, click.Group):
            found = command.get_command(context, rest.pop(0))
            assert found is not None, arguments
            command = found
        try:
            with command.make_context(str(command.name), rest, parent=context) as inner:
                command.invoke(inner)
        finally:
            call.close()
        return call.value

    def problems(self) -> dict[str, str]:
        """The problems that `mailer status` names, by key."""
        return {problem["key"]: problem["text"] for problem in self.look("status")["problems"]}

    def people(self, status: str) -> set[str]:
        """The addresses of the contacts that have this status."""
        return {contact["email"] for contact in self.look("contacts", "list", "--status", status)}

    def outbox(self, *arguments: str) -> list[dict[str, Any]]:
        """What `mailer outbox list` lists."""
        found: list[dict[str, Any]] = self.look("outbox", "list", *arguments)
        return found

    @contextlib.contextmanager
    def daemon(self, *, connected: bool = True) -> Iterator[Daemon]:
        """Start the daemon and wait until it runs and, with `connected`, watches the mailbox. Ended in any case."""
        self._logs += 1
        log = self.folder / f"log-{self._logs}"
        with log.open("wb") as stream:
            command = [MAILER, "--config", self.config, "run"]
            process = subprocess.Popen(command, env=self.environ, stdin=subprocess.DEVNULL, stderr=stream)
        try:
            daemon = Daemon(process, log)
            daemon.wait_for("running for")
            if connected:
                wait_until(lambda: self.look("status")["mailbox"]["connected"], "the mailbox is watched")
            yield daemon
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(STOPS_WITHIN)


def make_program(
    folder: Path,
    mail: MailSystem,
    owner: str,
    *,
    database: str = "sqlite",
    smtp: int | None = None,
    security: str = "starttls",
) -> Program:
    """A program whose owner has a mailbox. `smtp` names another port than Postfix's, with its `security`."""
    (address,) = mail.add_users([owner])
    program = Program(folder, password=mail.password(address))
    program.config.write_text(
        CONFIG.format(
            owner=address,
            ca_file=mail.ca_file,
            smtp=smtp or mail.smtp.port,
            security=security,
            imap=mail.imap.port,
            database=database,
        )
    )
    program.write_roster([])
    return program

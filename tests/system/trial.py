"""The installed program on trial: its daemon as a process, between servers that misbehave, under a clock that is set.

Commands that only look are run in this process, over the same files: a second of start-up for each would make the tests
of a hundred faults too long.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.servers.scripted_imap import ScriptedImap
from tests.servers.scripted_smtp import ScriptedSmtp
from tests.system.program import MAILER, Program, wait_until

OWNER = "dana@example.com"
PASSWORD = "open sesame"
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)  # a Tuesday
PATIENCE = 5.0  # seconds that the program waits for a server in these tests

CONFIG = """\
profile: {{name: Dana Reyes, email: {owner}, phone: "+1 312 555 0100", location: Chicago}}
search: {{looking_for: a head of platform role, started: 2026-09-01, target_companies: [Acme Freight]}}
account:
  password: {{file: password}}
  ca_file: {ca_file}
  smtp: {{host: 127.0.0.1, port: {smtp}, security: {security}}}
  imap: {{host: 127.0.0.1, port: {imap}, security: none}}
  sent_copy: {sent_copy}
first_start: send
schedule: {{timezone: {zone}, days: [mon, tue, wed, thu, fri, sat, sun], from: "{opens}", to: "{closes}"}}
thank_you: {{after: 0s}}
limits: {{per_minute: 10000, per_day: 100000}}
notify: {{after: {notify_after}}}
updates: {updates}
"""

USUAL = {
    "owner": OWNER,
    "ca_file": "null",
    "security": "none",
    "sent_copy": "none",
    "zone": "UTC",
    "opens": "00:00",
    "closes": "23:59",
    "updates": "{}",
    "notify_after": "3650d",
}


class Trial(Program):
    """One owner's program, with `people` in the roster."""

    def __init__(self, folder: Path, *, patience: float | None = PATIENCE) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder, password=PASSWORD)
        self.people: list[str] = []
        self._clock = folder / "clock"
        self.environ["MAILER_CLOCK"] = f"@{self._clock}"
        if patience is not None:
            self.environ["MAILER_PATIENCE"] = str(patience)
        self.set_clock(NOON)

    def configure(self, smtp: int, imap: int, **values: Any) -> None:
        """Write the configuration."""
        self.config.write_text(CONFIG.format(**(USUAL | values), smtp=smtp, imap=imap))

    def set_clock(self, moment: datetime) -> None:
        """Let it be `moment` now, for every process that runs or is started."""
        fresh = self.folder / "clock.new"
        fresh.write_text(f"{(moment - datetime.now(UTC)).total_seconds():+.3f}")
        fresh.replace(self._clock)

    def met(self, count: int, *, each: timedelta = timedelta(0), addresses: Mapping[int, str] | None = None) -> None:
        """Write a roster of people to be thanked: all today, or one after `each` such time."""
        given = addresses or {}
        self.people = [given.get(n, f"p{n:03}@example.org") for n in range(count)]
        self.write_roster([person(n, address, NOON + n * each) for n, address in enumerate(self.people)])

    def problems(self) -> dict[str, str]:
        """The problems that `mailer status` names, by key; several of one key in lines."""
        found: dict[str, str] = {}
        for problem in self.look("status")["problems"]:
            found[problem["key"]] = "\n".join(filter(None, (found.get(problem["key"]), problem["text"])))
        return found

    def wait_for_problem(self, key: str, words: str = "", patience: float = 90.0) -> str:
        """The sentence of a problem with this key, once it is there and has these words."""
        seen: dict[str, str] = {}

        def look() -> str:
            seen.clear()
            seen.update(self.problems())
            return seen.get(key, "") if words in seen.get(key, "") else ""

        try:
            return wait_until(look, f"a problem {key}", patience)
        except AssertionError as error:
            raise AssertionError(f"no problem {key} with {words!r}; but {seen}") from error

    def wait_for_peace(self, *but: str, patience: float = 90.0) -> None:
        """Until the status names no problem, except those with the keys in `but`."""
        seen: dict[str, str] = {}

        def look() -> bool:
            seen.clear()
            seen.update({key: text for key, text in self.problems().items() if key not in but})
            return not seen

        try:
            wait_until(look, "all is well", patience)
        except AssertionError as error:
            raise AssertionError(f"still {seen}") from error

    def start(self) -> subprocess.Popen[bytes]:
        """Start the daemon and wait for nothing."""
        with (self.folder / "log").open("ab") as stream:
            command = [MAILER, "--config", self.config, "run"]
            return subprocess.Popen(command, env=self.environ, stdin=subprocess.DEVNULL, stderr=stream)

    def outbox(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.look("outbox", "list")
        return found

    def counts(self) -> Counter[str]:
        """How many messages are in each state."""
        return Counter(message["status"] for message in self.outbox())

    def wait_for_counts(self, patience: float = 90.0, **expected: int) -> None:
        """Until exactly so many messages are in these states, and none in any other."""
        wanted = Counter({status: count for status, count in expected.items() if count})
        seen: list[Counter[str]] = []

        def look() -> bool:
            seen[:] = [self.counts()]
            return seen[0] == wanted

        try:
            wait_until(look, f"{dict(wanted)}", patience)
        except AssertionError as error:
            raise AssertionError(f"{dict(seen[0])} instead of {dict(wanted)}") from error


@contextlib.contextmanager
def between(
    folder: Path,
    script: ScriptedSmtp,
    server: ScriptedImap | None = None,
    *,
    patience: float | None = PATIENCE,
    **values: Any,
) -> Iterator[Trial]:
    """A program between a scripted mail server and a scripted, usually well-behaved, mailbox."""
    server = server or ScriptedImap()
    with script.in_thread(), server.running():
        trial = Trial(folder, patience=patience)
        trial.configure(script.port, server.port, **values)
        yield trial


def accounted(trial: Trial, script: ScriptedSmtp) -> None:
    """Nobody has anything twice, and who is on record as sent to has it; nothing is in between."""
    taken, outbox = script.taken(), trial.outbox()
    assert {message["status"] for message in outbox} <= {"sent", "queued", "held", "failed", "uncertain", "cancelled"}
    twice = {address for address, count in taken.items() if count > 1 and address != OWNER}
    assert not twice, twice
    for message in outbox:
        given = message["to"] in taken
        assert given == (message["status"] == "sent") or message["status"] == "uncertain", (given, message)


def person(n: int, address: str, met: datetime) -> dict[str, Any]:
    """A contact with one interaction, whose thank-you is due at once where that is today, else the day after."""
    met_then = {"date": met.date().isoformat(), "kind": "call", "thanks_for": f"walking me through tender {n:03}"}
    return {"name": f"Person {n:03}", "email": address, "interactions": [met_then]}


def settled(trial: Trial, count: int) -> Callable[[], bool]:
    """A look whether all of `count` messages have been tried, and none is on its way."""

    def look() -> bool:
        seen = trial.outbox()
        tried = all(message["attempts"] or message["status"] != "queued" for message in seen)
        return len(seen) == count and tried and not any(message["status"] == "sending" for message in seen)

    return look


def resident(pid: int) -> int:
    """The process's memory now, octets (proc(5), statm)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

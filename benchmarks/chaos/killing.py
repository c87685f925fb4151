"""Runs one combination: an owner, contacts, thank-yous that are due, and a daemon that is killed again and again."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.chaos.accounts import Account, Seen, account
from benchmarks.chaos.combinations import UNCERTAIN_AFTER, Plan
from mailer.model import MessageStatus
from mailer.storage import contacts, events, messages
from mailer.storage.store import Store, open_store
from tests.servers.dovecot import Dovecot
from tests.servers.filing_smtp import FilingSmtp, Habits, header, running_filing_smtp
from tests.servers.process import start, stop
from tests.system.program import MAILER, Program

CONFIG = """\
profile: {{name: Dana Reyes, email: {owner}, phone: "+1 312 555 0100"}}
search: {{looking_for: a head of platform role, started: 2026-09-01}}
account:
  password: {{file: password}}
  smtp: {{host: 127.0.0.1, port: {smtp}, security: none}}
  imap: {{host: 127.0.0.1, port: {imap}, security: none}}
  sent_copy: {sent_copy}
  move_copies: {moves}
  uncertain_after: {after:g}s
database: {database}
schedule: {{timezone: UTC, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "23:59"}}
thank_you: {{after: 0s, within: 720h}}
first_start: send
reading: {{check_every: 1s}}
limits: {{per_minute: 10000, per_day: 1000000}}
"""

STARTED_WITHIN = 30.0
"""Seconds within which a daemon that has something to send begins with it."""

NEARLY_DRAINED = 15
"""With so few messages left to send, the next batch comes."""

PATIENCE = 300.0


class DaemonEndedError(RuntimeError):
    """The daemon ended by itself."""


class Bell:
    """Hears of each step of the server as soon as it is done."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))

    def wait_for(self, what: str, patience: float) -> None:
        """Until the next step of this name, or until patience ends."""
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(64):
                pass
        deadline = time.monotonic() + patience
        with contextlib.suppress(TimeoutError):
            while (rest := deadline - time.monotonic()) > 0:
                self._socket.settimeout(rest)
                if self._socket.recv(64) == what.encode():
                    return

    def close(self) -> None:
        self._socket.close()


class Run:
    """One combination under way."""

    def __init__(self, plan: Plan, folder: Path, url: str, dovecot: Dovecot, server: FilingSmtp, bell: Bell) -> None:
        self.plan, self.folder, self.url, self.dovecot, self.server = plan, folder, url, dovecot, server
        self.owner = server.habits.owner
        self.chance = random.Random(plan.seed)
        self.kills: list[float] = []
        self._bell = bell
        self._people: list[dict[str, Any]] = []
        self.program = Program(folder, password=dovecot.password(self.owner))
        self.program.config.write_text(
            CONFIG.format(
                owner=self.owner,
                smtp=server.port,
                imap=dovecot.imap_port,
                sent_copy=plan.kind.sent_copy,
                moves=str(plan.kind.moves).lower(),
                after=UNCERTAIN_AFTER,
                database=url,
            )
        )
        self.program.write_roster([])
        self.program.run("contacts", "list")  # makes the database, in a process of its own

    # The owner's side

    def meet(self, count: int) -> None:
        """So many more contacts whom the owner called yesterday: a thank-you to each is due now."""
        day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
        first = len(self._people)
        self._people += [
            {
                "name": f"Person {n:05}",
                "email": f"person-{n:05}@example.net",
                "interactions": [{"date": day, "kind": "call", "thanks_for": f"the advice on tender {n:05}"}],
            }
            for n in range(first, first + count)
        ]
        self.program.write_roster(self._people)

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """The database, opened anew: what a dead daemon left behind is mended by who opens it."""
        store = open_store(self.url, self.owner, now=datetime.now(UTC))
        try:
            yield store
        finally:
            store.close()

    def counts(self) -> dict[str, int]:
        with self.store() as store, store.read() as tx:
            return messages.counts(tx)

    def unwritten(self, counts: Mapping[str, int] | None = None) -> int:
        """Contacts to whom nothing was written yet, and messages that have yet to leave."""
        counts = self.counts() if counts is None else counts
        return len(self._people) - sum(counts.values()) + counts.get("queued", 0) + counts.get("sending", 0)

    # The daemon

    @contextlib.contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / "log").open("ab") as log:
            command = [str(MAILER), "--config", str(self.program.config), "run"]
            process = start(command, log=log, environment=self.program.environ)
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait(60)

    def must_live(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is not None:
            tail = (self.folder / "log").read_text(errors="replace")[-3000:]
            raise DaemonEndedError(f"the daemon ended with {process.returncode}:\n{tail}")

    def kill_once(self) -> None:
        """Start it, and kill it: while it starts, at any time while it sends, or right after a step of the server."""
        way = self.chance.choices((self._while_it_starts, self._while_it_sends, self._after_a_step), self.plan.ways)[0]
        with self.daemon() as process:
            way()
            self.must_live(process)
            process.kill()
            self.kills.append(time.time())

    def _while_it_starts(self) -> None:
        time.sleep(self.chance.uniform(0.2, 1.2))

    def _while_it_sends(self) -> None:
        self._bell.wait_for("begun", STARTED_WITHIN)
        time.sleep(self.chance.uniform(0, self.plan.life))

    def _after_a_step(self) -> None:
        self._bell.wait_for("begun", STARTED_WITHIN)
        time.sleep(self.chance.uniform(0, self.plan.life))
        self._bell.wait_for(self.chance.choice(("dot", "taken", "answered", "answered")), 1)
        time.sleep(self.chance.uniform(0, 0.015))

    def kill_at_the_first_step(self) -> None:
        """Kill it with one message on its way, before the server can have taken it."""
        self.meet(1)
        with self.daemon() as process:
            self._bell.wait_for("begun", 30)
            self.must_live(process)
            process.kill()
            self.kills.append(time.time())

    def wait_for_the_owner(self) -> int:
        """How many doubts are left after their time, while no copy was ever seen; then a first message gets through."""
        with self.daemon() as process:
            time.sleep(UNCERTAIN_AFTER + 4)
            self.must_live(process)
            left = self.counts().get("uncertain", 0)
        self.meet(1)
        return left

    def until(self, done: Callable[[], bool], process: subprocess.Popen[bytes]) -> bool:
        """Whether it came about, in good time."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.must_live(process)
            if done():
                return True
            time.sleep(0.4)
        return False

    # The story

    def tell(self, say: Callable[[str], None]) -> Account:
        """Confirm, kill, settle, count. Raises DaemonEndedError, AssertionError where it can't go on."""
        began = time.monotonic()
        if self.plan.kind.confirmed:
            self.confirm()
            for _ in range(self.plan.kills):
                if self.unwritten() <= NEARLY_DRAINED:
                    self.meet(self.plan.batch)
                self.kill_once()
        else:
            for _ in range(self.plan.kills):
                self.kill_at_the_first_step()
        killed = time.monotonic()
        unconfirmed = 0 if self.plan.kind.confirmed else self.wait_for_the_owner()
        result = self.count(self.settle())
        result.unconfirmed = unconfirmed
        say(
            f"{self.plan.kind.name} on {self.plan.database}: {len(self.kills)} kills in {killed - began:.0f} s,"
            f" settled in {time.monotonic() - killed:.0f} s"
        )
        return result

    def confirm(self) -> None:
        """As it happens in life: the first message leaves and its copy is seen, long before anything goes wrong."""
        self.meet(1)
        with self.daemon() as process:
            assert self.until(self._first_is_seen, process), "the first message did not leave, or its copy didn't come"

    def _first_is_seen(self) -> bool:
        with self.store() as store, store.read() as tx:
            first = messages.listing(tx, messages.Filter())
        if not first or first[0].status is not MessageStatus.sent:
            return False
        return first[0].copied_at is not None or not self.plan.kind.makes_copies

    def settle(self) -> bool:
        """Let it finish in peace."""
        with self.daemon() as process:
            done = self.until(self._is_settled, process)
            stop(process, patience=60)
            assert process.returncode == 0, "it did not end well"
        return done

    def _is_settled(self) -> bool:
        counts = self.counts()  # one look: between two, a doubt that is resolved would be in neither
        if self.unwritten(counts):
            return False
        if self.plan.kind.provable and counts.get("uncertain"):
            return False
        return not self.plan.kind.makes_copies or len(self.copies(self._home)) >= counts.get("sent", 0)

    @property
    def _home(self) -> str:
        """Where copies end up."""
        return "INBOX" if self.plan.kind.sent_copy == "bcc" and not self.plan.kind.moves else "Sent"

    def copies(self, *folders: str) -> list[str]:
        """The X-Breadcrumb-ID of every copy of the owner's in these folders."""
        return [header(raw, "X-Breadcrumb-ID") for f in folders for raw in self.dovecot.messages(self.owner, f)]

    def count(self, settled: bool) -> Account:
        with self.store() as store, store.read() as tx:
            seen = Seen(
                people={c.address: c for c in contacts.every(tx)},
                messages=messages.listing(tx, messages.Filter()),
                events=[e for e in events.after(tx, 0, 10**7) if e.subject == "message"],
                server=self.server.events(),
                copies=self.copies("INBOX", "Sent"),
                wanted=[p["email"] for p in self._people],
            )
        return account(self.plan, self.kills, seen, settled=settled)


def run_plan(
    plan: Plan, folder: Path, url: str, dovecot: Dovecot, say: Callable[[str], None] = lambda line: None
) -> Account:
    """Run one combination in an empty folder (a short path), on an empty database."""
    owner = f"dana-{plan.seed}@example.org"
    dovecot.add_users([owner])
    bell = Bell(folder / "bell")
    habits = Habits(
        owner=owner,
        password=dovecot.password(owner),
        record=str(folder / "record"),
        imap_port=dovecot.imap_port,
        lmtp_port=dovecot.lmtp_port,
        files=plan.kind.files,
        late=plan.kind.late,
        rewrites=plan.kind.rewrites,
        drops=plan.drops,
        pace=plan.pace,
        seed=plan.seed,
        bell=str(folder / "bell"),
    )
    with contextlib.closing(bell), running_filing_smtp(habits, folder / "server.log") as server:
        run = Run(plan, folder, url, dovecot, server, bell)
        try:
            return run.tell(say)
        except (DaemonEndedError, AssertionError) as error:
            return Account(plan, len(run.kills), wrong=[f"it could not go on: {error}"])

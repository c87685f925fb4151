"""mailer's own part: the daemon with its outbox, as a process of its own.

    python -m benchmarks.send.ours prepare FOLDER MESSAGES [DATABASE_URL]
    python -m benchmarks.send.ours drain|whole FOLDER PORT

`prepare` makes an owner, a roster and two databases: one where an edition is about to be due, one where its letters are
written and due. `drain` starts the daemon on the latter, `whole` on the former; both print a line of JSON. Only the
limits are raised over what a configuration may say, and nobody signs in, since smtp-sink knows no passwords; all else
is what `mailer run` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import resource
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from mailer.compose import to_html, to_text
from mailer.daemon import logs, process
from mailer.daemon.process import Daemon
from mailer.daemon.wiring import App, file_states, wire
from mailer.model import Contact, Delivery, Interaction, InteractionKind, MessageKind, Outcome
from mailer.services import updates
from mailer.services.desk import make_desk
from mailer.services.octets import head_of
from mailer.services.outbox import Step
from mailer.services.roster_sync import sync
from mailer.smtp import Limits, Pool
from mailer.storage import claims, contacts, daemons, editions, messages
from mailer.storage.records import EditionRecord

EDITION = "2026-11"
LOOK_EVERY = 0.01
"""Seconds between two looks at whether the loop is free."""

CONFIG = """\
profile: {{name: Dana Reyes, email: dana@example.com, phone: "+1 312 555 0100", location: Chicago,
          website: "https://dana.example", linkedin: "https://www.linkedin.com/in/dana-example"}}
search:
  started: 2026-09-01
  pitch: I keep warehouses shipping when their software would rather not.
  looking_for: a head of platform role at a logistics company
  target_companies: [Acme Freight, Globex, Initech Logistics, Umbrella Warehousing]
  prospects: [second interview with a freight broker, a first talk with a port operator, a pilot at a parcel hub]
account:
  password: {{env: MAILER_BENCHMARK_PASSWORD}}
  smtp: {{host: 127.0.0.1, port: {port}, security: none}}
  imap: {{host: 127.0.0.1, port: 9, security: none}}
  sent_copy: none
database: "{database}"
schedule: {{timezone: UTC, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "23:59"}}
updates: {{review: none}}
limits: {{per_minute: 10000, per_day: 1000000}}
"""
TEXT = "I have spent the month on two things. " + " ".join(
    f"Paragraph {n}: I keep warehouses shipping when their software would rather not, and I like it." for n in range(2)
)


def environ(folder: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(folder / "state"), "HOME": str(folder), "MAILER_BENCHMARK_PASSWORD": "secret"}


def raise_limits(app: App) -> None:
    """No configuration may ask for more than 10,000 messages a minute; what is measured here is the way, not that."""
    open_wide = app.config.limits.model_construct(per_minute=10**9, per_day=10**9)
    app.config = app.config.model_copy(update={"limits": open_wide})
    app.desk = make_desk(app.config, app.desk.templates)


def pool_without_sign_in(app: App, sessions: int, _runner: object = None) -> Pool:
    return Pool(app.config.smtp_server(), None, size=sessions, limits=Limits(grace=1.5, quit=1))


def write_config(folder: Path, database: str, port: int) -> Path:
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(port=port, database=database), encoding="utf-8")
    return path


def people(count: int) -> list[Contact]:
    """Everybody was called once, about something of their own, and has been thanked already."""
    return [
        Contact(
            f"Person {number:06}",
            emails=(f"person-{number:06}@example.net",),
            company=f"Company {number % 500}",
            interactions=(
                Interaction(date(2026, 10, 1 + number % 28), InteractionKind.call, about=f"tender {number}",
                            thank_you=False),
            ),
        )
        for number in range(count)
    ]  # fmt: skip


def prepare(folder: Path, count: int, url: str = "") -> None:
    """Both databases, and the letters and people that the other contestants use."""
    (folder / "updates").mkdir(parents=True, exist_ok=True)
    (folder / "updates" / f"{EDITION}.md").write_text(f"{TEXT}\n\n## Thanks\n\n{TEXT}\n", encoding="utf-8")
    (folder / "contacts.yaml").write_text("contacts: []\n", encoding="utf-8")
    app = wire(write_config(folder, url or f"sqlite:///{folder}/due.db", 9), environ(folder))
    now = app.clock()
    sync(app.store, app.desk, people(count), now, files=file_states(app.config.roster_paths()))
    with app.store.write() as tx:
        daemons.change_owner(tx, first_started_at=now - timedelta(days=20))
        editions.create(tx, EDITION, now + timedelta(days=2), "approved")
    if not url:
        app.store.engine.dispose()
        shutil.copy(folder / "due.db", folder / "planned.db")
    with app.store.write() as tx:
        editions.change(tx, EDITION, due_at=now - timedelta(minutes=1))
    updates.enqueue(app.store, app.desk, _edition(app), now - timedelta(minutes=1))
    if count <= 20_000:
        _write_letters(folder, app, now)
    app.close()


def _edition(app: App) -> EditionRecord:
    with app.store.read() as tx:
        found = editions.get(tx, EDITION)
    assert found is not None
    return found


def _write_letters(folder: Path, app: App, now: datetime) -> None:
    with app.store.read() as tx:
        written = messages.of_edition(tx, EDITION, MessageKind.update)
        bodies = claims.read_contents(tx, [m.id for m in written[:50]])
        with (folder / "letters.jsonl").open("w", encoding="ascii") as letters:
            for start in range(0, len(written), 500):
                chunk = written[start : start + 500]
                bodies = claims.read_contents(tx, [m.id for m in chunk])
                for each in chunk:
                    octets = head_of(app.desk, each, now) + bodies[each.id].body
                    letters.write(json.dumps({"to": each.to_address, "raw": octets.decode("ascii")}) + "\n")
    lines = (json.dumps({"to": each.to_address, "name": each.to_name}) for each in written)
    (folder / "people.jsonl").write_text("\n".join(lines), encoding="utf-8")
    _, _, body = written[0].body.partition("\n\n")
    (folder / "text.txt").write_text(to_text(body) + "\n", encoding="utf-8")
    (folder / "page.html").write_text(to_html(written[0].body, app.desk.templates.css), encoding="utf-8")


@dataclass
class Figures:
    """What the run was like, counted from the first claim (`drain`), or from the daemon's first look at what is due,
    where it writes the letters (`whole`)."""

    began: float = 0.0
    seconds: float = 0.0
    cpu: float = 0.0
    accepted: int = 0
    commits: int = 0
    steps: int = 0
    longest: float = 0.0  # seconds for which the loop was not free
    longest_own: float = 0.0  # the same without the time that other programs had the processor

    def start(self) -> None:
        self.began, self.cpu, self.commits = time.perf_counter(), processor(), 0
        self.longest = self.longest_own = 0.0

    def end(self) -> None:
        self.seconds = time.perf_counter() - self.began

    def report(self, commits: int) -> None:
        """When all is over, so that the process which wrote the letters counts, too. `commits` are its own."""
        found = {"sent": self.accepted, "seconds": self.seconds, "cpu": processor() - self.cpu, "peak_mib": peak()}
        found |= {"commits": self.commits + commits, "steps": self.steps, "longest_block_ms": self.longest * 1000}
        found |= {"longest_own_block_ms": self.longest_own * 1000}
        print(json.dumps(found), flush=True)


def processor() -> float:
    """Seconds of processor time, that of the process which writes the letters included."""
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(each.ru_utime + each.ru_stime for each in used)


class Waits:
    """How long each of our threads was ready to run and had no processor (proc(5), schedstat).

    The files stay open: finding and opening them a hundred times a second took a seventh of what is measured.
    """

    def __init__(self) -> None:
        self._files: dict[str, int] = {}

    def look(self) -> dict[str, float]:
        """Seconds since each thread began."""
        found = {}
        for thread in os.listdir("/proc/self/task"):
            with contextlib.suppress(OSError):  # a thread that ended
                if thread not in self._files:
                    self._files[thread] = os.open(f"/proc/self/task/{thread}/schedstat", os.O_RDONLY)
                found[thread] = int(os.pread(self._files[thread], 100, 0).split()[1]) / 1e9
        return found


def peak() -> float:
    """MiB, the process which writes the letters included."""
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(each.ru_maxrss for each in used) / 1024


class Watched(Daemon):
    """The daemon, which ends when all is recorded as sent."""

    figures: Figures
    wanted: int
    composes: bool

    async def _tick(self) -> None:
        if self.composes and not self.figures.began:
            self.figures.start()
        await super()._tick()

    @property
    def is_writing(self) -> bool:
        return self._writing._child is not None

    def count_steps(self) -> None:
        self._run_step, self.steps.step = self.steps.step, self._step  # type: ignore[method-assign]

    async def _step(self, results: Sequence[tuple[int, Delivery]], want: int) -> Step:
        if not self.figures.began:
            self.figures.start()
        step = await self._run_step(results, want)
        self.figures.steps += 1
        self.figures.accepted += sum(d.outcome is Outcome.accepted for _, d in results)
        if self.figures.accepted >= self.wanted and not self.stop_asked.is_set():
            self.figures.end()
            self.stop_asked.set()
        return step

    async def watch_the_loop(self) -> None:
        """Notice for how long nothing else could run."""
        waits = Waits()
        before = waits.look()
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(LOOK_EVERY)
            late = time.perf_counter() - asked - LOOK_EVERY
            self.figures.longest = max(self.figures.longest, late)
            now = waits.look()
            starved = max((waited - before.get(thread, 0.0) for thread, waited in now.items()), default=0.0)
            self.figures.longest_own = max(self.figures.longest_own, late - starved)
            before = now


async def run(app: App, wanted: int, *, composes: bool) -> None:
    daemon = Watched(app)
    daemon.figures, daemon.wanted, daemon.composes = Figures(), wanted, composes
    daemon.count_steps()
    event.listen(app.store.engine, "commit", lambda connection: _count(daemon.figures, connection))
    watcher = asyncio.create_task(daemon.watch_the_loop())
    await daemon.run(signals=False)
    watcher.cancel()
    while daemon.is_writing:  # its processor time counts once it has ended
        await asyncio.sleep(0.01)
    daemon.figures.report(math.ceil(wanted / updates.CHUNK) + 1 if composes else 0)


def _count(figures: Figures, connection: Any) -> None:
    figures.commits += bool(connection.get_execution_options().get("immediate"))


def begin(what: str, folder: Path, port: int, url: str = "") -> None:
    """Run the daemon over a fresh copy of what was prepared."""
    database = folder / "run.db"
    for old in folder.glob("run.db*"):
        old.unlink()
    if not url:
        shutil.copy(folder / ("due.db" if what == "drain" else "planned.db"), database)
    app = wire(write_config(folder, url or f"sqlite:///{database}", port), environ(folder))
    raise_limits(app)
    logs.set_up(stream=(folder / "daemon.log").open("w", encoding="utf-8"))
    process.make_pool = pool_without_sign_in
    with app.store.write() as tx:
        editions.change(tx, EDITION, due_at=app.clock())
        wanted = contacts.count(tx)  # all of `people`; to read them here would count as memory of the daemon
    asyncio.run(run(app, wanted, composes=what == "whole"))
    app.close()


def main() -> None:
    """Does what it is told."""
    what, folder, number, *rest = sys.argv[1:]
    if what == "prepare":
        prepare(Path(folder), int(number), *rest)
    else:
        begin(what, Path(folder), int(number), *rest)


if __name__ == "__main__":
    main()

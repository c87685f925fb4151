"""The contestants, and one run of one of them against a fresh smtp-sink."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.process import find_program, free_port, listens, start, stop, wait_for

PATIENCE = 300.0  # seconds for one run
HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]


@dataclass(frozen=True)
class Ground:
    """Where a run takes place: the prepared folder, the peers' Python, npm's folder, how many messages."""

    folder: Path
    python: Path
    modules: Path
    messages: int


@dataclass(frozen=True)
class Contestant:
    """`command` gives the command for a port; it prints a line of JSON, unless `timed` from outside.

    `keeps`: what a crash in the middle would leave known: `all` (each message's state, durably), `queue` (a queue, of
    which the message under way may leave twice) or `nothing`.
    """

    name: str
    command: Callable[[Ground, int], list[str]]
    keeps: str = "nothing"
    timed: bool = False
    composes: bool = False


def _peer(script: str, *more: str) -> Callable[[Ground, int], list[str]]:
    def command(ground: Ground, port: int) -> list[str]:
        return [str(ground.python), str(HERE / "peers" / script), str(port), str(ground.folder), *more]

    return command


def _ours(what: str) -> Callable[[Ground, int], list[str]]:
    def command(ground: Ground, port: int) -> list[str]:
        return [sys.executable, "-m", "benchmarks.send.ours", what, str(ground.folder), str(port)]

    return command


def _ready(sessions: int) -> Callable[[Ground, int], list[str]]:
    def command(ground: Ground, port: int) -> list[str]:
        script = str(HERE / "peers" / "aiosmtplib_ready.py")
        return [sys.executable, script, str(port), str(ground.folder), str(sessions)]

    return command


def _node(sessions: int) -> Callable[[Ground, int], list[str]]:
    def command(ground: Ground, port: int) -> list[str]:
        script = str(HERE / "peers" / "nodemailer_pool.cjs")
        return [find_program("node"), script, str(port), str(ground.folder), str(sessions), str(ground.modules)]

    return command


def _source(sessions: int) -> Callable[[Ground, int], list[str]]:
    def command(ground: Ground, port: int) -> list[str]:
        size = (ground.folder / "letters.jsonl").stat().st_size // ground.messages
        options = ["-d", "-s", str(sessions), "-m", str(ground.messages), "-l", str(size), "-f", "dana@example.com"]
        return [find_program("smtp-source"), *options, "-t", "person@example.net", f"127.0.0.1:{port}"]

    return command


DRAIN, WHOLE, READY, MERGE = "mailer, drain", "mailer, whole way", "aiosmtplib, ready octets, 10", "mailmerge"

CONTESTANTS = (
    Contestant(DRAIN, _ours("drain"), keeps="all"),
    Contestant(READY, _ready(10)),
    Contestant(WHOLE, _ours("whole"), keeps="all", composes=True),
    Contestant(MERGE, _peer("mailmerge_all.py"), composes=True),
    Contestant("aiosmtplib, ready octets, 4", _ready(4)),
    Contestant("aiosmtplib, ready octets, 1", _ready(1)),
    Contestant("smtplib, ready octets, 1", _peer("stdlib_smtplib.py")),
    Contestant("nodemailer's pool, ready octets, 10", _node(10)),
    Contestant("django-post_office", _peer("django_queue.py", "django-post_office"), keeps="queue"),
    Contestant("django-mailer", _peer("django_queue.py", "django-mailer"), keeps="queue"),
    Contestant("smtp-source, 10", _source(10), timed=True),
    Contestant("smtp-source, 1", _source(1), timed=True),
)


@dataclass
class Figures:
    """What one contestant did in all rounds."""

    contestant: Contestant
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # microseconds a message
    peaks: list[float] = field(default_factory=list)  # MiB
    more: list[dict[str, Any]] = field(default_factory=list)


@contextlib.contextmanager
def running_sink(folder: Path) -> Iterator[int]:
    """Postfix's smtp-sink on loopback, which takes every message and throws it away; gives its port."""
    port = free_port()
    log = folder / "sink.log"
    command = [find_program("smtp-sink"), *(["-u", "nobody"] if os.geteuid() == 0 else [])]
    with log.open("ab") as output:
        process = start([*command, "-a", f"127.0.0.1:{port}", "1000"], log=output)
        try:
            wait_for(lambda: listens(port), process, log)
            yield port
        finally:
            stop(process)


def run_once(figures: Figures, ground: Ground) -> dict[str, Any]:
    """One run; its figures are added. Raises RuntimeError where not every message was taken."""
    contestant = figures.contestant
    with running_sink(ground.folder) as port:
        command = contestant.command(ground, port)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, timeout=PATIENCE, check=False)
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{contestant.name} ended with {done.returncode}: {done.stderr[-2000:]}")
    if contestant.timed:
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found: dict[str, Any] = {"sent": ground.messages, "seconds": seconds, "cpu": cpu, "peak_mib": 0.0}
    else:
        found = json.loads(done.stdout.splitlines()[-1])
    if found["sent"] != ground.messages:
        raise RuntimeError(f"{contestant.name} sent {found['sent']} of {ground.messages}")
    figures.rates.append(found["sent"] / found["seconds"])
    figures.cpu.append(found["cpu"] / found["sent"] * 1e6)
    figures.peaks.append(found["peak_mib"])
    figures.more.append(found)
    return found

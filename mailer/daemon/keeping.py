"""What keeps a daemon fit for years: a copy of the database each day, old texts dropped, the disk watched, alerts.

All of it blocks, and runs in a worker thread. Nothing here is remembered but the day it was done: doing it again
changes nothing.
"""

from __future__ import annotations

import hashlib
import logging
import shlex
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

from mailer.config import DATABASE_FILE
from mailer.daemon.upkeep import problem, solved
from mailer.daemon.wiring import App
from mailer.errors import StoreError
from mailer.services import alerts, keeping
from mailer.storage.keeping import file_of, shrink
from mailer.storage.restore import REPLACED
from mailer.storage.store import PARTIAL, backup

log = logging.getLogger("mailer.daemon")

BACKUPS = "backups"
"""The folder of the daily copies, in the state folder."""

OWN = "mailer"
"""What the copies of a state folder's own database are called."""

BACKUP, DISK = "backup.failed", "disk.space"

LOW, LOW_SHARE = 200 * 1024**2, 0.05
"""A disk with less free than both (octets; share of the whole) is nearly full."""

ABANDONED = 86_400
"""Seconds after which a half-written copy was left by a process that was killed."""

COMMAND_SECONDS = 30
"""How long the owner's command may take."""

Runner = Callable[[str, str], bool]
"""Gives a command a text on its standard input; whether it did its work."""


def run_command(command: str, text: str) -> bool:
    """Run a command without a shell, with `text` on its standard input. What it prints goes nowhere."""
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except (OSError, ValueError, IndexError) as error:
        log.warning("notify.command can't be run: %s", getattr(error, "strerror", None) or "it can't be read")
        return False
    except subprocess.TimeoutExpired:
        log.warning("notify.command did not end within %d seconds", COMMAND_SECONDS)
        return False
    if done.returncode:
        log.warning("notify.command failed with status %d", done.returncode)
    return done.returncode == 0


class Keeping:
    """Remembers on which day the daily work was done."""

    def __init__(self, runner: Runner = run_command) -> None:
        self._runner = runner
        self._done_on: date | None = None

    def look(self, app: App) -> None:
        """Do what is due: the daily work once a day, the disk and the alerts each time."""
        mind_disk(app)
        today = app.desk.today(app.clock())
        if self._done_on != today and self._daily(app, today):
            self._done_on = today
        if alarm := alerts.look(app.store, app.desk, app.clock()):
            text = f"{alarm.subject}\n\n{alarm.text}\n"
            if not self._runner(app.config.notify.command, text):
                alerts.failed(app.store, alarm, app.clock())

    def _daily(self, app: App, today: date) -> bool:
        if dropped := keeping.drop_old_texts(app.store, app.desk, app.clock()):
            log.info("the words of %d old answers were dropped (keep.texts)", dropped)
        if shrink(app.store):
            log.info("the database was tidied")
        try:
            back_up(app, today)
        except (StoreError, OSError) as error:
            text = f"today's copy of the database could not be made: {error}"
            problem(app, BACKUP, text, getattr(error, "mend", "") or "see the state folder and free space")
            return False
        solved(app, BACKUP)
        return True


def mind_disk(app: App) -> None:
    """Note a disk that is nearly full: the database would soon refuse to take what happens."""
    path = file_of(app.store)
    folder = path.parent if path else app.state
    if room_is_low(folder, 2 * path.stat().st_size if path else 0):
        free = shutil.disk_usage(folder).free // 1024**2
        text = f"the disk that holds the database is nearly full ({free} MB free)"
        problem(app, DISK, text, "free some space")
    else:
        solved(app, DISK)


def room_is_low(folder: Path, needed: int = 0) -> bool:
    """Whether the disk of a folder is nearly full, or has less than the octets `needed`. Raises OSError."""
    seen = shutil.disk_usage(folder)
    return seen.free < max(needed, min(LOW, LOW_SHARE * seen.total))


def back_up(app: App, today: date) -> Path | None:
    """Make today's copy where there is none, and let the oldest go; None where none is wanted, or for PostgreSQL.

    Raises StoreError and OSError.
    """
    path, wanted = file_of(app.store), app.config.keep.backups
    if path is None or not wanted:
        return None
    folder = app.state / BACKUPS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = _name(app, path)
    copy = folder / f"{name}-{today:%Y-%m-%d}.sqlite3"
    if not copy.exists():
        backup(app.store, copy)
    for left in folder.glob(f"{name}-*{PARTIAL}"):
        if app.clock().timestamp() - left.stat().st_mtime > ABANDONED:
            left.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"{name}-????-??-??.sqlite3"))[:-wanted]:
        old.unlink(missing_ok=True)
    return copy


def renew_copies(app: App) -> int:
    """After somebody was erased: one new copy, and none of those that the program made by itself before: daily, before
    an upgrade, moved aside by a restore, or half-written. Returns how many files went.

    Raises StoreError and OSError; the older ones are there still then.
    """
    path = file_of(app.store)
    if path is None:
        return 0
    folder, name = app.state / BACKUPS, _name(app, path)
    fresh = folder / f"{name}-renewed.sqlite3"
    fresh.unlink(missing_ok=True)
    copies = [each for day in ("????-??-??", "renewed") for each in folder.glob(f"{name}-{day}.sqlite3*")]
    if (
        path.name == DATABASE_FILE
    ):  # its copies by a daemon whose state folder this was, such as a service's or the demo's
        copies += (path.parent / BACKUPS).glob(f"{OWN}-????-??-??.sqlite3*")
    beside = [f for end in (".schema-*", f".{REPLACED}*", f"{PARTIAL}*") for f in path.parent.glob(path.name + end)]
    older = list(dict.fromkeys((*copies, *beside)))  # the stars: each may have a -wal and a -shm
    if older and app.config.keep.backups:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        backup(app.store, fresh)
    for old in older:
        old.unlink(missing_ok=True)
    if fresh.exists():
        fresh.replace(folder / f"{name}-{app.desk.today(app.clock()):%Y-%m-%d}.sqlite3")
    return len(older)


def _name(app: App, path: Path) -> str:
    """What tells the copies of databases apart that share a state folder; only its own is called by the plain name."""
    if path.resolve() == (app.state / DATABASE_FILE).resolve():
        return OWN
    return f"{path.stem}-{hashlib.sha256(str(path).encode()).hexdigest()[:6]}"

"""The program's one clock, and how long it waits for others.

`MAILER_CLOCK` moves the clock for system tests: an offset (`+3d`, `-90m`, `+1d2h`, seconds without a unit), a moment to
start from (`2026-11-30T08:59:00-06:00`), or `@FILE`: a file that holds one of these and is read again whenever it
changes, so that a test can set the clock of a running process. `MAILER_PATIENCE` cuts every wait for a server or
another program to so many seconds. Both are refused unless every configured host is loopback, so that nobody's real
mail leaves on a wrong day or is given up too early.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailer.errors import UsageError

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC."""

SHORTEST, LONGEST = 0.05, 3600.0
"""What MAILER_PATIENCE may be, seconds."""

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1, "": 1}
_PART = re.compile(r"(\d+(?:\.\d+)?)([wdhms]?)")
_OFFSET = re.compile(r"[+-](?:\d{1,12}(?:\.\d{1,6})?[wdhms]?)+")


def system_clock() -> datetime:
    """Now, by the machine's clock."""
    return datetime.now(UTC)


def make_clock(environ: Mapping[str, str], *, loopback_only: bool) -> Clock:
    """The clock that `MAILER_CLOCK` asks for, else the machine's.

    Raises UsageError for a value that can't be read, or where a configured host is not loopback.
    """
    wanted = _for_tests(environ, "MAILER_CLOCK", loopback_only=loopback_only)
    if not wanted:
        return system_clock
    if wanted.startswith("@"):
        return FileClock(Path(wanted[1:]))
    return shifted(_offset(wanted, system_clock()))


def make_patience(environ: Mapping[str, str], *, loopback_only: bool) -> float:
    """The longest wait, in seconds, that `MAILER_PATIENCE` allows; infinite without it. Raises UsageError."""
    wanted = _for_tests(environ, "MAILER_PATIENCE", loopback_only=loopback_only)
    try:
        seconds = float(wanted) if wanted else math.inf
    except ValueError:
        seconds = math.nan
    if wanted and not SHORTEST <= seconds <= LONGEST:
        raise UsageError(f"MAILER_PATIENCE={wanted} can't be used", mend=f"write seconds, {SHORTEST} to {LONGEST:g}")
    return seconds


def _for_tests(environ: Mapping[str, str], name: str, *, loopback_only: bool) -> str:
    """The value of a variable that is for tests alone, "" without one."""
    wanted = environ.get(name, "").strip()
    if wanted and not loopback_only:
        raise UsageError(
            f"{name} is refused, since a configured host is not on this machine",
            mend=f"unset {name}; it is for tests against local servers",
        )
    return wanted


def shifted(offset: timedelta) -> Clock:
    """A clock that runs ahead of (or behind) the machine's. It goes by the monotonic clock, as a test expects."""
    start, begun = system_clock() + offset, time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


class FileClock:
    """A clock that is set through a file, as others set the machine's. Replace the file whole; it may be read any
    moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._set = self._read()

    def __call__(self) -> datetime:
        """Now. Raises UsageError where the file can't be read any more."""
        if self._look() != self._set[0]:
            self._set = self._read()
        return self._set[1]()

    def _look(self) -> tuple[int, int]:
        try:
            seen = self._path.stat()
        except OSError as error:
            raise UsageError(f"MAILER_CLOCK: {self._path} can't be read: {error.strerror}") from error
        return seen.st_mtime_ns, seen.st_ino

    def _read(self) -> tuple[tuple[int, int], Clock]:
        seen = self._look()
        return seen, shifted(_offset(self._path.read_text().strip(), system_clock()))


def _offset(wanted: str, now: datetime) -> timedelta:
    if _OFFSET.fullmatch(wanted):
        seconds = sum(float(n) * _UNITS[unit] for n, unit in _PART.findall(wanted[1:]))
        return timedelta(seconds=-seconds if wanted[0] == "-" else seconds)
    try:
        moment = datetime.fromisoformat(wanted)
    except ValueError as error:
        raise UsageError(
            f"MAILER_CLOCK={wanted} can't be read", mend="write an offset like +3d, or 2026-11-30T09:00:00-06:00"
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now

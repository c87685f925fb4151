"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How a check ended."""

    ok = "ok"
    warning = "warning"  # it works, and something is not as it should be
    failed = "failed"  # it does not work, and something must be mended
    skipped = "skipped"  # it could not be looked at, which is no fault


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `seconds` is how long it took.

    `reason` and `mend` are this program's own words, numbers, and names of keys. Whatever comes from elsewhere (a
    server, a file, a name) is in `words`, which a report for the public leaves out.
    """

    name: str
    result: Result
    reason: str
    mend: str = ""
    words: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.reason}: {self.words}" if self.words else self.reason


def ok(name: str, reason: str, words: str = "") -> Check:
    """All is well."""
    return Check(name, Result.ok, reason, words=words)


def warning(name: str, reason: str, mend: str, words: str = "") -> Check:
    """It works, and something is not as it should be."""
    return Check(name, Result.warning, reason, mend, words)


def failed(name: str, reason: str, mend: str, words: str = "") -> Check:
    """It does not work."""
    return Check(name, Result.failed, reason, mend, words)


def skipped(name: str, reason: str, mend: str = "") -> Check:
    """It could not be looked at."""
    return Check(name, Result.skipped, reason, mend)

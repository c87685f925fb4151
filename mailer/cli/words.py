"""Small words for people: moments, counts, names; and text from strangers made harmless for a terminal."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
import unicodedata
from datetime import date, datetime, time, tzinfo
from typing import IO

_LINE_ENDS = re.compile(r"\r\n|\r|\v|\f|\x1c|\x1d|\x1e|\x85|\u2028|\u2029")


def harmless(text: str) -> str:
    """Text that a terminal only shows: control characters and direction marks are gone, line ends and tabs stay."""
    return "".join(c for c in _LINE_ENDS.sub("\n", text) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(harmless(text).split())


_QUOTED = re.compile(r"`[^`\n]*`")
_KEPT_SPACE = "\N{NO-BREAK SPACE}"


def fitted(text: str, stream: IO[str], hang: int = 2) -> str:
    """The same as wide as the terminal that `stream` is, if it is one; `hang` indents what goes on below, beyond the
    line's own indentation. Words stay whole, and what stands in backquotes is one word: somebody may copy it."""
    if not stream.isatty():
        return text
    width = max(shutil.get_terminal_size().columns, 30)
    return "\n".join(_folded(line, width, hang) for line in text.split("\n"))


def _folded(line: str, width: int, hang: int) -> str:
    if len(line) <= width:
        return line
    begins = len(line) - len(line.lstrip())
    kept = _QUOTED.sub(lambda found: found[0].replace(" ", _KEPT_SPACE), line)
    below = " " * (begins + hang)
    folded = textwrap.wrap(
        kept, width, subsequent_indent=below, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return "\n".join(folded).replace(_KEPT_SPACE, " ")


def in_colour(stream: IO[str]) -> bool:
    """Whether colours are wanted there: on a terminal, unless $NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def plural(number: int, one: str, many: str = "") -> str:
    """`1 contact`, `3 contacts`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def day(on: date) -> str:
    """`Sunday 22 November 2026`."""
    return f"{on:%A} {on.day} {on:%B} {on.year}"


def day_and_time(on: date, at: time | None, today: date) -> str:
    """`yesterday, Sunday 22 November 2026, 15:00`."""
    near = {-1: "yesterday, ", 0: "today, ", 1: "tomorrow, "}.get((on - today).days, "")
    return f"{near}{day(on)}" + (f", {at:%H:%M}" if at else "")


def moment(at: datetime, zone: tzinfo) -> str:
    """`Mon 23 Nov 2026 10:05`, in the owner's zone."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b} {local.year} {local:%H:%M}"


def span(seconds: float) -> str:
    """`20 s`, `5 min`, `3 h`, `4 days`."""
    for unit, size in (("days", 172_800), ("h", 7_200), ("min", 120)):
        if seconds >= size:
            divisor = {"days": 86_400, "h": 3_600, "min": 60}[unit]
            return f"{seconds / divisor:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def person(name: str, address: str) -> str:
    """`Ada Lovelace <ada@example.org>`, or what there is of it."""
    return one_line(f"{name} <{address}>" if name and address else name or address)

"""Attribution lines ("On ... wrote:"), in many languages, on one line or wrapped over several."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mailer.understand.phrases.quoting import ATTRIBUTION_START, QUOTING, WROTE

_MAX_LINES = 4
_MAX_LENGTH = 500
MAX_CANDIDATES = 200
"""Lines of one message that are looked at closely; a real mail has a handful."""

_WORD = r"(?<![^\W_])(?:{})(?![^\W_])"
_LATIN = [w for w in WROTE if not re.search(r"[\u3000-\ud7ff]", w)]
_OTHER = [w for w in WROTE if re.search(r"[\u3000-\ud7ff]", w)]
_VERB = re.compile(_WORD.format("|".join(_LATIN)) + "|" + "|".join(_OTHER), re.IGNORECASE)
_VERB_ONLY = re.compile(rf"^[\W_]*(?:{'|'.join((*_LATIN, *_OTHER))})\s*[:\uff1a]?\W*$", re.IGNORECASE)
_DATE = re.compile(
    r"\d{1,2}[:.h]\d{2}(?!\d)|(?<!\d)(?:19|20)\d{2}(?!\d)|\d{1,2}[./\-]\s?\d{1,2}[./\-]\s?\d{2,4}|\d{1,2}\s?[月日]"
)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")
_QUOTING = re.compile(rf"^\W{{0,4}}(?:{'|'.join(QUOTING)})\s[^\n]{{2,250}}[:\uff1a]$", re.IGNORECASE)
_BY_ADDRESS = re.compile(
    rf"<[^<>\s]{{3,250}}>,?\s(?:[^\W\d_]{{1,12}}\s){{0,2}}(?:{'|'.join(w for w in WROTE)})\s?[:\uff1a]$", re.IGNORECASE
)
"""`Name <address> wrote:`, where no date is given."""
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,]{1,100}@[^\s<>()\[\]:;,]{1,200}")
_START = re.compile(
    rf"^[\W_]*(?:{'|'.join(re.escape(w) for w in sorted(ATTRIBUTION_START, key=len, reverse=True))})(?![^\W\d_])",
    re.IGNORECASE,
)
_END = re.compile(rf"(?:[:\uff1a]|(?:{'|'.join(_LATIN)})[\s\-]*)$", re.IGNORECASE)
_VERB_ENDS = frozenset({"rote", "crit", "rieb"})
_ADDRESS_END = re.compile(r"<[^<>\s]{3,250}>$")
_SPLIT_END = re.compile(r"^>{1,2}\s?(?:[^\s>]{1,30}\s?){0,3}[:\uff1a]$")


def may_end(line: str) -> bool:
    """Whether a stripped line could be the last of an attribution: a quick look."""
    if line[-1] == "-":
        bare = line.rstrip("- ")
        if line.startswith("--") and "@" in bare:
            return True
        line = bare or "-"
    return line[-1] in ":\uff1a" or line[-4:].lower() in _VERB_ENDS or (line[-1] == ">" and "@" in line)


def is_cut_end(before: str, line: str) -> bool:
    """Whether a line that looks quoted is the rest of an attribution whose `<address` was cut before its `>`."""
    return before.rfind("<") > before.rfind(">") and bool(_SPLIT_END.match(line.strip()))


def find_start(lines: Sequence[str], end: int, first: int, *, quote_follows: bool) -> int | None:
    """The first line of the attribution that ends at `end` (not above `first`); None where there is none.

    With a quote below a verb or an address is enough; else it takes a date, and an address or a usual beginning.
    """
    joined = ""
    for start in range(end, max(end - _MAX_LINES, first - 1), -1):
        if not lines[start].strip():
            break
        joined = f"{lines[start].strip()} {joined}".strip()
        if len(joined) > _MAX_LENGTH:
            break
        if _is_dated(joined, quote_follows=quote_follows):
            return _whole_start(lines, start, first, joined)
    if _QUOTING.match(lines[end].strip()) or (len(lines[end]) < 300 and _BY_ADDRESS.search(lines[end].strip())):
        return end
    return _undated(lines, end, first) if quote_follows else None


def _whole_start(lines: Sequence[str], start: int, first: int, joined: str) -> int:
    """The paragraph's first line, where a wrapped attribution begins above the line that was enough to know it."""
    top = start
    while top > first and lines[top - 1].strip():
        top -= 1
    if top == start or start - top > _MAX_LINES - 1:
        return start
    head = " ".join(line.strip() for line in lines[top:start])
    if len(head) + len(joined) > _MAX_LENGTH or head[-1] in ".!?:\uff1a":
        return start
    begins = bool(_START.match(head) and not _START.match(joined))
    return top if begins or (_ADDRESS.search(head) and not _ADDRESS.search(joined)) else start


def _is_dated(joined: str, *, quote_follows: bool) -> bool:
    if not _DATE.search(joined) or not (_END.search(joined[-60:]) or (quote_follows and _ADDRESS_END.search(joined))):
        return False
    address, verb = _ADDRESS.search(joined), _VERB.search(joined)
    if not (address or verb):
        return quote_follows and joined[-1] in ":\uff1a" and bool(_CLOCK.search(joined)) and len(joined) < 120
    if quote_follows or address or _START.match(joined):
        return True
    if _DATE.match(joined.lstrip("[(* ")):
        return True
    # "Dana Reyes wrote on 11/23/2026 9:05 AM:" with nothing but a date and a time behind the verb
    behind = joined[verb.end() :] if verb else ""
    return len(joined) < 120 and bool(_CLOCK.search(behind)) and len(re.findall(r"[^\W\d_]{3,}", behind)) <= 2


def _undated(lines: Sequence[str], end: int, first: int) -> int | None:
    """ "Megan One wrote:" above a quote; where only the verb stands there, the name is on the line before."""
    line = lines[end].strip()
    if len(line) > 200 or line[-1:] not in ":\uff1a" or not _VERB.search(line):
        return None
    if _VERB_ONLY.match(line) and end - 1 >= first and lines[end - 1].strip():
        return end - 1
    return end


class Candidates:
    """Counts the lines looked at closely, so that a hostile message can't make many of them."""

    def __init__(self, look: Callable[..., int | None] = find_start) -> None:
        self.left = MAX_CANDIDATES
        self._look = look

    def take(self) -> bool:
        """Whether one more line may be looked at closely."""
        self.left -= 1
        return self.left >= 0

    def find(self, lines: Sequence[str], end: int, first: int, *, quote_follows: bool) -> int | None:
        """As `find_start`, while any are left."""
        if not self.take():
            return None
        return self._look(lines, end, first, quote_follows=quote_follows)

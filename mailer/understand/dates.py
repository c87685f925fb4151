"""Dates in people's words, and until when somebody says to be away. Pure: the day to count from comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from mailer.understand.phrases import Table
from mailer.understand.phrases.absence import AWAY
from mailer.understand.phrases.calendar import (
    ASIAN_WEEKDAYS,
    MONTH_STEMS,
    MONTH_WORDS,
    NEXT_WEEK,
    RETURN,
    RISKY_MONTHS,
    TOMORROW,
    UNTIL,
    UNTIL_AFTER,
    WEEKDAY_STEMS,
    WEEKS_END,
)
from mailer.understand.sentences import sentences

_YEAR = r"(?:[\s,.]{0,3}(?:de |del |\u0433\u043e\u0434[\u0430\u0443]? )?\s?((?:19|20)\d{2})(?!\d))?"
_ISO = re.compile(r"(?<![\d.])(20\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\d.:/\-])(\d{1,2})([./\-])(?:(?<=\.)\s)?(\d{1,2})(?:\2\s?(\d{4}|\d{2})(?!\d))?(?![\d:%])\.?"
)
_DAY_MONTH = re.compile(
    r"(?<![\d:])(\d{1,2})(?:st|nd|rd|th|er|ère|º|ª|°|-?(?:\u0433\u043e|\u0435|\u0454))?[.,]?\s{0,2}"
    r"(?:of |de |del |d['\u2019]|di |\. )?"
    rf"([^\W\d_]{{3,14}})\.?{_YEAR}"
)
_MONTH_DAY = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{3,14})\.?\s{1,2}(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?![\d:])"
    rf"(?:\s{{0,2}}(?:-|\u2013|to|through|until|bis)\s{{0,2}}(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]))?{_YEAR}"
)
_ASIAN = re.compile(r"(?:(20\d{2})\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]?")
_WORD = re.compile(r"[^\W\d_]{3,14}")
_AWAY = Table(AWAY)
_TOMORROW = Table(TOMORROW)
_WEEKS_END = Table(WEEKS_END)
_NEXT_WEEK = Table(NEXT_WEEK)
_DAY_ALONE = re.compile(
    r"\b(?:on|until|till|through|by|before|after|from) the (\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE
)
_NOT_BEFORE = re.compile(
    r"\bnot (?:be )?(?:return|back|available)\w{0,3}\b[^.]{0,30}\buntil\b|\b(?:erst|nicht vor)\b|"
    r"\bpas (?:de retour |avant )",
    re.IGNORECASE,
)
"""Words after which a date is the first day back: "will not return until"."""
_TIGHT_RANGE = re.compile(r"(\d[./]\d{1,2}\.?(?:[./]?(?:\d{4}|\d{2}))?)\s?[-\u2013\u2014]\s?(?=\d{1,2}[./]\s?\d)")
_UNTIL = re.compile(
    rf"(?:(?<![^\W\d_])(?:{'|'.join(UNTIL[:-4])})(?![^\W\d_])|{'|'.join(UNTIL[-4:])})"
    r"[\s:,]{0,3}(?:[^\W\d_]{1,10}\.?,?\s){0,2}$",
    re.IGNORECASE,
)
_UNTIL_AFTER = re.compile(rf"^.{{0,12}}?(?:{'|'.join(UNTIL_AFTER)})(?![^\W\d_])", re.IGNORECASE)
_RETURN = Table(RETURN)
_RANGE = re.compile(
    r"^\s{0,2}(?:-|\u2013|\u2014|/|to|bis|au|al|a|till|til|do|\u0434\u043e|\u043f\u043e)\s{0,2}$", re.IGNORECASE
)
_FIRST_YEAR, _LAST_YEAR = 1971, 9000
"""A Date header beyond them is nonsense, and sums with it would leave the calendar."""
_MAX_SENTENCES = 40
_LONGEST_ABSENCE = timedelta(days=400)


class Found(NamedTuple):
    """A date in words: where it stands, and which day it is."""

    start: int
    end: int
    day: date


def away_until(text: str, anchor: date, *, month_first: bool = False) -> date | None:
    """The last day away that `text` gives, counted from `anchor`; None where it gives none that makes sense.

    "Back on the 3rd" is away until the 2nd; "until the 3rd" counts the 3rd in. `month_first`: 3/12 is the 12th of March
    where both readings make sense.
    """
    days: list[date] = []
    if not _FIRST_YEAR <= anchor.year <= _LAST_YEAR:
        return None
    for sentence in sentences(text)[:_MAX_SENTENCES]:
        day = _last_day(_TIGHT_RANGE.sub(r"\1 - ", sentence[:500]), anchor, month_first=month_first)
        if day is not None and anchor <= day <= anchor + _LONGEST_ABSENCE:
            days.append(day)
    return max(days, default=None)


def _last_day(sentence: str, anchor: date, *, month_first: bool) -> date | None:
    found = sorted(find_dates(sentence, anchor, month_first=month_first))
    if not found:
        return None
    if len(found) <= 2 and _NOT_BEFORE.search(sentence):
        return found[-1].day - timedelta(days=1)
    until = [
        d.day for d in found if _UNTIL.search(sentence[: d.start]) or _UNTIL_AFTER.match(sentence[d.end : d.end + 40])
    ]
    ends = [b.day for a, b in pairwise(found) if _RANGE.match(sentence[a.end : b.start])]
    back = _first_day_back(sentence, found)
    if back is not None and not (until and max(until) >= back):
        return back - timedelta(days=1)
    if until or ends:
        return max([*until, *ends])
    return found[-1].day if len(found) <= 2 and _AWAY.search(sentence) else None


def _first_day_back(sentence: str, found: list[Found]) -> date | None:
    """The date that a word of return goes with: the next one after it, else (verbs stand last) the last before it."""
    for word in _RETURN.finditer(sentence):
        after = [d for d in found if d.start >= word.end() and d.start - word.end() < 60]
        if after:
            free = [d for d in after if not _UNTIL.search(sentence[word.end() : d.start])]
            return free[0].day if free else None
        before = [d for d in found if d.end <= word.start() and not _UNTIL.search(sentence[: d.start])]
        if before:
            return before[-1].day
    return None


def find_dates(text: str, anchor: date, *, month_first: bool = False) -> list[Found]:
    """Every date in `text`, the earlier kinds winning where two overlap."""
    taken: list[Found] = []
    for found in _candidates(text, anchor, month_first=month_first):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    return [found for found in taken if not _only_names_day(found, taken, text)]


def _only_names_day(found: Found, taken: list[Found], text: str) -> bool:
    """Whether a weekday stands right beside a date that it only names: "Monday, 7 December"."""
    if any(char.isdigit() for char in text[found.start : found.end]):
        return False
    return any(
        0 <= other.start - found.end <= 8 or 0 <= found.start - other.end <= 4
        for other in taken
        if any(char.isdigit() for char in text[other.start : other.end])
    )


def _candidates(text: str, anchor: date, *, month_first: bool) -> Iterator[Found]:
    for match in _ISO.finditer(text):
        yield from _found(match, match[1], match[2], match[3], anchor)
    for match in _ASIAN.finditer(text):
        yield from _found(match, match[1], match[2], match[3], anchor)
    for match in _MONTH_DAY.finditer(text):
        yield from _found(match, match[4], month_of(match[1], match[0]), match[3] or match[2], anchor)
    for match in _DAY_MONTH.finditer(text):
        yield from _found(match, match[3], month_of(match[2], match[0]), match[1], anchor)
    for match in _NUMERIC.finditer(text):
        yield from _numeric(match, anchor, month_first=month_first)
    for match in _WORD.finditer(text):
        weekday = weekday_of(match[0])
        if weekday is not None:
            yield Found(match.start(), match.end(), _next(anchor, weekday))
    for name, weekday in ASIAN_WEEKDAYS.items():
        at = text.find(name)
        if at >= 0:
            yield Found(at, at + len(name), _next(anchor, weekday))
    yield from _relative(text, anchor)


def _relative(text: str, anchor: date) -> Iterator[Found]:
    """Tomorrow, the end of the week, next week (its Monday), and "the 4th" alone."""
    sunday = anchor + timedelta(days=6 - anchor.weekday())
    for table, day in (
        (_TOMORROW, anchor + timedelta(days=1)),
        (_WEEKS_END, sunday),
        (_NEXT_WEEK, sunday + timedelta(days=1)),
    ):
        match = table.search(text)
        if match:
            yield Found(match.start(), match.end(), day)
    for match in _DAY_ALONE.finditer(text):
        following = _day_of_month(int(match[1]), anchor)
        if following is not None:
            yield Found(match.start(1), match.end(), following)


def _day_of_month(number: int, anchor: date) -> date | None:
    """The next day of that number after the anchor, in this month or the next."""
    for ahead in range(1, 62):
        day = anchor + timedelta(days=ahead)
        if day.day == number:
            return day
    return None


def month_of(word: str, around: str = "") -> int | None:
    """The month a word names, in any of the languages; a word that is also another needs a dot behind it."""
    lowered = word.lower()
    exact = MONTH_WORDS.get(lowered)
    if exact is not None:
        return exact if lowered not in RISKY_MONTHS or f"{lowered}." in around.lower() else None
    for length in range(min(len(lowered), 9), 3, -1):
        stem = MONTH_STEMS.get(lowered[:length])
        if stem is not None:
            return stem
    return None


def weekday_of(word: str) -> int | None:
    """The weekday a word names, Monday being 0, in any of the languages."""
    lowered = word.lower()
    for length in range(min(len(lowered), 12), 2, -1):
        found = WEEKDAY_STEMS.get(lowered[:length])
        if found is not None:
            return found
    return None


def _next(anchor: date, weekday: int) -> date:
    """The next such day after the anchor, never the anchor itself."""
    return anchor + timedelta(days=(weekday - anchor.weekday() - 1) % 7 + 1)


def _found(match: re.Match[str], year: str | None, month: str | int | None, day: str, anchor: date) -> Iterator[Found]:
    if month is not None:
        made = _make(int(year) if year else None, int(month), int(day), anchor)
        if made is not None:
            yield Found(match.start(), match.end(), made)


def _numeric(match: re.Match[str], anchor: date, *, month_first: bool) -> Iterator[Found]:
    """5.12., 5/12/2026, 12/5: the day first, but for slashes of people who put the month first."""
    first, second, year = int(match[1]), int(match[3]), match[4]
    full = (int(year) if len(year) == 4 else 2000 + int(year)) if year else None
    if full is None and match[2] == "-":
        return  # 3-5 days, 9-17
    if full is None and match[2] == "." and not match[0].rstrip().endswith(".") and second > 12:
        return  # a version or an amount
    day_first = _make(full, second, first, anchor)
    swapped = _make(full, first, second, anchor) if match[2] != "." else None
    pick = swapped if (month_first and swapped) or day_first is None else day_first
    if pick is not None and swapped and day_first and pick < anchor <= max(swapped, day_first):
        pick = max(swapped, day_first)
    if pick is not None:
        yield Found(match.start(), match.end(), pick)


def _make(year: int | None, month: int, day: int, anchor: date) -> date | None:
    """The date; without a year the one nearest ahead, up to two months back."""
    try:
        if year is not None:
            return date(year, month, day)
        made = date(anchor.year, month, day)
        return date(anchor.year + 1, month, day) if made < anchor - timedelta(days=60) else made
    except ValueError:
        return None

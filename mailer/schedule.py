"""When things are due: send windows, editions, retries, thank-yous. Pure: the time comes in as a parameter.

Every datetime in and out is aware and in UTC. A local time that a clock change skips means the first moment after
the gap; one that it repeats means the first of the two.
"""

from __future__ import annotations

import calendar
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

RETRY_FOR = timedelta(days=4)
"""How long a refused message is tried again before it counts as failed."""

APPOINTMENT_LASTS = timedelta(hours=1)
"""How long an interaction with a time is taken to last."""

_STEPS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 300))
_SEARCH_DAYS = 1_100  # three years without one open day is a broken calendar, not a holiday
_COUNT_DAYS = 40_000  # days walked at most while window hours are added up
_DAY = timedelta(days=1)


class Holidays(Protocol):
    """Days off besides the weekly ones."""

    def is_holiday(self, day: date, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class _NoHolidays:
    def is_holiday(self, day: date, /) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class _Calendar:
    days: Any = field(repr=False, compare=False)  # follows from the name
    name: str = ""

    def is_holiday(self, day: date, /) -> bool:
        return day in self.days


NO_HOLIDAYS: Holidays = _NoHolidays()


@lru_cache(maxsize=64)
def holiday_calendar(name: str | None) -> Holidays:
    """The public holidays of a country (`US`) or of a part of it (`US-IL`, `DE-BY`); none for None.

    Raises ValueError, naming near names, for a calendar that is not known.
    """
    if not name:
        return NO_HOLIDAYS
    from holidays.registry import COUNTRIES  # costs 50 ms; only who asks for a calendar pays

    country, _, part = name.strip().upper().partition("-")
    module = next((module for module, names in COUNTRIES.items() if country in names[1:]), None)
    if module is None:
        raise ValueError(_no_calendar(name, country, part))
    try:
        return _Calendar(_country(module, country)(subdiv=part or None), name)
    except NotImplementedError:
        raise ValueError(_no_calendar(name, country, part)) from None


def _country(module: str, country: str) -> Any:
    """The calendar of one country. The library's own way is to load all 250, which takes 75 ms: their package is
    kept from doing so while the one is loaded."""
    import holidays

    package = "holidays.countries"
    alone = ModuleType(package)
    alone.__path__ = [f"{path}/countries" for path in holidays.__path__]
    kept = sys.modules.setdefault(package, alone)
    try:
        return getattr(import_module(f"{package}.{module}"), country)
    finally:
        if kept is alone:
            del sys.modules[package]


def _no_calendar(name: str, country: str, part: str) -> str:
    """What to say of a calendar that is not there. Loads those of the whole world, for the near names."""
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        return f'there is no holiday calendar "{name}"{_near(country, known, "write a country code such as US")}'
    parts = known[country]
    return f'the holiday calendar {country} has no part "{part}"{_near(part, parts, f"write {country}")}'


def _near(word: str, known: Any, otherwise: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), n=3, cutoff=0.4)
    return f"; near: {', '.join(near)}" if near else f"; {otherwise}"


@dataclass(frozen=True, slots=True)
class Window:
    """When mail may leave: on `days` (0 is Monday) that are no holidays, from `opens` up to, not including, `closes`.

    Raises ValueError for a window without days or one that crosses midnight.
    """

    zone: ZoneInfo
    days: frozenset[int]
    opens: time
    closes: time
    holidays: Holidays = NO_HOLIDAYS

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise ValueError("the window needs at least one day of the week")
        if self.opens >= self.closes:
            raise ValueError(f"the window opens at {self.opens:%H:%M}, so it must close later on the same day")

    def is_business_day(self, day: date) -> bool:
        """Whether mail may leave on that day at all."""
        return day.weekday() in self.days and not self.holidays.is_holiday(day)


def for_zone(window: Window, zone: ZoneInfo) -> Window:
    """The same clock hours in another zone, such as a contact's."""
    return replace(window, zone=zone)


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in `zone` show `local` (naive); skipped and repeated times as the module says.

    Raises ValueError where the date lies outside what a datetime holds.
    """
    try:
        early = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if early.astimezone(zone).replace(tzinfo=None) == local:
            return early
        late = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{local:%Y-%m-%d} is too far away") from error
    return _change_between(min(early, late), max(early, late), zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second with the offset that `after` has: the end of the gap."""
    offset = after.astimezone(zone).utcoffset()
    seconds = int((after - before).total_seconds())
    low, high = 0, seconds  # at `low` the old offset, at `high` the new one
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return (before + timedelta(seconds=high)).replace(microsecond=0)


@lru_cache(maxsize=512)  # an edition asks the same for everybody
def _hours(window: Window, day: date) -> tuple[datetime, datetime] | None:
    """The moments between which the window is open on that local day, None where it stays shut."""
    if not window.is_business_day(day):
        return None
    start = to_utc(datetime.combine(day, window.opens), window.zone)
    end = to_utc(datetime.combine(day, window.closes), window.zone)
    return (start, end) if start < end else None


def _local_day(at: datetime, zone: ZoneInfo) -> date:
    try:
        return at.astimezone(zone).date()
    except OverflowError as error:
        raise ValueError(f"{at:%Y-%m-%d} is too far away") from error


def _openings(window: Window, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of open time that end after `at`, in order, looking that many days ahead."""
    day = _local_day(at, window.zone)
    for _ in range(days):
        hours = _hours(window, day)
        if hours and hours[1] > at:
            yield max(hours[0], at), hours[1]
        if day == date.max:
            break
        day += _DAY
    raise ValueError(
        f"the send window does not open in the {days} days after {at:%Y-%m-%d}; look at its days and holidays"
    )


def is_open(window: Window, at: datetime) -> bool:
    """Whether mail may leave at that moment."""
    hours = _hours(window, _local_day(at, window.zone))
    return bool(hours and hours[0] <= at < hours[1])


def next_open(window: Window, at: datetime) -> datetime:
    """`at` itself where the window is open, else the moment it next opens.

    Raises ValueError where it stays shut for three years.
    """
    return next(_openings(window, at, _SEARCH_DAYS))[0]


def closes_at(window: Window, at: datetime) -> datetime | None:
    """When the window that is open at `at` closes; None where it is shut."""
    hours = _hours(window, _local_day(at, window.zone))
    return hours[1] if hours and hours[0] <= at < hours[1] else None


def add_open_time(window: Window, start: datetime, amount: timedelta) -> datetime:
    """The moment when the window has been open for `amount` since `start`: nights and weekends do not count.

    Raises ValueError for a negative amount, and where there is not that much open time within a century.
    """
    if amount < timedelta():
        raise ValueError("an amount of open time can't be negative")
    left = amount
    for opens, closes in _openings(window, start, _COUNT_DAYS):
        if opens + left <= closes:
            return opens + left
        left -= closes - opens
    raise AssertionError("unreachable: _openings ends by raising")


_ORDINAL_WORDS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_ORDINAL_NUMBERS = ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"]
_ORDINALS = {word: n for words in (_ORDINAL_WORDS, _ORDINAL_NUMBERS) for n, word in enumerate(words, 1)} | {"last": -1}
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_RULE = re.compile(r"(?P<which>\w+) (?P<what>\w+)(?: (?P<day>day))?")
_RULES_HELP = "write such as `first business day`, `last business day`, `15`, `second tuesday` or `last day`"


@dataclass(frozen=True, slots=True)
class DayRule:
    """Which day of a month; made by `parse_day_rule`. `ordinal` counts from 1, or is -1 for the last."""

    kind: Literal["business", "weekday", "day"]
    ordinal: int
    weekday: int = 0

    def day_in(self, year: int, month: int, is_business_day: Callable[[date], bool]) -> date:
        """The one day of that month. Where there are too few, the last; without a business day, any day counts."""
        every = [date(year, month, n) for n in range(1, calendar.monthrange(year, month)[1] + 1)]
        if self.kind == "weekday":
            days = [day for day in every if day.weekday() == self.weekday]
        elif self.kind == "business":
            days = [day for day in every if is_business_day(day)] or every
        else:
            days = every
        return days[-1] if self.ordinal == -1 else days[min(self.ordinal, len(days)) - 1]


def parse_day_rule(text: str | int) -> DayRule:
    """Reads `first business day`, `third friday`, `last day`, `15`. Raises ValueError with what to write instead."""
    words = " ".join(re.sub(r"(?<=\w)-(?=\w)", " ", str(text).lower()).split())
    if (number := re.fullmatch(r"(\d+)(?:st|nd|rd|th)?", words)) is not None:
        if 1 <= int(number[1]) <= 31:
            return DayRule("day", int(number[1]))
        raise ValueError(f"a month has no day {number[1]}; write 1 to 31, or `last day`")
    match = _RULE.fullmatch(words)
    ordinal = _ORDINALS.get(match["which"]) if match else None
    if match is None or ordinal is None:
        raise ValueError(f'"{text}" names no day of the month; {_RULES_HELP}')
    return _rule(str(text), ordinal, match["what"], bool(match["day"]))


def _rule(text: str, ordinal: int, what: str, day: bool) -> DayRule:
    if what in {"business", "working"} and day:
        return DayRule("business", ordinal)
    if what == "day" and not day:
        return DayRule("day", ordinal)
    if what in _WEEKDAYS and not day:
        if ordinal > 4:
            raise ValueError(f"not every month has a {text.strip().lower()}; write `last {what}`")
        return DayRule("weekday", ordinal, _WEEKDAYS[what])
    raise ValueError(f'"{text}" names no day of the month; {_RULES_HELP}')


def edition_due(
    rule: DayRule, at: time, zone: ZoneInfo, year: int, month: int, is_business_day: Callable[[date], bool]
) -> datetime:
    """When that month's edition is due: the rule's day at the clock time `at` in `zone`, in UTC."""
    return to_utc(datetime.combine(rule.day_in(year, month, is_business_day), at), zone)


def edition_name(year: int, month: int) -> str:
    """The name of a month's edition: `2026-11`."""
    return f"{year:04d}-{month:02d}"


def parse_edition(name: str) -> tuple[int, int]:
    """Year and month of an edition's name. Raises ValueError for anything but `YYYY-MM`."""
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", name)
    if match is None or match[1] == "0000":
        raise ValueError(f'"{name}" names no edition; write a year and a month, such as 2026-11')
    return int(match[1]), int(match[2])


def _shifted(name: str, months: int) -> str:
    year, month = parse_edition(name)
    return edition_name(*_month(year * 12 + month - 1 + months))


def _month(count: int) -> tuple[int, int]:
    return count // 12, count % 12 + 1


def edition_before(name: str) -> str:
    """The edition of the month before."""
    return _shifted(name, -1)


def edition_after(name: str) -> str:
    """The edition of the month after."""
    return _shifted(name, 1)


def editions_due(
    rule: DayRule,
    at: time,
    zone: ZoneInfo,
    is_business_day: Callable[[date], bool],
    since: datetime,
    now: datetime,
) -> list[tuple[str, datetime]]:
    """Editions that came due after `since` and not after `now`, oldest first, each with its moment."""
    first, last = _local_day(since, zone), _local_day(now, zone)
    found = []
    for count in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        year, month = _month(count)
        due = edition_due(rule, at, zone, year, month, is_business_day)
        if since < due <= now:
            found.append((edition_name(year, month), due))
    return found


def retry_delay(attempt: int, jitter: float) -> timedelta:
    """How long to wait after the given failed attempt (from 1): 1, 5, 15, 60 minutes and on, a fifth more or less.

    `jitter` is a random number from 0 up to 1. Never over 6 hours.
    """
    step = _STEPS[min(max(attempt, 1), len(_STEPS)) - 1]
    return step * (0.8 + 0.4 * jitter)


def thank_you_due(
    on: date,
    at: time | None,
    logged_at: datetime,
    after: timedelta,
    window: Window,
    contact_zone: ZoneInfo | None = None,
) -> datetime:
    """When the thank-you for an interaction may leave. `on` and `at` are in the zone of the owner's `window`.

    An interaction still to come is an appointment: its thank-you follows `after` its end, or, without a time, in the
    next day's window. Anything else is over: `after` counts from when it was logged. The moment lies in the window's
    hours in `contact_zone` where one is given. Raises ValueError where the date is too far away.
    """
    theirs = for_zone(window, contact_zone) if contact_zone else window
    return next_open(theirs, _ready(on, at, logged_at, after, window.zone))


def _ready(on: date, at: time | None, logged_at: datetime, after: timedelta, zone: ZoneInfo) -> datetime:
    if at is not None:
        begins = to_utc(datetime.combine(on, at), zone)
        if begins > logged_at:
            return begins + APPOINTMENT_LASTS + after
    elif on > _local_day(logged_at, zone):
        if on == date.max:
            raise ValueError(f"{on} is too far away")
        return to_utc(datetime.combine(on + _DAY, time()), zone)
    return logged_at + after


def thank_you_overdue_at(
    due: datetime, within: timedelta, window: Window, contact_zone: ZoneInfo | None = None
) -> datetime:
    """When a thank-you that was due at `due` and has not left counts as late: after `within` of open window time."""
    return add_open_time(for_zone(window, contact_zone) if contact_zone else window, due, within)


def follow_up_due(sent_at: datetime, working_days: int, window: Window) -> datetime:
    """The opening of the day so many business days after the one on which a letter left."""
    day = _local_day(sent_at, window.zone)
    for _ in range(working_days):
        day += timedelta(days=1)
        while not window.is_business_day(day):
            day += timedelta(days=1)
    return next_open(window, to_utc(datetime.combine(day, window.opens), window.zone))

"""Reads dates as people write them: "yesterday 3pm", "last friday", "2 days ago", "3 Nov", 2026-11-02.

What is usual in English is read here, in no time; the rest goes to dateparser, which takes half a second to load.
Dates without a year lie in the past: what happened is logged. Pure: `now` and the owner's zone are passed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailer.errors import UsageError

EXAMPLES = '2026-11-02, "2026-11-02 15:00", "yesterday 3pm", "last friday", "2 days ago", "3 Nov", "tomorrow 10:00"'
MEND = f"write such as {EXAMPLES}"

OTHER_LANGUAGES = ["de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs"]
"""Tried after English; all that dateparser knows would take seconds, and it would read dates into anything."""

MOST_AHEAD = timedelta(days=366)
MOST_BEHIND = timedelta(days=3653)

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FULL_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}

_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?"
_YEAR = r"(?:,?\s+(?P<year>\d{4}))?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})",
        r"(?P<near>yesterday|today|tomorrow)",
        r"(?P<which>last|this|next|on)?\s*(?P<weekday>[a-z]{3,9})",
        r"(?P<count>\d{1,3}|[a-z]{1,5})\s+(?P<unit>days?|weeks?)\s+ago",
        r"in\s+(?P<ahead>\d{1,3}|[a-z]{1,5})\s+(?P<ahead_unit>days?|weeks?)",
        rf"(?:on\s+)?(?:the\s+)?{_DAY}(?:\s+of)?\s+{_MONTH}{_YEAR}",
        rf"(?:on\s+)?{_MONTH}\s+{_DAY}{_YEAR}",
        r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})",
    )
)
_CLOCK = re.compile(
    r"(?:at\s+)?(?:(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::\d{2})?)?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?|(?P<word>noon|midday|midnight)"
    r"|(?:in\s+the\s+)?(?P<part>morning|afternoon|evening|night))"
)
_PARTS_OF_DAY = {"morning": time(9), "afternoon": time(15), "evening": time(19), "night": time(21)}
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/\d{4})?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class When:
    """A date in the owner's zone, with a time where one was given."""

    on: date
    at: time | None = None


def parse_when(text: str, now: datetime, zone: ZoneInfo) -> When:
    """What a person meant by `text`. Raises UsageError where it can't be read, or is hardly meant."""
    words = " ".join(text.replace(",", ", ").split())
    local = now.astimezone(zone)
    found = _usual(words.lower(), local, zone) or _unusual(words, local)
    if found is None:
        raise UsageError(f"“{text}” can't be read as a date", mend=MEND)
    return _plausible(found, text, local.date())


def usual_when(text: str, now: datetime, zone: ZoneInfo) -> When | None:
    """The same for what is usual in English alone; None for everything else, and for what is hardly meant."""
    local = now.astimezone(zone)
    try:
        found = _usual(" ".join(text.split()).lower(), local, zone)
        return _plausible(found, text, local.date()) if found else None
    except UsageError:
        return None


def _plausible(found: When, text: str, today: date) -> When:
    if found.on - today > MOST_AHEAD:
        raise UsageError(
            f"“{text}” means {found.on}, which is more than a year ahead", mend="give the year that is meant"
        )
    if today - found.on > MOST_BEHIND:
        raise UsageError(
            f"“{text}” means {found.on}, which is more than ten years ago", mend="give the year that is meant"
        )
    return found


def _usual(words: str, local: datetime, zone: ZoneInfo) -> When | None:
    """What is usual in English; None for everything else."""
    if words == "now":
        return When(local.date(), local.time().replace(second=0, microsecond=0))
    if (moment := _iso_moment(words, zone)) is not None:
        return moment
    words = re.sub(r"^(?:this (?=morning|afternoon|evening)|to(?=night$))", "today ", words)
    if (clock := _clock(words)) is not None:
        return When(local.date(), clock)
    return _day_and_clock(words, local.date()) or _clock_and_day(words, local.date())


def _clock_and_day(words: str, today: date) -> When | None:
    """The time first: `3pm yesterday`, `at 9 on 3 Nov`."""
    for match in re.finditer(r"\s+(?:on\s+)?", words):
        clock = _clock(words[: match.start()])
        found = _day_and_clock(words[match.end() :], today) if clock else None
        if found is not None and found.at is None:
            return When(found.on, clock)
    return None


def _day_and_clock(words: str, today: date) -> When | None:
    """The day first: `yesterday`, `yesterday 3pm`."""
    _refuse_two_meanings(words)
    for pattern in _PATTERNS:
        match = pattern.match(words)
        if match is None:
            continue
        rest = words[match.end() :].strip(" ,")
        clock = _clock(rest) if rest else None
        if rest and (clock is None or words[match.end()] not in " ,t"):
            continue
        day = _day(match.groupdict(), today)
        if day is not None:
            return When(day, clock)
    return None


def _iso_moment(words: str, zone: ZoneInfo) -> When | None:
    """ISO 8601 with a time and an offset is a moment; it is brought into the owner's zone."""
    if not re.match(r"\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}.*(?:z|[+-]\d{2}:?\d{2})$", words):
        return None
    try:
        moment = datetime.fromisoformat(words.upper().replace(" ", "T", 1).replace(" ", "")).astimezone(zone)
    except ValueError:
        return None
    return When(moment.date(), moment.time().replace(second=0, microsecond=0))


def _clock(words: str) -> time | None:
    match = _CLOCK.fullmatch(words)
    if match is None:
        return None
    if match["part"]:
        return _PARTS_OF_DAY[match["part"]]
    if match["word"]:
        return time(0) if match["word"] == "midnight" else time(12)
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif match["minute"] is None and "at" not in words:
        return None  # a bare number is no time of day
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _refuse_two_meanings(words: str) -> None:
    match = _SLASHED.match(words)
    if match is None:
        return
    first, second = int(match[1]), int(match[2])
    what = f"“{words}” may be day {first} of month {second}, or day {second} of month {first}"
    raise UsageError(what if max(first, second) <= 12 else f"“{words}” is no way to write a date here", mend=MEND)


def _day(parts: dict[str, str | None], today: date) -> date | None:
    """The date of a pattern's parts, None where they name none."""
    try:
        if iso := parts.get("iso"):
            return date(*(int(number) for number in iso.split("-")))
        if near := parts.get("near"):
            return today + timedelta(days=_NEAR[near])
        if name := parts.get("weekday"):
            return _weekday(name, parts.get("which") or "", today)
        if count := parts.get("count"):
            return _shifted(count, parts["unit"] or "", today, -1)
        if ahead := parts.get("ahead"):
            return _shifted(ahead, parts["ahead_unit"] or "", today, 1)
        if parts.get("y"):
            return date(int(parts["y"] or 0), int(parts["m"] or 0), int(parts["d"] or 0))
        return _month_day(parts, today)
    except (ValueError, OverflowError):
        return None


def _weekday(name: str, which: str, today: date) -> date | None:
    """Alone: the last one, today included; `last`: before today; `next`: after it; `this`: of this week."""
    number = _index(name, _WEEKDAYS, _FULL_WEEKDAYS)
    if number is None:
        return None
    if which == "next":
        return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    if which == "this":
        return today + timedelta(days=number - today.weekday())
    back = (today.weekday() - number) % 7
    return today - timedelta(days=7 if which == "last" and back == 0 else back)


def _shifted(count: str, unit: str, today: date, sign: int) -> date | None:
    number = int(count) if count.isdecimal() else _NUMBERS.get(count)
    if number is None:
        return None
    return today + sign * timedelta(days=number * (7 if unit.startswith("week") else 1))


def _month_day(parts: dict[str, str | None], today: date) -> date | None:
    month = _index(parts.get("month") or "", _MONTHS, _FULL_MONTHS)
    if month is None:
        return None
    day, year = int(parts["day"] or 0), parts.get("year")
    if year:
        return date(int(year), month + 1, day)
    for back in range(9):  # a 29 February may be eight years ago
        try:
            found = date(today.year - back, month + 1, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def _index(name: str, short: tuple[str, ...], full: tuple[str, ...]) -> int | None:
    """The number of a weekday or month by its name, or a beginning of it of three letters or more."""
    if name[:3] not in short:
        return None
    number = short.index(name[:3])
    return number if full[number].startswith(name) or name in ("tues", "thurs", "sept") else None


def _unusual(words: str, local: datetime) -> When | None:
    """Whatever else people write, in English first, then in some other languages."""
    if re.fullmatch(r"[\d\s.:-]*", words) or len(words) > 100:
        return None  # bare numbers mean nothing certain
    import warnings

    from dateparser.date import DateDataParser

    settings = {
        "RELATIVE_BASE": local.replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
        "RETURN_TIME_AS_PERIOD": True,
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for languages in (["en"], OTHER_LANGUAGES):
            found = DateDataParser(languages=languages, settings=settings).get_date_data(words)
            if found is not None and found.date_obj is not None and found.period in ("day", "time"):
                moment = found.date_obj
                if found.period != "time" and not _all_meant(words, moment.date(), local.date()):
                    continue
                clock = moment.time().replace(second=0, microsecond=0) if found.period == "time" else None
                return When(moment.date(), clock)
    return None


def _all_meant(words: str, found: date, today: date) -> bool:
    """Whether each number written is part of the date found, or how long ago it is: dateparser drops what it can't
    read, and a time of day must not get lost."""
    ago = abs((today - found).days)
    months = abs((today.year - found.year) * 12 + today.month - found.month)
    meant = {found.day, found.month, found.year, found.year % 100, ago, ago // 7, months, months // 12}
    return {int(number) for number in re.findall(r"\d+", words)} <= meant

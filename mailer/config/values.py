"""The kinds of value a configuration holds: how each is written, what it becomes, and what is said of a wrong one.

Each kind is an annotated type for pydantic. A wrong value raises a pydantic error whose context carries `what`
and `mend`; `load.py` adds the place. Texts take a scalar as written (`phone: +13125550100` stays that text).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from mailer.addresses import normalise_address
from mailer.yamlfile import Scalar, did_you_mean, is_null, on_one_line, shown, text_fault, written

MAX_DURATION = timedelta(days=3660)
"""Ten years: more is a slip of the finger, and would leave the calendar when added to a date."""

_AS_WRITTEN: dict[str, Any] = {"type": ["string", "number", "boolean"]}  # what a YAML scalar may be to an editor
_DURATION = re.compile(r"(?:[0-9]{1,9} ?(?:w|d|h|min|m|s) ?)+")
_DURATION_PART = re.compile(r"([0-9]+) ?([wdhms])")
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SIZE = re.compile(r"([0-9]{1,9}) ?(|k|m|g)i?b?", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def wrong(what: str, mend: str = "", *, at: str = "") -> PydanticCustomError:
    """The error for one value: what is wrong, what to write instead; `at` names a key inside the value."""
    return PydanticCustomError("mailer", "{what}", {"what": what, "mend": mend, "at": at})


def one_or_more(value: object) -> object:
    """A list; one item alone stands for a list of one, nothing for an empty list."""
    if is_null(value):
        return []
    return [value] if isinstance(value, str | Scalar) else value


def _text(value: object, *, one_line: bool = False) -> str:
    text = written(value)
    if text is None:
        raise wrong(f"a text belongs here, not {shown(value)}", "write a text")
    if fault := text_fault(text, one_line=one_line):
        raise wrong(*fault)
    return text


def _line(value: object) -> str:
    return _text(value, one_line=True)


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, Scalar) and isinstance(value.value, bool):
        return value.value
    raise wrong(f"{shown(value)} is neither true nor false", "write true or false")


def _whole(value: object) -> int:
    number = value.value if isinstance(value, Scalar) else value
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    raise wrong(f"{shown(value)} is no whole number", "write a number such as 10")


def _address(value: object) -> str:
    try:
        return normalise_address(_line(value))
    except ValueError as error:
        raise wrong(str(error), "write an address such as dana@example.com") from error


def _language(value: object) -> str:
    tag = _line(value)
    if not _LANGUAGE.fullmatch(tag):
        raise wrong(f"{shown(value)} is no language", "write a language tag such as en, de or pt-BR")
    return tag


def duration(text: str) -> timedelta:
    """Reads `90s`, `15m`, `24h`, `2d`, `1w` and sums such as `1h 30m`. Raises ValueError for anything else."""
    plain = text.strip().lower()
    if plain == "0":
        return timedelta(0)
    if not _DURATION.fullmatch(plain):
        raise ValueError(f'"{on_one_line(text)}" is no length of time')
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in _DURATION_PART.findall(plain))
    if seconds > MAX_DURATION.total_seconds():
        raise ValueError(f'"{on_one_line(text)}" is longer than ten years')
    return timedelta(seconds=seconds)


def duration_text(value: timedelta) -> str:
    """A length of time as `duration` reads it: `24h`, `2d`, `15m`, `90s`."""
    seconds = int(value.total_seconds())
    for unit, size, least in (("d", 86_400, 2), ("h", 3_600, 1), ("m", 60, 1)):
        if seconds >= least * size and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s" if seconds else "0"


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return duration(written(value) or "")
    except ValueError as error:
        what = str(error) if written(value) else f"a length of time belongs here, not {shown(value)}"
        raise wrong(what, "write a number with s, m, h, d or w, such as 90s, 15m, 24h or 2d") from error


def _clock(value: object) -> time:
    if isinstance(value, time):
        return value
    found = _CLOCK.fullmatch(written(value) or "")
    if not found:
        raise wrong(f"{shown(value)} is no time of day", 'write hours and minutes, such as "08:30"')
    return time(int(found[1]), int(found[2]))


def _date(value: object) -> date:
    if isinstance(value, date):
        return value
    text = written(value) or ""
    try:
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError as error:
        raise wrong(f"{shown(value)} is no date", "write year, month and day, such as 2026-09-01") from error


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    name = written(value) or ""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        mend = did_you_mean(name, available_timezones()) or "write a zone such as America/Chicago"
        raise wrong(f"there is no time zone {shown(value)}", mend) from error


def _day(value: object) -> str:
    text = value if isinstance(value, str) else ""
    if text not in _DAYS:
        short = text[:3].lower()
        mend = f'did you mean "{short}"?' if short in _DAYS else f"write one of {', '.join(_DAYS)}"
        raise wrong(f"{shown(value)} is no day of the week", mend)
    return text


def _size(value: object) -> int:
    if isinstance(value, int):
        return value
    found = _SIZE.fullmatch(written(value) or "")
    if not found:
        raise wrong(f"{shown(value)} is no size", "write a number of bytes, or such as 500KB or 2MB")
    return int(found[1]) << 10 * " kmg".index(found[2].lower() or " ")


def size_text(value: int) -> str:
    """A number of bytes as `Size` reads it: `2MB`."""
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if value and value % factor == 0:
            return f"{value // factor}{unit}"
    return str(value)


def _path(value: object, info: ValidationInfo) -> Path:
    """A path; a relative one starts at the folder of the configuration file (the validation context's `folder`)."""
    path = value if isinstance(value, Path) else Path(_line(value)).expanduser()
    folder = (info.context or {}).get("folder") if isinstance(info.context, dict) else None
    return folder / path if folder is not None else path


def _holidays(value: object) -> str | None:
    if is_null(value):
        return None
    from mailer.schedule import holiday_calendar  # loads the calendars of the world; only who asks for one pays

    name = _line(value).upper()
    try:
        holiday_calendar(name)
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        raise wrong(what, mend or "write a country such as US, or null") from error
    return name


def _day_rule(value: object) -> str:
    from mailer.schedule import parse_day_rule

    text = _line(value)
    try:
        parse_day_rule(text)
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        raise wrong(what, mend or "write such as `first business day`, `second tuesday` or 15") from error
    return text


Text = Annotated[str, BeforeValidator(_text), WithJsonSchema(_AS_WRITTEN)]
"""A text, of more than one line where it likes."""

Line = Annotated[str, BeforeValidator(_line), WithJsonSchema(_AS_WRITTEN)]
"""A text on one line: it may come into a header of a mail."""

Language = Annotated[str, BeforeValidator(_language), WithJsonSchema({"type": "string", "examples": ["en", "de"]})]
"""A language tag (RFC 5646)."""

Bool = Annotated[bool, BeforeValidator(_bool)]
Whole = Annotated[int, BeforeValidator(_whole)]
Port = Annotated[int, Field(ge=1, le=65535), BeforeValidator(_whole)]
Address = Annotated[str, BeforeValidator(_address), WithJsonSchema({"type": "string", "format": "idn-email"})]
Date = Annotated[date, BeforeValidator(_date)]
RelativePath = Annotated[Path, BeforeValidator(_path), PlainSerializer(str), WithJsonSchema(_AS_WRITTEN)]

Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(duration_text),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "pattern": r"^\s*(0|([0-9]{1,9} ?([wWdDhHmMsS]|[mM][iI][nN]) ?)+)\s*$",
            "maximum": 0,
            "minimum": 0,
        }
    ),
]

Clock = Annotated[
    time,
    BeforeValidator(_clock),
    PlainSerializer(lambda value: f"{value:%H:%M}"),
    WithJsonSchema({"type": "string", "pattern": r"^\s*([01]?[0-9]|2[0-3]):[0-5][0-9]\s*$"}),
]

Zone = Annotated[
    ZoneInfo,
    BeforeValidator(_zone),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["America/Chicago", "Europe/Berlin"]}),
]

Day = Annotated[str, BeforeValidator(_day), WithJsonSchema({"type": "string", "enum": list(_DAYS)})]

Size = Annotated[
    int,
    BeforeValidator(_size),
    PlainSerializer(size_text),
    WithJsonSchema(
        {"type": ["string", "integer"], "minimum": 0, "pattern": r"^\s*[0-9]{1,9} ?[kKmMgG]?[iI]?[bB]?\s*$"}
    ),
]

HolidayCalendar = Annotated[
    str | None,
    BeforeValidator(_holidays),
    WithJsonSchema({"type": ["string", "null"], "examples": ["US", "US-IL", "DE-BY"]}),
]

DayRule = Annotated[
    str,
    BeforeValidator(_day_rule),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "examples": ["first business day", "last business day", "second tuesday", 15],
        }
    ),
]


def weekday_number(day: str) -> int:
    """`mon` is 0, as `date.weekday()` counts."""
    return _DAYS.index(day)


Choice = TypeVar("Choice", bound=StrEnum)


def choice(words: type[Choice]) -> Callable[[object], Choice]:
    """A validator for one word out of an enum."""

    known = [str(word) for word in words]

    def choose(value: object) -> Choice:
        text = value if isinstance(value, str) else ""
        if text not in known:
            mend = did_you_mean(text, known) or f"write one of {', '.join(known)}"
            raise wrong(f"{shown(value)} is not known here", mend)
        return words(text)

    return choose

"""Reads meetings out of an iCalendar file (RFC 5545), repeated ones with their exceptions, in the owner's zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailer.errors import ConfigurationError, MailerError, Place, Problem
from mailer.importers.fields import one_line
from mailer.importers.reading import open_file
from mailer.model import Person

if TYPE_CHECKING:
    from icalendar import Calendar

MAX_BYTES = 32 * 1024 * 1024
MAX_MEETINGS = 5000
"""Meetings taken from one file for the days asked."""

_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
"""No meeting repeats like this; a file that says so would keep the program busy for hours (RFC 5545 section 7)."""

_LONGEST_YEARS = 100
"""No meeting lasts longer; with one "for ever", reckoning leaves the years that there are, and the file was refused."""

_MOMENTS = ("RRULE", "RDATE", "EXDATE", "EXRULE", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting that took, or takes, place. `on` and `at` are in the owner's zone; `at` is None for a whole day.

    `key` tells it from every other, also among those that repeat. `people` are who was asked or asks, without those
    who declined.
    """

    key: str
    on: date
    at: time | None
    ends: datetime
    title: str
    people: tuple[Person, ...]
    declined_by: frozenset[str]  # addresses, as compared


def read_calendar(path: Path, *, since: date, until: date, zone: ZoneInfo) -> list[Meeting]:
    """The meetings from `since` to `until` (inclusive), in order. Cancelled ones are left out.

    Raises ConfigurationError where the file can't be read, MailerError where the reader is not installed.
    """
    with open_file(path) as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _unfit(path, "is larger than 32 MiB", "export fewer calendars, or a shorter time")
    found: list[Meeting] = []
    for calendar in _calendars(path, data):
        found.extend(_meetings(path, calendar, since, until, zone))
    unique = {meeting.key: meeting for meeting in found}
    return sorted(unique.values(), key=lambda m: (m.on, m.at or time(), m.key))[:MAX_MEETINGS]


def _calendars(path: Path, data: bytes) -> list[Calendar]:
    from icalendar import Calendar

    try:
        found = Calendar.from_ical(data, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise _unfit(
            path, f"is no calendar that can be read ({one_line(str(error))[:80]})", "export it again"
        ) from error
    calendars = [each for each in found if isinstance(each, Calendar)]
    if not calendars:
        raise _unfit(path, "holds no calendar", "name an .ics file")
    for each in calendars:
        each.subcomponents = [
            part
            for part in each.subcomponents
            if _is_whole(part) and not _repeats_too_often(part) and not _lasts_too_long(part)
        ]
    return calendars


def _is_whole(part: Any) -> bool:
    """Whether all that says when an event is could be read: what could not, icalendar keeps as a text."""
    from icalendar import vText

    return not any(isinstance(value, vText) for name in _MOMENTS for value in _each(part.get(name)))


def _repeats_too_often(part: Any) -> bool:
    try:
        words = [word for rule in _each(part.get("RRULE")) for word in rule.get("FREQ", ())]
    except (ValueError, AttributeError):
        return True  # a rule that can't be read: its event is left out
    return any(str(word).upper() in _TOO_OFTEN for word in words)


def _lasts_too_long(part: Any) -> bool:
    start, end, length = (getattr(part.get(name), "dt", None) for name in ("DTSTART", "DTEND", "DURATION"))
    if part.get("RECURRENCE-ID") is not None:
        return False  # without it, its meeting would stand where it was before it was moved
    if isinstance(length, timedelta):
        return length > timedelta(days=366 * _LONGEST_YEARS)
    return isinstance(start, date) and isinstance(end, date) and end.year - start.year > _LONGEST_YEARS


def _meetings(path: Path, calendar: Calendar, since: date, until: date, zone: ZoneInfo) -> Iterator[Meeting]:
    try:
        import recurring_ical_events
    except ImportError as error:
        mend = "pip install 'breadcrumb-mailer[calendar]'"
        raise MailerError("the reader of calendars is not installed", mend=mend) from error
    begins = datetime.combine(since, time(), zone)
    ends = datetime.combine(until + timedelta(days=1), time(), zone)
    try:
        events = recurring_ical_events.of(calendar, skip_bad_series=True).between(begins, ends)
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
        raise _unfit(path, f"has dates that can't be read ({type(error).__name__})", "export it again") from error
    for event in events[:MAX_MEETINGS]:
        meeting = _readable(event, zone)
        if meeting is not None and since <= meeting.on <= until:
            yield meeting


def _readable(event: Any, zone: ZoneInfo) -> Meeting | None:
    """An event as a meeting; None also for one at the end of the calendar, of which the owner's zone has no day."""
    try:
        return _meeting(event, zone)
    except (OverflowError, ValueError):
        return None


def _meeting(event: Any, zone: ZoneInfo) -> Meeting | None:
    """An event as a meeting; None for one that was cancelled, or that has no beginning."""
    start, end = event.get("DTSTART"), event.get("DTEND")
    if start is None or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    on, at = _local(start.dt, zone)
    finish = end.dt if end is not None else start.dt
    last, clock = _local(finish, zone)
    ends = datetime.combine(last, clock or time(), zone)
    people = list(_people(event))
    declined = frozenset(person.email.casefold() for person, status in people if status == "DECLINED")
    return Meeting(
        key=_key(event, on, at),
        on=on,
        at=at,
        ends=ends,
        title=one_line(str(event.get("SUMMARY", ""))),
        people=tuple(person for person, status in people if status != "DECLINED"),
        declined_by=declined,
    )


def _key(event: Any, on: date, at: time | None) -> str:
    """The event's own id and which of its repetitions it is: the moment it was planned for, where it was moved."""
    planned = event.get("RECURRENCE-ID")
    moment = planned.dt.isoformat() if planned is not None else f"{on}T{at or ''}"
    return f"{one_line(str(event.get('UID', '')))[:200]}/{moment}"


def _local(moment: date | datetime, zone: ZoneInfo) -> tuple[date, time | None]:
    """Date and time in the owner's zone. A time without a zone is meant wherever one is (RFC 5545 section 3.3.5)."""
    if not isinstance(moment, datetime):
        return moment, None
    local = moment.astimezone(zone) if moment.tzinfo else moment
    return local.date(), local.time().replace(microsecond=0)


def _people(event: Any) -> Iterator[tuple[Person, str]]:
    """Who was asked or asks, each with their answer (PARTSTAT)."""
    for key in ("ORGANIZER", "ATTENDEE"):
        for value in _each(event.get(key)):
            parameters = getattr(value, "params", {})
            if str(parameters.get("CUTYPE", "INDIVIDUAL")).upper() in ("ROOM", "RESOURCE", "GROUP"):
                continue
            address = str(value).strip()
            address = address[7:] if address.lower().startswith("mailto:") else ""
            name = one_line(str(parameters.get("CN", "")))
            if address or name:
                yield Person(name, one_line(address)), str(parameters.get("PARTSTAT", "")).upper()


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _unfit(path: Path, what: str, mend: str) -> ConfigurationError:
    return ConfigurationError([Problem(Place(str(path)), "", what, mend)])

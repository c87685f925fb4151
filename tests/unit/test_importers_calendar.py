"""Meetings out of calendars: repeated ones with their exceptions, each at its hour in the owner's zone."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailer.errors import ConfigurationError
from mailer.importers import Meeting, read_calendar
from mailer.model import Person

CHICAGO = ZoneInfo("America/Chicago")
HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n"
BERLIN = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def event(*lines: str, uid: str = "one@example.org") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261001T000000Z", *lines, "END:VEVENT", ""])


def read(
    folder: Path, *events: str, since: date = date(2026, 10, 1), until: date = date(2026, 11, 30)
) -> list[Meeting]:
    file = folder / "calendar.ics"
    file.write_text((HEAD + "".join(events) + "END:VCALENDAR\n").replace("\n", "\r\n"))
    return read_calendar(file, since=since, until=until, zone=CHICAGO)


def moments(found: list[Meeting]) -> list[tuple[date, time | None]]:
    return [(m.on, m.at) for m in found]


def test_a_meeting_stands_at_its_hour_in_the_owners_zone(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        event("DTSTART:20261103T030000Z", "DTEND:20261103T040000Z", uid="utc"),
        event("DTSTART:20261103T090000", uid="floating"),
        event("DTSTART;VALUE=DATE:20261103", uid="day"),
    )
    assert moments(found) == [
        (date(2026, 11, 2), time(21)),
        (date(2026, 11, 3), None),
        (date(2026, 11, 3), time(9)),
    ]


def test_a_repeated_meeting_keeps_its_local_hour_over_the_change_of_clocks(tmp_path: Path) -> None:
    # Berlin leaves summer time on 25 October 2026, Chicago on 1 November
    weekly = event("DTSTART;TZID=Europe/Berlin:20261020T170000", "RRULE:FREQ=WEEKLY;COUNT=3")
    assert moments(read(tmp_path, BERLIN, weekly)) == [
        (date(2026, 10, 20), time(10)),
        (date(2026, 10, 27), time(11)),
        (date(2026, 11, 3), time(10)),
    ]


def test_exceptions_of_a_repeated_meeting_hold(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        event("DTSTART:20261102T160000Z", "RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20261103T160000Z", "SUMMARY:call"),
        event("RECURRENCE-ID:20261104T160000Z", "DTSTART:20261104T200000Z", "SUMMARY:call, later"),
        event("RECURRENCE-ID:20261105T160000Z", "DTSTART:20261105T160000Z", "STATUS:CANCELLED"),
    )
    assert [(m.on.day, m.at, m.title) for m in found] == [
        (2, time(10), "call"),
        (4, time(14), "call, later"),
        (6, time(10), "call"),
    ]
    assert len({m.key for m in found}) == 3


def test_people_are_those_who_did_not_decline(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path,
        event(
            "DTSTART:20261103T160000Z",
            "ORGANIZER;CN=Dana Reyes:mailto:dana@example.com",
            "ATTENDEE;CN=Ada Lovelace;PARTSTAT=ACCEPTED:MAILTO:ada@example.org",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:Mary@example.org",
            "ATTENDEE;CUTYPE=ROOM;CN=Room 5:mailto:room5@example.org",
        ),
    )
    assert found.people == (Person("Dana Reyes", "dana@example.com"), Person("Ada Lovelace", "ada@example.org"))
    assert found.declined_by == {"mary@example.org"}


def test_a_meeting_that_repeats_every_second_costs_no_time(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        event("DTSTART:20200101T000000Z", "RRULE:FREQ=SECONDLY", uid="bomb"),
        event("DTSTART:20261103T160000Z", uid="good"),
    )
    assert [m.key.partition("/")[0] for m in found] == ["good"]


@pytest.mark.parametrize("end", ["DTEND:99991231T235959Z", "DURATION:P400000W"])
def test_a_meeting_for_ever_is_left_out_and_the_others_stay(tmp_path: Path, end: str) -> None:
    endless = event("DTSTART:20261102T160000Z", end, uid="endless")
    found = read(tmp_path, endless, event("DTSTART:20261103T160000Z", uid="good"))
    assert [m.key.partition("/")[0] for m in found] == ["good"]


def test_a_meeting_that_was_moved_to_the_end_of_the_calendar_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "calendar.ics"
    daily = event("DTSTART:20261102T160000Z", "RRULE:FREQ=DAILY;COUNT=3")
    endless = event("RECURRENCE-ID:20261103T160000Z", "DTSTART:20261103T160000Z", "DTEND:99991231T235959Z")
    file.write_text(HEAD + daily + endless + "END:VCALENDAR\n")
    # where the year 9999 ends, Berlin is in one that Python's calendar doesn't have
    found = read_calendar(file, since=date(2026, 11, 1), until=date(2026, 11, 30), zone=ZoneInfo("Europe/Berlin"))
    assert [m.on.day for m in found] == [2, 4]


def test_the_same_meeting_in_two_calendars_is_one(tmp_path: Path) -> None:
    one = event("DTSTART:20261103T160000Z")
    assert len(read(tmp_path, one, "END:VCALENDAR\n", HEAD, one)) == 1


@pytest.mark.parametrize("text", ["", "hello", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "BEGIN:VCARD\nFN:x\nEND:VCARD\n"])
def test_what_is_no_calendar_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "calendar.ics"
    file.write_text(text)
    with pytest.raises(ConfigurationError):
        read_calendar(file, since=date(2026, 1, 1), until=date(2026, 12, 31), zone=CHICAGO)

"""Whatever stands in a file, its reader gives a result or a clear error: no traceback, no hang, no flood.

Good files are cut, doubled, mixed and spiked; what comes out must be read, or refused with words for a person. The
examples are the same in every run: take `derandomize` out and raise `max_examples` to look for more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.config import parse_config
from mailer.errors import ConfigurationError, MailerError, UsageError
from mailer.importers import read_calendar, read_people
from mailer.resources import shipped
from mailer.roster import load_roster

UTC = ZoneInfo("UTC")
LONG = 60.0
"""Seconds after which a reader counts as hanging, on a machine that has other things to do."""

CONFIG = shipped("config.example.yaml").read_bytes()

ROSTER = b"""contacts:
  - name: Ada Lovelace
    emails: [ada@example.org, a@example.com]
    phone: +13125550100
    tags: [alumni]
    interactions:
      - {date: 2026-11-02, kind: call, about: cranes, referrals: [Mary Somerville <mary@example.org>, Michael]}
      - {date: 2026-10-02 15:00, kind: coffee, thanks_for: "the long talk"}
  - {name: Charles Babbage, email: charles@example.org, timezone: Europe/London, updates: false}
"""

CSV = b"""First Name,Last Name,E-mail Address,Company,Labels,Notes
Ada,Lovelace,ada@example.org ::: a@example.com,Analytical Engines,* myContacts ::: alumni,"a note, ""quoted""
over two lines"
Charles,Babbage,charles@example.org,,,
"""

VCARD = b"""BEGIN:VCARD\r
VERSION:3.0\r
FN:Ada Lovelace\r
N:Lovelace;Ada;;;\r
item1.EMAIL;TYPE=INTERNET,pref:ada@example.org\r
TEL;TYPE=CELL:+1 312 555 0100\r
NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:caf=C3=A9 =\r
and more\r
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMD\r
 BAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/\r
END:VCARD\r
"""

CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Example//EN\r
BEGIN:VEVENT\r
UID:1@example.org\r
DTSTART;TZID=Europe/Vienna:20261102T150000\r
DTEND;TZID=Europe/Vienna:20261102T160000\r
RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO\r
EXDATE;TZID=Europe/Vienna:20261109T150000\r
SUMMARY:Coffee with Ada\r
ORGANIZER;CN=Dana:mailto:dana@example.com\r
ATTENDEE;CN="Ada Lovelace";PARTSTAT=ACCEPTED:mailto:ada@example.org\r
END:VEVENT\r
END:VCALENDAR\r
"""


def read_config(data: bytes, folder: Path) -> object:
    return parse_config(data, folder / "config.yaml")


def read_roster(data: bytes, folder: Path) -> object:
    (folder / "contacts.yaml").write_bytes(data)
    return load_roster([folder / "contacts.yaml"], zone=UTC, today=date(2026, 11, 3))


def read_list(data: bytes, folder: Path) -> object:
    (folder / "people").write_bytes(data)
    return read_people(folder / "people")


def read_meetings(data: bytes, folder: Path) -> object:
    (folder / "calendar.ics").write_bytes(data)
    return read_calendar(folder / "calendar.ics", since=date(2026, 1, 1), until=date(2027, 1, 1), zone=UTC)


Reader = Callable[[bytes, Path], object]
READERS: dict[str, tuple[Reader, bytes]] = {
    "configuration": (read_config, CONFIG),
    "roster": (read_roster, ROSTER),
    "CSV": (read_list, CSV),
    "vCard": (read_list, VCARD),
    "calendar": (read_meetings, CALENDAR),
}

SPIKES = st.sampled_from(
    [
        *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\n\n", b"\t", b" ", b'"', b"'", b"\\", b"=\r\n"),
        *(b"{", b"}", b"[", b"]", b":", b"- ", b"&a ", b"*a", b"!!python/object:os.system ", b"<<: ", b"---\n", b"%"),
        *(b"\xc3", "é".encode(), "\u202e".encode(), "\U0001f600".encode(), b"9" * 400, b"1e999", b"-0", b"0x7f"),
        *(b"9999-12-31", b"0000-00-00", b"00000101T000000Z", b"99991231T235959Z", b"P99999999D", b"null", b"~"),
        *(b"BEGIN:VCARD\r\n", b"END:VCARD\r\n", b"BEGIN:VEVENT\r\n", b"END:VCALENDAR\r\n", b"RRULE:FREQ=SECONDLY\r\n"),
        *(b"RRULE:FREQ=DAILY;INTERVAL=0\r\n", b"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n", b"TZID=Nowhere/At:"),
        *(
            b"DTSTART:x\r\n",
            b";;;;",
            b",,,,,,,,",
            b" ::: ",
            b"CHARSET=utf-7:",
            b"ENCODING=BASE64:!!!",
            b"@",
            b"mailto:",
        ),
    ]
)

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["cut", "double", "spike", "flip", "swap"]),
        st.floats(0, 1),
        st.floats(0, 1),
        SPIKES,
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, changes: list[tuple[str, float, float, bytes, int]]) -> bytes:
    """The file after each change: a part taken out, doubled or moved, something put in, an octet replaced."""
    for how, first, second, spike, octet in changes:
        a, b = sorted((int(first * len(data)), int(second * len(data))))
        b = min(b, a + 200)
        if how == "cut":
            data = data[:a] + data[b:]
        elif how == "double":
            data = data[:b] + data[a:b] + data[b:]
        elif how == "swap":
            data = data[b:] + data[:b]
        elif how == "flip" and a < len(data):
            data = data[:a] + bytes([octet]) + data[a + 1 :]
        else:
            data = data[:a] + spike + data[a:]
    return data


def is_clear(error: MailerError) -> bool:
    """Words for a person, of bounded length, without the marks of a slip of this program."""
    text = str(error)
    return bool(text) and len(text) < 2_000_000 and "Traceback" not in text and "object at 0x" not in text


def read(reader: Reader, data: bytes, folder: Path) -> None:
    """Read it; a clear error is as good as a result."""
    begun = time.monotonic()
    try:
        reader(data, folder)
    except (ConfigurationError, UsageError) as error:
        assert is_clear(error)
    assert time.monotonic() - begun < LONG


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("name", READERS)
def test_the_files_that_are_changed_here_are_good_before(name: str, folder: Path) -> None:
    reader, good = READERS[name]
    reader(good, folder)


@pytest.mark.parametrize("name", READERS)
@given(changes=CHANGES)
@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_a_good_file_that_was_changed_anyhow_is_read_or_refused_in_clear_words(
    name: str, folder: Path, changes: list[tuple[str, float, float, bytes, int]]
) -> None:
    reader, good = READERS[name]
    read(reader, changed(good, changes), folder)


@pytest.mark.parametrize("name", READERS)
@given(data=st.binary(max_size=400))
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_octets_are_read_or_refused_in_clear_words(name: str, folder: Path, data: bytes) -> None:
    read(READERS[name][0], data, folder)


# Small files that mean much


def event(*lines: bytes) -> bytes:
    return CALENDAR.replace(b"RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO\r\n", b"".join(line + b"\r\n" for line in lines))


BOMBS: dict[str, tuple[Reader, bytes]] = {
    "aliases of aliases": (
        read_config,
        b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)),
    ),
    "lists in lists": (read_roster, b"contacts: " + b"[" * 100_000),
    "a roster of one line": (read_roster, b"contacts: [" + b"{name: A}, " * 20_000 + b"]"),
    "a million commas": (read_list, b"Name,Email\n" + b"," * 1_000_000 + b"\n"),
    "a quote that is never closed": (read_list, b'Name,Email\n"' + b"x\n" * 200_000),
    "one long line": (read_list, b"Name,Email\n" + b"x" * 8_000_000),
    "a card without an end": (read_list, b"BEGIN:VCARD\r\n" + b"EMAIL:a@example.org\r\n" * 200_000),
    "a name that goes on for ever": (read_list, b"BEGIN:VCARD\r\nFN:x\r\n" + b" x\r\n" * 500_000 + b"END:VCARD\r\n"),
    "cards in cards": (read_list, b"BEGIN:VCARD\r\n" * 20_000),
    "parameters without number": (read_list, b"BEGIN:VCARD\r\nEMAIL" + b";TYPE=a" * 100_000 + b":a@example.org\r\n"),
    "every second for ever": (read_meetings, event(b"RRULE:FREQ=SECONDLY")),
    "every day for ten million days": (read_meetings, event(b"RRULE:FREQ=DAILY;COUNT=10000000")),
    "every day since the year 1": (
        read_meetings,
        event(b"RRULE:FREQ=DAILY").replace(b"20261102T150000", b"00010101T000000"),
    ),
    "a day that never comes": (read_meetings, event(b"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")),
    "many rules": (read_meetings, event(*[b"RRULE:FREQ=DAILY"] * 50)),
    "many dates": (read_meetings, event(*[b"RDATE:20261103T150000Z"] * 3_000)),
    "components in components": (read_meetings, b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5_000),
    "a summary that goes on for ever": (read_meetings, event(b"DESCRIPTION:x" + b"\r\n x" * 200_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_means_much_is_read_or_refused_in_bounded_time(name: str, folder: Path) -> None:
    reader, data = BOMBS[name]
    assert len(data) < 9_000_000
    read(reader, data, folder)

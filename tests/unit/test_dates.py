"""Dates as people write them, read by the owner's clock."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.dates import When, parse_when
from mailer.errors import UsageError

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday, 10:00 in Chicago
CHICAGO = ZoneInfo("America/Chicago")


def read(text: str, now: datetime = NOW) -> When:
    return parse_when(text, now, CHICAGO)


@pytest.mark.parametrize(
    ("text", "on", "at"),
    [
        ("today", "2026-11-23", None),
        ("now", "2026-11-23", "10:00"),
        ("Yesterday", "2026-11-22", None),
        ("yesterday 3pm", "2026-11-22", "15:00"),
        ("yesterday at 3:30 PM", "2026-11-22", "15:30"),
        ("yesterday, 15:00", "2026-11-22", "15:00"),
        ("3pm yesterday", "2026-11-22", "15:00"),
        ("at 9 yesterday", "2026-11-22", "09:00"),
        ("yesterday evening", "2026-11-22", "19:00"),
        ("this morning", "2026-11-23", "09:00"),
        ("noon", "2026-11-23", "12:00"),
        ("12am", "2026-11-23", "00:00"),
        ("tomorrow 10:00", "2026-11-24", "10:00"),
        ("friday", "2026-11-20", None),
        ("last friday", "2026-11-20", None),
        ("this friday", "2026-11-27", None),
        ("monday", "2026-11-23", None),
        ("last monday", "2026-11-16", None),
        ("next mon 9:00", "2026-11-30", "09:00"),
        ("2 days ago", "2026-11-21", None),
        ("a week ago", "2026-11-16", None),
        ("3 days ago at 5pm", "2026-11-20", "17:00"),
        ("in 2 days", "2026-11-25", None),
        ("3 Nov", "2026-11-03", None),
        ("Nov 3, 2025", "2025-11-03", None),
        ("3rd of November", "2026-11-03", None),
        ("28 Dec", "2025-12-28", None),
        ("29 Feb", "2024-02-29", None),
        ("15:00 on 3 Nov", "2026-11-03", "15:00"),
        ("3.11.2026", "2026-11-03", None),
        ("2026-11-02", "2026-11-02", None),
        ("2026-11-02 15:00", "2026-11-02", "15:00"),
        ("2026-11-02T15:00", "2026-11-02", "15:00"),
        ("2026-11-02T15:00Z", "2026-11-02", "09:00"),
        ("2026-11-02 23:30-05:00", "2026-11-02", "22:30"),
    ],
)
def test_a_usual_date_means_what_a_person_means(text: str, on: str, at: str | None) -> None:
    assert read(text) == When(date.fromisoformat(on), time.fromisoformat(at) if at else None)


@pytest.mark.parametrize(
    ("text", "on", "at"),
    [
        ("2 hours ago", "2026-11-23", "08:00"),
        ("the day before yesterday", "2026-11-21", None),
        ("gestern", "2026-11-22", None),
        ("vor 3 Tagen", "2026-11-20", None),
        ("friday 13 november", "2026-11-13", None),
    ],
)
def test_an_unusual_date_goes_to_dateparser(text: str, on: str, at: str | None) -> None:
    assert read(text) == When(date.fromisoformat(on), time.fromisoformat(at) if at else None)


def test_the_day_is_the_owners_not_utcs() -> None:
    late = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # still Monday evening in Chicago
    assert read("today", late).on == date(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["", "blah", "12", "31 feb", "2026-13-01", "25:00", "yesterday 25:00", "gestern 15 Uhr"]
)
def test_what_cannot_be_read_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(text)
    assert "yesterday 3pm" in refused.value.mend


def test_a_date_with_two_meanings_is_refused() -> None:
    with pytest.raises(UsageError, match="day 3 of month 11, or day 11 of month 3"):
        read("3/11/2026")


@pytest.mark.parametrize("text", ["1999-01-01", "2028-01-01"])
def test_an_implausible_year_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="more than"):
        read(text)


def test_usual_dates_do_not_load_dateparser() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from datetime import *; from zoneinfo import ZoneInfo; from mailer.dates import parse_when\n"
        "parse_when('last friday 3pm', datetime.now(UTC), ZoneInfo('UTC')); sys.exit('dateparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


WORDS = st.sampled_from(
    ["yesterday", "3pm", "last", "fri", "at", "nov", "2026-11-02", "15:00", "day", "ago", "in", "2"]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS, max_size=5).map(" ".join))
def test_no_words_lead_to_anything_but_a_date_or_a_refusal(text: str) -> None:
    try:
        found = read(text)
    except UsageError:
        return
    assert abs((found.on - NOW.date()).days) < 3700


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_no_text_leads_to_anything_but_a_date_or_a_refusal(text: str) -> None:
    with contextlib.suppress(UsageError):
        read(text)

"""Editions and retries: when they are due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.schedule import (
    RETRY_FOR,
    DayRule,
    Window,
    edition_after,
    edition_before,
    edition_due,
    edition_name,
    editions_due,
    holiday_calendar,
    parse_day_rule,
    parse_edition,
    retry_delay,
)

CHICAGO = ZoneInfo("America/Chicago")
NINE = time(9)
US = Window(CHICAGO, frozenset(range(5)), time(8), time(17), holiday_calendar("US")).is_business_day

ORDINALS = ["first", "third", "tenth", "last"]
RULES = st.one_of(
    st.sampled_from(ORDINALS).map("{} business day".format),
    st.sampled_from(["last day", "first monday", "second tuesday", "last friday"]),
    st.integers(1, 31),
).map(parse_day_rule)
ZONES = st.sampled_from(["America/Chicago", "Australia/Lord_Howe", "Pacific/Apia", "Europe/Berlin"]).map(ZoneInfo)


def on(rule: str | int, year: int, month: int) -> date:
    return parse_day_rule(rule).day_in(year, month, US)


@given(RULES, st.times(), ZONES, st.integers(1995, 2040), st.integers(1, 12))
def test_every_month_has_its_edition_within_that_month(
    rule: DayRule, at: time, zone: ZoneInfo, year: int, month: int
) -> None:
    shown = edition_due(rule, at, zone, year, month, US).astimezone(zone)
    assert (shown.year, shown.month) == (year, month)


@given(RULES, st.times(), ZONES, st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=60)
def test_over_three_years_each_month_comes_due_exactly_once_and_in_order(
    rule: DayRule, at: time, zone: ZoneInfo, since: datetime
) -> None:
    now = since + timedelta(days=3 * 365)
    middle = since + timedelta(days=500)
    found = editions_due(rule, at, zone, US, since, now)
    names = [name for name, _ in found]
    assert len(names) in {35, 36, 37}
    assert names[1:] == [edition_after(name) for name in names[:-1]]
    assert all(since < due <= now for _, due in found)
    assert found == editions_due(rule, at, zone, US, since, middle) + editions_due(rule, at, zone, US, middle, now)


@pytest.mark.parametrize(
    ("rule", "month", "day"),
    [
        ("first business day", 11, 2),
        ("first business day", 1, 2),  # the first is New Year
        ("second business day", 11, 3),
        ("last business day", 11, 30),
        ("last business day", 10, 30),
        ("15", 11, 15),
        (31, 11, 30),
        ("31", 2, 28),
        ("first monday", 11, 2),
        ("second tuesday", 11, 10),
        ("last friday", 11, 27),
        ("last day", 2, 28),
        ("  Third-Wednesday ", 11, 18),
        ("2nd working day", 11, 3),
    ],
)
def test_a_rule_names_its_day(rule: str | int, month: int, day: int) -> None:
    assert on(rule, 2026, month) == date(2026, month, day)


def test_where_a_month_has_too_few_business_days_the_last_one_counts() -> None:
    assert parse_day_rule("tenth business day").day_in(2026, 11, lambda day: day.weekday() == 0) == date(2026, 11, 30)


def test_a_month_without_any_business_day_still_has_its_edition() -> None:
    assert parse_day_rule("first business day").day_in(2026, 11, lambda _: False) == date(2026, 11, 1)


@pytest.mark.parametrize("text", ["", "frist day", "0", "32", "business day", "first", "first business", "noon", "-1"])
def test_a_rule_that_names_no_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_day_rule(text)


def test_a_fifth_friday_is_refused_since_not_every_month_has_one() -> None:
    with pytest.raises(ValueError, match="last friday"):
        parse_day_rule("fifth friday")


def test_nine_o_clock_is_nine_o_clock_before_and_after_the_clocks_change() -> None:
    rule = parse_day_rule("15")
    assert edition_due(rule, NINE, CHICAGO, 2026, 7, US) == datetime(2026, 7, 15, 14, tzinfo=UTC)
    assert edition_due(rule, NINE, CHICAGO, 2026, 12, US) == datetime(2026, 12, 15, 15, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_moves_to_the_end_of_the_gap() -> None:
    due = edition_due(parse_day_rule(8), time(2, 30), CHICAGO, 2026, 3, US)
    assert due == datetime(2026, 3, 8, 8, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first() -> None:
    due = edition_due(parse_day_rule(1), time(1, 30), CHICAGO, 2026, 11, US)
    assert due == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_an_edition_is_due_at_its_moment_and_not_again_from_then_on() -> None:
    rule, moment = parse_day_rule("15"), datetime(2026, 11, 15, 15, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert editions_due(rule, NINE, CHICAGO, US, moment - second, moment) == [("2026-11", moment)]
    assert editions_due(rule, NINE, CHICAGO, US, moment, moment + second) == []
    assert editions_due(rule, NINE, CHICAGO, US, moment, moment - second) == []


def test_the_editions_around_a_new_year() -> None:
    assert edition_after("2026-12") == "2027-01"
    assert edition_before("2026-01") == "2025-12"
    assert edition_name(2026, 3) == "2026-03"
    assert parse_edition("2026-11") == (2026, 11)


@pytest.mark.parametrize("name", ["2026-13", "2026-1", "november", "0000-01", "2026-00"])
def test_what_is_no_edition_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="2026-11"):
        parse_edition(name)


def test_retries_back_off_from_a_minute_to_hours() -> None:
    minutes = [retry_delay(attempt, 0.5) / timedelta(minutes=1) for attempt in range(1, 9)]
    assert minutes == [1, 5, 15, 60, 120, 240, 300, 300]


@given(st.integers(-3, 1000), st.floats(0, 1, exclude_max=True))
def test_a_retry_waits_between_most_of_a_minute_and_six_hours(attempt: int, jitter: float) -> None:
    assert timedelta(seconds=45) <= retry_delay(attempt, jitter) <= timedelta(hours=6)


def test_retries_end_after_four_days() -> None:
    assert timedelta(days=4) == RETRY_FOR

"""The send window, across zones, clock changes and holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.schedule import (
    NO_HOLIDAYS,
    Window,
    add_open_time,
    closes_at,
    follow_up_due,
    for_zone,
    holiday_calendar,
    is_open,
    next_open,
    thank_you_due,
    thank_you_overdue_at,
    to_utc,
)

CHICAGO = ZoneInfo("America/Chicago")
WEEKDAYS = frozenset(range(5))
OFFICE = Window(CHICAGO, WEEKDAYS, time(8, 30), time(17, 30))

USUAL = ["America/Chicago", "Europe/Berlin", "Asia/Kolkata", "UTC"]
ODD = [
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Beirut",
]
ZONES = st.sampled_from(USUAL + ODD).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
CALENDARS = st.sampled_from([None, "US", "DE-BY", "JP"])


@st.composite
def windows(draw: st.DrawFn) -> Window:
    minutes = sorted(draw(st.sets(st.integers(0, 1439), min_size=2, max_size=2)))
    opens, closes = (time(minute // 60, minute % 60) for minute in minutes)
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return Window(draw(ZONES), days, opens, closes, holiday_calendar(draw(CALENDARS)))


def local(text: str, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@given(windows(), MOMENTS)
def test_the_next_opening_is_open_and_never_before_and_the_first_of_its_kind(window: Window, at: datetime) -> None:
    found = next_open(window, at)
    assert found >= at
    assert is_open(window, found)
    assert found == at or not is_open(window, found - timedelta(microseconds=1))
    assert is_open(window, at) == (found == at)
    assert found.tzinfo is UTC or found.utcoffset() == timedelta()


@given(windows(), MOMENTS, st.timedeltas(timedelta(), timedelta(days=40)))
def test_a_later_moment_never_opens_earlier(window: Window, at: datetime, later: timedelta) -> None:
    assert next_open(window, at) <= next_open(window, at + later)


@given(windows(), MOMENTS)
def test_the_window_closes_after_the_moment_and_is_shut_then(window: Window, at: datetime) -> None:
    end = closes_at(window, at)
    assert (end is None) == (not is_open(window, at))
    if end:
        assert end > at
        assert is_open(window, end - timedelta(microseconds=1))
        assert not is_open(window, end)


@given(
    windows(), MOMENTS, st.timedeltas(timedelta(), timedelta(hours=6)), st.timedeltas(timedelta(), timedelta(hours=6))
)
@settings(max_examples=60)
def test_open_time_adds_up_in_steps_as_at_once(
    window: Window, at: datetime, first: timedelta, second: timedelta
) -> None:
    halfway = add_open_time(window, at, first)
    assert halfway >= next_open(window, at)
    assert add_open_time(window, halfway, second) >= halfway
    if is_open(window, halfway):
        assert add_open_time(window, halfway, second) == add_open_time(window, at, first + second)


def test_friday_evening_waits_for_monday_morning() -> None:
    assert next_open(OFFICE, local("2026-11-06 17:30")) == local("2026-11-09 08:30")


def test_the_last_second_of_the_day_is_open_and_closing_time_is_not() -> None:
    assert is_open(OFFICE, local("2026-11-06 17:29:59"))
    assert not is_open(OFFICE, local("2026-11-06 17:30"))


def test_a_holiday_of_a_state_keeps_the_window_shut_in_that_state_only() -> None:
    texas = Window(CHICAGO, WEEKDAYS, time(8), time(17), holiday_calendar("US-TX"))
    friday_after_thanksgiving = local("2026-11-27 10:00")
    assert not is_open(texas, friday_after_thanksgiving)
    assert is_open(Window(CHICAGO, WEEKDAYS, time(8), time(17), holiday_calendar("US")), friday_after_thanksgiving)


def test_hours_count_only_while_the_window_is_open() -> None:
    assert add_open_time(OFFICE, local("2026-11-06 16:30"), timedelta(hours=3)) == local("2026-11-09 10:30")


def test_open_time_that_ends_at_closing_time_ends_the_same_day() -> None:
    assert add_open_time(OFFICE, local("2026-11-06 16:30"), timedelta(hours=1)) == local("2026-11-06 17:30")


def test_a_weekend_makes_nothing_overdue() -> None:
    due = local("2026-11-06 17:00")
    assert thank_you_overdue_at(due, timedelta(hours=24), OFFICE) == local("2026-11-11 14:00")


def test_the_contacts_zone_has_the_same_clock_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert next_open(for_zone(OFFICE, berlin), local("2026-11-05 20:00")) == local("2026-11-06 08:30", berlin)


def test_an_opening_time_that_the_clocks_skip_is_the_first_moment_after_the_gap() -> None:
    night = Window(CHICAGO, frozenset(range(7)), time(2, 15), time(5))
    assert next_open(night, local("2026-03-08 00:00")) == local("2026-03-08 03:00")


def test_a_window_that_the_clocks_skip_whole_opens_the_next_day() -> None:
    night = Window(CHICAGO, frozenset(range(7)), time(2, 5), time(2, 55))
    assert next_open(night, local("2026-03-08 00:00")) == local("2026-03-09 02:05")


def test_an_opening_time_that_comes_twice_is_the_first() -> None:
    night = Window(CHICAGO, frozenset(range(7)), time(1, 30), time(5))
    assert next_open(night, local("2026-11-01 00:00")) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_day_that_a_country_skipped_is_shut() -> None:
    apia = Window(ZoneInfo("Pacific/Apia"), frozenset(range(7)), time(8), time(17))
    assert next_open(apia, local("2011-12-29 18:00", apia.zone)) == local("2011-12-31 08:00", apia.zone)


def test_a_year_of_nothing_but_holidays_ends_in_an_error_and_not_in_a_loop() -> None:
    class Always:
        def is_holiday(self, day: date, /) -> bool:
            return True

    with pytest.raises(ValueError, match="does not open"):
        next_open(Window(CHICAGO, WEEKDAYS, time(8), time(17), Always()), local("2026-01-01 00:00"))


@pytest.mark.parametrize(("opens", "closes"), [(time(17), time(8)), (time(9), time(9))])
def test_a_window_that_crosses_midnight_is_refused(opens: time, closes: time) -> None:
    with pytest.raises(ValueError, match="close later on the same day"):
        Window(CHICAGO, WEEKDAYS, opens, closes)


def test_a_window_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        Window(CHICAGO, frozenset(), time(8), time(17))


def test_the_end_of_time_is_an_error_and_not_a_crash() -> None:
    with pytest.raises(ValueError):
        thank_you_due(date.max, None, local("2026-11-02 10:00"), timedelta(hours=1), OFFICE)


@pytest.mark.parametrize(("name", "near"), [("USS", "US"), ("US-ILL", "IL"), ("de-bayern", "BY")])
def test_an_unknown_calendar_names_near_ones(name: str, near: str) -> None:
    with pytest.raises(ValueError, match=near):
        holiday_calendar(name)


def test_no_calendar_means_no_holidays() -> None:
    assert holiday_calendar(None) is NO_HOLIDAYS
    assert not NO_HOLIDAYS.is_holiday(date(2026, 12, 25))


def test_a_calendar_works_in_small_letters() -> None:
    assert holiday_calendar("us-il").is_holiday(date(2026, 7, 3))  # observed: the fourth is a Saturday


@given(ZONES, st.datetimes(datetime(1995, 1, 1), datetime(2040, 12, 31)))  # noqa: DTZ001 - local times
def test_a_local_time_becomes_a_moment_that_shows_it_or_the_end_of_the_gap(zone: ZoneInfo, wanted: datetime) -> None:
    moment = to_utc(wanted, zone)
    shown = moment.astimezone(zone)
    if shown.replace(tzinfo=None) != wanted:
        assert shown.replace(tzinfo=None) > wanted
        before = (moment - timedelta(microseconds=1)).astimezone(zone)
        assert before.replace(tzinfo=None) < wanted  # nothing between them is ever shown
    else:
        assert shown.fold == 0


def test_a_thank_you_logged_during_the_day_leaves_after_its_time() -> None:
    logged = local("2026-11-02 10:00")
    assert thank_you_due(date(2026, 11, 2), None, logged, timedelta(hours=1), OFFICE) == local("2026-11-02 11:00")


def test_a_thank_you_logged_on_friday_evening_leaves_on_monday() -> None:
    logged = local("2026-11-06 17:00")
    assert thank_you_due(date(2026, 11, 6), None, logged, timedelta(hours=1), OFFICE) == local("2026-11-09 08:30")


def test_an_appointment_with_a_time_is_thanked_for_after_its_end() -> None:
    due = thank_you_due(date(2026, 11, 4), time(14), local("2026-11-02 10:00"), timedelta(hours=1), OFFICE)
    assert due == local("2026-11-04 16:00")


def test_an_appointment_late_in_the_day_is_thanked_for_the_next_morning() -> None:
    due = thank_you_due(date(2026, 11, 4), time(18), local("2026-11-02 10:00"), timedelta(hours=1), OFFICE)
    assert due == local("2026-11-05 08:30")


def test_an_appointment_without_a_time_is_thanked_for_in_the_next_days_window() -> None:
    due = thank_you_due(date(2026, 11, 4), None, local("2026-11-02 10:00"), timedelta(hours=1), OFFICE)
    assert due == local("2026-11-05 08:30")


def test_what_was_logged_today_is_over_even_if_its_hour_has_not_ended() -> None:
    due = thank_you_due(date(2026, 11, 2), time(9, 45), local("2026-11-02 10:00"), timedelta(hours=1), OFFICE)
    assert due == local("2026-11-02 11:00")


def test_today_is_today_in_the_owners_zone() -> None:
    logged = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # still the second in Chicago
    due = thank_you_due(date(2026, 11, 3), None, logged, timedelta(hours=1), OFFICE)
    assert due == local("2026-11-04 08:30")


def test_a_contact_elsewhere_gets_it_in_their_own_hours() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    logged = local("2026-11-02 10:00")
    due = thank_you_due(date(2026, 11, 2), None, logged, timedelta(hours=1), OFFICE, tokyo)
    assert due == local("2026-11-03 08:30", tokyo)


@given(windows(), st.dates(date(2000, 1, 1), date(2038, 1, 1)), st.none() | st.times(), MOMENTS, ZONES)
@settings(max_examples=60)
def test_a_thank_you_is_never_due_before_it_was_logged_or_while_the_window_is_shut(
    window: Window, on: date, at: time | None, logged: datetime, zone: ZoneInfo
) -> None:
    due = thank_you_due(on, at, logged, timedelta(hours=1), window, zone)
    assert due >= logged + timedelta(hours=1) or on > logged.astimezone(window.zone).date()
    assert due >= logged
    assert is_open(for_zone(window, zone), due)


@pytest.mark.parametrize(
    ("sent", "days", "due"),
    [
        ("2026-11-03 16:00", 1, "2026-11-04 08:30"),
        ("2026-11-06 09:00", 1, "2026-11-09 08:30"),  # over a weekend
        ("2026-11-24 09:00", 3, "2026-11-30 08:30"),  # over Thanksgiving, a holiday, and a weekend
    ],
)
def test_a_follow_up_comes_after_so_many_working_days(sent: str, days: int, due: str) -> None:
    window = Window(CHICAGO, WEEKDAYS, time(8, 30), time(17, 30), holiday_calendar("US"))
    assert follow_up_due(local(sent), days, window) == local(due)

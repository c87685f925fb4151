"""The demo's days and its clock: the morning of the latest edition's day, and a clock that skips the waiting."""

from __future__ import annotations

import time as clocks
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailer.schedule import Window, edition_due, holiday_calendar, parse_day_rule, to_utc

ZONE = ZoneInfo("America/Chicago")
MORNING = time(7, 30)
_WEEKDAYS = frozenset(range(5))


class JumpingClock:
    """Runs like any clock, and can be moved ahead. May be read from any thread."""

    def __init__(self, start: datetime) -> None:
        self._origin = (start, clocks.monotonic())

    def __call__(self) -> datetime:
        """The demo's moment, in UTC."""
        moment, begun = self._origin
        return moment + timedelta(seconds=clocks.monotonic() - begun)

    def jump(self, moment: datetime) -> None:
        """Skip the time until `moment`; never backwards."""
        self._origin = (max(moment, self()), clocks.monotonic())


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the story. `edition` is the day on which the update is due."""

    edition: date

    def at(self, moment: time) -> datetime:
        """That time of the edition's day in Dana's zone, in UTC."""
        return to_utc(datetime.combine(self.edition, moment), ZONE)

    def texts(self) -> dict[str, str]:
        """The dates that the example files name: `day_N` is N business days before, `week_N` N weeks before."""
        window = _window()
        day = self.edition
        days: list[date] = []
        while len(days) < 4:
            day -= timedelta(days=1)
            if window.is_business_day(day):
                days.append(day)
        weeks = {f"week_{n}": self.edition - timedelta(weeks=n) for n in (5, 6)}
        named = {f"day_{n}": each for n, each in enumerate(days, 1)} | weeks
        named["started"] = self.edition - timedelta(weeks=8)
        return {name: each.isoformat() for name, each in named.items()}


def latest_days(now: datetime) -> Days:
    """The story's days: the latest edition's that is over by `now`, so that nothing seems to come from the future."""
    rule = parse_day_rule("first business day")
    year, month = now.astimezone(ZONE).year, now.astimezone(ZONE).month
    while True:
        due = edition_due(rule, time(9), ZONE, year, month, _window().is_business_day)
        if due <= now - timedelta(days=1):
            return Days(due.astimezone(ZONE).date())
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def _window() -> Window:
    return Window(ZONE, _WEEKDAYS, time(8, 30), time(17, 30), holiday_calendar("US"))

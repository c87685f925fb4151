"""The program's clock and patience: moved for tests, and for nothing else."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer.clock import make_clock, make_patience
from mailer.errors import UsageError

SOON = timedelta(seconds=30)


def off_by(clock_value: str) -> timedelta:
    return make_clock({"MAILER_CLOCK": clock_value}, loopback_only=True)() - datetime.now(UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("+3d", timedelta(days=3)),
        ("-90m", timedelta(minutes=-90)),
        ("+1d2h", timedelta(hours=26)),
        ("+70", timedelta(seconds=70)),
    ],
)
def test_an_offset_moves_the_clock(value: str, expected: timedelta) -> None:
    assert abs(off_by(value) - expected) < SOON


def test_a_moment_starts_the_clock() -> None:
    assert abs(make_clock({"MAILER_CLOCK": "2026-11-30T08:59:00-06:00"}, loopback_only=True)() - NOVEMBER) < SOON


NOVEMBER = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)


def test_a_file_sets_the_clock_again_and_again(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("+1d\n")
    clock = make_clock({"MAILER_CLOCK": f"@{file}"}, loopback_only=True)
    assert abs(clock() - datetime.now(UTC) - timedelta(days=1)) < SOON
    fresh = tmp_path / "fresh"
    fresh.write_text("-1h")
    fresh.replace(file)
    assert abs(clock() - datetime.now(UTC) + timedelta(hours=1)) < SOON


def test_a_missing_clock_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        make_clock({"MAILER_CLOCK": f"@{tmp_path}/nowhere"}, loopback_only=True)


@pytest.mark.parametrize("value", ["tomorrow", "3d", "+3x"])
def test_what_is_no_clock_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        make_clock({"MAILER_CLOCK": value}, loopback_only=True)


def test_neither_clock_nor_patience_is_touched_with_a_real_server() -> None:
    with pytest.raises(UsageError, match="MAILER_CLOCK is refused"):
        make_clock({"MAILER_CLOCK": "+1d"}, loopback_only=False)
    with pytest.raises(UsageError, match="MAILER_PATIENCE is refused"):
        make_patience({"MAILER_PATIENCE": "1"}, loopback_only=False)
    assert make_patience({}, loopback_only=False) == math.inf


def test_patience_is_so_many_seconds() -> None:
    assert make_patience({"MAILER_PATIENCE": "1.5"}, loopback_only=True) == 1.5


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "soon"])
def test_what_is_no_patience_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="can't be used"):
        make_patience({"MAILER_PATIENCE": value}, loopback_only=True)

"""One line, written on a phone, logs a conversation; what is not understood stays with the owner."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.dates import When
from mailer.model import InteractionKind, Person
from mailer.understand.logline import LogLine, log_subject, parse_line

NOW = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")


def read(line: str) -> LogLine:
    return parse_line(line, NOW, CHICAGO)


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("log: Ada, coffee", "Ada, coffee"),
        ("  LOG :  Ada", "Ada"),
        ("log:", ""),
        ("Re: log: Ada", None),
        ("catalog: Ada", None),
        ("log Ada", None),
        ("", None),
    ],
)
def test_only_a_subject_that_begins_with_log_is_one(subject: str, line: str | None) -> None:
    assert log_subject(subject) == line


def test_everything_at_once() -> None:
    assert read(
        "Ada Lovelace, coffee yesterday 3pm, thanks for the tour, about cranes, "
        'referred Bob <bob@example.org> and Carol, "Hopper, Grace" <grace@example.org>, note: pays well, nice dog'
    ) == LogLine(
        "Ada Lovelace",
        InteractionKind.coffee,
        When(date(2026, 11, 2), time(15)),
        about="cranes",
        thanks_for="the tour",
        notes="pays well; nice dog",
        referrals=(
            Person("Bob", "bob@example.org"),
            Person("Carol"),
            Person("Hopper, Grace", "grace@example.org"),
        ),
    )


@pytest.mark.parametrize(
    ("part", "kind", "when"),
    [
        ("met", InteractionKind.meeting, None),
        ("2026-11-01", InteractionKind.call, When(date(2026, 11, 1))),
        ("called last friday", InteractionKind.call, When(date(2026, 10, 30))),
    ],
)
def test_kind_and_day_in_any_form(part: str, kind: InteractionKind, when: When | None) -> None:
    found = read(f"Ada, {part}")
    assert (found.kind, found.when) == (kind, when)


def test_no_thanks_means_that_nothing_is_sent() -> None:
    assert read("Ada, call, no thanks").thank_you is False


def test_words_that_are_not_understood_are_never_for_the_contact() -> None:
    found = read("Ada, coffee with her awful boss, she looked tired")
    assert (found.about, found.thanks_for) == ("", "")
    assert found.notes == "coffee with her awful boss; she looked tired"


def test_an_address_that_is_none_leaves_the_name() -> None:
    assert read("Ada, referred Bob <bob at example>").referrals == (Person("Bob"),)


@given(st.text(max_size=2000))
def test_any_line_is_read(line: str) -> None:
    read(line)

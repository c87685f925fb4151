"""What people see: aligned columns, whole ids, and nothing that a terminal would obey."""

from __future__ import annotations

import io

import pytest

from mailer.cli.people import parse_person
from mailer.cli.tables import Column, _plain, facts, width
from mailer.cli.words import day_and_time, fitted, harmless, in_colour, one_line, person, plural, span
from mailer.errors import UsageError
from mailer.model import Person


def test_columns_line_up_also_with_wide_characters() -> None:
    lines = _plain([Column("name"), Column("city")], [["山田 太郎", "Tokyo"], ["Ada", "London"], ["é́", "Paris"]])
    starts = {
        width(line[: line.index(city)]) for line, city in zip(lines[1:], ("Tokyo", "London", "Paris"), strict=True)
    }
    assert starts == {width("山田 太郎") + 2}


def test_a_plain_table_cuts_nothing() -> None:
    long = "x" * 300
    assert long in "\n".join(_plain([Column("id", firm=True), Column("text")], [["1", long]]))


def test_words_from_strangers_hold_nothing_that_a_terminal_obeys() -> None:
    assert harmless("a\x1b[31mred\x07\x9b2J\u202eb\r\nc\td") == "a[31mred2Jb\nc\td"
    assert one_line("two\nlines\x00 here") == "two lines here"


def test_facts_leave_out_what_is_not_there_and_indent_what_is_long() -> None:
    assert facts([("a", 1), ("bb", ""), ("ccc", "x\ny")]) == "a    1\nccc  x\n     y"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (-3, "0 s"), (119, "119 s"), (300, "5 min"), (7200, "2 h"), (400_000, "5 days")]
)
def test_spans_are_rounded_to_what_matters(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_days_near_are_named_so() -> None:
    from datetime import date, time

    assert day_and_time(date(2026, 11, 22), time(15), date(2026, 11, 23)) == "yesterday, Sunday 22 November 2026, 15:00"
    assert day_and_time(date(2026, 11, 2), None, date(2026, 11, 23)) == "Monday 2 November 2026"
    assert (plural(1, "contact"), plural(2, "reply", "replies")) == ("1 contact", "2 replies")
    assert person("Ada", "") == "Ada" and person("", "a@example.org") == "a@example.org"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mary Somerville <mary@Example.ORG>", Person("Mary Somerville", "mary@example.org")),
        ('"Somerville, Mary" <mary@example.org>', Person("Somerville, Mary", "mary@example.org")),
        ("Mary  Somerville", Person("Mary Somerville")),
        ("mary@example.org", Person("", "mary@example.org")),
    ],
)
def test_people_are_named_by_name_address_or_both(text: str, found: Person) -> None:
    assert parse_person(text) == found


@pytest.mark.parametrize(
    "text", ["", "<>", "Mary <mary", "Mary <not an address>", "Mary <a@example.org> and more", "@"]
)
def test_what_names_nobody_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_person(text)


class Screen(io.StringIO):
    """A stream that is a terminal, or isn't."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def test_sentences_are_as_wide_as_the_terminal_and_what_is_to_be_copied_stays_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    said = "  The daemon has never run in this folder; start it with `mailer --config a.yaml run` and see.\nShort."
    folded = fitted(said, Screen(terminal=True))
    assert max(map(len, folded.splitlines())) <= 40
    assert "`mailer --config a.yaml run`" in folded
    assert [line[:4] for line in folded.splitlines()[1:-1]] == ["    "] * (len(folded.splitlines()) - 2)
    assert folded.endswith("\nShort.") and folded.split() == said.split()
    assert fitted(said, Screen(terminal=False)) == said


@pytest.mark.parametrize(("terminal", "no_color", "wanted"), [(True, "", True), (True, "1", False), (False, "", False)])
def test_colours_are_for_a_terminal_whose_owner_wants_them(
    terminal: bool, no_color: str, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    assert in_colour(Screen(terminal=terminal)) is wanted

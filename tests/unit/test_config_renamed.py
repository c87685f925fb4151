"""A configuration of an older version is read as it stands, with a note on what to rename."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mailer.config import Config, parse_config
from mailer.config import renamed as module
from mailer.errors import ConfigurationError
from tests.unit.test_config import MINIMAL

OLD = {
    "sending.per_day": "limits.per_day",
    "thank_you.delay": "thank_you.after",
    "people": "roster",
    "look_again": "reading.check_every",
}


@pytest.fixture(autouse=True)
def _older_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENAMED", OLD)


def read(lines: str) -> Config:
    return parse_config(MINIMAL + lines, Path("/x/config.yaml"))


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        ("sending: {per_day: 7}\n", ("limits", "per_day")),
        ("sending: {per_day: 7}\nlimits: {per_minute: 3}\n", ("limits", "per_day")),
        ("limits:\n  per_minute: 3\nsending:\n  per_day: 7\n", ("limits", "per_day")),
    ],
)
def test_a_value_under_its_old_name_counts(lines: str, keys: tuple[str, str]) -> None:
    config = read(lines)
    assert getattr(getattr(config, keys[0]), keys[1]) == 7
    assert config.limits.per_minute == (3 if "per_minute" in lines else 10)


@pytest.mark.parametrize(
    ("line", "value"),
    [("thank_you: {delay: 3h}\n", "thank_you.after"), ("look_again: 5m\n", "reading.check_every")],
)
def test_keys_may_move_within_a_section_or_into_one(line: str, value: str) -> None:
    assert value in read(line).differences(read(""))


def test_the_note_names_both_names_and_the_place() -> None:
    (note,) = read("people: friends.yaml\n").warnings
    assert (note.severity, note.key) == ("warning", "people")
    assert "roster" in note.what
    assert note.place.line == len(MINIMAL.splitlines()) + 1


def test_both_names_at_once_are_an_error_that_says_which_to_take_out() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read("thank_you: {delay: 3h, after: 2h}\n")
    (problem,) = caught.value.problems
    assert problem.key == "thank_you.delay"
    assert problem.mend == "take thank_you.delay out"


def test_a_wrong_value_under_an_old_name_is_told_at_its_place() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read("sending: {per_day: many}\n")
    (problem,) = caught.value.problems
    assert problem.place.line == len(MINIMAL.splitlines()) + 1


def test_what_else_stands_in_an_old_section_is_still_unknown() -> None:
    with pytest.raises(ConfigurationError, match="not known"):
        read("sending: {per_day: 7, colour: red}\n")


@pytest.mark.parametrize("lines", ["sending: 7\n", "sending: [per_day]\n", "sending:\n"])
def test_an_old_section_of_another_shape_is_an_error_and_no_mistake(lines: str) -> None:
    with pytest.raises(ConfigurationError):
        read(lines)


def known(table: Mapping[str, str]) -> set[str]:
    from mailer.config import json_schema

    text = str(json_schema())
    return {new for new in table.values() if f"'{new.rpartition('.')[2]}'" in text}


def test_every_present_name_in_the_table_is_a_key_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert known(module.RENAMED) == set(module.RENAMED.values())

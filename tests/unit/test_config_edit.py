"""The program's own edits of the configuration keep every byte that is not meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.config import load_config
from mailer.config.edit import set_keys
from mailer.errors import ConfigurationError
from mailer.model import SearchStatus
from tests.unit.test_config import MINIMAL


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


SEARCHES = [
    ("search:\n  status: active   # active | paused\n  looking_for: x\n", "status: active", "status: paused"),
    ("search: {looking_for: x, status: active}  # all\n", "status: active", "status: paused"),
    ("search:\n  status: 'active'\n  looking_for: x # y\n", "'active'", "paused"),
    ("search:\n  looking_for: x # y\n\n  # more\n", "x # y\n", "x # y\n  status: paused\n"),
    ("search: {looking_for: x}\n", "x}", "x, status: paused}"),
    ("search:\n  status:   # later\n  looking_for: x\n", "status:   #", "status: paused   #"),
    ("search:\n    looking_for: >\n      a\n      b\n", "      b\n", "      b\n    status: paused\n"),
]


def around(search: str) -> str:
    import yaml

    tree = yaml.safe_load(MINIMAL)
    others = {key: value for key, value in tree.items() if key != "search"}
    return "# mine\n" + search + yaml.safe_dump(others, sort_keys=False) + "# the end\n"


@pytest.mark.parametrize(("search", "old", "new"), SEARCHES)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_only_the_value_changes(tmp_path: Path, search: str, old: str, new: str, ending: str) -> None:
    text = around(search).replace("\n", ending)
    path = written(tmp_path, text)
    config = set_keys(path, {"search.status": "paused"})
    assert path.read_bytes().decode() == text.replace(old.replace("\n", ending), new.replace("\n", ending), 1)
    assert config.search.status is load_config(path).search.status is SearchStatus.paused


def test_two_keys_at_once_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf" + around(SEARCHES[0][0]).encode())
    config = set_keys(path, {"search.status": "landed", "search.started": "2026-11-03"})
    assert path.read_bytes().startswith(b"\xef\xbb\xbf# mine")
    assert str(config.search.started) == "2026-11-03"


def test_the_same_value_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, around(SEARCHES[0][0]))
    before = path.stat().st_ino
    set_keys(path, {"search.status": "active"})
    assert path.stat().st_ino == before


def test_what_can_not_be_changed_safely_is_refused_with_what_to_write(tmp_path: Path) -> None:
    text = around("x-mine: &search {looking_for: x}\n").replace("x-mine: &search", "search: &search")
    other = text.replace("search: &search {looking_for: x}", "profile2: &s {looking_for: x}\nsearch: *s")
    path = written(tmp_path, other)
    with pytest.raises(ConfigurationError) as caught:
        set_keys(path, {"search.status": "paused"})
    assert path.read_text() == other
    assert str(caught.value)


def test_a_wrong_value_leaves_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, around(SEARCHES[0][0]))
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="by hand"):
        set_keys(path, {"search.status": "happy"})
    assert path.read_bytes() == before


@given(st.sampled_from(SEARCHES[:3]), st.sampled_from(["paused", "landed"]), st.integers(0, 3))
def test_going_there_and_back_leaves_the_file_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, search: tuple[str, str, str], status: str, blank: int
) -> None:
    text = around(search[0] + "\n" * blank).replace("'active'", "active")
    path = written(tmp_path_factory.mktemp("c"), text)
    set_keys(path, {"search.status": status})
    set_keys(path, {"search.status": "active"})
    assert path.read_text() == text

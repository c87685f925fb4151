"""The YAML loader: YAML 1.2 meanings, places, clear errors, and limits that hold."""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.errors import ConfigurationError, Problem
from mailer.yamlfile import MAX_DEPTH, MAX_FILE_BYTES, Document, Scalar, YamlList, YamlMap, build, load_yaml, parse_yaml
from mailer.yamlfile.files import read_file


def loaded(text: str | bytes) -> Document:
    return parse_yaml(text.encode() if isinstance(text, str) else text, "file.yaml")


def root(text: str) -> object:
    return loaded(text).root


def fault(text: str | bytes) -> Problem:
    with pytest.raises(ConfigurationError) as caught:
        loaded(text)
    return caught.value.problems[-1]


@pytest.mark.parametrize(
    "text",
    ["NO", "no", "yes", "on", "Off", "y", "9:30", "2026-11-02", "190:20:30", "1_000", "0b101", "=", "<<", "nUll"],
)
def test_what_only_yaml_1_1_takes_for_something_else_is_a_text(text: str) -> None:
    assert root(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("010", 10),
        ("0o17", 15),
        ("0xfF", 255),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("+13125550100", 13125550100),
    ],
)
def test_the_core_schemas_scalars_keep_value_and_text(text: str, value: object) -> None:
    assert root(f"a: {text}") == {"a": Scalar(value, text)}


def test_not_a_number_is_read() -> None:
    found = loaded("a: .nan").root["a"]
    assert isinstance(found, Scalar)
    assert isinstance(found.value, float)
    assert math.isnan(found.value)


@pytest.mark.parametrize("text", ["'12'", '"true"', "!!str 12", "! null", "|-\n  12"])
def test_a_quoted_or_tagged_scalar_is_a_text(text: str) -> None:
    assert isinstance(loaded(f"a: {text}").root["a"], str)


def test_a_tag_of_the_core_schema_is_read_and_another_is_a_problem() -> None:
    document = loaded("a: !!int 12\nb: !!python/object:os.system x\nc: !!set {x}\n")
    assert document.root["a"] == Scalar(12, "12")
    assert [(problem.place.line, problem.key) for problem in document.problems] == [(2, "b"), (3, "c")]


def test_every_value_knows_its_place_also_in_lists() -> None:
    document = loaded("a: 1\nb:\n  - x\n  - c: [p, é, q]\n")
    assert str(document.place_of(["a"])) == "file.yaml:1:4"
    assert str(document.place_of(["a"], key=True)) == "file.yaml:1:1"
    assert str(document.place_of(["b", 0])) == "file.yaml:3:5"
    assert str(document.place_of(["b", 1, "c", 2])) == "file.yaml:4:15"
    assert str(document.place_of(["b", 7, "nothing"])) == "file.yaml:3:3"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_breaks_them(line_break: str) -> None:
    document = loaded(line_break.join(["# é", "a: 1", "b: 2"]))
    assert str(document.place_of(["b"])) == "file.yaml:3:4"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    document = loaded(b"\xef\xbb\xbfa: 1")
    assert document.root == {"a": Scalar(1, "1")}
    assert str(document.place_of(["a"])) == "file.yaml:1:4"


def test_a_doubled_key_is_a_problem_that_names_both_places() -> None:
    document = loaded("a: 1\nb:\n  - {x: 1, y: 2, x: 3}\na: 2\n")
    assert [str(problem) for problem in document.problems] == [
        "file.yaml:3:18: b[0].x: the key stands twice in one mapping: here and at file.yaml:3:6; keep one of them",
        "file.yaml:4:1: a: the key stands twice in one mapping: here and at file.yaml:1:1; keep one of them",
    ]


def test_no_more_than_a_thousand_problems_are_told() -> None:
    with pytest.raises(ConfigurationError) as caught:
        loaded("a: 1\n" * 100_000)
    assert len(caught.value.problems) == 1_000


def test_keys_that_mean_other_things_are_still_texts() -> None:
    assert root("1: a\nNO: b\ntrue: c\n") == {"1": "a", "NO": "b", "true": "c"}


def test_an_alias_stands_for_its_anchors_value() -> None:
    document = loaded("a: &x [1, two]\nb: *x\nc: &k key\n*k : d\n")
    assert document.root["b"] is document.root["a"]
    assert document.root["key"] == "d"
    assert str(document.place_of(["b"])) == "file.yaml:2:4"


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\n\n"])
def test_an_empty_file_is_nothing(text: str) -> None:
    assert root(text) == Scalar(None, "")


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: 1\n\tb: 2\n", 2, 1, "a tab can't be used here"),
        ("a: b: c\n", 1, 5, "second `: `"),
        ("a: @home\n", 1, 4, "can't begin with this character"),
        ("a: 1\nb: 'open\nc: 2\n", 2, 4, "quote is opened here and never closed"),
        ("a: [1, 2\nb: 3\n", 2, 2, "opened by `[` is not closed"),
        ("a: {b: 1\n", 1, 4, "opened by `{` here is never closed"),
        ("a: {b: 1\n  c: 2}\n", 2, 4, "opened by `{` is not closed before this"),
        ("a:\n    - b\n  - c\n", 3, 3, "does not belong to the lines above"),
        ("a: *nobody\n", 1, 4, "has no anchor before it"),
        ("a: &x [*x]\n", 1, 8, "inside its own anchor"),
        ("? [a]\n: b\n", 1, 3, "can't be a key"),
        ('a: "\\q"\n', 1, 5, "backslash"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a: \x07\n", 1, 4, "U+0007"),
        ("a: !foo!bar b\n", 1, 4, "tag"),
    ],
)
def test_what_cannot_be_parsed_is_told_in_plain_words_at_its_place(
    text: str, line: int, column: int, words: str
) -> None:
    problem = fault(text)
    assert (problem.place.line, problem.place.column) == (line, column), problem
    assert words in problem.what
    assert problem.mend


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("a: 1".encode("utf-16"), "UTF-16"),
        ("a: 1".encode("utf-32"), "UTF-32"),
        ("a: é".encode("latin-1"), "Latin-1"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text file"),
        (b"a\0b", "no text"),
    ],
)
def test_another_encoding_and_binary_files_are_named(data: bytes, words: str) -> None:
    assert words in fault(data).what


def test_a_byte_that_is_not_utf_8_is_told_with_its_place() -> None:
    assert str(fault("a: 1\nb: é".encode("latin-1")).place) == "file.yaml:2:4"


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    started = time.monotonic()
    assert "values" in fault("\n".join(lines)).what
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "[&a " * 100_000])
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    started = time.monotonic()
    assert f"more than {MAX_DEPTH} lists" in fault(text).what
    assert time.monotonic() - started < 60


@pytest.mark.parametrize(
    "text", ["? " * 100_000, "!" * 1_000_000, "'" + "a" * 1_000_000, "&" * 1_000_000, "a" * 1_000_000]
)
def test_no_text_takes_long(text: str) -> None:
    started = time.monotonic()
    with contextlib.suppress(ConfigurationError):
        loaded(text)
    assert time.monotonic() - started < 60


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no proc(5) here")
def test_a_file_that_hides_its_size_is_read_whole() -> None:
    data, _ = read_file(Path("/proc/self/status"))
    assert data.startswith(b"Name:")
    assert data.count(b"\n") > 10


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES * 100)
    with pytest.raises(ConfigurationError, match="bytes long"):
        load_yaml(path)


def test_more_values_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "MAX_VALUES", 10)
    assert "more than 10 values" in fault("[" + "x, " * 11 + "]").what


def test_missing_files_directories_and_pipes_are_clear_errors(tmp_path: Path) -> None:
    pipe, loop = tmp_path / "pipe", tmp_path / "loop"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for path, words in (
        (tmp_path / "nothing.yaml", "no such file"),
        (tmp_path, "is a directory"),
        (pipe, "no ordinary file"),
        (loop, "symbolic links"),
        (Path("a\0b"), "can't be read"),
        (tmp_path / ("x" * 300), "too long"),
    ):
        with pytest.raises(ConfigurationError) as caught:
            load_yaml(path)
        assert words in caught.value.problems[0].what
        assert caught.value.problems[0].place.file == str(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "private.yaml"
    path.write_text("a: 1")
    path.chmod(0)
    with pytest.raises(ConfigurationError, match="may not be read"):
        load_yaml(path)


def test_the_state_of_a_file_tells_its_contents(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    first = load_yaml(path).state
    path.write_text("a: 2")
    second = load_yaml(path).state
    assert (first.path, first.size) == (path, 4)
    assert first.digest != second.digest


def test_the_garbage_collector_runs_again_afterwards() -> None:
    loaded("a: 1")
    fault("a: [")
    assert gc.isenabled()


def test_the_python_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: 1\nb: &x [p, {q: NO}]\nc: *x\nd: |\n  e\n  f\n"
    with_c = loaded(text)
    monkeypatch.setattr(build, "parser_class", lambda: build._PythonParser)
    with_python = loaded(text)
    assert with_python.root == with_c.root
    assert with_python.place_of(["b", 1, "q"]) == with_c.place_of(["b", 1, "q"])
    assert "quote" in fault("a: 'b").what


_PIECES = st.sampled_from(
    [
        "a",
        "b: ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "\n",
        "\n  ",
        "&x ",
        "*x",
        "'",
        '"',
        "|\n",
        "#",
        "? ",
        "---\n",
        "!!str ",
        "\t",
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(_PIECES, max_size=40).map(lambda parts: "".join(parts).encode())))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_read_or_refused_with_a_place(data: bytes) -> None:
    try:
        document = parse_yaml(data, "file.yaml")
    except ConfigurationError as error:
        assert all(problem.place.file == "file.yaml" and problem.what for problem in error.problems)
    else:
        assert isinstance(document.root, YamlMap | YamlList | Scalar | str)


_VISIBLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\u2028\u2029\ufeff"), max_size=8
)


@given(st.recursive(_VISIBLE, lambda inner: st.lists(inner) | st.dictionaries(_VISIBLE, inner), max_leaves=20))
@settings(max_examples=200, deadline=None)
def test_json_texts_come_back_as_they_were(value: object) -> None:
    assert loaded(json.dumps({"value": value}, ensure_ascii=False)).root["value"] == value

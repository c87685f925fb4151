"""Builds a tree from a YAML parser's events: YAML 1.2 meanings, no doubled keys, limits on everything.

PyYAML's C parser (libyaml) delivers events; values are built from them here in one pass, since its own loader
means YAML 1.1 (`NO` is false, `9:30` is 570), lets a doubled key win silently and forgets where a value stood.
The meanings are those of the core schema (YAML 1.2.2 section 10.3.2).
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sys import intern
from typing import Any, Protocol, cast

import yaml

from mailer.errors import ConfigurationError, Problem
from mailer.yamlfile.files import BOM, decode, read_file
from mailer.yamlfile.tree import Document, FileState, Lines, Scalar, YamlList, YamlMap
from mailer.yamlfile.words import (
    BROKEN_CHARACTER,
    MAX_DEPTH,
    TOO_DEEP,
    explain,
    key_path,
    on_one_line,
    unprintable,
)

MAX_VALUES = 1_000_000
"""Values in one file, those repeated by aliases counted each time; stops an alias bomb."""

MAX_PROBLEMS = 1_000
"""Problems told of one file; with so many it is not what it was taken for."""

_UNTEXTLIKE = frozenset("-+.0123456789tTfFnN~")  # what a plain scalar that is not a text can begin with
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_INT = re.compile(r"[-+]?[0-9]{1,4000}|0o[0-7]{1,4000}|0x[0-9a-fA-F]{1,4000}")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_TAG = "tag:yaml.org,2002:"


class _Parser(Protocol):
    """What is used of PyYAML's parsers, the C one and the Python one."""

    def get_event(self) -> Any: ...


class _PythonParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """The slow parser, for machines whose PyYAML was built without libyaml."""

    def __init__(self, stream: bytes) -> None:
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def parser_class() -> Callable[[bytes], _Parser]:
    """The C parser where this machine has one, else the Python parser."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _PythonParser
    return cast("Callable[[bytes], _Parser]", CParser)


def load_yaml(path: Path) -> Document:
    """Reads one YAML document from a file.

    Raises ConfigurationError, with a place, for whatever keeps it from being read. Problems that leave the rest
    readable are in the document's `problems`: the caller reports them together with its own.
    """
    data, state = read_file(path)
    return parse_yaml(data, str(path), state)


def parse_yaml(data: bytes, file: str, state: FileState | None = None) -> Document:
    """Reads one YAML document from bytes; `file` is the name in places. Raises ConfigurationError like `load_yaml`."""
    state = state or FileState(Path(file), 0, len(data), "")
    lines = Lines(file, decode(data, file))
    with gc_paused():
        return _Builder(lines, state).build(data.removeprefix(BOM))


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pauses the cyclic garbage collector: while a large tree is built it would walk it again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def resolve_plain(text: str) -> str | Scalar:
    """What a plain scalar means by the core schema."""
    if text in _NULLS:
        return Scalar(None, text)
    if (truth := _BOOLS.get(text)) is not None:
        return Scalar(truth, text)
    if _INT.fullmatch(text):
        return Scalar(_integer(text), text)
    if _FLOAT.fullmatch(text):
        return Scalar(_real(text), text)
    return text


def _integer(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:] if base != 10 else text, base)


def _real(text: str) -> float:
    named = text.lower().replace(".inf", "inf") if text[-1] in "fF" else text
    return float("nan") if named[-1] in "nN" else float(named)


class _Open:
    """A list or mapping whose end has not come: its anchor, and for a mapping its last key and whether that waits."""

    __slots__ = ("anchor", "counted", "key", "key_at", "node", "wants_key")

    def __init__(self, node: YamlMap | YamlList, anchor: str | None, counted: int) -> None:
        self.node = node
        self.anchor = anchor
        self.counted = counted
        self.key = ""
        self.key_at = 0
        self.wants_key = type(node) is YamlMap

    def key_taken(self, key: str, at: int) -> None:
        """A mapping's next key has come; its value is next."""
        self.key, self.key_at, self.wants_key = intern(key), at, False


class _Builder:
    """Builds one document's tree from a parser's events."""

    def __init__(self, lines: Lines, state: FileState) -> None:
        self._lines = lines
        self._document = Document(lines, Scalar(None, ""), state)
        self._stack: list[_Open] = []
        self._plain: dict[str, str | Scalar] = {}  # resolved already; equal texts become one object
        self._anchors: dict[str, tuple[Any, int]] = {}  # value, number of values in it
        self._values = 0
        self._documents = 0

    def build(self, data: bytes) -> Document:
        parser = parser_class()
        handlers = self._handlers()
        try:
            next_event = parser(data).get_event
            while (event := next_event()) is not None:
                handlers[type(event)](event)
        except yaml.reader.ReaderError as error:
            raise self._error(*self._unprintable()) from error
        except yaml.MarkedYAMLError as error:
            raise self._error(*explain(error)) from error
        return self._document

    def _handlers(self) -> dict[type, Callable[[Any], None]]:
        events = yaml.events
        return {
            events.ScalarEvent: self._scalar,
            events.MappingStartEvent: self._mapping_start,
            events.SequenceStartEvent: self._sequence_start,
            events.MappingEndEvent: self._end,
            events.SequenceEndEvent: self._end,
            events.AliasEvent: self._alias,
            events.DocumentStartEvent: self._document_start,
            events.DocumentEndEvent: self._nothing,
            events.StreamStartEvent: self._nothing,
            events.StreamEndEvent: self._nothing,
        }

    def _nothing(self, event: Any) -> None:
        """Stream and document ends tell nothing new."""

    def _document_start(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._error(event.start_mark.index, "a second document begins here (`---`)", "keep one in a file")

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        at: int = event.start_mark.index
        if self._stack and (top := self._stack[-1]).wants_key:
            if event.anchor is not None:
                self._anchors[event.anchor] = (text, 1)
            top.key_taken(text, at)
            return
        value: Any = text
        if event.tag is not None:
            value = self._tagged(event)
        elif event.implicit[0] and (not text or text[0] in _UNTEXTLIKE):
            value = self._plain.get(text)
            if value is None:
                value = self._plain[text] = resolve_plain(text)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        self._add(value, at)

    def _tagged(self, event: Any) -> str | Scalar:
        """A scalar with an explicit tag: only those of the core schema mean something here."""
        text, tag = cast(str, event.value), cast(str, event.tag)
        if tag in {"!", f"{_TAG}str"}:
            return text
        value = resolve_plain(text)
        kinds = {"null": type(None), "bool": bool, "int": int, "float": (int, float)}
        kind = kinds.get(tag.removeprefix(_TAG)) if tag.startswith(_TAG) else None
        if kind is not None and isinstance(value, Scalar) and isinstance(value.value, cast(type, kind)):
            return value
        self._problem(event.start_mark.index, f"the tag {_short_tag(tag)} does not fit here", "leave it out")
        return text

    def _mapping_start(self, event: Any) -> None:
        self._start(event, YamlMap(event.start_mark.index), "map")

    def _sequence_start(self, event: Any) -> None:
        self._start(event, YamlList(event.start_mark.index), "seq")

    def _start(self, event: Any, node: YamlMap | YamlList, kind: str) -> None:
        at = node.at
        if event.tag is not None and event.tag not in {"!", f"{_TAG}{kind}"}:
            self._problem(at, f"the tag {_short_tag(event.tag)} is not known here", "leave it out")
        if len(self._stack) >= MAX_DEPTH:
            raise self._error(at, *TOO_DEEP)
        if self._stack and self._stack[-1].wants_key:
            raise self._error(at, "a list or mapping can't be a key", "write a single word as the key")
        self._add(node, at)
        if event.anchor is not None:
            self._anchors[event.anchor] = (None, 0)  # an alias to it from inside would never end
        self._stack.append(_Open(node, event.anchor, self._values))

    def _end(self, event: Any) -> None:
        ended = self._stack.pop()
        if ended.anchor is not None:
            self._anchors[ended.anchor] = (ended.node, self._values - ended.counted + 1)

    def _alias(self, event: Any) -> None:
        at = event.start_mark.index
        value, size = self._anchors.get(event.anchor, (None, -1))
        if size < 0:
            raise self._error(at, f"the alias *{event.anchor} has no anchor before it", f"write &{event.anchor} first")
        if size == 0:
            raise self._error(at, f"the alias *{event.anchor} stands inside its own anchor", "write it out")
        top = self._stack[-1]  # a document can't begin with an alias: there is no anchor yet
        if top.wants_key:
            if not isinstance(value, str):
                raise self._error(at, f"the alias *{event.anchor} can't be a key", "write the key out")
            top.key_taken(value, at)
            return
        self._values += size - 1
        self._add(value, at)

    def _add(self, value: Any, at: int) -> None:
        """Puts a value where it belongs: into the innermost open list or mapping, or at the root."""
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._error(at, f"more than {MAX_VALUES:,} values, aliases counted each time", "make it smaller")
        if not self._stack:
            self._document.root = value
            return
        top = self._stack[-1]
        node = top.node
        if isinstance(node, YamlList):
            node.append(value)
            node.marks.append(at)
            return
        key = top.key
        top.wants_key = True
        if key in node:
            first = self._lines.place(node.marks[key][0])
            self._problem(top.key_at, f"the key stands twice in one mapping: here and at {first}", "keep one of them")
            return
        node[key] = value
        node.marks[key] = (top.key_at, at)

    def _problem(self, at: int, what: str, mend: str) -> None:
        path = [
            opened.key if isinstance(opened.node, YamlMap) else len(opened.node) - (opened is not self._stack[-1])
            for opened in self._stack
        ]
        self._document.problems.append(Problem(self._lines.place(at), key_path(path), what, mend))
        if len(self._document.problems) >= MAX_PROBLEMS:
            raise ConfigurationError(self._document.problems)

    def _error(self, at: int, what: str, mend: str) -> ConfigurationError:
        return ConfigurationError([*self._document.problems, Problem(self._lines.place(at), "", what, mend)])

    def _unprintable(self) -> tuple[int, str, str]:
        found = BROKEN_CHARACTER.search(self._lines.text)
        return (found.start() if found else 0, *unprintable(found[0] if found else ""))


def _short_tag(tag: str) -> str:
    return on_one_line(tag.replace(_TAG, "!!", 1))

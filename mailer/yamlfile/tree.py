"""The tree of a YAML file: texts, other scalars, lists and mappings that know where each part of them stood.

Positions are character offsets and become a `Place` only when somebody asks: 10,000 contacts have 250,000 of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from mailer.errors import Place, Problem

_LINE_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain scalar that is no text: its value, and the characters as written."""

    value: bool | int | float | None
    text: str


class YamlMap(dict[str, Any]):
    """A mapping. `at` is where it begins, `marks` where each key and its value begin (character offsets)."""

    __slots__ = ("at", "marks")

    def __init__(self, at: int) -> None:
        self.at = at
        self.marks: dict[str, tuple[int, int]] = {}


class YamlList(list[Any]):
    """A list. `at` is where it begins, `marks` where each item begins (character offsets)."""

    __slots__ = ("at", "marks")

    def __init__(self, at: int) -> None:
        self.at = at
        self.marks: list[int] = []


Value: TypeAlias = "YamlMap | YamlList | Scalar | str"


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was read; another `digest` (SHA-256 of its bytes) means other contents."""

    path: Path
    mtime_ns: int
    size: int
    digest: str


class Lines:
    """Turns character offsets of a text into lines and columns, both from 1."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]

    def place(self, offset: int) -> Place:
        """The place of a character offset."""
        line = bisect_right(self._starts, offset)
        return Place(self.file, line, offset - self._starts[line - 1] + 1)


@dataclass(slots=True)
class Document:
    """A file's tree, and what was wrong that did not stop it from being read (doubled keys, unknown tags).

    `root` is a null `Scalar` where the file is empty.
    """

    lines: Lines
    root: Any
    state: FileState
    problems: list[Problem] = field(default_factory=list)

    def place(self, offset: int) -> Place:
        """The place of a character offset."""
        return self.lines.place(offset)

    def place_of(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of the value at `path`, or of its key; of the nearest thing around it where it does not exist."""
        return self.place(self._offset(path, key))

    def _offset(self, path: Sequence[str | int], key: bool) -> int:
        node, offset = self.root, getattr(self.root, "at", 0)
        for number, step in enumerate(path):
            last = number == len(path) - 1
            if isinstance(node, YamlMap) and step in node.marks:
                marks = node.marks[step]
                offset, node = marks[0 if key and last else 1], node[step]
            elif isinstance(node, YamlList) and isinstance(step, int) and step < len(node):
                offset, node = node.marks[step], node[step]
            else:
                break
        return offset

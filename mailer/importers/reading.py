"""What a reader found in a file: people, what was left out and why; and the limits that hold for all readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from mailer.errors import ConfigurationError, Place, Problem
from mailer.model import Contact
from mailer.yamlfile import unreadable

MAX_BYTES = 512 * 1024 * 1024
"""A file is read no further. Photos make exports large: 10,000 cards of a phone have some 200 MiB."""

MAX_LINE = 64 * 1024
"""Octets of one line, or one entry's property, that are looked at."""

MAX_PEOPLE = 50_000
"""People taken from one file; more is no address book."""

MAX_PROBLEMS = 1000
"""Problems that are kept; one broken export has one in every line."""


@dataclass
class Reading:
    """People in the order of the file, each with its place, and what was left out. `kind` is for people to read."""

    file: str
    kind: str
    people: list[Contact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    untaken: tuple[str, ...] = ()  # columns of a table that nobody knows, and that are left alone
    remarks: dict[str, str] = field(default_factory=dict)  # by a person's first address: what a listing says beside it

    def problem(self, line: int, key: str, what: str, severity: Literal["error", "warning"] = "warning") -> None:
        """Note what was left out at a line, from 1. An "error" is a whole entry, a "warning" a part of one."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(Place(self.file, line, 1), key, what, "", severity))

    @property
    def is_full(self) -> bool:
        """Whether no more people are taken."""
        return len(self.people) >= MAX_PEOPLE


def open_file(path: Path) -> BinaryIO:
    """An ordinary file for reading. Raises ConfigurationError that says why it can't be read."""
    try:
        if not path.is_file():
            path.stat()
            raise ConfigurationError([Problem(Place(str(path)), "", "is no ordinary file", "name a file")])
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise ConfigurationError([unreadable(str(path), error)]) from error


def lines_of(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Line numbers from 1, and lines without their ends, each cut at MAX_LINE octets; MAX_BYTES in all."""
    number, taken = 0, 0
    while taken < MAX_BYTES and (line := stream.readline(MAX_LINE)):
        number += 1
        taken += len(line)
        rest = line
        while not rest.endswith(b"\n") and taken < MAX_BYTES and (rest := stream.readline(MAX_LINE)):
            taken += len(rest)  # beyond the limit: read and thrown away
        yield number, line.rstrip(b"\r\n")

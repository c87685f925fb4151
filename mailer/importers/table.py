"""Reads CSV files: Google Contacts, Outlook, LinkedIn's Connections, and any other by a map of its columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from mailer.errors import UsageError
from mailer.importers.fields import FIELDS, Loose, take
from mailer.importers.reading import MAX_LINE, Reading, lines_of
from mailer.yamlfile import did_you_mean

_PREAMBLE = 12
"""Rows above the header that are looked at: LinkedIn puts a note there."""

MAX_COLUMNS = 500

_EMAIL = (
    r"(?:e-?)?mail(?:[- ]?(?:address|adresse))?(?: ?\d+)?(?::? ?(?:address|adresse))?(?: - value)?|adresse e-mail"
    r"|courriel|correo(?: electrónico)?"
)
_COLUMNS: tuple[tuple[str, str], ...] = (
    # what it is, the header as folded; of several columns for one thing the one that stands first here wins
    ("name", r"full name|display name|name|anzeigename|nom complet|nombre completo"),
    ("first", r"first name|given name|vorname|prénom|nombre"),
    ("last", r"last name|family name|surname|nachname|nom|apellidos?"),
    ("email", _EMAIL),
    ("company", r"company(?: name)?|organization name|organization 1 - name|organization|organisation|employer|firma"),
    ("company", r"société|empresa"),
    ("title", r"job title|position|organization title|organization 1 - title|role|title"),
    ("phone", r"mobile(?: phone)?|cell(?: phone)?|mobiltelefon"),
    ("phone", r"phone(?: 1 - value)?|primary phone|business phone|home phone|telephone|telefon|phone number"),
    ("tags", r"labels|group membership|categories|kategorien|tags"),
    ("notes", r"notes|notizen"),
    ("url", r"url"),
    *((key, key.replace("_", " ")) for key in ("relationship", "salutation", "language", "timezone", "referred_by")),
    ("updates", r"updates"),
)
_MANY = frozenset({"email", "tags"})
_VALUES = re.compile(r" ::: ")
_ADDRESSES = re.compile(r" ::: |[;,\s]\s*(?=[^@\s]+@)")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns say what, by number; of several the first filled one counts, for addresses and tags all."""

    numbers: Mapping[str, tuple[int, ...]]

    @property
    def names_people(self) -> bool:
        return any(self.numbers.get(key) for key in ("name", "first", "last"))

    def others(self, header: Sequence[str]) -> tuple[str, ...]:
        """The columns that say nothing which is understood."""
        taken = {number for numbers in self.numbers.values() for number in numbers}
        return tuple(cell.strip() for number, cell in enumerate(header) if cell.strip() and number not in taken)

    def all(self, row: Sequence[str], key: str) -> list[str]:
        """What a row says, in every column of this meaning."""
        found = (row[number].strip() for number in self.numbers.get(key, ()) if number < len(row))
        return [text for text in found if text]

    def first(self, row: Sequence[str], key: str) -> str:
        """The first of these."""
        return next(iter(self.all(row, key)), "")


def read_table(stream: BinaryIO, reading: Reading, mapping: Mapping[str, str]) -> None:
    """Add the people of a CSV file. Raises UsageError where its columns are not known, or not those of `mapping`."""
    header, columns, rows = _opened(stream, reading, mapping)
    reading.kind = _kind(header)
    if reading.kind == "CSV":
        reading.untaken = columns.others(header)
    for line, row in rows:
        if reading.is_full:
            reading.problem(line, "", f"only the first {len(reading.people):,} people are taken", "error")
            return
        if any(cell.strip() for cell in row):
            take(reading, _loose(line, row, columns))


Rows = Iterator[tuple[int, list[str]]]


def _opened(stream: BinaryIO, reading: Reading, mapping: Mapping[str, str]) -> tuple[list[str], _Columns, Rows]:
    """The header row, its meaning, and the rows below it."""
    best: list[str] = []
    for delimiter in _delimiters(stream):
        rows = _rows(stream, delimiter, reading)
        for _, row in _first_rows(rows):
            if len(row) > len(best):
                best = row
            columns = _mapped(row, mapping) if mapping else _known(row)
            if columns is not None and columns.names_people:
                return row, columns, rows
    raise _unknown(reading.file, best, mapping)


def _first_rows(rows: Rows) -> Rows:
    for _ in range(_PREAMBLE):
        row = next(rows, None)
        if row is None:
            return
        yield row


def _delimiters(stream: BinaryIO) -> list[str]:
    """Comma, semicolon and tab, the most frequent first."""
    stream.seek(0)
    start = stream.read(MAX_LINE).decode("utf-8", "replace")
    return sorted(",;\t", key=start.count, reverse=True)


def _rows(stream: BinaryIO, delimiter: str, reading: Reading) -> Rows:
    """Each row with the line it begins at."""
    stream.seek(0)
    csv.field_size_limit(MAX_LINE * 4)
    reader = csv.reader(_texts(stream), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a quote that is never closed makes all that follows one cell, up to the limit
            reading.problem(line, "", "this row, and what follows, can't be read: is a quote never closed?", "error")
            continue
        yield line, row[:MAX_COLUMNS]


def _texts(stream: BinaryIO) -> Iterator[str]:
    for _, line in lines_of(stream):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode("cp1252", "replace")  # as Outlook writes where UTF-8 is not asked for
        yield text.replace("\0", "").replace("\r", " ") + "\n"


def _fold(header: str) -> str:
    return " ".join(header.casefold().replace("_", " ").split())


def _known(row: Sequence[str]) -> _Columns | None:
    """The meaning of a header as the known programs write it; None where it is none."""
    headers = [_fold(cell) for cell in row]
    numbers: dict[str, tuple[int, ...]] = {}
    for key, pattern in _COLUMNS:
        words = re.compile(pattern)
        found = [n for n, header in enumerate(headers) if words.fullmatch(header)]
        found.sort(key=lambda n: _rank(pattern, headers[n]))
        numbers[key] = (*numbers.get(key, ()), *found)
    if "job title" in headers:  # Outlook's "Title" is Mr. or Mrs. then
        numbers["title"] = tuple(n for n in numbers["title"] if headers[n] != "title")
    others = sum(bool(found) for key, found in numbers.items() if key not in ("name", "first", "last"))
    return _Columns(numbers) if others or len(row) <= 2 else None


def _rank(pattern: str, header: str) -> int:
    """Which of a pattern's words a header is; addresses keep the order of their columns."""
    words = pattern.split("|")
    return words.index(header) if header in words and pattern != _EMAIL else 0


def _mapped(row: Sequence[str], mapping: Mapping[str, str]) -> _Columns | None:
    """The columns that the owner named; None where this row has not all of them."""
    headers = [_fold(cell) for cell in row]
    numbers: dict[str, tuple[int, ...]] = {}
    for key, wanted in mapping.items():
        found = tuple(n for n, header in enumerate(headers) if header == _fold(wanted))
        if not found:
            return None
        numbers[key] = found
    return _Columns(numbers)


def parse_mapping(items: Sequence[str]) -> dict[str, str]:
    """`name=Full Name` texts as a mapping. Raises UsageError for an unknown key, or one without a column."""
    mapping: dict[str, str] = {}
    for item in items:
        key, _, column = item.partition("=")
        key = key.strip().lower().replace("-", "_")
        if key not in FIELDS:
            known = ", ".join(FIELDS)
            raise UsageError(f'"{key}" is nothing that a contact has', mend=did_you_mean(key, FIELDS) or f"use {known}")
        if not column.strip():
            raise UsageError(f'"{item}" names no column', mend='write such as --map name="Full Name"')
        mapping[key] = column.strip()
    if mapping and not mapping.keys() & {"name", "first", "last"}:
        raise UsageError("no column is said to be the name", mend='add --map name="Full Name"')
    return mapping


def _unknown(file: str, header: Sequence[str], mapping: Mapping[str, str]) -> UsageError:
    shown = ", ".join(f'"{cell.strip()[:40]}"' for cell in header[:30] if cell.strip()) or "none"
    if mapping:
        missing = [wanted for wanted in mapping.values() if _fold(wanted) not in map(_fold, header)]
        word = missing[0] if missing else next(iter(mapping.values()))
        near = did_you_mean(word, [cell for cell in header if cell])
        return UsageError(f'{file} has no column "{word}"', mend=near or f"its columns are: {shown}")
    mend = f'say which column is what, such as --map name="Full Name" --map email=Mail; its columns are: {shown}'
    return UsageError(f"{file} is no CSV file of a kind that is known", mend=mend)


def _kind(header: Sequence[str]) -> str:
    headers = {_fold(cell) for cell in header}
    if {"connected on", "position"} <= headers:
        return "LinkedIn's Connections"
    if any(h.endswith("- value") for h in headers):
        return "Google Contacts"
    if headers & {"e-mail address", "e-mail-adresse"} and len(headers) > 20:
        return "Outlook"
    return "CSV"


def _loose(line: int, row: Sequence[str], columns: _Columns) -> Loose:
    texts = {key: columns.first(row, key) for key in columns.numbers if key not in _MANY}
    name, first, last = (texts.pop(key, "") for key in ("name", "first", "last"))
    url = texts.pop("url", "")
    if "linkedin.com/" in url.lower():
        texts["notes"] = "\n".join(filter(None, (texts.get("notes", ""), url)))
    return Loose(
        line=line,
        name=name,
        first=first,
        last=last,
        emails=[each for cell in columns.all(row, "email") for each in _ADDRESSES.split(cell)],
        tags=[tag for cell in columns.all(row, "tags") for tag in re.split(r" ::: |[;,]", cell)],
        texts={key: _VALUES.split(text)[0] if key != "notes" else text for key, text in texts.items()},
    )

"""Which reader a file of people needs, and its reading as a whole."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from mailer.errors import ConfigurationError, Place, Problem
from mailer.importers.reading import MAX_BYTES, Reading, open_file

_CARD = re.compile(rb"\s*BEGIN:VCARD", re.IGNORECASE)
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_PEEK = 4096
MAX_RECODED = 64 * 1024 * 1024
"""A file in UTF-16 is read whole, so less of it."""


def read_people(path: Path, columns: Mapping[str, str] | None = None) -> Reading:
    """The people of a vCard or CSV file. `columns` says which column of a CSV file is what (`{"name": "Full Name"}`).

    Raises ConfigurationError where the file can't be read at all, UsageError where `columns` don't fit it.
    """
    with open_file(path) as file:
        stream = _in_utf8(file, path)
        start = stream.read(_PEEK)
        stream.seek(0)
        reading = Reading(str(path), "vCard" if _CARD.match(start) else "CSV")
        if reading.kind == "vCard":
            from mailer.importers.vcard import read_vcards

            read_vcards(stream, reading)
        else:
            _refuse_other_kinds(path, start)
            from mailer.importers.table import read_table

            read_table(stream, reading, columns or {})
    return reading


def _in_utf8(file: BinaryIO, path: Path) -> BinaryIO:
    """The file from its first character on; one in UTF-16 (as Outlook writes) is turned into UTF-8."""
    start = file.read(3)
    encoding = next((name for mark, name in _BOMS.items() if start.startswith(mark)), "")
    file.seek(3 if encoding == "utf-8-sig" else 0)
    if encoding == "utf-8-sig":
        return io.BytesIO(file.read(MAX_BYTES))
    if encoding != "utf-16":
        return file
    data = file.read(MAX_RECODED + 1)
    if len(data) > MAX_RECODED:
        raise _unfit(path, "is in UTF-16 and larger than 64 MiB", "save it as UTF-8")
    return io.BytesIO(data.decode("utf-16", "replace").encode("utf-8", "replace"))


_OTHERS = ((b"PK\x03\x04", "a spreadsheet or a ZIP archive"), (b"%PDF", "a PDF"), (b"<", "HTML or XML"), (b"{", "JSON"))


def _refuse_other_kinds(path: Path, start: bytes) -> None:
    mend = "export it as vCard (.vcf) or CSV"
    if not start.strip():
        raise _unfit(path, "is empty", mend)
    if start.lstrip().upper().startswith(b"BEGIN:VCALENDAR"):
        raise _unfit(path, "is a calendar", "see `mailer log --from-calendar FILE`")
    for mark, what in _OTHERS:
        if start.lstrip().startswith(mark):
            raise _unfit(path, f"is {what}, not a list of people", mend)
    if b"\0" in start:
        raise _unfit(path, "is no text file", mend)


def _unfit(path: Path, what: str, mend: str) -> ConfigurationError:
    return ConfigurationError([Problem(Place(str(path)), "", what, mend)])

"""Reads vCards 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), many in one file, as phones and mail services write them.

Lines are joined and what is not needed (photos above all) is dropped before anything is parsed. vobject takes values
apart and writes cards; its readers of whole cards refuse a card for one bad line, and its reader of one line takes for
ever on some (the parameters' pattern backtracks), so names and parameters are read here.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from mailer.importers.fields import Loose, take
from mailer.importers.reading import MAX_LINE, Reading, lines_of
from mailer.understand.charsets import decode

_WANTED = frozenset(
    b"BEGIN END VERSION FN N ORG TITLE EMAIL TEL NOTE CATEGORIES LANG TZ KIND X-ADDRESSBOOKSERVER-KIND AGENT".split()
)
_NAME = re.compile(rb"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)[;:]")
_QUOTED = re.compile(rb"[;=]QUOTED-PRINTABLE(?=[;:])", re.IGNORECASE)
_HEAD = re.compile(rb'(?:[^":]|"[^"]*")+:')
_PART = re.compile(r';?(?:[^";]|"[^"]*"|")+')
_CHARSET = re.compile(rb";CHARSET=\"?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([nN,;:\\])")
_PREFERRED = ("1", "pref")
MAX_HEAD = 1024
"""Octets of a line's name and parameters; no address book writes more."""

MAX_LINES = 400
"""Properties of one card that are looked at."""


@dataclass
class _Property:
    """One line of a card, its parameters' names in upper and values in lower case."""

    name: str
    value: str
    parameters: dict[str, list[str]]

    @property
    def preferred(self) -> bool:
        """Whether its owner says that it comes before others of its kind."""
        return "pref" in self.parameters.get("TYPE", ()) or self.parameters.get("PREF", [""])[0] in _PREFERRED


@dataclass
class _Card:
    """The lines of one card; `line` is where it begins."""

    line: int
    lines: list[tuple[int, bytes]] = field(default_factory=list)


def read_vcards(stream: BinaryIO, reading: Reading) -> None:
    """Add the people of a vCard file."""
    for card in _cards(_logical_lines(lines_of(stream)), reading):
        if reading.is_full:
            reading.problem(card.line, "", f"only the first {len(reading.people):,} people are taken", "error")
            return
        _read_card(card, reading)


def _logical_lines(lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Unfolded lines (RFC 6350 section 3.2; soft breaks of quoted-printable) of the properties that are wanted."""
    current: bytearray | None = None
    began, soft, old = 0, False, False
    for number, line in lines:
        if soft or line[:1] in (b" ", b"\t"):
            if current is not None and len(current) < MAX_LINE:
                # 2.1 folds at a space that stays, 3.0 and 4.0 anywhere with a space that goes
                current += b"\n" + line if soft else line if old else line[1:]
            soft = soft and line.endswith(b"=")
            continue
        if current is not None:
            yield began, bytes(current)
        found = _NAME.match(line)
        name = found[1].upper() if found else b""
        if name == b"VERSION":
            old = line.rstrip().endswith(b":2.1")
        current, began = (bytearray(line) if name in _WANTED else None), number
        soft = line.endswith(b"=") and bool(_QUOTED.search(_head(line)))
    if current is not None:
        yield began, bytes(current)


def _head(line: bytes) -> bytes:
    """Name and parameters, with the colon, which counts outside of quotes only (RFC 6350 section 3.3)."""
    found = _HEAD.match(line)
    return found[0] if found else line[: line.find(b":") + 1]


def _cards(lines: Iterator[tuple[int, bytes]], reading: Reading) -> Iterator[_Card]:
    """The cards of a file. A card within a card (AGENT of vCard 2.1) is left out; one that isn't closed is taken."""
    card: _Card | None = None
    agent, inside = False, False
    for number, line in lines:
        word = line.strip().upper()
        if word == b"BEGIN:VCARD":
            if card is not None and agent:
                inside = True
                continue
            if card is not None:
                reading.problem(card.line, "", "is not closed by END:VCARD")
                yield card
            card, inside = _Card(number), False
        elif word == b"END:VCARD":
            if inside:
                inside = agent = False
            elif card is not None:
                yield card
                card = None
        elif card is not None and not inside and len(card.lines) < MAX_LINES:
            agent = word.startswith(b"AGENT")
            card.lines.append((number, line))
    if card is not None:
        reading.problem(card.line, "", "is not closed by END:VCARD")
        yield card


def _read_card(card: _Card, reading: Reading) -> None:
    found: dict[str, list[_Property]] = {}
    for number, line in card.lines:
        each = _property(line)
        if each is None:
            reading.problem(number, "", "a line that can't be read was left out")
        elif each.value.strip():
            found.setdefault(each.name, []).append(each)
    for key in ("KIND", "X-ADDRESSBOOKSERVER-KIND"):
        kind = found[key][0].value.strip().lower() if key in found else "individual"
        if kind != "individual":
            reading.problem(card.line, "", f"is no person but a {kind[:20]}", "error")
            return
    take(reading, _loose(card.line, found))


def _loose(line: int, found: dict[str, list[_Property]]) -> Loose:
    """What the properties say."""
    parts = [*_fields(_best(found, "N")), "", "", "", "", ""]  # family; given; additional; prefixes; suffixes
    company, *_ = [*_fields(_best(found, "ORG")), ""]
    return Loose(
        line=line,
        name=_without_titles(_text(_best(found, "FN")), parts[3], parts[4]),
        first=parts[1],
        last=parts[0],
        emails=[_text(each.value) for each in _by_preference(found, "EMAIL")],
        tags=[tag for each in found.get("CATEGORIES", ()) for tag in _text(each.value).split(",")],
        texts={
            "company": company,
            "title": _text(_best(found, "TITLE")),
            "phone": _phone(_text(_best(found, "TEL"))),
            "notes": _text(_best(found, "NOTE")),
            "language": _text(_best(found, "LANG")),
            "timezone": _text(_best(found, "TZ")),
        },
    )


def _phone(value: str) -> str:
    """A number to read and dial, also where it is a URI: `tel:+1-555-555;ext=5` (RFC 3966)."""
    number, *parameters = value.removeprefix("tel:").split(";")
    extension = next((p[4:] for p in parameters if p.lower().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number if value.startswith("tel:") else value


def _without_titles(name: str, prefix: str, suffix: str) -> str:
    """The name without "Dr." and "Jr.", which stand in fields of their own: letters begin with the first name."""
    name = name.strip()
    if prefix and name.startswith(f"{prefix} "):
        name = name.removeprefix(prefix).strip()
    if suffix and name.endswith(suffix) and name != suffix:
        name = name.removesuffix(suffix).rstrip(", ")
    return name


def _by_preference(found: dict[str, list[_Property]], name: str) -> list[_Property]:
    return sorted(found.get(name, ()), key=lambda each: not each.preferred)


def _best(found: dict[str, list[_Property]], name: str) -> str:
    return next((each.value for each in _by_preference(found, name)), "")


def _property(line: bytes) -> _Property | None:
    """A line as name, value and parameters; None where it is none, or its head is too long."""
    head = _head(line)
    parts = [each.strip() for each in _PART.findall(head[:-1].decode("utf-8", "replace"))]
    if not parts or len(head) > MAX_HEAD:
        return None
    text = _decoded(head, line[len(head) :])
    known: dict[str, list[str]] = {}
    for part in parts[1:]:
        key, equals, value = part.strip("; ").partition("=")
        if not equals:
            key, value = "TYPE", key  # 2.1: TEL;CELL;PREF
        known.setdefault(key.upper(), []).extend(each.strip() for each in value.lower().replace('"', "").split(","))
    return _Property(parts[0].rpartition(".")[2].upper(), text, known)


def _decoded(head: bytes, value: bytes) -> str:
    """The value as text: quoted-printable undone, in UTF-8 or else in the charset that is named."""
    if _QUOTED.search(head):
        value = quopri.decodestring(value)
    named = _CHARSET.search(head)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return decode(value, named[1].decode() if named else "cp1252")


def _fields(value: str) -> list[str]:
    """The parts of a structured value (RFC 6350 section 3.4), each as one text."""
    if "\\" not in value:
        return [part.replace(",", " ") for part in value.split(";")]  # nearly all there are
    from vobject.vcard import splitFields  # costs 0.1 s, and most commands import nobody

    parts = splitFields(value)
    return [_text(" ".join(part) if isinstance(part, list) else part) for part in parts]


def _text(value: str) -> str:
    """A value without its backslashes (RFC 6350 section 3.4)."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)

"""Header fields: unfolding, encoded words (RFC 2047), parameters (RFC 2045, 2231), addresses and ids (RFC 5322)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from mailer.understand import limits
from mailer.understand.charsets import decode

_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]{0,4000})\?=")
_GAP = re.compile(r"\s{0,100}")
_SPACE = re.compile(r"[ \t\n]+")


class Headers:
    """The fields of one header block, in order, found without regard to case."""

    __slots__ = ("_fields", "_first")

    def __init__(self, fields: Iterable[tuple[str, bytes]]) -> None:
        self._fields = tuple(fields)
        self._first: dict[str, bytes] = {}
        for name, value in self._fields:
            self._first.setdefault(name, value)

    def __contains__(self, name: str) -> bool:
        return name in self._first

    def __len__(self) -> int:
        return len(self._fields)

    def names(self) -> tuple[str, ...]:
        """Lower-case names in order, repeated ones repeated."""
        return tuple(name for name, _ in self._fields)

    def get(self, name: str) -> str:
        """The first field of that name, unfolded but with its encoded words; empty where there is none."""
        value = self._first.get(name)
        return "" if value is None else unfold(value)

    def all(self, name: str) -> tuple[str, ...]:
        """Every field of that name, unfolded."""
        return tuple(unfold(value) for field, value in self._fields if field == name)

    def text(self, name: str) -> str:
        """The first field of that name for people: encoded words decoded, white space folded."""
        return _SPACE.sub(" ", decode_words(self.get(name))).strip()


class Address(NamedTuple):
    """One address of a header, with its display name (decoded; empty where there is none)."""

    name: str
    email: str


def unfold(value: bytes) -> str:
    """One line of text out of a folded field (RFC 5322 section 2.2.3; raw UTF-8 by RFC 6532)."""
    return decode(value.replace(b"\n", b"").replace(b"\0", b"")).strip()


def decode_words(value: str) -> str:
    """Encoded words decoded (RFC 2047); neighbours in one charset are joined first, since senders cut characters."""
    if "=?" not in value:
        return value
    out: list[str] = []
    pending, charset, at = b"", "", 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        octets = _word_octets(match[2], match[3])
        if pending and not between.strip() and match[1].lower() == charset:
            pending += octets
        else:
            out.append(decode(pending, charset))
            if between.strip() or not charset:
                out.append(between)
            pending, charset = octets, match[1].lower()
        at = match.end()
    out.append(decode(pending, charset))
    out.append(value[at:])
    return "".join(out)


def _word_octets(encoding: str, data: str) -> bytes:
    raw = data.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"_", b" "), header=False)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """A field like Content-Type: its value in lower case, and its parameters (RFC 2045, continuations RFC 2231)."""
    pieces = _split_outside_quotes(value, ";")
    kind = pieces[0].strip().lower() if pieces else ""
    plain: dict[str, str] = {}
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1:]:
        name, equals, raw = piece.partition("=")
        name, raw = name.strip().lower(), _unquote(raw.strip())
        if not equals or not name:
            continue
        base, star, section = name.partition("*")
        if star:
            number = section.rstrip("*")
            order = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
            sections.setdefault(base, []).append((order, section.endswith("*") or not section, raw))
        else:
            plain.setdefault(name, decode_words(raw))
    for base, found in sections.items():
        plain[base] = _join_sections(found)
    return re.sub(r"\s", "", kind.split(" ")[0]), plain


def _join_sections(found: list[tuple[int, bool, str]]) -> str:
    charset, octets = "", b""
    for position, (_, encoded, raw) in enumerate(sorted(found, key=lambda item: item[0])):
        text = raw
        if encoded and position == 0 and raw.count("'") >= 2:
            charset, _, text = raw.split("'", 2)
        octets += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decode(octets, charset)


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == '"':
        end = value.rfind('"')
        inner = value[1:end] if end > 0 else value[1:]
        return re.sub(r"\\(.)", r"\1", inner)
    return value


def _split_outside_quotes(value: str, separator: str) -> list[str]:
    pieces: list[str] = []
    start, quoted, escaped = 0, False, False
    for at, char in enumerate(value):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == separator and not quoted:
            pieces.append(value[start:at])
            start = at + 1
    pieces.append(value[start:])
    return pieces


def parse_addresses(value: str) -> tuple[Address, ...]:
    """The addresses of a To, Cc or From field (RFC 5322 section 3.4), leniently; groups are opened."""
    found: list[Address] = []
    for piece in _address_pieces(value):
        address = _one_address(piece)
        if address is not None:
            found.append(address)
        if len(found) >= limits.MAX_RECIPIENTS:
            break
    return tuple(found)


_ADDRESS_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|[^\"(<,;:]+", re.DOTALL)


def _address_pieces(value: str) -> list[str]:
    """Cut at commas and semicolons outside quotes, angle brackets and comments; group names end at a colon."""
    pieces: list[str] = []
    current: list[str] = []
    for piece in _ADDRESS_TOKEN.findall(value):
        if piece in (",", ";"):
            pieces.append("".join(current))
            current = []
        elif piece == ":":
            current = []
        else:
            current.append(piece)
    pieces.append("".join(current))
    return pieces


_ANGLE = re.compile(r"<([^<>]{0,400})>")
_BARE = re.compile(r"[^\s<>()\[\],;:\"]{1,200}@[^\s<>()\[\],;:\"]{1,250}")
_COMMENT = re.compile(r"\(([^()]{0,200})\)")


def _one_address(piece: str) -> Address | None:
    if "@" not in piece:
        return None
    angles = _ANGLE.findall(piece)
    inside = next((a for a in reversed(angles) if "@" in a), None)
    if inside is not None:
        email = inside.strip().rsplit(":", 1)[-1]  # a source route (RFC 5322 section 4.4)
        name = piece[: piece.rfind("<" + inside)]
    else:
        match = _BARE.search(piece)
        if match is None:
            return None
        email = match[0]
        comment = _COMMENT.search(piece)
        name = comment[1] if comment else piece[: match.start()]
    email = clean_address(email)
    return Address(clean_name(name), email) if email else None


def clean_name(name: str) -> str:
    """A display name without quotes, comments, encoded words and double spaces."""
    name = decode_words(_unquote(name.strip()))
    name = _SPACE.sub(" ", name).strip().strip("\"'").strip()
    return name[:200]


def clean_address(email: str) -> str:
    """An address with its domain in lower case; empty where it can't be one."""
    email = email.strip().strip("<>").strip("'\"").rstrip(".,;:>")
    local, at, domain = email.rpartition("@")
    if not at or not local or not domain or any(c.isspace() for c in domain) or len(email) > 320:
        return ""
    return f"{local}@{domain.lower()}"


_ID = re.compile(r"<\s{0,10}([^<>\s]{1,800})\s{0,10}>")


def message_ids(value: str) -> tuple[str, ...]:
    """The ids of a References or In-Reply-To field, with angle brackets, in order, each once."""
    compact = value.replace("\t", " ")
    found = [f"<{match[1]}>" for match in _ID.finditer(compact)]
    if not found:
        found = [f"<{word.strip('<>')}>" for word in compact.split() if "@" in word and len(word) < 800]
    return tuple(dict.fromkeys(found))[: limits.MAX_RECIPIENTS]


def parse_date(value: str) -> datetime | None:
    """A Date field in UTC; a zone that is missing or unknown counts as UTC; None where it can't be read."""
    if not value or len(value) > 200:
        return None
    try:
        parsed = parsedate_to_datetime(value)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None

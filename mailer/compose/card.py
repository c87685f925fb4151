"""The owner's card: vCard 3.0 (RFC 2426), which every address book reads."""

from __future__ import annotations

import re
import unicodedata

from mailer.compose.headers import header_address
from mailer.model import Profile

_FOLD = 75  # octets at most on a line (RFC 2426 section 2.6)


def card(profile: Profile) -> bytes:
    """The profile as a vCard: CRLF line ends, folded, escaped, in UTF-8."""
    family, given = _name_parts(profile.name)
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"N:{_escaped(family)};{_escaped(given)};;;",
        f"FN:{_escaped(profile.name)}",
        _property("ORG", profile.company),
        _property("TITLE", profile.title),
        f"EMAIL;TYPE=INTERNET:{_escaped(header_address(profile.email))}",
        _property("TEL;TYPE=VOICE", profile.phone),
        f"ADR;TYPE=WORK:;;;{_escaped(profile.location)};;;" if profile.location else "",
        _property("URL", profile.website),
        _property("URL", profile.linkedin),
        "END:VCARD",
    ]
    return b"".join(_folded(line) for line in lines if line)


def card_name(profile: Profile) -> str:
    """The card's file name, in ASCII: `Dana-Reyes.vcf`."""
    plain = unicodedata.normalize("NFKD", profile.name).encode("ascii", "ignore").decode()
    return (re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60] or "card") + ".vcf"


def _name_parts(name: str) -> tuple[str, str]:
    given, _, family = name.strip().rpartition(" ")
    return (family, given) if given else ("", family)


def _property(name: str, value: str) -> str:
    return f"{name}:{_escaped(value)}" if value.strip() else ""


def _escaped(value: str) -> str:
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def _folded(line: str) -> bytes:
    pieces, piece, room = [], b"", _FOLD
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece, room = b"", _FOLD - 1  # the next line begins with the space that marks it
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"

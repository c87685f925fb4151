"""Bodies of a message: soft-flowed text (RFC 3676) and a transfer encoding that leaves 7-bit octets (RFC 2045)."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache

from mailer.compose.headers import LONGEST_LINE

FLOW = 74  # characters at most on a soft line, its trailing space counted; RFC 3676 section 4.2 recommends 78 or fewer
_CHUNK = re.compile(r"[^ ]* *")
_STUFF = (" ", ">", "From ")  # RFC 3676 section 4.4


def flow(text: str) -> str:
    """The text with its long lines broken softly: what a reader's program puts together again."""
    return "\n".join(_flow_line(line) for line in text.split("\n"))


@lru_cache(maxsize=1_024)
def _flow_line(line: str) -> str:
    if line == "-- ":
        return line  # the signature's separator (RFC 3676 section 4.3)
    whole = line.rstrip(" ")  # a fixed line must not end in a space
    return "\n".join(_stuffed(piece) for piece in (_soft(whole) if len(whole) > FLOW else [whole]))


def _soft(line: str) -> list[str]:
    pieces, piece = [], ""
    for chunk in _CHUNK.findall(line):
        if piece and len(piece) + len(chunk) > FLOW and piece != "-- ":
            pieces.append(piece)
            piece = ""
        piece += chunk
    return [*pieces, piece]


def _stuffed(line: str) -> str:
    return " " + line if line.startswith(_STUFF) else line


def unflow(text: str) -> str:
    """The text as a reader's program shows it: the reverse of `flow`, for text without quote marks."""
    lines: list[str] = []
    open_line = False
    for raw in text.split("\n"):
        line = raw.removeprefix(" ")
        if open_line and raw != "-- ":
            lines[-1] += line
        else:
            lines.append(line)
        open_line = line.endswith(" ") and raw != "-- "
    return "\n".join(lines)


def part(content_type: str, text: str) -> bytes:
    """One text part: its header, an empty line, its encoded content; ends without a line end."""
    content = text.replace("\n", "\r\n")
    octets = content.encode()
    encoding, encoded = _encoded(content, octets)
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + encoded


def _encoded(content: str, octets: bytes) -> tuple[str, bytes]:
    if content.isascii() and max(map(len, content.split("\r\n"))) <= LONGEST_LINE:
        return "7bit", octets
    if (len(octets) - len(content)) * 3 <= len(octets):
        return "quoted-printable", binascii.b2a_qp(octets, istext=True)
    return "base64", base64_lines(octets)


def base64_lines(octets: bytes) -> bytes:
    """Base64 in lines of 76 characters (RFC 2045 section 6.8)."""
    return base64.encodebytes(octets).rstrip(b"\n").replace(b"\n", b"\r\n")

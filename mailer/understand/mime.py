"""Received bytes to headers and parts: RFC 5322, 2045-2047, 2231, 6532, bounded and linear, never raising.

The standard library's parser keeps whole attachments as text, recurses without bound and raises on some broken
headers; mail from strangers needs a reader that stops at limits and goes on over faults.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailer.understand import limits
from mailer.understand.charsets import decode
from mailer.understand.headers import Headers, parse_parameters

_CONTAINERS = ("message/rfc822", "message/global", "message/news")
_HEADER_PARTS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "text/rfc822-header")
_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]{0,20}:")
_BLANKS = b" \t"


@dataclass(slots=True)
class Budget:
    """What may still be read of one message, and which limits were met."""

    parts: int = limits.MAX_PARTS
    decoded: int = limits.MAX_DECODED
    met: list[str] = field(default_factory=list)

    def meet(self, limit: str) -> None:
        """Remember that a limit was met."""
        if limit not in self.met:
            self.met.append(limit)


@dataclass(slots=True)
class Part:
    """One MIME part, or the message itself. `parts` are its sub-parts; for an attached message, that one message."""

    headers: Headers
    body: bytes
    kind: str  # media type, lower case: "text/plain"
    parameters: dict[str, str]
    disposition: str
    filename: str
    budget: Budget
    parts: list[Part] = field(default_factory=list)
    _text: str | None = None

    @property
    def text(self) -> str:
        """The decoded text of a leaf, with `\\n` line ends; bounded by the message's budget."""
        if self._text is None:
            data = self.octets()
            self._text = _clean(decode(data, self.parameters.get("charset", "")))
        return self._text

    def octets(self) -> bytes:
        """The body without its transfer encoding (RFC 2045 section 6); bounded by the message's budget."""
        room = max(self.budget.decoded, 0)
        encoding = self.headers.get("content-transfer-encoding").strip().lower()
        data = _without_encoding(self.body, encoding, room)
        if len(data) >= room:
            self.budget.meet("decoded text")
            data = data[:room]
        self.budget.decoded -= len(data)
        return data

    def walk(self) -> Iterator[Part]:
        """This part and all below it, depth first, in order."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.parts))

    def walk_own(self) -> Iterator[Part]:
        """As `walk`, but not into attached messages: they are somebody else's words."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            if part.kind not in _CONTAINERS:
                stack.extend(reversed(part.parts))


def parse(raw: bytes, *, limit: int = limits.MAX_OCTETS) -> Part:
    """The message in `raw`, read as far as the limits allow. Never raises."""
    budget = Budget()
    if len(raw) > limit:
        raw = raw[:limit]
        budget.meet("size")
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _entity(raw, budget, 0, "text/plain")


def parse_headers(raw: bytes, budget: Budget) -> tuple[Headers, bytes]:
    """The header block at the start of `raw`, and what follows it."""
    fields: list[tuple[str, bytes]] = []
    at, end = 0, len(raw)
    stop = min(end, limits.MAX_HEADER_OCTETS)
    while at < stop:
        eol = raw.find(b"\n", at)
        eol = end if eol < 0 else eol
        line = raw[at:eol]
        if not line.strip():
            at = eol + 1
            if fields or line == b"":
                break
            continue
        if line[:1] in (b" ", b"\t"):
            if fields and len(fields[-1][1]) < limits.MAX_HEADER_VALUE:
                fields[-1] = (fields[-1][0], fields[-1][1] + b"\n" + line[: limits.MAX_HEADER_VALUE])
        elif _FIELD.match(line):
            if len(fields) >= limits.MAX_HEADERS:
                budget.meet("header count")
                at = _after_headers(raw, at)
                break
            name, _, value = line.partition(b":")
            fields.append((name.strip().decode("ascii").lower(), value[: limits.MAX_HEADER_VALUE]))
        elif not line.startswith((b"From ", b">From ")):
            break  # no header: the blank line is missing, so the body begins here
        at = eol + 1
    else:
        if stop < end:
            budget.meet("header size")
            at = _after_headers(raw, at)
    return Headers(fields), raw[at:]


def _after_headers(raw: bytes, at: int) -> int:
    blank = raw.find(b"\n\n", max(at - 1, 0))
    return len(raw) if blank < 0 else blank + 2


def _entity(raw: bytes, budget: Budget, depth: int, default_kind: str) -> Part:
    headers, body = parse_headers(raw, budget)
    value = headers.get("content-type")
    kind, parameters = parse_parameters(value)
    if "/" not in kind:
        kind, parameters = (default_kind, {}) if not kind else (_old_kind(kind), parameters)
    disposition, disposition_parameters = parse_parameters(headers.get("content-disposition"))
    filename = disposition_parameters.get("filename") or parameters.get("name", "")
    part = Part(headers, body, kind, parameters, disposition, filename, budget)
    budget.parts -= 1
    if kind.startswith("multipart/"):
        _add_parts(part, depth)
    elif kind in _CONTAINERS:
        _add_message(part, depth)
    return part


def _old_kind(kind: str) -> str:
    return "text/html" if kind == "html" else "text/plain"


def _add_parts(part: Part, depth: int) -> None:
    """Cut a multipart at its boundary (RFC 2046 section 5.1.1); without one it is plain text."""
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
    pieces = _split(part.body, boundary, part.budget) if boundary else None
    if pieces is None:
        part.kind = "text/plain"
        return
    if depth >= limits.MAX_NESTING:
        part.budget.meet("nesting")
        return
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    for piece in pieces:
        if part.budget.parts <= 0:
            part.budget.meet("part count")
            return
        part.parts.append(_entity(piece, part.budget, depth + 1, default))


def _add_message(part: Part, depth: int) -> None:
    if depth >= limits.MAX_NESTING or part.budget.parts <= 0:
        part.budget.meet("nesting")
        return
    body = part.body
    encoding = part.headers.get("content-transfer-encoding").strip().lower()
    if encoding in ("base64", "quoted-printable"):  # forbidden by RFC 2046 section 5.2.1, yet it comes
        body = part.octets().replace(b"\r\n", b"\n")
    part.parts.append(_entity(body.lstrip(b"\n"), part.budget, depth + 1, "text/plain"))


def _split(body: bytes, boundary: bytes, budget: Budget) -> list[bytes] | None:
    """The parts between boundary lines; None where the boundary never comes."""
    mark = b"--" + boundary
    pieces: list[bytes] = []
    start = -1
    at = 0 if body.startswith(mark) else body.find(b"\n" + mark) + 1
    if at == 0 and not body.startswith(mark):
        return None
    while True:
        eol = body.find(b"\n", at)
        rest = body[at + len(mark) : eol if eol >= 0 else len(body)].strip(_BLANKS)
        if rest in (b"", b"--"):
            if start >= 0:
                pieces.append(body[start : max(at - 1, start)])
            start = eol + 1 if eol >= 0 else len(body)
            if rest == b"--" or len(pieces) > limits.MAX_PARTS:
                return pieces
        following = body.find(b"\n" + mark, max(eol, at))
        if eol < 0 or following < 0:
            if start >= 0 and start < len(body):
                pieces.append(body[start:])
            return pieces or None
        at = following + 1


def _without_encoding(body: bytes, encoding: str, room: int) -> bytes:
    if encoding == "base64":
        return _base64(body[: room * 2])
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body[: room * 3])
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return _uu(body[: room * 2])
    return body[:room]


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def _base64(body: bytes) -> bytes:
    """Base64 read leniently: rubbish skipped, missing padding supplied, plain text after the padding kept out."""
    end = body.find(b"=")
    if end >= 0 and len(_NOT_BASE64.sub(b"", body[end + 1 : end + 200])) > 8:
        # Padding in the middle: pieces encoded apart and glued together.
        return b"".join(_base64_piece(piece) for piece in re.split(rb"=+", body))
    return _base64_piece(body if end < 0 else body[:end])


def _base64_piece(piece: bytes) -> bytes:
    letters = _NOT_BASE64.sub(b"", piece)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _uu(body: bytes) -> bytes:
    out: list[bytes] = []
    for line in body.split(b"\n"):
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            break
    return b"".join(out)


_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 12, 27)} | {0xFEFF: None, 0: None}


def _clean(text: str) -> str:
    """Line ends as `\\n`, without control characters and byte order marks; surrogates replaced."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    return text.encode("utf-8", "replace").decode("utf-8")


def is_header_part(part: Part) -> bool:
    """Whether a part holds only the headers of a returned message (RFC 3462 section 2, RFC 6533 section 4.1)."""
    return part.kind in _HEADER_PARTS


def is_message(part: Part) -> bool:
    """Whether a part is an attached message."""
    return part.kind in _CONTAINERS

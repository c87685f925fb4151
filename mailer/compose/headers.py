"""Header fields of a message: names and subjects made safe, encoded and folded (RFC 5322, RFC 2047, RFC 6532).

Functions that make a field return it whole, without its final line end. A line break in a value is an error, never a
second field.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mailer.errors import MessageError

LINE = 76  # characters at most where a line can be folded (RFC 2047 section 2; RFC 5322 section 2.1.1 recommends 78)
LONGEST_LINE = 998  # octets at most, the line end not counted (RFC 5322 section 2.1.1)
_ENCODED = 54  # characters of encoded text in one word, so that it fits a line that begins with a field's name
_UNFOLDABLE = 900  # a longer word without a space is encoded, since a line has 998 octets at most
_REFERENCES = 30  # entries kept: the first, which names the thread, and the latest

_BREAKS = re.compile("[\x00\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they reorder what the reader sees
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"  # RFC 5322 section 3.2.3
_ATOMS = re.compile(rf"{_ATEXT}+(?: {_ATEXT}+)*")
_LOCAL_ATOM = r"[^\s\x00-\x20\x7f-\xa0()<>\[\]:;@\\,.\"]+"  # with RFC 6532 section 3.2
_LOCAL = re.compile(rf"{_LOCAL_ATOM}(?:\.{_LOCAL_ATOM})*")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[(?:IPv6:)?[0-9A-Fa-f.:]+\]")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_TOKEN = re.compile(r"[A-Za-z0-9._=+-]{1,200}")
_URI = re.compile(r"(?:mailto|https?):[!-;=?-~]{1,800}", re.IGNORECASE)
_PLAIN_Q = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")  # RFC 2047 section 5 (3)


def clean(value: str, what: str) -> str:
    """One line of text fit for a header: tabs are spaces, signs that reorder text are left out.

    Raises MessageError for a line break or another control character; `what` names the value in that error.
    """
    if _BREAKS.search(value):
        raise MessageError(
            f"{what} holds a line break, which can't stand in a header", mend=f"write {what} on one line"
        )
    value = BIDI.sub("", value.replace("\t", " "))
    if _CONTROLS.search(value):
        raise MessageError(f"{what} holds a control character", mend=f"write {what} again without it")
    return value.strip()


@lru_cache(maxsize=256)
def unstructured(name: str, value: str, what: str) -> str:
    """A field of free text such as Subject, encoded where it has to be and folded."""
    text = clean(value, what)
    words = re.findall(" *[^ ]+", text)
    if not text.isascii() or "=?" in text or any(len(word) > _UNFOLDABLE for word in words):
        return f"{name}: " + "\r\n ".join(encoded_words(text))
    return _folded(f"{name}: ", words)


def _folded(start: str, words: Iterable[str]) -> str:
    """Words that bring the spaces before them, on lines broken only before such a space.

    The first word stays beside the field's name however long it is: some readers take an empty first line for no value.
    """
    lines, line = [], start
    for count, word in enumerate(words):
        if count and len(line) + len(word) > LINE and word.startswith(" "):
            lines.append(line)
            line = word
        else:
            line += word
    return "\r\n".join([*lines, line])


def encoded_words(text: str) -> list[str]:
    """The text as encoded words of at most 75 characters, none of which splits a character (RFC 2047 section 2)."""
    octets = text.encode()
    plain = sum(octet in _PLAIN_Q or octet == 32 for octet in octets)
    return list(_q_words(text)) if 2 * plain >= len(octets) else list(_b_words(text))


def _q_words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        coded = "_" if character == " " else "".join(_q_octet(octet) for octet in character.encode())
        if len(word) + len(coded) > _ENCODED:
            yield f"=?utf-8?q?{word}?="
            word = ""
        word += coded
    yield f"=?utf-8?q?{word}?="


def _q_octet(octet: int) -> str:
    return chr(octet) if octet in _PLAIN_Q else f"={octet:02X}"


def _b_words(text: str) -> Iterator[str]:
    chunk = b""
    for character in text:
        octets = character.encode()
        if len(chunk) + len(octets) > _ENCODED // 4 * 3:
            yield f"=?utf-8?b?{base64.b64encode(chunk).decode()}?="
            chunk = b""
        chunk += octets
    yield f"=?utf-8?b?{base64.b64encode(chunk).decode()}?="


@lru_cache(maxsize=256)
def mailbox(header: str, display: str, address: str, what: str) -> str:
    """A field with one mailbox, such as `To: "Lovelace, Ada" <ada@example.org>` (RFC 5322 section 3.4)."""
    addr = header_address(address)
    phrase = _phrase(" ".join(clean(display, what).split()))
    if not phrase:
        return f"{header}: {addr}"
    line = f"{header}: {phrase}"
    last = line.rpartition("\r\n")[2]
    glue = " " if len(last) + len(addr) + 3 <= LINE else "\r\n "
    return f"{line}{glue}<{addr}>"


def _phrase(name: str) -> str:
    """A display name: as it is, quoted, or encoded."""
    if not name.isascii() or "=?" in name or len(name) > 64:
        return "\r\n ".join(encoded_words(name))
    if not name or _ATOMS.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def needs_smtputf8(address: str) -> bool:
    """Whether mail to or from the address can only go through a server with SMTPUTF8 (RFC 6531)."""
    return not address.rpartition("@")[0].isascii()


def a_label(domain: str) -> str:
    """The domain in ASCII: labels of other scripts in their `xn--` form (RFC 5890). Raises MessageError."""
    if domain.isascii():
        return domain
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise MessageError(f'"{domain}" is no domain: {error}', mend="correct the address") from error


def header_address(address: str) -> str:
    """The address as headers and envelope take it: the domain in ASCII, the local part as it is.

    Raises MessageError for what is no plain address.
    """
    local, _, domain = address.strip().rpartition("@")
    if not _LOCAL.fullmatch(local) or "=?" in local or _CONTROLS.search(local) or BIDI.search(local):
        raise MessageError(f"{address!r} is no mail address", mend="correct the address")
    ascii_domain = a_label(domain)
    if not _DOMAIN.fullmatch(ascii_domain) or len(local.encode()) + len(ascii_domain) > 253:
        raise MessageError(f"{address!r} is no mail address", mend="correct the address")
    return f"{local}@{ascii_domain}"


def identifier(name: str, value: str) -> str:
    """A field with one message identifier (RFC 5322 section 3.6.4); never encoded."""
    if not _MESSAGE_ID.fullmatch(value):
        raise MessageError(f"{name} can't be {value!r}; it must look like <token@domain>")
    return f"{name}: {value}"


def identifiers(name: str, values: Iterable[str]) -> str:
    """A field with several message identifiers, folded at the spaces between them; empty where there is none.

    Long threads keep the first and the latest entries. An identifier that a stranger's program made against the rules
    is left out, since it can't be written down without breaking ours; one with a line break raises MessageError.
    """
    good = [value for value in values if _MESSAGE_ID.fullmatch(clean(value, name))]
    if len(good) > _REFERENCES:
        good = [good[0], *good[1 - _REFERENCES :]]
    return _folded(f"{name}:", (f" {value}" for value in good)) if good else ""


def token(name: str, value: str) -> str:
    """A field with one plain token, such as X-Breadcrumb-ID."""
    if not _TOKEN.fullmatch(value):
        raise MessageError(f"{name} can't be {value!r}; it takes letters, digits and . _ = + - only")
    return f"{name}: {value}"


@lru_cache(maxsize=64)
def uris(name: str, value: str) -> str:
    """A field of URIs in angle brackets (RFC 2369 section 2). `value` is one URI, or several with commas between.

    Raises MessageError for anything but mailto, http and https.
    """
    given = [part.strip().removeprefix("<").removesuffix(">") for part in re.split(r",\s*(?=<)", clean(value, name))]
    for uri in given:
        if not _URI.fullmatch(uri):
            raise MessageError(f"{name} can't hold {uri!r}", mend="write a mailto: or https: address")
    return _folded(f"{name}:", [f" <{uri}>{',' if n < len(given) else ''}" for n, uri in enumerate(given, 1)])

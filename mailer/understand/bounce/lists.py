"""Notices that list recipients, each at the start of a line, with the words about it beside or below.

So write Exim, qmail, Postfix, Courier, Google, Yahoo, GMX and 1&1, Domino, OpenSMTPD, MailMarshal and their kind; what
differs between them is only indentation, brackets and bullets.
"""

from __future__ import annotations

import re

from mailer.understand import limits
from mailer.understand.bounce.notice import Failure, Notice

_NO_MARKS = r"\u3000-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff5b-\uff65"
"""East Asian brackets, commas and stops, which stand right beside addresses there."""
ADDRESS = rf"[^\s<>()\[\],;:\"'|@{_NO_MARKS}]{{1,150}}@(?:(?![{_NO_MARKS}])[A-Za-z0-9\-_.\u0080-\uffff]){{1,200}}"
_AT_START = re.compile(
    r"^(?P<indent>[ \t]{0,24})(?P<bullet>(?:>>>|-->|--|[*>•·\-])?)[ \t]{0,6}(?:\[?smtp:)?(?P<open>[\"'<\[]{0,3})"
    rf"(?P<address>{ADDRESS})[\"'>\]]{{0,3}}(?P<rest>.*)$",
    re.IGNORECASE,
)
_X400 = re.compile(rf"dda:smtp=({ADDRESS})", re.IGNORECASE)
_REST_OF_ENTRY = re.compile(
    r"^[ \t]*(?:$|[:;,(\[<#\-]|\.\.\.|\d{3}\b|[^\W\d_a-z]|(?:on|delivery|was|is|failed|unknown|does|not|user|no|has)\b)"
)
_NOBODY = re.compile(
    r"^(?:post-?master|mailer-daemon|abuse|support|help(?:desk)?|no-?reply|do-?not-?reply|webmaster|hostmaster|info|"
    r"admin(?:istrator)?|customer\.?(?:care|service))@",
    re.IGNORECASE,
)
_SENT_BY = re.compile(r"(?:sent by|(?:^|\s)from|sender)[:\s]{0,4}$", re.IGNORECASE)
_MAX_WORDS_LINES = 40


def is_nobody(address: str, notice: Notice) -> bool:
    """Addresses that notices name for help, or that wrote the notice: never the recipient that failed."""
    lowered = address.lower()
    return bool(_NOBODY.match(lowered)) or lowered in {s.email.lower() for s in notice.senders}


def read_list(notice: Notice) -> list[Failure]:
    """Recipients that stand at the start of lines, all as far in as the first, each with the words that follow it."""
    entries: list[tuple[str, list[str]]] = []
    indent: int | None = None
    before = ""
    for line in notice.lines[:5000]:
        found = None if _SENT_BY.search(before) else _entry(line, notice)
        before = line if line.strip() else before
        if found is not None and (indent is None or abs(found[0] - indent) <= 1):
            indent = found[0] if indent is None else indent
            if len(entries) >= limits.MAX_RECIPIENTS:
                break
            entries.append((found[1], [found[2]]))
        elif entries and len(entries[-1][1]) < _MAX_WORDS_LINES:
            entries[-1][1].append(line)
    return [Failure(address, "\n".join(words)) for address, words in entries]


def _entry(line: str, notice: Notice) -> tuple[int, str, str] | None:
    """The column, address and remaining words of a line that begins with a recipient."""
    if "@" not in line:
        return None
    x400 = _X400.search(line[:400])
    if x400:
        return 0, x400[1], line[x400.end() :]
    match = _AT_START.match(line[:1000])
    if match is None or is_nobody(match["address"], notice):
        return None
    if not _REST_OF_ENTRY.match(match["rest"]):
        return None
    column = len(match["indent"].expandtabs(8))
    return column, match["address"].rstrip("."), match["rest"]

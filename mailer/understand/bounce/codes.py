"""Enhanced status codes (RFC 3463) and SMTP replies (RFC 5321 section 4.2) out of words, and what they mean."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailer import model
from mailer.understand.bounce import reasons

_PAIR = re.compile(r"(?<![\d.])([245]\d\d)[- :#]{1,3}['\"(\[#]{0,2}([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_STATUS = re.compile(r"(?<![\w.\-])([45]\.[0-7]\.\d{1,3})(?![\d.]\d|\d)")
_REPLY = re.compile(
    r"(?<![\w.\-/@])(?:[\[(:<\"']{0,2})(4[2-7]\d|5[0-57]\d)(?=[\s\-:,;#)\]\"'.]|$)(?!\.\d)"
    r"(?!\s{0,3}(?:[KkMm]?[Bb]ytes?\b|days?\b|hours?\b|minutes?\b|seconds?\b|attempts?\b|lines?\b|recipients?\b|%))"
)
_VERSION = re.compile(r"(?:version|release|v\.?|mdaemon|hmailserver|exim|postfix)[ /]{0,2}$", re.IGNORECASE)

_DEAD_STATUS = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "4.4"})
"""Subject and detail of RFC 3463 (and RFC 7505, 3886) codes that say: no such mailbox, no such domain."""

_REFUSING_STATUS = re.compile(r"[245]\.(?:2\.[2-9]|3\.\d+|7\.\d+|1\.[78]|4\.[1-35-9]|5\.\d+|6\.\d+)$")


_SEARCHED = 2000
"""Characters of a diagnostic that are searched for words; what matters stands at its beginning."""


class Codes(NamedTuple):
    """What was found in words; empty where nothing was."""

    status: str
    reply: str


def find_codes(text: str) -> Codes:
    """The enhanced status and the reply code that stand in the words of a mail system."""
    pairs = _PAIR.findall(text)
    for reply, status in pairs:
        if reply[0] == status[0]:
            return Codes(status, reply)
    if pairs:
        return Codes(pairs[0][1], pairs[0][0])
    status = next(
        (m[1] for m in _STATUS.finditer(text) if not _VERSION.search(text[max(0, m.start() - 14) : m.start()])), ""
    )
    replies = _REPLY.findall(text)
    fitting = [r for r in replies if not status or r[0] == status[0]]
    return Codes(status, (fitting or replies or [""])[0])


def choose_status(stated: str, found: str) -> str:
    """The stated status, or the one in the diagnostic where the stated one is vague (X.0.0) and both agree in class."""
    if not stated:
        return found
    vague = stated.endswith(".0.0")
    return found if vague and found and found[0] == stated[0] else stated


def choose_reply(status: str, text: str) -> str:
    """The reply code in the words that fits the status best."""
    replies: list[str] = [pair[0] for pair in _PAIR.findall(text)] + _REPLY.findall(text)
    fitting = [r for r in replies if status and r[0] == status[0]]
    return (fitting or replies or [""])[0]


def is_permanent(status: str, reply: str, text: str, action: model.Action) -> bool | None:
    """Class 5 is permanent, class 4 is not; without a status the reply decides, then the words."""
    for code in (status, reply):
        if code:
            return code[0] == "5" if code[0] in "45" else None
    if action is model.Action.delayed:
        return False
    if action is not model.Action.failed:
        return None
    text = text[:_SEARCHED]
    if reasons.EXPIRED.search(text):
        return False
    return not (reasons.TEMPORARY.search(text) and not re.search(r"permanent", text, re.IGNORECASE))


def is_dead(status: str, text: str, action: model.Action) -> bool:
    """Whether there is no such mailbox or domain, as against one that refuses (full, policy, blocked, too large)."""
    text = text[:_SEARCHED]
    if action is not model.Action.failed or reasons.ABOUT_SENDER.search(text):
        return False
    unknown, refusing = bool(reasons.DEAD.search(text)), bool(reasons.REFUSING.search(text))
    if status:
        if status == "5.1.0" and re.search(r"address rejected", text, re.IGNORECASE):
            return not refusing
        if status[2:] in _DEAD_STATUS and status[0] == "5":
            return unknown or not refusing
        if _REFUSING_STATUS.match(status):
            return unknown and not refusing and status[0] == "5"
        if status[0] == "4":
            return _no_domain(text)
    return unknown and not refusing


def _no_domain(text: str) -> bool:
    return bool(re.search(r"nxdomain|null mx|domain name not found|no such domain|find any host", text, re.IGNORECASE))

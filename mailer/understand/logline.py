"""Reads one line that logs a conversation: "Ada, coffee yesterday, thanks for the tour, referred Bob <bob@...>".

It is the subject of a mail that the owner sends to themselves, written on a phone. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.addresses import normalise_address
from mailer.dates import When, usual_when
from mailer.model import InteractionKind, Person

MOST = 900
"""Characters that are read."""

_SUBJECT = re.compile(r"\s*log\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_KINDS = {
    **{word: InteractionKind.call for word in ("call", "called", "phone", "phoned", "video", "zoom")},
    **{word: InteractionKind.meeting for word in ("meeting", "met", "meet", "lunch", "visit")},
    **{word: InteractionKind.coffee for word in ("coffee", "tea")},
    **{word: InteractionKind.event for word in ("event", "fair", "conference")},
    **{word: InteractionKind.email for word in ("email", "e-mail", "mail")},
    **{word: InteractionKind.introduction for word in ("introduction", "intro")},
}
_REFERRED = re.compile(r"(?:referred(?: me)?(?: to)?|referral|names?|pointed me to)\b:?\s*(.+)", re.IGNORECASE)
_THANKS = re.compile(r"(?:thanks?(?: you)?(?: for)?|thankful for|grateful for)\b:?\s*(.+)", re.IGNORECASE)
_ABOUT = re.compile(r"about\b:?\s*(.+)", re.IGNORECASE)
_NOTE = re.compile(r"notes?\b:?\s*(.+)", re.IGNORECASE)
_NO_THANKS = re.compile(r"no (?:thanks?|thank[- ]you|mail)", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
_PERSON = re.compile(r"\"?([^<>\"]*)\"?\s*(?:<([^<>]*)>)?")


@dataclass(frozen=True, slots=True)
class LogLine:
    """What a line says. `who` is as written; `when` is None where it says nothing: today."""

    who: str
    kind: InteractionKind = InteractionKind.call
    when: When | None = None
    about: str = ""
    thanks_for: str = ""
    notes: str = ""
    referrals: tuple[Person, ...] = ()
    thank_you: bool = True


def log_subject(subject: str) -> str | None:
    """What follows `log:` in a subject; None for any other one, answers to such a mail included."""
    found = _SUBJECT.fullmatch(" ".join(subject[:MOST].split()))
    return found[1].strip() if found else None


def parse_line(line: str, now: datetime, zone: ZoneInfo) -> LogLine:
    """The line read. What is not understood becomes a note, which nobody but the owner ever reads."""
    who, *parts = [part.strip() for part in _split(line[:MOST])]
    said: dict[str, str] = {}
    notes: list[str] = []
    referrals: list[Person] = []
    kind, when, thank_you = InteractionKind.call, None, True
    for part in filter(None, parts):
        if found := _REFERRED.fullmatch(part):
            referrals += _people(found[1])
        elif referrals and "@" in part and (more := _people(part)):
            referrals += more
        elif found := _THANKS.fullmatch(part):
            said.setdefault("thanks_for", found[1])
        elif found := _ABOUT.fullmatch(part):
            said.setdefault("about", found[1])
        elif found := _NOTE.fullmatch(part):
            notes.append(found[1])
        elif _NO_THANKS.fullmatch(part):
            thank_you = False
        elif moment := _kind_and_time(part, now, zone):
            kind, when = moment[0] or kind, moment[1] or when
        else:
            notes.append(part)
    return LogLine(who, kind, when, notes="; ".join(notes), referrals=tuple(referrals), thank_you=thank_you, **said)


def _split(line: str) -> list[str]:
    """The parts between commas and semicolons, but for those between quotes or in an address."""
    pairs = line.count('"') % 2 == 0
    parts, inside, quoted = [""], False, False
    for character in line:
        if character == '"' and pairs:
            quoted = not quoted
        elif character in "<>":
            inside = character == "<"
        if character in ",;" and not (inside or quoted):
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _kind_and_time(part: str, now: datetime, zone: ZoneInfo) -> tuple[InteractionKind | None, When | None] | None:
    """`coffee`, `yesterday 3pm`, or `coffee yesterday`; None for anything else."""
    first, _, rest = part.partition(" ")
    kind = _KINDS.get(first.lower())
    if kind is not None and not rest:
        return kind, None
    if (when := usual_when(rest if kind else part, now, zone)) is not None:
        return kind, when
    return None


def _people(text: str) -> list[Person]:
    """`Bob <bob@example.org> and Carol`; an address that is none is left out, the name stays."""
    found = []
    for piece in _AND.split(text):
        match = _PERSON.fullmatch(piece.strip())
        name, address = (match[1].strip(), (match[2] or "").strip()) if match else (piece.strip(), "")
        if "@" in name and not address:
            name, address = "", name
        try:
            address = normalise_address(address) if address else ""
        except ValueError:
            address = ""
        if name or address:
            found.append(Person(name, address))
    return found

"""From the loose texts of an address book to a contact as the roster takes it: cleaned, bounded, checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailer.addresses import normalise_address, unique_addresses
from mailer.errors import Place
from mailer.importers.reading import Reading
from mailer.model import Contact

FIELDS = (
    *("name", "first", "last", "email", "company", "title", "phone", "relationship", "salutation"),
    *("timezone", "language", "referred_by", "tags", "notes"),
)
"""What a column of a CSV file may be: the roster's keys; `first` and `last` make a name together."""

LONGEST = 300
"""Characters of one line: a name, a company."""

LONGEST_NOTES = 4000
MOST_ADDRESSES = 10
MOST_TAGS = 20

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_GROUPS = frozenset({"mycontacts", "starred"})
"""What Google files everybody under; its CSV marks these with a star, its vCards don't."""

_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")


@dataclass
class Loose:
    """One entry of an address book, as it was found. `line` counts from 1."""

    line: int
    name: str = ""
    first: str = ""
    last: str = ""
    emails: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)  # the roster's other keys


def one_line(text: str) -> str:
    """A text on one line, without what can't be seen, and bounded."""
    text = text[: LONGEST * 4]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else _instead(c) for c in text)
    return " ".join(text.split())[:LONGEST].strip()


def _instead(unseen: str) -> str:
    return " " if unseen.isspace() or unicodedata.category(unseen) == "Cc" else ""


def several_lines(text: str) -> str:
    """Notes: lines stay, what can't be seen goes."""
    lines = (one_line(line) for line in text[: LONGEST_NOTES * 2].splitlines())
    return "\n".join(lines).strip()[:LONGEST_NOTES].strip()


def take(reading: Reading, loose: Loose) -> None:
    """Add an entry to the people; what can't be used of it becomes a problem."""
    name = name_of(loose)
    if not name:
        what = "names nobody"
        if company := one_line(loose.texts.get("company", "")):
            what = f"names no person, only {company}"
        reading.problem(loose.line, "", what, "error")
        return
    emails = _emails(reading, loose)
    no_updates = loose.texts.pop("updates", "").strip().casefold() in ("no", "false")
    texts = {key: one_line(value) for key, value in loose.texts.items() if key != "notes"}
    texts["timezone"] = _zone(texts.get("timezone", ""))
    texts["language"] = _language(texts.get("language", ""))
    reading.people.append(
        Contact(
            name=name,
            emails=emails,
            tags=_tags(loose.tags),
            updates=False if no_updates else None,  # a file can say no for somebody; a yes would be mail by import
            notes=several_lines(loose.texts.get("notes", "")),
            place=Place(reading.file, loose.line, 1),
            **texts,  # type: ignore[arg-type]  # texts only: the keys are those of FIELDS
        )
    )


def name_of(loose: Loose) -> str:
    """The person's name: whole where it is given so, else of its parts. An address is no name.

    What follows a comma in a last name of its own ("Davy, PhD", as on LinkedIn) is no part of it.
    """
    whole, first, last = (one_line(text) for text in (loose.name, loose.first, loose.last))
    if first:
        last = last.partition(",")[0].strip()
    parts = " ".join(filter(None, (first, last)))
    if "@" in whole or (first and last and "," in whole):
        whole = ""
    return whole or ("" if "@" in parts else parts)


def _emails(reading: Reading, loose: Loose) -> tuple[str, ...]:
    found = []
    for text in loose.emails[: MOST_ADDRESSES * 2]:
        inner = _ADDRESS.search(text)
        address = one_line(inner[1] if inner else text).removeprefix("mailto:").strip("<>,; ")
        if not address:
            continue
        try:
            found.append(normalise_address(address))
        except ValueError:
            reading.problem(loose.line, "email", "an address that can't be one was left out")
    return unique_addresses(found)[:MOST_ADDRESSES]


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    cleaned = (one_line(tag) for tag in tags)
    own = (tag for tag in cleaned if tag and not tag.startswith("*") and tag.casefold() not in _GROUPS)
    return tuple(dict.fromkeys(own))[:MOST_TAGS]


def _zone(name: str) -> str:
    """A time zone where it is one by name; offsets and words say too little."""
    try:
        return ZoneInfo(name).key if "/" in name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def _language(tag: str) -> str:
    return tag if _LANGUAGE.fullmatch(tag) else ""

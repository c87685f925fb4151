"""The keys of a roster: how each is read, what it becomes, and its JSON Schema.

A reader takes a value of the YAML tree and returns what the model holds. It raises `Wrong`, which says what is
wrong and at which step below the value; the place is found by the caller, and only then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from mailer.addresses import normalise_address
from mailer.model import InteractionKind, Person
from mailer.yamlfile import MAX_TEXT, Scalar, did_you_mean, is_null, shown, text_fault, written

Step = str | int

_TEXT: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}  # what a scalar may be to an editor
_ONE_OR_MORE: dict[str, Any] = {"type": ["string", "number", "boolean", "null", "array"], "items": _TEXT}
_DATE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?) ?(Z|[-+][0-9]{2}:?[0-9]{2})?)?"  # time of day, offset from UTC
)
_NAMED_ADDRESS = re.compile(r"([^<>]*)<([^<>]+)>")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


class Wrong(Exception):
    """Faults of one value: for each the steps below it, what is wrong, and what to write instead."""

    def __init__(self, what: str = "", mend: str = "", *, steps: tuple[Step, ...] = ()) -> None:
        super().__init__(what)
        self.faults: list[tuple[tuple[Step, ...], str, str]] = [(steps, what, mend)] if what else []

    def below(self, step: Step, other: Wrong) -> None:
        """Takes over the faults of a part of the value."""
        self.faults.extend(((step, *steps), what, mend) for steps, what, mend in other.faults)


@dataclass(frozen=True, slots=True)
class Field:
    """One key: its reader, its JSON Schema, one sentence on it."""

    read: Callable[[Any], Any]
    schema: dict[str, Any]
    says: str


def line(value: object) -> str:
    """A text on one line; nothing written is an empty text."""
    if type(value) is str and value and value.isprintable() and len(value) < MAX_TEXT:
        return value.strip()  # nearly all there are
    return _text(value, one_line=True)


def block(value: object) -> str:
    """A text of any number of lines."""
    return _text(value, one_line=False)


def _text(value: object, *, one_line: bool) -> str:
    if isinstance(value, Scalar):
        return "" if value.value is None else value.text  # a number or a truth, as written
    text = "" if value is None else written(value)
    if text is None:
        raise Wrong(f"a text belongs here, not {shown(value)}", "write a text")
    if text and (fault := text_fault(text, one_line=one_line)):
        raise Wrong(*fault)
    return text


def truth(value: object) -> bool | None:
    """true or false, and nothing else."""
    if is_null(value):
        return None
    if isinstance(value, Scalar) and isinstance(value.value, bool):
        return value.value
    raise Wrong(f"{shown(value)} is neither true nor false", "write true or false")


def address(value: object) -> str:
    """An address in its normal form; nothing written is an empty text."""
    text = value if type(value) is str and value else line(value)
    try:
        return normalise_address(text) if text else ""
    except ValueError as error:
        if text != text.strip():
            return address(text.strip())
        mend = "write the address alone, without a name" if "<" in text else "write an address such as ada@example.org"
        raise Wrong(str(error), mend) from error


def _list_of(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """A list of such values; one alone stands for a list of one. Empty ones are left out."""

    def read_all(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            found = None if is_null(value) else read(value)
            return (found,) if found else ()
        try:
            return tuple(filter(None, map(read, value)))
        except Wrong:
            raise _all_faults(read, value) from None

    return read_all


def _all_faults(read: Callable[[Any], Any], values: list[Any]) -> Wrong:
    wrong = Wrong()
    for number, item in enumerate(values):
        try:
            read(item)
        except Wrong as fault:
            wrong.below(number, fault)
    return wrong


def timezone(value: object) -> str:
    """The name of a time zone that exists."""
    name = line(value)
    if name and not _zone_exists(name):
        mend = did_you_mean(name, available_timezones()) or "write a zone such as Europe/London"
        raise Wrong(f"there is no time zone {shown(value)}", mend)
    return name


@lru_cache(maxsize=1024)
def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def language(value: object) -> str:
    """A language tag such as `de` or `pt-BR` (RFC 5646)."""
    tag = line(value)
    if tag and not _LANGUAGE.fullmatch(tag):
        raise Wrong(f"{shown(value)} is no language", "write a language tag such as en, de or pt-BR")
    return tag


def kind(value: object) -> InteractionKind:
    """How owner and contact met."""
    word = line(value).lower()
    try:
        return InteractionKind(word)
    except ValueError as error:
        known = [str(each) for each in InteractionKind]
        mend = did_you_mean(word, known) or f"write one of {', '.join(known)}"
        raise Wrong(f"{shown(value)} is no kind of interaction", mend) from error


@dataclass(frozen=True, slots=True)
class When:
    """A date, perhaps with a time of day, perhaps with an offset from UTC as written."""

    on: date
    at: time | None = None
    offset: str = ""

    def local(self, zone: ZoneInfo | None) -> tuple[date, time | None]:
        """Date and time in `zone`. A time without offset is in it already."""
        if not self.offset or self.at is None:
            return self.on, self.at
        if zone is None:
            raise Wrong("the time has an offset from UTC", "leave the offset out, and write the time in your own zone")
        moment = datetime.fromisoformat(f"{self.on}T{self.at}{self.offset}").astimezone(zone)
        return moment.date(), moment.time()


@lru_cache(maxsize=4096)
def _when(text: str) -> When:
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    clock = found[2] and found[2].rjust(5 if found[2].count(":") == 1 else 8, "0")
    return When(date.fromisoformat(found[1]), time.fromisoformat(clock) if clock else None, found[3] or "")


def when(value: object) -> When:
    """A date such as 2026-11-02, or with a time: 2026-11-02 15:00."""
    try:
        return _when(line(value))
    except ValueError as error:
        mend = 'write year, month and day, such as 2026-11-02, or "2026-11-02 15:00"'
        raise Wrong(f"{shown(value)} is no date", mend) from error


def person(value: object) -> Person:
    """Somebody named: `Name <address>`, a name, an address, or a mapping."""
    if isinstance(value, dict):
        return _person_of_mapping(value)
    text = line(value)
    if found := _NAMED_ADDRESS.fullmatch(text):
        return Person(found[1].strip().strip('"').strip(), address(found[2].strip()))
    if "<" in text or ">" in text:
        raise Wrong(f"{shown(value)} is neither a name nor an address", "write Name <address>")
    return Person("", address(text)) if "@" in text else Person(text)


def _person_of_mapping(value: dict[str, Any]) -> Person:
    found: dict[str, str] = {}
    wrong = Wrong()
    for key, item in value.items():
        field = PERSON.get(key)
        if field is None:
            wrong.faults.append(((key,), "this key is not known", did_you_mean(key, PERSON) or "take it out"))
            continue
        try:
            found[key] = field.read(item)
        except Wrong as fault:
            wrong.below(key, fault)
    if not wrong.faults and not (found.get("name") or found.get("email")):
        wrong.faults.append(((), "names nobody", "write a name or an email"))
    if wrong.faults:
        raise wrong
    return Person(found.pop("name", ""), **found)


def _people(value: object) -> tuple[Person, ...]:
    found: tuple[Person, ...] = _list_of(person)([value] if isinstance(value, dict) else value)
    return tuple(each for each in found if each != Person(""))


_ADDRESS_SCHEMA = {"type": ["string", "null"]}
_ADDRESSES_SCHEMA = {"type": ["string", "array", "null"], "items": _ADDRESS_SCHEMA}

PERSON: dict[str, Field] = {
    "name": Field(line, _TEXT, "Their name."),
    "email": Field(address, _ADDRESS_SCHEMA, "Their address."),
    "company": Field(line, _TEXT, "Where they work."),
    "phone": Field(line, _TEXT, "Their telephone number, taken as written."),
}

_PERSON_SCHEMA: dict[str, Any] = {
    "type": [*_TEXT["type"], "object"],
    "properties": {key: {**field.schema, "description": field.says} for key, field in PERSON.items()},
    "additionalProperties": False,
}

CONTACT: dict[str, Field] = {
    "name": Field(line, {"type": ["string", "number", "boolean"]}, "The person's name."),
    "email": Field(_list_of(address), _ADDRESSES_SCHEMA, "The address; without one nothing is ever sent."),
    "emails": Field(_list_of(address), _ADDRESSES_SCHEMA, "Several addresses; the first is written to."),
    "id": Field(line, _TEXT, "A name of your own for this person, which stays when name and addresses change."),
    "company": Field(line, _TEXT, "Where they work."),
    "title": Field(line, _TEXT, "What they are there."),
    "phone": Field(line, _TEXT, "Their telephone number, taken as written."),
    "relationship": Field(line, _TEXT, "How you know each other."),
    "salutation": Field(line, _TEXT, "How letters address them, such as Dr. Lovelace; by default the first name."),
    "timezone": Field(timezone, {"type": ["string", "null"]}, "Their time zone; mail arrives in their hours then."),
    "language": Field(language, {"type": ["string", "null"]}, "Their language, such as de."),
    "referred_by": Field(line, _TEXT, "Who gave you this name: a contact's name or address."),
    "tags": Field(_list_of(line), _ONE_OR_MORE, "Words to find and group people by."),
    "updates": Field(truth, {"type": ["boolean", "null"]}, "false: no updates; true: also without an interaction."),
    "notes": Field(block, _TEXT, "For yourself; never leaves the machine."),
}


def _enum_schema(words: type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "pattern": rf"^\s*({'|'.join(_any_case(word) for word in words)})\s*$"}


def _any_case(word: str) -> str:
    return "".join(f"[{letter}{letter.upper()}]" for letter in word)


INTERACTION: dict[str, Field] = {
    "date": Field(when, {"type": "string"}, 'The day, such as 2026-11-02; with a time "2026-11-02 15:00".'),
    "kind": Field(kind, _enum_schema(InteractionKind), "call, meeting, coffee, event, email or introduction."),
    "about": Field(line, _TEXT, "What you talked about; the contact may read it."),
    "thanks_for": Field(line, _TEXT, "What you are grateful for, to follow the words `thank you for`."),
    "referrals": Field(
        _people,
        {**_PERSON_SCHEMA, "type": [*_TEXT["type"], "object", "array"], "items": _PERSON_SCHEMA},
        "Whom they named: `Name <address>`, a name, or a mapping with name, email, company and phone.",
    ),
    "thank_you": Field(truth, {"type": ["boolean", "null"]}, "false: no thank-you for this one."),
    "notes": Field(block, _TEXT, "For yourself; never leaves the machine."),
}

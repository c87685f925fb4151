"""Writes values as YAML: plainly where that is safe, else between quotes. Whatever is written reads back the same.

"Safe" is narrower than YAML 1.2 asks for: what another program's YAML 1.1 would take for a number, a truth or a date
is quoted too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from mailer.model import Contact, Interaction, Person
from mailer.roster.fields import Wrong, person
from mailer.yamlfile import Scalar, resolve_plain

Writable = str | bool | Sequence["Writable"] | Mapping[str, "Writable"]

_PLAIN = re.compile(r"[^\W_](?:[\w .@+/()'=;*&!-]*[\w.@+/)'])?")
_OLD_WORDS = re.compile(r"(?i)y|yes|n|no|on|off|[0-9][0-9_:.-]*(?:[ t][0-9:.z +-]*)?|[0-9.]+e[0-9]+|0x[0-9a-f_]+")
_UNSEEN = re.compile("[\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]")
_SAFE_LINES = re.compile("[\t\x20-\x7e\xa1-\u200a\u2010-\u2027\u2030-\u205f\u2070-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")


def scalar(text: str) -> str:
    """A text as YAML, good in block and flow style, on one line."""
    if _PLAIN.fullmatch(text) and not _OLD_WORDS.fullmatch(text) and not isinstance(resolve_plain(text), Scalar):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def flow(value: Writable) -> str:
    """Any value as YAML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if _is_date(value) else scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(flow(item) for item in value) + "]"


class _Date(str):
    """A date, written without quotes."""

    __slots__ = ()


def _is_date(value: str) -> bool:
    return isinstance(value, _Date)


def pair_lines(key: str, value: Writable) -> list[str]:
    """A key and its value in block style, as lines without indentation."""
    if isinstance(value, str) and "\n" in value and _fits_literal(value):
        return [f"{key}: |-", *(f"  {line}" if line else "" for line in value.split("\n"))]
    if key == "interactions" and not isinstance(value, str | bool | Mapping):
        return [f"{key}:", *(f"  - {flow(item)}" for item in value)]
    return [f"{key}: {flow(value)}"]


def _fits_literal(text: str) -> bool:
    lines = text.split("\n")
    return (
        not text.startswith((" ", "\t", "\n"))
        and bool(lines[-1].strip())
        and all(_SAFE_LINES.fullmatch(line) and (line == "" or line.strip()) for line in lines)
    )


def entry_lines(values: Mapping[str, Writable]) -> list[str]:
    """A mapping in block style, as lines without indentation."""
    return [line for key, value in values.items() for line in pair_lines(key, value)]


def contact_values(contact: Contact) -> dict[str, Writable]:
    """What a contact says, by the roster's keys, in their usual order; what is empty is left out."""
    emails: dict[str, Writable] = address_values(contact.emails)
    values: dict[str, Writable | None] = {
        "name": contact.name,
        **emails,
        "id": contact.id,
        "company": contact.company,
        "title": contact.title,
        "phone": contact.phone,
        "relationship": contact.relationship,
        "salutation": contact.salutation,
        "timezone": contact.timezone,
        "language": contact.language,
        "referred_by": contact.referred_by,
        "tags": contact.tags,
        "updates": contact.updates,
        "notes": contact.notes,
        "interactions": tuple(interaction_values(each) for each in contact.interactions),
    }
    return {key: value for key, value in values.items() if value is not None and value not in ("", ())}


def address_values(emails: Sequence[str]) -> dict[str, Writable]:
    """`email` for one address, `emails` for several."""
    if not emails:
        return {}
    return {"email": emails[0]} if len(emails) == 1 else {"emails": tuple(emails)}


def interaction_values(interaction: Interaction) -> dict[str, Writable]:
    """What an interaction says, by the roster's keys; what is empty is left out."""
    moment = f"{interaction.on} {interaction.at:%H:%M:%S}".removesuffix(":00") if interaction.at else ""
    values: dict[str, Writable] = {
        "date": moment or _Date(interaction.on.isoformat()),
        "kind": str(interaction.kind),
        "about": interaction.about,
        "thanks_for": interaction.thanks_for,
        "referrals": tuple(_person_value(each) for each in interaction.referrals),
        "notes": interaction.notes,
    }
    written = {key: value for key, value in values.items() if value not in ("", ())}
    return written if interaction.thank_you else {**written, "thank_you": False}


def _person_value(named: Person) -> Writable:
    short = f"{named.name} <{named.email}>" if named.name and named.email else named.name or named.email
    try:
        if person(short) == named:
            return short
    except Wrong:
        pass  # the mapping below says it in any case
    parts = {"name": named.name, "email": named.email, "company": named.company, "phone": named.phone}
    return {key: part for key, part in parts.items() if part}

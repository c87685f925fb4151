"""The owner's own text for an edition, `updates/2026-11.md`, cut into the parts of the update.

Text before the first heading opens the letter.

## Activity
Added after what the program says of the month's activity.

## Prospects (instead)
Stands in place of the program's own words; with nothing under it, the part is left out.

## A title of your own
Becomes a part of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PARTS = ("opening", "activity", "prospects", "companies", "thanks")
"""The parts with a place of their own in the letter, in its order."""

INSTEAD = " (instead)"

_ALIASES = {
    "introduction": "opening",
    "activities": "activity",
    "prospect": "prospects",
    "target companies": "companies",
    "companies": "companies",
    "thank you": "thanks",
    "ideas": "thanks",
}
_HEADING = re.compile(r"##[ \t]+(.*?)[ \t]*#*[ \t]*$")
_TITLE = re.compile(r"#(?!#)[ \t]")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARK = re.compile(r"\s*\(instead\)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """The owner's words for one part: Markdown, and whether it stands in place of the program's words."""

    text: str = ""
    replaces: bool = False
    title: str = ""


def parse_update_text(markdown: str) -> dict[str, str]:
    """The parts of the owner's text, in order, by name: `opening`, `activity`, `prospects (instead)`, own titles.

    Comments (`<!-- -->`) and a first-level heading are for the owner alone and are left out.
    """
    text = _COMMENT.sub("", markdown.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    parts: dict[str, list[str]] = {"opening": []}
    current, fence = "opening", ""
    for line in text.split("\n"):
        mark = line.lstrip()[:3]
        if mark in {"```", "~~~"}:
            fence = "" if mark == fence else fence or mark
        heading = None if fence else _HEADING.match(line)
        if heading:
            current = _name(heading[1])
            parts.setdefault(current, [])
        elif fence or not _TITLE.match(line):
            parts[current].append(line)
    found = {name: "\n".join(lines).strip("\n").rstrip() for name, lines in parts.items()}
    return {name: body for name, body in found.items() if body or name.endswith(INSTEAD)}


def _name(title: str) -> str:
    plain = _MARK.sub("", title).strip()
    name = _ALIASES.get(plain.lower(), plain.lower())
    if name not in PARTS:
        return plain or "opening"
    return name + INSTEAD if _MARK.search(title) and name != "opening" else name


def part_of(parts: Mapping[str, str], name: str) -> Part:
    """What the owner wrote for one of PARTS."""
    if (text := parts.get(name + INSTEAD)) is not None:
        return Part("\n\n".join(each for each in (text, parts.get(name, "")) if each), replaces=True)
    return Part(parts.get(name, ""))


def own_parts(parts: Mapping[str, str]) -> list[Part]:
    """Parts under titles of the owner's own, in the order they were written."""
    places = set(PARTS) | {name + INSTEAD for name in PARTS}
    return [Part(text, title=title) for title, text in parts.items() if title not in places]

"""What a value of the tree says: as a text, as nothing, and how an error shows it."""

from __future__ import annotations

import re

from mailer.yamlfile.tree import Scalar
from mailer.yamlfile.words import on_one_line

MAX_TEXT = 20_000
"""Characters in one text; a pitch of 30 seconds has 500."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def is_null(value: object) -> bool:
    """Whether nothing was written."""
    return value is None or (isinstance(value, Scalar) and value.value is None)


def written(value: object) -> str | None:
    """What was written for a text: the text, or a scalar as it stands; None for a null, a list or a mapping."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Scalar) and value.value is not None:
        return value.text
    return None


def shown(value: object) -> str:
    """A value as an error shows it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = written(value)
    return "nothing" if text is None else f'"{on_one_line(text)}"'


def text_fault(text: str, *, one_line: bool) -> tuple[str, str] | None:
    """What keeps a text from being used, and the mend; None for a good one."""
    if not text:
        return "is empty", "write something, or leave the key out"
    if len(text) > MAX_TEXT:
        return f"has {len(text):,} characters, more than {MAX_TEXT:,}", "shorten it"
    if found := _CONTROL.search(text):
        return f"holds the control character U+{ord(found[0]):04X}", "take it out"
    if one_line and len(text.splitlines()) > 1:
        return "has more than one line", "write it on one line"
    return None

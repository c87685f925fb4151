"""What a careful friend said of a letter, for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mailer.cli.words import one_line

if TYPE_CHECKING:
    from mailer.compose.careful import Finding
    from mailer.compose.news import Change


def as_json(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """`findings` of a letter."""
    return [
        {
            "rule": f.rule,
            "place": f.place,
            "words": f.words or None,
            "what": f.what,
            "mend": f.mend,
            "serious": f.serious,
        }
        for f in found
    ]


def told(found: Sequence[Finding]) -> list[str]:
    """A line for each finding; none where there is nothing to say."""
    return [f"{'!' if f.serious else '-'} {one_line(str(f))}" for f in found]


def changes_as_json(changes: Sequence[Change] | None) -> list[dict[str, str]] | None:
    """`changes` of an update; null where nothing was sent before."""
    return None if changes is None else [{"sign": each.sign, "text": each.text} for each in changes]


def changes_told(changes: Sequence[Change] | None) -> list[str]:
    """What changed since the update before, as a diff."""
    if changes is None:
        return []
    head = "Since the last update:" if changes else "Nothing has changed since the last update."
    return [head, *(f"  {one_line(str(each))}" for each in changes)]

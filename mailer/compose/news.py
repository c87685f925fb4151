"""What is new in an update beside the one before: the same letter twice tells its reader that nothing happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mailer.compose.markdown import to_text
from mailer.compose.message import Draft


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph that came or went since the letter before."""

    sign: str  # + or -
    text: str

    def __str__(self) -> str:
        return f"{self.sign} {self.text}"


def changes(before: str, after: str) -> tuple[Change, ...]:
    """What differs between two letters (Markdown), paragraph by paragraph, in the order of the letter."""
    return tuple(_changes(_paragraphs(before), _paragraphs(after)))


def _changes(old: list[str], new: list[str]) -> Iterator[Change]:
    from difflib import SequenceMatcher

    for _, i, j, k, m in (
        op for op in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if op[0] != "equal"
    ):
        yield from (Change("-", text) for text in old[i:j])
        yield from (Change("+", text) for text in new[k:m])


def news(before: str, after: str, empty: Callable[[int], Draft], ways: int = 9) -> tuple[str, ...]:
    """The paragraphs of a letter that say what the one before did not, its varying phrases left out.

    `empty` makes this letter, for a choice of phrasing, as it is where nothing happened at all.
    """
    old = set(_paragraphs(before))
    fresh = [text for text in _paragraphs(after) if text not in old]
    for choice in range(ways):
        if not fresh:
            break
        phrases = set(_paragraphs(empty(choice).body))
        fresh = [text for text in fresh if text not in phrases]
    return tuple(fresh)


def _paragraphs(markdown: str) -> list[str]:
    own = to_text(markdown).partition("\n-- \n")[0]
    return [" ".join(part.split()) for part in own.split("\n\n") if part.strip()]

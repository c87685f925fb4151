"""Text to sentences, well enough to quote one as evidence: abbreviations, initials and addresses don't end one."""

from __future__ import annotations

import re
from functools import lru_cache

_END = re.compile(r"[.!?\u3002\uff01\uff1f]+[\"'\u201d\u2019)\]]{0,3}(?=\s|$)|[\u3002\uff01\uff1f]+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|sr|jr|hr|fr|frau|herr|ing|dipl|mme|mlle|no|nr|tel|ext|etc|e\.g|i\.e|z\.b|d\.h|ca|inc|ltd|"
    r"co|corp|vs|approx|dept|usw|bzw|bl|inkl|einschl|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|dez|okt|kl|sra?|dra?)|"
    r"\b[^\W\d_]|\d)\.$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s{0,12}(?:[-*\u2022\u00b7\u2013]|\d{1,2}[.)])\s")
_FEWEST = 2


@lru_cache(maxsize=4)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text` in order. Paragraphs, list items and lines that end short end a sentence too.

    The last few texts are remembered, since every question about a message asks for its sentences.
    """
    found: list[str] = []
    for paragraph in _paragraphs(text):
        start = 0
        for match in _END.finditer(paragraph):
            if paragraph[match.start()] == "." and not _ends(paragraph, match):
                continue
            found.append(paragraph[start : match.end()].strip())
            start = match.end()
        found.append(paragraph[start:].strip())
    return tuple(sentence for sentence in found if len(sentence) >= _FEWEST)


def _ends(paragraph: str, match: re.Match[str]) -> bool:
    """Whether a full stop ends a sentence: not after an abbreviation, an initial or a day of the month."""
    before = paragraph[max(0, match.start() - 12) : match.start() + 1]
    if not _ABBREVIATION.search(before):
        return True
    if match.end() >= len(paragraph):
        return True
    # "on 5.12. In urgent cases": a number's stop ends the sentence where a capitalised word follows, a month aside.
    following = paragraph[match.end() : match.end() + 14].strip()
    return before[-2:-1].isdigit() and following[:1].isupper() and len(before) > 4 and before[-5:].count(".") >= 2


def _paragraphs(text: str) -> list[str]:
    """Wrapped lines joined; a blank line, a list item, or a line much shorter than usual begins a new paragraph."""
    found: list[str] = []
    current: list[str] = []
    for line in text.split("\n"):
        bare = line.strip()
        if not bare or _BULLET.match(line) or (current and len(current[-1]) < 40):
            if current:
                found.append(" ".join(current))
            current = []
        if bare:
            current.append(_BULLET.sub("", line).strip())
    if current:
        found.append(" ".join(current))
    return found

"""The pitch: how long it takes to say, how easy it is to follow, which words in it a neighbour wouldn't know. Pure.

Reading ease is Rudolf Flesch's formula, "A new readability yardstick", Journal of Applied Psychology 32 (1948),
pages 221-233: 206.835 - 1.015 x (words / sentences) - 84.6 x (syllables / words). 60 to 70 is plain English.
Syllables are counted by rules for English spelling, so a name or a foreign word may be off by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

WORDS_A_MINUTE = 150
LONGEST = 30
"""Seconds a pitch may take to say."""

PLAIN = 60
"""Reading ease below this is hard to follow by ear."""

_WORD = re.compile(r"[^\W_]+(?:['&/.-][^\W_]+)*")
_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s+[^\sa-z]|\s*$)")
_CAPITALS = re.compile(r"(?<![\w-])(?=[A-Z0-9&/.-]*[A-Z][A-Z0-9&/.-]*[A-Z])[A-Z][A-Z0-9&/.-]*[A-Z0-9](?:s\b)?(?![\w-])")
_EVERYBODY_KNOWS = frozenset(
    {"AM", "PM", "OK", "TV", "US", "USA", "U.S", "U.S.A", "UK", "U.K", "EU", "UN", "PHD", "DVD"}
)

_BACKGROUND = re.compile(
    r"\bI(?:'ve| have)? ?(?:am (?:a|an|the)|'m (?:a|an|the)|was|were|led|ran|run|built|made|worked|work|managed|manage"
    r"|taught|teach|spent|started|founded|kept|keep|help|helped|design|designed|write|wrote|sold|sell|been|done|lead"
    r"|build|make|fix|fixed|grew|grow|trained|studied|graduated|know)\b"
    r"|\b(?:years?|decades?) (?:of|in|as|at|with)\b|\bfor (?:over |more than )?\w+ years\b|\bmy (?:last|current) job\b",
    re.IGNORECASE,
)
_LOOKED_FOR = re.compile(
    r"\b(?:look|search)(?:ing)? for\b|\bI(?:'d| would) (?:like|love)\b|\bI (?:want|seek|hope|wish)\b|\bseeking\b"
    r"|\bmy next\b|\bwant to (?:work|join|lead|be|find|do)\b|\bideal(?:ly)?\b|\bwhat I need\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\bbecause\b|\bso that\b|\breason\b|\b(?:that'?s|which is) why\b|\bI (?:love|care|enjoy|believe)\b"
    r"|\bmatters?\b|\bdrives me\b|\bproud\b|\bin order to\b|\bit (?:makes|gives) me\b|\bwhat I like\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a listener may not know: where it stands (sentence and word from 1), and what to say instead."""

    text: str
    sentence: int
    word: int
    times_before: int  # how often the same word stands before it in the pitch
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Pitch:
    """What was measured."""

    words: int
    sentences: int
    seconds: int
    reading_ease: float | None  # None where there is nothing to read
    longest_sentence: tuple[int, int]  # its number, its words; (0, 0) where there is none
    longest_words: tuple[str, ...]  # those of four syllables and more, the longest first
    unknown: tuple[Word, ...]
    background: str  # the words that say it; empty where nothing does
    looked_for: str
    why: str

    @property
    def too_long_by(self) -> int:
        """Words over what fits into the time; 0 where it fits."""
        return max(0, self.words - LONGEST * WORDS_A_MINUTE // 60)


def measure(text: str, jargon: Mapping[str, str]) -> Pitch:
    """Measure a pitch. `jargon` names words and what to say instead (empty where that depends)."""
    line = " ".join(text.replace("\u2019", "'").split())
    sentences = [_WORD.findall(each) for each in sentences_of(line)]
    sentences = [words for words in sentences if words]
    words = [word for each in sentences for word in each]
    longest = max(enumerate((len(each) for each in sentences), 1), key=lambda pair: pair[1], default=(0, 0))
    return Pitch(
        words=len(words),
        sentences=len(sentences),
        seconds=ceil(len(words) * 60 / WORDS_A_MINUTE),
        reading_ease=_ease(words, len(sentences)),
        longest_sentence=longest,
        longest_words=tuple(_long(words)),
        unknown=tuple(_unknown(line, jargon)),
        background=_said(_BACKGROUND, line),
        looked_for=_said(_LOOKED_FOR, line),
        why=_said(_WHY, line),
    )


def _long(words: list[str]) -> list[str]:
    counted = {word.casefold(): (syllables(word), word) for word in words if not word.isupper()}
    return [word for count, word in sorted(counted.values(), key=lambda each: -each[0]) if count >= 4]


def too_long(text: str) -> str:
    """What to say where the pitch takes too long; empty where it fits."""
    measured = measure(text, {})
    if not measured.too_long_by:
        return ""
    return (
        f"{measured.words} words take {measured.seconds} seconds to say, more than {LONGEST}; "
        f"cut {measured.too_long_by}"
    )


def sentences_of(line: str) -> list[str]:
    """The sentences of a text on one line."""
    return [line[start:end].strip() for start, end in _spans(line)]


def _spans(line: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends."""
    ends = [found.end() for found in _END.finditer(line)]
    spans = zip([0, *ends], [*ends, len(line)], strict=True)
    return [(start, end) for start, end in spans if line[start:end].strip()]


def _said(pattern: re.Pattern[str], line: str) -> str:
    """The sentence that says it."""
    return next((each for each in sentences_of(line) if pattern.search(each)), "")


def _ease(words: list[str], sentences: int) -> float | None:
    if not words:
        return None
    spoken = sum(syllables(word) for word in words)
    return round(206.835 - 1.015 * len(words) / sentences - 84.6 * spoken / len(words), 1)


def syllables(word: str) -> int:
    """Syllables of an English word, by its spelling; a number or an abbreviation counts its characters."""
    parts = _PARTS.findall(word)
    if len(parts) > 1:
        return sum(syllables(part) for part in parts)
    if word.isdigit() or (word.isupper() and len(word) > 1):
        return len(word)
    low = word.lower()
    groups = len(_VOWELS.findall(low)) + len(_TWO_IN_ONE.findall(low)) - len(_SILENT.findall(low))
    return max(1, groups)


_VOWELS = re.compile(r"[aeiouyáàâéèêíîóôúûäöü]+")
_SILENT = re.compile(
    r"(?<=[aeiouy])(?:[^aeiouy]+)(?<![^aeiouy]l)e$|(?<=[^aeioutdy])(?<![^aeiouy]l)ed$|(?<=[^aeiouysxzcg])(?<![cs]h)es$"
)
_TWO_IN_ONE = re.compile(r"(?<![tcsgx])i[aou]|[rd]ea$|creat|(?<![gq])ua[lrt]|[aeouy]ing$|iet|scien|[^aeiouy]ism$")
_PARTS = re.compile(r"[^\W\d_]+|\d+")


def _unknown(line: str, jargon: Mapping[str, str]) -> Iterator[Word]:
    """Jargon and unexplained capitals, in the order in which they are said."""
    found = [(match.start(), match[0], "") for match in _CAPITALS.finditer(line) if not _explained(line, match)]
    for term, instead in jargon.items():
        pattern = rf"(?<![\w-]){_inflected(term)}(?![\w-])"
        found += [(match.start(), match[0], instead) for match in re.finditer(pattern, line, re.IGNORECASE)]
    best = {at: (text, instead) for at, text, instead in sorted(found, key=lambda each: bool(each[2]))}
    for at in sorted(best):
        text, instead = best[at]
        number, start = next((n, a) for n, (a, b) in enumerate(_spans(line), 1) if a <= at < b)
        yield Word(text, number, len(_WORD.findall(line[start:at])) + 1, line.count(text, 0, at), instead)


def _inflected(term: str) -> str:
    """A pattern for a word as it is bent in English: leverage, leveraging; synergy, synergies; startup, startups."""
    if term.endswith("e"):
        return rf"{re.escape(term[:-1])}(?:e[sd]?|ing)"
    if term.endswith("y") and term[-2:-1] not in "aeiou":
        return rf"{re.escape(term[:-1])}(?:y|ies|ied|ying)"
    return rf"{re.escape(term)}(?:e?s|ed|ing)?"


def _explained(line: str, match: re.Match[str]) -> bool:
    """Whether everybody knows these capitals, or the pitch says what they mean."""
    text = match[0].removesuffix("s")
    if text.upper().rstrip(".") in _EVERYBODY_KNOWS:
        return True
    after, before = line[match.end() :], line[: match.start()]
    if re.match(r"\s*\(\w+ |,? (?:which|that) (?:is|are|means?)\b|,? (?:meaning|short for|that is,?)\s", after):
        return True
    if before.endswith("(") and after.startswith(")") and before[:-1].strip():
        return True
    return bool(re.search(rf"\({re.escape(text)}s?\)", before))


def parse_jargon(text: str) -> dict[str, str]:
    """A list of words: one a line, `term: what to say instead` or the term alone; `#` begins a comment."""
    found: dict[str, str] = {}
    for raw in text.splitlines():
        term, _, instead = raw.partition("#")[0].partition(":")
        if term.strip():
            found[" ".join(term.split())] = instead.strip()
    return found

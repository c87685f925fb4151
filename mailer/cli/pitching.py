"""What `mailer pitch` finds: each thing with its place in the configuration, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailer.errors import Place, Problem, UsageError
from mailer.pitch import LONGEST, PLAIN, Pitch, Word, measure, parse_jargon

if TYPE_CHECKING:
    from mailer.config import Config

LONG_SENTENCE = 25
"""Words after which a listener has lost the beginning of a sentence."""

_LACKING = (
    ("background", "it doesn't say where you come from", "begin with what you have done: “For ten years I ran ...”"),
    ("looked_for", "it doesn't say what you look for", "say it in one sentence: “I am looking for ...”"),
    ("why", "it doesn't say why", "give your reason: “... because I love to see a full truck leave on time”"),
)

PlaceOf = Callable[[Word | None], Place]


def pitch_of(config: Config, text: str | None = None) -> Pitch:
    """The configured pitch (or another text), measured with the owner's list of jargon."""
    return measure(config.search.pitch if text is None else text, jargon_of(config))


def jargon_of(config: Config) -> dict[str, str]:
    """The words a neighbour wouldn't know. Raises UsageError for a list that can't be read."""
    from mailer.resources import shipped
    from mailer.services.template_files import jargon_file

    path = jargon_file([config.templates, shipped("templates")])
    try:
        return parse_jargon(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}", mend="save it as UTF-8 text") from error


def places_in(config: Config) -> PlaceOf:
    """Finds a word of the pitch in the configuration's file: its line and column."""
    begin = config.place("search", "pitch")
    try:
        text = config.path.read_text(encoding="utf-8-sig").replace("\u2019", "'")
    except OSError:
        return lambda word: begin
    offset = sum(len(line) for line in text.splitlines(keepends=True)[: begin.line - 1]) + max(begin.column - 1, 0)
    return _places(str(config.path), text, begin, offset)


def places_of_file(path: Path, text: str) -> PlaceOf:
    """The same for a text of its own."""
    return _places(str(path), text.replace("\u2019", "'"), Place(str(path)), 0)


def _places(file: str, text: str, begin: Place, offset: int) -> PlaceOf:
    """Finds words in a text from `offset` on; `begin` is said to be the place of what isn't found."""
    from mailer.yamlfile import Lines

    lines = Lines(file, text)

    def place_of(word: Word | None) -> Place:
        at = offset - 1
        for _ in range(word.times_before + 1 if word else 0):
            at = text.find(word.text if word else "", at + 1)
            if at < 0:
                return begin  # folded over two lines, or written with an escape
        return lines.place(at) if word else begin

    return place_of


def findings(pitch: Pitch, place_of: PlaceOf) -> Iterator[Problem]:
    """What could be better, the most important first; nothing of a good pitch."""
    whole = place_of(None)
    if not pitch.words:
        yield _finding(whole, "there is no pitch", "write what you do and look for, in three sentences")
        return
    number, longest = pitch.longest_sentence
    if over := pitch.too_long_by:
        what = f"{pitch.words} words take {pitch.seconds} seconds to say, more than {LONGEST}"
        yield _finding(whole, what, f"cut {over} words; sentence {number} has the most, {longest}")
    for name, what, mend in _LACKING:
        if not getattr(pitch, name):
            yield _finding(whole, what, mend)
    for word in pitch.unknown:
        where = f"sentence {word.sentence}, word {word.word}: a neighbour wouldn't know “{word.text}”"
        mend = f"say “{word.instead}”" if word.instead else "say it in other words, or what it means"
        yield _finding(place_of(word), where, mend)
    if longest > LONG_SENTENCE:
        yield _finding(whole, f"sentence {number} has {longest} words", "make two of it")
    if pitch.reading_ease is not None and pitch.reading_ease < PLAIN:
        words = ", ".join(f"“{word}”" for word in pitch.longest_words[:4])
        mend = f"shorter words for {words}" if words else "shorter sentences"
        yield _finding(whole, f"its reading ease is {pitch.reading_ease:.0f}; plain English has {PLAIN} and more", mend)


def _finding(place: Place, what: str, mend: str) -> Problem:
    return Problem(place, "search.pitch", what, mend, "warning")


def as_json(pitch: Pitch, found: list[Problem]) -> dict[str, Any]:
    """For `--json`."""
    from mailer.cli import shapes

    return {
        "words": pitch.words,
        "seconds": pitch.seconds,
        "sentences": pitch.sentences,
        "reading_ease": pitch.reading_ease,
        "background": pitch.background or None,
        "looked_for": pitch.looked_for or None,
        "why": pitch.why or None,
        "unknown_words": [
            {"text": w.text, "sentence": w.sentence, "word": w.word, "instead": w.instead or None}
            for w in pitch.unknown
        ],
        "findings": [shapes.problem(each) for each in found],
    }

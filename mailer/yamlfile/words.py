"""Says in plain words what keeps a YAML file from being read, and what to write instead."""

from __future__ import annotations

import codecs
import errno
import re
from collections.abc import Iterable

import yaml

from mailer.errors import Place, Problem

BROKEN_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What may not stand in a YAML file (YAML 1.2.2 section 5.1)."""

_QUOTES = "put the text between quotes"
_INDENT = "bring this line and the ones above it to the same indentation, in spaces"

MAX_DEPTH = 32
"""Lists and mappings inside each other; a configuration needs five."""

TOO_DEEP = f"more than {MAX_DEPTH} lists and mappings inside each other", "nest less deeply"
"""What is wrong, and the mend."""

_WORDS: tuple[tuple[str, str, str], ...] = (
    # problem as PyYAML words it, what we say, mend; the first that fits
    ("mapping values are not allowed", "a second `: ` in one value, or indentation that changes", _QUOTES),
    ("sequence entries are not allowed", "a list item can't begin here", "begin each `- item` on a line of its own"),
    ("cannot start any token", "a text can't begin with this character", _QUOTES),
    ("unexpected end of stream", "a quote is opened here and never closed", "close the quote"),
    ("expected ',' or ']'", "the list opened by `[` is not closed before this", "write `,` or `]` here"),
    ("expected ',' or '}'", "the mapping opened by `{` is not closed before this", "write `,` or `}` here"),
    ("could not find expected ':'", "a key without `: ` after it", "write `key: value`, or put quotes around it"),
    ("unexpected ':'", "a `:` without a space after it", "write `key: value`, or put quotes around the text"),
    ("did not find expected key", "this does not belong to the lines above it", _INDENT),
    ("expected '-' indicator", "this does not belong to the list above it", _INDENT),
    ("expected <block end>", "this does not belong to the lines above it", _INDENT),
    ("<document start>", "this does not belong to the lines above it", _INDENT),
    ("node content", "a value is missing here", "write one"),
    ("escape", "a backslash with a character after it that means nothing", "use single quotes, or write `\\\\`"),
    ("alphabetic or numeric", "`*` and `&` begin an alias or an anchor, and a name has to follow", _QUOTES),
    ("alphabetical or numeric", "`*` and `&` begin an alias or an anchor, and a name has to follow", _QUOTES),
    ("comment or line break", "only a line break may follow `|` or `>`", "begin the text on the next line, indented"),
    ("indentation", "the indentation of this text is not right", _INDENT),
    ("incompatible YAML document", "this version of YAML is not known", "leave the %YAML line out"),
    ("tag", "a word that begins with `!` is a tag, and this one is not known", _QUOTES),
)


def explain(error: yaml.MarkedYAMLError) -> tuple[int, str, str]:
    """The offset, the words and the mend for what a YAML parser stumbled over."""
    problem = error.problem or ""
    mark = error.problem_mark or error.context_mark
    if "quoted scalar" in (error.context or "") and "end of stream" in problem:
        mark = error.context_mark  # where the quote was opened says more than the end of the file
    at = mark.index if mark else 0
    if "'\\t'" in problem or "tab" in problem:
        return at, "a tab can't be used here", "indent with spaces"
    if "nesting depth" in problem:  # libyaml reads ahead, and has a limit of its own
        return at, *TOO_DEEP
    if mark and not mark.column and error.context_mark and (opened := _never_closed(problem)):
        return error.context_mark.index, *opened
    for known, what, mend in _WORDS:
        if known in problem:
            return at, what, mend
    return at, f"this can't be read: {on_one_line(problem)}", "look at the line and the one above it"


def _never_closed(problem: str) -> tuple[str, str] | None:
    """What to say where a `[` or `{` is still open when a line begins that can't be inside it, or the file ends."""
    for close, what in (("]", "the list opened by `[` here"), ("}", "the mapping opened by `{` here")):
        if f"expected ',' or '{close}'" in problem:
            return f"{what} is never closed", f"write `{close}` at its end"
    return None


def unprintable(character: str) -> tuple[str, str]:
    """What to say of a character that may not stand in a YAML file."""
    if character in {"", "\0"}:
        return "this is no text: it holds a NUL character", "name a YAML file, saved as UTF-8"
    return f"the character U+{ord(character):04X} can't be seen and may not stand in a YAML file", "take it out"


def wrong_encoding(data: bytes, start: int, place: Place) -> Problem:
    """The problem of a file that is not UTF-8 from byte `start` on."""
    mend = "save the file as UTF-8"
    for bom, name in (
        (codecs.BOM_UTF32_LE, "UTF-32"),
        (codecs.BOM_UTF32_BE, "UTF-32"),
        (codecs.BOM_UTF16_LE, "UTF-16"),
        (codecs.BOM_UTF16_BE, "UTF-16"),
    ):
        if data.startswith(bom):
            return Problem(Place(place.file), "", f"is in {name}, not in UTF-8", mend)
    if b"\0" in data:
        return Problem(Place(place.file), "", "is no text file", "name a YAML file, saved as UTF-8")
    what = f"the byte 0x{data[start]:02X} is not UTF-8 (the file seems to be in Latin-1 or Windows-1252)"
    return Problem(place, "", what, mend)


def unreadable(file: str, error: OSError | ValueError) -> Problem:
    """The problem of a file that can't be opened."""
    code = error.errno if isinstance(error, OSError) else None
    what, mend = {
        errno.ENOENT: ("there is no such file", "create it, or name another one"),
        errno.EACCES: ("may not be read", "give yourself the permission to read it"),
        errno.EPERM: ("may not be read", "give yourself the permission to read it"),
        errno.EISDIR: ("is a directory", "name a YAML file"),
        errno.ENOTDIR: ("there is no such file: part of the path is not a directory", "check the path"),
        errno.ELOOP: ("its symbolic links lead in a circle", "mend the links"),
        errno.ENAMETOOLONG: ("the name is too long", "name another file"),
    }.get(code or 0, (f"can't be read: {getattr(error, 'strerror', None) or error}", ""))
    return Problem(Place(file), "", what, mend)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"?` for the known word nearest to what was written; empty where none is near."""
    import difflib

    candidates = list(known)
    folded = {candidate.lower(): candidate for candidate in candidates}
    near = difflib.get_close_matches(word.lower(), list(folded), n=1, cutoff=0.6)
    return f'did you mean "{folded[near[0]]}"?' if near else ""


def on_one_line(text: str) -> str:
    """A text as an error shows it: one short line."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:40]}..."


def key_path(path: Iterable[str | int]) -> str:
    """A path through lists and mappings as an error shows it: `search.prospects[1].text`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{on_one_line(step)}" for step in path)
    return "".join(steps).removeprefix(".")

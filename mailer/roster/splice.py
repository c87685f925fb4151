"""Changes one entry of a roster's text and leaves every other character as it is. Pure: text in, text out.

Each function returns the new text. It may be wrong for a way of writing that was not thought of here: the caller
reads the result again and refuses it unless it says exactly what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailer.roster.write import Writable, entry_lines, flow, pair_lines
from mailer.yamlfile.spans import CannotSpliceError, Span, spans_of

_DASH = re.compile(r"(?:\A|[\r\n])[ ]*(-)(?=[ \t\r\n]|\Z)")
_BREAK = re.compile(r"\r\n|\n|\r|\Z")
_COMMENT_LINE = re.compile(r"([ \t]*)#[^\r\n]*")
_COLON = re.compile(r"\s*:")
_COMMA = re.compile(r"\s*,")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")

ORDER = (
    "name",
    "email",
    "emails",
    "id",
    "company",
    "title",
    "phone",
    "relationship",
    "salutation",
    "timezone",
    "language",
    "referred_by",
    "tags",
    "updates",
    "notes",
    "interactions",
)
"""Where a new key goes: behind the last one before it in this order."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text with the helpers that look at its lines."""

    text: str

    @property
    def line_break(self) -> str:
        """The line break this file uses; of several kinds the first."""
        found = _BREAK.search(self.text)
        return found[0] if found and found[0] else "\n"

    def line_start(self, at: int) -> int:
        """Where the line of an offset begins."""
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_end(self, at: int) -> int:
        """Where the line of an offset ends, before its line break."""
        found = _BREAK.search(self.text, at)
        return found.start() if found else len(self.text)

    def after_break(self, at: int) -> int:
        """Behind the line break at an offset."""
        found = _BREAK.match(self.text, at)
        return found.end() if found else at

    def column(self, at: int) -> int:
        """The column of an offset, from 0."""
        return at - self.line_start(at)

    def indented_end(self, end: int, column: int) -> int:
        """The end of an entry that ends at `end`: with the rest of that line, and the comments indented below it."""
        rest = _REST_OF_LINE.match(self.text, end)
        if rest is None:
            raise CannotSpliceError
        at = rest.end()
        while (following := self.after_break(at)) > at:
            comment = _COMMENT_LINE.match(self.text, following)
            if comment is None or len(comment[1]) <= column:
                break
            at = comment.end()
        return at

    def replaced(self, start: int, end: int, new: str) -> str:
        """The text with a stretch of it replaced."""
        return self.text[:start] + new + self.text[end:]


def add_entries(text: str, entries: Sequence[Mapping[str, Writable]]) -> str:
    """The text with contacts added behind the last one."""
    source, root = Source(text), spans_of(text)
    if root is None or root.empty_at():
        return _with_first_list(source, entries)
    number = root.pair("contacts")
    if number < 0:
        raise CannotSpliceError
    key, value = root.pairs[number]
    if not value.items and not value.flow:
        return _instead_of_nothing(source, root, key, value, entries)
    if value.flow:
        return _add_to_flow(source, value, [flow(entry) for entry in entries])
    return _add_to_block(source, value, entries)


def _with_first_list(source: Source, entries: Sequence[Mapping[str, Writable]]) -> str:
    """Nothing but comments so far: the list goes to the end."""
    line_break = source.line_break
    before = "" if source.column(len(source.text)) == 0 else line_break
    lines = ["contacts:", *_block_entries(entries, 2)]
    return source.text + before + line_break.join(lines) + line_break


def _instead_of_nothing(
    source: Source, root: Span, key: Span, value: Span, entries: Sequence[Mapping[str, Writable]]
) -> str:
    """`contacts:` is there and has no value, or says null."""
    if root.flow:
        return source.replaced(value.start, value.end, f" {flow(entries)}")
    without = Source(source.replaced(value.start, value.end, ""))
    at = without.line_end(value.start)
    indent = source.column(key.start) + 2
    lines = _block_entries(entries, indent)
    return without.replaced(at, at, "".join(source.line_break + line for line in lines))


def _add_to_flow(source: Source, value: Span, new: Sequence[str]) -> str:
    if value.items:
        at = value.items[-1].end
        return source.replaced(at, at, "".join(f", {each}" for each in new))
    return source.replaced(value.end - 1, value.end - 1, ", ".join(new))


def _add_to_block(source: Source, value: Span, entries: Sequence[Mapping[str, Writable]]) -> str:
    dashes = dashes_of(source.text, value)
    column, last = source.column(dashes[-1]), value.items[-1]
    at = source.indented_end(last.end, column)
    gap = max(last.inner - dashes[-1], 2) if source.line_start(last.inner) == source.line_start(dashes[-1]) else 2
    blank = len(dashes) > 1 and _line_above_is_blank(source, dashes[-1])
    lines: list[str] = []
    for entry in entries:
        lines += [""] if blank else []
        lines += [" " * column + f"- {flow(entry)}"] if last.flow else _block_entry(entry, column, gap)
    return source.replaced(at, at, "".join(source.line_break + line for line in lines))


def _line_above_is_blank(source: Source, at: int) -> bool:
    start = source.line_start(at)
    above = source.text[:start].removesuffix("\n").removesuffix("\r")
    return bool(above) and above[Source(above).line_start(len(above)) :].strip(" \t") == ""


def _block_entries(entries: Sequence[Mapping[str, Writable]], column: int) -> list[str]:
    return [line for entry in entries for line in _block_entry(entry, column, 2)]


def _block_entry(entry: Mapping[str, Writable], column: int, gap: int) -> list[str]:
    """A mapping as an item of a list: the dash at `column`, the keys `gap` behind it."""
    first, *others = entry_lines(entry)
    indent = " " * (column + gap)
    return [" " * column + "-" + " " * (gap - 1) + first, *(indent + line if line else "" for line in others)]


def dashes_of(text: str, value: Span) -> list[int]:
    """Where the dash of each item of a block list stands."""
    dashes = [value.inner]
    for before, item in zip(value.items, value.items[1:], strict=False):
        found = None
        for found in _DASH.finditer(text, before.end, max(item.start, before.end)):  # noqa: B007  the last one counts
            pass
        if found is None:
            raise CannotSpliceError
        dashes.append(found.start(1))
    return dashes


def remove_entry(text: str, number: int) -> str:
    """The text without a contact."""
    source, value = _contacts(text)
    if value.flow:
        return _remove_from_flow(source, [(item.start, item.end) for item in value.items], number)
    dash = dashes_of(text, value)[number]
    start = source.line_start(dash)
    if text[start:dash].strip(" "):
        raise CannotSpliceError
    end = source.indented_end(value.items[number].end, source.column(dash))
    return source.replaced(start, source.after_break(end), "")


def _remove_from_flow(source: Source, parts: Sequence[tuple[int, int]], number: int) -> str:
    """One part of `[a, b]` or `{a: 1, b: 2}` goes, and one comma with it."""
    start, end = parts[number]
    if number + 1 < len(parts):
        return source.replaced(start, parts[number + 1][0], "")
    if number:
        return source.replaced(parts[number - 1][1], end, "")
    comma = _COMMA.match(source.text, end)
    return source.replaced(start, comma.end() if comma else end, "")


def set_value(text: str, number: int, key: str, value: Writable) -> str:
    """The text with a key of a contact set, added where it is not there yet."""
    source, contacts = _contacts(text)
    entry = contacts.items[number]
    found = entry.pair(key)
    if not entry.pairs:
        raise CannotSpliceError  # an alias: what it says stands elsewhere
    if found < 0:
        return _add_key(source, entry, key, value)
    name, old = entry.pairs[found]
    if entry.flow:
        colon = (
            "" if not old.empty_at() else " " if _COLON.match(text, name.end, old.start) else ": "
        )  # or only `{key}`
        return source.replaced(old.start, old.end, colon + flow(value))
    first, *others = pair_lines(key, value)
    written = first.removeprefix(f"{key}: ").removeprefix(f"{key}:")
    indent = source.line_break + " " * source.column(name.start)
    lines = written + "".join(indent + line if line else source.line_break for line in others)
    start = _behind_colon(source, name, old)
    return source.replaced(start, old.end, f" {lines}")


def set_interactions(
    text: str, number: int, changed: Mapping[int, Mapping[str, Writable]], added: Sequence[Mapping[str, Writable]]
) -> str:
    """The text with some of a contact's interactions changed, by their numbers, and others added behind them."""
    source, contacts = _contacts(text)
    entry = contacts.items[number]
    found = entry.pair("interactions")
    value = entry.pairs[found][1] if found >= 0 else None
    if value is None or not value.items:
        return set_value(text, number, "interactions", added)
    if added and value.flow:
        text = _add_to_flow(source, value, [flow(each) for each in added])
    elif added:
        text = _add_to_block(source, value, added)
    for each in sorted(changed, reverse=True):
        item = value.items[each]
        text = text[: item.start] + flow(changed[each]) + text[item.end :]
    return text


def _behind_colon(source: Source, key: Span, value: Span) -> int:
    """Behind the colon of a pair; what stands between it and the value gives way to the new value."""
    found = _COLON.match(source.text, key.end, value.start)
    if found is None:
        raise CannotSpliceError
    return found.end()


def _add_key(source: Source, entry: Span, key: str, value: Writable) -> str:
    rank = ORDER.index(key)
    known = [(ORDER.index(name.key) if name.key in ORDER else -1, at) for at, (name, _) in enumerate(entry.pairs)]
    before = max((each for each in known if each[0] < rank), default=(-1, len(entry.pairs) - 1))[1]
    name, old = entry.pairs[before]
    end = max(name.end, old.end)
    if entry.flow:
        space = " " if source.text[end - 1] == ":" else ""  # `{phone:, name: x}` is no YAML, `{phone: , name: x}` is
        return source.replaced(end, end, f"{space}, {key}: {flow(value)}")
    indent = " " * source.column(name.start)
    at = source.indented_end(end, len(indent))
    return source.replaced(at, at, "".join(source.line_break + indent + line for line in pair_lines(key, value)))


def remove_key(text: str, number: int, key: str) -> str:
    """The text without a key of a contact; unchanged where it is not there."""
    source, contacts = _contacts(text)
    entry = contacts.items[number]
    found = entry.pair(key)
    if found < 0:
        return text
    if entry.flow:
        parts = [(name.start, max(name.end, value.end)) for name, value in entry.pairs]
        return _remove_from_flow(source, parts, found)
    name, old = entry.pairs[found]
    end = source.indented_end(max(name.end, old.end), source.column(name.start))
    start = source.line_start(name.start)
    if not text[start : name.start].strip(" "):
        return source.replaced(start, source.after_break(end), "")
    if found + 1 < len(entry.pairs) and not text[end : entry.pairs[found + 1][0].start].strip():
        end = entry.pairs[found + 1][0].start  # the next key moves up behind the dash
    return source.replaced(name.start, end, "")


def _contacts(text: str) -> tuple[Source, Span]:
    root = spans_of(text)
    number = root.pair("contacts") if root else -1
    if root is None or number < 0:
        raise CannotSpliceError
    return Source(text), root.pairs[number][1]

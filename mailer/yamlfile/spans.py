"""Finds where in a YAML text each entry, key and value begins and ends.

The parser's own end of a block list or mapping lies behind the comments that follow it; here a block ends where its
last value ends. Offsets are characters of the text without byte order mark.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from mailer.yamlfile.build import parser_class


class CannotSpliceError(Exception):
    """The text is written in a way that can't be changed safely."""


@dataclass(slots=True)
class Span:
    """A value's stretch of text, `start` up to, not including, `end`. `inner` is where the first item begins."""

    start: int
    end: int
    inner: int = 0
    flow: bool = False
    items: list[Span] = field(default_factory=list)  # of a list
    pairs: list[tuple[Span, Span]] = field(default_factory=list)  # of a mapping
    key: str = ""  # of a scalar: what it says

    def pair(self, key: str) -> int:
        """The number of the pair with this key; -1 where there is none."""
        return next((number for number, (each, _) in enumerate(self.pairs) if each.key == key), -1)

    def empty_at(self) -> bool:
        """Whether nothing was written here at all."""
        return self.start == self.end


class _Scanner:
    """Builds spans from events."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = parser_class()(text.encode()).get_event
        self._events = yaml.events

    def root(self) -> Span | None:
        """The span of the document's value; None where there is none."""
        while (event := self._next()) is not None:
            if not isinstance(event, yaml.events.StreamStartEvent | yaml.events.DocumentStartEvent):
                break
        return None if isinstance(event, yaml.events.StreamEndEvent | None) else self._value(event)

    def _value(self, event: Any) -> Span:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.events.MappingStartEvent):
            return self._mapping(Span(start, end, end, event.flow_style is True))
        if isinstance(event, yaml.events.SequenceStartEvent):
            return self._list(Span(start, end, self._first_dash(end), event.flow_style is True))
        if isinstance(event, yaml.events.ScalarEvent):
            if event.style and event.style in "|>":
                end = self._block_scalar_end(start, end)
            return Span(start, end, start, key=event.value)
        return Span(start, end, start)  # an alias

    def _first_dash(self, end: int) -> int:
        return end if self._text[end : end + 1] == "-" else end - 1  # a list not indented is told with its dash

    def _block_scalar_end(self, start: int, end: int) -> int:
        """Where the text of a `|` or `>` ends, its last line break left out; `+` keeps the empty lines after it."""
        header = self._text[start:end].splitlines()[0]
        if "+" not in header:
            return start + len(self._text[start:end].rstrip())
        if self._text[start:end].endswith("\r\n"):
            return end - 2
        return end - 1 if self._text[end - 1] in "\r\n" else end

    def _list(self, span: Span) -> Span:
        while not isinstance(event := self._next(), yaml.events.SequenceEndEvent):
            span.items.append(self._value(event))
        return self._closed(span, event, span.items[-1:])

    def _mapping(self, span: Span) -> Span:
        while not isinstance(event := self._next(), yaml.events.MappingEndEvent):
            key = self._value(event)
            span.pairs.append((key, self._value(self._next())))
        return self._closed(span, event, list(span.pairs[-1]) if span.pairs else [])

    @staticmethod
    def _closed(span: Span, event: Any, last: list[Span]) -> Span:
        if span.flow:
            span.end = event.end_mark.index
        elif last:
            span.end = max(part.end for part in last)
        return span


def spans_of(text: str) -> Span | None:
    """The spans of a text that was read already, so that it is known to be sound and shallow.

    Raises CannotSpliceError where a first change made it unsound.
    """
    try:
        return _Scanner(text).root()
    except yaml.YAMLError as error:
        raise CannotSpliceError from error

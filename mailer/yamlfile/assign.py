"""Sets one value in a YAML text and leaves every other character as it is. Pure: text in, text out.

The result may be wrong for a way of writing that was not thought of here: the caller reads it again and refuses it
unless it says exactly what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.yamlfile.spans import CannotSpliceError, Span, spans_of

_BREAK = re.compile(r"\r\n|\n|\r")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_COLON = re.compile(r"\s*:")


def assign(text: str, path: Sequence[str], value: str) -> str:
    """The text with the value at a path of keys set to a plain word; its last key is added where it is not there.

    Raises CannotSpliceError where the mapping around it is not there, or is an alias.
    """
    mapping = spans_of(text)
    for key in path[:-1]:
        number = mapping.pair(key) if mapping else -1
        mapping = mapping.pairs[number][1] if mapping and number >= 0 else None
    if mapping is None or not mapping.pairs:
        raise CannotSpliceError
    number = mapping.pair(path[-1])
    if number < 0:
        return _added(text, mapping, path[-1], value)
    key_span, old = mapping.pairs[number]
    if not old.empty_at():
        return text[: old.start] + value + text[old.end :]
    colon = _COLON.match(text, key_span.end)
    if colon is None:
        raise CannotSpliceError
    return f"{text[: colon.end()]} {value}{text[colon.end() :]}"


def _added(text: str, mapping: Span, key: str, value: str) -> str:
    """One more pair, behind the first one."""
    first, old = mapping.pairs[0]
    end = max(first.end, old.end)
    if mapping.flow:
        return f"{text[:end]}, {key}: {value}{text[end:]}"
    rest = _REST_OF_LINE.match(text, end)
    if rest is None:
        raise CannotSpliceError
    begin = max(text.rfind("\n", 0, first.start), text.rfind("\r", 0, first.start)) + 1
    found = _BREAK.search(text)
    indent = " " * (first.start - begin)
    return f"{text[: rest.end()]}{found[0] if found else chr(10)}{indent}{key}: {value}{text[rest.end() :]}"

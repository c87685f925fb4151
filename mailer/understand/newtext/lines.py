"""Lines and their depth of quoting; text of format=flowed made whole again (RFC 3676)."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
_WRAPPED_LENGTH = 60
"""A quoted line at least this long may have been wrapped by a careless program, its rest left without a mark."""


def depth_of(line: str) -> int:
    """How many quoting marks stand before a line; `>From ` is an escaped line of text (RFC 4155), not a quote."""
    stripped = line.lstrip()
    if not stripped or stripped[0] != ">" or line.startswith(">From "):
        return 0
    match = _MARKS.match(line)
    return match[0].count(">") if match else 0


def is_wrapped_rest(before: str, line: str, after_depth: int) -> bool:
    """Whether an unmarked line between two quoted ones is the end of a quoted line that was wrapped in transit."""
    stripped = line.strip()
    if not stripped or after_depth == 0 or len(before) < _WRAPPED_LENGTH:
        return False
    return stripped[0].islower() or stripped[0].isdigit() or before.rstrip()[-1:] not in ".?!:"


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Paragraphs whole again: lines that end in a space go on in the next of the same depth (RFC 3676 section 4)."""
    out: list[str] = []
    open_depth = -1  # depth of the paragraph that is still open, or -1
    for line in text.split("\n"):
        depth = depth_of(line)
        body = line.lstrip(" ")[depth:].lstrip(">") if depth else line
        body = body[1:] if body.startswith(" ") else body
        soft = body.endswith(" ") and body != "-- "
        content = body[:-1] if soft and delete_space else body
        if open_depth == depth:
            out[-1] += content
        else:
            out.append(f"{'>' * depth}{' ' if depth else ''}{content}")
        open_depth = depth if soft else -1
    return "\n".join(out)

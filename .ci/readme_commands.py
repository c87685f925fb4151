"""Prints the first two lines that stand in fenced blocks of the README: `python readme_commands.py README.md`.

They are what a newcomer runs: the first sets up and shows the main job, the second sets up and passes the tests.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

FENCE = "```"


def fenced_lines(markdown: str) -> Iterator[str]:
    """Every line inside a fenced block, in order, without the empty ones."""
    inside = False
    for line in markdown.splitlines():
        if line.startswith(FENCE):
            inside = not inside
        elif inside and line.strip():
            yield line


def commands(readme: Path) -> tuple[str, str]:
    """The two commands. Raises ValueError where there are fewer."""
    found = tuple(islice(fenced_lines(readme.read_text(encoding="utf-8")), 2))
    if len(found) < 2:
        raise ValueError(f"{readme} has fewer than two lines in fenced blocks")
    return found[0], found[1]


if __name__ == "__main__":
    print(*commands(Path(sys.argv[1])), sep="\n")

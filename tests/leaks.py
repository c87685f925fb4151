"""Looks, when all tests are done, through every log and database that their programs have left behind: there is no
password and no token in any of them, and no text of a letter in a log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

LETTERS = (b"walking me through", b"head of platform role")
"""What the letters of all these tests say."""

SHORTEST = 8
"""Characters below which a password could be an ordinary word of a log."""

PIECE = 2**20


def secrets_below(folder: Path) -> set[bytes]:
    """Every password and token that a program was given in a file of its own."""
    found: set[str] = set()
    for file in folder.rglob("password*"):
        if file.is_file():
            found.update(file.read_text(errors="replace").split("\n"))
    for file in folder.rglob("oauth-*.json"):
        kept = json.loads(file.read_text())
        found |= {kept["access"], kept["refresh"]}
    return {text.encode() for text in found if len(text) >= SHORTEST}


def holding(files: Iterable[Path], words: Iterable[bytes]) -> Iterator[str]:
    """Which file holds which word: its name, and how the word begins."""
    wanted = sorted(words)
    longest = max(map(len, wanted), default=0)
    for file in files:
        found = {word for piece in _pieces(file, longest) for word in wanted if word in piece}
        yield from (f"{file}: {word[:4].decode(errors='replace')}..." for word in sorted(found))


def leaks_below(folder: Path) -> list[str]:
    """Every secret in a log or a database, and every letter's text in a log."""
    logs = [path for path in folder.rglob("log*") if path.is_file() and path.suffix in ("", ".log")]
    databases = [path for path in folder.rglob("*.sqlite3*") if path.is_file()]
    return [*holding([*logs, *databases], secrets_below(folder)), *holding(logs, LETTERS)]


def _pieces(file: Path, overlap: int) -> Iterator[bytes]:
    """A file's octets, so that nothing as long as `overlap` is cut apart unseen."""
    with file.open("rb") as stream:
        before = b""
        while piece := stream.read(PIECE):
            yield before + piece
            before = piece[-overlap:] if overlap else b""

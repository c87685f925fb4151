"""Listings for people: a table of rich's on a terminal, aligned plain text elsewhere. Ids are never cut."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import click

from mailer.cli.words import harmless, one_line


@dataclass(frozen=True, slots=True)
class Column:
    """One column. A `firm` one is neither cut nor folded; `right` puts numbers below one another."""

    title: str
    firm: bool = False
    right: bool = False


ID_COLUMN = Column("id", firm=True, right=True)


def show(columns: Sequence[Column], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """Print the table on stdout, or `empty` on stderr where there is nothing in it."""
    if not rows:
        click.echo(empty, err=True)
        return
    cells = [["" if cell is None else one_line(str(cell)) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich(columns, cells)
    else:
        click.echo("\n".join(_plain(columns, cells)))


def _rich(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(
            column.title, no_wrap=column.firm, overflow="fold", justify="right" if column.right else "left"
        )
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def _plain(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[str]:
    lines = [[column.title for column in columns], *cells]
    widths = [max(width(line[i]) for line in lines) for i in range(len(columns))]
    return [
        "  ".join(_pad(c, w, column.right) for c, w, column in zip(line, widths, columns, strict=True)).rstrip()
        for line in lines
    ]


def _pad(text: str, to: int, right: bool) -> str:
    space = " " * (to - width(text))
    return space + text if right else text + space


def width(text: str) -> int:
    """How many places a text takes on a terminal: wide characters take two, combining ones none (UAX 11)."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def facts(pairs: Sequence[tuple[str, object]]) -> str:
    """`name  value` lines, aligned; pairs without a value are left out."""
    given = [(name, harmless(str(value))) for name, value in pairs if value not in (None, "", [], ())]
    widest = max((width(name) for name, _ in given), default=0)
    lines = []
    for name, value in given:
        first, *more = value.split("\n")
        lines.append(f"{_pad(name, widest, False)}  {first}".rstrip())
        lines.extend(" " * (widest + 2) + line for line in more)
    return "\n".join(lines)

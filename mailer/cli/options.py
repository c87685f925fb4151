"""Options that several commands share, and the question before a bulk act."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from mailer.cli.call import Call

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")

ID = click.IntRange(1, 2**63 - 1)
"""The id of a row, as a listing shows it."""

INTERACTIONS = ("call", "meeting", "coffee", "event", "email", "introduction")
"""Kinds of interactions, said here since a help text must not wait until the program's words are loaded."""


def _set_json(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    if value:
        ctx.ensure_object(Call).as_json = True
    return value


json_option = click.option(
    "--json", is_flag=True, expose_value=False, callback=_set_json, help="Print JSON, and nothing else, on stdout."
)

yes_option = click.option("-y", "--yes", is_flag=True, help="Don't ask.")


def listing_options(command: F) -> F:
    """`--json`, `--limit` and `--after`, which every listing takes."""
    limit = click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many.")
    after = click.option(
        "--after", type=click.IntRange(0, 2**63 - 1), default=0, metavar="ID", help="Only after this id."
    )
    return json_option(limit(after(command)))


def rows_after(rows: Iterable[R], after: int, identity: Callable[[R], int | None]) -> list[R]:
    """The rows behind the one of an id, in an order that is not that of the ids; all of them for 0.

    None where that row is not there (any more), so that who reads page by page comes to an end.
    """
    left = iter(rows)
    if after:
        next((row for row in left if identity(row) == after), None)
    return list(left)


def sure(question: str, *, yes: bool) -> bool:
    """Whether to go on: asked on a terminal only, since a script has nobody to answer."""
    if yes or not sys.stdin.isatty():
        return True
    return click.confirm(question, err=True)


class Answer(click.Choice[str]):
    """One of several answers to a question, or the beginning of one: `y` is yes."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        begun = value.strip().casefold()
        found = [each for each in self.choices if begun and each.startswith(begun)]
        return found[0] if len(found) == 1 else super().convert(value, param, ctx)

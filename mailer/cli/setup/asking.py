"""Questions on a terminal; in a script each one's flag stands for its answer, and what is missing is told at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import click

from mailer.errors import UsageError

TRIES = 3


@dataclass
class Asker:
    """Asks where somebody is there to answer. `missing` collects the flags that a script left out."""

    interactive: bool
    missing: list[str] = field(default_factory=list)

    def text(
        self,
        given: str | None,
        flag: str,
        question: str,
        *,
        default: str = "",
        needed: bool = True,
        check: Callable[[str], str] = str,
    ) -> str:
        """A text: the flag's, else what is answered, else the default. `check` raises UsageError for a wrong one."""
        if given is not None:
            return check(given)
        if not self.interactive:
            if needed and not default:
                self.missing.append(flag)
            return default
        while True:
            answer = click.prompt(
                question, default=default or (None if needed else ""), show_default=bool(default), err=True
            )
            try:
                return check(str(answer).strip())
            except UsageError as error:
                click.echo(f"{error}; {error.mend}" if error.mend else str(error), err=True)

    def secret(self, question: str, *, empty: bool = False) -> str:
        """A secret, not shown while it is typed; `empty` says whether it may be."""
        return str(click.prompt(question, default="" if empty else None, show_default=False, hide_input=True, err=True))

    def yes(self, given: bool | None, question: str, *, default: bool) -> bool:
        """A yes or no; in a script without the flag it is no."""
        if given is not None:
            return given
        return self.interactive and click.confirm(question, default=default, err=True)

    def demand(self) -> None:
        """Raises UsageError with everything that a script left out."""
        if self.missing:
            flags = ", ".join(self.missing)
            raise UsageError(f"nobody is here to answer, and not everything is given: {flags}", mend="give these, too")


def one_line(text: str) -> str:
    """A text that is not empty and stands on one line."""
    plain = " ".join(text.split())
    if not plain or not plain.isprintable():
        raise UsageError("a line of text belongs here")
    return plain

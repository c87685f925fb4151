"""The demo's last words: who was thanked, updated, answered, and where to look next."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mailer.demo.files import CONFIG, LOG, ROSTER
from mailer.demo.summary import Summary

_LINES = (
    ("thanked", "thanked", "green"),
    ("updated", "updated", "green"),
    ("answered", "answered", "bold green"),
    ("automatic", "away", "blue"),
    ("put_off", "hears later", "blue"),
    ("bounced", "bounced", "red"),
    ("opted_out", "opted out", "yellow"),
    ("introduced", "introduced", "cyan"),
    ("held", "waits for you", "magenta"),
)
_COMMANDS = (
    ("status", "whether all is well"),
    ("contacts list", "everybody and their state"),
    ("outbox list", "every mail, and what became of it"),
    ("replies list", "every answer, and why it was taken for what it is"),
)


def program() -> str:
    """The program as it was called, so that what is shown can be typed: its name where the shell finds it by that."""
    called = Path(sys.argv[0])
    found = shutil.which(called.name)
    if called.name != "mailer" or (found and called.is_file() and called.samefile(found)):
        return "mailer"
    try:
        nearer = called.absolute().relative_to(Path.cwd())
    except ValueError:
        return shlex.quote(str(called))
    return shlex.quote(str(nearer) if len(nearer.parts) > 1 else f"./{nearer}")


def print_summary(console: Console, summary: Summary) -> None:
    """For people."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for key, word, style in _LINES:
        names = getattr(summary, key)
        if names:
            table.add_row(Text(f" {word}", style), str(len(names)), ", ".join(names))
    console.print(table)
    console.print(
        f"\n {summary.sent} mails left over SMTP and every answer came over IMAP, in {summary.seconds} seconds. "
        "No mail left this machine.",
        highlight=False,
        markup=False,
    )
    _print_next(console, summary.folder)


def _print_next(console: Console, folder: str | None) -> None:
    if folder is None:
        console.print(
            f" Run it as `{program()} demo --keep DIR` to look at everything afterwards.",
            highlight=False,
            markup=False,
        )
        return
    console.print(
        f"\n In {folder} are {CONFIG} and {ROSTER} to read and {LOG}. Look around with", highlight=False, markup=False
    )
    config = shlex.quote(str(Path(folder) / CONFIG))
    for command, what in _COMMANDS:
        line = Text.assemble(f"   {program()} --config ", config, " ", (command, "bold"), ("   " + what, "dim"))
        console.print(line, soft_wrap=True)

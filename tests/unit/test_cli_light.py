"""The light path stays light, and the table of commands is in step with the commands."""

from __future__ import annotations

import subprocess
import sys
from enum import StrEnum

import click
import pytest

from mailer.cli.commands import contacts, outbox, replies
from mailer.cli.options import INTERACTIONS
from mailer.cli.root import COMMANDS, mailer
from mailer.model import Classification, ContactStatus, InteractionKind, MessageKind, MessageStatus

HEAVY = (
    "pydantic",
    "sqlalchemy",
    "rich",
    "dateparser",
    "jinja2",
    "holidays",
    "yaml",
    "alembic",
    "imapclient",
    "asyncio",
)


def _loaded_by(*args: str) -> set[str]:
    """The modules that a call has loaded when it ends."""
    code = (
        "import sys; from mailer.cli import main; main(sys.argv[1:]); print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    ("offered", "known"),
    [
        (INTERACTIONS, InteractionKind),
        (outbox.KINDS, MessageKind),
        (outbox.STATUSES, MessageStatus),
        (contacts.STATUSES, ContactStatus),
        (replies.CLASSIFICATIONS, Classification),
    ],
)
def test_what_a_command_offers_without_loading_the_words_is_what_they_are(
    offered: tuple[str, ...], known: type[StrEnum]
) -> None:
    assert set(offered) == set(known)


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("log", "--help"), ("outbox", "approve", "--help")])
def test_help_loads_nothing_heavy(args: tuple[str, ...]) -> None:
    assert not _loaded_by(*args) & set(HEAVY)


def test_understanding_a_file_needs_no_database_and_no_configuration() -> None:
    loaded = _loaded_by("understand", "--json", __file__)
    assert not loaded & {"sqlalchemy", "pydantic", "mailer.config"}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command under a group, with its path."""
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


def test_every_command_of_the_table_is_there_and_says_what_it_does() -> None:
    assert {path[0] for path, _ in commands(mailer)} == set(COMMANDS)
    for path, command in commands(mailer):
        assert command.name == path[-1]
        assert command.help or command.callback is None, path


def test_every_listing_takes_json_limit_and_after() -> None:
    for path, command in commands(mailer):
        if path[-1] == "list" or path == ("update", "status"):
            assert {"--json", "--limit", "--after"} <= {name for p in command.params for name in p.opts}, path


def test_every_command_but_run_and_completion_takes_json() -> None:
    without = {path for path, c in commands(mailer) if not any("--json" in p.opts for p in c.params)}
    groups = {path for path, c in commands(mailer) if isinstance(c, click.Group)}
    assert without - groups == {("run",), ("completion",)}

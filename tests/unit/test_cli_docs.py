"""docs/commands.md says what the commands are, no more and no less; and no page names a command that isn't there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mailer.cli.root import mailer

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "commands.md").read_text(encoding="utf-8")
SHARED = {"--json", "--limit", "--after", "--yes", "-y", "--help", "-h"}
FILTERS = {"--kind", "--status", "--contact", "--edition"}


def leaves(group: click.Group, path: str = "mailer") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, f"{path} {name}")
        elif command is not None:
            yield f"{path} {name}", command


COMMANDS = dict(leaves(mailer))
SECTIONS = {m[1]: m[2] for m in re.finditer(r"^### (mailer .*)\n((?:(?!^##).*\n)*)", PAGE, re.MULTILINE)}


def options_of(command: click.Command) -> set[str]:
    return {name for p in command.params if isinstance(p, click.Option) for name in (*p.opts, *p.secondary_opts)}


def test_every_command_has_its_section_and_every_section_its_command() -> None:
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_named_and_none_that_is_not_there(name: str) -> None:
    has, said = options_of(COMMANDS[name]), set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", SECTIONS[name]))
    acts_on_filter = has >= FILTERS and name != "mailer outbox list"
    needed = has - SHARED - (FILTERS if acts_on_filter else set())
    assert needed <= said
    assert said <= has | SHARED


def test_the_options_of_all_commands_are_named() -> None:
    above = PAGE.partition("## Every day")[0]
    assert all(f"`{option}" in above for option in options_of(mailer) | {"--json", "--limit", "--after", "--yes"})


PAGES = sorted(
    [
        *CHECKOUT.glob("docs/*.md"),
        CHECKOUT / "README.md",
        CHECKOUT / "config.example.yaml",
        *CHECKOUT.glob("mailer/**/*.py"),
        *CHECKOUT.glob("templates/**/*.md"),
    ]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_no_page_and_no_message_names_a_command_that_is_not_there(page: Path) -> None:
    groups = {name.rpartition(" ")[0] for name in COMMANDS}
    words = r"`(?:\.venv/bin/|[\w/.-]*/)?mailer((?: --config [^ `]+| -v)*(?: [a-z-]+){1,2})"
    for found in re.findall(words, page.read_text(encoding="utf-8")):
        first, *rest = re.sub(r" (?:--config [^ ]+|-v)", "", found).split() or [""]
        if first.startswith("-"):
            continue
        command = f"mailer {first}"
        if command in groups and rest and not rest[0].startswith("-"):
            command = f"{command} {rest[0]}"
        assert command in COMMANDS or command in groups, f"{page.name}: {command}"


@pytest.mark.parametrize("page", sorted(CHECKOUT.glob("docs/*.md")), ids=lambda page: page.name)
def test_every_row_of_a_table_has_the_cells_its_head_has(page: Path) -> None:
    cells = 0
    for line in page.read_text(encoding="utf-8").splitlines():
        bars = re.sub(r"`[^`]*`|\\\|", "", line).count("|") if line.startswith("|") else 0
        assert not (cells and bars) or bars == cells, line
        cells = bars

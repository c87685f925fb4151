"""What the README and the pages in docs/ say can be done, can be done. CI runs the two commands themselves."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mailer.cli.call import make_call
from mailer.cli.root import mailer
from mailer.config import load_config
from mailer.roster import load_roster

CHECKOUT = Path(__file__).parents[2]
README = CHECKOUT / "README.md"
PAGES = sorted([README, CHECKOUT / "CHANGELOG.md", *(CHECKOUT / "docs").glob("*.md")])
PAGE_NAMES = [str(page.relative_to(CHECKOUT)) for page in PAGES]


def tokens(page: Path) -> list[Token]:
    return MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8"))


def fences(page: Path, language: str) -> list[str]:
    return [token.content for token in tokens(page) if token.type == "fence" and token.info == language]


def first_commands() -> tuple[str, str]:
    found: tuple[str, str] = runpy.run_path(str(CHECKOUT / ".ci" / "readme_commands.py"))["commands"](README)
    return found


# The two commands


def test_ci_takes_the_lines_that_a_markdown_reader_sees_first_in_fenced_blocks() -> None:
    blocks = [token.content for token in tokens(README) if token.type == "fence"]
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    assert first_commands() == tuple(lines[:2])


def test_the_first_command_runs_the_demo_and_the_second_the_tests() -> None:
    demo, tests = first_commands()
    assert demo.endswith("/mailer demo")
    assert tests.partition("/pytest")[1:] == ("/pytest", " -n 2")


@pytest.mark.parametrize("number", [0, 1])
def test_a_command_is_one_whole_line_of_shell(number: int) -> None:
    line = first_commands()[number]
    assert not line.endswith("\\")
    assert subprocess.run(["sh", "-n", "-c", line], check=False).returncode == 0


@pytest.mark.parametrize("number", [0, 1])
def test_a_command_needs_no_pip_in_the_environment_it_makes(number: int) -> None:
    words = shlex.split(first_commands()[number])
    assert "--without-pip" in words  # Debian's python3 has venv, and no ensurepip
    assert "--python" in words


def test_the_extras_the_commands_ask_for_exist() -> None:
    extras = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    asked = re.findall(r"\.\[(\w+)\]", " ".join(first_commands()))
    assert len(asked) == 2
    assert set(asked) <= set(extras)


def test_the_ci_script_can_be_run_and_is_whole() -> None:
    script = CHECKOUT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


# Configuration and roster


def test_the_configuration_and_the_roster_in_the_readme_are_right(tmp_path: Path) -> None:
    config, roster = fences(README, "yaml")
    (tmp_path / "config.yaml").write_text(config)
    (tmp_path / "contacts.yaml").write_text(roster)
    read = load_config(tmp_path / "config.yaml")
    assert read.warnings == ()
    assert load_roster(read.roster_paths()).warnings == ()


# Commands and links


def shell_lines(page: Path) -> Iterator[str]:
    for block in fences(page, "sh"):
        yield from block.splitlines()


def mailer_calls(page: Path) -> Iterator[list[str]]:
    for line in shell_lines(page):
        words = shlex.split(line, comments=True)
        if words and words[0].rpartition("/")[2] == "mailer":
            yield words[1:]


def test_the_readme_shows_how_to_set_up_check_run_log_and_look() -> None:
    assert {"init", "check", "run", "log", "status"} <= {words[0] for words in mailer_calls(README)}


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_every_call_of_mailer_in_a_page_is_understood(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in mailer_calls(CHECKOUT / name):
        for word in words:
            if word == "FILE" or word.endswith((".md", ".eml", ".html")):
                (tmp_path / word).touch()  # the page speaks of a file that its reader has
        with click.Context(mailer, obj=make_call(None, verbose=False)) as context:
            understood(mailer, words, context)


def understood(command: click.Command, words: list[str], parent: click.Context) -> None:
    """Parse a call down to its last command, and run nothing. Raises click's error for a wrong one."""
    context = command.make_context(command.name, list(words), parent=parent)
    if isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None, name
        understood(found, rest, context)


def links(page: Path) -> Iterator[str]:
    for token in tokens(page):
        for child in token.children or ():
            target = child.attrs.get("href") or child.attrs.get("src")
            if target:
                yield str(target)


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    page = CHECKOUT / name
    local = (target.partition("#")[0] for target in links(page) if not re.match(r"[a-z]+:", target))
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    index = CHECKOUT / "docs" / "README.md"
    known = {(index.parent / target).resolve() for target in links(index)}
    assert [page.name for page in PAGES if page.parent.name == "docs" and page != index and page not in known] == []


def test_the_map_of_the_source_has_every_room() -> None:
    text = (CHECKOUT / "docs" / "README.md").read_text()
    rooms = [
        f"mailer/{path.name}/" if path.is_dir() else f"mailer/{path.name}"
        for path in (CHECKOUT / "mailer").iterdir()
        if not path.name.startswith("_") and (path.suffix == ".py" or (path / "__init__.py").exists())
    ]
    assert [room for room in rooms if f"`{room}`" not in text] == []

"""The layout holds: floors, and dependencies that are declared. The longest rooms are reported, not refused."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
FILE_LINES = 400
FUNCTION_LINES = 45

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((CHECKOUT / "mailer").rglob("*.py")):
        yield path.relative_to(CHECKOUT), ast.parse(path.read_bytes())


def test_files_import_from_lower_floors_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run([linter, "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def normal(name: str) -> str:
    """A distribution's name as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in requirements}


def imported(tree: ast.Module) -> Iterator[str]:
    """The first parts of all names imported, from other projects or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_whatever_is_imported_is_declared_as_a_dependency() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    always = declared(project["dependencies"]) | declared(extras["keyring"])  # whose absence is told
    demo, calendar = (always | declared(extras[name]) for name in ("demo", "calendar"))
    owners = packages_distributions()
    ours = set(sys.stdlib_module_names) | {"mailer"}
    missing = {
        f"{path}: {name}"
        for path, tree in modules()
        for name in set(imported(tree)) - ours
        if not {normal(owner) for owner in owners.get(name, [])}
        & (demo if "demo" in path.parts else calendar if path.name == "calendar.py" else always)
    }
    assert missing == set()


def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path, tree in modules() if tree.body and not ast.get_docstring(tree)] == []


def test_the_longest_rooms_are_reported() -> None:
    long = []
    for path, tree in modules():
        if "versions" in path.parts:  # a migration is a list
            continue
        lines = len((CHECKOUT / path).read_text().splitlines())
        if lines > FILE_LINES:
            long.append(f"{path}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, Function) and (length := node.end_lineno - node.lineno + 1) > FUNCTION_LINES:  # type: ignore[operator]
                long.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    if long:
        warnings.warn("long rooms, look whether each does one job: " + "; ".join(long), stacklevel=1)

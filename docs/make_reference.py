"""Writes the tables of docs/configuration.md anew from the JSON Schemas: `python docs/make_reference.py`.

A test runs `rendered` and compares, so that the page and the program can't drift apart.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mailer.config import json_schema as config_schema
from mailer.config.provider import SignIn
from mailer.config.providers import PROVIDERS
from mailer.model import Server
from mailer.roster import json_schema as roster_schema

PAGE = Path(__file__).with_name("configuration.md")
Schema = dict[str, Any]
SIGN_IN = {SignIn.password: "password", SignIn.app_password: "app password", SignIn.oauth2: "OAuth 2.0"}


def rows(schema: Schema, root: Schema, above: str = "") -> Iterator[tuple[str, str, str]]:
    """Each key below a schema: its path, its default, its sentence."""
    required = set(schema.get("required", ()))
    for key, value in schema["properties"].items():
        path = f"{above}{key}"
        yield path, "required" if key in required else _default(value), value["description"]
        for below, mark in _below(value, root):
            yield from rows(below, root, f"{path}{mark}.")


def _default(value: Schema) -> str:
    default = value.get("default")
    if default is None:
        return ""
    if isinstance(default, list):
        return ", ".join(f"`{item}`" for item in default)
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _below(value: Schema, root: Schema) -> Iterator[tuple[Schema, str]]:
    """The mappings a value may be, and the mark of a list."""
    seen: list[Schema] = []
    for choice in value.get("anyOf", [value]):
        items = choice.get("items", {})
        for part, mark in ((choice, ""), *((each, "[]") for each in items.get("anyOf", [items]))):
            found = root["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
            if "properties" in found and found not in seen:
                seen.append(found)
                yield found, mark


def table(schema: Schema) -> str:
    """A Markdown table of every key."""
    lines = ["| key | default | what it does |", "| --- | --- | --- |"]
    lines += [f"| `{key}` | {default} | {says} |" for key, default, says in rows(schema, schema)]
    return "\n".join(lines)


def providers() -> str:
    """A Markdown table of the mail services known."""
    lines = [
        "| `provider:` | takes mail | keeps the mailbox | files sent mail | sign-in | takes at most |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in PROVIDERS:
        names = ", ".join(f"`{name}`" for name in each.names)
        filed = "yes" if each.files_sent else ""
        cells = (names, _where(each.smtp), _where(each.imap), filed, SIGN_IN[each.sign_in], each.takes)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _where(server: Server) -> str:
    return f"{server.host}, {server.port}, {server.security}"


def rendered(page: str) -> str:
    """The page with its three tables made anew; the rest stays as it is."""
    parts = {"config": table(config_schema()), "roster": table(roster_schema()), "providers": providers()}
    for name, text in parts.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}{text}\n{end}{rest.partition(end)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text()))
    sys.stdout.write(f"{PAGE} is up to date\n")

"""The example, the reference page and the JSON Schemas stay in step with the code."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.config import json_schema as config_schema
from mailer.config import load_config, parse_config
from mailer.errors import ConfigurationError
from mailer.resources import shipped
from mailer.roster import json_schema as roster_schema
from mailer.roster.read import read_document
from mailer.yamlfile import Scalar, YamlList, YamlMap, parse_yaml
from tests.unit.test_config import MINIMAL

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config.example.yaml").read_text()
WITH_EVERY_KEY = re.sub(r"(?m)^( *)#(?=[a-z_]+:)", r"\1", EXAMPLE)  # keys that most leave out stand behind a bare `#`
CONFIG_SCHEMA = config_schema()
REFERENCE = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))


def plain(node: Any) -> Any:
    """A tree as a JSON Schema validator sees it."""
    if isinstance(node, YamlMap):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, YamlList):
        return [plain(value) for value in node]
    return node.value if isinstance(node, Scalar) else node


def paths(node: Any, above: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield f"{above}{key}"
            yield from paths(value, f"{above}{key}.")
    if isinstance(node, list):
        for value in node:
            yield from paths(value, f"{above[:-1]}[].")


_TYPES: dict[str, Any] = {"string": str, "number": (int, float), "integer": int, "array": list, "object": dict}


def accepts(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """A validator for as much of JSON Schema 2020-12 as these schemas use; an unknown keyword raises KeyError."""
    return all(_RULES[word](rule, value, schema, root) for word, rule in schema.items() if word not in _ONLY_TOLD)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_ONLY_TOLD = {"title", "description", "default", "examples", "format", "$defs", "$schema"}
_RULES: dict[str, Callable[[Any, Any, dict[str, Any], dict[str, Any]], bool]] = {
    "$ref": lambda rule, value, _, root: accepts(root["$defs"][rule.rpartition("/")[2]], value, root),
    "type": lambda rule, value, *_: any(_is_a(value, kind) for kind in ([rule] if isinstance(rule, str) else rule)),
    "anyOf": lambda rule, value, _, root: any(accepts(choice, value, root) for choice in rule),
    "enum": lambda rule, value, *_: value in rule,
    "const": lambda rule, value, *_: value == rule,
    "pattern": lambda rule, value, *_: not isinstance(value, str) or re.search(rule, value) is not None,
    "minimum": lambda rule, value, *_: not _number(value) or value >= rule,
    "maximum": lambda rule, value, *_: not _number(value) or value <= rule,
    "minItems": lambda rule, value, *_: not isinstance(value, list) or len(value) >= rule,
    "items": lambda rule, value, _, root: (
        not isinstance(value, list) or all(accepts(rule, each, root) for each in value)
    ),
    "properties": lambda rule, value, _, root: (
        not isinstance(value, dict) or all(accepts(rule[key], value[key], root) for key in value.keys() & rule.keys())
    ),
    "required": lambda rule, value, *_: not isinstance(value, dict) or value.keys() >= set(rule),
    "additionalProperties": lambda rule, value, schema, _: (
        rule or not isinstance(value, dict) or value.keys() <= schema["properties"].keys()
    ),
}


def _is_a(value: Any, kind: str) -> bool:
    if kind == "null":
        return value is None
    if kind == "boolean" or isinstance(value, bool):
        return kind == "boolean" and isinstance(value, bool)
    return isinstance(value, _TYPES[kind])


def schema_keys(schema: dict[str, Any]) -> set[str]:
    return {key for key, _, _ in REFERENCE["rows"](schema, schema)}


def test_the_example_loads_without_error_or_warning() -> None:
    config = load_config(shipped("config.example.yaml"))
    assert config.warnings == ()
    assert config.roster_paths() == (ROOT / "contacts.yaml",)


def test_the_example_with_its_rarer_keys_loads_too() -> None:
    assert parse_config(WITH_EVERY_KEY, ROOT / "config.example.yaml").smtp_server().host == "smtp.example.com"


def test_the_example_shows_every_key_and_no_other() -> None:
    written = set(paths(plain(parse_yaml(WITH_EVERY_KEY.encode(), "x").root)))
    names = ("command", "env", "file", "credential", "keyring")  # one of five can stand in one place
    places = {f"account.{key}.{name}" for key in ("password", "oauth.client_secret") for name in names}
    assert written | places == schema_keys(config_schema())
    assert all(f"{{{name}: " in EXAMPLE for name in names)


def test_the_examples_values_are_the_defaults_it_says_they_are() -> None:
    example, defaults = load_config(shipped("config.example.yaml")), parse_config(MINIMAL, ROOT / "config.yaml")
    own = {"search", "profile", "account.username", "account.folders", "schedule.holidays"}
    differing = {key for key in example.differences(defaults) if not any(key.startswith(each) for each in own)}
    assert differing == set()


def test_every_key_of_the_example_is_explained_above_it() -> None:
    lines = WITH_EVERY_KEY.splitlines()
    bare = []
    for before, line in pairwise(lines):
        key = re.match(r" *(?:- )?([a-z_]+):", line)
        if key and not re.match(r" *(?:#|from:|name:.*|- text)", before) and key[1] not in {"not_to", "to"}:
            bare.append(line)
    assert bare == []


def test_the_reference_page_is_as_the_program_would_write_it() -> None:
    page = REFERENCE["PAGE"].read_text()
    assert REFERENCE["rendered"](page) == page, "run: python docs/make_reference.py"


@pytest.mark.parametrize("make", [config_schema, roster_schema])
def test_a_schema_is_json_and_describes_every_key(make: Any) -> None:
    schema = make()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["$schema"].endswith("2020-12/schema")
    assert all(says for _, _, says in REFERENCE["rows"](schema, schema))


def test_the_schema_accepts_the_example_and_refuses_slips() -> None:
    schema = config_schema()
    good = plain(parse_yaml(WITH_EVERY_KEY.encode(), "x").root)
    assert accepts(schema, good, schema)
    for slip in ({"sheduel": {}}, {"first_start": "wait"}, {"limits": {"per_day": 0}}, {"account": {"password": "x"}}):
        assert not accepts(schema, {**good, **slip}, schema), slip


_VALUES = (
    "x;12;0;1.5;true;~;1h;2d 3h;'08:30';9:15;mon;[mon, tue];[];{};sqlite;dana@example.com;[a, 1, true];"
    "2MB;500 kib;US;15;second tuesday;hold;paused;none;server;{text: a, not_to: b};"
    "[{text: a, private: true}, b];127.0.0.1:1;2026-09-01;' approve ';3;UTC"
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_the_schema_accepts_whatever_the_loader_accepts(data: st.DataObject) -> None:
    schema = CONFIG_SCHEMA
    key = data.draw(
        st.sampled_from(sorted(each for each in schema_keys(schema) if each.count(".") <= 1 and "[" not in each))
    )
    value = data.draw(st.sampled_from(_VALUES.split(";")))
    section, _, name = key.partition(".")
    tree = parse_yaml(MINIMAL.encode(), "x")
    line = parse_yaml(f"v: {value}".encode(), "x").root["v"]
    if name:
        tree.root.setdefault(section, YamlMap(0))[name] = line
    else:
        tree.root[section] = line
    text = json.dumps(plain(tree.root))
    try:
        parse_config(text, Path("/x/config.yaml"))
    except ConfigurationError:
        return
    assert accepts(schema, plain(parse_yaml(text.encode(), "x").root), schema), text


_CONTACT_VALUES = (
    "x;12;~;true;false;[];[a, 2, ~];a@example.org;[a@example.org, b@example.org];UTC;de;NO;{name: a};Call;"
    "coffee;[{name: a, phone: +1}, B <b@example.org>, c];2026-11-02;2026-11-02 15:00"
)
_FIELDS = st.sampled_from(
    ["name", "email", "emails", "phone", "tags", "timezone", "language", "updates", "notes", "id"]
)
_INTERACTION_FIELDS = st.sampled_from(["date", "kind", "about", "referrals", "thank_you", "notes"])


@given(
    st.dictionaries(_FIELDS, st.sampled_from(_CONTACT_VALUES.split(";")), max_size=3),
    st.dictionaries(_INTERACTION_FIELDS, st.sampled_from(_CONTACT_VALUES.split(";")), max_size=3),
)
@settings(max_examples=300, deadline=None)
def test_the_rosters_schema_accepts_whatever_the_loader_accepts(
    contact: dict[str, str], meeting: dict[str, str]
) -> None:
    schema = roster_schema()
    contact = {"name": "Ada", **contact}
    meeting = {"date": "2026-11-02", "kind": "call", **meeting}
    inner = ", ".join(f"{key}: {value}" for key, value in meeting.items())
    lines = "".join(f"    {key}: {value}\n" for key, value in contact.items())
    document = parse_yaml(f"contacts:\n  -\n{lines}    interactions: [{{{inner}}}]\n".encode(), "x")
    try:
        read_document(document)
    except ConfigurationError:
        return
    assert accepts(schema, plain(document.root), schema), plain(document.root)

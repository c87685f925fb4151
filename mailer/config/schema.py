"""The JSON Schema of `config.yaml`, for editors that check and complete YAML while it is typed.

It accepts whatever the loader accepts; the loader is stricter (it looks into texts, and at keys that exclude each
other).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from mailer.config.load import parts_in
from mailer.config.model import Config
from mailer.config.values import duration_text, size_text

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The schema, in JSON Schema draft 2020-12."""
    made = Config.model_json_schema(by_alias=True, mode="validation")
    schemas = {**made["$defs"], Config.__name__: made}
    for part in _parts(Config):
        _open_up(schemas[part.__name__], part)
    return {"$schema": DIALECT, **made, "title": "config.yaml of mailer", "description": "The owner's configuration."}


def _parts(part: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield part
    for info in part.model_fields.values():
        for below in set(parts_in(info.annotation)):
            yield from _parts(below)


def _open_up(schema: Schema, part: type[BaseModel]) -> None:
    """Lets keys be null where they may be left out, one item stand for a list of one, and says defaults as written."""
    if "title" not in schema:
        return  # ServerPart comes twice
    del schema["title"]
    required = set(schema.get("required", ()))
    fields = {info.alias or name: info for name, info in part.model_fields.items()}
    for key, value in schema["properties"].items():
        for said_otherwise in ("title", "default", "description"):
            value.pop(said_otherwise, None)
        about: Schema = {"description": fields[key].description or ""}
        default = default_as_written(fields[key].default) if key not in required else None
        opened = value if key in required else _or_null(value)
        if default is not None:
            about["default"] = default
        schema["properties"][key] = {**opened, **about}


def _or_null(value: Schema) -> Schema:
    choices: list[Schema] = value.get("anyOf") or [value]
    items = [choice["items"] for choice in choices if choice.get("type") == "array"]
    return {"anyOf": [*(choice for choice in choices if choice != {"type": "null"}), *items, {"type": "null"}]}


def default_as_written(value: object) -> Any:
    """A default as the file would say it; None where leaving the key out says nothing."""
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return [default_as_written(item) for item in value] or None
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, bool) or (isinstance(value, int) and value < 1024**2):
        return value
    if isinstance(value, int):
        return size_text(value)
    return str(value) if isinstance(value, str) and value else None

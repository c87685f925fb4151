"""The JSON Schema of a roster, for editors that check and complete YAML while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailer.roster.fields import CONTACT, INTERACTION, Field

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema, in JSON Schema draft 2020-12. It accepts whatever the loader accepts."""
    contact = _mapping(CONTACT, ["name"])
    contact["properties"]["interactions"] = {
        "type": ["array", "null"],
        "items": _mapping(INTERACTION, ["date", "kind"]),
        "description": "When and how you met.",
    }
    contacts = {"type": ["array", "null"], "items": contact, "description": "The people you know."}
    return {
        "$schema": DIALECT,
        "title": "contacts.yaml of mailer",
        "type": ["object", "null"],
        "properties": {"contacts": contacts},
        "additionalProperties": False,
    }


def _mapping(fields: Mapping[str, Field], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: {**field.schema, "description": field.says} for key, field in fields.items()},
        "required": required,
        "additionalProperties": False,
    }

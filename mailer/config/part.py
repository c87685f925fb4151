"""What every mapping of the configuration has in common."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from mailer.yamlfile import is_null


class Part(BaseModel):
    """A mapping of the configuration. A key without a value counts as left out."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True, populate_by_name=False
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        if is_null(value):
            return {}
        if not isinstance(value, dict):
            return value
        return {key: item for key, item in value.items() if not (is_null(item) and key in keys_of(cls))}


def keys_of(part: type[BaseModel]) -> frozenset[str]:
    return frozenset(info.alias or name for name, info in part.model_fields.items())


def is_loopback(host: str) -> bool:
    """Whether a host can only be this machine: `localhost`, 127.0.0.0/8 or ::1 (RFC 6761 section 6.3, RFC 1122)."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False

"""Texts from strangers, made fit for a database."""

from __future__ import annotations


def storable(value: object) -> object:
    """A value without what a database can't keep as text: NUL, and halves of surrogate pairs."""
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        case dict():
            return {key: storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
    return value

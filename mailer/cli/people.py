"""People as they are written on a command line: `Name <address>`, a name, an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.addresses import normalise_address
from mailer.errors import UsageError

if TYPE_CHECKING:
    from mailer.model import Person


def parse_person(text: str) -> Person:
    """Somebody named by name, address or both. Raises UsageError."""
    from mailer.model import Person

    name, opening, rest = text.partition("<")
    address, closing, after = rest.partition(">")
    if "@" in name and not opening:
        name, address, opening, closing = "", name, "<", ">"
    name = " ".join(name.split()).strip("\"' ")
    if after.strip() or bool(opening) != bool(closing) or not (name or address.strip()):
        raise UsageError(f"“{text}” is neither a name nor an address", mend=_MEND)
    return Person(name, parse_address(address) if opening else "")


def parse_address(text: str) -> str:
    """An address in its normal form. Raises UsageError."""
    try:
        return normalise_address(text.strip())
    except ValueError as error:
        raise UsageError(str(error), mend=_MEND) from error


_MEND = 'write such as "Mary Somerville <mary@example.org>"'

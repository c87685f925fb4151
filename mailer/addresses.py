"""Checks and normalises email addresses. Pure: no name is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?!-)){0,61}(?<!-)"
_ORDINARY = re.compile(
    r"(?=.{1,254}\Z)(?=[^@]{1,64}@)[A-Za-z0-9_+]+(?:[.-][A-Za-z0-9_+]+)*@(?:" + _LABEL + r"\.)+"
    r"(?!(?i:test|localhost|invalid|local|onion|arpa|example)\Z)[A-Za-z]{2,63}"
)
"""Addresses that need no further look: nearly all there are. Whatever else is written goes to email-validator, which
also has a say on the top-level domains with a meaning of their own (RFC 2606, RFC 6761)."""


def normalise_address(text: str) -> str:
    """The address as it is stored: domain in lower case, international parts in Unicode NFC.

    Raises ValueError with one plain sentence where it is no address (RFC 5321 section 4.1.2, RFC 6531).
    """
    if _ORDINARY.fullmatch(text):
        local, _, domain = text.rpartition("@")
        return f"{local}@{domain.lower()}"
    return _careful(text)


@lru_cache(maxsize=1024)
def _careful(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # costs 30 ms; ordinary addresses don't need it

    try:
        # `test_environment` lets the reserved domain .test through, which can't reach anybody by accident
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        if text.lower().endswith("@localhost") and _ORDINARY.fullmatch(f"{text}.org"):
            return text.rpartition("@")[0] + "@localhost"
        raise ValueError(f'"{_short(text)}" is no email address: {_first_small(str(error))}') from error
    return found.normalized


def address_key(address: str) -> str:
    """What two spellings of one address have in common: case is ignored, as nearly every server does."""
    return address.casefold()


def unique_addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    """The addresses, each once; of two spellings the first stays."""
    found: dict[str, str] = {}
    for address in addresses:
        found.setdefault(address_key(address), address)
    return tuple(found.values())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:60]}..."


def _first_small(sentence: str) -> str:
    sentence = " ".join(sentence.split()).rstrip(".")
    return sentence[:1].lower() + sentence[1:]

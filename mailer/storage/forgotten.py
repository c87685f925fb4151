"""Addresses of people whom the owner had forgotten: only salted digests, so that they are never mailed again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select

from mailer.storage.schema import forgotten
from mailer.storage.store import Tx


def _fold(address: str) -> str:
    return address.strip().casefold()


def _digest(salt: str, address: str) -> str:
    return hashlib.sha256(f"{salt}:{_fold(address)}".encode()).hexdigest()


def add(tx: Tx, addresses: Iterable[str], now: datetime) -> None:
    """Never mail these again."""
    known = _digests(tx)
    salt = next(iter(known.values()), None) or secrets.token_hex(16)
    digests = {_digest(salt, address) for address in addresses} - known.keys()
    rows = [{"owner_id": tx.owner_id, "digest": each, "salt": salt, "at": now} for each in sorted(digests)]
    if rows:
        tx.connection.execute(insert(forgotten), rows)


def among(tx: Tx, addresses: Iterable[str]) -> set[str]:
    """Which of these addresses belong to people who were forgotten, as given."""
    known = _digests(tx)
    salt = next(iter(known.values()), "")
    return {address for address in addresses if _digest(salt, address) in known} if known else set()


def _digests(tx: Tx) -> dict[str, str]:
    query = select(forgotten.c.digest, forgotten.c.salt).where(forgotten.c.owner_id == tx.owner_id)
    return {str(digest): str(salt) for digest, salt in tx.connection.execute(query)}

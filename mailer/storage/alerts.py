"""Of which lasting problems the owner was told, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from mailer.storage.schema import alerts
from mailer.storage.store import Tx


@dataclass(frozen=True, slots=True)
class Told:
    """When a problem was told last, how often by then, and by which message; None where a command told it."""

    at: datetime
    times: int
    message_pk: int | None


def every(tx: Tx) -> Mapping[str, Told]:
    """What was told, by the problem's key."""
    query = select(alerts).where(alerts.c.owner_id == tx.owner_id)
    return {row.key: Told(row.told_at, row.times, row.message_pk) for row in tx.connection.execute(query)}


def put(tx: Tx, told: Mapping[str, Told]) -> None:
    """These were told; what was noted of them before is replaced."""
    forget(tx, tuple(told))
    rows = [
        {"owner_id": tx.owner_id, "key": key, "told_at": t.at, "times": t.times, "message_pk": t.message_pk}
        for key, t in told.items()
    ]
    if rows:
        tx.connection.execute(insert(alerts), rows)


def forget(tx: Tx, keys: Collection[str]) -> None:
    """They may be told anew."""
    here = (alerts.c.owner_id == tx.owner_id) & alerts.c.key.in_(keys)
    tx.connection.execute(delete(alerts).where(here))

"""The append-only log of every change of state."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select

from mailer.storage.prepared import Prepared
from mailer.storage.records import EventRecord
from mailer.storage.schema import events
from mailer.storage.store import Tx

_APPEND = Prepared(
    lambda: insert(events).inline(),
    columns=("owner_id", "at", "actor", "subject", "subject_id", "old", "new", "why"),
)

JOINED = "joined"
"""The new state of a contact that went into another one."""


def event(
    tx: Tx, now: datetime, actor: str, subject: str, subject_id: int, *, old: str | None, new: str | None, why: str = ""
) -> dict[str, Any]:
    """The row of one change, to be handed to `record`."""
    return {
        "owner_id": tx.owner_id,
        "at": now,
        "actor": actor,
        "subject": subject,
        "subject_id": subject_id,
        "old": old,
        "new": new,
        "why": why[:500],
    }


def record(tx: Tx, rows: Iterable[dict[str, Any]]) -> None:
    """Append changes."""
    _APPEND.run_each(tx, list(rows))


def history(tx: Tx, subject: str, subject_id: int) -> list[EventRecord]:
    """Everything that happened to one thing, oldest first."""
    query = (
        select(events)
        .where(events.c.owner_id == tx.owner_id, events.c.subject == subject, events.c.subject_id == subject_id)
        .order_by(events.c.id)
    )
    return [EventRecord.of(row) for row in tx.connection.execute(query)]


def joined_into(tx: Tx, contact_id: int) -> list[int]:
    """The contacts that went into this one, and into those, as the log has it (`joined`)."""
    here = events.c.owner_id == tx.owner_id, events.c.subject == "contact", events.c.new == JOINED
    rows = [(row.subject_id, row.why) for row in tx.connection.execute(select(events).where(*here))]
    found, known = [contact_id], {contact_id}
    for into in found:
        gone = [each for each, why in rows if why == joined_why(into) and each not in known]
        known.update(gone)
        found += gone
    return found[1:]


def joined_why(into_id: int) -> str:
    """How the log says into whom a contact went."""
    return f"is the same person as contact {into_id}"


def last_id(tx: Tx) -> int:
    """The id of the newest event; 0 where there is none."""
    return tx.connection.execute(select(func.max(events.c.id)).where(events.c.owner_id == tx.owner_id)).scalar() or 0


def count(tx: Tx, after: int, upto: int, subject: str, new: str) -> int:
    """How many events of one kind have an id above `after`, and none above `upto`."""
    here = events.c.owner_id == tx.owner_id, events.c.id > after, events.c.id <= upto
    kind = events.c.subject == subject, events.c.new == new
    return tx.connection.execute(select(func.count()).select_from(events).where(*here, *kind)).scalar_one()


def after(tx: Tx, last_id: int, limit: int = 1000, *, but: Collection[tuple[str, str]] = ()) -> list[EventRecord]:
    """Events with an id above `last_id`, oldest first, but for those of these pairs of subject and new state."""
    query = select(events).where(events.c.owner_id == tx.owner_id, events.c.id > last_id)
    for subject, new in but:
        query = query.where(or_(events.c.subject != subject, events.c.new.is_(None), events.c.new != new))
    query = query.order_by(events.c.id).limit(limit)
    return [EventRecord.of(row) for row in tx.connection.execute(query)]

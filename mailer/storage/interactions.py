"""Interactions from the roster and from the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update

from mailer.model import InteractionKind
from mailer.storage.records import InteractionRecord
from mailer.storage.schema import interactions
from mailer.storage.store import Tx

_ORDER = (interactions.c.day, interactions.c.at, interactions.c.id)


def of_day(tx: Tx, contact_id: int, day: date) -> list[InteractionRecord]:
    """What happened with a contact on one day, without what was removed."""
    query = (
        select(interactions)
        .where(
            interactions.c.owner_id == tx.owner_id,
            interactions.c.contact_id == contact_id,
            interactions.c.day == day,
            interactions.c.removed_at.is_(None),
        )
        .order_by(*_ORDER)
    )
    return [InteractionRecord.of(row) for row in tx.connection.execute(query)]


def of_contact(tx: Tx, contact_id: int, *, removed_too: bool = False) -> list[InteractionRecord]:
    """Everything with one contact, oldest first, without what was removed unless told."""
    query = (
        select(interactions)
        .where(interactions.c.owner_id == tx.owner_id, interactions.c.contact_id == contact_id)
        .order_by(*_ORDER)
    )
    if not removed_too:
        query = query.where(interactions.c.removed_at.is_(None))
    return [InteractionRecord.of(row) for row in tx.connection.execute(query)]


def from_source(tx: Tx, source: str) -> list[InteractionRecord]:
    """Everything from one source, also what was removed."""
    query = select(interactions).where(interactions.c.owner_id == tx.owner_id, interactions.c.source == source)
    return [InteractionRecord.of(row) for row in tx.connection.execute(query)]


def since(tx: Tx, day: date, until: date | None = None) -> list[InteractionRecord]:
    """Everything from `day` to `until` (inclusive), without what was removed."""
    query = select(interactions).where(
        interactions.c.owner_id == tx.owner_id, interactions.c.day >= day, interactions.c.removed_at.is_(None)
    )
    if until is not None:
        query = query.where(interactions.c.day <= until)
    return [InteractionRecord.of(row) for row in tx.connection.execute(query.order_by(*_ORDER))]


def get(tx: Tx, interaction_id: int) -> InteractionRecord | None:
    """One by its id, also where it was removed."""
    query = select(interactions).where(interactions.c.owner_id == tx.owner_id, interactions.c.id == interaction_id)
    row = tx.connection.execute(query).first()
    return InteractionRecord.of(row) if row else None


def last_logged(tx: Tx, contact_id: int | None = None) -> InteractionRecord | None:
    """The newest entry of the log that is still there, with anybody or with one contact."""
    query = select(interactions).where(
        interactions.c.owner_id == tx.owner_id, interactions.c.source == "log", interactions.c.removed_at.is_(None)
    )
    if contact_id is not None:
        query = query.where(interactions.c.contact_id == contact_id)
    row = tx.connection.execute(query.order_by(interactions.c.id.desc()).limit(1)).first()
    return InteractionRecord.of(row) if row else None


def next_position(tx: Tx, contact_id: int, source: str, day: date, kind: InteractionKind) -> int:
    """The first free position for one more of the same kind on that day."""
    query = select(func.max(interactions.c.position)).where(
        interactions.c.owner_id == tx.owner_id,
        interactions.c.contact_id == contact_id,
        interactions.c.source == source,
        interactions.c.day == day,
        interactions.c.kind == kind.value,
    )
    last = tx.connection.execute(query).scalar()
    return 0 if last is None else int(last) + 1


def create(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert interactions; returns their ids in order."""
    statement = insert(interactions).returning(interactions.c.id, sort_by_parameter_order=True)
    values = [{"owner_id": tx.owner_id, **row} for row in rows]
    return [int(i) for i in tx.connection.execute(statement, values).scalars()] if values else []


def change(tx: Tx, interaction_id: int, **values: Any) -> None:
    """Set columns of one interaction."""
    here = (interactions.c.owner_id == tx.owner_id) & (interactions.c.id == interaction_id)
    tx.connection.execute(update(interactions).where(here).values(**values))


def last_days(tx: Tx, until: date) -> dict[int, date]:
    """The last day of an interaction for each contact, not after `until`."""
    query = (
        select(interactions.c.contact_id, func.max(interactions.c.day))
        .where(
            interactions.c.owner_id == tx.owner_id,
            interactions.c.removed_at.is_(None),
            interactions.c.day <= until,
        )
        .group_by(interactions.c.contact_id)
    )
    return {row[0]: row[1] for row in tx.connection.execute(query)}

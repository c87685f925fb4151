"""Incoming messages that concern a contact, each with its verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from mailer.model import Classification
from mailer.storage.records import ReplyRecord
from mailer.storage.schema import messages, replies
from mailer.storage.store import Tx


def known(tx: Tx, fingerprints: Collection[str]) -> set[str]:
    """Which of these were recorded before."""
    query = select(replies.c.fingerprint).where(
        replies.c.owner_id == tx.owner_id, replies.c.fingerprint.in_(fingerprints)
    )
    return set(tx.connection.execute(query).scalars())


def create(tx: Tx, values: Mapping[str, Any]) -> int:
    """Insert one. Raises IntegrityError where its fingerprint is there."""
    key = tx.connection.execute(insert(replies).values(owner_id=tx.owner_id, **values)).inserted_primary_key
    assert key is not None  # noqa: S101 -- the table counts its ids
    return int(key[0])


def get(tx: Tx, reply_id: int) -> ReplyRecord | None:
    """One by its id."""
    row = tx.connection.execute(
        select(replies).where(replies.c.owner_id == tx.owner_id, replies.c.id == reply_id)
    ).first()
    return ReplyRecord.of(row) if row else None


def listing(
    tx: Tx,
    *,
    after: int = 0,
    limit: int | None = None,
    contact_id: int | None = None,
    classification: Classification | None = None,
    needs_answer: bool | None = None,
) -> list[ReplyRecord]:
    """Incoming messages by id."""
    query = select(replies).where(replies.c.owner_id == tx.owner_id, replies.c.id > after).order_by(replies.c.id)
    if contact_id is not None:
        query = query.where(replies.c.contact_id == contact_id)
    if classification is not None:
        query = query.where(replies.c.classification == classification.value)
    if needs_answer is not None:
        query = query.where(replies.c.needs_answer.is_(needs_answer))
    if limit is not None:
        query = query.limit(limit)
    return [ReplyRecord.of(row) for row in tx.connection.execute(query)]


def bounces(tx: Tx, contact_id: int, addresses: Collection[str]) -> list[ReplyRecord]:
    """Bounces, by id, that were taken for this contact's, or of letters to one of these addresses (as compared)."""
    ours = (messages.c.owner_id == replies.c.owner_id) & (messages.c.id == replies.c.message_pk)
    query = (
        select(replies)
        .outerjoin(messages, ours)
        .where(
            replies.c.owner_id == tx.owner_id,
            replies.c.classification == Classification.bounce.value,
            or_(replies.c.contact_id == contact_id, func.lower(messages.c.to_address).in_(addresses)),
        )
        .order_by(replies.c.id)
    )
    return [ReplyRecord.of(row) for row in tx.connection.execute(query)]


def change(tx: Tx, reply_id: int, **values: Any) -> None:
    """Set columns of one."""
    here = (replies.c.owner_id == tx.owner_id) & (replies.c.id == reply_id)
    tx.connection.execute(update(replies).where(here).values(**values))

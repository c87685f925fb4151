"""Copies of sent messages: which are still to be filed, and which show what the mail service does by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from mailer.model import MessageStatus
from mailer.storage.messages import records
from mailer.storage.records import MessageRecord
from mailer.storage.schema import messages
from mailer.storage.store import Tx


def to_file(tx: Tx, limit: int) -> list[MessageRecord]:
    """Sent messages whose copy is not yet known to be in the Sent folder."""
    query = (
        select(messages)
        .where(
            messages.c.owner_id == tx.owner_id,
            messages.c.status == MessageStatus.sent.value,
            messages.c.copied_at.is_(None),
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    return records(tx, query)


def copied(tx: Tx, how: str, since: datetime, limit: int) -> list[MessageRecord]:
    """Messages to contacts, due since then, whose copy came in this way."""
    query = (
        select(messages)
        .where(
            messages.c.owner_id == tx.owner_id,
            messages.c.status.in_([MessageStatus.sent.value, MessageStatus.failed.value]),
            messages.c.not_before >= since,
            messages.c.copy == how,
            messages.c.contact_id.is_not(None),
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    return records(tx, query)


def confirmed(tx: Tx, how: Collection[str], since: datetime) -> int:
    """How many copies of messages to contacts came in one of these ways since then."""
    query = (
        select(func.count())
        .select_from(messages)
        .where(
            messages.c.owner_id == tx.owner_id,
            messages.c.copy.in_(how),
            messages.c.copied_at >= since,
            messages.c.contact_id.is_not(None),
        )
    )
    return int(tx.connection.execute(query).scalar_one())

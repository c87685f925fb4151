"""Counts for the statistics, made by the database: ten years of mail are a few numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from mailer.model import Classification, MessageKind, MessageStatus
from mailer.storage.schema import messages, replies
from mailer.storage.store import Tx


def sent(tx: Tx, since: datetime) -> dict[MessageKind, int]:
    """How many messages of each kind left for contacts since then."""
    query = (
        select(messages.c.kind, func.count())
        .where(
            messages.c.owner_id == tx.owner_id,
            messages.c.contact_id.is_not(None),
            messages.c.status == MessageStatus.sent.value,
            messages.c.sent_at >= since,
        )
        .group_by(messages.c.kind)
    )
    return {MessageKind(kind): int(count) for kind, count in tx.connection.execute(query)}


def answered(tx: Tx, since: datetime) -> dict[MessageKind, int]:
    """How many of those a person answered in the thread; several answers to one count once."""
    query = (
        select(messages.c.kind, func.count(messages.c.id.distinct()))
        .join(replies, replies.c.message_pk == messages.c.id)
        .where(
            messages.c.owner_id == tx.owner_id,
            messages.c.contact_id.is_not(None),
            messages.c.status == MessageStatus.sent.value,
            messages.c.sent_at >= since,
            replies.c.classification == Classification.reply.value,
        )
        .group_by(messages.c.kind)
    )
    return {MessageKind(kind): int(count) for kind, count in tx.connection.execute(query)}


def thank_you_times(tx: Tx, since: datetime) -> list[tuple[datetime, datetime, datetime | None]]:
    """When each thank-you that left since then was planned, when it left, and until when it was in time."""
    query = select(messages.c.created_at, messages.c.sent_at, messages.c.overdue_at).where(
        messages.c.owner_id == tx.owner_id,
        messages.c.kind == MessageKind.thank_you.value,
        messages.c.status == MessageStatus.sent.value,
        messages.c.sent_at >= since,
    )
    return [(row[0], row[1], row[2]) for row in tx.connection.execute(query)]

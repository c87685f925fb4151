"""Holds a message's row for a change that follows from what stands in it."""

from __future__ import annotations

from sqlalchemy import select

from mailer.storage.records import MessageRecord
from mailer.storage.schema import messages
from mailer.storage.store import Tx


def for_change(tx: Tx, message: MessageRecord) -> MessageRecord:
    """The message as it is now, and as it stays until this transaction ends; call in one that writes.

    PostgreSQL lets two transactions read a row before either changes it: words that the owner wrote by hand between
    would be written over. SQLite lets one write at a time, so that what was read is what is.
    """
    if tx.connection.dialect.name == "sqlite":
        return message
    here = (messages.c.owner_id == tx.owner_id) & (messages.c.id == message.id)
    row = tx.connection.execute(select(messages).where(here).with_for_update(key_share=True)).first()
    return MessageRecord.of(row) if row else message

"""Which mails to oneself and which meetings of a calendar have been dealt with, and what became of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from mailer.storage.schema import logged_from
from mailer.storage.store import Tx

MAIL, CALENDAR = "mail", "calendar"


def key_of(*parts: str) -> str:
    """What tells one source from another: a digest, so that nothing of it is kept."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def known(tx: Tx, source: str, keys: Iterable[str]) -> set[str]:
    """Which of these have been dealt with."""
    query = select(logged_from.c.key).where(
        logged_from.c.owner_id == tx.owner_id, logged_from.c.source == source, logged_from.c.key.in_(list(keys))
    )
    return set(tx.connection.execute(query).scalars())


def add(tx: Tx, source: str, key: str, interaction_id: int | None, now: datetime) -> None:
    """This one is dealt with; None where nothing was logged. Raises IntegrityError where it was before."""
    row = {"source": source, "key": key, "interaction_id": interaction_id, "at": now}
    tx.connection.execute(insert(logged_from).values(owner_id=tx.owner_id, **row))


def last(tx: Tx, source: str) -> int | None:
    """The newest interaction from a source."""
    query = select(logged_from.c.interaction_id).where(
        logged_from.c.owner_id == tx.owner_id,
        logged_from.c.source == source,
        logged_from.c.interaction_id.is_not(None),
    )
    return tx.connection.execute(query.order_by(logged_from.c.interaction_id.desc()).limit(1)).scalar()


def release(tx: Tx, interaction_id: int) -> None:
    """An interaction was taken back: a meeting may be proposed again, a mail is not read again."""
    here = (logged_from.c.owner_id == tx.owner_id) & (logged_from.c.interaction_id == interaction_id)
    tx.connection.execute(delete(logged_from).where(here, logged_from.c.source == CALENDAR))
    tx.connection.execute(update(logged_from).where(here).values(interaction_id=None))

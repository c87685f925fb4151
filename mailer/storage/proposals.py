"""People and addresses that answers propose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, insert, select, update

from mailer.model import ProposalStatus
from mailer.storage.records import ProposalRecord
from mailer.storage.schema import proposals, replies
from mailer.storage.store import Tx


def _selection(tx: Tx) -> Select[Any]:
    return (
        select(proposals, replies.c.contact_id)
        .join(replies, replies.c.id == proposals.c.reply_pk)
        .where(proposals.c.owner_id == tx.owner_id)
    )


def create(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert proposals."""
    if rows:
        tx.connection.execute(insert(proposals), [{"owner_id": tx.owner_id, **row} for row in rows])


def get(tx: Tx, proposal_id: int) -> ProposalRecord | None:
    """One by its id."""
    row = tx.connection.execute(_selection(tx).where(proposals.c.id == proposal_id)).first()
    return ProposalRecord.of(row) if row else None


def listing(
    tx: Tx,
    *,
    statuses: Sequence[ProposalStatus] = (),
    reply_id: int | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[ProposalRecord]:
    """Proposals by id."""
    query = _selection(tx).where(proposals.c.id > after).order_by(proposals.c.id)
    if statuses:
        query = query.where(proposals.c.status.in_([s.value for s in statuses]))
    if reply_id is not None:
        query = query.where(proposals.c.reply_pk == reply_id)
    if limit is not None:
        query = query.limit(limit)
    return [ProposalRecord.of(row) for row in tx.connection.execute(query)]


def change(tx: Tx, proposal_id: int, status: ProposalStatus) -> None:
    """Set what became of one."""
    here = (proposals.c.owner_id == tx.owner_id) & (proposals.c.id == proposal_id)
    tx.connection.execute(update(proposals).where(here).values(status=status.value))

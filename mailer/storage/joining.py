"""Moves the rows of one contact to another, where two turned out to be one person."""

from __future__ import annotations

from sqlalchemy import Column, Table, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from mailer.storage.schema import addresses, contacts, metadata, opt_outs
from mailer.storage.store import Tx


def move_rows(tx: Tx, gone_id: int, into_id: int) -> None:
    """Every row but opt-outs that points at one contact points at the other then; its addresses come behind the other's
    own."""
    here = (addresses.c.owner_id == tx.owner_id) & (addresses.c.contact_id == into_id)
    last = tx.connection.execute(select(func.max(addresses.c.position)).where(here)).scalar()
    theirs = (addresses.c.owner_id == tx.owner_id) & (addresses.c.contact_id == gone_id)
    values = {"contact_id": into_id, "position": addresses.c.position + (last or 0) + 1}
    tx.connection.execute(update(addresses).where(theirs).values(**values))
    for table in metadata.tables.values():
        if table is opt_outs:
            continue  # a request binds both: the one that is gone may come back
        for column in table.c:
            if any(key.column.table is contacts for key in column.foreign_keys):
                _repoint(tx, table, column, gone_id, into_id)


def _repoint(tx: Tx, table: Table, column: Column[int], gone_id: int, into_id: int) -> None:
    """Row by row: what the other has already (a unique key) goes."""
    keys = list(table.primary_key.columns)
    theirs = (table.c.owner_id == tx.owner_id) & (column == gone_id)
    for row in tx.connection.execute(select(*keys).where(theirs)).all():
        here = theirs
        for key, value in zip(keys, row, strict=True):
            here = here & (key == value)
        try:
            with tx.connection.begin_nested():
                tx.connection.execute(update(table).where(here).values({column.name: into_id}))
        except IntegrityError:
            tx.connection.execute(delete(table).where(here))

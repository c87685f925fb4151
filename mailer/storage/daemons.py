"""The daemon's heartbeat, problems that persist, the mailbox cursors and the owner's own row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from mailer.storage.records import DaemonRecord, ProblemRecord
from mailer.storage.schema import cursors, daemons, owners, problems
from mailer.storage.store import Tx


def get(tx: Tx) -> DaemonRecord | None:
    """The last daemon that served this owner."""
    row = tx.connection.execute(select(daemons).where(daemons.c.owner_id == tx.owner_id)).first()
    return DaemonRecord.of(row) if row else None


def beat(tx: Tx, *, pid: int, host: str, started_at: datetime, now: datetime, state: Mapping[str, Any]) -> None:
    """The daemon lives, and this is how it is."""
    values = {
        "pid": pid,
        "host": host,
        "started_at": started_at,
        "beat_at": now,
        "state": dict(state),
        "stopped_at": None,
    }
    here = daemons.c.owner_id == tx.owner_id
    if not tx.connection.execute(update(daemons).where(here).values(**values)).rowcount:
        tx.connection.execute(insert(daemons).values(owner_id=tx.owner_id, **values))


def stopped(tx: Tx, now: datetime) -> None:
    """The daemon ended in good order."""
    tx.connection.execute(update(daemons).where(daemons.c.owner_id == tx.owner_id).values(stopped_at=now))


def set_problem(tx: Tx, key: str, text: str, mend: str, now: datetime) -> bool:
    """Something is wrong. True where it is new."""
    here = and_(problems.c.owner_id == tx.owner_id, problems.c.key == key)
    if tx.connection.execute(update(problems).where(here).values(text=text, mend=mend)).rowcount:
        return False
    tx.connection.execute(insert(problems).values(owner_id=tx.owner_id, key=key, text=text, mend=mend, since=now))
    return True


def clear_problem(tx: Tx, key: str) -> bool:
    """It is mended. True where it was there."""
    here = and_(problems.c.owner_id == tx.owner_id, problems.c.key == key)
    return bool(tx.connection.execute(delete(problems).where(here)).rowcount)


def all_problems(tx: Tx) -> list[ProblemRecord]:
    """What is wrong now, oldest first."""
    query = select(problems).where(problems.c.owner_id == tx.owner_id).order_by(problems.c.since, problems.c.key)
    return [ProblemRecord.of(row) for row in tx.connection.execute(query)]


def cursor(tx: Tx, folder: str) -> tuple[int, int] | None:
    """(UIDVALIDITY, last UID read) of a folder."""
    query = select(cursors.c.uidvalidity, cursors.c.last_uid).where(
        cursors.c.owner_id == tx.owner_id, cursors.c.folder == folder
    )
    row = tx.connection.execute(query).first()
    return (int(row[0]), int(row[1])) if row else None


def move_cursor(tx: Tx, folder: str, uidvalidity: int, last_uid: int, now: datetime) -> None:
    """Everything in the folder up to `last_uid` has been learnt."""
    values = {"uidvalidity": uidvalidity, "last_uid": last_uid, "checked_at": now}
    here = and_(cursors.c.owner_id == tx.owner_id, cursors.c.folder == folder)
    if not tx.connection.execute(update(cursors).where(here).values(**values)).rowcount:
        tx.connection.execute(insert(cursors).values(owner_id=tx.owner_id, folder=folder, **values))


def owner(tx: Tx) -> Mapping[str, Any]:
    """The owner's row: first start, pause, what vanished."""
    return dict(tx.connection.execute(select(owners).where(owners.c.id == tx.owner_id)).one()._mapping)


def change_owner(tx: Tx, **values: Any) -> None:
    """Set columns of the owner's row."""
    tx.connection.execute(update(owners).where(owners.c.id == tx.owner_id).values(**values))

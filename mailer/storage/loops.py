"""Whom each referrer was told of, or is to be told of by a message that has not left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from mailer.model import BEFORE_SENDING, InteractionKind, MessageKind
from mailer.storage.records import MessageRecord
from mailer.storage.schema import contacts, loops, messages
from mailer.storage.store import Tx


@dataclass(frozen=True, slots=True)
class Loop:
    """A person whom a referrer named, their first talk with the owner, and the message that tells of it."""

    person_id: int
    name: str
    kind: InteractionKind
    day: date
    message_pk: int


def _loops(tx: Tx, which: ColumnElement[bool]) -> list[Loop]:
    query = (
        select(loops.c.person_id, contacts.c.name, loops.c.kind, loops.c.day, loops.c.message_pk)
        .join(contacts, contacts.c.id == loops.c.person_id)
        .where(loops.c.owner_id == tx.owner_id, which)
        .order_by(loops.c.day, loops.c.person_id)
    )
    return [Loop(r[0], r[1], InteractionKind(r[2]), r[3], r[4]) for r in tx.connection.execute(query)]


def of_referrer(tx: Tx, referrer_id: int) -> list[Loop]:
    """Everybody a referrer was or is to be told of."""
    return _loops(tx, loops.c.referrer_id == referrer_id)


def of_message(tx: Tx, message_pk: int) -> list[Loop]:
    """Everybody a message tells of."""
    return _loops(tx, loops.c.message_pk == message_pk)


def messages_about(tx: Tx, person_id: int) -> list[MessageRecord]:
    """The messages that are to tell referrers of this person, and have not left."""
    here = select(loops.c.message_pk).where(loops.c.owner_id == tx.owner_id, loops.c.person_id == person_id)
    query = select(messages).where(
        messages.c.owner_id == tx.owner_id,
        messages.c.id.in_(here),
        messages.c.status.in_([s.value for s in BEFORE_SENDING]),
    )
    return [MessageRecord.of(row) for row in tx.connection.execute(query.order_by(messages.c.id))]


def waiting(tx: Tx) -> set[int]:
    """The referrers who are to be told something by a message that has not left."""
    query = (
        select(messages.c.contact_id)
        .where(
            messages.c.owner_id == tx.owner_id,
            messages.c.status.in_([s.value for s in BEFORE_SENDING]),
            or_(
                messages.c.kind == MessageKind.loop_back.value,
                messages.c.id.in_(select(loops.c.message_pk).where(loops.c.owner_id == tx.owner_id)),
            ),
        )
        .distinct()
    )
    return {int(i) for i in tx.connection.execute(query).scalars() if i is not None}


def put(tx: Tx, referrer_id: int, person_id: int, kind: InteractionKind, day: date, message_pk: int) -> None:
    """This message tells the referrer of this person."""
    values = {"kind": kind.value, "day": day, "message_pk": message_pk}
    here = (loops.c.owner_id == tx.owner_id) & (loops.c.referrer_id == referrer_id) & (loops.c.person_id == person_id)
    if not tx.connection.execute(update(loops).where(here).values(**values)).rowcount:
        row = {"owner_id": tx.owner_id, "referrer_id": referrer_id, "person_id": person_id, **values}
        tx.connection.execute(insert(loops).values(row))


def drop(tx: Tx, referrer_id: int, person_id: int) -> None:
    """There is nothing to tell after all."""
    here = (loops.c.owner_id == tx.owner_id) & (loops.c.referrer_id == referrer_id) & (loops.c.person_id == person_id)
    tx.connection.execute(delete(loops).where(here))

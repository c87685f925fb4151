"""The outbox: outgoing messages. What a claim asks of them is in `claims`, their copies in `sent_copies`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, insert, or_, select, update

from mailer.errors import MISTAKES
from mailer.model import BEFORE_SENDING, Hold, MessageKind, MessageStatus
from mailer.storage.prepared import Prepared
from mailer.storage.records import MessageRecord
from mailer.storage.schema import messages, owner_beside_ids
from mailer.storage.store import Tx

WAITING_FOR_THE_OWNER = (MessageStatus.held, MessageStatus.uncertain)


def _own(tx: Tx) -> ColumnElement[bool]:
    return messages.c.owner_id == tx.owner_id


_EMPTY = {c.name: getattr(c.default, "arg", None) for c in messages.c if not c.primary_key}
"""What a new message has where nothing is said."""

_INSERT = Prepared(lambda: insert(messages).inline(), columns=tuple(_EMPTY))
_BY_TOKENS = Prepared(
    lambda tokens: select(messages.c.token, messages.c.id).where(
        messages.c.owner_id == bindparam("owner"), messages.c.token.in_(tokens)
    )
)


def create(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert messages; returns their ids in order. Raises IntegrityError for a second of the same day or edition."""
    _INSERT.run_each(tx, [{**_EMPTY, "owner_id": tx.owner_id, **row} for row in rows])
    tokens = [row["token"] for row in rows]
    ids: dict[str, int] = dict(_BY_TOKENS.rows(tx, {"owner": tx.owner_id}, tokens)) if tokens else {}
    return [int(ids[token]) for token in tokens]


def get(tx: Tx, message_pk: int) -> MessageRecord | None:
    """One message by its id."""
    row = tx.connection.execute(select(messages).where(_own(tx), messages.c.id == message_pk)).first()
    return MessageRecord.of(row) if row else None


def records(tx: Tx, query: Select[Any]) -> list[MessageRecord]:
    """The messages that a query gives. Rows that can't be read are left out: one must not hide all others."""
    try:
        return [MessageRecord.of(row) for row in tx.connection.execute(query)]
    except MISTAKES:
        found = (
            _readable(tx, pk) for pk in tx.connection.execute(query.with_only_columns(messages.c.id)).scalars().all()
        )
        return [message for message in found if message is not None]


def _readable(tx: Tx, message_pk: int) -> MessageRecord | None:
    try:
        return get(tx, message_pk)
    except MISTAKES:
        return None


def put_aside_ones(tx: Tx) -> list[tuple[int, str, str]]:
    """Messages that were put aside since something is wrong with them in this program or the database: id, to whom,
    why."""
    columns = (messages.c.id, messages.c.to_name, messages.c.why)
    query = select(*columns).where(
        _own(tx), messages.c.status == MessageStatus.held.value, messages.c.hold == Hold.poison.value
    )
    return [(int(pk), str(name), str(why or "")) for pk, name, why in tx.connection.execute(query)]


def of_day(tx: Tx, contact_id: int, kind: MessageKind, day: date) -> MessageRecord | None:
    """The message of this kind for a contact's day."""
    query = select(messages).where(
        _own(tx), messages.c.contact_id == contact_id, messages.c.kind == kind.value, messages.c.day == day
    )
    row = tx.connection.execute(query).first()
    return MessageRecord.of(row) if row else None


def to_owner_on(tx: Tx, kind: MessageKind, day: date) -> MessageRecord | None:
    """A mail of this kind to the owner that was made for a day."""
    query = select(messages).where(
        _own(tx), messages.c.contact_id.is_(None), messages.c.kind == kind.value, messages.c.day == day
    )
    row = tx.connection.execute(query.limit(1)).first()
    return MessageRecord.of(row) if row else None


def of_edition(tx: Tx, name: str, kind: MessageKind) -> list[MessageRecord]:
    """Every message of this kind that belongs to an edition."""
    query = select(messages).where(_own(tx), messages.c.edition == name, messages.c.kind == kind.value)
    return records(tx, query.order_by(messages.c.id))


def written_to(tx: Tx, edition: str, kind: MessageKind, among: Collection[int] | None = None) -> set[int]:
    """The contacts (of those in `among`, where given) who have a message of this kind of an edition."""
    query = select(messages.c.contact_id).where(_own(tx), messages.c.kind == kind.value, messages.c.edition == edition)
    query = query.where(messages.c.contact_id.is_not(None) if among is None else messages.c.contact_id.in_(among))
    return set(tx.connection.execute(query).scalars())


def is_under_way(tx: Tx, edition: str, kind: MessageKind) -> bool:
    """Whether any message of this kind of an edition has yet to come to its end."""
    statuses = [s.value for s in (MessageStatus.queued, MessageStatus.sending, *WAITING_FOR_THE_OWNER)]
    query = select(messages.c.id).where(
        _own(tx), messages.c.status.in_(statuses), messages.c.edition == edition, messages.c.kind == kind.value
    )
    return tx.connection.execute(query.limit(1)).scalar() is not None


def unsent_of(tx: Tx, edition: str, kind: MessageKind) -> list[int]:
    """Ids of the messages of this kind of an edition that never tried to leave, nor were edited by hand."""
    query = select(messages.c.id).where(
        _own(tx),
        messages.c.status.in_([s.value for s in BEFORE_SENDING]),
        messages.c.edition == edition,
        messages.c.kind == kind.value,
        messages.c.edited.is_(False),
        messages.c.attempts == 0,
    )
    return list(tx.connection.execute(query.order_by(messages.c.id)).scalars())


def titles(tx: Tx, ids: Collection[int]) -> dict[int, tuple[MessageKind, str]]:
    """What each of these messages is, and the name of whom it goes to."""
    query = select(messages.c.id, messages.c.kind, messages.c.to_name).where(
        owner_beside_ids(messages) == tx.owner_id, messages.c.id.in_(ids)
    )
    return {pk: (MessageKind(kind), name) for pk, kind, name in tx.connection.execute(query)} if ids else {}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; empty parts don't filter."""

    ids: tuple[int, ...] = ()
    statuses: tuple[MessageStatus, ...] = ()
    kinds: tuple[MessageKind, ...] = ()
    contact_id: int | None = None
    edition: str | None = None
    after: int = 0


def listing(tx: Tx, wanted: Filter, limit: int | None = None) -> list[MessageRecord]:
    """Messages by id."""
    owner = owner_beside_ids(messages) if wanted.ids else messages.c.owner_id
    query = select(messages).where(owner == tx.owner_id, messages.c.id > wanted.after).order_by(messages.c.id)
    if wanted.ids:
        query = query.where(messages.c.id.in_(wanted.ids))
    if wanted.statuses:
        query = query.where(messages.c.status.in_([s.value for s in wanted.statuses]))
    if wanted.kinds:
        query = query.where(messages.c.kind.in_([k.value for k in wanted.kinds]))
    if wanted.contact_id is not None:
        query = query.where(messages.c.contact_id == wanted.contact_id)
    if wanted.edition is not None:
        query = query.where(messages.c.edition == wanted.edition)
    if limit is not None:
        query = query.limit(limit)
    return records(tx, query)


def transition(
    tx: Tx, message_pk: int, source: Collection[MessageStatus], target: MessageStatus, **values: Any
) -> bool:
    """Move one message from one of `source` to `target`. False where it was elsewhere: somebody else was quicker."""
    statement = (
        update(messages)
        .where(_own(tx), messages.c.id == message_pk, messages.c.status.in_([s.value for s in source]))
        .values(status=target.value, **values)
    )
    return bool(tx.connection.execute(statement).rowcount)


def change(tx: Tx, message_pk: int, **values: Any) -> None:
    """Set columns of one message, without a change of state."""
    tx.connection.execute(update(messages).where(_own(tx), messages.c.id == message_pk).values(**values))


def put_aside(tx: Tx, message_pk: int, hold: str, why: str) -> bool:
    """Hold a message whose row can't even be read."""
    statement = (
        update(messages)
        .where(_own(tx), messages.c.id == message_pk, messages.c.status == MessageStatus.queued.value)
        .values(status=MessageStatus.held.value, hold=hold, why=why)
    )
    return bool(tx.connection.execute(statement).rowcount)


def expired(tx: Tx, now: datetime | None) -> list[MessageRecord]:
    """Claimed messages whose lease ran out before `now`; with None every claimed one (the daemon died)."""
    query = select(messages).where(_own(tx), messages.c.status == MessageStatus.sending.value)
    if now is not None:
        query = query.where(messages.c.lease_until < now)
    return records(tx, query)


def counts(tx: Tx, **filters: Any) -> dict[str, int]:
    """How many messages are in each state; keyword arguments filter by column."""
    query = select(messages.c.status, func.count()).where(_own(tx)).group_by(messages.c.status)
    for name, value in filters.items():
        query = query.where(messages.c[name] == value)
    return {str(status): int(n) for status, n in tx.connection.execute(query)}


def next_due(tx: Tx, kinds: Collection[MessageKind]) -> datetime | None:
    """When the next queued message may leave."""
    query = (
        select(messages.c.not_before)
        .where(_own(tx), messages.c.status == MessageStatus.queued.value, messages.c.kind.in_([k.value for k in kinds]))
        .order_by(messages.c.not_before)
        .limit(1)
    )
    return tx.connection.execute(query).scalar()


def by_identity(tx: Tx, message_ids: Sequence[str], tokens: Sequence[str] = ()) -> MessageRecord | None:
    """The message with one of these Message-IDs (ours, or learnt) or X-Breadcrumb-IDs; the first named wins."""
    return next(iter(all_by_identity(tx, message_ids, tokens)), None)


def all_by_identity(tx: Tx, message_ids: Sequence[str], tokens: Sequence[str] = ()) -> list[MessageRecord]:
    """Every message with one of these Message-IDs (ours, or learnt) or X-Breadcrumb-IDs, in the order named."""
    if not message_ids and not tokens:
        return []
    query = select(messages).where(
        _own(tx),
        or_(
            messages.c.message_id.in_(message_ids),
            messages.c.learnt_id.in_(message_ids),
            messages.c.token.in_(tokens),
        ),
    )
    found = [MessageRecord.of(row) for row in tx.connection.execute(query)]
    order = {each: number for number, each in reversed(list(enumerate(message_ids)))}

    def rank(record: MessageRecord) -> int:
        return min(order.get(i or "", len(order)) for i in (record.message_id, record.learnt_id))

    return sorted(found, key=rank)


def last_sent_to(tx: Tx, contact_id: int, kinds: Collection[MessageKind], since: datetime) -> MessageRecord | None:
    """The newest message of these kinds that left (or may have left) for a contact since then."""
    gone = [MessageStatus.sent.value, MessageStatus.sending.value, MessageStatus.uncertain.value]
    query = (
        select(messages)
        .where(
            _own(tx),
            messages.c.contact_id == contact_id,
            messages.c.kind.in_([k.value for k in kinds]),
            messages.c.status.in_(gone),
            messages.c.claimed_at >= since,
        )
        .order_by(messages.c.claimed_at.desc())
        .limit(1)
    )
    row = tx.connection.execute(query).first()
    return MessageRecord.of(row) if row else None


def without_follow_up(tx: Tx, since: datetime) -> list[MessageRecord]:
    """Thank-yous that left since then and that nothing follows up yet, oldest first."""
    second = messages.alias("second")
    followed = exists().where(
        second.c.owner_id == messages.c.owner_id,
        second.c.contact_id == messages.c.contact_id,
        second.c.kind == MessageKind.follow_up.value,
        second.c.day == messages.c.day,
    )
    query = select(messages).where(
        _own(tx),
        messages.c.kind == MessageKind.thank_you.value,
        messages.c.status == MessageStatus.sent.value,
        messages.c.day.is_not(None),
        messages.c.sent_at >= since,
        ~followed,
    )
    return records(tx, query.order_by(messages.c.id))


def update_before(tx: Tx, contact_id: int, edition: str) -> MessageRecord | None:
    """The last update that left for a contact before this edition."""
    query = (
        select(messages)
        .where(
            _own(tx),
            messages.c.contact_id == contact_id,
            messages.c.kind == MessageKind.update.value,
            messages.c.status == MessageStatus.sent.value,
            messages.c.edition < edition,
        )
        .order_by(messages.c.edition.desc())
        .limit(1)
    )
    row = tx.connection.execute(query).first()
    return MessageRecord.of(row) if row else None


def threads(tx: Tx, kind: MessageKind, limit: int = 10) -> dict[int, list[str]]:
    """Message-IDs (as each contact saw them) of the last of what was sent of one kind, oldest first, by contact: in one
    query, since an edition asks for everybody."""
    query = (
        select(messages.c.contact_id, func.coalesce(messages.c.learnt_id, messages.c.message_id))
        .where(
            _own(tx),
            messages.c.kind == kind.value,
            messages.c.status == MessageStatus.sent.value,
            messages.c.contact_id.is_not(None),
        )
        .order_by(messages.c.sent_at, messages.c.id)
    )
    found: dict[int, list[str]] = {}
    for contact_id, message_id in tx.connection.execute(query):
        found.setdefault(contact_id, []).append(message_id)
    return {contact_id: ids[-limit:] for contact_id, ids in found.items()}


def first_sent_at(tx: Tx) -> datetime | None:
    """When the first mail to any contact left (or may have)."""
    query = select(func.min(messages.c.first_attempt_at)).where(_own(tx), messages.c.contact_id.is_not(None))
    return tx.connection.execute(query).scalar()


def last_sent_at(tx: Tx) -> datetime | None:
    """When the last message left."""
    return tx.connection.execute(select(func.max(messages.c.sent_at)).where(_own(tx))).scalar()


def tally(tx: Tx, edition: str, since: datetime | None) -> tuple[int, int]:
    """How many of an edition's letters left since then, and how many of those were refused or came back."""
    gone = [s.value for s in (MessageStatus.sent, MessageStatus.failed, MessageStatus.uncertain)]
    query = (
        select(messages.c.status, func.count())
        .where(
            _own(tx),
            messages.c.edition == edition,
            messages.c.kind == MessageKind.update.value,
            messages.c.status.in_(gone),
            messages.c.claimed_at >= since if since is not None else messages.c.claimed_at.is_not(None),
        )
        .group_by(messages.c.status)
    )
    found = {str(status): int(n) for status, n in tx.connection.execute(query)}
    return sum(found.values()), found.get(MessageStatus.failed.value, 0)


def overdue(tx: Tx, now: datetime) -> list[MessageRecord]:
    """Thank-yous that have not left within their time."""
    query = select(messages).where(
        _own(tx),
        messages.c.status.in_([MessageStatus.held.value, MessageStatus.queued.value]),
        messages.c.overdue_at < now,
    )
    return records(tx, query.order_by(messages.c.id))


def put_off(tx: Tx) -> tuple[int, MessageRecord | None]:
    """How many queued messages were tried in vain, and the one of them that is tried next."""
    here = (_own(tx), messages.c.status == MessageStatus.queued.value, messages.c.last_error.is_not(None))
    count = int(tx.connection.execute(select(func.count()).select_from(messages).where(*here)).scalar_one())
    row = tx.connection.execute(select(messages).where(*here).order_by(messages.c.not_before).limit(1)).first()
    return count, MessageRecord.of(row) if row else None

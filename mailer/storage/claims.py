"""The hot path of the outbox: what a claim reads and writes, as few statements as it takes, each built once.

A step of the sender runs every one of these for a handful of messages, so their fixed cost is what sending costs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Boolean, Integer, Select, bindparam, delete, exists, func, insert, select, update

from mailer.errors import MISTAKES
from mailer.model import BEFORE_SENDING, MessageKind, MessageStatus
from mailer.storage.messages import get
from mailer.storage.prepared import Prepared
from mailer.storage.records import MessageRecord, names_of
from mailer.storage.schema import contents, editions, heads, messages, owner_beside_ids, owners, usage
from mailer.storage.store import Tx

_OWNER: BindParameter[Any] = bindparam("owner")
_QUEUED, _SENDING, _SENT = MessageStatus.queued.value, MessageStatus.sending.value, MessageStatus.sent.value


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether anything may leave: the account's pause, the limits' use, and the editions that were stopped."""

    paused: bool
    paused_until: datetime | None
    used_minute: int
    used_day: int
    first_in_minute: datetime | None
    first_in_day: datetime | None


def _used(name: str) -> tuple[Any, Any]:
    here = (usage.c.owner_id == _OWNER) & (usage.c.second > bindparam(name))
    return (
        select(func.coalesce(func.sum(usage.c.count), 0)).where(here).scalar_subquery(),
        select(func.min(usage.c.second)).where(here).scalar_subquery(),
    )


_GATE = Prepared(
    lambda: select(owners.c.paused_at, owners.c.paused_until, *_used("minute"), *_used("day")).where(
        owners.c.id == _OWNER
    )
)


def gate(tx: Tx, now: datetime, minute: timedelta, day: timedelta) -> Gate:
    """Read the account's pause and what left within the limits' spans before `now`, in one statement."""
    values = {
        "owner": tx.owner_id,
        "minute": int((now - minute).timestamp()),
        "day": int((now - day).timestamp()),
    }
    (row,) = _GATE.rows(tx, values)
    return Gate(row[0] is not None, row[1], int(row[2]), int(row[4]), _moment(row[3]), _moment(row[5]))


def _moment(second: int | None) -> datetime | None:
    return datetime.fromtimestamp(second, UTC) if second is not None else None


_RECORD = tuple(messages.c[name] for name in names_of(MessageRecord))


def _waiting(kinds: Sequence[Any]) -> Select[Any]:
    return (
        select(heads.c.head, contents.c.body, *_RECORD)
        .select_from(
            messages.outerjoin(contents, contents.c.message_pk == messages.c.id).outerjoin(
                heads, heads.c.message_pk == messages.c.id
            )
        )
        .where(
            messages.c.owner_id == _OWNER,
            messages.c.status == _QUEUED,
            messages.c.not_before <= bindparam("now", type_=messages.c.not_before.type),
            messages.c.kind.in_(kinds),
        )
        .order_by(messages.c.not_before, messages.c.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(of=messages, skip_locked=True)
    )


_DUE = Prepared(_waiting)
_DUE_IDS = Prepared(lambda kinds: _waiting(kinds).with_only_columns(messages.c.id))


@dataclass(frozen=True, slots=True)
class Content:
    """A message's octets as far as they are made: the body when its draft is, the head at the first claim."""

    body: bytes
    head: bytes | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Messages whose time has come, their content where there is some, and rows that can't be read, with why."""

    messages: tuple[MessageRecord, ...]
    contents: dict[int, Content]
    broken: tuple[tuple[int, str], ...] = ()


def due(tx: Tx, now: datetime, kinds: Collection[MessageKind], limit: int) -> Due:
    """Queued messages whose time has come, longest waiting first; locked where the database can lock rows."""
    values, among = {"owner": tx.owner_id, "now": now, "most": limit}, [k.value for k in kinds]
    try:
        rows = _DUE.rows(tx, values, among)
        found = tuple(MessageRecord.read(row[2:]) for row in rows)
        made = {m.id: _content(*row[:2]) for m, row in zip(found, rows, strict=True) if row[1] is not None}
        return Due(found, made)
    except MISTAKES:
        return _one_by_one(tx, [int(row[0]) for row in _DUE_IDS.rows(tx, values, among)])


def _content(head: Any, body: Any) -> Content:
    return Content(bytes(body), bytes(head) if head is not None else None)


def _one_by_one(tx: Tx, ids: Sequence[int]) -> Due:
    """Find the damaged row among the others."""
    good, broken = [], []
    for message_pk in ids:
        try:
            record = get(tx, message_pk)
        except MISTAKES as error:
            broken.append((message_pk, f"{type(error).__name__}: {error}"))
        else:
            if record is not None:
                good.append(record)
    return Due(tuple(good), read_contents(tx, [m.id for m in good]), tuple(broken))


_EDITIONS = Prepared(
    lambda: select(editions.c.name, editions.c.status, editions.c.why).where(
        editions.c.owner_id == _OWNER, editions.c.status != "missed"
    )
)


@dataclass(frozen=True, slots=True)
class Editions:
    """Editions that nothing more leaves of, with why, and the newest of the others (empty where there is none)."""

    stopped: Mapping[str, str | None]
    newest: str


def editions_now(tx: Tx) -> Editions:
    """Which editions go on."""
    rows = _EDITIONS.rows(tx, {"owner": tx.owner_id})
    going_on = (name for name, status, _ in rows if status != "stopped")
    return Editions({name: why for name, status, why in rows if status == "stopped"}, max(going_on, default=""))


NO_EDITIONS = Editions({}, "")


def _claiming(ids: Sequence[Any]) -> Any:
    here = (owner_beside_ids(messages) == _OWNER, messages.c.id.in_(ids), messages.c.status == _QUEUED)
    at = bindparam("now", type_=messages.c.claimed_at.type)
    values = {
        "status": _SENDING,
        "claimed_at": at,
        "lease_until": bindparam("lease", type_=messages.c.lease_until.type),
        "attempts": messages.c.attempts + 1,
        "blind_copy": bindparam("blind", type_=Boolean()) & messages.c.contact_id.is_not(None),
        "first_attempt_at": func.coalesce(messages.c.first_attempt_at, at),
    }
    return update(messages).where(*here).values(values).returning(messages.c.id)


_CLAIM = Prepared(_claiming)


def claim(tx: Tx, ids: Sequence[int], now: datetime, lease: timedelta, *, blind_copy: bool = False) -> set[int]:
    """Turn queued messages into `sending`, by one conditional UPDATE; returns those that this call won.

    `blind_copy`: what goes to contacts goes to the owner, too.
    """
    if not ids:
        return set()
    values = {"owner": tx.owner_id, "now": now, "lease": now + lease, "blind": blind_copy}
    return {int(row[0]) for row in _CLAIM.rows(tx, values, ids)}


def _sending_done(ids: Sequence[Any]) -> Any:
    here = (owner_beside_ids(messages) == _OWNER, messages.c.id.in_(ids), messages.c.status == _SENDING)
    at = bindparam("now", type_=messages.c.sent_at.type)
    was_paused = select(owners.c.paused_at.is_not(None)).where(owners.c.id == _OWNER).scalar_subquery()
    done = update(messages).where(*here).values(status=_SENT, sent_at=at, lease_until=None, last_error=None)
    return done.returning(messages.c.id, messages.c.kind, messages.c.contact_id, was_paused)


_SENT_NOW = Prepared(_sending_done)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the server took. `paused`: the account was refused before, and not accepted since."""

    id: int
    kind: MessageKind
    contact_id: int | None
    paused: bool


def mark_sent(tx: Tx, ids: Sequence[int], now: datetime) -> list[Sent]:
    """Claimed messages that the server took; returns those that were still claimed."""
    if not ids:
        return []
    rows = _SENT_NOW.rows(tx, {"owner": tx.owner_id, "now": now}, ids)
    return [Sent(int(r[0]), MessageKind(r[1]), r[2], bool(r[3])) for r in rows]


_KEEP = Prepared(lambda: insert(contents), columns=("message_pk", "owner_id", "body"))
_FREEZE = Prepared(lambda: insert(heads), columns=("message_pk", "owner_id", "head"))
_FORGET = delete(contents).where(
    contents.c.owner_id == _OWNER,
    contents.c.message_pk == bindparam("pk"),
    ~exists().where(heads.c.message_pk == contents.c.message_pk),
)
_THAW = [
    delete(table).where(table.c.owner_id == _OWNER, table.c.message_pk == bindparam("pk"))
    for table in (heads, contents)
]
_READ = (
    select(contents.c.message_pk, heads.c.head, contents.c.body)
    .select_from(contents.outerjoin(heads, heads.c.message_pk == contents.c.message_pk))
    .where(contents.c.owner_id == _OWNER, contents.c.message_pk.in_(bindparam("ids", expanding=True)))
)


def keep(tx: Tx, rows: Sequence[tuple[int, Content]]) -> None:
    """Store contents that were not there before."""
    _KEEP.run_each(tx, [{"message_pk": pk, "owner_id": tx.owner_id, "body": c.body} for pk, c in rows])
    freeze(tx, [(pk, c.head) for pk, c in rows if c.head is not None])


def freeze(tx: Tx, rows: Sequence[tuple[int, bytes]]) -> None:
    """Give stored bodies their heads: from now on every attempt sends these octets."""
    _FREEZE.run_each(tx, [{"message_pk": pk, "owner_id": tx.owner_id, "head": head} for pk, head in rows])


def forget_body(tx: Tx, message_pk: int) -> None:
    """The draft changed: a body that was made from the old one goes. What was frozen stays for ever."""
    tx.connection.execute(_FORGET, {"owner": tx.owner_id, "pk": message_pk})


_WAITS = messages.c.status.in_([s.value for s in BEFORE_SENDING]) & (messages.c.attempts == 0)


def rewrite(tx: Tx, message_pk: int, subject: str, body: str) -> bool:
    """The owner's own words take the place of a draft that was never tried; False where a claim was quicker."""
    here = (messages.c.owner_id == tx.owner_id) & (messages.c.id == message_pk) & _WAITS
    statement = update(messages).where(here).values(subject=subject, body=body, edited=True)
    if not tx.connection.execute(statement).rowcount:
        return False
    forget_body(tx, message_pk)
    return True


def thaw(tx: Tx, message_pk: int) -> None:
    """No server can have anything of it: its octets are made anew at the next claim."""
    for statement in _THAW:
        tx.connection.execute(statement, {"owner": tx.owner_id, "pk": message_pk})


def read_contents(tx: Tx, ids: Sequence[int]) -> dict[int, Content]:
    """The contents of these messages, as far as they are made."""
    rows = tx.connection.execute(_READ, {"owner": tx.owner_id, "ids": list(ids)})
    return {int(pk): _content(head, body) for pk, head, body in rows}


def frozen(tx: Tx, ids: Sequence[int]) -> dict[int, bytes]:
    """The octets of those messages that have left or tried to."""
    return {pk: c.head + c.body for pk, c in read_contents(tx, ids).items() if c.head is not None}


@cache
def _count(dialect: str) -> Prepared:
    """Add to a second's count, or begin it; only the dialect that is used is loaded."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as upsert
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert  # type: ignore[assignment]
    more = bindparam("more", type_=usage.c.count.type)
    new = upsert(usage).values(owner_id=_OWNER, second=bindparam("at_second", type_=usage.c.second.type), count=more)
    here = [usage.c.owner_id, usage.c.second]
    return Prepared(lambda: new.on_conflict_do_update(index_elements=here, set_={"count": usage.c.count + more}))


def add_usage(tx: Tx, now: datetime, count: int) -> None:
    """Count messages handed to the server in this second."""
    values = {"owner": tx.owner_id, "at_second": int(now.timestamp()), "more": count}
    _count(tx.connection.dialect.name).run(tx, values)


def forget_usage(tx: Tx, before: datetime) -> None:
    """Drop counts that no limit looks at any more."""
    here = (usage.c.owner_id == tx.owner_id) & (usage.c.second < int(before.timestamp()))
    tx.connection.execute(delete(usage).where(here))

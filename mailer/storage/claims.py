"""The hot path of the outbox: what a claim reads and writes, as few statements as it takes, each built once.

A step of the sender runs every one of these for a handful of messages, so their fixed cost is what sending costs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Boolean, Select, bindparam, delete, func, insert, select, update

from mailer.errors import MISTAKES
from mailer.model import BEFORE_SENDING, MessageKind, MessageStatus
from mailer.storage.messages import get
from mailer.storage.records import MessageRecord
from mailer.storage.schema import contents, editions, messages, owner_beside_ids, owners, usage
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


_GATE = select(owners.c.paused_at, owners.c.paused_until, *_used("minute"), *_used("day")).where(owners.c.id == _OWNER)


def gate(tx: Tx, now: datetime, minute: timedelta, day: timedelta) -> Gate:
    """Read the account's pause and what left within the limits' spans before `now`, in one statement."""
    values = {
        "owner": tx.owner_id,
        "minute": int((now - minute).timestamp()),
        "day": int((now - day).timestamp()),
    }
    row = tx.connection.execute(_GATE, values).one()
    return Gate(row[0] is not None, row[1], int(row[2]), int(row[4]), _moment(row[3]), _moment(row[5]))


def _moment(second: int | None) -> datetime | None:
    return datetime.fromtimestamp(second, UTC) if second is not None else None


_DUE = (
    select(messages, contents.c.head, contents.c.body.label("content"))
    .select_from(messages.outerjoin(contents, contents.c.message_pk == messages.c.id))
    .where(
        messages.c.owner_id == _OWNER,
        messages.c.status == _QUEUED,
        messages.c.not_before <= bindparam("now"),
        messages.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(messages.c.not_before, messages.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=messages, skip_locked=True)
)
"""Messages whose time has come; a test reads how the databases answer it, since a full scan would slow a long queue."""


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


def due_query() -> Select[Any]:
    """The question `due` asks, with its parameters open: owner, now, kinds, most."""
    return _DUE


def due(tx: Tx, now: datetime, kinds: Collection[MessageKind], limit: int) -> Due:
    """Queued messages whose time has come, longest waiting first; locked where the database can lock rows."""
    values = {"owner": tx.owner_id, "now": now, "kinds": [k.value for k in kinds], "most": limit}
    try:
        rows = tx.connection.execute(_DUE, values).all()
        found = {row.id: _content(row) for row in rows if row.content is not None}
        return Due(tuple(MessageRecord.of(row) for row in rows), found)
    except MISTAKES:
        return _one_by_one(tx, values)


def _content(row: Any) -> Content:
    return Content(bytes(row.content), bytes(row.head) if row.head is not None else None)


def _one_by_one(tx: Tx, values: dict[str, Any]) -> Due:
    """Find the damaged row among the others."""
    good, broken = [], []
    for message_pk in tx.connection.execute(_DUE.with_only_columns(messages.c.id), values).scalars().all():
        try:
            record = get(tx, message_pk)
        except MISTAKES as error:
            broken.append((int(message_pk), f"{type(error).__name__}: {error}"))
        else:
            if record is not None:
                good.append(record)
    return Due(tuple(good), read_contents(tx, [m.id for m in good]), tuple(broken))


_EDITIONS = select(editions.c.name, editions.c.status, editions.c.why).where(
    editions.c.owner_id == _OWNER, editions.c.status != "missed"
)


@dataclass(frozen=True, slots=True)
class Editions:
    """Editions that nothing more leaves of, with why, and the newest of the others (empty where there is none)."""

    stopped: Mapping[str, str | None]
    newest: str


def editions_now(tx: Tx) -> Editions:
    """Which editions go on."""
    rows = tx.connection.execute(_EDITIONS, {"owner": tx.owner_id}).all()
    going_on = (row.name for row in rows if row.status != "stopped")
    return Editions({row.name: row.why for row in rows if row.status == "stopped"}, max(going_on, default=""))


NO_EDITIONS = Editions({}, "")


_CLAIM = (
    update(messages)
    .where(
        owner_beside_ids(messages) == _OWNER,
        messages.c.id.in_(bindparam("ids", expanding=True)),
        messages.c.status == _QUEUED,
    )
    .values(
        status=_SENDING,
        claimed_at=bindparam("now", type_=messages.c.claimed_at.type),
        lease_until=bindparam("lease", type_=messages.c.lease_until.type),
        attempts=messages.c.attempts + 1,
        blind_copy=bindparam("blind", type_=Boolean()) & messages.c.contact_id.is_not(None),
        first_attempt_at=func.coalesce(messages.c.first_attempt_at, bindparam("now", type_=messages.c.claimed_at.type)),
    )
    .returning(messages.c.id)
)


def claim(tx: Tx, ids: Sequence[int], now: datetime, lease: timedelta, *, blind_copy: bool = False) -> set[int]:
    """Turn queued messages into `sending`, by one conditional UPDATE; returns those that this call won.

    `blind_copy`: what goes to contacts goes to the owner, too.
    """
    if not ids:
        return set()
    values = {"owner": tx.owner_id, "ids": list(ids), "now": now, "lease": now + lease, "blind": blind_copy}
    return {int(i) for i in tx.connection.execute(_CLAIM, values).scalars()}


_SENT_NOW = (
    update(messages)
    .where(
        owner_beside_ids(messages) == _OWNER,
        messages.c.id.in_(bindparam("ids", expanding=True)),
        messages.c.status == _SENDING,
    )
    .values(status=_SENT, sent_at=bindparam("now", type_=messages.c.sent_at.type), lease_until=None, last_error=None)
    .returning(
        messages.c.id,
        messages.c.kind,
        messages.c.contact_id,
        select(owners.c.paused_at.is_not(None)).where(owners.c.id == _OWNER).scalar_subquery(),
    )
)


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
    values = {"owner": tx.owner_id, "ids": list(ids), "now": now}
    return [Sent(int(r[0]), MessageKind(r[1]), r[2], bool(r[3])) for r in tx.connection.execute(_SENT_NOW, values)]


_KEEP = insert(contents)
_FREEZE = update(contents).where(contents.c.message_pk == bindparam("pk")).values(head=bindparam("new_head"))
_FORGET = delete(contents).where(
    contents.c.owner_id == _OWNER, contents.c.message_pk == bindparam("pk"), contents.c.head.is_(None)
)
_THAW = delete(contents).where(contents.c.owner_id == _OWNER, contents.c.message_pk == bindparam("pk"))
_READ = select(contents.c.message_pk, contents.c.head, contents.c.body.label("content")).where(
    contents.c.owner_id == _OWNER, contents.c.message_pk.in_(bindparam("ids", expanding=True))
)


def keep(tx: Tx, rows: Sequence[tuple[int, Content]]) -> None:
    """Store contents that were not there before."""
    values = [{"message_pk": pk, "owner_id": tx.owner_id, "head": c.head, "body": c.body} for pk, c in rows]
    if values:
        tx.connection.execute(_KEEP, values)


def freeze(tx: Tx, rows: Sequence[tuple[int, bytes]]) -> None:
    """Give stored bodies their heads: from now on every attempt sends these octets."""
    if rows:
        tx.connection.execute(_FREEZE, [{"pk": pk, "new_head": head} for pk, head in rows])


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
    tx.connection.execute(_THAW, {"owner": tx.owner_id, "pk": message_pk})


def read_contents(tx: Tx, ids: Sequence[int]) -> dict[int, Content]:
    """The contents of these messages, as far as they are made."""
    rows = tx.connection.execute(_READ, {"owner": tx.owner_id, "ids": list(ids)})
    return {int(row.message_pk): _content(row) for row in rows}


def frozen(tx: Tx, ids: Sequence[int]) -> dict[int, bytes]:
    """The octets of those messages that have left or tried to."""
    return {pk: c.head + c.body for pk, c in read_contents(tx, ids).items() if c.head is not None}


@cache
def _count(dialect: str) -> Any:
    """Add to a second's count, or begin it; only the dialect that is used is loaded."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as upsert
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert  # type: ignore[assignment]
    statement = upsert(usage).values(owner_id=_OWNER, second=bindparam("at_second"), count=bindparam("more"))
    return statement.on_conflict_do_update(
        index_elements=[usage.c.owner_id, usage.c.second], set_={"count": usage.c.count + bindparam("more")}
    )


def add_usage(tx: Tx, now: datetime, count: int) -> None:
    """Count messages handed to the server in this second."""
    values = {"owner": tx.owner_id, "at_second": int(now.timestamp()), "more": count}
    tx.connection.execute(_count(tx.connection.dialect.name), values)


def forget_usage(tx: Tx, before: datetime) -> None:
    """Drop counts that no limit looks at any more."""
    here = (usage.c.owner_id == tx.owner_id) & (usage.c.second < int(before.timestamp()))
    tx.connection.execute(delete(usage).where(here))

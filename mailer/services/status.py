"""Whether all is well, from the database and the daemon's heartbeat; each problem with its mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mailer.model import Hold, MessageStatus
from mailer.services.desk import Desk
from mailer.storage import contacts, daemons, editions, messages, replies
from mailer.storage.records import DaemonRecord, ReplyRecord
from mailer.storage.store import Store, Tx

SILENT = timedelta(seconds=90)
"""A daemon that gave no sign of life for this long is taken for dead or stuck."""

SERVER = frozenset({"smtp.unreachable", "account.refused", "account.secret"})
"""Problems for which nothing leaves at all."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something the owner should know, and what mends it."""

    text: str
    mend: str
    since: datetime | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """The whole picture."""

    daemon: DaemonRecord | None
    alive: bool
    contacts: int
    people: dict[str, int]  # contacts by status
    outbox: dict[str, int]
    next_due: datetime | None
    last_sent: datetime | None
    edition: dict[str, Any] | None
    needs_answer: int
    problems: tuple[Trouble, ...]


def status(store: Store, desk: Desk, now: datetime, *, running: bool) -> Status:
    """Look at everything; `running` says whether the daemon's lock is held."""
    with store.read() as tx:
        daemon = daemons.get(tx)
        counts = {s.value: 0 for s in MessageStatus} | messages.counts(tx)
        people = contacts.every(tx)
        by_status: dict[str, int] = {}
        for person in people:
            by_status[person.status.value] = by_status.get(person.status.value, 0) + 1
        waiting = replies.listing(tx, needs_answer=True)
        known = editions.every(tx)
        alive = running and daemon is not None and daemon.stopped_at is None and now - daemon.beat_at < SILENT
        return Status(
            daemon=daemon,
            alive=alive,
            contacts=len(people),
            people=by_status,
            outbox=counts,
            next_due=messages.next_due(tx, list(_kinds())),
            last_sent=messages.last_sent_at(tx),
            edition={"name": known[-1].name, "status": known[-1].status, "due_at": known[-1].due_at} if known else None,
            needs_answer=len(waiting),
            problems=tuple(_problems(tx, desk, daemon, waiting, now, alive=alive)),
        )


def _kinds() -> tuple[Any, ...]:
    from mailer.model import MessageKind

    return tuple(MessageKind)


def _problems(
    tx: Tx, desk: Desk, daemon: DaemonRecord | None, waiting: list[ReplyRecord], now: datetime, *, alive: bool
) -> list[Trouble]:
    found = [Trouble(p.text, p.mend, p.since, p.key) for p in daemons.all_problems(tx)]
    if not alive:
        found.append(_not_running(daemon))
    found += _from_messages(tx, now)
    if not any(p.key in SERVER for p in found):  # which says why they wait
        found += _waiting_for_another_try(tx)
    found += [
        Trouble(
            f"{e.name}: the update waits for your approval", f"mailer update approve {e.name}", key="edition.waiting"
        )
        for e in editions.every(tx)
        if e.status == "waiting"
    ]
    found += [
        Trouble(
            f"a question about {r.sender}'s answer: {r.question}",
            f"mailer replies show {r.id}",
            r.received_at,
            "reply.question",
        )
        for r in waiting
        if r.question
    ]
    return found


def _not_running(daemon: DaemonRecord | None) -> Trouble:
    if daemon is None:
        return Trouble("the daemon has never run", "start it with `mailer run`", key="daemon")
    if daemon.stopped_at is not None:
        return Trouble("the daemon is stopped", "start it with `mailer run`", daemon.stopped_at, "daemon")
    return Trouble("the daemon does not answer", "see its log, and start it again", daemon.beat_at, "daemon")


def _from_messages(tx: Tx, now: datetime) -> list[Trouble]:
    found = []
    for message in messages.listing(tx, messages.Filter(statuses=(MessageStatus.uncertain,)), limit=100):
        text = f"message {message.id} to {message.to_name} may or may not have left"
        mend = f"mailer outbox resolve {message.id} --sent, or --resend"
        found.append(Trouble(text, mend, message.claimed_at, "message.uncertain"))
    for message in messages.listing(tx, messages.Filter(statuses=(MessageStatus.held,)), limit=1000):
        if message.hold not in (Hold.edition, Hold.owner, Hold.poison):
            text = f"message {message.id} to {message.to_name} waits: {message.why}"
            found.append(Trouble(text, _mend(message.id, message.hold), message.created_at, f"message.{message.hold}"))
    for message_pk, name, why in messages.put_aside_ones(tx):
        text = f"message {message_pk} to {name} was put aside: {why}"
        found.append(Trouble(text, _mend(message_pk, Hold.poison), None, f"message.{Hold.poison}"))
    for message in messages.listing(tx, messages.Filter(statuses=(MessageStatus.failed,)), limit=1000):
        if message.hold is None and message.first_attempt_at and now - message.first_attempt_at < timedelta(days=14):
            text = f"message {message.id} to {message.to_name} failed: {message.last_error}"
            found.append(Trouble(text, f"mailer outbox retry {message.id}", message.claimed_at, "message.failed"))
    for message in messages.overdue(tx, now):
        if message.status is MessageStatus.queued:
            text = f"the thank-you to {message.to_name} (message {message.id}) is overdue"
            mend = "it leaves as soon as it can; the other problems say what is in the way"
            found.append(Trouble(text, mend, message.overdue_at, "message.overdue"))
    return found


def _waiting_for_another_try(tx: Tx) -> list[Trouble]:
    """One sentence for all that was tried in vain: each alone is nothing to worry about."""
    count, first = messages.put_off(tx)
    if first is None:
        return []
    what = f"message {first.id} to {first.to_name} waits" if count == 1 else f"{count} messages wait"
    mend = "nothing need be done for four days; `mailer outbox list` tells when they are tried again"
    return [Trouble(f"{what} for another try: {first.last_error}", mend, first.claimed_at, "message.waiting")]


def _mend(message_pk: int, hold: str | None) -> str:
    if hold == Hold.particulars:
        return f"say what for in the roster or with `mailer outbox edit {message_pk}`, or approve it as it is"
    if hold == Hold.reading:
        return f"mend it there or with `mailer outbox edit {message_pk}`, or approve it as it is"
    if hold == Hold.template:
        return "mend the template; it goes on by itself"
    if hold == Hold.poison:
        return f"please report it; then `mailer outbox approve {message_pk}`, or write this mail yourself and cancel it"
    if hold == Hold.question:
        return "answer the question: `mailer replies list`"
    return f"mailer outbox approve {message_pk}, or cancel {message_pk}"

"""Alerts: what needs the owner and stays so is told once, by a mail to the owner, or where none can leave by a command.

The same cause is told again after a day at the earliest, and each time later, a week apart in the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.compose import message_id
from mailer.compose.markdown import escape
from mailer.model import MessageKind, MessageStatus
from mailer.services.desk import Desk
from mailer.services.status import SERVER
from mailer.storage import alerts, daemons, editions, events, messages
from mailer.storage.alerts import Told
from mailer.storage.store import Store, Tx

DAY = timedelta(days=1)
LONGEST = timedelta(days=7)

NEEDS_OWNER = (
    "account.",
    "smtp.",
    "imap.unreachable",
    "oauth.",
    "disk.",
    "backup.",
    "config.",
    "roster.",
    "templates.",
)
"""How the keys of problems begin that somebody must see to. Editions and messages are looked at apart."""

ENDED = ("missed", "done")
"""States of an edition in which nothing can be done about it any more."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that needs the owner, and since when."""

    key: str
    text: str
    mend: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a command is to tell, since no mail can leave. `keys` for `failed`, where the command does."""

    subject: str
    text: str
    keys: tuple[str, ...]


def look(store: Store, desk: Desk, now: datetime) -> Alarm | None:
    """Tell what has become due to be told. A mail is put into the outbox; what a command must tell is returned."""
    with store.read() as tx:
        if not _due(tx, desk, now) and not _stale(tx, now):
            return None
    with store.write() as tx:
        _tidy(tx, now)
        due = _due(tx, desk, now)
        by_mail = _can_send(tx)
        if not due or not (by_mail or desk.config.notify.command):
            return None
        before = alerts.every(tx)
        message_pk = _mail(tx, desk, due, now) if by_mail else None
        times = {c.key: before[c.key].times + 1 if c.key in before else 1 for c in due}
        alerts.put(tx, {key: Told(now, n, message_pk) for key, n in times.items()})
    return None if by_mail else Alarm(_subject(due), _words(desk, due, plain=True), tuple(times))


def failed(store: Store, alarm: Alarm, now: datetime) -> None:
    """The command did not do it: it is tried again after an hour."""
    with store.write() as tx:
        told = alerts.every(tx)
        again = {k: Told(now - _rest(told[k].times) + timedelta(hours=1), told[k].times, None) for k in alarm.keys}
        alerts.put(tx, again)


def causes(tx: Tx) -> list[Cause]:
    """Everything that needs the owner now."""
    found = [Cause(p.key, p.text, p.mend, p.since) for p in daemons.all_problems(tx) if p.key.startswith(NEEDS_OWNER)]
    return [*found, *_of_editions(tx), *_of_messages(tx)]


def _of_editions(tx: Tx) -> list[Cause]:
    """Editions that are stuck, or wait for a yes though their time has come."""
    wrong = {p.key: p for p in daemons.all_problems(tx)}
    found = []
    for edition in editions.every(tx):
        key = f"edition.{edition.name}"
        if edition.status in ENDED:
            continue
        if key in wrong:
            found.append(Cause(key, wrong[key].text, wrong[key].mend, wrong[key].since))
        elif edition.status == "waiting":
            mend = f"mailer update approve {edition.name}"
            found.append(Cause(key, f"the update of {edition.name} waits for your approval", mend, edition.due_at))
    return found


def _of_messages(tx: Tx) -> list[Cause]:
    """Messages that only the owner can decide about; all of a kind are one cause."""
    doubted = messages.listing(tx, messages.Filter(statuses=(MessageStatus.uncertain,)))
    if not doubted:
        return []
    since = min(m.uncertain_at or m.created_at for m in doubted)
    count = f"{len(doubted)} messages" if len(doubted) > 1 else f"the message to {doubted[0].to_name}"
    return [
        Cause("message.uncertain", f"{count} may or may not have left", "`mailer status` says how to decide", since)
    ]


def _due(tx: Tx, desk: Desk, now: datetime) -> list[Cause]:
    """The causes that have lasted long enough and were not told lately."""
    told, can_send = alerts.every(tx), _can_send(tx)
    lasting = [c for c in causes(tx) if now - c.since >= desk.config.notify.after]
    return [c for c in lasting if _tell_again(tx, desk, told.get(c.key), now, can_send=can_send)]


def _tell_again(tx: Tx, desk: Desk, told: Told | None, now: datetime, *, can_send: bool) -> bool:
    if told is None or now - told.at >= _rest(told.times):
        return True
    if can_send or told.message_pk is None or now - told.at < desk.config.notify.after:
        return False
    mail = messages.get(tx, told.message_pk)  # it was meant to leave, and nothing does: the command must tell it
    return mail is not None and mail.status is MessageStatus.queued


def _rest(times: int) -> timedelta:
    """How long after the last time the same cause may be told again."""
    days = min(2 ** max(0, min(times, 10) - 1), LONGEST.days)
    return timedelta(days=days)


def _can_send(tx: Tx) -> bool:
    """Whether a mail put into the outbox now would leave."""
    wrong = {p.key for p in daemons.all_problems(tx)}
    return daemons.owner(tx)["paused_at"] is None and not wrong & SERVER


def _stale(tx: Tx, now: datetime) -> set[str]:
    """What was told and is mended: forgotten after a day, so that what comes and goes is told once a day."""
    there = {c.key for c in causes(tx)}
    return {key for key, told in alerts.every(tx).items() if key not in there and now - told.at >= DAY}


def _tidy(tx: Tx, now: datetime) -> None:
    alerts.forget(tx, _stale(tx, now))


def _mail(tx: Tx, desk: Desk, due: Sequence[Cause], now: datetime) -> int:
    """Put one mail about these into the outbox."""
    owner, token = desk.config.owner(), desk.token()
    values: Mapping[str, object] = {
        "kind": MessageKind.preview.value,
        "to_name": owner.name,
        "to_address": owner.email,
        "subject": _subject(due),
        "body": _words(desk, due, plain=False),
        "status": MessageStatus.queued.value,
        "not_before": now,
        "token": token,
        "message_id": message_id(token, owner.email),
        "thread": [],
        "created_at": now,
    }
    (message_pk,) = messages.create(tx, [values])
    why = "; ".join(c.key for c in due)
    row = events.event(tx, now, "daemon", "message", message_pk, old=None, new=MessageStatus.queued, why=why)
    events.record(tx, [row])
    return message_pk


def _subject(due: Sequence[Cause]) -> str:
    return "Your follow-up mail needs you" + (f": {len(due)} things" if len(due) > 1 else "")


def _words(desk: Desk, due: Sequence[Cause], *, plain: bool) -> str:
    """The text: as it is for a command, as Markdown for a mail."""
    say = str if plain else escape
    zone = desk.window.zone
    lines = [
        f"- {say(c.text)} (since {c.since.astimezone(zone):%d %B, %H:%M}). What mends it: {say(c.mend)}." for c in due
    ]
    more = say("`mailer status` tells how all is; `mailer doctor` looks closely.")
    return "\n".join(["This needs you:", "", *lines, "", more])

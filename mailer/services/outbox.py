"""The outbox: one step records what became of earlier claims and makes new ones; a dead process's claims are doubted.

What may leave at all is decided in `claims`, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from mailer.model import Delivery, MessageStatus, Outcome
from mailer.schedule import RETRY_FOR, retry_delay
from mailer.services import stop_rule
from mailer.services.claims import DAY, STRIKES, Claimed, Step, claim
from mailer.services.desk import Desk
from mailer.services.transitions import fail, move
from mailer.storage import claims, contacts, daemons, events, messages
from mailer.storage.records import MessageRecord
from mailer.storage.store import Store, Tx

__all__ = ["Claimed", "Step", "expire", "pause", "record", "recover", "resume", "retry_account", "step"]

ABOUT_MESSAGE = frozenset({"rcpt", "data", "content"})
"""Stages at which a refusal of the account may be one recipient's doing: it must not pause everything for ever."""

FIRST_PAUSE = timedelta(minutes=1)
"""After one refusal: it may be a passing fault of the server's, or a token that was renewed a moment later."""

NEXT_PAUSE = timedelta(minutes=30)
"""After the second in a row, and twice as long after each: a few wrong passwords in a short time lock an account."""

LONGEST_PAUSE = timedelta(hours=24)
PAUSED = "account.refused"
SECRET = "account.secret"  # noqa: S105  a problem's key
"""The secret for signing in can't be had: a problem of sending and reading alike, so that it is told once."""


def step(
    store: Store, desk: Desk, results: Sequence[tuple[int, Delivery]], want: int, now: datetime, *, wait: bool = True
) -> Step:
    """Record what became of earlier claims and claim up to `want` more, in one transaction; `wait` as `Store.write`."""
    with store.write(wait=wait) as tx:
        record(tx, desk, results, now)
        return claim(tx, desk, want, now) if want else Step()


def record(tx: Tx, desk: Desk, results: Sequence[tuple[int, Delivery]], now: datetime) -> None:
    """Write down what became of claimed messages."""
    if any(delivery.copy_refused for _, delivery in results):
        daemons.change_owner(tx, account_since=now)  # blind copies are no habit any more, until the next one has come
    _accepted(tx, [i for i, d in results if d.outcome is Outcome.accepted], now)
    for message_pk, delivery in results:
        if delivery.outcome is Outcome.accepted:
            continue
        message = messages.get(tx, message_pk)
        if message is not None and message.status is MessageStatus.sending:
            _not_accepted(tx, desk, message, delivery, now)


def _accepted(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    sent = claims.mark_sent(tx, ids, now)
    if not sent:
        return
    rows = [
        events.event(tx, now, "daemon", "message", each.id, old=MessageStatus.sending, new=MessageStatus.sent)
        for each in sent
    ]
    events.record(tx, rows)
    for kind in {each.kind for each in sent}:
        people = [each.contact_id for each in sent if each.kind is kind and each.contact_id is not None]
        contacts.mark_contacted(tx, people, kind, now)
    if any(each.paused for each in sent):
        resume(tx, now, "daemon", "the account accepted a message")


def _not_accepted(tx: Tx, desk: Desk, message: MessageRecord, delivery: Delivery, now: datetime) -> None:
    words = str(delivery)
    if delivery.stage == "content" and not message.handed_over:
        messages.change(tx, message.id, handed_over=True)
    match delivery.outcome:
        case Outcome.rejected:
            fail(tx, message, words, now)
            stop_rule.mind(tx, desk, message.edition, now)
        case Outcome.uncertain:
            if delivery.copy_refused:
                messages.change(tx, message.id, blind_copy=False)
            uncertain(tx, message, f"the connection was lost after the content was handed over ({words})", now)
        case Outcome.account if delivery.stage in ABOUT_MESSAGE and message.strikes + 1 >= STRIKES:
            fail(tx, message, f"the server refuses the account for this message again and again: {words}", now)
        case Outcome.account:
            if delivery.stage in ABOUT_MESSAGE:
                messages.change(tx, message.id, strikes=message.strikes + 1)
            _uncounted(tx, message, delivery, now, last_error=words)
            pause(tx, delivery, now)
        case Outcome.unused:
            _uncounted(tx, message, delivery, now)
        case _:
            _later(tx, desk, message, words, now)


def _uncounted(tx: Tx, message: MessageRecord, delivery: Delivery, now: datetime, **values: Any) -> None:
    """It costs no attempt, unless its content was refused. After no attempt, nothing of it is fixed."""
    attempts = message.attempts if delivery.stage == "content" else message.attempts - 1
    values |= {"attempts": attempts, "lease_until": None}
    if move(tx, message, MessageStatus.queued, now, "daemon", str(delivery), **values) and not attempts:
        claims.thaw(tx, message.id)


def _later(tx: Tx, desk: Desk, message: MessageRecord, words: str, now: datetime) -> None:
    if message.first_attempt_at is not None and now - message.first_attempt_at >= RETRY_FOR:
        fail(tx, message, f"gave up after {RETRY_FOR.days} days: {words}", now)
        return
    at = now + retry_delay(message.attempts, desk.jitter())
    move(tx, message, MessageStatus.queued, now, "daemon", words, not_before=at, last_error=words, lease_until=None)


def uncertain(tx: Tx, message: MessageRecord, why: str, now: datetime) -> bool:
    """Nobody knows whether the server took it: it is never sent again without proof or the owner's word."""
    values = {"last_error": why, "why": why, "lease_until": None, "uncertain_at": now}
    return move(tx, message, MessageStatus.uncertain, now, "daemon", why, **values)


def recover(store: Store, now: datetime) -> int:
    """At the start: what a dead process left `sending` is uncertain. Returns how many.

    Only the daemon that holds the owner's lock may call this.
    """
    with store.write() as tx:
        left = messages.expired(tx, None)
        for message in left:
            uncertain(tx, message, "the program ended while this message was on its way", now)
        return len(left)


def expire(store: Store, now: datetime, *, flying: Collection[int] = ()) -> int:
    """Claims whose lease ran out become uncertain, never queued: a lease cannot fence SMTP.

    Not those that are `flying`: the caller still waits for their result, however far the clock was set.
    """
    with store.write() as tx:
        claims.forget_usage(tx, now - 2 * DAY)
        left = [message for message in messages.expired(tx, now) if message.id not in flying]
        for message in left:
            uncertain(tx, message, "nothing was heard of this attempt for too long", now)
        return len(left)


def pause(tx: Tx, refusal: Delivery, now: datetime) -> None:
    """The account was refused: nothing leaves until the next single try, ever further apart."""
    owner = daemons.owner(tx)
    if owner["paused_until"] is not None and owner["paused_until"] > now:
        return  # the answers of other connections to the same try
    pauses = int(owner["pauses"]) + 1
    wait = FIRST_PAUSE if pauses == 1 else min(NEXT_PAUSE * 2 ** min(pauses - 2, 10), LONGEST_PAUSE)
    until, why = now + wait, str(refusal)
    daemons.change_owner(tx, paused_at=owner["paused_at"] or now, paused_why=why, paused_until=until, pauses=pauses)
    daemons.clear_problem(tx, PAUSED if refusal.mend else SECRET)
    if refusal.mend:
        daemons.set_problem(tx, SECRET, why, refusal.mend, now)
    else:
        text = f"the mail server refuses this account: {why}" if refusal.code else f"sending is paused: {why}"
        daemons.set_problem(tx, PAUSED, text, "mend the account or its password; sending goes on by itself then", now)
    if owner["paused_at"] is None:
        events.record(
            tx, [events.event(tx, now, "daemon", "account", tx.owner_id, old="working", new="paused", why=why)]
        )


def resume(tx: Tx, now: datetime, actor: str, why: str) -> None:
    """Sending goes on."""
    if daemons.owner(tx)["paused_at"] is None:
        return
    daemons.change_owner(tx, paused_at=None, paused_why=None, paused_until=None, pauses=0)
    for key in (PAUSED, SECRET):
        daemons.clear_problem(tx, key)
    events.record(tx, [events.event(tx, now, actor, "account", tx.owner_id, old="paused", new="working", why=why)])


def retry_account(store: Store, now: datetime) -> None:
    """Let one message try the account again at once: at a start, and after the owner changed something."""
    with store.write() as tx:
        if daemons.owner(tx)["paused_at"] is not None:
            daemons.change_owner(tx, paused_until=now)

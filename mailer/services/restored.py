"""After an older copy of the database was put back: what waits in it may have left since the copy was made.

Nothing that may have left is sent again by itself. What has a Message-ID of old is uncertain, so that its copy in the
mailbox can prove it sent; what is planned anew waits for the owner. `log_mail` holds what follows from mails that are
read again, `follow_up` what would follow a thank-you in doubt: for both, `first_started_at` is the time of the restore.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailer.model import Hold, MessageStatus
from mailer.services import follow_up, updates
from mailer.services.desk import Desk
from mailer.services.transitions import OWNER, hold, move
from mailer.storage import daemons, editions, messages
from mailer.storage.records import MessageRecord
from mailer.storage.store import Store, Tx

WHY = "the database was restored from an older copy: this may have left since"


@dataclass(frozen=True, slots=True)
class Doubts:
    """How many messages are uncertain, how many wait for the owner, and which editions do."""

    uncertain: int
    held: int
    editions: tuple[str, ...]


def doubt(store: Store, desk: Desk, sync_roster: Callable[[], object], now: datetime) -> Doubts:
    """Doubt everything that was due by `now`. `sync_roster` reads what the roster learnt since the copy."""
    with store.write() as tx:
        old = [m for m in _queued(tx) if m.not_before <= now]
        for message in old:
            _make_uncertain(tx, message, now)
        stopped = tuple(e.name for e in editions.every(tx) if e.due_at <= now and e.status in updates.OPEN)
        for name in stopped:
            _stop(tx, name, now)
        if daemons.owner(tx)["first_started_at"] is not None:
            daemons.change_owner(tx, first_started_at=now)  # editions that the copy doesn't know of are not made up for
        known = {m.id for m in _queued(tx)}
    sync_roster()
    follow_up.tick(store, desk, now)  # what is due by now may have left as well
    today = desk.today(now)
    with store.write() as tx:
        fresh = [m for m in _queued(tx) if m.id not in known and (m.day is None or m.day <= today)]
        for message in fresh:
            hold(tx, message, Hold.first_start, WHY, now, OWNER)
    return Doubts(len(old), len(fresh), stopped)


def _queued(tx: Tx) -> list[MessageRecord]:
    return messages.listing(tx, messages.Filter(statuses=(MessageStatus.queued,)))


def _make_uncertain(tx: Tx, message: MessageRecord, now: datetime) -> None:
    """By way of `sending`: that is what may have happened."""
    move(tx, message, MessageStatus.sending, now, OWNER, WHY, claimed_at=now, blind_copy=False)
    claimed = messages.get(tx, message.id)
    if claimed is not None:
        values = {"last_error": WHY, "why": WHY, "uncertain_at": now}
        move(tx, claimed, MessageStatus.uncertain, now, OWNER, WHY, **values)


def _stop(tx: Tx, name: str, now: datetime) -> None:
    edition = editions.get(tx, name)
    if edition is not None:
        updates.move(tx, edition, "stopped", now, WHY, OWNER)

"""Uncertain messages: what proves that one was sent, what proves that it was not, and when nothing does.

Found anywhere, it was sent. Not found proves something only where this account's server files every sent message, or a
blind copy goes to the owner: their word or a preset *and* copies of earlier messages seen. Else the owner decides.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from mailer.config import Config, SentCopy
from mailer.model import BEFORE_SENDING, FolderRole, MessageStatus
from mailer.schedule import next_open
from mailer.services.desk import Desk
from mailer.services.transitions import MAILBOX, PROOF, move, release
from mailer.storage import contacts, daemons, messages, sent_copies
from mailer.storage.records import MessageRecord
from mailer.storage.store import Store, Tx

MOVED = "moved"
"""What the `copy` of a message says whose blind copy has been moved out of the Inbox."""


@dataclass(frozen=True, slots=True)
class Provable:
    """What an absence would prove. `source` is who files copies (`server`, `bcc`, or nobody), `seen` how many came."""

    source: str
    seen: int

    @property
    def absence_counts(self) -> bool:
        """Whether not being there proves that a message was not sent."""
        return bool(self.source) and self.seen > 0


def source_of(config: Config) -> str:
    """Who is expected to put a copy where it can be found."""
    if config.account.sent_copy is SentCopy.bcc:
        return "bcc"
    return "server" if config.files_sent() else ""


def provable(tx: Tx, config: Config) -> Provable:
    """What an absence proves with this account now."""
    source, since = source_of(config), daemons.owner(tx)["account_since"]
    if not source or since is None:
        return Provable(source, 0)
    ways = ("bcc", MOVED) if source == "bcc" else (source,)
    return Provable(source, sent_copies.confirmed(tx, ways, since))


def mind_account(store: Store, config: Config, now: datetime) -> None:
    """Forget confirmations of another account: each server has its own habits."""
    parts = (config.smtp_server().host, config.imap_server().host, config.account.username)
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    with store.write() as tx:
        if daemons.owner(tx)["account"] != digest:
            daemons.change_owner(tx, account=digest, account_since=now)


def copy_seen(tx: Tx, message: MessageRecord, source: str, now: datetime) -> None:
    """A copy of a message was found that the server (or the blind copy) put there; one of our own making is known."""
    if message.copied_at is None:
        messages.change(tx, message.id, copied_at=now, copy=source)


def is_doubted(message: MessageRecord) -> bool:
    """Whether an attempt ended in doubt and no other was accepted since: uncertain, or put back and still waiting, or
    cancelled since, which may be undone."""
    if message.status in BEFORE_SENDING or message.status is MessageStatus.cancelled:
        doubted, sent = message.uncertain_at, message.sent_at
        return doubted is not None and (sent is None or sent < doubted)
    return message.status is MessageStatus.uncertain


def came_meanwhile(message: MessageRecord) -> bool:
    """Whether the copy of a doubted attempt was seen while the next was under way, which then was not accepted."""
    return is_doubted(message) and message.copied_at is not None and not _is_old_news(message)


def _is_old_news(message: MessageRecord) -> bool:
    """Whether its copy is known from an earlier attempt, such as one that came back: that says nothing of this one."""
    tried, copied = message.claimed_at, message.copied_at
    return tried is not None and copied is not None and copied < tried


def prove(tx: Tx, message: MessageRecord, why: str, now: datetime, actor: str = MAILBOX) -> bool:
    """Something in the mailbox shows that the server took a message; it counts where that was in doubt.

    Also where it was put back into the queue meanwhile: a server may be later than anybody thought.
    """
    return is_doubted(message) and proven_sent(tx, message, message.claimed_at or now, actor, why, now)


def copy_proves(tx: Tx, message: MessageRecord, source: str, why: str, now: datetime, actor: str = MAILBOX) -> bool:
    """A copy was found that the server (or the blind copy) put there."""
    old = _is_old_news(message)
    copy_seen(tx, message, source, now)
    return not old and prove(tx, message, why, now, actor)


def proven_sent(tx: Tx, message: MessageRecord, at: datetime, actor: str, why: str, now: datetime) -> bool:
    """It was taken by the server."""
    values = {"sent_at": at, "why": None, "lease_until": None, "last_error": None, "hold": None, "uncertain_at": None}
    moved = move(tx, message, MessageStatus.sent, now, actor, why, **values)
    if moved and message.contact_id is not None:
        contacts.mark_contacted(tx, [message.contact_id], message.kind, at)
    return moved


def uncertain(store: Store) -> list[MessageRecord]:
    """The messages in doubt."""
    with store.read() as tx:
        return messages.listing(tx, messages.Filter(statuses=(MessageStatus.uncertain,)))


def where_to_look(config: Config) -> tuple[FolderRole, ...]:
    """Folders in which a copy may be, also where its owner put it since: absent means in none of them."""
    first = FolderRole.inbox if source_of(config) == "bcc" else FolderRole.sent
    return (first, *(role for role in FolderRole if role is not first))


def was_found(store: Store, desk: Desk, message_pk: int, role: FolderRole, now: datetime) -> None:
    """A search found an uncertain message in a folder."""
    with store.write() as tx:
        message = messages.get(tx, message_pk)
        if message is not None and message.status is MessageStatus.uncertain:
            where = f"found in the {role} folder"
            if role is where_to_look(desk.config)[0]:
                copy_proves(tx, message, source_of(desk.config) or "server", where, now, PROOF)
            elif not _is_old_news(message):  # put there by somebody: it shows nothing of the server's habits
                prove(tx, message, where, now, PROOF)


def counts(config: Config, message: MessageRecord, asked: datetime) -> bool:
    """Whether its absence means something at `asked`: a server may take some time to file what it took."""
    since = message.uncertain_at or message.claimed_at
    return since is not None and asked - since >= config.account.uncertain_after


def was_absent(store: Store, desk: Desk, message_pk: int, asked: datetime, now: datetime) -> bool:
    """A search of every place, begun at `asked`, found nothing; True where that proved that it was not sent."""
    with store.write() as tx:
        message = messages.get(tx, message_pk)
        if message is None or message.status is not MessageStatus.uncertain:
            return False
        if message.copied_at is not None and not _is_old_news(message):  # the owner has put it elsewhere since
            return not prove(tx, message, "its copy was seen before", now)
        known = provable(tx, desk.config)
        if known.source == "bcc" and not message.blind_copy:
            return False  # there was none to be found
        if not known.absence_counts or not counts(desk.config, message, asked):
            return False
        contact = contacts.get(tx, message.contact_id) if message.contact_id else None
        when = next_open(desk.window_of(contact), now) if contact else now
        why = f"not sent: no copy after {_minutes(desk)}, where {known.seen} earlier copies were found"
        return release(tx, message, now, PROOF, why, not_before=when)


def _minutes(desk: Desk) -> str:
    seconds = int(desk.config.account.uncertain_after.total_seconds())
    return f"{seconds // 60} minutes" if seconds >= 120 else f"{seconds} seconds"

"""Puts a copy of each sent message into the Sent folder, where the server does not do that itself."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import datetime, timedelta
from typing import Protocol

from mailer.config import Config, SentCopy
from mailer.errors import MailboxError, MailboxLostError
from mailer.mailbox import Found
from mailer.model import FolderRole
from mailer.services import proof
from mailer.storage import claims, daemons, messages, sent_copies
from mailer.storage.records import MessageRecord
from mailer.storage.store import Store

log = logging.getLogger("mailer.copies")

BATCH = 20
"""Copies looked for and filed in one go."""

MOVED_WITHIN = timedelta(days=30)
"""A blind copy of a message that was due longer ago stays where it is."""

PATIENCE = 60.0
"""Seconds that one request to the mailbox may take."""

QUIET = (15.0, 60.0, 300.0, 900.0)
"""Seconds for which a server that refuses copies is left alone, after the first, second... time in a row."""

ENOUGH = 2
"""Refusals after which no further copy is tried for now; one alone may be about that message."""

REFUSED = "copies.refused"


class SentFolder(Protocol):
    """The part of the mailbox door that this needs."""

    def append_sent(self, raw: bytes, when: datetime) -> Future[None]: ...

    def find(
        self, role: FolderRole, message_ids: tuple[str, ...], tokens: tuple[str, ...] = ()
    ) -> Future[list[int]]: ...


class Movable(Protocol):
    """The part of the mailbox door that moves what the owner allowed to be moved."""

    def locate(self, role: FolderRole, message_ids: tuple[str, ...], tokens: tuple[str, ...] = ()) -> Future[Found]: ...

    def move(self, folder: str, uidvalidity: int, uid: int, role: FolderRole) -> Future[bool]: ...


def appends(config: Config) -> bool:
    """Whether this program files the copies."""
    habit = config.account.sent_copy
    return habit is SentCopy.append or (habit is SentCopy.auto and not config.files_sent())


def moves(config: Config) -> bool:
    """Whether blind copies go from the Inbox into Sent."""
    return config.account.sent_copy is SentCopy.bcc and config.account.move_copies


class Copies:
    """Remembers which copies may have been filed after all, and which ones the server refused."""

    def __init__(self, *, patience: float = math.inf) -> None:
        """`patience`: the longest a refusing server is left alone, seconds."""
        self._patience = patience
        self._doubtful: set[int] = set()  # the connection was lost while they were filed
        self._refused: set[int] = set()
        self._refusals = 0
        self._quiet_until = 0.0

    def file(self, store: Store, mailbox: SentFolder, clock: Callable[[], datetime], *, since: datetime) -> int:
        """Append copies of sent messages that have none; returns how many more may be left. Blocks: call off the loop.

        What was sent before `since` (this process's start) is looked for first: a crash may have come between the copy
        and its note. While the server refuses, the status says so, and the copies wait.
        """
        if time.monotonic() < self._quiet_until:
            return 0
        with store.read() as tx:
            waiting = [m for m in sent_copies.to_file(tx, BATCH + len(self._refused)) if m.sent_at is not None]
            octets = claims.frozen(tx, [m.id for m in waiting])
        waiting.sort(key=lambda m: m.id in self._refused)  # what may be refused for its own sake holds up nobody
        refusals: list[str] = []
        for message in waiting:
            try:
                self._file_one(mailbox, message, octets.get(message.id, b""), since)
            except (MailboxLostError, FutureTimeout) as error:
                log.info("the copy of message %d waits: %s", message.id, error)
                return 0  # the mailbox's own state says what is wrong; the next round tries again
            except MailboxError as error:
                self._refused.add(message.id)
                refusals.append(str(error))
                if len(refusals) >= ENOUGH:
                    break
                continue
            with store.write() as tx:
                messages.change(tx, message.id, copied_at=clock(), copy="append")
        self._tell(
            store, f"copies of sent mail can't be filed in the Sent folder: {refusals[0]}" if refusals else "", clock()
        )
        return len(waiting) if len(waiting) >= BATCH and not refusals else 0

    def move(self, store: Store, mailbox: Movable, clock: Callable[[], datetime]) -> int:
        """Move blind copies that have come into Sent; returns how many more may be left. Blocks: call off the loop.

        One that the owner has put elsewhere meanwhile stays there.
        """
        if time.monotonic() < self._quiet_until:
            return 0
        with store.read() as tx:
            waiting = sent_copies.copied(tx, "bcc", clock() - MOVED_WITHIN, BATCH)
        for message in waiting:
            try:
                _move_one(mailbox, message)
            except (MailboxLostError, FutureTimeout) as error:
                log.info("the blind copy of message %d waits: %s", message.id, error)
                return 0
            except MailboxError as error:
                self._tell(store, f"blind copies can't be moved into the Sent folder: {error}", clock())
                return 0
            with store.write() as tx:
                messages.change(tx, message.id, copy=proof.MOVED)
        self._tell(store, "", clock())
        return len(waiting) if len(waiting) >= BATCH else 0

    def _file_one(self, mailbox: SentFolder, message: MessageRecord, raw: bytes, since: datetime) -> None:
        look = message.id in self._doubtful or (message.sent_at is not None and message.sent_at < since)
        there = look and mailbox.find(FolderRole.sent, (message.message_id,), (message.token,)).result(PATIENCE)
        if raw and not there:
            self._doubtful.add(message.id)
            mailbox.append_sent(raw, message.sent_at or since).result(PATIENCE)
        self._doubtful.discard(message.id)
        self._refused.discard(message.id)

    def _tell(self, store: Store, text: str, now: datetime) -> None:
        """Note why the server takes no copies ("": it does), and leave it alone for a while where it doesn't."""
        if text:
            self._quiet_until = time.monotonic() + min(QUIET[min(self._refusals, len(QUIET) - 1)], self._patience)
            mend = "make room in the mailbox, or see account.folders; they are filed by themselves then"
            with store.write() as tx:
                if daemons.set_problem(tx, REFUSED, text, mend, now):
                    log.warning("%s", text)
            self._refusals += 1
        elif self._refusals:
            with store.write() as tx:
                daemons.clear_problem(tx, REFUSED)
            self._refusals = 0


def _move_one(mailbox: Movable, message: MessageRecord) -> None:
    ids = tuple(i for i in (message.message_id, message.learnt_id) if i)
    found = mailbox.locate(FolderRole.inbox, ids, (message.token,)).result(PATIENCE)
    for uid in found.uids:
        mailbox.move(found.folder, found.uidvalidity, uid, FolderRole.sent).result(PATIENCE)

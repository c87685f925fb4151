"""Reading what is new in one folder, from its cursor, in bounded portions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mailer.errors import MailboxError, MailboxLostError
from mailer.mailbox.client import Client, Opened
from mailer.mailbox.limits import Limits
from mailer.mailbox.state import Receiver
from mailer.model import FetchedMail, FolderRole

log = logging.getLogger(__name__)


@dataclass
class Cursor:
    """How far a folder has been read on this connection. `since` is set until old mail has been passed by."""

    folder: str
    role: FolderRole
    uidvalidity: int
    last_uid: int
    since: date | None = None


class Trouble:
    """Messages that can't be had, remembered from one connection to the next: one of them must not hold up the rest."""

    def __init__(self, tries: int) -> None:
        self._tries = tries
        self._failures: dict[tuple[str, int, int], int] = {}
        self.broken: set[str] = set()  # folders in which a fetch broke the connection
        self.problems: dict[FolderRole, str] = {}  # what was passed over

    def failed(self, cursor: Cursor, uid: int) -> None:
        """Count a try, and note the message where it was the last."""
        key = (cursor.folder, cursor.uidvalidity, uid)
        self._failures[key] = self._failures.get(key, 0) + 1
        if self.is_hopeless(cursor, uid):
            self.problems[cursor.role] = f"message {uid} of {cursor.folder} can't be read and was passed over"
            log.warning("%s", self.problems[cursor.role])

    def is_hopeless(self, cursor: Cursor, uid: int) -> bool:
        return self._failures.get((cursor.folder, cursor.uidvalidity, uid), 0) >= self._tries


class Reader:
    """Reads folders over one connection. What the receiver raises passes through; the cursor stays then.

    `checkpoint` is called after each portion: it may raise a MailerError to end the reading there.
    """

    def __init__(
        self,
        client: Client,
        receiver: Receiver,
        limits: Limits,
        max_message: int,
        checkpoint: Callable[[], None],
        trouble: Trouble,
    ) -> None:
        self._client = client
        self._receiver = receiver
        self._limits = limits
        self._max_message = max_message
        self._checkpoint = checkpoint
        self._trouble = trouble
        self._cursors: dict[FolderRole, Cursor] = {}

    def open(self, role: FolderRole, folder: str) -> None:
        """Open a folder and read what is new. Raises MailboxLostError, MailboxError (the folder can't be read)."""
        opened = self._client.examine(folder)
        self.catch_up(self._cursor(role, folder, opened), opened.uidnext)

    def look(self, role: FolderRole) -> None:
        """Read what is new in the folder that is open."""
        self.catch_up(self._cursors[role], None)

    def has_news(self, role: FolderRole, folder: str) -> bool:
        """True where a folder that isn't open may hold something new; asks only for its counters."""
        cursor = self._cursors.get(role)
        if cursor is None or cursor.folder != folder:
            return True
        seen = self._client.status(folder)
        return seen.uidvalidity != cursor.uidvalidity or seen.uidnext is None or seen.uidnext > cursor.last_uid + 1

    def _cursor(self, role: FolderRole, folder: str, opened: Opened) -> Cursor:
        """The folder's cursor; the receiver is asked for it at the first opening, and where UIDs have a new meaning."""
        cursor = self._cursors.get(role)
        if cursor is None or cursor.folder != folder or cursor.uidvalidity != opened.uidvalidity:
            start = self._receiver.start(folder, role, opened.uidvalidity, self._next_uid(opened))
            cursor = Cursor(folder, role, opened.uidvalidity, start.last_uid, start.since)
            self._cursors[role] = cursor
        return cursor

    def _next_uid(self, opened: Opened) -> int:
        """The UID that the next message gets; where the server doesn't tell (RFC 3501 allowed it), one is looked up."""
        return opened.uidnext or max(self._client.uids_after(0), default=0) + 1

    def catch_up(self, cursor: Cursor, uidnext: int | None) -> None:
        """Hand everything after the cursor to the receiver, oldest first.

        IDLE's news and the folder's counters are only hints: what counts is a search from the cursor. `uidnext` as it
        was *before* that search: everything below it that the search doesn't show is gone for good, so the cursor may
        pass it.
        """
        for uids in _portions(self._client.uids_after(cursor.last_uid, cursor.since), self._limits.sizes):
            for portion in self._sized(uids):
                mails = self._fetched(cursor, portion)
                self._give(cursor, mails, portion[-1])
        passed = (uidnext or 0) - 1
        if passed > cursor.last_uid:
            self._give(cursor, (), passed)
        elif cursor.since is not None and uidnext is None:
            self._give(cursor, (), max(self._client.uids_after(0), default=cursor.last_uid))
        cursor.since = None

    def _give(self, cursor: Cursor, mails: Sequence[FetchedMail], last_uid: int) -> None:
        self._receiver.receive(cursor.folder, cursor.role, cursor.uidvalidity, mails, last_uid)
        cursor.last_uid = last_uid
        self._checkpoint()

    def _sized(self, uids: Sequence[int]) -> Iterator[list[int]]:
        """Portions that are bounded in octets. A few messages need no size first: that saves a round trip."""
        few = max(1, self._limits.batch_octets // self._max_message)
        if len(uids) <= few:
            yield list(uids)
            return
        sizes = self._client.sizes(uids)
        portion: list[int] = []
        octets = 0
        for uid in uids:
            size = min(sizes.get(uid, 0), self._max_message)
            if portion and (octets + size > self._limits.batch_octets or len(portion) >= self._limits.batch):
                yield portion
                portion, octets = [], 0
            portion.append(uid)
            octets += size
        yield portion

    def _fetched(self, cursor: Cursor, uids: Sequence[int]) -> list[FetchedMail]:
        """The messages; singly where the server refuses them together (some answer NO where one was expunged), or
        where a fetch in this folder broke a connection before, so that the message that does it is found."""
        if len(uids) > 1 and cursor.folder not in self._trouble.broken:
            try:
                return self._client.mails(uids, self._max_message)
            except MailboxLostError:
                self._trouble.broken.add(cursor.folder)
                raise
            except MailboxError:
                pass
        return [mail for uid in uids for mail in self._single(cursor, uid)]

    def _single(self, cursor: Cursor, uid: int) -> list[FetchedMail]:
        """One message, or none where it is gone, or was tried often enough."""
        if self._trouble.is_hopeless(cursor, uid):
            return []
        try:
            return self._client.mails([uid], self._max_message)
        except MailboxLostError:
            self._trouble.broken.add(cursor.folder)
            self._trouble.failed(cursor, uid)
            raise
        except MailboxError:
            if not self._client.exists(uid):
                return []
            self._trouble.failed(cursor, uid)
            raise


def _portions(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]

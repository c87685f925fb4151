"""What other threads ask of the mailbox: each is done between two IDLEs, and answered through a future."""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from mailer.errors import MailboxError, MailboxLostError, MailerError
from mailer.mailbox.client import Client
from mailer.mailbox.wire import WakePipe
from mailer.model import FolderRole


def stopped() -> MailboxError:
    """What everybody hears after stop()."""
    return MailboxError("the mailbox reader has stopped")


class Session(Protocol):
    """What a request may use: the connection, and which folder is which."""

    client: Client

    def folder_of(self, role: FolderRole) -> str:
        """The folder's name. Raises MailboxError where there is none."""


@dataclass(frozen=True)
class Request:
    """Something to do with a session, and the future that gets its result."""

    work: Callable[[Session], Any]
    future: Future[Any] = field(default_factory=Future)

    def run(self, session: Session) -> None:
        """Do it. What the server refuses is the asker's; a lost connection also ends the session."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.work(session)
        except MailerError as error:
            self.future.set_exception(error)
            if isinstance(error, MailboxLostError):
                raise
        except BaseException as error:
            self.future.set_exception(error)
            raise
        else:
            self.future.set_result(result)

    def fail(self, error: MailerError) -> None:
        """There is no connection: say so at once rather than let the asker wait."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


def append_sent(raw: bytes, when: datetime) -> Callable[[Session], None]:
    """File a copy in the Sent folder."""

    def work(session: Session) -> None:
        session.client.append(session.folder_of(FolderRole.sent), raw, when)

    return work


@dataclass(frozen=True, slots=True)
class Found:
    """Where messages are; their UIDs mean something only together with the folder's UIDVALIDITY."""

    folder: str
    uidvalidity: int
    uids: tuple[int, ...]


def find(role: FolderRole, message_ids: tuple[str, ...], tokens: tuple[str, ...]) -> Callable[[Session], list[int]]:
    """UIDs of messages with one of these Message-IDs, or X-Breadcrumb-IDs."""
    search = locate(role, message_ids, tokens)

    def work(session: Session) -> list[int]:
        return list(search(session).uids)

    return work


def locate(role: FolderRole, message_ids: tuple[str, ...], tokens: tuple[str, ...]) -> Callable[[Session], Found]:
    """The same, with all that is needed to name one of them later."""

    def work(session: Session) -> Found:
        folder = session.folder_of(role)
        opened = session.client.examine(folder)
        wanted = [("Message-ID", value) for value in message_ids] + [("X-Breadcrumb-ID", token) for token in tokens]
        found: set[int] = set()
        try:
            for header, value in wanted:
                found.update(session.client.uids_with(header, value))
        except ValueError as error:
            raise MailboxError(str(error)) from error
        return Found(folder, opened.uidvalidity, tuple(sorted(found)))

    return work


def move(folder: str, uidvalidity: int, uid: int, role: FolderRole) -> Callable[[Session], bool]:
    """Move one message, marked as read, into this role's folder; False where it is gone."""

    def work(session: Session) -> bool:
        return session.client.move(folder, uidvalidity, uid, session.folder_of(role))

    return work


def fetch(folder: str, uidvalidity: int, uid: int, most: int) -> Callable[[Session], bytes | None]:
    """One message's octets, or None where it is gone or the folder was made anew."""

    def work(session: Session) -> bytes | None:
        if session.client.examine(folder).uidvalidity != uidvalidity:
            return None
        mails = session.client.mails([uid], most)
        return mails[0].raw if mails else None

    return work


class Calls:
    """What other threads want of the mailbox thread; each call ends its wait. Its attributes are only ever replaced."""

    def __init__(self) -> None:
        self.pipe = WakePipe()
        self.stopping = False
        self._wake_up = False
        self._queue: queue.SimpleQueue[Request] = queue.SimpleQueue()

    def stop(self) -> None:
        self.stopping = True
        self.pipe.wake()

    def wake(self) -> None:
        self._wake_up = True
        self.pipe.wake()

    def ask(self, work: Callable[[Session], Any]) -> Future[Any]:
        """Put a request in the queue."""
        request = Request(work)
        self._queue.put(request)
        self.pipe.wake()
        if self.stopping:
            self.fail_all(stopped())
        return request.future

    # In the mailbox thread

    @property
    def waiting(self) -> bool:
        """True where the thread should leave whatever it waits for."""
        return self.stopping or self._wake_up or not self._queue.empty()

    def take_wake_up(self) -> bool:
        """True where wake() was called since the last look."""
        taken, self._wake_up = self._wake_up, False
        return taken

    def next(self) -> Request | None:
        """The next request, or None where there is none; never waits."""
        try:
            return self._queue.get_nowait()
        except queue.Empty:
            return None

    def fail_all(self, error: MailerError) -> None:
        """Answer everything that waits with this error."""
        while (request := self.next()) is not None:
            request.fail(error)

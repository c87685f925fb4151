"""The mailbox thread: keeps a connection, and waits longer each time one can't be had.

No locks: other threads put what they want into a queue and wake the thread; its state is a frozen record, replaced.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

from mailer.errors import MailboxLostError, MailboxRefusedError, MailerError
from mailer.mailbox import requests
from mailer.mailbox.client import Client, open_client
from mailer.mailbox.folders import FolderNames
from mailer.mailbox.limits import Limits, elapsed
from mailer.mailbox.reading import Trouble
from mailer.mailbox.state import Board, MailboxState, Receiver
from mailer.mailbox.visit import Setup, Visit
from mailer.model import Credential, FolderRole, Server


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Mailbox:
    """Reads the owner's mailbox in a thread of its own. All methods may be called from any other thread."""

    def __init__(
        self,
        server: Server,
        credential: Credential,
        *,
        folders: FolderNames,
        receiver: Receiver,
        poll_every: timedelta = timedelta(minutes=3),
        idle_renew: timedelta = timedelta(minutes=9),
        max_message: int = 2**20,
        on_change: Callable[[MailboxState], None] = lambda state: None,
        limits: Limits | None = None,
        now: Callable[[], datetime] = _utc_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`poll_every`: between looks at folders other than the Inbox. `idle_renew`: below the 29 minutes of RFC 2177,
        and what routers forget. `max_message`: octets read of one message. `on_change` is called in the mailbox's
        thread with every change of state but the heartbeat. `chance` gives numbers in [0, 1) for jitter.
        """
        self._limits = limits or Limits()
        self._setup = Setup(
            server=server,
            credential=credential,
            names=folders,
            receiver=receiver,
            poll_every=poll_every.total_seconds(),
            idle_renew=idle_renew.total_seconds(),
            max_message=max_message,
            limits=self._limits,
            now=now,
            trouble=Trouble(self._limits.tries),
        )
        self._chance = chance
        self._calls = requests.Calls()
        self._board = Board(on_change, now)
        self._thread = threading.Thread(target=self._run, name="mailbox", daemon=True)

    def start(self) -> None:
        """Begin reading, in the background."""
        self._thread.start()

    def stop(self, timeout: float | None = None) -> bool:
        """End the thread; True where it ended within `timeout` seconds. What was asked and not done gets an error."""
        self._calls.stop()
        if self._thread.is_alive():
            self._thread.join(timeout)
        if ended := not self._thread.is_alive():
            self._calls.fail_all(requests.stopped())
            self._calls.pipe.close()
        return ended

    def wake(self) -> None:
        """Look at every folder now; without a connection try again now, even after a refused sign-in."""
        self._calls.wake()

    @property
    def state(self) -> MailboxState:
        """How things are now."""
        return self._board.state

    # Each future ends, soon, with a result or a MailerError: at once where there is no connection.

    def append_sent(self, raw: bytes, when: datetime) -> Future[None]:
        """File a copy of a sent message. After a MailboxLostError it may have been filed all the same: find() tells."""
        return self._calls.ask(requests.append_sent(raw, when))

    def find(self, role: FolderRole, message_ids: tuple[str, ...], tokens: tuple[str, ...] = ()) -> Future[list[int]]:
        """UIDs of messages in this role's folder with one of these Message-IDs, or X-Breadcrumb-IDs."""
        return self._calls.ask(requests.find(role, message_ids, tokens))

    def locate(
        self, role: FolderRole, message_ids: tuple[str, ...], tokens: tuple[str, ...] = ()
    ) -> Future[requests.Found]:
        """As find(), with the folder's name and UIDVALIDITY, for move()."""
        return self._calls.ask(requests.locate(role, message_ids, tokens))

    def move(self, folder: str, uidvalidity: int, uid: int, role: FolderRole) -> Future[bool]:
        """Move one message, marked as read, into this role's folder: for what the owner allowed. False: it is gone."""
        return self._calls.ask(requests.move(folder, uidvalidity, uid, role))

    def fetch(self, folder: str, uidvalidity: int, uid: int) -> Future[bytes | None]:
        """A message's octets, cut at `max_message`; None where it is gone."""
        return self._calls.ask(requests.fetch(folder, uidvalidity, uid, self._setup.max_message))

    # In the thread

    def _run(self) -> None:
        pause, refused_pause = self._limits.first_pause, self._limits.refused_pause
        try:
            while not self._calls.stopping:
                began = elapsed()
                error = self._serve()
                if self._calls.stopping or error is None:
                    break
                if elapsed() - began >= self._limits.steady:
                    pause, refused_pause = self._limits.first_pause, self._limits.refused_pause
                refused = isinstance(error, MailboxRefusedError)
                self._board.say(connected=False, idle=False, error=str(error), mend=error.mend, refused=refused)
                self._pause(refused_pause if refused else pause, error)
                if refused:
                    refused_pause = min(refused_pause * 2, self._limits.longest_refused_pause)
                else:
                    pause = min(pause * 2, self._limits.longest_pause)
        finally:
            text = "" if self._calls.stopping else "the mailbox reader ended by a mistake of this program"
            self._calls.stopping = True
            self._board.say(connected=False, idle=False, error=text, mend="")
            self._calls.fail_all(requests.stopped())

    def _serve(self) -> MailerError | None:
        """One connection from its beginning to its end; gives why it ended, None after stop()."""
        client: Client | None = None
        error: MailerError | None = None
        try:
            client = open_client(self._setup.server, self._setup.credential, self._limits, self._setup.now)
            Visit(self._setup, client, self._calls, self._board).run()
        except MailerError as caught:
            error = caught
        finally:
            if client is not None:
                client.close(politely=not isinstance(error, MailboxLostError))
        return error

    def _pause(self, seconds: float, error: MailerError) -> None:
        """Wait before the next connection, with jitter; what is asked meanwhile fails at once with the reason."""
        until = elapsed() + seconds * (0.5 + self._chance())
        while not self._calls.stopping and not self._calls.take_wake_up() and (rest := until - elapsed()) > 0:
            self._calls.fail_all(error)
            self._board.beat()
            self._calls.pipe.wait(min(self._limits.tick, rest))
            self._calls.pipe.drain()

"""One connection's life: find the folders, read them, and wait for news until something ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailer.errors import MailboxError, MailboxLostError
from mailer.mailbox.client import Client
from mailer.mailbox.folders import FolderNames, discover
from mailer.mailbox.limits import Limits, elapsed
from mailer.mailbox.reading import Reader, Trouble
from mailer.mailbox.requests import Calls, stopped
from mailer.mailbox.state import Board, Receiver
from mailer.model import Credential, FolderRole, Server

AGAIN = 5
"""Searches in a row for the sake of a server that tells of new mail beside each of their answers."""


READ_NOW_AND_THEN = (FolderRole.sent, FolderRole.junk, FolderRole.archive)
"""Folders beside the Inbox in which an answer or a copy may be. The trash is only searched, and only for proof."""


@dataclass(frozen=True)
class Setup:
    """What one account's mailbox is read with; the same for all its connections. Times in seconds."""

    server: Server
    credential: Credential
    names: FolderNames
    receiver: Receiver
    poll_every: float
    idle_renew: float
    max_message: int
    limits: Limits
    now: Callable[[], datetime]
    trouble: Trouble


class Visit:
    """Serves one connection. Also the session that requests are run with."""

    def __init__(self, setup: Setup, client: Client, calls: Calls, board: Board) -> None:
        self.client = client
        self._setup = setup
        self._calls = calls
        self._board = board
        self._reader = Reader(client, setup.receiver, setup.limits, setup.max_message, self._checkpoint, setup.trouble)
        self._folders: dict[FolderRole, str] = {}
        self._open: FolderRole | None = None
        self._idles = False
        self._settled = False
        self._again = 0
        self._next_poll = elapsed()

    def folder_of(self, role: FolderRole) -> str:
        """The folder's name, for a request; that may leave it open. Raises MailboxError where there is none."""
        self._open = None
        if role not in self._folders:
            raise MailboxError(f"no {role} folder was found in the mailbox: name it under account.folders")
        return self._folders[role]

    def run(self) -> None:
        """Until stop(). Raises MailerError for what ends a connection."""
        self._find_folders()
        self._idles = self.client.has("IDLE")
        self._board.say(
            connected=True,
            error="",
            mend="",
            refused=False,
            idle=self._idles,
            problems=dict(self._setup.trouble.problems),
        )
        while not self._calls.stopping:
            self._look_at_inbox()
            if self._calls.take_wake_up() or elapsed() >= self._next_poll:
                self._look_at_others()
                self._look_at_inbox()  # something may have come meanwhile
            self._answer_requests()
            if self._open is FolderRole.inbox and not self._calls.waiting:
                self._idle() if self._idles else self._sleep()

    def _checkpoint(self) -> None:
        self._board.beat()
        if self._calls.stopping:
            raise stopped()

    # Folders

    def _find_folders(self) -> None:
        self._folders = discover(self.client.listing(), self._setup.names)
        self._board.say(folders=dict(self._folders))

    def _look_at_inbox(self) -> None:
        if self._open is FolderRole.inbox:
            self._reader.look(FolderRole.inbox)
        else:
            self._reader.open(FolderRole.inbox, self._folders[FolderRole.inbox])
            self._open = FolderRole.inbox
        self._board.checked(FolderRole.inbox)

    def _look_at_others(self) -> None:
        """Folders that nobody tells us about. One that can't be read is named, and the others go on."""
        self._next_poll = elapsed() + self._setup.poll_every
        if self._board.state.problems or not self._folders.keys() >= {*READ_NOW_AND_THEN}:
            self._find_folders()  # it may be back, or have another name
        problems = dict(self._setup.trouble.problems)
        for role in READ_NOW_AND_THEN:
            if problem := self._look_at(role):
                problems[role] = problem
            self._checkpoint()
        self._board.say(problems=problems)

    def _look_at(self, role: FolderRole) -> str:
        """Read one folder, if there is one; where that fails look once whether it has another name now. Gives what is
        wrong, or ""."""
        for _ in range(2):
            folder = self._folders.get(role, "")
            if not folder:
                break
            try:
                self._read(role, folder)
            except MailboxLostError:
                raise
            except MailboxError as error:
                problem = f"the folder {folder} can't be read: {error}"
                self._find_folders()
                if self._folders.get(role) in (None, folder):
                    return problem
            else:
                self._board.checked(role)
                break
        return ""

    def _read(self, role: FolderRole, folder: str) -> None:
        if self._reader.has_news(role, folder):
            self._open = None
            self._reader.open(role, folder)

    # Waiting

    def _answer_requests(self) -> None:
        while (request := self._calls.next()) is not None:
            self._open = None  # it may open another folder
            request.run(self)
            self._checkpoint()

    def _idle(self) -> None:
        """IDLE on the Inbox until there is news, something to do, or it is time to renew it or to look elsewhere.

        Mail that comes during our search is told beside its answer and by no IDLE again: it wants one more search.
        Mail that comes between our search and a server's own watch can go untold (Dovecot 2.3 on maildirs: one in ten
        deliveries within the same 30 ms, then up to 30 s late), and mail often comes in twos: so the first IDLE after
        anything happened is short, and another search follows it.
        """
        if self.client.has_grown() and self._again < AGAIN:
            self._again += 1
            return  # to another search
        self._again = 0
        longest = self._setup.idle_renew if self._settled else self._setup.limits.settle
        until = min(elapsed() + longest, self._next_poll)
        try:
            news = self.client.start_idle()
        except MailboxLostError:
            raise
        except MailboxError:  # offered and refused: go on as without it
            self._idles = False
            self._board.say(idle=False)
            return
        while not news and not self._calls.waiting and (rest := until - elapsed()) > 0:
            news = self.client.idle(min(self._setup.limits.tick, rest), self._calls.pipe)
            self._calls.pipe.drain()
            self._board.beat()
        self._settled = not (self.client.end_idle() or news or self._calls.waiting)

    def _sleep(self) -> None:
        """Without IDLE: wait a while, then let the server say what is new."""
        until = min(elapsed() + self._setup.limits.without_idle, self._next_poll)
        while not self._calls.waiting and (rest := until - elapsed()) > 0:
            self._calls.pipe.wait(min(self._setup.limits.tick, rest))
            self._calls.pipe.drain()
            self._board.beat()
        self.client.noop()

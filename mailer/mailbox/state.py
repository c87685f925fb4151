"""What the mailbox door tells others: how it is, and what it read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from mailer.model import FetchedMail, FolderRole, Start


class Receiver(Protocol):
    """Told what was read, in the mailbox's own thread. Where it raises a MailerError, the same is read again later."""

    def start(self, folder: str, role: FolderRole, uidvalidity: int, uidnext: int) -> Start:
        """Where to read this folder from. Asked whenever a connection opens it first, or its UIDVALIDITY changed."""

    def receive(
        self, folder: str, role: FolderRole, uidvalidity: int, mails: Sequence[FetchedMail], last_uid: int
    ) -> None:
        """Take these mails and move the cursor to `last_uid`, in one transaction; `mails` may be empty."""


@dataclass(frozen=True, slots=True)
class MailboxState:
    """How the mailbox door is, at one moment. A new record replaces it whenever something changes."""

    connected: bool = False
    since: datetime | None = None  # connected or not connected since then
    error: str = ""  # why it isn't connected, one sentence
    mend: str = ""  # what mends that, where it is known
    refused: bool = False  # the server doesn't take the sign-in: tried again seldom, or after wake()
    folders: Mapping[FolderRole, str] = field(default_factory=dict)  # those found, by what they are for
    problems: Mapping[FolderRole, str] = field(default_factory=dict)  # folders that can't be read, while others can
    last_checked_at: Mapping[FolderRole, datetime] = field(default_factory=dict)
    idle: bool = False  # the server has IDLE, so that new mail is seen at once
    heartbeat: float = 0.0  # time.monotonic() of the thread's last sign of life


class Board:
    """Where the mailbox thread writes how it is, and any thread may read it."""

    def __init__(self, on_change: Callable[[MailboxState], None], now: Callable[[], datetime]) -> None:
        self._on_change = on_change
        self._now = now
        self._heartbeat = time.monotonic()
        self._state = MailboxState(since=now())

    @property
    def state(self) -> MailboxState:
        return replace(self._state, heartbeat=self._heartbeat)

    def beat(self) -> None:
        """A sign of life."""
        self._heartbeat = time.monotonic()

    def say(self, **changes: Any) -> None:
        """Replace the state, and tell of it where something is new."""
        self.beat()
        state = replace(self._state, **changes)
        if state.connected != self._state.connected:
            state = replace(state, since=self._now())
        if state != self._state:
            self._state = state
            self._on_change(self.state)

    def checked(self, role: FolderRole) -> None:
        """A folder was read to its end; not worth telling anybody."""
        self.beat()
        self._state = replace(self._state, last_checked_at={**self._state.last_checked_at, role: self._now()})

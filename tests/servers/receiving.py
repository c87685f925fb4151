"""A receiver that writes down what the mailbox door tells it, and a way to wait for that."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from email import message_from_bytes

from mailer.errors import StoreError
from mailer.model import FetchedMail, FolderRole, Start


class Recorder:
    """Keeps cursors as the database does. `last_uid`: where a folder without a cursor begins (None: at its end)."""

    def __init__(self, last_uid: int | None = None, since: date | None = None, failures: int = 0) -> None:
        self.first = last_uid
        self.since = since
        self.failures = failures
        self.mails: list[FetchedMail] = []
        self.roles: list[FolderRole] = []
        self.starts: list[tuple[FolderRole, int]] = []
        self.cursors: dict[FolderRole, int] = {}
        self._validities: dict[FolderRole, int] = {}
        self.portions: list[int] = []
        self.on_receive: Callable[[], None] = lambda: None

    def start(self, folder: str, role: FolderRole, uidvalidity: int, uidnext: int) -> Start:
        self.starts.append((role, uidvalidity))
        if self._validities.get(role) == uidvalidity and role in self.cursors:
            return Start(self.cursors[role])
        self._validities[role] = uidvalidity
        if self.first is None and self.since is None:
            self.cursors[role] = uidnext - 1  # kept at once: what comes before the next start is not skipped
        return Start(uidnext - 1 if self.first is None else self.first, self.since)

    def receive(
        self, folder: str, role: FolderRole, uidvalidity: int, mails: Sequence[FetchedMail], last_uid: int
    ) -> None:
        if self.failures and mails:
            self.failures -= 1
            raise StoreError("the database can't be written")
        self.portions.append(len(mails))
        self.cursors[role] = last_uid
        self.roles += [role] * len(mails)
        self.mails += mails  # at last: who waits for them looks at the rest at once
        self.on_receive()

    def subjects(self) -> list[str]:
        return [str(message_from_bytes(mail.raw)["Subject"]) for mail in list(self.mails)]

    def by_role(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for role, subject in zip(list(self.roles), self.subjects(), strict=False):
            found.setdefault(str(role), []).append(subject)
        return found


def until(condition: Callable[[], bool], patience: float = 60.0) -> None:
    """Wait until `condition()` holds. Fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it didn't happen in time"
        time.sleep(0.01)

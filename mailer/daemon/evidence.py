"""Looks for uncertain messages in the mailbox without being asked: at start, then ever more rarely."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import datetime, timedelta
from typing import Protocol

from mailer.daemon.copies import SentFolder
from mailer.daemon.wiring import App
from mailer.errors import MailboxError
from mailer.mailbox import MailboxState, elapsed
from mailer.services import proof
from mailer.storage.records import MessageRecord

log = logging.getLogger("mailer.evidence")

BACK_OFF = (0.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds between looks for one message."""

AGAIN = 15.0
"""Seconds after a look that failed."""

NOTICED = timedelta(seconds=5)
"""A clock that runs ahead by more than this between two looks was set."""

PATIENCE = 60.0
"""Seconds that one search may take."""


class Folders(SentFolder, Protocol):
    """The part of the mailbox door that this needs."""

    @property
    def state(self) -> MailboxState: ...


class Leaps:
    """How far the clock was set forward while this process watched: time that nobody has waited.

    A machine that starts with a wrong clock gets the right one from the network; no copy comes sooner for that.
    """

    def __init__(self, clock: Callable[[], datetime], steady: Callable[[], float] = elapsed) -> None:
        self._clock, self._steady = clock, steady
        self._seen = clock(), steady()
        self._leaps: list[tuple[datetime, timedelta]] = []

    def watch(self) -> None:
        """Compare the clock with one that nobody sets."""
        (then, at), (now, here) = self._seen, (self._clock(), self._steady())
        self._seen = now, here
        leap = now - then - timedelta(seconds=here - at)
        if leap > NOTICED:
            self._leaps.append((then, leap))

    def since(self, moment: datetime) -> timedelta:
        """Time skipped since `moment`."""
        return sum((leap for at, leap in self._leaps if moment <= at), timedelta())


class Evidence:
    """Remembers when each uncertain message was looked for last."""

    def __init__(self, clock: Callable[[], datetime], steady: Callable[[], float] = elapsed) -> None:
        self._clock, self._steady = clock, steady
        self._leaps = Leaps(clock, steady)
        self._next: dict[int, tuple[float, int]] = {}
        self._asked: dict[int, datetime] = {}

    def look(self, app: App, mailbox: Folders) -> None:
        """Look for every uncertain message whose turn it is. Blocks: call off the loop."""
        self._leaps.watch()
        waiting = proof.uncertain(app.store)
        self._next = {m.id: self._next.get(m.id, (0.0, 0)) for m in waiting}
        self._asked = {m.id: self._asked[m.id] for m in waiting if m.id in self._asked}
        for message in waiting:
            at, looks = self._next[message.id]
            if self._steady() < at and not self._proof_is_due(app, message):
                continue
            try:
                self._look_for(app, mailbox, message)
            except (MailboxError, FutureTimeout) as error:
                log.debug("message %d could not be looked for: %s", message.id, error)
                self._next[message.id] = (self._steady() + AGAIN, looks)
                return
            self._next[message.id] = (self._steady() + BACK_OFF[min(looks + 1, len(BACK_OFF) - 1)], looks + 1)

    def _proof_is_due(self, app: App, message: MessageRecord) -> bool:
        """Whether its absence counts, and nobody has looked since: that look must not wait for the back-off."""
        asked = self._asked.get(message.id)
        if asked is None or self._next[message.id][1] == 0:
            return False
        return not proof.counts(app.config, message, asked) and proof.counts(app.config, message, self._now(message))

    def _now(self, message: MessageRecord) -> datetime:
        """Now, without what the clock skipped since the message came into doubt."""
        now, since = self._clock(), message.uncertain_at
        return now - self._leaps.since(since) if since is not None else now

    def _look_for(self, app: App, mailbox: Folders, message: MessageRecord) -> None:
        """Search the folders that there are. One that can't be searched proves nothing: raises MailboxError."""
        ids = tuple(i for i in (message.message_id, message.learnt_id) if i)
        asked = self._now(message)
        first, *others = proof.where_to_look(app.config)
        for role in (first, *(role for role in others if role in mailbox.state.folders)):
            if mailbox.find(role, ids, (message.token,)).result(PATIENCE):
                proof.was_found(app.store, app.desk, message.id, role, self._clock())
                return
        self._asked[message.id] = asked
        proof.was_absent(app.store, app.desk, message.id, asked, self._clock())

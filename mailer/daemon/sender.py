"""The sender: claims what may leave, hands it to the SMTP pool, and records what became of it, in groups.

Results are kept until the database has them: while it refuses, nothing new is claimed and nothing is forgotten.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from mailer.daemon.troubles import Troubles
from mailer.errors import StoreError, StoreLostError
from mailer.model import Delivery, Envelope, Outcome
from mailer.services.outbox import Claimed, Step

log = logging.getLogger("mailer.sender")

BEFORE_MAIL = frozenset({"connect", "greeting", "ehlo", "starttls", "login"})
"""Stages at which a refusal is about the server, not the message: asking again for each message would be hammering."""

QUIET = (5.0, 15.0, 60.0, 300.0)
"""Seconds of silence after the first, second... refusal in a row."""

GROUP = 0.005
"""Seconds that the first delivery to end waits for the others, so that one transaction records and claims for many."""

LOOK_AGAIN = 60.0
"""Seconds after which the outbox is looked at even where nothing was heard."""


class Deliverer(Protocol):
    """The SMTP door."""

    async def deliver(self, envelope: Envelope) -> Delivery: ...


Stepper = Callable[[Sequence[tuple[int, Delivery]], int], Awaitable[Step]]
"""Records results and claims up to a number of messages, in one transaction."""


class Sender:
    """Runs until `stop()`; then finishes what is on the wire."""

    def __init__(
        self,
        step: Stepper,
        pool: Deliverer,
        *,
        sessions: int,
        clock: Callable[[], datetime],
        on_state: Callable[[str], Awaitable[None]],
        troubles: Troubles | None = None,
        patience: float = math.inf,
    ) -> None:
        """`patience` is the longest pause between two tries, seconds."""
        self.pool = pool
        self.beat = time.monotonic()
        self._step = step
        self._sessions = sessions
        self._clock = clock
        self._on_state = on_state
        self._troubles = troubles or Troubles()
        self._patience = patience
        self._wake = asyncio.Event()
        self._stopping = False
        self._flying: dict[asyncio.Task[Delivery], int] = {}
        self._results: list[tuple[int, Delivery]] = []
        self._refusals = 0
        self._quiet_until = 0.0
        self._signed_in = False  # the server took our password, as far as we know

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def try_again(self) -> None:
        """The owner changed something: forget that the server refused."""
        self._quiet_until = 0.0
        self.wake()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopping = True
        self.wake()

    def let_go(self) -> None:
        """The time for a polite stop is over: end every delivery, each with its true outcome."""
        for task in self._flying:
            task.cancel()

    @property
    def in_flight(self) -> int:
        """How many messages are on the wire."""
        return len(self._flying)

    @property
    def flying(self) -> frozenset[int]:
        """The messages that are on the wire, or whose result is not recorded yet."""
        return frozenset(self._flying.values()) | {message_pk for message_pk, _ in self._results}

    async def run(self) -> None:
        """Send until stopped and everything on the wire is recorded."""
        failures = 0
        while not self._stopping or self._flying or self._results:
            self.beat = time.monotonic()
            self._wake.clear()
            try:
                step = await self._step_once()
                failures = 0
                self._troubles.well("sender")
            except StoreLostError:
                raise
            except (StoreError, OSError) as error:
                failures += 1
                self._troubles.wrong("sender", error)
                if self._stopping and failures > 3:
                    return  # what was not recorded stays `sending`, and is uncertain at the next start
                await self._pause(min(2.0 ** min(failures, 7) / 4, 30.0, self._patience))
                continue
            for claimed in step.claimed:
                self._launch(claimed)
            await self._wait(step)
            await self._collect()

    async def _step_once(self) -> Step:
        results, free = list(self._results), self._free()
        if not results and not free:
            return Step()
        step = await self._step(results, free)
        del self._results[: len(results)]
        return step

    def _free(self) -> int:
        if self._stopping or time.monotonic() < self._quiet_until:
            return 0
        if self._refusals or not self._signed_in:
            # one message finds out whether the server is back, and the password right: ten wrong ones lock an account
            return max(0, 1 - len(self._flying))
        return self._sessions - len(self._flying)

    def _launch(self, claimed: Claimed) -> None:
        task = asyncio.create_task(self.pool.deliver(claimed.envelope), name=f"deliver-{claimed.id}")
        self._flying[task] = claimed.id

    async def _wait(self, step: Step) -> None:
        """Until a delivery ends, somebody wakes us, or the next message is due."""
        if self._stopping and not self._flying:
            return
        waker = asyncio.create_task(self._wake.wait())
        try:
            timeout = None if self._stopping else self._timeout(step)
            await asyncio.wait({waker, *self._flying}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if any(task.done() for task in self._flying):
                await asyncio.wait(self._flying, timeout=GROUP)
        finally:
            waker.cancel()

    def _timeout(self, step: Step) -> float:
        quiet = self._quiet_until - time.monotonic()
        if quiet > 0:
            return min(quiet, LOOK_AGAIN)  # nothing is claimed before
        until = LOOK_AGAIN
        if step.next_at is not None:
            until = (step.next_at - self._clock()) / timedelta(seconds=1)
        elif step.claimed and self._free() > 0:
            until = 0.0  # the last step filled what it could; ask at once whether there is more
        return min(max(until, 0.0), LOOK_AGAIN)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _collect(self) -> None:
        for task in [t for t in self._flying if t.done()]:
            message_pk = self._flying.pop(task)
            delivery = _outcome(task)
            self._results.append((message_pk, delivery))
            await self._mind(delivery)

    async def _mind(self, delivery: Delivery) -> None:
        """Notice that the server is out of reach, or back, and whether it lets us in."""
        if delivery.outcome is Outcome.account:
            self._signed_in = False
        elif delivery.stage and delivery.stage not in BEFORE_MAIL:
            self._signed_in = True
        if delivery.outcome is Outcome.later and delivery.stage in BEFORE_MAIL:
            wait = min(QUIET[min(self._refusals, len(QUIET) - 1)], self._patience)
            self._refusals += 1
            self._quiet_until = time.monotonic() + wait
            await self._on_state(str(delivery))
        elif delivery.outcome in (Outcome.accepted, Outcome.rejected) and self._refusals:
            self._refusals = 0
            self._quiet_until = 0.0
            await self._on_state("")


def _outcome(task: asyncio.Task[Delivery]) -> Delivery:
    """What a delivery ended with; one that was cancelled never had its final dot sent (see `Pool.deliver`)."""
    if task.cancelled():
        return Delivery(Outcome.unused, text="the program was stopping")
    error = task.exception()
    if error is not None:
        log.error("a delivery ended by a mistake of this program", exc_info=error)
        return Delivery(Outcome.uncertain, "content", text=f"a mistake of this program: {type(error).__name__}")
    return task.result()

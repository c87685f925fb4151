"""Where a step of the outbox runs: in the loop while the database is quick, else in a thread of its own.

A step takes a few milliseconds; waking a thread and finding the way back cost half as much again. But nobody may wait
in the loop for a disk that stalls, for another program that holds the database, or for a server.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from mailer.daemon import WORKER
from mailer.daemon.wiring import App
from mailer.errors import StoreBusyError
from mailer.model import Delivery
from mailer.services import outbox

QUICK = 0.01
"""Seconds that a step may keep the loop waiting: it runs there if the last one took less."""


class Steps:
    """Runs them, one after another."""

    def __init__(self, app: App, timer: Callable[[], float] = time.monotonic) -> None:
        """`timer` counts seconds."""
        self._app = app
        self._timer = timer
        self._took = math.inf
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=f"{WORKER}-outbox")  # always the same: a fifth quicker

    async def step(self, results: Sequence[tuple[int, Delivery]], want: int) -> outbox.Step:
        """Record what became of earlier claims and claim up to `want` more. Raises StoreError."""
        step = partial(outbox.step, self._app.store, self._app.desk, results, want, self._app.clock())
        began = self._timer()
        try:
            if self._took < QUICK and self._app.store.is_local:
                with contextlib.suppress(StoreBusyError):
                    return step(wait=False)
            return await asyncio.get_running_loop().run_in_executor(self._worker, step)
        finally:
            self._took = self._timer() - began

    def close(self) -> None:
        """Wait for nothing."""
        self._worker.shutdown(wait=False, cancel_futures=True)

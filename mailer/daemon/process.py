"""The daemon's life: start in order, run until told to stop, stop in order.

Every loop leaves a beat; systemd's watchdog is answered only while all of them are fresh. Loops go by the monotonic
clock, so that a clock set back stops nothing; APScheduler only rings when something is due.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from mailer.clock import system_clock
from mailer.daemon import WORKER, apart, copies, upkeep
from mailer.daemon.evidence import Evidence
from mailer.daemon.keeping import Keeping
from mailer.daemon.notify import Notifier
from mailer.daemon.sender import Sender
from mailer.daemon.steps import Steps
from mailer.daemon.troubles import Troubles
from mailer.daemon.watch import Watch
from mailer.daemon.wiring import App, make_mailbox, make_pool
from mailer.daemon.writing import Writing
from mailer.errors import MailerError, StoreError, StoreLostError
from mailer.mailbox import MailboxState
from mailer.services import outbox
from mailer.services.inbox import Inbox

log = logging.getLogger("mailer.daemon")

SESSIONS = 10
WORKERS = 4
LOOK = 1.0  # seconds between looks at files and at what other processes did
TICK = 30.0  # seconds between unconditional looks at what is due
KEEP = 30.0  # seconds between looks at the disk, at the day's upkeep, and at what the owner must be told
BEAT = 15.0  # seconds between heartbeats in the database
POLITE = 4.0  # seconds given to what is on the wire when told to stop
GRACE = 1.5  # seconds after that for the answer to a final dot that has left
LAST = 1.0  # seconds for the database to take what is known then, and again for the note that all is over
JUMP = 2.0  # seconds by which the clock must have been set, or have run on while asleep, to be noticed
STALE = 120.0  # seconds after which a loop without a beat counts as stuck

T = TypeVar("T")


class Daemon:
    """One owner's daemon. `run()` returns when it was told to stop, with the exit status."""

    def __init__(
        self,
        app: App,
        *,
        notifier: Notifier | None = None,
        look_every: float = LOOK,
        say: Callable[[str, str], None] = lambda trouble, mend: None,
        alone: bool = False,
    ) -> None:
        """`say` is told what keeps the daemon from its work, and what mends it, for when the database can't be.
        `alone`: nothing else runs in this process."""
        self.app = app
        self.notifier = notifier or Notifier({})
        self.stop_asked = asyncio.Event()
        self.started_at = app.clock()
        self._look_every = look_every
        self._alone = alone
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix=WORKER)
        self.steps = Steps(app)
        self._watch = Watch(app)
        self._evidence = Evidence(app.clock)
        self._keeping = Keeping()
        self._writing = Writing(app, self._letters_written)
        self._filing = copies.Copies(patience=app.patience)
        self._troubles = Troubles(say)
        self._clock_seen = (app.clock(), time.monotonic())
        self._beats: dict[str, float] = {}
        self._last_event = 0
        self._due = asyncio.Event()
        self._beat_now = asyncio.Event()
        self._next_due: datetime | None = None
        self._unread: frozenset[str] = frozenset()  # kinds of files that changed and were not taken in yet
        self._reload_asked = False
        self._learnt = False

    async def run(self, *, signals: bool = True) -> int:
        """Start, run until `stop_asked`, stop. Raises MailerError where it can't start."""
        self._loop = loop = asyncio.get_running_loop()
        if signals:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self.stop_asked.set)
            loop.add_signal_handler(signal.SIGHUP, self._ask_reload)
        await self.prepare()
        self._last_event = await self._in_thread(upkeep.last_event, self.app.store)
        self.pool = make_pool(self.app, SESSIONS, self._in_thread)
        self.sender = Sender(
            self.steps.step,
            self.pool,
            sessions=SESSIONS,
            clock=self.app.clock,
            on_state=self._server_state,
            troubles=self._troubles,
            patience=self.app.patience,
        )
        inbox = Inbox(self.app.store, lambda: self.app.desk, self.app.clock, self._learnt_something)
        self.inbox = inbox
        self.mailbox = make_mailbox(self.app, inbox, self._mailbox_changed)
        self.mailbox.start()
        await self._beat()
        log.info("running for %s", self.app.config.owner().email, extra={"values": {"pid": os.getpid()}})
        self.notifier.ready()
        try:
            await self._serve()
        finally:
            await self._stop()
        return 0

    async def prepare(self) -> None:
        """See to what is left and read everything: apart where this process is alone and may make a copy of itself."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix=WORKER) as worker:  # gone before the copy is made
            await loop.run_in_executor(worker, upkeep.recover, self.app, self._watch)
            if self._alone:  # no connection may be shared with a copy; they are opened again as they are needed
                await loop.run_in_executor(worker, self.app.store.close)
        if not (self._alone and await self._read_apart()):
            await self._in_thread(upkeep.read_in, self.app)

    async def _read_apart(self) -> bool:
        try:
            child = apart.begin(partial(upkeep.read_in, self.app))
        except OSError as error:
            log.info("the start is done without a process of its own: %s", error.strerror)
            return False
        well = await self._in_thread(apart.ended_well, child)
        if not well:
            log.info("the start is done once more, since the process it was given to did not end well")
        return well

    async def _serve(self) -> None:
        loops = [
            self._repeat("look", self._look_every, self._look),
            self._repeat("beat", 0.0, self._beat_in_time),
            self._repeat("copies", 2.0, self._copies),
            self._repeat("evidence", 2.0, self._look_for_evidence),
            self._repeat("keep", min(KEEP, self.app.patience), self._keep),
            self._ring_when_due(),
            self._watchdog(),
        ]
        self._beats["tick"] = time.monotonic()  # it is made now, beside the loops: it may write a whole edition
        first = asyncio.create_task(self._ring())
        first.add_done_callback(self._end_where_it_failed)
        tasks = [asyncio.create_task(coroutine) for coroutine in loops]
        sending = asyncio.create_task(self.sender.run())
        stop = asyncio.create_task(self.stop_asked.wait())
        await asyncio.wait({stop, sending, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        self.notifier.stopping()
        log.info("stopping")
        self.sender.stop()
        self._writing.stop()
        for task in (*tasks, stop, first):
            task.cancel()
        await asyncio.wait({*tasks, first})
        await self._finish_sending(sending)
        for task in (*tasks, first, sending):
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    def _end_where_it_failed(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self.stop_asked.set()

    async def _finish_sending(self, sending: asyncio.Task[None]) -> None:
        """Let what is on the wire end, each message with its true outcome, in bounded time."""
        await asyncio.wait({sending}, timeout=POLITE)
        if not sending.done():
            self.sender.let_go()
            await asyncio.wait({sending}, timeout=GRACE + LAST)
        if not sending.done():
            log.warning("the database did not take what became of the last messages: they are uncertain at the start")
            sending.cancel()
            await asyncio.wait({sending})

    async def _stop(self) -> None:
        mailbox = asyncio.create_task(asyncio.to_thread(self.mailbox.stop, LAST))  # workers may wait for the database
        await self.pool.close()
        await mailbox
        try:
            async with asyncio.timeout(LAST):
                await self._in_thread(upkeep.say_stopped, self.app)
        except (StoreError, TimeoutError) as error:
            log.warning("the end could not be noted: %s", error or "the database did not answer")
        self._workers.shutdown(wait=False, cancel_futures=True)
        self.steps.close()
        log.info("stopped")

    async def _in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, partial(function, *arguments))

    async def _repeat(self, name: str, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        """Do something again and again; a database or file that refuses is noted and asked again. A database that is
        gone or damaged ends the daemon: without it nobody knows who has been written to."""
        while True:
            try:
                await act()
            except StoreLostError:
                raise
            except (MailerError, OSError) as error:
                self._troubles.wrong(name, error)
            else:
                self._troubles.well(name)
            self._beats[name] = time.monotonic()
            await asyncio.sleep(seconds)

    # What is due

    def _ask_reload(self) -> None:
        self._reload_asked = True

    def _learnt_something(self) -> None:
        """Called in the mailbox thread."""
        self._loop.call_soon_threadsafe(self._heard)

    def _mailbox_changed(self, _state: MailboxState) -> None:
        """Called in the mailbox thread."""
        self._loop.call_soon_threadsafe(self._beat_now.set)

    def _letters_written(self) -> None:
        """Called in a worker thread."""
        self._loop.call_soon_threadsafe(self.sender.wake)

    def _heard(self) -> None:
        self._learnt = True
        self.sender.wake()

    async def _look(self) -> None:
        """Files that changed, things that other processes did, and every now and then what is due anyway."""
        changed = self._unread | await self._in_thread(self._watch.changed)
        if self._reload_asked:
            self._reload_asked = False
            changed = frozenset({"config", "roster", "templates", "texts"})
        if self._tick_is_old():  # a file may be mended without a trace: by chmod, or a disk that is back
            changed |= await self._in_thread(upkeep.broken, self.app)
        if changed:
            self._unread = changed  # also where the database refuses now
            await self._reload(changed)
            self._unread = frozenset()
        last = await self._in_thread(upkeep.tell, self.app.store, self._last_event)
        set_anew = self._clock_was_set()
        if set_anew or last != self._last_event or self._learnt or changed or self._tick_is_old():
            self._last_event, self._learnt = last, False
            await self._tick()

    def _tick_is_old(self) -> bool:
        return time.monotonic() - self._beats.get("tick", 0.0) >= min(TICK, self.app.patience)

    def _clock_was_set(self) -> bool:
        """Whether the clock moved otherwise than time passes: somebody set it, or the machine slept."""
        now, elapsed = self.app.clock(), time.monotonic()
        before, then = self._clock_seen
        self._clock_seen = now, elapsed
        moved = (now - before).total_seconds() - (elapsed - then)
        if abs(moved) < JUMP:
            return False
        log.info("the clock was set %s by %.0f seconds", "forward" if moved > 0 else "back", abs(moved))
        self._beat_now.set()  # by the new clock, the last sign of life is long ago
        return True

    async def _tick(self) -> None:
        due = await self._in_thread(upkeep.tick, self.app, self.sender.flying, self._writing.write)
        self._beats["tick"] = time.monotonic()
        self._next_due = due
        self._due.set()
        self.sender.wake()

    async def _ring_when_due(self) -> None:
        """Let APScheduler ring at the moment the next thing is due; all state is recomputed from the database."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.start()
        try:
            while True:
                self._due.clear()
                if self._next_due is not None:
                    at = system_clock() + (self._next_due - self.app.clock())
                    scheduler.add_job(
                        self._ring, "date", run_date=at, id="due", replace_existing=True, misfire_grace_time=None
                    )
                await self._due.wait()
        finally:
            scheduler.shutdown(wait=False)

    async def _ring(self) -> None:
        try:
            await self._tick()
        except (MailerError, OSError) as error:  # a database that is gone is found by the next look, too
            self._troubles.wrong("tick", error)
        else:
            self._troubles.well("tick")

    # Changes while running

    async def _reload(self, changed: frozenset[str]) -> None:
        self.notifier.reloading()
        try:
            keys = await self._in_thread(upkeep.reload_all, self.app, changed)
        finally:
            self.notifier.ready()
        if any(key.startswith(("account.", "reading.")) for key in keys):
            await self._reconnect()
        if changed & {"config", "account"}:
            await self._in_thread(outbox.retry_account, self.app.store, self.app.clock())
            self.mailbox.wake()
            self.sender.try_again()

    async def _reconnect(self) -> None:
        """The account changed: new connections; what is on the wire ends on the old ones."""
        old, self.pool = self.pool, make_pool(self.app, SESSIONS, self._in_thread)
        self.sender.pool = self.pool
        await self._in_thread(self.mailbox.stop, 2.0)
        self.mailbox = make_mailbox(self.app, self.inbox, self._mailbox_changed)
        self.mailbox.start()
        await old.close()

    # Signs of life

    async def _beat_in_time(self) -> None:
        """A heartbeat every so often, and at once when the mailbox comes or goes."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BEAT):  # wait_for swallows a cancellation that comes with the event (3.11)
                await self._beat_now.wait()
        self._beat_now.clear()
        await self._beat()

    async def _beat(self) -> None:
        state = {
            "mailbox": upkeep.mailbox_state(self.mailbox.state),
            "in_flight": self.sender.in_flight,
            "sessions": SESSIONS,
        }
        await self._in_thread(
            upkeep.beat, self.app, os.getpid(), socket.gethostname(), self.started_at, state, self.mailbox.state
        )
        self.notifier.status(await self._in_thread(upkeep.one_line, self.app, self.mailbox.state))

    async def _copies(self) -> None:
        """File copies until none is left: an edition must not wait seconds between one handful and the next."""
        left = 1
        while left and copies.appends(self.app.config) and self.mailbox.state.connected:
            left = await self._in_thread(
                partial(self._filing.file, self.app.store, self.mailbox, self.app.clock, since=self.started_at)
            )
            self._beats["copies"] = time.monotonic()
        while left and copies.moves(self.app.config) and self.mailbox.state.connected:
            left = await self._in_thread(self._filing.move, self.app.store, self.mailbox, self.app.clock)
            self._beats["copies"] = time.monotonic()

    async def _look_for_evidence(self) -> None:
        if self.mailbox.state.connected:
            await self._in_thread(self._evidence.look, self.app, self.mailbox)

    async def _keep(self) -> None:
        await self._in_thread(self._keeping.look, self.app)

    async def _server_state(self, trouble: str) -> None:
        try:
            await self._in_thread(upkeep.server_state, self.app, trouble)
        except StoreError as error:
            log.warning("the state of the mail server could not be noted: %s", error)

    async def _watchdog(self) -> None:
        """Tell systemd that all is alive, only while every loop has a fresh beat."""
        every = self.notifier.watchdog_every
        while every is None:
            await asyncio.sleep(3600)
        while True:
            if stuck := self.stuck_loops():
                log.error("no sign of life from %s", ", ".join(stuck))
            else:
                self.notifier.alive()
            await asyncio.sleep(every)

    def stuck_loops(self) -> list[str]:
        """The loops that gave no sign of life for too long."""
        beats = {**self._beats, "sender": self.sender.beat, "mailbox": self.mailbox.state.heartbeat}
        now = time.monotonic()
        return sorted(name for name, at in beats.items() if now - at > STALE)

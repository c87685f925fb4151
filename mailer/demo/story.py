"""The demo's story: the real daemon runs against the mail system, and the story does what the owner would do."""

from __future__ import annotations

import asyncio
import logging
import time as clocks
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from secrets import token_urlsafe
from typing import Protocol

from mailer.clock import system_clock
from mailer.daemon.logs import LOGGER, JsonLines
from mailer.daemon.process import Daemon
from mailer.daemon.wiring import App, wire
from mailer.demo import files
from mailer.demo.cast import AFTER_THANK_YOUS, EXPECTED
from mailer.demo.mail_system import PACE, MailSystem, Taken
from mailer.demo.moments import MORNING, Days, JumpingClock, latest_days
from mailer.demo.scene import Scene
from mailer.demo.summary import Summary, summarise
from mailer.errors import MailerError
from mailer.model import Interaction, InteractionKind, MessageStatus
from mailer.services import log, updates
from mailer.storage import contacts, editions, messages, sent_copies

LIMIT = 180.0
"""Seconds after which the demo gives up. It takes a twelfth of that; on a machine that is busy, longer."""

STOPS_WITHIN = 3.0
"""Seconds that the daemon is given to end in good order."""

GLANCE = 0.08
"""Seconds between looks at the event log."""


class DemoError(MailerError):
    """The story did not come to its end: something in the program is broken, or this machine very slow."""


class Show(Protocol):
    """Shows the scene as it changes."""

    def changed(self, scene: Scene) -> None: ...


@dataclass
class Story:
    """One run. `play` returns how it ended."""

    app: App
    daemon: Daemon
    clock: JumpingClock
    days: Days
    show: Show
    scene: Scene
    began: float  # by the monotonic clock
    limit: float
    slowness: float = 1.0  # 0: no waiting for eyes

    async def play(self) -> Summary:
        """From the roster to the answers to the update. Raises DemoError where anything stays out."""
        running = asyncio.create_task(self.daemon.run(signals=False))
        watching = asyncio.create_task(self._watch())
        story = asyncio.create_task(self._chapters())
        try:
            await asyncio.wait({running, watching, story}, return_when=asyncio.FIRST_COMPLETED)
            for task in (story, running, watching):
                if task.done():
                    task.result()
            if not story.done():
                raise DemoError("the daemon ended before the story did")
        finally:
            for task in (story, watching):
                task.cancel()
            self.daemon.stop_asked.set()
            await asyncio.wait({running}, timeout=STOPS_WITHIN)
            running.cancel()  # where something is stuck, nobody waits for it
            await asyncio.gather(running, story, watching, return_exceptions=True)
        self.show.changed(self.scene)
        return await asyncio.to_thread(summarise, self.app.store)

    async def _watch(self) -> None:
        while True:
            await asyncio.to_thread(self.scene.look, self.app.store)
            self.scene.moment = self.clock()
            self.show.changed(self.scene)
            await asyncio.sleep(GLANCE)

    async def _chapters(self) -> None:
        self._begin("The daemon reads the roster and plans what is due")
        await self._until(self._is_ready, "the roster was not read, or the preview of the update did not leave")
        await self._not_before(2.4)
        self._begin("Two conversations of this morning are logged")
        for number, (command, who, item) in enumerate(_this_morning(self.days), 1):
            self.scene.command = command
            await asyncio.to_thread(self._log, who, item)
            await self._not_before(2.4 + number * 0.9)
        self._begin("An hour later the thank-yous leave, and people answer")
        self._skip_to(time(8, 35))
        await self._until_there(AFTER_THANK_YOUS)
        await self._not_before(8.6)
        self._begin("You have read the preview, and let the update go", "mailer update approve")
        self._skip_to(time(8, 59, 58, 500_000))
        await asyncio.to_thread(updates.approve, self.app.store, self.app.desk, None, self.clock())
        await self._until(self._update_leaves, "the update did not leave")
        self._begin("The update goes to everybody who still wants to hear from you")
        await self._until_there(EXPECTED)
        await self._until(self._is_over, "something has not left, or copies are missing in Sent")
        self.scene.title, self.scene.is_over = "Everybody has their mail, and every answer is understood", True

    def _begin(self, title: str, command: str = "") -> None:
        self.scene.chapter += 1
        self.scene.title, self.scene.command = title, command

    def _skip_to(self, moment: time) -> None:
        self.clock.jump(self.days.at(moment))
        self.daemon.sender.wake()

    async def _not_before(self, seconds: float) -> None:
        """So that eyes can follow: wait until so long after the beginning. Slow machines are late anyway."""
        await asyncio.sleep(self.began + seconds * self.slowness - clocks.monotonic())

    async def _until(self, holds: Callable[[], bool], otherwise: str) -> None:
        while not await asyncio.to_thread(holds):
            if clocks.monotonic() > self.began + self.limit:
                raise DemoError(f"the demo gave up after {self.limit:.0f} seconds: {otherwise}")
            await asyncio.sleep(GLANCE)

    async def _until_there(self, wanted: Mapping[str, tuple[str, ...]]) -> None:
        """Until everybody is where they belong."""
        missing = ""

        def there() -> bool:
            nonlocal missing
            missing = summarise(self.app.store).missing(wanted)
            return not missing

        try:
            await self._until(there, "")
        except DemoError as error:
            raise DemoError(f"{error}{missing}") from error

    # What the owner does, through the same services as the commands

    def _log(self, who: str, item: Interaction) -> None:
        with self.app.store.read() as tx:
            contact = log.find_contact(tx, who)
        log.log(self.app.store, self.app.desk, contact.id, item, self.clock())

    # What the story waits for

    def _is_ready(self) -> bool:
        with self.app.store.read() as tx:
            waiting = [e for e in editions.every(tx) if e.status == "waiting"]
            left = messages.counts(tx, kind="preview").get("sent", 0)
            return bool(waiting and left and contacts.every(tx))

    def _update_leaves(self) -> bool:
        with self.app.store.read() as tx:
            return any(e.status in ("sending", "done") for e in editions.every(tx))

    def _is_over(self) -> bool:
        """Whether everything has left that may leave before who is away is back."""
        on_their_way = (MessageStatus.queued, MessageStatus.sending)
        with self.app.store.read() as tx:
            left = messages.listing(tx, messages.Filter(statuses=on_their_way))
            return all(m.put_off_from for m in left) and not sent_copies.to_file(tx, 1)


def _this_morning(days: Days) -> Iterator[tuple[str, str, Interaction]]:
    """What is logged while the demo runs: the command that does the same, whom with, what."""
    yield (
        'mailer log kofi --kind coffee --thanks-for "the breakfast"',
        "kofi",
        Interaction(days.edition, InteractionKind.coffee, thanks_for="the breakfast"),
    )
    yield (
        'mailer log hannah --kind call --about "cold chains"',
        "hannah",
        Interaction(days.edition, InteractionKind.call, about="cold chains"),
    )


def tell(
    folder: Path,
    show: Show,
    *,
    pace: float = PACE,
    slowness: float = 1.0,
    limit: float = LIMIT,
    on_taken: Taken = lambda recipient, content: None,
) -> Summary:
    """Play the whole story in `folder`. `pace` is how many seconds the mail server takes for a message, and `slowness`
    0 for nobody who watches; `on_taken` hears of every message that the server took, in the servers' thread.

    Raises DemoError where it doesn't come to its end, MailerError for anything else that is wrong.
    """
    began = clocks.monotonic()
    days = latest_days(system_clock())
    clock = JumpingClock(days.at(MORNING))
    password = token_urlsafe(12)
    mail = MailSystem(password, clock, pace=pace, on_taken=on_taken)
    ports = mail.start()
    try:
        config = files.write_example(folder, password, ports, days.texts())
        with _logging_to(folder / files.LOG), _wired(config, folder, clock) as app:
            daemon = Daemon(app, look_every=0.15)
            story = Story(app, daemon, clock, days, show, Scene(), began, limit, slowness)
            found = asyncio.run(story.play())
    finally:
        mail.stop()
    return replace(found, seconds=round(clocks.monotonic() - began, 1))


@contextmanager
def _wired(config: Path, folder: Path, clock: JumpingClock) -> Iterator[App]:
    app = wire(config, files.environment(folder))
    app.clock = clock
    try:
        yield app
    finally:
        app.close()


@contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    """The daemon's log goes into a file, as it would into the journal; the terminal belongs to the picture."""
    logger = logging.getLogger(LOGGER)
    before = logger.handlers[:], logger.level, logger.propagate
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(JsonLines())
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        handler.close()
        logger.handlers, logger.propagate = before[0], before[2]
        logger.setLevel(before[1])

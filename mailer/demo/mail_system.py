"""The world outside the program: both mail servers and everybody who writes back, in a thread of their own.

A thread of its own, since the daemon under demonstration has its own event loop, and shall find servers that answer
whatever it does.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

from mailer.demo import letters
from mailer.demo.cast import CORRESPONDENTS, OWNER_ADDRESS, Does, Habit
from mailer.demo.imap_server import ImapServer
from mailer.demo.smtp_server import SmtpServer

PACE = 0.18
"""Seconds that the SMTP server spends on a message."""

PATIENCE = 10.0
"""Seconds that starting or stopping may take."""

Taken = Callable[[str, bytes], None]
"""Hears recipient and content of every message that the SMTP server took."""

T = TypeVar("T")


class MailSystem:
    """Dana's mail account at work. `clock` gives the demo's moment; `start` before anything else, `stop` in the end."""

    def __init__(
        self,
        password: str,
        clock: Callable[[], datetime],
        *,
        pace: float = PACE,
        on_taken: Taken = lambda recipient, content: None,
    ) -> None:
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="demo-mail", daemon=True)
        self._imap = ImapServer(OWNER_ADDRESS, password)
        self._smtp = SmtpServer(OWNER_ADDRESS, password, self._accept, pace=pace)
        self._writing: set[asyncio.Task[None]] = set()
        self._on_taken = on_taken

    def start(self) -> tuple[int, int]:
        """Start both servers; returns the ports of SMTP and IMAP."""
        for name in ("mail.log", "pymap"):  # libraries that log what they serve; the demo shows that itself
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._thread.start()
        return self._call(self._smtp.start()), self._call(self._imap.start())

    def stop(self) -> None:
        """End both servers and whoever is still writing."""
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def folder(self, name: str) -> list[bytes]:
        """The messages in one of Dana's folders."""
        return self._call(self._imap.contents(name))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _end(self) -> None:
        for task in self._writing:
            task.cancel()
        await self._smtp.stop()
        await self._imap.stop()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _accept(self, recipient: str, content: bytes) -> None:
        """A message was taken: it is for Dana herself, or for somebody who may react to it."""
        self._on_taken(recipient, content)
        if recipient.lower() == OWNER_ADDRESS:
            await self._imap.deliver(content, self._clock())
            return
        somebody = CORRESPONDENTS.get(recipient.lower())
        if somebody is None:
            return
        mail = letters.read(content, recipient)
        habit = somebody.habits.get(mail.kind)
        if habit is not None:
            task = asyncio.create_task(self._write(mail, somebody.name, habit))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def _write(self, mail: letters.Arrived, name: str, habit: Habit) -> None:
        await asyncio.sleep(habit.after)
        now = self._clock()
        if habit.does is Does.is_gone:
            raw = letters.bounce(mail, now)
        else:
            raw = (letters.away if habit.does is Does.is_away else letters.answer)(mail, name, habit, now)
        await self._imap.deliver(raw, now)

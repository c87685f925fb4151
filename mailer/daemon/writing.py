"""A large edition is written by a process of its own, while its first letters leave.

Python runs one thread at a time: written by the daemon, letters would wait for those that leave, and those for them.
And what is read to write them goes with that process; Python would keep the room for it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mailer.daemon import logs
from mailer.daemon.wiring import App, wire
from mailer.errors import MISTAKES, MailerError
from mailer.services import updates
from mailer.services.desk import Desk
from mailer.storage import contacts, editions
from mailer.storage.records import EditionRecord
from mailer.storage.store import Store

log = logging.getLogger("mailer.daemon")

MANY = 400
"""Contacts from which on it is worth the half second that another Python takes to start."""

LOOK = 0.05
"""Seconds between two words to the sender that there are new letters."""


class Writing:
    """Writes one edition at a time. Its methods may be called in any thread."""

    def __init__(self, app: App, on_letters: Callable[[], None]) -> None:
        """`on_letters` is called again and again while letters are being written."""
        self._app = app
        self._on_letters = on_letters
        self._one = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def write(self, store: Store, desk: Desk, edition: EditionRecord, now: datetime) -> None:
        """Write every letter of an edition that is not written yet; nothing where that is being done already."""
        if not self._one.acquire(blocking=False):
            return
        try:
            if not (self._is_large(store) and self._written_apart(edition)) and not self._stopping:
                updates.enqueue(store, desk, edition, now)
            if self._app.desk is not desk:  # templates or settings changed meanwhile
                updates.redraw(store, self._app.desk, now)
        finally:
            self._one.release()

    def stop(self) -> None:
        """Break off what is being written; the next start goes on with it."""
        self._stopping = True
        if self._child is not None:
            self._child.terminate()

    def _is_large(self, store: Store) -> bool:
        with store.read() as tx:
            return contacts.count(tx) >= MANY

    def _written_apart(self, edition: EditionRecord) -> bool:
        """Whether another process wrote all of it."""
        command = [sys.executable, "-m", __name__, str(self._app.config.path), edition.name]
        try:
            self._child = child = subprocess.Popen(command, env=dict(self._app.environ), stdin=subprocess.DEVNULL)
        except OSError as error:
            log.info("the edition is written without a process of its own: %s", error.strerror)
            return False
        if self._stopping:
            child.terminate()
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = child.wait(LOOK)
                self._child = None
                return status == 0
            self._on_letters()


def main(config: str, name: str) -> int:
    """In that process: write the edition; returns the exit status."""
    for number in (signal.SIGINT, signal.SIGHUP):  # a terminal says these to both: they are the daemon's to mind
        signal.signal(number, signal.SIG_IGN)
    logs.set_up()
    try:
        app = wire(Path(config), os.environ, upgrade=False)
        daemon = os.getppid()
        with app.store.read() as tx:
            edition = editions.get(tx, name)
        if edition is not None:
            updates.enqueue(app.store, app.desk, edition, app.clock(), go_on=lambda: os.getppid() == daemon)
        app.close()
    except MailerError as error:
        log.info("the edition could not be written by a process of its own: %s", error)
        return 1
    except (*MISTAKES, OSError):
        log.exception("the process that wrote the edition stumbled")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

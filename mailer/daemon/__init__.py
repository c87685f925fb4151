"""The daemon: one process that loads, sends, listens and remembers. Its parts are put together in `wiring`."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.errors import StoreError, StoreLostError

if TYPE_CHECKING:
    from datetime import datetime

    from mailer.storage.store import Store

WORKER = "mailer-worker"
"""How the names of the threads begin that use database and files."""


def run_daemon(explicit: Path | None, environ: Mapping[str, str], *, verbose: bool = False) -> int:
    """Run one owner's daemon in the foreground until SIGTERM; returns the exit status.

    Raises ConfigurationError, StoreError, or AlreadyRunningError with the other daemon's process id.
    """
    signal.signal(signal.SIGTERM, _leave)  # until the loop minds it

    import asyncio
    import logging

    from mailer.daemon import logs
    from mailer.daemon.lock import OwnerLock
    from mailer.daemon.notify import Notifier
    from mailer.daemon.process import Daemon
    from mailer.daemon.wiring import wire

    logs.set_up(verbose=verbose)
    app = wire(explicit, environ)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: looking through all of it again would stop every thread for 0.1 s
    log = logging.getLogger("mailer.daemon")
    if app.store.upgraded:
        log.info("%s", app.store.upgraded)
    for note in app.config.warnings:
        log.warning("%s", note)
    try:
        with OwnerLock(app.state, app.config.owner().email) as lock:
            status = asyncio.run(Daemon(app, notifier=Notifier(environ), say=lock.say, alone=True).run())
            leave_at_once(status)
    except StoreLostError as error:
        raise _rescued(app.store, error, app.clock()) from error
    finally:
        app.close()
    return status


def _rescued(store: Store, error: StoreLostError, now: datetime) -> StoreLostError:
    """A file that was removed is still there for who holds it open: write what was in it beside its place."""
    from mailer.storage.store import backup

    if not store.is_gone or not store.engine.url.database:
        return error
    copy = Path(f"{store.engine.url.database}.rescued-{now:%Y%m%dT%H%M%SZ}")
    try:
        backup(store, copy)
    except StoreError:
        return error
    return StoreLostError(f"{error}; all that was in it is in {copy}", mend=f"mailer db restore {copy}")


def _leave(_number: int, _frame: object) -> None:
    """Told to stop before anything began. Not by an exception: inside a class that is just being made, which is most of
    what a start does, it would come up as an error of that class."""
    os._exit(0)


def leave_at_once(status: int) -> None:
    """End the process here where one of its threads still waits, for a database that somebody else holds: Python would
    wait for it, and who told us to stop would not."""
    workers = [thread for thread in threading.enumerate() if thread.name.startswith(WORKER)]
    for thread in workers:
        thread.join(0.2)
    if any(thread.is_alive() for thread in workers):
        sys.stderr.flush()
        os._exit(status)

"""Work whose memory must not stay: done by a copy of this process, which ends with it.

Python gives memory back in blocks of 1 MiB, and only those in which nothing is left; what a start reads and drops would
else stay with the daemon for as long as it runs, which may be months.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

_OWN, _OPEN = 3, "/dev/fd"
"""Descriptors from here on are the daemon's own, such as its lock; a folder that lists those in use."""

_LOOK = 0.2
"""Seconds between a copy's looks whether the first process is still there."""


def begin(work: Callable[[], object]) -> int:
    """Do something in a copy of this process, which must have no other thread and no open database; returns the copy's
    process id. What it logs goes where ours goes; what it raises only shows in `ended_well`.

    Raises OSError where there can be no copy.
    """
    sys.stderr.flush()
    first = os.getpid()
    if child := os.fork():
        return child
    status = 1
    try:
        _let_go()
        _end_with(first)
        work()
        status = 0
    finally:
        os._exit(status)


def _let_go() -> None:
    """Keep nothing of the first process's: who killed it may start another at once, and its lock must be free."""
    signal.set_wakeup_fd(-1)  # a loop listens there that isn't ours
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for number in (signal.SIGINT, signal.SIGHUP):  # a terminal says these to both: they are the first process's to mind
        signal.signal(number, signal.SIG_IGN)
    os.closerange(_OWN, max(map(int, os.listdir(_OPEN))) + 1)


def _end_with(first: int) -> None:
    """End as soon as the first process is no more: the next one may read a newer roster meanwhile, which what was read
    here must not replace."""

    def look(*_: object) -> None:
        if os.getppid() != first:
            os._exit(1)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _LOOK, _LOOK)


def ended_well(child: int) -> bool:
    """Wait for its end; whether it did all of its work, as far as is known."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    except ChildProcessError:  # started with SIGCHLD ignored: nobody keeps a status then
        return False

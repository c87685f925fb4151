"""How long the IMAP door waits, and how much it takes at once."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and octets, except where a line says otherwise."""

    connect: float = 30  # TCP and TLS
    read: float = 60  # silence in the middle of a command
    command: float = 900  # one whole command, for a server that drips
    line: int = 16 * 2**20  # one line: a search that finds a million messages
    command_octets: int = 64 * 2**20  # all that one command may answer beyond the messages asked for
    batch_octets: int = 4 * 2**20  # messages handed to the receiver at once
    batch: int = 50  # messages handed to the receiver at once, their number
    sizes: int = 500  # messages asked for their size at once, their number
    tick: float = 10  # sleeps are no longer, so that the heartbeat shows life
    settle: float = 1.0  # the first IDLE after something happened is this short: see Visit._idle
    without_idle: float = 30  # between looks at the Inbox of a server that has no IDLE
    first_pause: float = 1  # before the first reconnection; doubles
    longest_pause: float = 300  # between reconnections
    refused_pause: float = 900  # after a refused sign-in; doubles
    longest_refused_pause: float = 4 * 3600
    steady: float = 60  # a connection that lasted so long starts the pauses anew
    tries: int = 8  # a message that the server won't give out is passed over after so many, their number

    def within(self, seconds: float) -> Self:
        """The same with no wait for the server, and no pause between connections, longer than this."""
        waits = ("connect", "read", "command", "first_pause", "longest_pause", "refused_pause", "longest_refused_pause")
        return replace(self, **{name: min(getattr(self, name), seconds) for name in waits})


def elapsed() -> float:
    """Seconds on a clock that nobody sets and that also counts while the machine is suspended (where it has one)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()

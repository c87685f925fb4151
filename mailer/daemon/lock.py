"""One daemon for one owner at a time: a lock that the kernel lets go when the process ends, however it ends.

Its file says which process holds it, and what keeps that process from the database, since the database can't say it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from mailer.errors import AlreadyRunningError

LOOKS, LOOK = 5, 0.02
"""How often, and after how many seconds, a taken lock is tried again."""

ROOM = 4096
"""Octets of the file; they are taken at the start, so that a full disk still lets it say what is wrong."""


class OwnerLock:
    """Held while the daemon lives. Raises AlreadyRunningError, with the other's process id, where it is taken."""

    def __init__(self, state: Path, owner: str) -> None:
        digest = hashlib.sha256(owner.lower().encode()).hexdigest()[:16]
        self.path = state / f"daemon-{digest}.lock"
        self._owner = owner
        self._file = -1

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _take(self._file)
        except OSError as error:
            pid = _said(self._file)[0]
            os.close(self._file)
            raise AlreadyRunningError(
                f"a daemon for {self._owner} runs already, with process id {pid}",
                pid=pid,
                mend="end it first, or leave it be: `mailer status` says how it is",
            ) from error
        self.say("", "")
        return self

    def say(self, trouble: str, mend: str) -> None:
        """Note what the daemon can't write into the database, in place; an empty `trouble` means that all is well."""
        words = json.dumps([trouble[:500], mend[:300]], ensure_ascii=False) if trouble else ""
        os.pwrite(self._file, f"{os.getpid()}\n{words}\n".encode().ljust(ROOM, b" "), 0)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)


def _take(file: int) -> None:
    """Lock the file. A look by `is_held` takes a moment, so it is tried again before it counts as taken."""
    for _ in range(LOOKS):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK)
        else:
            return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_held(state: Path, owner: str) -> bool:
    """Whether a daemon for this owner runs on this machine now. Changes nothing."""
    try:
        file = os.open(OwnerLock(state, owner).path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two looks at once don't take each other for a daemon
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def told(state: Path, owner: str) -> tuple[str, str]:
    """What keeps this owner's daemon from its work, and what mends it; empty where nothing does."""
    try:
        file = os.open(OwnerLock(state, owner).path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return "", ""
    try:
        return _said(file)[1:]
    finally:
        os.close(file)


def _said(file: int) -> tuple[int, str, str]:
    """The process id, the trouble and its mend that the file holds."""
    pid, _, rest = os.pread(file, ROOM, 0).decode("utf-8", "replace").partition("\n")
    try:
        trouble, mend = json.loads(rest) if rest.strip() else ("", "")
    except ValueError:  # read while it was written
        trouble, mend = "", ""
    return int(pid) if pid.strip().isdecimal() else 0, trouble, mend

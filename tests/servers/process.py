"""Start and stop the real servers that tests run against: private, on loopback, ended by process id."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1  # linux/prctl.h


PORTS = (20_000, 32_000)
_CHANCE = random.SystemRandom()
_GIVEN: set[int] = set()


class ServerMissingError(RuntimeError):
    """The server's programs aren't on this machine."""


class ServerFailedError(RuntimeError):
    """The server is here but didn't start, or died."""


def free_port() -> int:
    """Give a loopback TCP port that nobody listens on just now, and that was not given before.

    It lies below those that the system hands out by itself (Linux: from 32768), so that no connection takes it before
    the server does, nor where none is meant to be.
    """
    while True:
        port = _CHANCE.randrange(*PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _GIVEN:
                _GIVEN.add(port)
                return port


def find_program(name: str, *folders: str) -> str:
    """Find a server's program in `folders` (globs), the system folders or PATH. Raises ServerMissingError."""
    for pattern in folders:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (folder / name).is_file():
                return str(folder / name)
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if found is None:
        raise ServerMissingError(f"{name} is not installed")
    return found


def is_root() -> bool:
    """True where servers can be given users of their own."""
    return os.geteuid() == 0


def first_user(*names: str) -> pwd.struct_passwd:
    """The first of these accounts that exists. Raises ServerMissingError."""
    for name in names:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerMissingError(f"none of the users {', '.join(names)} exists")


@contextlib.contextmanager
def short_folder(prefix: str, *, owner: pwd.struct_passwd | None = None, mode: int = 0o700) -> Iterator[Path]:
    """A folder with a path short enough for UNIX sockets (108 octets), removed at the end."""
    base = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    try:
        folder.chmod(mode)
        if owner is not None and is_root():
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(
    command: Sequence[str],
    *,
    log: IO[bytes],
    user: pwd.struct_passwd | None = None,
    environment: dict[str, str] | None = None,
    dies_with_us: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a server that also gets `dies_with_us` where this process is killed, so that no test leaves one behind."""
    prctl = ctypes.CDLL(
        None, use_errno=True
    ).prctl  # looked up before the fork, after which a lock may be held for ever

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(dies_with_us), 0, 0, 0)

    other = user is not None and is_root()
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd="/",
        user=user.pw_uid if other and user else None,
        group=user.pw_gid if other and user else None,
        extra_groups=[] if other else None,
        start_new_session=True,
        preexec_fn=tie,
    )


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, patience: float = 15.0) -> None:
    """Ask a server to end, and kill it where it doesn't within `patience` seconds."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(60)


def wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, patience: float = 90.0) -> None:
    """Wait until `ready()` is true. Raises ServerFailedError with the log's end where the server died or is late."""
    deadline = time.monotonic() + patience
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise ServerFailedError(f"{process.args!r} did not come up: {tail}")
        time.sleep(0.02)


def listens(port: int) -> bool:
    """True where something on loopback takes connections at `port`."""
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex(("127.0.0.1", port)) == 0

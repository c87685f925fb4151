"""Takes the part of systemd: a notification socket (sd_notify(3)) that keeps what it is told."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Self


class ServiceManager:
    """Listens at `path`; `environ` is what a service is given."""

    def __init__(self, path: Path, *, watchdog: float | None = None) -> None:
        self.environ = {"NOTIFY_SOCKET": str(path)}
        if watchdog is not None:
            self.environ["WATCHDOG_USEC"] = str(int(watchdog * 1_000_000))
        self.told: list[dict[str, str]] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def hear(self, patience: float = 60.0) -> dict[str, str]:
        """The next notification as its assignments. Raises TimeoutError."""
        self._socket.settimeout(patience)
        said = dict(line.split("=", 1) for line in self._socket.recv(65536).decode().splitlines())
        self.told.append(said)
        return said

    def hear_until(self, name: str, patience: float = 60.0) -> dict[str, str]:
        """The next notification that assigns `name`; what comes before it is kept in `told`. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        while True:
            said = self.hear(max(0.01, deadline - time.monotonic()))
            if name in said:
                return said

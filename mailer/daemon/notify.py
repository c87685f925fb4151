"""What systemd is told (sd_notify(3)): ready, reloading, stopping, alive, and one line of how things are."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping

PATIENCE = 0.5  # seconds that a service manager which does not listen may hold us up


class Notifier:
    """Sends to $NOTIFY_SOCKET where there is one, and does nothing elsewhere."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_every = _watchdog(environ)

    def ready(self) -> None:
        """Start-up is done, or reloading is."""
        self._send("READY=1")

    def reloading(self) -> None:
        """The configuration is being read again."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The end has begun."""
        self._send("STOPPING=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._send("STATUS=" + text.replace("\n", " "))

    def alive(self) -> None:
        """Every loop is alive."""
        self._send("WATCHDOG=1")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.settimeout(PATIENCE)
            try:
                channel.sendto(text.encode(), self._address)
            except OSError:
                return  # a service manager that went away is no reason to stop sending mail


def _watchdog(environ: Mapping[str, str]) -> float | None:
    """Seconds between signs of life: half of what systemd asks; None where it asks for none or another process."""
    asked, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not asked.isdecimal() or (pid and pid != str(os.getpid())):
        return None
    return int(asked) / 2_000_000

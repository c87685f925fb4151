"""The dialogue of a signed-in session: commands may leave together (RFC 2920), and their replies are kept in order.

aiosmtplib opens the connection and signs in; from there on this takes its place, since its protocol pairs one reply
with one command and drops what comes between.
"""

from __future__ import annotations

import asyncio
from collections import deque

import aiosmtplib
from aiosmtplib.response import SMTPResponse

LONGEST_LINE = 8192
"""Octets of a reply's line; RFC 5321 section 4.5.3.1.5 allows 512."""

LONGEST_REPLY = 4 * LONGEST_LINE
MOST_REPLIES = 16
"""Replies that may wait to be read: more than we ever ask for at once."""


class Wire(asyncio.Protocol):
    """Reads and writes on a transport that is open already. Every failure is an aiosmtplib error or an OSError."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._lines: list[bytes] = []
        self._size = 0  # octets of the reply that is not whole yet
        self._replies: deque[SMTPResponse] = deque()
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._room = asyncio.Event()
        self._room.set()
        transport.set_protocol(self)

    @property
    def alive(self) -> bool:
        """False once nothing can be said or heard any more."""
        return self._error is None and not self._transport.is_closing()

    @property
    def has_more(self) -> bool:
        """Whether something has come that nobody read yet."""
        return bool(self._replies or self._buffer or self._lines)

    def write(self, octets: bytes) -> None:
        """Hand octets to the transport. Raises SMTPServerDisconnected where the connection is known to be gone."""
        if not self.alive:
            raise self._error or aiosmtplib.SMTPServerDisconnected("Connection lost")
        self._transport.write(octets)

    async def read(self, timeout: float) -> SMTPResponse:
        """The next reply. Raises SMTPReadTimeoutError after `timeout` seconds, SMTPResponseException for nonsense."""
        if not self._replies and self._error is None:
            await self._wait(timeout)
        if self._replies:
            return self._replies.popleft()
        raise self._error or aiosmtplib.SMTPReadTimeoutError("Timed out waiting for server response")

    async def _wait(self, timeout: float) -> None:
        """Until something comes or the time is over; a timer of the loop's costs a tenth of asyncio.timeout()."""
        waiter = self._waiter = self._loop.create_future()
        timer = self._loop.call_later(timeout, self._wake)
        try:
            await waiter
        finally:
            timer.cancel()
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def drain(self) -> None:
        """Until the transport has taken what was written. Raises SMTPServerDisconnected."""
        await self._room.wait()
        if self._error is not None:
            raise self._error

    # What asyncio calls

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        self._room.clear()

    def resume_writing(self) -> None:
        """There is room again."""
        self._room.set()

    def data_received(self, data: bytes) -> None:
        """Cut what came into replies."""
        if self._error is not None:
            return
        self._buffer += data
        start = 0
        while self._error is None and (end := self._buffer.find(b"\n", start)) >= 0:
            self._take(bytes(self._buffer[start : end + 1]))
            start = end + 1
        del self._buffer[:start]
        if len(self._buffer) > LONGEST_LINE:
            self._nonsense("Response too long")
        if self._replies or self._error is not None:
            self._wake()

    def _take(self, line: bytes) -> None:
        """One line of a reply; the last one has no hyphen after its code (RFC 5321 section 4.2.1)."""
        self._size += len(line)
        if len(line) > LONGEST_LINE or self._size > LONGEST_REPLY or len(self._replies) >= MOST_REPLIES:
            self._nonsense("Response too long")
            return
        if not line[:3].isdigit():
            self._nonsense(f"Malformed SMTP response line: {line.decode('utf-8', 'replace')}")
            return
        self._lines.append(line[4:].strip(b" \t\r\n"))
        if line[3:4] != b"-":
            text = b"\n".join(self._lines).decode("utf-8", "surrogateescape")
            self._replies.append(SMTPResponse(int(line[:3]), text))
            self._lines, self._size = [], 0

    def _nonsense(self, text: str) -> None:
        self._fail(aiosmtplib.SMTPResponseException(-1, text))
        self._buffer.clear()

    def _fail(self, error: Exception) -> None:
        if self._error is None:
            self._error = error
        self._room.set()
        self._wake()

    def eof_received(self) -> bool:
        """The server has hung up; nothing is kept half open."""
        self._fail(aiosmtplib.SMTPServerDisconnected("Unexpected EOF received"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        error = aiosmtplib.SMTPServerDisconnected("Connection lost")
        error.__cause__ = exc
        self._fail(error)

"""The IMAP connection itself: the standard library's imaplib with bounded reading and an IDLE that can be woken.

Why its own reading, at the places that imaplib documents as overridable:
- imaplib reads through a buffered file, so a "+ idling" and an "* 5 EXISTS" in one packet leave the second where no
  poll() of the socket shows it, and the news waits for the next renewal;
- IMAPClient's idle_check() reads without blocking and takes a line cut by a packet's end for a broken connection,
  and answers an end of the connection with an empty list, again and again;
- nothing there bounds a literal or a flood of untagged lines.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import select
import socket
import ssl
import time
from ipaddress import ip_address
from typing import Any

import imapclient

from mailer.mailbox.limits import Limits
from mailer.model import Security, Server

NEWS = re.compile(rb"\* \d+ (EXISTS|RECENT)\b", re.IGNORECASE)
BLOCK = 65_536
LINE_FEED = b"\n"


class Wire(imaplib.IMAP4):
    """One connection; `context` is used at once where the server wants TLS from the first octet."""

    def __init__(self, server: Server, context: ssl.SSLContext | None, limits: Limits) -> None:
        self._server = server
        self._context = context if server.security is Security.tls else None
        self._limits = limits
        self._buffer = bytearray()
        self._scanned = 0
        self._buffer_of: socket.socket | None = None
        self.extra_octets = 0  # what the command under way was asked to bring, beyond the usual
        self._renew()
        super().__init__(server.host, server.port, limits.connect)

    def _renew(self) -> None:
        """A new command: its answer may take so much, and so long."""
        self._octets_left = self._limits.command_octets + self.extra_octets
        self._deadline = time.monotonic() + self._limits.command

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        connection = socket.create_connection((self._server.host, self._server.port), timeout or self._limits.connect)
        try:
            return self._prepared(connection)
        except BaseException:
            connection.close()
            raise

    def _prepared(self, connection: socket.socket) -> socket.socket:
        _keep_alive(connection)
        # IMAPClient writes a search in two pieces; Nagle's algorithm would hold the second back for 40 ms
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._server.security is Security.none:
            peer = connection.getpeername()[0]
            if not ip_address(peer.partition("%")[0]).is_loopback:
                raise self.error(f"{self._server.host} leads to {peer}, which is not this machine: clear text is out")
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_hostname=self._server.host)
        connection.settimeout(self._limits.read)
        return connection

    def send(self, data: Any) -> None:
        """Send octets; each command starts a new allowance for its answer."""
        self._renew()
        super().send(data)

    def read(self, size: int) -> bytes:
        """Read a literal. Raises abort where it is larger than anything we ask for."""
        if size > self._octets_left:
            raise self.abort(f"the server announces {size} octets at once")
        while len(self._buffer) < size:
            self._fill()
        return self._taken(size)

    def readline(self) -> bytes:
        """Read a line. Raises abort at the connection's end, or where no line end comes within bounds."""
        self._forget_other_socket()
        while (end := self._buffer.find(LINE_FEED, self._scanned)) < 0:
            self._scanned = len(self._buffer)
            if self._scanned > self._limits.line:
                raise self.abort("the server sends a line without end")
            self._fill()
        return self._taken(end + 1)

    def _taken(self, size: int) -> bytes:
        octets = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._scanned = 0
        return octets

    def _forget_other_socket(self) -> None:
        """After STARTTLS, what came before it in clear text is not the server's word (RFC 9051 section 11.1)."""
        if self._buffer_of is not self.sock:
            self._buffer.clear()
            self._scanned = 0
            self._buffer_of = self.sock

    def _fill(self) -> None:
        self._forget_other_socket()
        if time.monotonic() > self._deadline:
            raise self.abort("the server takes too long to answer")
        octets = self.sock.recv(BLOCK)
        if not octets:
            raise self.abort("the server closed the connection")
        self._octets_left -= len(octets)
        if self._octets_left < 0:
            raise self.abort("the server sends without end")
        self._buffer += octets

    # IDLE (RFC 2177)

    def start_idle(self) -> tuple[bytes, bool]:
        """Send IDLE; give its tag, and whether news came before the server's "+". Raises error where refused."""
        tag: bytes = self._command("IDLE")
        news = False
        while (line := self._get_response()) is not None:
            self._check_bye()  # with the server's own words for why it ends
            if answer := self.tagged_commands.pop(tag, None):
                raise self.error(f"IDLE was refused: {answer!r}")
            self.tagged_commands[tag] = None
            news = news or bool(NEWS.match(line))
        return tag, news

    def wait(self, seconds: float, wake: WakePipe) -> bool:
        """Wait for a line from the server, or for `wake`; True where a line is there to be read."""
        if self._buffer or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            return True
        poller = select.poll()
        poller.register(self.sock, select.POLLIN)
        poller.register(wake, select.POLLIN)
        ready = {descriptor for descriptor, _ in poller.poll(max(0.0, seconds) * 1000)}
        self._renew()
        return self.sock.fileno() in ready

    def idle_lines(self) -> bool:
        """Read the lines that came during IDLE; True where one says that there is new mail."""
        news = False
        while True:
            line = self._get_response()
            news = news or bool(line is not None and NEWS.match(line))
            self._check_bye()
            self.untagged_responses.clear()
            if LINE_FEED not in self._buffer:
                return news

    def end_idle(self, tag: bytes) -> bool:
        """Send DONE and read up to the command's end; True where news came meanwhile. Raises error, abort."""
        self.send(b"DONE\r\n")
        news = False
        while not self.tagged_commands[tag]:
            line = self._get_response()
            news = news or bool(line is not None and NEWS.match(line))
            self._check_bye()
        answer: Any = self.tagged_commands.pop(tag)
        self.untagged_responses.clear()
        if not answer or answer[0] != "OK":
            raise self.error(f"IDLE ended with {answer!r}")
        return news


class ImapClient(imapclient.IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """IMAPClient over our connection, silent: it would build log lines out of every mail's text."""

    def __init__(self, server: Server, context: ssl.SSLContext | None, limits: Limits) -> None:
        self._wire_of = (server, context, limits)
        timeout = imapclient.SocketTimeout(limits.connect, limits.read)
        is_tls = server.security is Security.tls
        super().__init__(server.host, server.port, ssl=is_tls, ssl_context=context, timeout=timeout)
        self._imap.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> Wire:
        return Wire(*self._wire_of)

    @property
    def wire(self) -> Wire:
        wire: Wire = self._imap
        return wire

    def drop(self) -> None:
        """Close the connection at once."""
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self.wire.shutdown()


def _keep_alive(connection: socket.socket) -> None:
    """Let the kernel notice within two minutes that the other side is gone, while IDLE says nothing."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


class WakePipe:
    """Ends the wait of the one thread that polls it; any other may call wake(). A pair of sockets, since a closed
    socket object can't hit a stranger's descriptor as a closed pipe's number can."""

    def __init__(self) -> None:
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)

    def fileno(self) -> int:
        return self._reading.fileno()

    def wake(self) -> None:
        """End the wait of whoever polls. Never blocks; from any thread, also from a signal handler."""
        with contextlib.suppress(OSError):  # full: somebody else has woken it; closed: nobody waits
            self._writing.send(b"!")

    def wait(self, seconds: float) -> None:
        """Sleep for `seconds` at most, or until woken."""
        poller = select.poll()
        poller.register(self._reading, select.POLLIN)
        poller.poll(max(0.0, seconds) * 1000)

    def drain(self) -> None:
        """Take what was written, so that the next wait waits."""
        with contextlib.suppress(BlockingIOError):
            self._reading.recv(BLOCK)

    def close(self) -> None:
        self._reading.close()
        self._writing.close()

"""One request over verified TLS, bounded in time and size; redirects are the caller's to follow."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mailer.model import Security, Server
from mailer.tls import tls_context

MAX_ANSWER = 256 * 1024
"""Octets of an answer that are read."""

FAILURES = (OSError, http.client.HTTPException, ValueError)
"""Whatever a network, a server or an impossible address does to a request (ssl.SSLError is an OSError)."""


class NotSecureError(ValueError):
    """The address is not https."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. `location` is where a redirect leads."""

    status: int
    body: bytes = field(repr=False)
    location: str = ""


def exchange(url: str, form: str | None = None, *, ca_file: str = "", seconds: float = 15.0) -> Answer:
    """Get a page, or post a form. Raises NotSecureError, or another of FAILURES."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https" or not host:
        raise NotSecureError(url)
    ends = time.monotonic() + seconds
    context = tls_context(Server(host, port, Security.tls, ca_file))
    connection = http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept": "application/json, application/xml, text/xml"}
    raw = socket.create_connection((host, port), seconds)
    with raw, closing(connection), _cut_at(raw, ends):
        connection.sock = context.wrap_socket(raw, server_hostname=host)
        if form is None:
            connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", path, form.encode(), headers)
        answer = connection.getresponse()
        return Answer(answer.status, _read(answer), answer.getheader("Location") or "")


@contextmanager
def _cut_at(raw: socket.socket, ends: float) -> Iterator[None]:
    """End a connection at a moment of the monotonic clock: a socket's own timeout begins anew with every octet.

    Raises TimeoutError where it came to that.
    """
    wire, late = raw.dup(), threading.Event()  # a second handle: TLS takes the first one over

    def cut() -> None:
        late.set()
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(ends - time.monotonic(), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        wire.close()
        if late.is_set():
            raise TimeoutError("it answers too slowly") from None


def _read(answer: http.client.HTTPResponse) -> bytes:
    body = b""
    while len(body) < MAX_ANSWER and (part := answer.read1(MAX_ANSWER)):
        body += part
    return body[:MAX_ANSWER]

"""One request over verified TLS, bounded in time and size; redirects are the caller's to follow."""

from __future__ import annotations

import http.client
import time
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
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": "application/json, application/xml, text/xml"}
        if form is None:
            connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", path, form.encode(), headers)
        answer = connection.getresponse()
        return Answer(answer.status, _read(answer, ends), answer.getheader("Location") or "")
    finally:
        connection.close()


def _read(answer: http.client.HTTPResponse, ends: float) -> bytes:
    body = b""
    while len(body) < MAX_ANSWER and (part := answer.read1(MAX_ANSWER)):
        body += part
        if time.monotonic() > ends:
            raise TimeoutError("it answers too slowly")
    return body[:MAX_ANSWER]

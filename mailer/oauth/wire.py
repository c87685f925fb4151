"""One form sent to an authorisation server over verified TLS, and its answer: bounded in time and size."""

from __future__ import annotations

import http.client
import ssl
import time
from urllib.parse import urlsplit

from mailer.errors import SecretError, SecretLaterError
from mailer.model import Security, Server
from mailer.tls import tls_context

SECONDS = 15.0
"""How long one request may take."""

MAX_ANSWER = 256 * 1024
"""Octets of an answer that are read."""

TOO_MANY = 429  # RFC 6585 section 4


def post(url: str, form: str, ca_file: str = "") -> str:
    """Send a form; the answer's body, whether it grants or refuses. Redirects are not followed.

    Raises SecretLaterError where the server is out of reach or busy, SecretError where it can't be trusted.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https":
        raise SecretError(f"{url} is no https address, so no secret is sent there", mend="correct account.oauth")
    try:
        context = tls_context(Server(host, port, Security.tls, ca_file))
        connection = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context)
        try:
            status, body = _exchange(connection, f"{parts.path or '/'}?{parts.query}".rstrip("?"), form)
        finally:
            connection.close()
    except ssl.SSLCertVerificationError as error:
        what = f"the certificate of {host} can't be trusted: {error.verify_message}"
        raise SecretError(what, mend="if it is your own server, name its authority in account.ca_file") from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SecretLaterError(f"{host}, which gives out tokens, can't be reached: {reason}") from error
    if status >= 500 or status == TOO_MANY:
        raise SecretLaterError(f"{host}, which gives out tokens, is busy or broken (status {status})")
    return body


def _exchange(connection: http.client.HTTPSConnection, path: str, form: str) -> tuple[int, str]:
    ends = time.monotonic() + SECONDS
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    connection.request("POST", path, form.encode(), headers)
    answer = connection.getresponse()
    body = b""
    while len(body) < MAX_ANSWER and (part := answer.read1(MAX_ANSWER)):
        body += part
        if time.monotonic() > ends:
            raise TimeoutError("it answers too slowly")
    return answer.status, body.decode("utf-8", "replace")

"""The servers as a stranger sees them: the sign-in that sends, certificates, and what time it is there."""

from __future__ import annotations

import asyncio
import imaplib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from mailer.doctor.patient import Patient
from mailer.doctor.report import Check, failed, ok, skipped, warning
from mailer.model import Delivery, Outcome, Security, Server
from mailer.smtp.pool import NO_NAME
from mailer.tls import tls_context

SOON = 14
"""A certificate that ends within so many days is worth a word: those of Let's Encrypt are renewed 30 days before."""

APART = 90.0
"""Seconds by which clocks may differ before it is told: signatures and one-time codes allow a little more."""

REACHED = "see the host, the port, `security`, `ca_file` and the network"
"""What mends a server that can't be reached as configured."""

DATE = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
"""A date as RFC 5322 section 3.3 writes it; some servers greet with one."""


def sending(patient: Patient) -> Iterator[Check]:
    """Sign in to the server that takes mail, and send nothing."""

    async def look() -> Delivery:
        pool = patient.pool()
        try:
            return await pool.check()
        finally:
            await pool.close()

    answer = asyncio.run(look())
    if answer.outcome is Outcome.accepted:
        yield ok("sending", "the server takes the sign-in")
    elif answer.outcome is Outcome.account:
        status = f" ({answer.code} {answer.enhanced})".replace(" )", ")") if answer.code else ""
        mend = answer.mend or (patient.how_to_sign_in() if answer.stage == "login" else REACHED)
        yield failed("sending", f"refused at {answer.stage}{status}", mend, answer.text)
    else:
        yield failed("sending", f"no connection that works ({answer.stage})", REACHED, answer.text)


def smtp_greeting(patient: Patient) -> Iterator[Check]:
    """The certificate of the server that takes mail, and its clock where it greets with the time."""
    name, server = "certificate of the sending server", patient.config.smtp_server()
    try:
        certificate, greeting = _greeted_smtp(server, patient.patience)
    except OSError as error:
        yield _unseen(name, error)
        return
    yield expiry(name, server, certificate, patient.clock())
    yield clock(patient, greeting)


def imap_greeting(patient: Patient) -> Iterator[Check]:
    """The certificate of the server that keeps the mailbox."""
    name, server = "certificate of the mailbox server", patient.config.imap_server()
    try:
        certificate = _imap_certificate(server, patient.patience)
    except OSError as error:
        yield _unseen(name, error)
        return
    yield expiry(name, server, certificate, patient.clock())


def _unseen(name: str, error: OSError) -> Check:
    if isinstance(error, ssl.SSLCertVerificationError):
        mend = "see the host's name; a certificate of your own goes into ca_file"
        return failed(name, "it can't be trusted", mend, error.verify_message)
    if isinstance(error, TimeoutError):
        return failed(name, "the server did not answer in time", REACHED)
    if isinstance(error, FileNotFoundError):  # no socket here is a file
        return failed(name, "`ca_file` isn't there", "mend account.ca_file")
    return failed(name, "the server shows none", REACHED, error.strerror or str(error) or type(error).__name__)


def expiry(name: str, server: Server, certificate: dict[str, Any], now: datetime) -> Check:
    """How long a certificate, which was verified already, is still good."""
    if server.security is Security.none:
        return skipped(name, "there is none: clear text, on this machine only")
    days = int((ssl.cert_time_to_seconds(str(certificate["notAfter"])) - now.timestamp()) // 86_400)
    if days < SOON:
        return warning(name, f"it ends in {days} days", "tell whoever runs the server; nothing can be sent after that")
    return ok(name, f"good for {days} days")


def clock(patient: Patient, greeting: str) -> Check:
    """This machine's clock against the time in a greeting."""
    found = DATE.search(greeting)
    if not found:
        return skipped("clock", "the server greets without the time", "`mailer doctor --send` compares it by a letter")
    return compared(patient.clock(), parsedate_to_datetime(found[0]))


def compared(here: datetime, there: datetime) -> Check:
    """This machine's clock against a server's."""
    apart = (here - there).total_seconds()
    if abs(apart) <= APART:
        return ok("clock", f"within {max(1, round(abs(apart)))} seconds of the server's")
    direction = "ahead of" if apart > 0 else "behind"
    return warning("clock", f"{abs(apart):.0f} seconds {direction} the server's", "set the clock; let NTP keep it")


def _greeted_smtp(server: Server, patience: float) -> tuple[dict[str, Any], str]:
    """The verified certificate and the greeting. Raises OSError (which smtplib's errors are)."""
    context = tls_context(server)
    if server.security is Security.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=NO_NAME, timeout=patience, context=context)
    else:
        smtp = smtplib.SMTP(local_hostname=NO_NAME, timeout=patience)
    try:
        smtp._host = server.host  # type: ignore[attr-defined]  # smtplib checks the certificate against this name
        _, words = smtp.connect(server.host, server.port)
        if server.security is Security.starttls:
            smtp.starttls(context=context)
        return _certificate(smtp.sock), words.decode("utf-8", "replace")
    finally:
        smtp.close()


def _imap_certificate(server: Server, patience: float) -> dict[str, Any]:
    """The verified certificate. Raises OSError."""
    if server.security is Security.none:
        return {}
    context = tls_context(server)
    try:
        if server.security is Security.tls:
            with (
                socket.create_connection((server.host, server.port), patience) as raw,
                context.wrap_socket(raw, server_hostname=server.host) as wrapped,
            ):
                return _certificate(wrapped)
        imap = imaplib.IMAP4(server.host, server.port, timeout=patience)
        try:
            imap.starttls(context)
            return _certificate(imap.socket())
        finally:
            imap.shutdown()
    except imaplib.IMAP4.error as error:
        raise OSError(str(error)) from error


def _certificate(connection: Any) -> dict[str, Any]:
    return dict(connection.getpeercert() or {}) if isinstance(connection, ssl.SSLSocket) else {}

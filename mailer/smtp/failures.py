"""What went wrong with a connection, as a delivery in plain words."""

from __future__ import annotations

import socket
import ssl

import aiosmtplib

from mailer.errors import is_exhausted
from mailer.model import Delivery, Outcome
from mailer.smtp.replies import one_line, read_reply, refused

LOST: tuple[type[Exception], ...] = (aiosmtplib.SMTPException, OSError)
"""All that a server or a network can do to a command (ssl.SSLError, ConnectionError and TimeoutError are OSErrors)."""

MISCONFIGURED_TLS = frozenset({"WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"})
"""OpenSSL's reasons that say that the other side doesn't speak the TLS we want, now or tomorrow."""


class EndedError(Exception):
    """The attempt ended here, as `delivery` says. Never leaves this package."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(str(delivery))
        self.delivery = delivery


def _root(error: BaseException) -> BaseException:
    """The first cause: aiosmtplib wraps what the socket said."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _in_words(error: BaseException) -> str:
    root = _root(error)
    if isinstance(root, ssl.SSLCertVerificationError):
        return f"the mail server's certificate can't be trusted: {root.verify_message}"
    if isinstance(root, ssl.SSLError) and root.reason in MISCONFIGURED_TLS:
        return f"the mail server doesn't speak TLS as wanted at this port ({root.reason}): is `security` right?"
    if isinstance(root, socket.gaierror):
        return f"the mail server's name can't be looked up: {root.strerror}"
    if isinstance(root, ConnectionRefusedError):
        return "nobody takes connections at the mail server's port"
    if isinstance(root, TimeoutError) or isinstance(error, TimeoutError):
        return "the mail server didn't answer in time"
    if isinstance(root, (ConnectionError, aiosmtplib.SMTPServerDisconnected)):
        return f"the mail server broke off the connection ({_reason(root)})"
    if is_exhausted(root):
        return f"this program can open nothing more ({_reason(root)})"
    return one_line(_reason(root) or str(error) or type(root).__name__)


def _reason(error: BaseException) -> str:
    """The error's own words, without the number that the system gives it."""
    return one_line(getattr(error, "strerror", None) or str(error))


def lost(stage: str, error: BaseException) -> Delivery:
    """A connection that broke, was refused, or spoke nonsense: later.

    A certificate that can't be trusted is the account's problem instead: trying again mends it no more than it mends a
    wrong password, and the owner must know that somebody may be in between.
    """
    root = _root(error)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        if error.code >= 200:
            return refused(stage, read_reply(error.code, error.message))
        return Delivery(Outcome.later, stage, text=f"the mail server's answer can't be read: {one_line(error.message)}")
    hopeless = isinstance(root, ssl.SSLCertVerificationError) or (
        isinstance(root, ssl.SSLError) and root.reason in MISCONFIGURED_TLS
    )
    return Delivery(Outcome.account if hopeless else Outcome.later, stage, text=_in_words(error))

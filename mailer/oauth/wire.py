"""One form sent to an authorisation server, and its answer."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

from mailer.errors import SecretError, SecretLaterError
from mailer.https import FAILURES, NotSecureError, exchange

TOO_MANY = 429  # RFC 6585 section 4


def post(url: str, form: str, ca_file: str = "") -> str:
    """Send a form; the answer's body, whether it grants or refuses.

    Raises SecretLaterError where the server is out of reach or busy, SecretError where it can't be trusted.
    """
    host = urlsplit(url).hostname
    try:
        answer = exchange(url, form, ca_file=ca_file)
    except NotSecureError as error:
        what = f"{url} is no https address, so no secret is sent there"
        raise SecretError(what, mend="correct account.oauth") from error
    except ssl.SSLCertVerificationError as error:
        what = f"the certificate of {host} can't be trusted: {error.verify_message}"
        raise SecretError(what, mend="if it is your own server, name its authority in account.ca_file") from error
    except FAILURES as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SecretLaterError(f"{host}, which gives out tokens, can't be reached: {reason}") from error
    if answer.status >= 500 or answer.status == TOO_MANY:
        raise SecretLaterError(f"{host}, which gives out tokens, is busy or broken (status {answer.status})")
    return answer.body.decode("utf-8", "replace")

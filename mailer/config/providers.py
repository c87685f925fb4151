"""What is known of mail services: hosts, ports, and whether they file a sent message by themselves.

`files_sent` is true only for services known to put every message they took over SMTP into the Sent folder: a
message's absence from there counts as proof that it was not sent, so a guess would double mail.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailer.model import Security, Server


@dataclass(frozen=True, slots=True)
class Provider:
    """One mail service. `names` are what `provider:` may say, the first is its own."""

    names: tuple[str, ...]
    smtp: Server
    imap: Server
    files_sent: bool = False


def _tls(host: str, port: int) -> Server:
    return Server(host, port, Security.tls)


def _starttls(host: str, port: int = 587) -> Server:
    return Server(host, port, Security.starttls)


PROVIDERS: tuple[Provider, ...] = (
    Provider(("fastmail",), _tls("smtp.fastmail.com", 465), _tls("imap.fastmail.com", 993)),
    Provider(("gmail", "googlemail", "google"), _tls("smtp.gmail.com", 465), _tls("imap.gmail.com", 993), True),
    Provider(
        ("outlook", "hotmail", "live", "msn"),
        _starttls("smtp-mail.outlook.com"),
        _tls("outlook.office365.com", 993),
        True,
    ),
    Provider(
        ("office365", "microsoft365", "exchange-online"),
        _starttls("smtp.office365.com"),
        _tls("outlook.office365.com", 993),
        True,
    ),
    Provider(("icloud", "me", "mac"), _starttls("smtp.mail.me.com"), _tls("imap.mail.me.com", 993)),
    Provider(("yahoo", "ymail"), _tls("smtp.mail.yahoo.com", 465), _tls("imap.mail.yahoo.com", 993)),
    Provider(("aol",), _tls("smtp.aol.com", 465), _tls("imap.aol.com", 993)),
    Provider(("gmx", "gmx.net", "gmx.de"), _tls("mail.gmx.net", 465), _tls("imap.gmx.net", 993)),
    Provider(("gmx.com",), _tls("mail.gmx.com", 465), _tls("imap.gmx.com", 993)),
    Provider(("web.de",), _starttls("smtp.web.de"), _tls("imap.web.de", 993)),
    Provider(("posteo",), _tls("posteo.de", 465), _tls("posteo.de", 993)),
    Provider(("mailbox.org", "mailbox"), _tls("smtp.mailbox.org", 465), _tls("imap.mailbox.org", 993)),
    Provider(("zoho",), _tls("smtp.zoho.com", 465), _tls("imap.zoho.com", 993)),
    Provider(("zoho.eu",), _tls("smtp.zoho.eu", 465), _tls("imap.zoho.eu", 993)),
    Provider(("migadu",), _tls("smtp.migadu.com", 465), _tls("imap.migadu.com", 993)),
    Provider(("runbox",), _tls("mail.runbox.com", 465), _tls("mail.runbox.com", 993)),
    Provider(("purelymail",), _tls("smtp.purelymail.com", 465), _tls("imap.purelymail.com", 993)),
    Provider(("disroot",), _tls("disroot.org", 465), _tls("disroot.org", 993)),
    Provider(("infomaniak",), _tls("mail.infomaniak.com", 465), _tls("mail.infomaniak.com", 993)),
    Provider(("ovh",), _tls("ssl0.ovh.net", 465), _tls("ssl0.ovh.net", 993)),
)

BY_NAME: dict[str, Provider] = {name: provider for provider in PROVIDERS for name in provider.names}
"""Every name that `provider:` may say."""

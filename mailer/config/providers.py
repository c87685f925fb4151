"""What is known of mail services, and how an address leads to its service.

Hosts and ports are those of the services' own help pages and of Thunderbird's public autoconfig database. Where mail
is filed by the server itself, the source stands beside it; without a source `files_sent` stays false, since a guess
would double mail.
"""

from __future__ import annotations

from mailer.config.provider import Provider
from mailer.config.provider_giants import GIANTS
from mailer.config.provider_hosting import HOSTING
from mailer.config.provider_mailboxes import MAILBOXES
from mailer.model import Server

PROVIDERS: tuple[Provider, ...] = (*GIANTS, *MAILBOXES, *HOSTING)

BY_NAME: dict[str, Provider] = {name: provider for provider in PROVIDERS for name in provider.names}
"""Every name that `provider:` may say."""

_BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains}
_BY_MX = {suffix: provider for provider in PROVIDERS for suffix in provider.mx}

WITHOUT_IMAP: dict[str, str] = dict.fromkeys(
    ("tuta.com", "tutanota.com", "tutanota.de", "tutamail.com", "tuta.io", "keemail.me"),
    "Tuta has neither IMAP nor SMTP for programs",
) | dict.fromkeys(("hey.com",), "HEY has neither IMAP nor SMTP for programs")
"""Domains whose mail no program can reach, and why."""


def by_domain(domain: str) -> Provider | None:
    """The service whose own mail domain this is (`onmicrosoft.com` also for `acme.onmicrosoft.com`)."""
    return _by_suffix(domain, _BY_DOMAIN) if domain.lower().endswith(".onmicrosoft.com") else _exact(domain)


def _exact(domain: str) -> Provider | None:
    return _BY_DOMAIN.get(domain.lower().rstrip("."))


def by_mx(host: str) -> Provider | None:
    """The service that runs this mail exchanger, as far as its name tells."""
    return _by_suffix(host, _BY_MX)


def by_servers(smtp: Server, imap: Server) -> Provider | None:
    """The service that has these very servers; the first where several do."""
    return next((each for each in PROVIDERS if _same(each.smtp, smtp) and _same(each.imap, imap)), None)


def that_sends(name: str, smtp: Server, imap: Server) -> Provider | None:
    """The service whose limits hold for what leaves: the one named, unless mail goes through another one."""
    named = BY_NAME.get(name)
    return named if named is not None and _same(named.smtp, smtp) else by_servers(smtp, imap)


def limits_known(service: Provider | None) -> str:
    """What a service takes, or that nobody knows: a sentence without its full stop, for the owner."""
    if service is None:
        return "no limit of your mail service is known, so these are mailer's own"
    label = service.label.partition(",")[0]
    if not service.takes:
        return f"no limit of {label} is known, so these are mailer's own"
    return f"{label} takes {service.takes}"


def _same(known: Server, found: Server) -> bool:
    """Whether it is the same host; on this machine the port tells one server from another."""
    return known.host == found.host.lower() and (not known.is_loopback or known.port == found.port)


def _by_suffix(host: str, table: dict[str, Provider]) -> Provider | None:
    labels = host.lower().rstrip(".").split(".")
    return next((table[name] for at in range(len(labels)) if (name := ".".join(labels[at:])) in table), None)

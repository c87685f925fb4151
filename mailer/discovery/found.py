"""What a search finds, and where it looks."""

from __future__ import annotations

from dataclasses import dataclass

from mailer.config.provider import OAuthEndpoints, Provider
from mailer.model import Security, Server


@dataclass(frozen=True, slots=True)
class Found:
    """The servers of one address. `source` says where the answer came from, as the end of a sentence.

    `trusted` is False where somebody on the way could have made the answer up, and it leads out of the address's own
    domain: the owner must say yes before a password goes there (RFC 6186 section 6).
    """

    smtp: Server
    imap: Server
    username: str
    source: str
    trusted: bool = True
    provider: Provider | None = None
    oauth: OAuthEndpoints | None = None
    page: str = ""  # what the service's help says of it


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look. Texts hold `{domain}`, and the first kind also `{address}`.

    `own`: addresses of a domain's own autoconfig file. `database`: the public one. `imap_hosts`, `smtp_hosts`: names to
    guess. `nameserver` and its port: instead of the machine's own. `ca_file`: more authorities to trust.
    """

    own: tuple[str, ...]
    database: str
    imap_hosts: tuple[str, ...] = ("imap.{domain}", "mail.{domain}", "{domain}")
    smtp_hosts: tuple[str, ...] = ("smtp.{domain}", "mail.{domain}", "{domain}")
    imap_ports: tuple[tuple[int, Security], ...] = ((993, Security.tls), (143, Security.starttls))
    smtp_ports: tuple[tuple[int, Security], ...] = ((465, Security.tls), (587, Security.starttls))
    nameserver: str = ""
    nameserver_port: int = 53
    ca_file: str = ""
    seconds: float = 5.0


def within(host: str, domain: str) -> bool:
    """Whether a host is the domain itself or below it."""
    name, above = host.lower().rstrip("."), domain.lower().rstrip(".")
    return name == above or name.endswith(f".{above}")

"""Which servers the account has: those the owner names, or what is found, said with where it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailer.cli.setup.asking import Asker
from mailer.cli.trying import answers
from mailer.config.part import is_loopback
from mailer.config.providers import BY_NAME, WITHOUT_IMAP, by_servers
from mailer.config.shape import IMAP_PORTS, SMTP_PORTS
from mailer.discovery import PUBLIC, Found, find
from mailer.discovery.search import of_provider
from mailer.errors import DiscoveryError, UsageError
from mailer.model import Security, Server
from mailer.yamlfile import did_you_mean

if TYPE_CHECKING:
    from mailer.cli.call import Call

_PLACE = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[^\s/:@]+)(?::(?P<port>[0-9]{1,5}))?(?:/(?P<security>[a-z]+))?")
_FORM = "write HOST, HOST:PORT or HOST:PORT/tls (or /starttls)"


@dataclass(frozen=True, slots=True)
class Named:
    """What the owner said of the servers, on the command line; empty where nothing."""

    provider: str | None
    imap: str | None
    smtp: str | None
    username: str | None
    ca_file: str
    anywhere: bool  # servers outside of the address's domain are fine


def choose(call: Call, ask: Asker, address: str, named: Named) -> Found:
    """The servers to sign in to. Raises UsageError where there are none."""
    found = _given(address, named) or _discovered(call, ask, address, named)
    found = replace(found, username=named.username or found.username)
    if named.ca_file:
        smtp, imap = (replace(server, ca_file=named.ca_file) for server in (found.smtp, found.imap))
        found = replace(found, smtp=smtp, imap=imap)
    return found


def _given(address: str, named: Named) -> Found | None:
    if named.provider is not None:
        known = BY_NAME.get(named.provider)
        if known is None:
            raise UsageError(
                f"{named.provider} is no mail service known here",
                mend=did_you_mean(named.provider, BY_NAME) or "leave --provider out: the servers are looked for",
            )
        return of_provider(known, address, "what you said")
    if named.imap is None and named.smtp is None:
        return None
    if named.imap is None or named.smtp is None:
        raise UsageError("one server is named and the other is not", mend="give --imap and --smtp, or neither")
    imap, smtp = parse_server(named.imap, IMAP_PORTS), parse_server(named.smtp, SMTP_PORTS)
    return _of_hosts(smtp, imap, address)


def _of_hosts(smtp: Server, imap: Server, address: str) -> Found:
    known = by_servers(smtp, imap)
    return Found(smtp, imap, address, "what you said", provider=known, oauth=known.oauth if known else None)


def parse_server(text: str, usual: dict[Security, int]) -> Server:
    """`imap.example.org`, `imap.example.org:993` or `imap.example.org:143/starttls`. Raises UsageError."""
    match = _PLACE.fullmatch(text.strip())
    if (
        match is None
        or (match["security"] or "tls") not in list(Security)
        or int(match["port"] or 1) not in range(1, 65536)
    ):
        raise UsageError(f"{text!r} names no server", mend=_FORM)
    by_port = {port: security for security, port in usual.items() if security is not Security.none}
    port = int(match["port"]) if match["port"] else None
    security = Security(match["security"]) if match["security"] else by_port.get(port or 0, Security.tls)
    host = match["host"].strip("[]")
    if security is Security.none and not is_loopback(host):
        raise UsageError(f"the password would travel to {host} in clear text", mend="write tls or starttls")
    return Server(host, port or usual[security], security)


def _discovered(call: Call, ask: Asker, address: str, named: Named) -> Found:
    domain = address.rpartition("@")[2]
    if (why := WITHOUT_IMAP.get(domain.lower())) is not None:
        raise UsageError(f"{why}, so mailer can't work with it", mend="use an address at another service")
    call.note(f"Looking for the mail servers of {domain} ...")
    places = replace(PUBLIC, ca_file=named.ca_file) if named.ca_file else PUBLIC
    try:
        for found in find(address, places, answers):
            call.tell(f"  {_told(found.smtp, found.imap)}\n  says {found.source}.")
            if found.trusted or named.anywhere or _agreed(ask, found, domain):
                return found
    except DiscoveryError as error:
        if not ask.interactive:
            raise
        call.tell(f"{error}.")
    return _typed(call, ask, address)


def _agreed(ask: Asker, found: Found, domain: str) -> bool:
    """Whether a password may go to servers outside of the domain on a word that anybody could have given."""
    if not ask.interactive:
        where = f"--imap {_place(found.imap)} --smtp {_place(found.smtp)}"
        raise UsageError(
            f"the servers found are not of {domain}, and nobody vouches for them", mend=f"confirm them: {where}"
        )
    return ask.yes(None, f"These servers are not of {domain}. May they get your password?", default=False)


def _typed(call: Call, ask: Asker, address: str) -> Found:
    if not ask.interactive:
        raise UsageError(f"no mail servers were found for {address}", mend="name them with --imap and --smtp")
    call.tell("Nothing was found that will do. Your provider's help pages name an IMAP and an SMTP server.")
    imap = ask.text(None, "--imap", "IMAP server", check=lambda text: _checked(text, IMAP_PORTS))
    smtp = ask.text(None, "--smtp", "SMTP server", check=lambda text: _checked(text, SMTP_PORTS))
    return _of_hosts(parse_server(smtp, SMTP_PORTS), parse_server(imap, IMAP_PORTS), address)


def _checked(text: str, usual: dict[Security, int]) -> str:
    parse_server(text, usual)
    return text


def _told(smtp: Server, imap: Server) -> str:
    return f"mail goes through {_place(smtp)}, the mailbox is at {_place(imap)}"


def _place(server: Server) -> str:
    return f"{server.host}:{server.port}/{server.security}"

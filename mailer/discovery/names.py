"""What the DNS says of a mail domain: SRV records (RFC 2782, RFC 6186, RFC 8314) and mail exchangers."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from mailer.discovery.found import Found, Places, within
from mailer.model import Security, Server

# Implicit TLS is preferred over STARTTLS (RFC 8314 section 3)
IMAP = (("_imaps._tcp", Security.tls), ("_imap._tcp", Security.starttls))
SMTP = (("_submissions._tcp", Security.tls), ("_submission._tcp", Security.starttls))

NOT_OFFERED = "."
"""The target that says that a service is not offered (RFC 2782)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Records of one name. `authenticated`: DNSSEC vouches for them."""

    records: Sequence[Any] = ()
    authenticated: bool = False


class Names:
    """Asks the machine's resolver, or the one that the places name."""

    def __init__(self, places: Places) -> None:
        import dns.flags
        import dns.resolver

        self._resolver = dns.resolver.Resolver(configure=not places.nameserver)
        if places.nameserver:
            self._resolver.nameservers = [places.nameserver]
            self._resolver.port = places.nameserver_port
        self._resolver.lifetime = places.seconds
        self._resolver.use_edns(0, dns.flags.DO, 1232)
        self._resolver.flags = dns.flags.RD | dns.flags.AD  # RFC 6840 section 5.7: tell whether you checked
        self._authenticated = dns.flags.AD
        self.silent = False  # nobody answers: each further question would cost as long again

    def ask(self, name: str, kind: str) -> Answers:
        """All records of a kind; none where there are none, or nobody answers."""
        import dns.exception
        import dns.resolver

        if self.silent:
            return Answers()
        try:
            answer = self._resolver.resolve(name, kind, search=False)
        except dns.resolver.LifetimeTimeout:
            self.silent = True
            return Answers()
        except (dns.exception.DNSException, OSError, ValueError):
            return Answers()
        # Only a resolver on this machine can be believed to have checked: what it says crosses no network
        vouched = bool(answer.response.flags & self._authenticated) and all(map(_is_here, self._resolver.nameservers))
        return Answers(list(answer), vouched)


def system_answers(domain: str) -> bool:
    """Whether the system finds out about names in its own way, be it that there is no such name. Takes up to 10 seconds
    where nobody answers (resolv.conf(5))."""
    try:
        socket.getaddrinfo(domain, None)
    except socket.gaierror as error:
        return error.errno != socket.EAI_AGAIN
    except UnicodeError:  # no name
        return True
    return True


def _is_here(nameserver: object) -> bool:
    try:
        return ip_address(str(nameserver)).is_loopback
    except ValueError:
        return False


def exchangers(names: Names, domain: str) -> list[str]:
    """The servers that take mail for a domain, the preferred one first."""
    records = sorted(names.ask(domain, "MX").records, key=lambda record: record.preference)
    return [host for record in records if (host := record.exchange.to_text(omit_final_dot=True)) not in ("", ".")]


def by_srv(names: Names, address: str, ca_file: str) -> Found | None:
    """The servers that the domain's SRV records name."""
    domain = address.rpartition("@")[2]
    imap, imap_vouched = _service(names, domain, IMAP, ca_file)
    smtp, smtp_vouched = _service(names, domain, SMTP, ca_file)
    if imap is None or smtp is None:
        return None
    vouched = imap_vouched and smtp_vouched
    trusted = vouched or (within(imap.host, domain) and within(smtp.host, domain))
    source = f"the SRV records of {domain}" + (", vouched for by DNSSEC" if vouched else "")
    return Found(smtp, imap, address, source, trusted)


def _service(
    names: Names, domain: str, labels: tuple[tuple[str, Security], ...], ca_file: str
) -> tuple[Server | None, bool]:
    for label, security in labels:
        answers = names.ask(f"{label}.{domain}", "SRV")
        best = min(answers.records, key=lambda record: (record.priority, -record.weight), default=None)
        if best is None or (host := best.target.to_text(omit_final_dot=True)) in ("", NOT_OFFERED):
            continue
        return Server(host.lower(), best.port, security, ca_file), answers.authenticated
    return None, False

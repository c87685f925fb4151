"""From an address to its servers, the surest answer first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailer.config.provider import Provider
from mailer.config.providers import by_domain, by_mx, by_servers
from mailer.discovery import autoconfig
from mailer.discovery.found import Found, Places
from mailer.discovery.guesses import Answers, by_guess
from mailer.discovery.names import Names, by_srv, exchangers, system_answers
from mailer.errors import DiscoveryError

PUBLIC = Places(
    own=(
        "https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={address}",
        "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    ),
    database="https://autoconfig.thunderbird.net/v1.1/{domain}",
)
"""Thunderbird's order of places, without those in clear text."""


def find(address: str, places: Places, answers: Answers) -> Iterator[Found]:
    """What is found, one place after the other: take the first that will do. Blocks: DNS, HTTPS, tries.

    The table that ships with the program, then who takes the domain's mail as far as the table knows them, SRV
    records, the domain's own autoconfig file, the public database, guesses. Raises DiscoveryError without a DNS.
    """
    domain = _ascii(address.rpartition("@")[2])
    if (known := by_domain(domain)) is not None:
        yield of_provider(known, address, f"the table that comes with this program ({known.label})")
        return
    names = Names(places)
    takers = exchangers(names, domain)
    if names.silent and not system_answers(domain):  # each further place would keep the owner waiting as long
        mend = "see whether the network lets you through, or name your servers with --imap and --smtp"
        raise DiscoveryError("nobody answers questions for names (DNS), so no servers can be looked for", mend=mend)
    carrier = next(filter(None, map(by_mx, takers)), None)
    if carrier is not None:
        yield of_provider(carrier, address, f"who takes the mail of {domain}: {carrier.label}")
    yield from filter(None, map(_known, _searched(address, domain, takers, names, places)))
    if (guess := by_guess(address, places, answers)) is not None:
        yield guess


def _ascii(domain: str) -> str:
    """The domain as the DNS and the web have it (RFC 5890)."""
    import idna

    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


def of_provider(known: Provider, address: str, source: str) -> Found:
    """What the table says of a service."""
    return Found(
        known.smtp, known.imap, known.username(address), source, provider=known, oauth=known.oauth, page=known.page
    )


def _searched(address: str, domain: str, takers: list[str], names: Names, places: Places) -> Iterator[Found | None]:
    yield by_srv(names, address, places.ca_file)
    for template in places.own:
        data = autoconfig.fetch(template, domain, address, places)
        yield autoconfig.read(data, address, f"the autoconfig file of {domain}", places.ca_file)
    data = autoconfig.fetch(places.database, domain, "", places)
    yield autoconfig.read(data, address, "the public autoconfig database", places.ca_file)
    if takers:  # nobody vouches for who takes the mail
        carrier = ".".join(takers[0].split(".")[-2:])
        data = autoconfig.fetch(places.database, carrier, "", places)
        found = autoconfig.read(data, address, f"the public autoconfig database, for {carrier}", places.ca_file)
        yield replace(found, trusted=False) if found else None


def _known(found: Found | None) -> Found | None:
    """The same, with what the table knows of these very servers."""
    if found is None or (known := by_servers(found.smtp, found.imap)) is None:
        return found
    return replace(found, provider=known, oauth=known.oauth, page=known.page, trusted=True)

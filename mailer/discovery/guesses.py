"""Names that servers usually have, tried all at once: the first that answers, verified, is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from mailer.discovery.found import Found, Places
from mailer.model import Security, Server

Kind = Literal["smtp", "imap"]
Answers = Callable[[Kind, Server], bool]
"""Whether a server of this kind answers there, with a certificate that can be trusted. No secret is sent."""

AT_ONCE = 12


def by_guess(address: str, places: Places, answers: Answers) -> Found | None:
    """Servers that answer at the usual names and ports. All names lie in the address's own domain."""
    domain = address.rpartition("@")[2]
    imap = candidates(domain, places.imap_hosts, places.imap_ports, places.ca_file)
    smtp = candidates(domain, places.smtp_hosts, places.smtp_ports, places.ca_file)
    with ThreadPoolExecutor(AT_ONCE) as workers:
        imap_answers = workers.map(lambda server: answers("imap", server), imap)
        smtp_answers = workers.map(lambda server: answers("smtp", server), smtp)
        first_imap = next((server for server, good in zip(imap, imap_answers, strict=True) if good), None)
        first_smtp = next((server for server, good in zip(smtp, smtp_answers, strict=True) if good), None)
    if first_imap is None or first_smtp is None:
        return None
    return Found(first_smtp, first_imap, address, "a guess that answered")


def candidates(
    domain: str, hosts: Sequence[str], ports: Sequence[tuple[int, Security]], ca_file: str = ""
) -> list[Server]:
    """Every name at every port, the likeliest first."""
    return [
        Server(host.replace("{domain}", domain), port, security, ca_file) for host in hosts for port, security in ports
    ]

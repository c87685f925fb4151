"""Counts, out of headers alone, whom the owner wrote to and heard from; robots and lists are left out. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from mailer.understand.automatic import is_unread_sender
from mailer.understand.headers import Address, Headers, parse_addresses, parse_date
from mailer.understand.mime import Budget, parse_headers

MANY = 20
"""A mail to more people than this was no mail to each of them."""

_LIST_FIELDS = ("list-id", "list-post", "list-unsubscribe", "feedback-id")
_ROLES = re.compile(
    r"(?:info|support|sales|news(?:letter)?|admin|administrator|postmaster|mailer-daemon|webmaster|hostmaster|root|abuse|"
    r"security|privacy|billing|invoices?|accounts?|payments?|orders?|bookings?|reservations?|tickets?|help(?:desk)?|"
    r"services?|customer-?(?:service|care)|hello|contact|office|team|jobs|careers?|hr|recruiting|marketing|press|alerts?|"
    r"updates?|notify|notifications?|automated|robot|bot|system|daemon|calendar|events?|members?|subscribe|unsubscribe)"
    r"(?:[-_.+].*)?@",
    re.IGNORECASE,
)
_LISTS = re.compile(r"@(?:.*\.)?(?:lists?|groups|googlegroups|yahoogroups|mailman|discoursemail)\.", re.IGNORECASE)


@dataclass
class Acquaintance:
    """One address, and what the mailbox shows of it."""

    address: str
    written: int = 0
    heard: int = 0
    last: date | None = None
    names: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The name most often given with it, their own spelling before the owner's; empty where none is."""
        return self.names.most_common(1)[0][0] if self.names else ""


class Acquaintances:
    """Takes headers, one by one, and counts."""

    def __init__(self, own: Iterable[str]) -> None:
        self._own = {address.casefold() for address in own}
        self._found: dict[str, Acquaintance] = {}
        self._lists: set[str] = set()

    def sent(self, raw: bytes) -> None:
        """A mail in the Sent folder."""
        headers = _headers(raw)
        if _is_automatic(headers):
            return
        people = {
            a.email.casefold(): a for f in ("to", "cc", "bcc") for v in headers.all(f) for a in parse_addresses(v)
        }
        if len(people) <= MANY:
            for person in people.values():
                self._count(person, headers, written=1)

    def received(self, raw: bytes) -> None:
        """A mail in the Inbox."""
        headers = _headers(raw)
        self._lists.update(a.casefold() for a in re.findall(r"mailto:([^>?\s]+)", headers.get("list-post")))
        bulk = headers.get("precedence").strip().lower() in ("bulk", "list", "junk")
        if _is_automatic(headers) or bulk or any(name in headers for name in _LIST_FIELDS):
            return
        for person in parse_addresses(headers.get("from"))[:1]:
            self._count(person, headers, heard=1)

    def _count(self, person: Address, headers: Headers, *, written: int = 0, heard: int = 0) -> None:
        key = person.email.casefold()
        if key in self._own or not key or is_robot(key):
            return
        found = self._found.setdefault(key, Acquaintance(person.email))
        found.written += written
        found.heard += heard
        if name := _name(person.name):
            found.names[name] += 3 if heard else 1
        moment = parse_date(headers.get("date"))
        if moment is not None and (found.last is None or moment.date() > found.last):
            found.last = moment.date()

    def people(self, *, at_least: int = 1) -> list[Acquaintance]:
        """Whom the owner wrote to, and had at least so many mails with; most-written first."""
        found = [
            each
            for key, each in self._found.items()
            if each.written and each.written + each.heard >= at_least and key not in self._lists
        ]
        return sorted(found, key=lambda each: (-each.written, -each.heard, each.address))


def is_robot(address: str) -> bool:
    """Whether an address belongs to a robot, a list or a desk rather than to a person."""
    return is_unread_sender(address) or bool(_ROLES.match(address)) or bool(_LISTS.search(address))


def _headers(raw: bytes) -> Headers:
    return parse_headers(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), Budget())[0]


def _is_automatic(headers: Headers) -> bool:
    """Written by a program (RFC 3834 section 5): this one, or one that answers by itself."""
    return headers.get("auto-submitted").strip().lower() not in ("", "no") or "x-breadcrumb-id" in headers


def _name(text: str) -> str:
    """A display name as a person is called; "Lovelace, Ada" is turned round, an address is none."""
    name = " ".join(text.split()).strip("'\" ")
    if "@" in name or not any(c.isalpha() for c in name):
        return ""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and first and "," not in first else name

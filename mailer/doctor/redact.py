"""Makes a report fit to be pasted into a public issue: no address, name, private host, path or secret is left in it.

Two layers. What comes from elsewhere (a check's `words`) is left out as a whole; in the rest, everything known to be
private is replaced, and then whatever looks like an address, a host, a path or a token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from mailer.config import Config
from mailer.config.providers import PROVIDERS
from mailer.doctor.report import Check
from mailer.errors import SecretError
from mailer.model import Contact, Credential
from mailer.storage.records import ContactRecord

SHORTEST = 3
"""Characters below which a text is no secret: to hide each "a" would hide the report."""

LEFT_OUT = "(what was said is left out)"

PUBLIC = frozenset(
    {host for each in PROVIDERS for host in (each.smtp.host, each.imap.host)}
    | {word for each in PROVIDERS for text in (each.page, each.how) for word in re.findall(r"[\w.-]+\.\w+", text)}
)
"""Hosts that stand in the table of providers anyway."""

_URL = re.compile(r"\bhttps?://[^\s<>\"')]+")
_PATTERNS = (
    (re.compile(r"[^\s<>@\"'(),;:]+@[^\s<>@\"'(),;:]+"), "[address]"),
    (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"), "[host]"),
    (re.compile(r"(?<!\w)[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?!\w)"), "[host]"),
    (re.compile(r"(?<![\w.])~?/[\w.+-][^\s:;,)]*"), "[path]"),
    (re.compile(r"\b[A-Za-z0-9+/_=-]{24,}\b"), "[token]"),
)
_HOST = re.compile(r"\b(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}\b")
_KEY = re.compile(r"(?:account|limits|notify|keep|search|profile|schedule|updates|reading|thank_you|web)\.[a-z_.]+")


class Redactor:
    """Knows what is private in one owner's files."""

    def __init__(self, private: Iterable[str]) -> None:
        wanted = {text.strip() for text in private if len(text.strip()) >= SHORTEST} - PUBLIC
        parts = sorted(wanted, key=len, reverse=True)
        self._known = (
            re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, parts))})(?!\w)", re.IGNORECASE) if parts else None
        )

    def check(self, check: Check) -> Check:
        """A check for the public."""
        words = LEFT_OUT if check.words else ""
        return replace(check, reason=self.text(check.reason), mend=self.text(check.mend), words=words)

    def text(self, text: str) -> str:
        """A text for the public."""
        if self._known is not None:
            text = self._known.sub("[private]", text)
        text = _URL.sub(lambda found: found[0] if _hosts_public(found[0]) else "[address]", text)
        for pattern, stands in _PATTERNS:
            text = pattern.sub(partial(_public_or, stands), text)
        return _HOST.sub(partial(_public_or, "[host]"), text)


def _hosts_public(url: str) -> bool:
    return url.partition("://")[2].partition("/")[0] in PUBLIC


def _public_or(stands: str, match: re.Match[str]) -> str:
    """What is public stays: the hosts and pages of providers, and keys of the configuration."""
    found = match[0]
    if found in PUBLIC or _KEY.fullmatch(found) or any(found.strip("/") in page for page in PAGES):
        return found
    return stands


PAGES = tuple(each.page for each in PROVIDERS if each.page)


def of_config(config: Config) -> Iterator[str]:
    """Every text in the configuration that says who the owner is, what they look for, or where their mail is."""
    yield from _texts(config.profile.model_dump())
    yield config.account.username
    yield config.profile.email.rpartition("@")[2]
    yield from _texts(config.search.model_dump(exclude={"status", "started"}))
    yield from config.hosts()
    yield from (str(config.folder), str(Path.home()), config.notify.command)
    if ":" in config.database:  # else it is the word sqlite
        yield config.database
    for part in (config.account.password, config.account.oauth):
        yield from _texts(part.model_dump() if part else {})


def of_contacts(contacts: Iterable[Contact | ContactRecord]) -> Iterator[str]:
    """Every text that says who somebody is."""
    for contact in contacts:
        yield from (contact.name, *contact.name.split(), contact.company)
        if isinstance(contact, Contact):
            yield from (*contact.emails, contact.phone, contact.notes, contact.title, contact.referred_by)
            yield from contact.tags
        else:
            yield contact.address
            yield from _texts(contact.details)


def of_secret(credential: Credential) -> Iterator[str]:
    """The password, where it can be had."""
    try:
        yield credential.secret().value
    except SecretError:
        return


def _texts(tree: object) -> Iterator[str]:
    """Every text inside a tree of mappings and lists."""
    if isinstance(tree, dict):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _texts(value)
    elif isinstance(tree, str | Path):
        yield str(tree)

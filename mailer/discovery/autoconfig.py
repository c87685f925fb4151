"""Autoconfig files (config-v1.1.xml), as mail services publish them for Thunderbird and others.

A file is a stranger's: it comes over verified TLS, is bounded, and may define no entities.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from mailer.config.provider import Flow, OAuthEndpoints
from mailer.discovery.found import Found, Places
from mailer.https import FAILURES, exchange
from mailer.model import Security, Server

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # for its type alone  # nosec B405

REDIRECTS = 3
PROTECTED = {"SSL": Security.tls, "STARTTLS": Security.starttls}
PASSWORDS = frozenset({"password-cleartext", "plain", "password-encrypted", "secure"})
LONGEST_NAME = 253  # RFC 1035 section 2.3.4, as text


def fetch(template: str, domain: str, address: str, places: Places) -> bytes:
    """The file that one of the places leads to; empty where there is none."""
    url = template.replace("{domain}", quote(domain)).replace("{address}", quote(address))
    for _ in range(REDIRECTS + 1):
        try:
            answer = exchange(url, ca_file=places.ca_file, seconds=places.seconds)
            url = urljoin(url, answer.location)
        except FAILURES:
            return b""
        if answer.status == 200:
            return answer.body
        if answer.status not in (301, 302, 303, 307, 308) or not answer.location:
            return b""
    return b""


def read(data: bytes, address: str, source: str, ca_file: str = "") -> Found | None:
    """The servers a file names; None where it names none that can be used, or can't be read."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    imap, smtp = _server(root, "incomingServer", "imap"), _server(root, "outgoingServer", "smtp")
    if imap is None or smtp is None:
        return None
    servers = [_reached(each, ca_file) for each in (smtp, imap)]
    oauth_only = not any(_methods(imap) & PASSWORDS)
    page = next((each.get("visiturl") or each.get("url") or "" for each in _pages(root)), "")
    return Found(
        smtp=servers[0],
        imap=servers[1],
        username=_filled(_text(imap, "username") or "%EMAILADDRESS%", address),
        source=source,
        oauth=_grants(root) if oauth_only else None,
        page=page if page.startswith("https://") else "",
    )


def _server(root: Element, tag: str, kind: str) -> Element | None:
    """The first server of a kind that is protected and says where it is."""
    for each in root.iter(tag):
        host, port = _text(each, "hostname"), _text(each, "port")
        good = 0 < len(host) <= LONGEST_NAME and not set(host) & set("/@ %:") and host.isprintable()
        if each.get("type") == kind and good and _is_port(port) and _text(each, "socketType") in PROTECTED:
            return each
    return None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) < 65536


def _reached(element: Element, ca_file: str) -> Server:
    security = PROTECTED[_text(element, "socketType")]
    return Server(_text(element, "hostname").lower(), int(_text(element, "port")), security, ca_file)


def _methods(element: Element) -> set[str]:
    return {(each.text or "").strip() for each in element.iter("authentication")}


def _filled(pattern: str, address: str) -> str:
    local, _, domain = address.rpartition("@")
    named = {"%EMAILADDRESS%": address, "%EMAILLOCALPART%": local, "%EMAILDOMAIN%": domain}
    for mark, value in named.items():
        pattern = pattern.replace(mark, value)
    return pattern if pattern.isprintable() and "%" not in pattern else address


def _grants(root: Element) -> OAuthEndpoints | None:
    """Where OAuth 2.0 access is granted, where the file says it completely."""
    found = root.find("oAuth2")
    if found is None:
        return None
    authorize, token, scope = (_text(found, name) for name in ("authURL", "tokenURL", "scope"))
    if not (authorize.startswith("https://") and token.startswith("https://") and scope):
        return None
    return OAuthEndpoints(Flow.loopback, token=token, scope=scope, authorize=authorize)


def _pages(root: Element) -> Iterator[Element]:
    yield from root.iter("enable")
    yield from root.iter("documentation")


def _text(element: Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()

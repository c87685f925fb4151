"""Whether the owner's own mail server found a sender to be forged: Authentication-Results (RFC 8601).

Only fields of the owner's server count: those it is named for, else those signed like the topmost one, since a server
puts its own above all that came with the message (section 5 there). A forger can add fields that pass, so a passing
field proves nothing here; a failing one of the right name is believed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from mailer.understand.headers import Headers, parse_addresses

_COMMENT = re.compile(r"\([^()]{0,300}\)")
_RESULT = re.compile(r"^\s*(dmarc|spf|dkim|compauth)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?:header\.(?:d|i|from)|smtp\.mailfrom|smtp\.helo)\s*=\s*\"?(?:[^\s;@\"]*@)?([\w.\-]+)", re.IGNORECASE
)
_NAME = re.compile(r"^[^\s;/]{1,255}$")
_MOST_FIELDS = 20
_MOST_RESULTS = 40
_FAILED = frozenset({"fail", "hardfail", "permerror"})


def forged(headers: Headers, trusted: Collection[str] = ()) -> str:
    """What the owner's server says against the sender, such as "dmarc=fail (mx.example.com)"; empty where nothing.

    DMARC (RFC 7489) decides where it gave a verdict. Without one, a failure of SPF or DKIM counts unless the other
    passed for the domain in From. `trusted` are the names of the owner's servers; empty: whichever stands topmost.
    """
    fields = [_split(value) for value in headers.all("authentication-results")[:_MOST_FIELDS]]
    signers = {name.lower() for name in trusted} or {name for name, _ in fields[:1]}
    results = [(name, each) for name, body in fields if name in signers for each in _results(body)]
    verdicts = {(method, outcome) for _, (method, outcome, _) in results}
    where = results[0][0] if results else ""
    if _has(verdicts, "dmarc", _FAILED) or _has(verdicts, "compauth", _FAILED):
        method = "dmarc" if _has(verdicts, "dmarc", _FAILED) else "compauth"
        return _told(f"{method}=fail", where)
    if ("dmarc", "pass") in verdicts:
        return ""
    domain = _from_domain(headers)
    if any(
        method in ("spf", "dkim") and outcome == "pass" and _aligned(of, domain) for _, (method, outcome, of) in results
    ):
        return ""
    failing = sorted(
        f"{m}={o}" for m, o in verdicts if (m, o) == ("spf", "softfail") or (m in ("spf", "dkim") and o in _FAILED)
    )
    return _told(", ".join(failing), where) if failing else ""


def _told(what: str, where: str) -> str:
    return f"{what} ({where})" if where else what


def _has(verdicts: Collection[tuple[str, str]], method: str, outcomes: Collection[str]) -> bool:
    return any(m == method and o in outcomes for m, o in verdicts)


def _split(value: str) -> tuple[str, str]:
    """The name of the server (authserv-id, without its version) and the results.

    Exchange Online leaves the name out; then all of it are results.
    """
    bare = _COMMENT.sub(" ", value[:8000])
    head, _, rest = bare.partition(";")
    name = head.strip().split(" ")[0].lower()
    return ("", bare) if "=" in head or not _NAME.match(name) else (name, rest)


def _results(body: str) -> Iterator[tuple[str, str, str]]:
    """Method, outcome and the domain it is about."""
    for clause in body.split(";")[:_MOST_RESULTS]:
        if match := _RESULT.match(clause):
            domain = _DOMAIN.search(clause)
            yield match[1].lower(), match[2].lower(), domain[1].lower() if domain else ""


def _from_domain(headers: Headers) -> str:
    senders = parse_addresses(headers.get("from"))
    return senders[0].email.rpartition("@")[2].lower() if senders else ""


def _aligned(domain: str, wanted: str) -> bool:
    """Whether a domain is that of From, one above it or one below it (RFC 7489 section 3.1, relaxed)."""
    if not domain or not wanted or "." not in domain:
        return False
    return domain == wanted or domain.endswith("." + wanted) or wanted.endswith("." + domain)

"""The owner's domain in the DNS: where its mail goes, and who says that this mail is genuine."""

from __future__ import annotations

from collections.abc import Iterator

import dns.exception
import dns.name
import dns.resolver

from mailer.doctor.patient import Patient
from mailer.doctor.report import Check, failed, ok, skipped, warning

NOT_THERE = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
ASK_DOMAIN = "ask whoever runs the domain's DNS"


class AskedInVainError(Exception):
    """The DNS gave no answer, which says nothing about the domain."""


def ask(patient: Patient, name: str, kind: str) -> list[str]:
    """What the DNS says; nothing where there is no such record. Raises AskedInVainError."""
    try:
        resolver = patient.resolver or dns.resolver.Resolver()
        answer = resolver.resolve(name, kind, lifetime=patient.patience / 2, search=False)
    except NOT_THERE:
        return []
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise AskedInVainError(type(error).__name__) from error
    if kind == "TXT":  # strings of one record belong together without a space (RFC 7208 section 3.3)
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return [record.to_text() for record in answer]


def _vain(name: str, error: AskedInVainError) -> Check:
    return skipped(name, f"the DNS gives no answer ({error})", "see the network, and ask again")


def mx(patient: Patient) -> Iterator[Check]:
    """Where the domain's mail goes (RFC 5321 section 5.1)."""
    try:
        hosts = ask(patient, patient.domain, "MX")
        address = hosts or ask(patient, patient.domain, "A") or ask(patient, patient.domain, "AAAA")
    except AskedInVainError as error:
        yield _vain("MX", error)
        return
    if any(host.split()[-1] == "." for host in hosts):  # RFC 7505
        yield failed("MX", "the domain says that it takes no mail, so no answer can come", ASK_DOMAIN)
    elif hosts:
        yield ok("MX", f"{len(hosts)} servers take the domain's mail" if len(hosts) > 1 else "a server takes its mail")
    elif address:
        yield warning("MX", "there is none; mail goes to the domain's own address", ASK_DOMAIN)
    else:
        yield failed("MX", "there is none, so no answer can come", f"see the domain of your address, or {ASK_DOMAIN}")


def spf(patient: Patient) -> Iterator[Check]:
    """Which servers may send for the domain (RFC 7208)."""
    try:
        records = [t for t in ask(patient, patient.domain, "TXT") if t.lower().split(" ")[0] == "v=spf1"]
    except AskedInVainError as error:
        yield _vain("SPF", error)
        return
    if not records:
        mend = f"{ASK_DOMAIN} for the record that your mail service names"
        yield warning("SPF", "there is none: some servers will take your letters for junk", mend)
    elif len(records) > 1:  # section 4.5
        yield failed("SPF", f"there are {len(records)}, and only one may be: it counts as broken", f"{ASK_DOMAIN}")
    elif {"+all", "all"} & set(records[0].lower().split()):
        yield warning("SPF", "it lets every server of the world send for the domain", f"{ASK_DOMAIN}: end it in -all")
    else:
        yield ok("SPF", "there is one")


def dmarc(patient: Patient) -> Iterator[Check]:
    """What the domain asks for where neither SPF nor DKIM fits (RFC 7489); of the domain, or of one above it."""
    try:
        found = _policy(patient)
    except AskedInVainError as error:
        yield _vain("DMARC", error)
        return
    if found is None:
        mend = f"{ASK_DOMAIN} for a record; v=DMARC1; p=none is a beginning"
        yield warning("DMARC", "there is none: large services want one of whoever sends to many", mend)
    else:
        yield ok("DMARC", f"there is one (p={found})")


def _policy(patient: Patient) -> str | None:
    labels = patient.domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        for text in ask(patient, "_dmarc." + ".".join(labels[start:]), "TXT"):
            tags = tags_of(text)
            if tags.get("v", "").upper() == "DMARC1":
                policy = tags.get("p", "none").lower()
                return policy if policy in ("none", "quarantine", "reject") else "none"
    return None


def tags_of(text: str) -> dict[str, str]:
    """`tag=value` pairs between semicolons (RFC 6376 section 3.2)."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs}


def dkim(patient: Patient, signatures: list[str]) -> Check:
    """Whether a letter is signed for the owner's domain with a key that is published (RFC 6376)."""
    if not signatures:
        reason = "the letter came back without a signature; mail to yourself may never have left the server"
        return warning("DKIM", reason, "look at a letter you sent to another service; else switch it on at yours")
    for tags in map(tags_of, signatures):
        domain, selector = tags.get("d", "").lower(), tags.get("s", "")
        if not (patient.domain == domain or patient.domain.endswith(f".{domain}")):
            continue
        try:
            keys = ask(patient, f"{selector}._domainkey.{domain}", "TXT")
        except AskedInVainError as error:
            return _vain("DKIM", error)
        if any(tags_of(key).get("p") for key in keys):
            return ok("DKIM", "the letter is signed for your domain, and the key is published")
        return failed("DKIM", "the letter is signed, and the key is not published", ASK_DOMAIN)
    reason = "the letter is signed, though not for your domain"
    return warning("DKIM", reason, "switch it on for your own domain at your mail service")

"""Messages that answer nothing and that nobody wrote to us: receipts, calendar answers, newsletters, notifications."""

from __future__ import annotations

import re

from mailer import model
from mailer.understand.automatic import is_unread_sender
from mailer.understand.mime import Part
from mailer.understand.phrases import Table, robots

_RECEIPT_SUBJECT = Table(robots.RECEIPT_SUBJECTS, before=r"^\s*", after=r"\s?(?:[:\uff1a]|$)")
_RECEIPT = Table(robots.RECEIPT_WORDS)
_CALENDAR_SUBJECT = Table(robots.CALENDAR_SUBJECTS, before=r"^\s*", after=r"\s?[:\uff1a]")
_METHOD = re.compile(r"^METHOD:\s?([A-Z\-]{3,20})", re.IGNORECASE | re.MULTILINE)
_LIST_WORDS = Table(robots.LIST_WORDS)
_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post", "x-mailing-list", "x-mailman-version", "list-help")
_CAMPAIGN = (
    "x-campaign",
    "x-mailchimp",
    "x-mc-user",
    "feedback-id",
    "x-csa-complaints",
    "x-sg-eid",
    "x-mailer-recptid",
    "x-campaignid",
)
_INVITATION = re.compile(
    r"\bhas (?:tentatively )?(?:accepted|declined|replied .{1,20} to) this (?:invitation|event|meeting)|"
    r"\bhat (?:diese|die) (?:einladung|besprechung)\b|"
    r"\ba (?:accepté|refusé) (?:cette|l['\u2019])\s?(?:invitation|réunion)",
    re.IGNORECASE,
)
_ANSWERS = frozenset({"reply", "counter", "declinecounter", "cancel", "refresh"})


def receipt(message: Part, subject: str, text: str) -> model.Evidence | None:
    """Read receipts: MDN (RFC 8098), and the kind that only its words tell."""
    kind = f"{message.kind} {message.parameters.get('report-type', '')}".lower()
    part = next((p for p in message.walk_own() if p.kind == "message/disposition-notification"), None)
    if part is not None or "disposition-notification" in kind:
        return model.Evidence("read receipt (RFC 8098)", "message/disposition-notification part")
    if _RECEIPT_SUBJECT.match(subject) and len(text) < 1500:
        words = _RECEIPT.find(re.sub(r"\s+", " ", text[:1500]))
        if words:
            return model.Evidence("read receipt", words[:160], quotes=True)
    return None


def calendar_answer(message: Part, subject: str, words: str) -> model.Evidence | None:
    """Answers to invitations (RFC 5546 REPLY and its kin); an invitation itself is a person's act and stays a reply.

    Where the calendar part was lost on the way, the subject of such an answer with no `words` of a person's is enough.
    """
    for part in message.walk_own():
        if part.kind in ("text/calendar", "application/ics") or part.filename.lower().endswith(".ics"):
            method = part.parameters.get("method", "").lower()
            if not method:
                stated = _METHOD.search(part.text[:5000])
                method = stated[1].lower() if stated else ""
            if method in _ANSWERS:
                return model.Evidence("calendar answer (RFC 5546)", f"METHOD:{method.upper()}")
    content_class = message.headers.get("content-class").lower()
    if "calendarmessage" in content_class and _CALENDAR_SUBJECT.match(subject):
        return model.Evidence("calendar answer", f"Content-Class: {content_class[:60]}")
    if _CALENDAR_SUBJECT.match(subject) and (not words.strip() or _INVITATION.search(words[:500])):
        return model.Evidence("calendar answer", f"Subject: {subject[:120]}")
    return None


def list_traffic(message: Part, facts: model.Verdict, owner: str, full_text: str) -> model.Evidence | None:
    """Newsletters and lists that answer nothing of ours. List headers alone decide nothing: it takes a second sign."""
    if facts.in_reply_to or facts.references:
        return None
    headers = message.headers
    listed = next((name for name in _LIST_HEADERS if name in headers), None)
    bulk = headers.get("precedence").strip().lower() in ("list", "bulk", "junk")
    second = _second_sign(message, facts, owner, full_text)
    if (listed or bulk) and second:
        return model.Evidence("list or newsletter that answers nothing of ours", f"{listed or 'precedence'}; {second}")
    if is_unread_sender(facts.sender):
        return model.Evidence("notification from a sender that nobody reads", facts.sender[:120])
    return None


def _second_sign(message: Part, facts: model.Verdict, owner: str, full_text: str) -> str:
    headers = message.headers
    if is_unread_sender(facts.sender):
        return f"From: {facts.sender[:80]}"
    campaign = next((name for name in headers.names() if name.startswith(_CAMPAIGN)), None)
    if campaign:
        return campaign
    if "list-id" in headers and ("list-post" in headers or "list-unsubscribe" in headers):
        return "list-id with list-post or list-unsubscribe"
    if owner and owner not in {r.lower() for r in facts.recipients}:
        return "not addressed to the owner"
    return "words of a newsletter" if _LIST_WORDS.search(full_text[-3000:]) else ""

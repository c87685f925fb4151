"""Abuse reports: ARF (RFC 5965), and what mail providers send in its stead."""

from __future__ import annotations

import re

from mailer import model
from mailer.understand.bounce.events import Event
from mailer.understand.bounce.notice import Notice
from mailer.understand.bounce.reading import Reading
from mailer.understand.bounce.returned import returned_headers, returned_ids
from mailer.understand.headers import Headers, parse_addresses
from mailer.understand.mime import Part, parse_headers

_NOT_ABOUT_US = frozenset({"auth-failure", "dmarc", "not-spam"})
"""Feedback types on authentication (RFC 6591), and of a person who says that it was no spam (RFC 6430)."""
_WITHOUT_REPORT = re.compile(r"^complaint about message from \S{3,60}$", re.IGNORECASE)
"""The subject under which Microsoft passes complaints on, with the message attached and nothing else."""


def read_complaint(message: Part, notice: Notice | None, event: Event | None) -> Reading | None:
    """The complaint that the message is; None where it is none."""
    part = next((p for p in message.walk_own() if p.kind == "message/feedback-report"), None)
    if part is not None:
        fields, _ = parse_headers(part.text.lstrip("\n").encode("utf-8"), part.budget)
        kind = fields.get("feedback-type").lower() or "abuse"
        if kind not in _NOT_ABOUT_US:
            returned = notice.returned if notice is not None else returned_headers(message, "")
            return _reading(returned, _complainers(fields, returned), f"Feedback-Type: {kind}")
    subject = message.headers.text("subject")[:200]
    if part is None and _WITHOUT_REPORT.match(subject):
        returned = returned_headers(message, "")
        if returned is not None:
            return _reading(returned, _complainers(Headers(()), returned), f"Subject: {subject}")
    if event is not None and event.kind == "complaint":
        detail = '"notificationType":"Complaint"'
        return _reading(None, [f.address for f in event.failures], detail, event.message_id)
    return None


def is_feedback(message: Part) -> bool:
    """Whether the message is any report of the feedback kind, also one about authentication."""
    return any(p.kind == "message/feedback-report" for p in message.walk_own())


def _complainers(fields: Headers, returned: Headers | None) -> list[str]:
    """Original-Rcpt-To (RFC 5965 section 3.2), else the To of the message complained about."""
    found = [a.email for value in fields.all("original-rcpt-to") for a in parse_addresses(value)]
    if not found and returned is not None:
        found = [a.email for a in parse_addresses(returned.get("to"))]
    return found


def _reading(returned: Headers | None, addresses: list[str], detail: str, message_id: str | None = None) -> Reading:
    found, breadcrumb = returned_ids(returned, "", "")
    recipients = tuple(
        model.BouncedRecipient(address=a, action=model.Action.delivered, diagnostic=detail) for a in addresses
    )
    bounce = model.Bounce(message_id or found, recipients, breadcrumb)
    return Reading(bounce, (model.Evidence("abuse report (RFC 5965)", detail),))

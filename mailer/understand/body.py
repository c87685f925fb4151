"""The text of a message as its sender meant it to be read, and the cards attached to it."""

from __future__ import annotations

import re

from mailer.understand import limits
from mailer.understand.html import html_to_text, is_over
from mailer.understand.mime import Part
from mailer.understand.newtext.lines import unflow

_HTML_START = re.compile(r"\s{0,200}<(?:!doctype html|html|head|body|div|p|meta)\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:html|multipart)[- ](?:formatted |enabled |capable )?(?:message|e-?mail|format|mail|viewer|client)|"
    r"does(?: not|n'?t) support html",
    re.IGNORECASE,
)
_CARD_KINDS = ("text/vcard", "text/x-vcard", "text/directory", "application/vcard")


def message_text(message: Part) -> str:
    """The readable text, bounded; attachments and attached messages left out.

    The plain part where it says something, else the HTML made plain.
    """
    plain: list[str] = []
    markup: list[Part] = []
    for part in message.walk_own():
        if part.disposition == "attachment" or part.parts:
            continue
        if part.kind == "text/html":
            markup.append(part)
        elif part.kind == "text/plain" and not (part.filename and plain):
            plain.append(_plain(part))
    text = "\n\n".join(plain)
    if markup and not _says_something(text):
        if any(is_over(part.text) for part in markup):
            message.budget.meet("markup")
        text = "\n\n".join(html_to_text(part.text) for part in markup)
    if len(text) > limits.MAX_TEXT or text.count("\n") > limits.MAX_LINES:
        message.budget.meet("text")
    return text[: limits.MAX_TEXT]


def _plain(part: Part) -> str:
    text = part.text[: 2 * limits.MAX_TEXT]
    if _HTML_START.match(text):
        return html_to_text(text)
    if part.parameters.get("format", "").lower() == "flowed":
        return unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text


def _says_something(text: str) -> bool:
    """Whether a plain part is more than a blank or a note that the reader should get another program."""
    head = text[:1000].strip()
    if not any(char.isalnum() for char in head):
        # A lone emoji is an answer too.
        return any(ord(char) > 0x2190 for char in head)
    return not (len(head) < 250 and _PLACEHOLDER.search(head))


def cards(message: Part) -> list[str]:
    """The text of attached vCards (RFC 6350)."""
    found = []
    for part in message.walk_own():
        if part.kind in _CARD_KINDS or part.filename.lower().endswith(".vcf"):
            text = part.text[:20_000]
            if "BEGIN:VCARD" in text.upper():
                found.append(text)
    return found[:10]

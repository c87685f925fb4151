"""A letter and its head to the octets that leave (RFC 5322, MIME: RFC 2045 and 2046), put together by hand.

The standard library's classes do the same at ten times the cost; the tests read every message back with them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from mailer.compose import headers
from mailer.compose.body import base64_lines, flow, part
from mailer.compose.card import card_name
from mailer.compose.markdown import render
from mailer.compose.page import document
from mailer.errors import MessageError
from mailer.model import Profile


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it has a recipient's address or an identity. `body` is Markdown, `subject` plain text."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a letter. `date` is aware; its zone is the one the Date field shows."""

    profile: Profile
    to_name: str
    to_address: str
    date: datetime
    message_id: str  # <token@domain>
    breadcrumb_id: str  # the same token alone
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    list_unsubscribe: str = ""  # a mailto: address, with or without angle brackets
    card: bytes = field(default=b"", repr=False)  # made by `mailer.compose.card`; attached where not empty
    automatic: bool = False  # the program writes for itself (RFC 3834 section 5.2), such as a preview to the owner
    sender_address: str = ""  # in From where it is not the profile's


def message_id(token: str, owner_address: str) -> str:
    """The Message-ID for a random token, at the owner's domain: `<token@example.com>`."""
    value = f"<{token}@{headers.a_label(owner_address.strip().rpartition('@')[2])}>"
    headers.identifier("Message-ID", value)
    return value


def build(draft: Draft, head: Head, css: str | None = None) -> bytes:
    """The whole message, 7-bit unless an address needs SMTPUTF8. Raises MessageError for what can't stand in one.

    `css` is the owner's style sheet (`Templates.css`), None the shipped one. The same as `build_head` and `build_body`.
    """
    return build_head(draft.subject, head) + build_body(draft.body, head.breadcrumb_id, head.profile, head.card, css)


def build_body(text: str, breadcrumb_id: str, profile: Profile, card: bytes = b"", css: str | None = None) -> bytes:
    """Everything below the head's own fields, from Content-Type on: it may be made long before the message leaves.

    `text` is Markdown; `card` is attached where not empty. Raises MessageError for an empty letter.
    """
    if not text.strip():
        raise MessageError("the letter is empty", mend="write a text for it")
    rendered = render(text)
    plain = part("text/plain; charset=utf-8; format=flowed", flow(rendered.text) + "\n")
    rich = part("text/html; charset=utf-8", document(rendered.html, css))
    mark = _boundary(breadcrumb_id, plain + rich)
    content = _multipart("alternative", f"=_a{mark}", plain, rich)
    if card:
        content = _multipart("mixed", f"=_m{mark}", content, _attachment(profile, card))
    return content + b"\r\n"


def build_head(subject: str, head: Head) -> bytes:
    """The head's fields but for those that describe the body. Raises MessageError for what can't stand in a header."""
    return "\r\n".join(_fields(subject, head)).encode() + b"\r\n"


def _fields(subject_text: str, head: Head) -> list[str]:
    if head.date.tzinfo is None:
        raise MessageError("the date of a message needs a time zone")
    subject = headers.unstructured("Subject", subject_text, "the subject")
    if not subject.removeprefix("Subject:").strip():
        raise MessageError("the letter has no subject", mend="write one")
    profile = head.profile
    fields = [
        headers.mailbox("From", profile.name, head.sender_address or profile.email, "your name"),
        headers.mailbox("To", head.to_name, head.to_address, "the contact's name"),
        subject,
        f"Date: {_written(head.date, head.date.utcoffset())}",
        headers.identifier("Message-ID", head.message_id),
        headers.token("X-Breadcrumb-ID", head.breadcrumb_id),
        headers.identifiers("In-Reply-To", [head.in_reply_to] if head.in_reply_to else ()),
        headers.identifiers("References", head.references),
        *_list_fields(profile, head.list_unsubscribe),
        "Auto-Submitted: auto-generated" if head.automatic else "",
        "MIME-Version: 1.0",
    ]
    return [line for line in fields if line]


@lru_cache(maxsize=16)
def _written(moment: datetime, _offset: timedelta | None) -> str:
    """A time as RFC 5322 section 3.3 has it, kept since many letters leave in one step; the same moment in another zone
    is another text."""
    from email.utils import format_datetime

    return format_datetime(moment)


def _list_fields(profile: Profile, unsubscribe: str) -> list[str]:
    """How to stop a letter that goes to many, and which such letters they are: filters mistrust the one without the
    other. The identifier is of no domain, since few people own theirs (RFC 2919 section 3)."""
    if not unsubscribe:
        return []
    return [
        headers.uris("List-Unsubscribe", unsubscribe),
        f"List-Id: <updates.{_owners_mark(profile.email)}.localhost>",
    ]


@lru_cache(maxsize=64)
def _owners_mark(address: str) -> str:
    """32 hexadecimal digits that stay the same for an owner."""
    import hashlib

    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:32]


def _boundary(seed: str, content: bytes) -> str:
    """A line that the content does not hold; the same for the same message, so that building twice gives the same."""
    import hashlib

    mark = hashlib.sha256(seed.encode() + content).hexdigest()[:32]
    while mark.encode() in content:
        mark = hashlib.sha256(mark.encode()).hexdigest()[:32]
    return mark


def _multipart(kind: str, boundary: str, *parts: bytes) -> bytes:
    line = f"--{boundary}".encode()
    body = b"".join(b"\r\n" + line + b"\r\n" + each for each in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'.encode() + body + b"\r\n" + line + b"--"


def _attachment(profile: Profile, card: bytes) -> bytes:
    name = card_name(profile)
    return (
        f'Content-Type: text/vcard; charset=utf-8; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    ).encode() + base64_lines(card)

"""A message looked at as a notice of a mail system: its sender, its own words, the message that came back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailer import model
from mailer.understand import limits
from mailer.understand.bounce import words as say
from mailer.understand.bounce.returned import returned_headers, split_notice
from mailer.understand.headers import Address, Headers, parse_addresses
from mailer.understand.html import html_to_text
from mailer.understand.mime import Part, is_header_part, is_message

_FORWARDED = re.compile(r"^\s*(?:fwd?|wg|tr|rv|doorst|vs|vb|fs|enc|i|пересл|转发|轉寄)\s?[:\uff1a]", re.IGNORECASE)
_UNREAD = re.compile(r"^(?:no|do-?not)[-_.]?reply\b", re.IGNORECASE)
_GREETING = re.compile(
    r"\s{0,20}(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|guten (?:tag|morgen)|"
    r"sehr geehrte|bonjour|salut|hola|buenos|ciao|buongiorno|ol[áa]|bom dia|beste|hej|cześć|dobrý|kedves|merhaba|"
    r"здравствуйте|привет)\b",
    re.IGNORECASE,
)
_ABOUT_MAIL = re.compile(
    r"\b(?:message|mail|e-?mail|recipients?|mailbox|nachricht|empfänger|courriel|destinat\w{1,8}|mensaje|correo|"
    r"messaggio|mensagem|bericht|besked|meddelande|viesti|wiadomość|zpráv\w|üzenet|ileti|mesaj|сообщени\w|письмо)\b|"
    r"メール|宛先|邮件|郵件|收件人",
    re.IGNORECASE,
)
_SYSTEM_KINDS = ("message/delivery-status", "message/global-delivery-status")
ENOUGH = 3
"""Weight of signs that makes a notice of a message, where nothing in it names a recipient in a report."""

CERTAIN = 5
"""Weight of signs that makes a bounce even of a notice that names nobody."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient as a reader found it: the address, the words about it, and what a report states in fields."""

    address: str
    words: str = ""
    action: model.Action | None = None  # None: by the notice's words
    status: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What readers look at."""

    message: Part
    subject: str
    senders: tuple[Address, ...]
    words: str  # the mail system's own words, up to the returned message
    rest: str  # the returned message, where it follows in the same text
    returned: Headers | None
    to: frozenset[str]  # lower-case addresses that the notice was sent to: the original sender
    weight: int  # how much speaks for a notice of a mail system
    signs: tuple[str, ...]  # what speaks for it, in words

    @property
    def lines(self) -> list[str]:
        """The words, line by line."""
        return self.words.split("\n")


def make_notice(message: Part) -> Notice | None:
    """The message as a notice, weighed; None where nothing about it, its words apart, looks like one."""
    senders = parse_addresses(message.headers.get("from"))
    subject = message.headers.text("subject")[:500]
    signs = _signs(message, senders, subject)
    if not signs and b"notificationType" not in message.body[: limits.MAX_TEXT]:
        return None
    words, rest = split_notice(_own_text(message))
    intro = _intro(words)
    if intro and (_is_system(signs) or _reads_like_system(message, words, intro)):
        signs.append((2, f"words: {intro[:120]}"))
    return Notice(
        message=message,
        subject=subject,
        senders=senders,
        words=words[: limits.MAX_TEXT],
        rest=rest,
        returned=returned_headers(message, rest),
        to=frozenset(a.email.lower() for a in parse_addresses(message.headers.get("to"))),
        weight=sum(weight for weight, _ in signs),
        signs=tuple(sign for _, sign in signs),
    )


def _own_text(message: Part) -> str:
    """The text before the returned message: plain parts, else the HTML."""
    plain: list[str] = []
    markup: list[str] = []
    for part in message.walk_own():
        if part is not message and (is_message(part) or is_header_part(part)):
            break
        if part.kind == "text/plain":
            plain.append(part.text)
        elif part.kind == "text/html":
            markup.append(part.text)
    text = "\n".join(plain)[: limits.MAX_TEXT]
    return text if text.strip() else "\n".join(html_to_text(m) for m in markup)


def _signs(message: Part, senders: tuple[Address, ...], subject: str) -> list[tuple[int, str]]:
    headers = message.headers
    found: list[tuple[int, str]] = []
    if "from" not in headers:
        found.append((1, "no From"))
    if senders and _UNREAD.match(senders[0].email):
        found.append((1, f"Unread sender: {senders[0].email[:80]}"))
    sender = _daemon_sender(headers.get("from"), senders)
    if sender:
        found.append((2, f"From: {sender}"))
    if headers.get("return-path").replace(" ", "") == "<>":
        found.append((1, "Return-Path: <>"))
    if "x-failed-recipients" in headers:
        found.append((3, f"X-Failed-Recipients: {headers.get('x-failed-recipients')[:120]}"))
    if headers.get("auto-submitted").lower().startswith("auto-"):
        found.append((0, f"Auto-Submitted: {headers.get('auto-submitted')[:40]}"))
    match = say.SUBJECTS.search(subject)
    if match and not _FORWARDED.match(subject):
        found.append((1, f"Subject: {subject[:120]}"))
    if "delivery-status" in headers.get("content-type").lower():
        found.append((3, "Content-Type: multipart/report; report-type=delivery-status"))
    elif any(p.kind in _SYSTEM_KINDS for p in message.walk_own()):
        found.append((2, "delivery status part"))
    return found


def _is_system(signs: list[tuple[int, str]]) -> bool:
    """Whether more than a subject speaks for a mail system."""
    return any(not sign.startswith(("Subject: ", "Unread sender: ")) for _, sign in signs)


def _reads_like_system(message: Part, words: str, intro: str) -> bool:
    """Whether words count without a system's mark: people write of late deliveries too, in threads, with greetings."""
    if message.headers.get("in-reply-to") or _GREETING.match(words):
        return False
    at = words.find(intro[:20])
    return bool(_ABOUT_MAIL.search(words[max(0, at - 200) : at + len(intro) + 200]))


def _intro(words: str) -> str:
    """What the text says, near its beginning and outside quotes, as mail systems say it."""
    head = "\n".join(line for line in words[:6000].split("\n")[:60] if not line.lstrip().startswith(">"))
    return say.INTROS.find(re.sub(r"\s+", " ", head))


def _daemon_sender(raw: str, senders: tuple[Address, ...]) -> str:
    """The sender as written, where a mail system writes so; empty otherwise."""
    for address in senders[:2]:
        local = address.email.rpartition("@")[0].strip('"')
        if say.DAEMON_LOCAL.match(local) or say.DAEMON_NAME.search(address.name):
            return raw[:120]
    if not senders and raw and ("<>" in raw.replace(" ", "") or say.DAEMON_NAME.search(raw)):
        return raw[:120]
    return ""


def is_daemon(notice: Notice) -> bool:
    """Whether the sender alone marks a mail system."""
    return any(sign.startswith("From: ") for sign in notice.signs)


def is_by_system(notice: Notice) -> bool:
    """Whether it was sent as mail systems send: in a daemon's name, or with no return path (RFC 3464 section 2).

    Marks that any mail program can write count only where the owner's server noted no return path of the sender's.
    """
    path = notice.message.headers.get("return-path").replace(" ", "")
    marks = ("From: ", "Return-Path: <>") if path else ("From: ", "Auto-Submitted: ", "Content-Type: ")
    return any(sign.startswith(marks) for sign in notice.signs)

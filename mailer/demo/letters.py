"""What the demo's correspondents and mail systems write: answers, automatic answers, reports that mail can't arrive."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from email.utils import format_datetime, make_msgid, parseaddr
from string import Template

from mailer.demo.cast import OWNER_ADDRESS, OWNER_NAME, Habit, Quoting, Received

OWNER = f"{OWNER_NAME} <{OWNER_ADDRESS}>"
MAIL_HOST = "mail.example.com"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One of Dana's mails as it came to somebody."""

    to: str
    kind: Received
    subject: str
    message_id: str
    references: str
    text: str
    headers: str  # as they came, for a report that returns them


def read(raw: bytes, to: str) -> Arrived:
    """What a mail program needs to know of a mail to answer it."""
    message = BytesParser(policy=default).parsebytes(raw)
    body = message.get_body(("plain",))
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("ascii", "replace")
    return Arrived(
        to=to,
        kind=Received.update if "List-Unsubscribe" in message else Received.thank_you,
        subject=str(message["Subject"]),
        message_id=str(message["Message-ID"]).strip(),
        references=str(message.get("References", "")),
        text=str(body.get_content()) if body is not None else "",
        headers=head,
    )


def answer(mail: Arrived, name: str, habit: Habit, now: datetime) -> bytes:
    """A person's answer, quoting the mail as their program does (RFC 5322 section 3.6.4 for the thread)."""
    message = _reply(mail, name, now)
    if habit.cc:
        message["Cc"] = habit.cc
    message["Subject"] = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    message.set_content(_quoted(mail, habit, now), cte="quoted-printable")
    if habit.quoting is Quoting.html:
        message.add_alternative(_as_html(mail, habit, now), subtype="html")
    return message.as_bytes()


def away(mail: Arrived, name: str, habit: Habit, now: datetime) -> bytes:
    """What a mail system answers by itself (RFC 3834)."""
    message = _reply(mail, name, now)
    message["Subject"] = f"Automatic reply: {mail.subject}"
    message["Auto-Submitted"] = "auto-replied"
    back = now + timedelta(days=7)
    message.set_content(Template(habit.text).substitute(back=f"{back:%A} {back.day} {back:%B}"))
    return message.as_bytes()


def bounce(mail: Arrived, now: datetime) -> bytes:
    """A report that the mailbox does not exist (RFC 3464), as the owner's mail server writes it."""
    boundary = f"report-{abs(hash(mail.message_id)):x}"
    status = "550 5.1.1 The email account that you tried to reach does not exist"
    lines = [
        f"From: Mail Delivery System <MAILER-DAEMON@{MAIL_HOST}>",
        f"To: {OWNER_ADDRESS}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(now)}",
        f"Message-ID: {make_msgid(domain=MAIL_HOST)}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "",
        *(f"--{boundary}", "Content-Type: text/plain; charset=us-ascii", ""),
        f"This is the mail system at host {MAIL_HOST}.",
        "",
        "I'm sorry to have to inform you that your message could not be delivered to one recipient.",
        "",
        f"<{mail.to}>: {status}",
        *("", f"--{boundary}", "Content-Type: message/delivery-status", ""),
        f"Reporting-MTA: dns; {MAIL_HOST}",
        f"Arrival-Date: {format_datetime(now)}",
        "",
        f"Final-Recipient: rfc822; {mail.to}",
        "Action: failed",
        "Status: 5.1.1",
        f"Diagnostic-Code: smtp; {status}",
        *("", f"--{boundary}", "Content-Type: text/rfc822-headers", ""),
        *mail.headers.splitlines(),
        *("", f"--{boundary}--", ""),
    ]
    return "\r\n".join(lines).encode("ascii", "replace")


def _reply(mail: Arrived, name: str, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = f'"{name}" <{mail.to}>' if name.isascii() else f"{name} <{mail.to}>"
    message["To"] = OWNER
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=parseaddr(mail.to)[1].rpartition("@")[2])
    message["In-Reply-To"] = mail.message_id
    message["References"] = " ".join([*mail.references.split(), mail.message_id])
    return message


def _quoted(mail: Arrived, habit: Habit, now: datetime) -> str:
    marked = "\n".join(f"> {line}".rstrip() for line in mail.text.strip().splitlines())
    said = f"On {now:%a}, {now.day} {now:%b %Y} at {now:%H:%M}, {OWNER_NAME} <{OWNER_ADDRESS}> wrote:"
    match habit.quoting:
        case Quoting.above:
            first = "\n".join(marked.splitlines()[:3])
            return f"{OWNER_NAME} wrote:\n{first}\n> [...]\n\n{habit.text}"
        case Quoting.outlook:
            head = f"From: {OWNER}\nSent: {now:%A}, {now:%B} {now.day}, {now:%Y %H:%M}\n"
            return f"{habit.text}\n{'_' * 32}\n{head}To: {mail.to}\nSubject: {mail.subject}\n\n{mail.text.strip()}\n"
        case _:
            return f"{habit.text}\n{said}\n{marked}\n"


def _as_html(mail: Arrived, habit: Habit, now: datetime) -> str:
    paragraphs = "".join(f"<p>{html.escape(p)}</p>" for p in habit.text.strip().split("\n\n"))
    said = html.escape(f"On {now:%a}, {now.day} {now:%b %Y} at {now:%H:%M}, {OWNER} wrote:")
    old = html.escape(mail.text.strip()).replace("\n", "<br>\n")
    quote = f'<div class="gmail_quote">{said}<br><blockquote class="gmail_quote">{old}</blockquote></div>'
    return f"<html><body>{paragraphs}{quote}</body></html>\n"

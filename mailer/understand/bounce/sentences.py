"""Notices that name the recipient in a sentence or behind a label, in a dialogue, or by the local part alone.

So write IMail, MailEnable, LISTSERV's mailers, SurfControl, InterScan, DragonFly, Demon, Amazon SES, KDDI, AOL,
Sendmail's transcripts, and everybody's own scripts.
"""

from __future__ import annotations

import re

from mailer.understand import limits
from mailer.understand.bounce import reasons
from mailer.understand.bounce import words as say
from mailer.understand.bounce.lists import ADDRESS, is_nobody
from mailer.understand.bounce.notice import Failure, Notice, is_daemon

_FIND = re.compile(rf"(?:smtp:)?({ADDRESS})", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:^|[\s\[])(?:recipients?|user|address(?:ed to|ee)?|error-for|delivered to|destination|undeliverable to|mailbox|"
    r"originally addressed to|was addressed to|(?:delivery|delivering)[^:]{0,40} to|attempts|userid|message to|"
    r"mail(?:box)? is full|generated from|quota violation for|addressed to|rcpt to|e-?mail address)(?:\(s\))?"
    r"[ \t]{0,4}[:=]?[ \t]{0,4}[\"'<\[(]{0,3}(?:smtp:)?$",
    re.IGNORECASE,
)
_NOT_RECIPIENT = re.compile(
    r"(?:from|sender|sent by|by|contact|mail to|write to|e-?mail(?:ing)?|reply[- ]to|errors-to|return-path|"
    r"assistance[^@]{0,40}|help[^@]{0,40}|information[^@]{0,40}|mail from|message-id|id|subject|"
    r"originally|list)[ \t]{0,3}[:=]?[ \t]{0,3}[\"'<(\[]{0,3}(?:mailto:)?$",
    re.IGNORECASE,
)
_ANY_LABEL = re.compile(r"^[ \t>*\-]{0,8}[^@:<>\n]{3,60}:[ \t]{0,8}[\"'<\[(]{0,3}(?:smtp:)?$", re.IGNORECASE)
"""What a mail system puts before a colon and an address alone."""
_CONTEXT = (say.INTROS, reasons.DEAD, reasons.REFUSING, reasons.NOT_DELIVERED_YET)
_RCPT = re.compile(rf"\bRCPT TO:[ \t]{{0,4}}<?({ADDRESS})>?", re.IGNORECASE)
_REFUSED = re.compile(r"(?:^|[<>\s])[45]\d\d[ \-]")
_BARE = re.compile(r"^[ \t]{1,12}([\w.+\-]{2,64})[ \t]*$")
_EXPANDED = re.compile(rf"expanded from: {{0,3}}<?({ADDRESS})>?", re.IGNORECASE)
_TO_LINE = re.compile(rf"^[ \t]{{0,12}}To:[ \t]{{0,12}}[^\n@]{{0,80}}?<?({ADDRESS})>?", re.IGNORECASE | re.MULTILINE)


def read_sentences(notice: Notice) -> list[Failure]:
    """Addresses on lines that say, or follow lines that say, that something failed."""
    found: list[Failure] = []
    before = ""
    for line in notice.lines[:3000]:
        if "@" in line and len(found) < limits.MAX_RECIPIENTS:
            found += _in_line(line[:1000], before, notice)
        if line.strip():
            before = line[:300]
    return found


def _in_line(line: str, before: str, notice: Notice) -> list[Failure]:
    failing = any(table.search(line) for table in _CONTEXT) or any(
        table.search(f"{before} {line}") for table in _CONTEXT[:1]
    )
    found: list[Failure] = []
    daemon = is_daemon(notice)
    for match in _FIND.finditer(line):
        lead = line[max(0, match.start() - 80) : match.start()]
        if _NOT_RECIPIENT.search(lead) or is_nobody(match[1], notice):
            continue
        if failing or _LABEL.search(lead) or (daemon and _ANY_LABEL.match(line[: match.start()])):
            found.append(Failure(match[1].rstrip("."), line))
    return found


def read_transcript(notice: Notice) -> list[Failure]:
    """Recipients of an SMTP dialogue whose RCPT was answered with 4xx or 5xx, as Sendmail prints it."""
    lines = notice.lines[:3000]
    found: list[Failure] = []
    for at, line in enumerate(lines):
        match = _RCPT.search(line[:600])
        if match and not is_nobody(match[1], notice):
            answer = lines[at : at + 4]
            if any(_REFUSED.search(text) for text in answer):
                found.append(Failure(match[1], "\n".join(answer)))
    return found[: limits.MAX_RECIPIENTS]


def read_expanded(notice: Notice) -> list[Failure]:
    """The alias that an address was expanded from (Sendmail): it is the one we wrote to."""
    return [Failure(m[1], "") for m in _EXPANDED.finditer(notice.words[:20_000])][: limits.MAX_RECIPIENTS]


def read_bare_names(notice: Notice) -> list[Failure]:
    """Local parts alone, below a line that says that they failed: their domain is the notice's own (AOL)."""
    domain = notice.senders[0].email.rpartition("@")[2] if notice.senders else ""
    found: list[Failure] = []
    failing = False
    for line in notice.lines[:500]:
        match = _BARE.match(line)
        if match and failing and domain:
            found.append(Failure(f"{match[1]}@{domain}", line))
        elif line.strip():
            failing = bool(say.INTROS.search(line))
    return found


def read_failed_header(notice: Notice) -> list[Failure]:
    """Exim's X-Failed-Recipients."""
    values = notice.message.headers.all("x-failed-recipients")
    return [Failure(m[1]) for value in values for m in _FIND.finditer(value)][: limits.MAX_RECIPIENTS]


def read_to_line(notice: Notice) -> list[Failure]:
    """The only recipient of the returned message, where a notice names nobody else."""
    match = _TO_LINE.search(notice.words[:20_000])
    if match and not is_nobody(match[1], notice):
        return [Failure(match[1])]
    if notice.returned is not None:
        addresses = {m[1].lower(): m[1] for m in _FIND.finditer(notice.returned.get("to")[:2000])}
        if len(addresses) == 1:
            return [Failure(next(iter(addresses.values())))]
    return []

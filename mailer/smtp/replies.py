"""What a mail server's reply means for a message: try later, refused, or the whole account is in trouble.

The table is the one place for it. Where its entries come from:
RFC 5321 section 4.2 (codes) and 4.2.1 (unknown codes by their first digit), RFC 3463 (enhanced codes),
RFC 4954 section 6 (sign-in), RFC 7504 (521), RFC 1870 (SIZE), RFC 6531 (SMTPUTF8), and what large services document
for their own: "Gmail SMTP errors and codes" (5.4.5, 5.7.9, 5.7.14) and Microsoft's "Email non-delivery reports and
SMTP errors in Exchange Online" (5.1.8, 5.1.90, 5.2.25x, 5.7.5xx, 5.7.7xx).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mailer.model import Delivery, Outcome

TEXT_LIMIT = 300
"""Characters of a server's words that are kept: it may send 512 octets a line and any number of lines."""

CODES: dict[int, Outcome] = {
    421: Outcome.later,  # closing the channel (RFC 5321 section 4.2.2)
    503: Outcome.later,  # bad sequence of commands: this session is out of step, a new one may not be
    521: Outcome.account,  # this host takes no mail (RFC 7504)
    530: Outcome.account,  # authentication required (RFC 4954 section 6)
    534: Outcome.account,  # mechanism too weak; application password or web sign-in wanted (RFC 4954, Gmail)
    535: Outcome.account,  # credentials invalid (RFC 4954)
    538: Outcome.account,  # encryption required for the mechanism (RFC 2554)
}
"""SMTP reply codes whose meaning doesn't hang on the stage. Others go by enhanced code, words, stage, first digit."""

ENHANCED: dict[str, Outcome] = {
    "1.7": Outcome.account,  # bad sender's mailbox address syntax (RFC 3463)
    "1.8": Outcome.account,  # bad sender's system address; Exchange: "bad outbound sender", blocked for spam
    "1.90": Outcome.account,  # Exchange: daily limit of recipients reached
    "2.252": Outcome.account,  # Exchange: SendAsDenied
    "2.254": Outcome.account,  # Exchange: sender address not allowed
    "4.5": Outcome.account,  # RFC 3463 "mail system congestion"; Gmail: daily sending limit exceeded
    "5.1": Outcome.later,  # invalid command: the session is out of step
    "7.3": Outcome.account,  # security conversion; Exchange: authentication unsuccessful
    "7.8": Outcome.account,  # credentials invalid (RFC 4954)
    "7.9": Outcome.account,  # mechanism too weak (RFC 4954); Gmail: application password required
    "7.11": Outcome.account,  # encryption required (RFC 4954)
    "7.13": Outcome.account,  # user account disabled (RFC 5248 registry)
    "7.14": Outcome.account,  # trust relationship required; Gmail: sign in with a web browser
    "7.57": Outcome.account,  # Exchange: client not authenticated
    "7.60": Outcome.account,  # Exchange: no permission to send as this sender
    "7.64": Outcome.account,  # Exchange: relay access denied
    "7.139": Outcome.account,  # Exchange: basic sign-in is switched off for this account
    "7.232": Outcome.account,  # Exchange: the tenant's daily limit
    "7.233": Outcome.account,
}
"""Enhanced status codes by subject.detail (the class is the reply's own first digit)."""

EXCHANGE_ACCOUNT = re.compile(r"7\.(50[0-9]|51[0-3]|70[0-9]|71[0-9]|750)$")
"""Exchange Online's family for banned senders and tenants over their limits."""

OWN_WORDS = re.compile(
    r"""
      \b (daily|hourly|monthly|sending|outgoing|outbound|submission) \b .{0,30}? \b (limit|quota)
    | \b your \s (mail\s|e-?mail\s|user\s)? account \b .{0,40}? \b
         (block|suspend|disabl|lock|restrict|limit|clos|not\sallowed|compromis)
    | \b sender \s address \s rejected \b
    | \b (sender|from) \s (address|domain) \b .{0,60}? \b (not\s(owned|allowed|authori[sz]ed|permitted)|mismatch)
    | \b not \s (allowed|authori[sz]ed|permitted) \s to \s (send|relay|use\sthis)
    | \b (authentication|login|sign-?in|smtp\sauth) \s (is\s)? required \b
    | \b (must|need\sto|please) \s (first\s)? (authenticate|log\s?in|sign\sin)
    | \b relay(ing)? \s (access\s)? (denied|not\s(allowed|permitted)|prohibited)
    | \b (unable|not\sallowed) \s to \s relay \b
    | \b client \s host \b .{0,60}? \b (rejected|blocked)
    | \b helo \s command \s rejected \b
    | \b sendasdenied \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words about the sender's own side, for the many servers that say 550 5.7.1 or a bare 554 for everything."""

UNCLEAR_WORDS = re.compile(
    r"""
      \b (user|sender|sending) \s account \b .{0,40}? \b (block|suspend|disabl|lock|restrict|limit|clos|compromis)
    | \b account \b .{0,20}? \b (has\sbeen|is|was) \s (temporarily\s)? (block|suspend|disabl|lock|restrict)
    | \b (message|user|rate) \s (limit|quota)s? \b .{0,40}? \b (exceed|reach|over|hit)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words that speak of whoever was named last: at RCPT and DATA of the recipient, elsewhere of the sender."""

ENHANCED_CODE = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?=\s|$|:)\s*")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")

BEFORE_SENDER = frozenset({"connect", "greeting", "ehlo", "starttls", "login"})
"""Stages at which nothing has been said about a message yet: a lasting refusal there is about the account."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's reply, taken apart: code, enhanced code ("" without one), one bounded line of text."""

    code: int
    enhanced: str
    text: str

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 300


def one_line(text: str, *secrets: str) -> str:
    """Make a stranger's words fit for a log: one line, bounded, nothing unprintable, none of `secrets`."""
    clean = text.encode("utf-8", "replace").decode("utf-8", "replace")
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        clean = clean.replace(secret, "[hidden]")
    clean = CONTROLS.sub(" ", clean).strip()
    return clean if len(clean) <= TEXT_LIMIT else clean[: TEXT_LIMIT - 1] + "…"


@lru_cache(maxsize=64)
def usual_reply(code: int, message: str) -> Reply:
    """The same as `read_reply`, kept: within a session most replies repeat word for word."""
    return read_reply(code, message)


def read_reply(code: int, message: str, *secrets: str) -> Reply:
    """Take a reply apart; the enhanced code (RFC 2034) stands at the start of each line and is read from the first."""
    lines = message.split("\n")
    found = ENHANCED_CODE.match(lines[0])
    text = " ".join(ENHANCED_CODE.sub("", line, count=1) if ENHANCED_CODE.match(line) else line for line in lines)
    return Reply(code, found[1] if found else "", one_line(text, *secrets))


def classify(stage: str, reply: Reply) -> Outcome:
    """Say what a reply that isn't a success means at this stage of the dialogue."""
    if not 400 <= reply.code < 600:
        return Outcome.uncertain if stage == "content" else Outcome.later  # nonsense; after the dot anything may be
    if reply.code < 500:
        return Outcome.later
    if stage in BEFORE_SENDER:
        return Outcome.account
    if (known := _known(reply)) is not None:
        return known if stage != "mail" else _of_sender(known)
    if OWN_WORDS.search(reply.text) or (stage == "content" and UNCLEAR_WORDS.search(reply.text)):
        return Outcome.account
    return Outcome.account if stage == "mail" and not _is_about_message(reply) else Outcome.rejected


def _known(reply: Reply) -> Outcome | None:
    """What the tables say, if anything. Codes first: some services send 530 with 5.5.1."""
    if reply.code in CODES:
        return CODES[reply.code]
    detail = reply.enhanced.partition(".")[2]
    return Outcome.account if EXCHANGE_ACCOUNT.match(detail) else ENHANCED.get(detail)


def _of_sender(known: Outcome) -> Outcome:
    """MAIL comes first in a transaction, so "bad sequence" there means that the server wanted a sign-in."""
    return Outcome.account if known is Outcome.later else known


def _is_about_message(reply: Reply) -> bool:
    """True where MAIL was refused for the message's size (RFC 1870) or encoding (RFC 6531), not for its sender."""
    subject = reply.enhanced.split(".")[1:2]
    return reply.code in (552, 555) or subject == ["6"] or reply.enhanced.endswith(".3.4")


def refused(stage: str, reply: Reply) -> Delivery:
    """The delivery that a reply other than success makes."""
    return Delivery(classify(stage, reply), stage, reply.code, reply.enhanced, reply.text)

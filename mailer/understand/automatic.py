"""Whether a robot wrote a message: RFC 3834 and its older cousins, then subjects and first sentences.

Strong signs decide alone. Weak ones (a null return path, a sentence about an absence) only together: people are away
too. List headers say nothing here, and `X-Auto-Response-Suppress` asks others not to answer; it marks no answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailer import model
from mailer.understand import limits
from mailer.understand.mime import Part
from mailer.understand.phrases import Table, absence, robots
from mailer.understand.phrases.calendar import RETURN
from mailer.understand.sentences import sentences

ENOUGH = 4
"""Weight at which a message is a robot's."""
UNSURE = 3
"""Weight at which the owner is asked."""

_MARKS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply")
_OTHER_MARKS = (
    "x-vacation",
    "x-amazon-auto-reply",
    "x-ms-exchange-oof",
    "x-cron-env",
    "x-tmda-confirm",
    "x-boxtrapper",
)
_NO = frozenset({"no", "false", "none", "0", ""})
_PRECEDENCE = re.compile(r"auto[-_ ]?repl(?:y|ied)|auto[-_ ]?respon", re.IGNORECASE)
_EXCHANGE_SOURCE = re.compile(r"mailbox rules agent|oof|out ?of ?office", re.IGNORECASE)
_NOTES_ITEM = re.compile(r"name=\$(?:autorespond|outofoffice|oooreply)", re.IGNORECASE)
_PROGRAM = re.compile(r"vacation|auto-?(?:reply|respond|antwort)|out-?of-?office|gmx-autoresponder", re.IGNORECASE)
_ROBOT_LOCAL = re.compile(
    r"^(?:auto(?:-?(?:reply|respond(?:er)?|antwort))|vacation|out-?of-?office)(?:[-+._].{0,40})?@", re.IGNORECASE
)
_UNREAD_LOCAL = re.compile(
    r"^(?:.{0,30}[-_.+])?(?:no|do-?not|donot)[-_.]?(?:reply|respond|answer)(?:[-_.+].{0,30})?@|^(?:noreply|nepasrepondre|"
    r"keine-?antwort|nicht-?antworten|notifications?|bounce)@",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"^\s*(?:re|aw|sv|vs|antw|odp|ynt|atb|ha|回复|回覆|答复|返信)\s?(?:\[\d+\])?\s?[:\uff1a]", re.IGNORECASE
)
_MACHINE_SUBJECT = Table(
    absence.MACHINE_SUBJECTS,
    before=r"^[\W_]{0,4}",
    after=r"(?=\s{0,3}(?:[:\uff1a\[(|]|-\s|\u2013|$)|\s{0,2}\(?re\b)",
)
_CAR = re.compile(r"\s*(?!AUTO)[Aa]uto\s?:")
"""Domino writes `AUTO:`; a German who writes `Auto:` has a car in mind."""
_AWAY_SUBJECT = Table(absence.AWAY_SUBJECTS)
_AWAY = Table(absence.AWAY)
_SAYS = Table(absence.SAYS_AUTOMATIC)
_LEFT = Table(absence.LEFT_COMPANY)
_PERSONAL = Table(absence.PERSONAL, before=r"(?<!\w)")
_PART = Table(absence.TEMPLATE_PARTS)
_TICKET = Table(robots.TICKET_WORDS)
_TICKET_SUBJECT = Table(robots.TICKET_SUBJECTS)
_CHALLENGE = Table(robots.CHALLENGE_WORDS)
_CHALLENGE_SUBJECT = Table(robots.CHALLENGE_SUBJECTS)
_RETURN = Table(RETURN)
_NULL_PATH, _ABSENCE = "null return path", "speaks of an absence"
_FIRST_SENTENCES = 8
_TEMPLATE_LENGTH = 1500


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that speaks for a robot, with its weight and what was seen."""

    weight: int
    rule: str
    detail: str
    quotes: bool = False


def header_sign(message: Part) -> Sign | None:
    """The header that alone marks a robot; None where there is none."""
    headers = message.headers
    submitted = headers.get("auto-submitted").strip().lower()
    if submitted and submitted.split(";")[0].split(" ")[0].strip() != "no":
        return _strong("Auto-Submitted (RFC 3834 section 5)", "Auto-Submitted", submitted)
    for name in (*_MARKS, *_OTHER_MARKS):
        if name in headers and headers.get(name).strip().lower() not in _NO:
            return _strong("header of an automatic answer", name, headers.get(name))
    for name in ("precedence", "x-precedence"):
        if _PRECEDENCE.search(headers.get(name)):
            return _strong("header of an automatic answer", name, headers.get(name))
    if _EXCHANGE_SOURCE.search(headers.get("x-ms-exchange-generated-message-source")):
        return _strong(
            "Exchange's mark of an automatic answer", "X-MS-Exchange-Generated-Message-Source", "rules agent"
        )
    if any(_NOTES_ITEM.search(value) for value in headers.all("x-notes-item")):
        return _strong("Domino's mark of an automatic answer", "X-Notes-Item", "automatic answer")
    for name in ("x-mailer", "user-agent", "x-generated-by"):
        if _PROGRAM.search(headers.get(name)):
            return _strong("program that only answers automatically", name, headers.get(name))
    if headers.get("x-apple-action").lower() == "vacation":
        return _strong("header of an automatic answer", "X-Apple-Action", "vacation")
    if headers.get("x-fc-machinegenerated").lower() == "true":
        return _strong("header of an automatic answer", "X-FC-MachineGenerated", "true")
    return None


def _strong(rule: str, name: str, value: str) -> Sign:
    return Sign(10, rule, f"{name}: {value[:80]}")


def signs(message: Part, sender: str, subject: str, text: str) -> list[Sign]:
    """Everything that speaks for a robot, heaviest first. `text` is the sender's own words."""
    strong = header_sign(message)
    if strong is not None:
        return [strong]
    text = text[: limits.MAX_PHRASES]
    found = [*_envelope(message, sender), *_subject(subject), *_words(text), *_ticket(message, sender, subject, text)]
    if any(sign.rule == _NULL_PATH for sign in found) and not any(sign.rule == _ABSENCE for sign in found):
        found += _return(text)
    found += _challenge(subject, text)
    return sorted(found, key=lambda sign: -sign.weight)


def _envelope(message: Part, sender: str) -> list[Sign]:
    found: list[Sign] = []
    if message.headers.get("return-path").replace(" ", "") == "<>":
        found.append(Sign(2, _NULL_PATH, "Return-Path: <>"))
    if _ROBOT_LOCAL.match(sender):
        found.append(Sign(4, "sender's name is a robot's", sender[:80]))
    if message.headers.get("precedence").strip().lower() in ("bulk", "junk"):
        found.append(Sign(1, "Precedence", f"Precedence: {message.headers.get('precedence')[:20]}"))
    return found


def _subject(subject: str) -> list[Sign]:
    if _MACHINE_SUBJECT.match(subject) and not _CAR.match(subject):
        return [Sign(4, "subject that programs write", subject[:120])]
    if not _ANSWER.match(subject) and _AWAY_SUBJECT.search(subject):
        return [Sign(2, "subject about an absence", subject[:120])]
    return []


def _words(text: str) -> list[Sign]:
    """What the first sentences say; a template with nothing personal in it weighs more."""
    first = sentences(text[:_TEMPLATE_LENGTH])[:_FIRST_SENTENCES]
    found: list[Sign] = []
    says = next((s for s in first if _SAYS.search(s)), None)
    if says:
        found.append(Sign(3, "says itself that it is automatic", says[:160], quotes=True))
    away = next((s for s in first[:5] if _AWAY.search(s)), None)
    left = next((s for s in first[:5] if _LEFT.search(s)), None)
    if away or left:
        found.append(Sign(2, _ABSENCE, (away or left or "")[:160], quotes=True))
        if len(first) > 1 and len(text) < _TEMPLATE_LENGTH and all(_is_template(s) for s in first):
            found.append(Sign(1, "nothing personal in it", ""))
    return found


def _return(text: str) -> list[Sign]:
    """A first sentence about a return: said by people too, but not with a null return path."""
    first = sentences(text[:_TEMPLATE_LENGTH])[:5]
    back = next((s for s in first if _RETURN.search(s) and any(c.isdigit() for c in s)), None)
    return [Sign(2, "speaks of a return", back[:160], quotes=True)] if back else []


def _is_template(sentence: str) -> bool:
    """Whether a sentence is a part of the usual template: absence, return, substitute, thanks, or too short to say."""
    if "?" in sentence or _PERSONAL.search(sentence):
        return False
    return len(sentence) < 28 or any(table.search(sentence) for table in (_AWAY, _PART, _LEFT, _SAYS))


def _ticket(message: Part, sender: str, subject: str, text: str) -> list[Sign]:
    """Acknowledgements of ticket systems: their words, with a mark of a system beside them."""
    words = _TICKET.find(text[:_TEMPLATE_LENGTH])
    if not words:
        return []
    found = [Sign(2, "acknowledges receipt", words[:120], quotes=True)]
    names = message.headers.names()
    header = next((n for n in names if n.startswith(robots.TICKET_HEADERS)), None)
    if header:
        found.append(Sign(2, "header of a ticket system", header))
    if _TICKET_SUBJECT.search(subject):
        found.append(Sign(2, "subject of a ticket system", subject[:120]))
    if is_unread_sender(sender):
        found.append(Sign(2, "sender that nobody reads", sender[:80]))
    return found


def _challenge(subject: str, text: str) -> list[Sign]:
    words = _CHALLENGE.find(text[:_TEMPLATE_LENGTH])
    if not words:
        return []
    found = [Sign(3, "asks the sender to prove to be human", words[:120], quotes=True)]
    if _CHALLENGE_SUBJECT.search(subject) or "http" in text:
        found.append(Sign(2, "challenge to confirm a message", subject[:120]))
    return found


def says_left(text: str) -> bool:
    """Whether the writer has left the place that the address belongs to."""
    return any(_LEFT.search(sentence) for sentence in sentences(text[:_TEMPLATE_LENGTH])[:_FIRST_SENTENCES])


def is_unread_sender(address: str) -> bool:
    """Whether an address says that nobody reads it."""
    return bool(_UNREAD_LOCAL.match(address))


def is_answer_subject(subject: str) -> bool:
    """Whether a subject begins as a person's program marks an answer."""
    return bool(_ANSWER.match(subject))


def evidence(found: list[Sign]) -> tuple[model.Evidence, ...]:
    """The signs as evidence."""
    return tuple(model.Evidence(sign.rule, sign.detail, sign.quotes) for sign in found)

"""Whose mail an incoming message is: by thread, by what a bounce returned, by its sender, by name and subject.

The thread says which of our messages is answered; who answers is the sender, where the roster knows them. So an answer
of somebody else in the roster, to whom a letter was passed on, is theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailer.model import (
    Action,
    BouncedRecipient,
    Classification,
    Evidence,
    FetchedMail,
    MatchedBy,
    MessageKind,
    MessageStatus,
    Verdict,
)
from mailer.storage import contacts, messages
from mailer.storage.records import ContactRecord, MessageRecord
from mailer.storage.store import Tx

RECENT = timedelta(days=14)
"""How long after a mail left a bounce without its Message-ID is still taken to be about it."""

OWN_WORDS = frozenset({Classification.reply, Classification.opt_out})

THREADED = frozenset({MatchedBy.in_reply_to, MatchedBy.references, MatchedBy.subject})
"""Ways that make it an answer to a mail of ours, so that its words are kept."""

_GONE = (MessageStatus.sent, MessageStatus.uncertain, MessageStatus.failed)
_LONGEST_PREFIX = 60
_TOKEN = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Match:
    """Which contact, and which of our messages, an incoming mail belongs to.

    `stranger`: it came from an address that the roster doesn't know; `other`: and apparently from another person.
    """

    contact_id: int
    message: MessageRecord | None
    by: MatchedBy
    stranger: bool = False
    other: bool = False


def find_match(tx: Tx, verdict: Verdict, mail: FetchedMail) -> Match | None:
    """Whose mail it is; None where it is nobody's."""
    sender = contacts.by_address(tx, verdict.sender) if verdict.sender else None
    if (threaded := _by_thread(tx, verdict, sender)) is not None:
        return threaded
    if verdict.bounce is not None:
        return _by_bounce(tx, verdict, mail)
    return _by_sender(tx, verdict, mail, sender) if sender is not None else _by_name(tx, verdict)


def _by_thread(tx: Tx, verdict: Verdict, sender: ContactRecord | None) -> Match | None:
    """By In-Reply-To, then References, the newest first; in merged threads the message that the sender had."""
    found = [
        (message, by)
        for ids, by in ((verdict.in_reply_to, MatchedBy.in_reply_to), (verdict.references[::-1], MatchedBy.references))
        for message in messages.all_by_identity(tx, list(ids))
        if message.contact_id is not None
    ]
    if not found:
        return None
    message, by = next(((m, b) for m, b in found if sender and m.contact_id == sender.id), found[0])
    assert message.contact_id is not None  # noqa: S101 -- filtered above
    if sender is not None or verdict.bounce is not None:
        return Match(sender.id if sender else message.contact_id, message, by)
    contact = contacts.get(tx, message.contact_id)
    other = contact is not None and not is_same_person(contact.name, verdict.sender_name, verdict.sender)
    return Match(message.contact_id, message, by, stranger=True, other=other)


def _by_sender(tx: Tx, verdict: Verdict, mail: FetchedMail, sender: ContactRecord) -> Match | None:
    """Friends and family write anyway: a sender alone counts only after our first mail to them."""
    if sender.contacted_at is None or mail.received_at < _whole_second(sender.contacted_at):
        return None
    message = _with_subject(tx, sender.id, verdict.subject)
    return Match(sender.id, message, MatchedBy.subject if message else MatchedBy.sender)


def _by_name(tx: Tx, verdict: Verdict) -> Match | None:
    """A known name at an unknown address, under the subject of a mail that this contact had of us."""
    if verdict.classification not in OWN_WORDS or not verdict.sender_name:
        return None
    namesakes = contacts.same_name(tx, _in_order(verdict.sender_name), but=0)
    for contact in namesakes if len(namesakes) == 1 else ():
        if message := _with_subject(tx, contact.id, verdict.subject):
            return Match(contact.id, message, MatchedBy.name, stranger=True)
    return None


def _by_bounce(tx: Tx, verdict: Verdict, mail: FetchedMail) -> Match | None:
    bounce = verdict.bounce
    assert bounce is not None  # noqa: S101 -- the caller looked
    ids = [bounce.message_id] if bounce.message_id else []
    message = messages.by_identity(tx, ids, [bounce.breadcrumb_id] if bounce.breadcrumb_id else [])
    if message is not None and message.contact_id is not None:
        return Match(message.contact_id, message, MatchedBy.returned)
    if bounce.message_id or bounce.breadcrumb_id:
        return None  # it names a message, and that one isn't ours
    for named in bounce.recipients:
        contact = contacts.by_address(tx, named.address) if _may_match(verdict, named) else None
        if contact is None:
            continue
        last = messages.last_sent_to(tx, contact.id, list(MessageKind), mail.received_at - RECENT)
        if last is not None:
            return Match(contact.id, last, MatchedBy.recipient)
    return None


def _may_match(verdict: Verdict, named: BouncedRecipient) -> bool:
    """A recipient who was reached says nothing of a letter of ours; a complaint's are all reached."""
    return verdict.classification is Classification.complaint or named.action in (Action.failed, Action.delayed)


def _with_subject(tx: Tx, contact_id: int, subject: str) -> MessageRecord | None:
    """The newest message of ours to a contact that a subject answers."""
    sent = messages.listing(tx, messages.Filter(contact_id=contact_id, statuses=_GONE))
    return next((m for m in reversed(sent) if answers_subject(subject, m.subject)), None)


def answers_subject(subject: str, ours: str) -> bool:
    """Whether a subject is ours with something before it, as "Re:" and "Automatic reply:" in any language are."""
    theirs, wanted = (" ".join(text.split()).casefold() for text in (subject, ours))
    before = theirs.removesuffix(wanted)
    return bool(wanted) and 0 < len(theirs) - len(wanted) == len(before) <= _LONGEST_PREFIX and before[-1] in " :\uff1a"


def is_same_person(name: str, sender_name: str, address: str) -> bool:
    """Whether a sender's name, else a part of the address, fits a contact's name."""
    wanted, given = (set(_TOKEN.findall(text.casefold())) for text in (name, sender_name))
    if given and "@" not in sender_name:
        return wanted <= given or given <= wanted
    local = address.rpartition("@")[0].casefold()
    return any(len(word) > 2 and word in local for word in wanted)


def _in_order(name: str) -> str:
    """ "Lovelace, Ada" as "Ada Lovelace"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name.strip()


def _whole_second(moment: datetime) -> datetime:
    """INTERNALDATE has no fractions."""
    return moment.replace(microsecond=0)


def doubted(verdict: Verdict, match: Match, name: str) -> Verdict:
    """The verdict with a question where it is not sure enough whose it is; `name` is the contact's."""
    if match.by is MatchedBy.recipient:
        return _with_proof_wanting(verdict, name)
    if match.by is MatchedBy.name:
        question = f"Is this from {name}? Only the sender's name and the subject say so."
        return _asked(verdict, question)
    if match.other and verdict.classification is Classification.opt_out:
        who = verdict.sender_name or verdict.sender
        return _asked(verdict, f"{who} asks in {name}'s thread not to be written to. Does that hold for {name}?")
    return replace(verdict, away_until=None) if match.other else verdict


def _with_proof_wanting(verdict: Verdict, name: str) -> Verdict:
    """A notice that names an address only, which anybody could write. A complaint is always a question then, a failure
    where no mail system sent it; nothing follows from either before the owner answered."""
    assert verdict.bounce is not None  # noqa: S101 -- only notices are matched by whom they name
    complains = verdict.classification is Classification.complaint
    fails = any(r.action is Action.failed for r in verdict.bounce.recipients)
    if verdict.unverified or not (complains or (fails and not verdict.bounce.by_system)):
        return verdict
    what = f"that {name} complained" if complains else f"that mail to {name} came back"
    question = f"{verdict.sender or 'Somebody'} reports {what}, and names no letter of yours. Is that true?"
    why = "it names no letter of yours, and anybody could have sent it"
    evidence = (*verdict.evidence, Evidence("this report may be forged", why))
    return replace(verdict, unverified=why, question=verdict.question or question, evidence=evidence)


def _asked(verdict: Verdict, question: str) -> Verdict:
    return replace(verdict, classification=Classification.reply, opt_out_scope=None, question=question)


def kept_words(verdict: Verdict, by: MatchedBy) -> str:
    """The words that may be kept: of answers to our mail only."""
    return verdict.text if by in THREADED else ""


def kept_evidence(verdict: Verdict, by: MatchedBy) -> list[dict[str, object]]:
    """The evidence as it is stored: quotes of answers to our mail only, marked so that they go when the words go."""
    kept: list[dict[str, object]] = []
    for each in verdict.evidence:
        detail = "" if each.quotes and by not in THREADED else each.detail
        kept.append({"rule": each.rule, "detail": detail} | ({"quotes": True} if each.quotes else {}))
    return kept

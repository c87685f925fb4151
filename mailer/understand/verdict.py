"""Received bytes to a verdict. Order of questions: bounce? automatic? opt-out? reply?"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from mailer import model
from mailer.understand import automatic, impersonal, limits
from mailer.understand.authenticity import forged
from mailer.understand.body import message_text
from mailer.understand.bounce import is_feedback, make_notice, read_bounce, read_complaint, read_event
from mailer.understand.dates import away_until
from mailer.understand.headers import Address, message_ids, parse_addresses, parse_date
from mailer.understand.introductions import find_introductions, find_new_address, find_substitutes
from mailer.understand.mime import Part, parse
from mailer.understand.newtext import own_words
from mailer.understand.optout import find_opt_out
from mailer.understand.phrases import Table, absence

_URGENT = Table((*absence.URGENT, *absence.LEFT_COMPANY))
_AMERICAN_ZONE = re.compile(r"-0[3-9]\d\d|-10\d\d|\b[ECMP][SD]T\b")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known around a message besides its bytes. Addresses are in lower case."""

    owner: str = ""
    owner_addresses: frozenset[str] = frozenset()
    known_addresses: frozenset[str] = frozenset()
    footer: str = ""
    today: date | None = None

    @property
    def ours(self) -> frozenset[str]:
        """Every address of the owner."""
        return self.owner_addresses | {self.owner} if self.owner else self.owner_addresses


def understand(
    raw: bytes,
    *,
    owner: str | None = None,
    owner_addresses: Collection[str] = (),
    known_addresses: Collection[str] = (),
    footer: str | None = None,
    truncated: bool = False,
    today: date | None = None,
    trusted_servers: Collection[str] = (),
) -> model.Verdict:
    """What `raw` is and what it says. Pure, bounded, linear in time; never raises, whatever the bytes.

    `owner` is the address the mail came to (else `Delivered-To`, else the first `To`), `owner_addresses` are the
    owner's other ones, `known_addresses` those of people in the roster, who are no introduction. `footer` is the text
    under our own letters, whose words are never the correspondent's. `truncated` says that `raw` was cut before it
    came here. `today` (the owner's date) anchors dates like "back on Monday" where the message has no Date.
    `trusted_servers` are the names under which the owner's own server states what it found out about the sender.
    """
    message = parse(raw)
    facts = _facts(message)
    around = Circumstances(
        owner=(owner or _owner_of(message)).lower(),
        owner_addresses=frozenset(a.lower() for a in owner_addresses),
        known_addresses=frozenset(a.lower() for a in known_addresses),
        footer=footer or "",
        today=today,
    )
    verdict = _unless_forged(_judge(message, facts, around), forged(message.headers, trusted_servers))
    limits_met = message.budget.met
    if limits_met or truncated:
        detail = ", ".join(limits_met) or "cut before it was read"
        evidence = (*verdict.evidence, model.Evidence("read only as far as a limit", detail))
        verdict = replace(verdict, truncated=True, evidence=evidence)
    return verdict


def _unless_forged(verdict: model.Verdict, why: str) -> model.Verdict:
    """A verdict on which nothing follows without the owner, where their server found the sender to be forged.

    A person's answer or request becomes a question. A notice stays one, with a question where it would stop mail.
    """
    kinds = model.Classification
    if not why:
        return verdict
    evidence = (*verdict.evidence, model.Evidence("your mail server could not verify the sender", why))
    verdict = replace(verdict, unverified=why, evidence=evidence)
    if verdict.classification in (kinds.automatic, kinds.other):
        return verdict
    asks = {kinds.opt_out: "asks not to be written to", kinds.bounce: "says that mail came back"}
    what = asks.get(verdict.classification, "complains" if verdict.classification is kinds.complaint else "answers")
    question = f"The sender may be forged ({why}): is it really {verdict.sender or 'who it says'} who {what}?"
    kind = verdict.classification if verdict.bounce is not None else kinds.reply
    return replace(verdict, classification=kind, opt_out_scope=None, question=verdict.question or question)


def _owner_of(message: Part) -> str:
    for name in ("delivered-to", "to"):
        addresses = parse_addresses(message.headers.get(name))
        if addresses:
            return addresses[0].email
    return ""


def _facts(message: Part) -> model.Verdict:
    """A verdict that holds only what the headers state."""
    headers = message.headers
    senders = parse_addresses(headers.get("from")) or parse_addresses(headers.get("sender"))
    recipients = [a.email for name in ("to", "cc") for value in headers.all(name) for a in parse_addresses(value)]
    ids = message_ids(headers.get("message-id"))
    return model.Verdict(
        classification=model.Classification.reply,
        message_id=ids[0] if ids else "",
        breadcrumb_id=headers.get("x-breadcrumb-id").strip()[:64],
        in_reply_to=message_ids(headers.get("in-reply-to")),
        references=message_ids(headers.get("references")),
        sender=senders[0].email if senders else "",
        sender_name=senders[0].name if senders else "",
        recipients=tuple(dict.fromkeys(recipients)),
        subject=headers.text("subject")[:500],
        sent_at=parse_date(headers.get("date")),
    )


def _judge(message: Part, facts: model.Verdict, around: Circumstances) -> model.Verdict:
    bounced = _bounce(message, facts)
    if bounced is not None:
        return bounced
    full = message_text(message)
    facts = replace(facts, text=own_words(full, footer=around.footer, sender_name=facts.sender_name))
    for impersonal_evidence in (
        impersonal.receipt(message, facts.subject, full),
        impersonal.calendar_answer(message, facts.subject, facts.text),
    ):
        if impersonal_evidence is not None:
            return replace(facts, classification=model.Classification.other, evidence=(impersonal_evidence,))
    signs = automatic.signs(message, facts.sender, facts.subject, facts.text)
    if sum(sign.weight for sign in signs) >= automatic.ENOUGH:
        return _automatic(message, facts, around, signs)
    return _personal(message, facts, around, full, signs)


def _bounce(message: Part, facts: model.Verdict) -> model.Verdict | None:
    """The verdict on a notice of a mail system: complaint, bounce, or (of success) other."""
    kinds = model.Classification
    notice = make_notice(message)
    event = read_event(notice) if notice is not None else None
    complaint = read_complaint(message, notice, event)
    if complaint is not None:
        return replace(facts, classification=kinds.complaint, bounce=complaint.bounce, evidence=complaint.evidence)
    if is_feedback(message):
        about = model.Evidence("report on authentication (RFC 6591)", "message/feedback-report part")
        return replace(facts, classification=kinds.other, evidence=(about,))
    reading = read_bounce(notice, event) if notice is not None else None
    if reading is None:
        return None
    kind = kinds.other if reading.delivered else kinds.bounce
    return replace(facts, classification=kind, bounce=reading.bounce, evidence=reading.evidence)


def _automatic(
    message: Part, facts: model.Verdict, around: Circumstances, signs: list[automatic.Sign]
) -> model.Verdict:
    """A robot's answer, with what it says of the absence."""
    anchor = _anchor(facts, around)
    until = None
    if anchor is not None:
        said = f"{facts.subject}.\n\n{facts.text[: limits.MAX_PHRASES]}"
        until = away_until(said, anchor, month_first=bool(_AMERICAN_ZONE.search(message.headers.get("date"))))
    sender = Address(facts.sender_name, facts.sender)
    return replace(
        facts,
        classification=model.Classification.automatic,
        evidence=automatic.evidence(signs),
        away_until=until,
        substitutes=find_substitutes(facts.text, _URGENT, ours=around.ours, sender=sender),
        left_company=automatic.says_left(facts.text),
        new_address=find_new_address(facts.text, facts.sender),
    )


def _anchor(facts: model.Verdict, around: Circumstances) -> date | None:
    """The day that "Friday" counts from: the message's, unless that lies ahead of today."""
    sent = facts.sent_at.date() if facts.sent_at is not None else None
    if sent is None or (around.today is not None and (sent - around.today).days > 1):
        return around.today
    return sent


def _personal(
    message: Part, facts: model.Verdict, around: Circumstances, full: str, signs: list[automatic.Sign]
) -> model.Verdict:
    """Not from a robot that answers: an opt-out, a person's reply, or mail that answers nothing."""
    kinds = model.Classification
    asked = find_opt_out(facts.text, facts.subject)
    listed = impersonal.list_traffic(message, facts, around.owner, full)
    if listed is not None and not (asked is not None and asked.sure):
        return replace(facts, classification=kinds.other, evidence=(listed,))
    if asked is not None and asked.sure:
        evidence = (model.Evidence("asks in own words not to be written to", asked.words, quotes=True),)
        return replace(facts, classification=kinds.opt_out, opt_out_scope=asked.scope, evidence=evidence)
    if asked is not None:
        evidence = (model.Evidence("may be asking not to be written to", asked.words, quotes=True),)
        # The question goes into other rows, which outlive the words: it quotes none.
        return replace(facts, evidence=evidence, question="Does their answer ask you to stop writing?")
    sender = Address(facts.sender_name, facts.sender)
    unsure = sum(sign.weight for sign in signs) >= automatic.UNSURE
    return replace(
        facts,
        # No words are quoted here: of some replies nothing but the verdict may be kept.
        evidence=(model.Evidence("a person's own words", _extent(facts.text)), *automatic.evidence(signs)),
        question="Did a person write this, or a program?" if unsure else None,
        introductions=find_introductions(
            message, facts.text, sender=sender, ours=around.ours, known=around.known_addresses
        ),
        new_address=find_new_address(facts.text, facts.sender),
        left_company=automatic.says_left(facts.text),
    )


def _extent(text: str) -> str:
    words = len(text.split())
    return f"{words} new word{'' if words == 1 else 's'}, no sign of a robot or of a request to stop"

"""A mail that the owner sends to themselves logs a conversation: `log: Ada, coffee, referred Bob <bob@...>`.

Only a mail in the Sent folder does, since nobody else can put one there; each only once, however often it is read. What
was done, or why nothing was, is answered in the same thread.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from mailer.addresses import address_key
from mailer.compose import message_id
from mailer.compose.markdown import escape
from mailer.errors import UsageError
from mailer.model import FetchedMail, Hold, Interaction, MessageKind, MessageStatus, Verdict
from mailer.services.desk import Desk
from mailer.services.log import Logged, TakenBack, find_contact, find_entry, log_in, undo
from mailer.services.transitions import hold
from mailer.storage import daemons, events, logged_from, messages
from mailer.storage.logged_from import MAIL
from mailer.storage.records import InteractionRecord, MessageRecord
from mailer.storage.store import Tx

if TYPE_CHECKING:  # with it come all tables of words, and most days bring no such mail
    from mailer.understand.logline import LogLine

UNDO = "undo"

WHY = "its mail is from before the program started on this database: this may have left since"


def command_of(desk: Desk, verdict: Verdict) -> str | None:
    """What a mail in the Sent folder tells the program to log; None for every other mail."""
    from mailer.understand.logline import log_subject

    owner = address_key(desk.config.owner().email)
    if address_key(verdict.sender) != owner or {address_key(a) for a in verdict.recipients} != {owner}:
        return None
    return log_subject(verdict.subject)


def take(tx: Tx, desk: Desk, mail: FetchedMail, verdict: Verdict, line: str, now: datetime) -> bool:
    """Do what it says and answer; False where that was done before."""
    from mailer.understand.logline import parse_line

    key = logged_from.key_of(verdict.message_id or hashlib.sha256(mail.raw).hexdigest())
    if logged_from.known(tx, MAIL, [key]):
        return False
    interaction_id = None
    try:
        if line.lower() == UNDO:
            words = _undone(undo(tx, desk, _last(tx), now, "owner"))
        else:
            written = min(verdict.sent_at or mail.received_at, now)  # "yesterday" is said of that day
            read = parse_line(line, written, desk.window.zone)
            logged = _logged(tx, desk, read, written, now)
            interaction_id, words = logged.interaction.id, _done(desk, logged, now)
    except UsageError as error:
        words = [f"Nothing was logged: {escape(str(error))}.", *([escape(f"{error.mend}.")] if error.mend else [])]
    logged_from.add(tx, MAIL, key, interaction_id, now)
    _answer(tx, desk, verdict, words, now)
    return True


def _logged(tx: Tx, desk: Desk, read: LogLine, written: datetime, now: datetime) -> Logged:
    """Log it. A mail from before the first start, or before an older database was put back, may have been read and
    answered by mail already: what follows from it waits for the owner."""
    started = daemons.owner(tx)["first_started_at"]
    old = started is not None and written < started.replace(microsecond=0)  # the Date of a mail has no fractions
    before = {m.id for m in _queued(tx)} if old else set()
    logged = log_in(tx, desk, find_contact(tx, read.who).id, _item(desk, read, written), now, "owner")
    if not old:
        return logged
    for message in _queued(tx):
        if message.id not in before:
            hold(tx, message, Hold.first_start, WHY, now)
    message_pk = logged.message.id if logged.message else 0
    return replace(logged, message=messages.get(tx, message_pk))


def _queued(tx: Tx) -> list[MessageRecord]:
    return messages.listing(tx, messages.Filter(statuses=(MessageStatus.queued,)))


def _last(tx: Tx) -> InteractionRecord:
    """The last entry that came by mail. Raises UsageError where there is none."""
    return find_entry(tx, str(logged_from.last(tx, MAIL) or 0))


def _item(desk: Desk, read: LogLine, written: datetime) -> Interaction:
    if not read.who:
        raise UsageError("the line names nobody", mend="write such as log: Ada, coffee, thanks for the tour")
    return Interaction(
        on=read.when.on if read.when else desk.today(written),
        at=read.when.at if read.when else None,
        kind=read.kind,
        about=read.about,
        thanks_for=read.thanks_for,
        referrals=read.referrals,
        thank_you=read.thank_you,
        notes=read.notes,
    )


def _done(desk: Desk, logged: Logged, now: datetime) -> list[str]:
    """What was logged, and what follows."""
    item = logged.interaction
    when = f"{item.day:%A} {item.day.day} {item.day:%B %Y}" + (f", {item.at}" if item.at else "")
    words = [f"Logged: {item.kind} with {escape(logged.contact.name)}, {when}."]
    said = (("thanks for", item.thanks_for), ("about", item.about), ("note for yourself", item.notes))
    words += [f"- {what}: {escape(text)}" for what, text in said if text]
    words += [f"- referred: {escape(' '.join(filter(None, (r['name'], r['email']))))}" for r in item.referrals]
    words.append(_next(desk, logged, now))
    until = " before its thank-you has left" if logged.message is not None else ""
    return [*words, f"To take it back{until}, send yourself a mail with the subject `log: undo`."]


def _next(desk: Desk, logged: Logged, now: datetime) -> str:
    message = logged.message
    if message is None:
        return f"No thank-you follows: {escape(logged.why_no_message)}."
    if message.status is MessageStatus.queued:
        at = max(message.not_before, now).astimezone(desk.window.zone)
        return f"The thank-you (message {message.id}) leaves {at:%A} {at.day} {at:%B, %H:%M}."
    why = f": {escape(message.why)}" if message.why else ""
    return f"The thank-you (message {message.id}) is {message.status}{why}."


def _undone(back: TakenBack) -> list[str]:
    return [f"Taken back: {back.interaction.kind} with {escape(back.contact.name)} on {back.interaction.day}."]


def _answer(tx: Tx, desk: Desk, verdict: Verdict, words: list[str], now: datetime) -> None:
    """Put the answer into the outbox, in the thread of what is answered."""
    owner, token = desk.config.owner(), desk.token()
    values = {
        "kind": MessageKind.preview.value,
        "to_name": owner.name,
        "to_address": owner.email,
        "subject": f"Re: {verdict.subject}"[:200],
        "body": "\n\n".join(words).replace("\n\n- ", "\n- "),
        "status": MessageStatus.queued.value,
        "not_before": now,
        "token": token,
        "message_id": message_id(token, owner.email),
        "thread": [verdict.message_id] if verdict.message_id else [],
        "created_at": now,
    }
    (message_pk,) = messages.create(tx, [values])
    row = events.event(tx, now, "mailbox", "message", message_pk, old=None, new=MessageStatus.queued, why="log by mail")
    events.record(tx, [row])

"""Logging an interaction: who it was with, what it was, and the thank-you that follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailer.errors import UsageError
from mailer.model import BEFORE_SENDING, Interaction, MessageKind, MessageStatus
from mailer.services import loop_back
from mailer.services.desk import Desk
from mailer.services.roster_sync import interaction_values
from mailer.services.thank_you import plan_day
from mailer.services.unwritten import why_not
from mailer.storage import contacts, events, interactions, logged_from, loops, messages
from mailer.storage.records import ContactRecord, InteractionRecord, MessageRecord
from mailer.storage.store import Store, Tx


@dataclass(frozen=True, slots=True)
class Logged:
    """What logging did. `message` is None where no thank-you follows; `why_no_message` says why."""

    interaction: InteractionRecord
    contact: ContactRecord
    message: MessageRecord | None
    why_no_message: str = ""
    told: tuple[MessageRecord, ...] = ()  # to who named the contact, and not left yet


def find_contact(tx: Tx, words: str) -> ContactRecord:
    """The one contact meant by a name, address, roster id, number of a listing or part of a name.

    Raises UsageError that lists the several there are, or the near ones where there is none.
    """
    if words.isdecimal() and len(words) < 10 and (by_id := contacts.get(tx, int(words))):
        return by_id
    found = contacts.find(tx, words)
    whole = [c for c in found if f" {words.strip().casefold()} " in f" {c.name.casefold()} "]
    if len(found) == 1 or len(whole) == 1:
        return (whole or found)[0]  # Ada is Ada Lovelace, though Faraday has it in the middle
    if found:
        names = "; ".join(f"{c.name} <{c.address}>" if c.address else c.name for c in found[:10])
        raise UsageError(f"“{words}” could be any of {len(found)}: {names}", mend="give the whole name or the address")
    raise UsageError(f"nobody in the roster matches “{words}”", mend=_near(tx, words))


def _near(tx: Tx, words: str) -> str:
    from rapidfuzz import fuzz, process

    choices = {c.id: f"{c.name} <{c.address}>" if c.address else c.name for c in contacts.every(tx)}
    near = process.extract(words, choices, scorer=fuzz.WRatio, limit=3, score_cutoff=60, processor=str.lower)
    if near:
        return "near it: " + "; ".join(text for text, _, _ in near)
    return 'add them with `mailer contacts add "Name <address>"`'


def log(store: Store, desk: Desk, contact_id: int, item: Interaction, now: datetime) -> Logged:
    """Record an interaction and plan its thank-you, in one transaction."""
    with store.write() as tx:
        return log_in(tx, desk, contact_id, item, now, "owner")


def log_in(tx: Tx, desk: Desk, contact_id: int, item: Interaction, now: datetime, actor: str) -> Logged:
    """The same inside a transaction. Raises UsageError for a contact that isn't there."""
    contact = contacts.get(tx, contact_id)
    if contact is None:
        raise UsageError(f"there is no contact {contact_id}")
    position = interactions.next_position(tx, contact_id, "log", item.on, item.kind)
    row = {
        "contact_id": contact_id,
        "source": "log",
        "day": item.on,
        "kind": item.kind.value,
        "position": position,
        "logged_at": now,
        **interaction_values(item),
    }
    (interaction_id,) = interactions.create(tx, [row])
    why = f"{item.kind} on {item.on}"
    events.record(tx, [events.event(tx, now, actor, "interaction", interaction_id, old=None, new="logged", why=why)])
    message = plan_day(tx, desk, contact, item.on, now, actor)
    loop_back.plan(tx, desk, {contact_id}, now, actor)
    message = messages.get(tx, message.id) if message else None
    recorded = next(i for i in interactions.of_day(tx, contact_id, item.on) if i.id == interaction_id)
    why = "" if message else _why_none(tx, desk, contact, item, now)
    return Logged(recorded, contact, message, why, tuple(loops.messages_about(tx, contact_id)))


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An entry of the log that was undone. `message` is the thank-you of its day as it is now, where there is one."""

    interaction: InteractionRecord
    contact: ContactRecord
    message: MessageRecord | None


def find_entry(tx: Tx, words: str) -> InteractionRecord:
    """The entry of the log meant: by its number, the last one with a contact, or (nothing said) the last of all.

    Raises UsageError where there is none.
    """
    if words.isdecimal() and len(words) < 19:
        found = interactions.get(tx, int(words))
    else:
        contact = find_contact(tx, words) if words else None
        found = interactions.last_logged(tx, contact.id if contact else None)
        if found is None and contact is not None and interactions.of_contact(tx, contact.id):
            said = f"what you had with {contact.name} stands in the roster, not in the log"
            raise UsageError(said, mend="delete its line there")
    if found is None or found.removed_at is not None:
        raise UsageError("there is no such entry in the log", mend="see `mailer contacts show WHO --json`")
    return found


def undo(tx: Tx, desk: Desk, entry: InteractionRecord, now: datetime, actor: str) -> TakenBack:
    """Take an entry of the log back; its thank-you is cancelled, or written without it.

    Raises UsageError where its thank-you has left, or where it stands in the roster.
    """
    contact = contacts.get(tx, entry.contact_id)
    if entry.source != "log" or contact is None:
        raise UsageError("this one stands in the roster", mend="delete its line there")
    message = messages.of_day(tx, entry.contact_id, MessageKind.thank_you, entry.day)
    if message is not None and _left_for(message, entry):
        mend = f"it is message {message.id}; see `mailer outbox show {message.id}`"
        raise UsageError("its thank-you has left, so it can't be undone any more", mend=mend)
    interactions.change(tx, entry.id, removed_at=now)
    logged_from.release(tx, entry.id)
    events.record(tx, [events.event(tx, now, actor, "interaction", entry.id, old="logged", new="undone")])
    message = plan_day(tx, desk, contact, entry.day, now, actor)
    loop_back.plan(tx, desk, {entry.contact_id}, now, actor)
    return TakenBack(entry, contact, messages.get(tx, message.id) if message else None)


def _left_for(message: MessageRecord, entry: InteractionRecord) -> bool:
    """Whether a thank-you that may have left was written for this entry, and not before it was logged."""
    may_have_left = message.status not in (*BEFORE_SENDING, MessageStatus.cancelled)
    return may_have_left and (message.claimed_at is None or message.claimed_at >= entry.logged_at)


def _why_none(tx: Tx, desk: Desk, contact: ContactRecord, item: Interaction, now: datetime) -> str:
    if not item.thank_you:
        return "you said no thank-you"
    if not contact.address:
        return f"{contact.name} has no address"
    if contact.opted_out:
        return why_not(tx, contact)
    if desk.today(now) - item.on > desk.config.thank_you.skip_older_than:
        return f"it is more than {desk.config.thank_you.skip_older_than.days} days old, so it is only recorded"
    if contact.written_at is not None and desk.today(contact.written_at) >= item.on:
        return f"you wrote to {contact.name} yourself after you had met"
    return "there is none to send"

"""The happy end: a last personal thank-you to everyone who helped, which leaves on approval; updates stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from mailer.compose import Draft, LandedFacts, landed
from mailer.errors import TemplateError
from mailer.model import BEFORE_SENDING, Hold, MessageKind, MessageStatus, OptOutScope, Person
from mailer.schedule import next_open
from mailer.services import trails, updates
from mailer.services.careful import must_wait
from mailer.services.desk import Desk, recipient
from mailer.services.drafts import Plan, adjust, create, digest
from mailer.services.transitions import cancel
from mailer.storage import editions, locking, messages
from mailer.storage.records import ContactRecord, InteractionRecord, MessageRecord
from mailer.storage.store import Store, Tx

ENDED_WITH_IT = (MessageKind.update, MessageKind.follow_up, MessageKind.loop_back)
"""Kinds that say how a search goes: none of them may leave months later, with another one."""


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who helped: whom they named, whether they ever wrote back, and the last time the two met."""

    contact: ContactRecord
    named: tuple[Person, ...]
    answered: bool
    last: InteractionRecord | None

    @property
    def worth(self) -> tuple[bool, int, bool, int]:
        """Who gave names or answered comes first, the most names before fewer."""
        return (not (self.named or self.answered), -len(self.named), not self.answered, self.contact.id)


def helpers(tx: Tx, desk: Desk, now: datetime) -> list[Helper]:
    """Everyone who helped since the search began and may be written to, in the order of what they did."""
    known, today = trails.read(tx, desk, now, proposed=True), desk.today(now)
    started = desk.config.search.started or date.min
    found = []
    for contact in known.people.values():
        if not contact.address or contact.bounced_at or contact.opted_out is OptOutScope.all:
            continue
        met = [i for i in known.met.get(contact.id, ()) if started <= i.day <= today]
        links = known.trail.named_by(trails.key_of(contact.id))
        named = [known.trail.people[x.named] for x in links if x.on is None or x.on >= started]
        answered = contact.responded_at is not None and desk.today(contact.responded_at) >= started
        if met or named or answered:
            people = tuple(Person(someone.name) for someone in named)
            found.append(Helper(contact, people, answered, met[-1] if met else None))
    return sorted(found, key=lambda each: each.worth)


def draft(store: Store, desk: Desk, company: str, role: str, now: datetime) -> list[tuple[Helper, MessageRecord]]:
    """Write the letters, each held for the owner's word; what says how the search goes is ended. What has left stays
    as it is, so that nobody gets a second one."""
    with store.write() as tx:
        _end(tx, ENDED_WITH_IT, "the search has ended", now)
        for edition in editions.every(tx):
            if edition.status in updates.OPEN:
                updates.stop_now(tx, edition, now, "the search has ended", "owner")
        before = _of_this_search(tx, desk)
        written = []
        for helper in helpers(tx, desk, now):
            message = _bring(tx, desk, helper, company, role, before.get(helper.contact.id), now)
            if message is not None:
                written.append((helper, message))
        return written


def take_back(store: Store, now: datetime) -> int:
    """A new search begins: letters that say the old one ended well, and have not left, never will."""
    with store.write() as tx:
        return _end(tx, (MessageKind.landed,), "a new search began", now)


def _end(tx: Tx, kinds: Sequence[MessageKind], why: str, now: datetime) -> int:
    wanted = messages.Filter(kinds=tuple(kinds), statuses=tuple(BEFORE_SENDING))
    return sum(cancel(tx, m, Hold.pointless, why, now, "owner") for m in messages.listing(tx, wanted))


def _of_this_search(tx: Tx, desk: Desk) -> dict[int, MessageRecord]:
    """Each contact's last letter of this search."""
    started = desk.config.search.started or date.min
    found = messages.listing(tx, messages.Filter(kinds=(MessageKind.landed,)))
    return {m.contact_id: m for m in found if m.contact_id and desk.today(m.created_at) >= started}


def _bring(
    tx: Tx, desk: Desk, helper: Helper, company: str, role: str, message: MessageRecord | None, now: datetime
) -> MessageRecord | None:
    contact = helper.contact
    message = message and locking.for_change(tx, message)
    last = helper.last.interaction() if helper.last else None
    facts = LandedFacts(company, role, helper.named, helper.answered, last)
    letter, error = _letter(desk, contact, facts)
    reason, why = (Hold.template, error) if error else (Hold.review, "waits for your approval")
    if not error and (held := must_wait(desk, MessageKind.landed, contact, letter, message)):
        reason, why = Hold.reading, held
    inputs = digest(desk, contact, asdict(facts))
    plan = Plan(letter, inputs, next_open(desk.window_of(contact), now), None, reason, why)
    if message is None:
        today = desk.today(now)
        return create(tx, desk, contact, MessageKind.landed, plan, now, "owner", day=today, reason="you have landed")
    taken_back = message.status is MessageStatus.cancelled and message.hold == Hold.pointless
    if message.approved_at is None and (message.status in BEFORE_SENDING or taken_back):
        return adjust(tx, message, contact, plan, now, "owner")
    return message


def _letter(desk: Desk, contact: ContactRecord, facts: LandedFacts) -> tuple[Draft, str]:
    try:
        return landed(desk.templates, desk.speaker, recipient(contact), facts, contact.id), ""
    except TemplateError as error:
        return Draft("", ""), str(error)

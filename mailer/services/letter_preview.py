"""A letter as one contact would read it, without writing it into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mailer.compose import Draft, Earlier, LandedFacts, Spoken, follow_up, landed, loop_back, thank_you
from mailer.compose.careful import Finding
from mailer.compose.news import Change
from mailer.errors import UsageError
from mailer.model import Interaction, InteractionKind, MessageKind, Person
from mailer.services import trails
from mailer.services.careful import last_words, read_for
from mailer.services.desk import Desk, recipient
from mailer.services.landed import helpers
from mailer.services.listings import upcoming
from mailer.services.sample import sample
from mailer.services.thank_you import choice_of
from mailer.storage import interactions, messages
from mailer.storage.records import ContactRecord
from mailer.storage.store import Tx


@dataclass(frozen=True, slots=True)
class Previewed:
    """A letter, what a careful friend says of it, and what changed since the update before (None: there was none)."""

    contact: ContactRecord
    draft: Draft
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What the owner says for this once, in place of what was logged."""

    about: str = ""
    thanks_for: str = ""
    referrals: tuple[Person, ...] = ()
    company: str = ""  # of the happy end; an example stands in where none is said
    role: str = ""

    @property
    def says_what(self) -> bool:
        """Whether a thank-you is about this, and not about what was logged."""
        return bool(self.about or self.thanks_for or self.referrals)


def preview_letter(tx: Tx, desk: Desk, contact: ContactRecord, letter: str, given: Given, now: datetime) -> Previewed:
    """A letter to a contact, by the name of its template: `update`, `thank_you/call`, or `thank_you` of whichever kind.

    Raises TemplateError, and UsageError for a letter that there is nothing for."""
    kind = MessageKind(letter.partition("/")[0])
    if kind is MessageKind.update:
        shown = sample(tx, desk, upcoming(tx, desk, now), now, contact)
        return Previewed(contact, shown.draft, shown.findings, shown.changes)
    met: Sequence[Interaction] = ()
    if kind is MessageKind.thank_you:
        met = _met(tx, desk, contact, letter.partition("/")[2], given, now)
        draft = thank_you(desk.templates, desk.speaker, recipient(contact), met, choice_of(contact, met[0].on))
    elif kind is MessageKind.follow_up:
        draft = _follow_up(tx, desk, contact, now)
    elif kind is MessageKind.landed:
        draft = _landed(tx, desk, contact, given, now)
    else:
        draft = _loop_back(tx, desk, contact, now)
    last = _last_words(tx, contact, met, now)
    return Previewed(contact, draft, read_for(desk, kind, recipient(contact), draft, met=met, last=last))


def _met(tx: Tx, desk: Desk, contact: ContactRecord, kind: str, given: Given, now: datetime) -> list[Interaction]:
    """What the thank-you is about: what the owner says now, else the last interaction (of that kind) on record."""
    today = desk.today(now)
    if not given.says_what:
        known = [i for i in interactions.of_contact(tx, contact.id) if i.day <= today and kind in ("", i.kind)]
        days = [i.day for i in known]
        if known and kind:
            return [known[-1].interaction()]
        if known:
            return [i.interaction() for i in known if i.day == max(days)]
    about, thanks_for, named = given.about.strip(), given.thanks_for.strip(), given.referrals
    chosen = InteractionKind(kind or InteractionKind.call)
    return [Interaction(today, chosen, about=about, thanks_for=thanks_for, referrals=named)]


def _follow_up(tx: Tx, desk: Desk, contact: ContactRecord, now: datetime) -> Draft:
    wanted = messages.Filter(contact_id=contact.id, kinds=(MessageKind.thank_you,))
    sent = [m for m in messages.listing(tx, wanted) if m.sent_at is not None]
    if not sent or sent[-1].sent_at is None:
        raise UsageError(f"no thank-you to {contact.name} has left that could be followed up")
    earlier = Earlier(sent[-1].subject, desk.today(sent[-1].sent_at))
    return follow_up(desk.templates, desk.speaker, recipient(contact), earlier, contact.id)


def _last_words(tx: Tx, contact: ContactRecord, met: Sequence[Interaction], now: datetime) -> str:
    """What a letter must not say once more: the last mail, unless that is this very thank-you, which has left."""
    wanted = messages.Filter(contact_id=contact.id, kinds=(MessageKind.thank_you,))
    if met and any(m.day == met[0].on and m.sent_at is not None for m in messages.listing(tx, wanted)):
        return ""
    return last_words(tx, contact.id, now)


def _loop_back(tx: Tx, desk: Desk, contact: ContactRecord, now: datetime) -> Draft:
    """About somebody they named: whom the owner has talked with, where there is one."""
    trail = trails.read(tx, desk, now).trail
    named = [trail.people[link.named] for link in trail.named_by(trails.key_of(contact.id))]
    if not named:
        raise UsageError(f"{contact.name} has named nobody yet")
    person = max(named, key=lambda each: each.spoken_on or date.min)
    return loop_back(desk.templates, desk.speaker, recipient(contact), [Spoken(person.name, "spoken")], contact.id)


def _landed(tx: Tx, desk: Desk, contact: ContactRecord, given: Given, now: datetime) -> Draft:
    helper = next((each for each in helpers(tx, desk, now) if each.contact.id == contact.id), None)
    if helper is None:
        raise UsageError(
            f"{contact.name} would get no such letter",
            mend="it goes to whom you met, who named somebody or who answered since the search began",
        )
    company = given.company or next(iter(desk.config.search.target_companies), "Example Company")
    last = helper.last.interaction() if helper.last else None
    facts = LandedFacts(company, given.role, helper.named, helper.answered, last)
    return landed(desk.templates, desk.speaker, recipient(contact), facts, contact.id)

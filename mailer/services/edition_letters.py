"""What an edition says to each contact: who gets it, the facts of the month, and what this one may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from mailer.compose import Draft, PreviewFacts, UpdateFacts, parse_update_text, preview, to_text, update
from mailer.compose.careful import core
from mailer.compose.languages import base, language_of, moment, update_of
from mailer.config import Config
from mailer.errors import UsageError
from mailer.model import InteractionKind, MessageKind, Person
from mailer.schedule import parse_edition
from mailer.services import trails
from mailer.services.desk import Desk, recipient
from mailer.storage import contacts, editions, interactions, messages
from mailer.storage.records import ContactRecord, EditionRecord
from mailer.storage.store import Tx

_OUTCOME = {
    InteractionKind.call: "spoken",
    InteractionKind.meeting: "met",
    InteractionKind.coffee: "met",
    InteractionKind.event: "met",
    InteractionKind.email: "written",
    InteractionKind.introduction: "",
}
THREAD_DEPTH = 10
"""How many earlier updates the References name."""


def recipients(tx: Tx, desk: Desk, now: datetime) -> list[ContactRecord]:
    """Everyone met since the search began (or marked so), who may be written to."""
    today = desk.today(now)
    started = desk.config.search.started
    met = {i: d for i, d in interactions.last_days(tx, today).items() if started is None or d >= started}
    found = []
    for contact in contacts.every(tx):
        wish = contact.details.get("updates")
        stopped = contact.opted_out or contact.bounced_at or wish is False or not contact.address
        if not stopped and (contact.id in met or wish is True):
            found.append(contact)
    return found


@dataclass(frozen=True, slots=True)
class Month:
    """What the owner did since the last edition, counted from the log."""

    since: date
    conversations: int
    new_people: int
    introductions: int


def month(tx: Tx, desk: Desk, edition: EditionRecord, now: datetime) -> Month:
    """Count conversations, new people and introductions since the edition before."""
    today = desk.today(now)
    since = _since(tx, desk, edition)
    everything = [i for i in interactions.since(tx, date.min) if i.day <= today]
    first_day: dict[int, date] = {}
    for item in everything:
        first_day.setdefault(item.contact_id, item.day)
    lately = [i for i in everything if i.day >= since]
    return Month(
        since,
        conversations=sum(i.kind is not InteractionKind.introduction for i in lately),
        new_people=sum(day >= since for day in first_day.values()),
        introductions=sum(len(i.referrals) for i in lately),
    )


def _since(tx: Tx, desk: Desk, edition: EditionRecord) -> date:
    before = [e for e in editions.every(tx) if e.name < edition.name and e.status in ("sending", "done")]
    if before:
        return desk.today(before[-1].started_at or before[-1].due_at)
    year, number = parse_edition(edition.name)
    return desk.config.search.started or date(year - (number == 1), number - 1 or 12, 1)


def own_text(config: Config, name: str, language: str = "") -> Mapping[str, str]:
    """The owner's own parts for an edition, from `updates/NAME.de.md`, else `updates/NAME.md`; empty without a file.

    Raises UsageError where the file can't be read.
    """
    path = config.updates.folder / f"{name}.{language}.md"
    if not language or not path.exists():
        path = config.updates.folder / f"{name}.md"
    try:
        return parse_update_text(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return MappingProxyType({})
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}", mend="save it as UTF-8 text") from error


class Letters:
    """Writes an edition's letter to one contact after another; what they share is read once."""

    def __init__(self, tx: Tx, desk: Desk, edition: EditionRecord, now: datetime) -> None:
        self._desk = desk
        self._edition = edition
        self._month = month(tx, desk, edition, now)
        self._parts: dict[str, Mapping[str, str]] = {}
        self._known = trails.read(tx, desk, now)
        self._people, today = self._known.people, desk.today(now)
        self._met = {i: [item for item in met if item.day <= today] for i, met in self._known.met.items()}
        self._threads = messages.threads(tx, MessageKind.update, THREAD_DEPTH)

    def contact(self, contact_id: int | None) -> ContactRecord | None:
        """A contact of the roster."""
        return self._people.get(contact_id or 0)

    def thread(self, contact: ContactRecord) -> list[str]:
        """Message-IDs of earlier updates to a contact: updates are a thread of their own."""
        return self._threads.get(contact.id, [])

    def draft(self, contact: ContactRecord) -> Draft:
        """This contact's letter. Raises TemplateError."""
        choice = contact.id + sum(parse_edition(self._edition.name))
        return update(self._desk.templates, self._desk.speaker, recipient(contact), self.facts(contact), choice)

    def _language(self, contact: ContactRecord) -> str:
        """The language of this contact's letter: the one that there is a template in."""
        wanted = str(contact.details.get("language", ""))
        return self._desk.templates.choose("update.md", wanted, self._desk.config.profile.language).language

    def _own_parts(self, language: str) -> Mapping[str, str]:
        if language not in self._parts:
            self._parts[language] = own_text(self._desk.config, self._edition.name, language)
        return self._parts[language]

    def without_news(self, contact: ContactRecord, before: str, choice: int) -> Draft:
        """What this contact would read if nothing had happened: the phrases, and what was sought `before` already."""
        bare = UpdateFacts(self._edition.name, last_interaction=self.facts(contact).last_interaction)
        speaker = self._desk.speaker
        if core(speaker.said(self._language(contact)).looking_for) not in to_text(before):
            speaker = replace(speaker, looking_for="", translations=())
        return update(self._desk.templates, speaker, recipient(contact), bare, choice)

    def facts(self, contact: ContactRecord) -> UpdateFacts:
        """What this contact may read."""
        language = self._language(contact)
        met = self._met.get(contact.id, [])
        return UpdateFacts(
            edition=self._edition.name,
            conversations=self._month.conversations,
            new_people=self._month.new_people,
            introductions=self._month.introductions,
            prospects=prospects_for(self._desk.config, contact, language),
            target_companies=tuple(self._desk.config.search.target_companies),
            parts=self._own_parts(language),
            last_interaction=met[-1].interaction() if met else None,
            referred=self._outcomes(contact),
            stop_address=self._desk.config.owner().email,
        )

    def _outcomes(self, contact: ContactRecord) -> tuple[tuple[Person, str], ...]:
        """People this contact named who were named or met with since the last edition, and what came of it: their own
        introductions, and nobody else's."""
        found, trail = [], self._known.trail
        for link in trail.named_by(trails.key_of(contact.id)):
            someone = trail.people[link.named]
            since_then = [i for i in self._met.get(someone.contact_id or 0, ()) if link.on is None or i.day >= link.on]
            named_lately = link.on is not None and link.on >= self._month.since
            if named_lately or any(i.day >= self._month.since for i in since_then):
                found.append((Person(someone.name), _OUTCOME[since_then[-1].kind] if since_then else ""))
        return tuple(found)


def prospects_for(config: Config, contact: ContactRecord, language: str = "") -> tuple[str, ...]:
    """The prospects that this contact may read: private ones and those not for their company or tags are left out.

    Where some are written in the letter's language those alone are told, else those of no language.
    """
    labels = {contact.company.casefold(), *(str(t).casefold() for t in contact.details.get("tags", []))} - {""}
    told = [p for p in config.search.prospects if language and base(p.language or "") == language]
    told = told or [p for p in config.search.prospects if p.language is None]
    return tuple(p.text for p in told if not p.private and not labels & {n.casefold() for n in p.not_to})


def preview_draft(
    tx: Tx, desk: Desk, edition: EditionRecord, now: datetime, *, waits: bool, notes: Sequence[str] = ()
) -> Draft:
    """The letter that shows the owner what is about to leave. Raises TemplateError."""
    people = recipients(tx, desk, now)
    letters = Letters(tx, desk, edition, now)
    sample_to = people[0] if people else None
    sample = letters.draft(sample_to) if sample_to else Draft("(nobody)", "Nobody in the roster is due an update.")
    facts = preview_facts(desk, edition, people, sample, now, waits=waits)
    return preview(desk.templates, desk.speaker, replace(facts, notes=tuple(notes)))


def preview_facts(
    desk: Desk, edition: EditionRecord, people: Sequence[ContactRecord], sample: Draft, now: datetime, *, waits: bool
) -> PreviewFacts:
    """What a preview tells the owner, with the commands to use."""
    leaves = max(edition.due_at, now + desk.config.updates.preview_lead).astimezone(desk.window.zone)
    native = desk.config.profile.language
    language = language_of(desk.templates.choose("preview.md", native, native).language)
    return PreviewFacts(
        what=update_of(*parse_edition(edition.name), language),
        to=tuple(c.name for c in people),
        sample_to=people[0].name if people else "nobody",
        sample=sample,
        leaves="" if waits else moment(leaves, language),
        waits=waits,
        approve=f"mailer update approve {edition.name}",
        hold=f"mailer update hold {edition.name}",
        show="mailer update preview --contact NAME",
    )

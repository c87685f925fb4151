"""Taking up a proposal: the person or the address that an answer named goes into the roster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.words import one_line
from mailer.compose import warm_opening
from mailer.errors import Place, UsageError
from mailer.model import Person, ProposalKind, ProposalStatus
from mailer.roster import edit_contact, load_roster
from mailer.services.proposals import decide, find
from mailer.storage import contacts
from mailer.storage.records import ContactRecord, ProposalRecord

if TYPE_CHECKING:
    from mailer.daemon.wiring import App

Fields = Mapping[str, str | bool | None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A proposal that is being taken up, and who made it."""

    proposal: ProposalRecord
    source: ContactRecord

    @property
    def is_address(self) -> bool:
        """Whether it is another address of a contact, and nobody new."""
        return self.proposal.kind is ProposalKind.new_address

    def completed(self, named: Person, fields: Fields) -> tuple[Person, dict[str, str | bool | None]]:
        """Name, address and details: what the owner gave, else what the answer said."""
        found = self.proposal
        person = Person(named.name or one_line(found.name), named.email or found.email)
        said = {
            "company": one_line(found.company),
            "phone": one_line(found.phone),
            "referred_by": self.source.name,
            "notes": f"{self.source.name}: {one_line(found.sentence)}" if found.sentence else "",
        }
        return person, {**fields, **{key: fields.get(key) or value for key, value in said.items()}}

    def add_address(self, app: App) -> Place:
        """Put the new address first among the contact's own; says where that stands."""
        roster = load_roster(app.config.roster_paths(), zone=app.config.schedule.timezone)
        there = next((c for c in roster.contacts if c.name == self.source.name), None)
        if there is None or there.place is None:
            raise UsageError(f"{self.source.name} is no longer in the roster", mend="add them first")
        who = there.id or (there.emails[0] if there.emails else there.name)
        emails = [
            self.proposal.email,
            *(e for e in there.emails if contacts.fold(e) != contacts.fold(self.proposal.email)),
        ]
        edit_contact(Path(there.place.file), who, {"emails": emails})
        return there.place

    def accept(self, app: App) -> None:
        """Note that it is in the roster."""
        decide(app.store, self.proposal.id, ProposalStatus.accepted, app.clock())

    def opening(self, app: App, name: str) -> str:
        """A first sentence that the owner may write to the new contact."""
        return f'A warm opening: "{warm_opening(name, self.source.name, app.config.search.looking_for)}"'


def taken_up(app: App, proposal_id: int) -> Taken:
    """The proposal of that id, if it still waits. Raises UsageError else."""
    with app.store.read() as tx:
        found = find(tx, proposal_id)
        source = contacts.get(tx, found.contact_id or 0)
    if source is None:
        raise UsageError(f"nobody is known any more for proposal {proposal_id}")
    return Taken(found, source)

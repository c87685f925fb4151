"""Letters that are not in the outbox: an edition as one contact would read it, and a sample sent to try the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.compose import Draft, Head, build, message_id, needs_smtputf8
from mailer.compose.careful import Finding
from mailer.compose.news import Change
from mailer.errors import UsageError
from mailer.model import Envelope, MessageKind
from mailer.services import edition_letters
from mailer.services.careful import read_for
from mailer.services.desk import Desk, recipient
from mailer.services.edition_news import changed_since
from mailer.storage.records import ContactRecord, EditionRecord
from mailer.storage.store import Tx

MARK = "[test]"
"""Begins the subject of a sample, so that nobody takes it for a letter."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An edition's letter to one contact. `of` is how many are to get the edition.

    `findings` are what a careful friend says of it; `changes` since the last update (None: there was none).
    """

    contact: ContactRecord
    draft: Draft
    of: int
    findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] | None = None


def sample(tx: Tx, desk: Desk, edition: EditionRecord, now: datetime, who: ContactRecord | None = None) -> Sample:
    """The edition as `who` would read it, or else a typical contact. Raises TemplateError and UsageError."""
    people = edition_letters.recipients(tx, desk, now)
    if who is None and not people:
        raise UsageError(
            "nobody in the roster is due an update",
            mend="updates go to everyone met since the search began; name somebody with --contact to see theirs",
        )
    letters = edition_letters.Letters(tx, desk, edition, now)
    contact = who or _typical(letters, people)
    draft = letters.draft(contact)
    found = read_for(desk, MessageKind.update, recipient(contact), draft)
    return Sample(contact, draft, len(people), found, changed_since(tx, edition, contact, draft))


def _typical(letters: edition_letters.Letters, people: Sequence[ContactRecord]) -> ContactRecord:
    """The first with something to go back to: that letter shows the most."""
    for contact in people:
        last = letters.facts(contact).last_interaction
        if last is not None and last.about:
            return contact
    return people[0]


def marked_envelope(desk: Desk, draft: Draft, address: str, now: datetime) -> Envelope:
    """The letter as octets to any address, marked as a test. It belongs to no contact and no outbox."""
    profile = desk.config.owner()
    token = desk.token()
    head = Head(
        profile=profile,
        to_name="",
        to_address=address,
        date=now.astimezone(desk.window.zone),
        message_id=message_id(token, profile.email),
        breadcrumb_id=token,
        list_unsubscribe=f"<mailto:{profile.email}?subject=unsubscribe>",
    )
    octets = build(Draft(f"{MARK} {draft.subject}", draft.body), head, desk.templates.css)
    return Envelope(profile.email, (address,), octets, needs_smtputf8(address) or needs_smtputf8(profile.email))

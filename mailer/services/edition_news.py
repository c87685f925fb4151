"""Whether an edition says anything new beside the one before, and what: asked once, before anybody gets it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from mailer.compose import Draft
from mailer.compose.news import Change, changes, says_something_new
from mailer.services.desk import Desk
from mailer.services.edition_letters import Letters, recipients
from mailer.storage import messages
from mailer.storage.records import ContactRecord, EditionRecord
from mailer.storage.store import Tx

LOOKED_AT = 20
"""Letters compared with those of the edition before: all of them share what is new."""


def changed_since(tx: Tx, edition: EditionRecord, contact: ContactRecord, draft: Draft) -> tuple[Change, ...] | None:
    """What differs from the last update that this contact got before this edition; None where there was none."""
    before = messages.update_before(tx, contact.id, edition.name)
    return changes(before.body, draft.body) if before else None


def doubts(tx: Tx, desk: Desk, edition: EditionRecord, now: datetime) -> tuple[str, ...]:
    """What the owner should know before this edition leaves, a sentence each; with any of it the edition waits.

    Raises TemplateError.
    """
    letters = Letters(tx, desk, edition, now)
    verdicts = list(_news(tx, letters, edition, recipients(tx, desk, now)))
    if not verdicts or any(verdicts):
        return ()
    own = desk.config.updates.folder.name
    return (
        "This edition says nothing that the last one did not. "
        f"Write what is new into {own}/{edition.name}.md, change your prospects, or approve it as it is.",
    )


def _news(tx: Tx, letters: Letters, edition: EditionRecord, people: list[ContactRecord]) -> Iterator[bool]:
    """For some of those who got an update before: whether this one tells them anything new."""
    before = [c for c in people if c.updated_at is not None]
    for contact in before[:LOOKED_AT]:
        last = messages.update_before(tx, contact.id, edition.name)
        if last is not None:
            empty = partial(letters.without_news, contact, last.body)
            yield says_something_new(last.body, letters.draft(contact).body, empty)

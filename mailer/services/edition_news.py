"""Whether an edition says anything new beside the one before, and what: asked once, before anybody gets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mailer.compose import Draft
from mailer.compose.news import Change, changes, news
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


@dataclass(frozen=True, slots=True)
class News:
    """What the owner should know before an edition leaves. `doubt`: why it waits for their yes; empty for no reason."""

    doubt: str = ""
    fresh: tuple[str, ...] = ()  # paragraphs that say something new to one who got the last update

    @property
    def notes(self) -> tuple[str, ...]:
        """The same for the preview, a paragraph each."""
        told = (f"New since the last update: {text}" for text in self.fresh)
        return (self.doubt,) if self.doubt else tuple(told)


def news_of(tx: Tx, desk: Desk, edition: EditionRecord, now: datetime) -> News:
    """Whether an edition says anything new, and what. Raises TemplateError."""
    letters = Letters(tx, desk, edition, now)
    found = list(_news(tx, letters, edition, recipients(tx, desk, now)))
    fresh = next((each for each in found if each), ())
    if fresh or not found:
        return News(fresh=fresh)
    own = desk.config.updates.folder.name
    return News(
        "This edition says nothing that the last one did not. "
        f"Write what is new into {own}/{edition.name}.md, change your prospects, or approve it as it is."
    )


def _news(tx: Tx, letters: Letters, edition: EditionRecord, people: list[ContactRecord]) -> Iterator[tuple[str, ...]]:
    """What is new to some of those who got an update before."""
    before = [c for c in people if c.updated_at is not None]
    for contact in before[:LOOKED_AT]:
        last = messages.update_before(tx, contact.id, edition.name)
        if last is not None:
            empty = partial(letters.without_news, contact, last.body)
            yield news(last.body, letters.draft(contact).body, empty)

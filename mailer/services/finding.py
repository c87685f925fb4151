"""Finds who is meant among everybody on the trail, also those who are not in the roster yet."""

from __future__ import annotations

from mailer.errors import UsageError
from mailer.services.log import find_contact
from mailer.services.trails import key_of
from mailer.storage.store import Tx
from mailer.trail import Someone, Trail


def find_someone(tx: Tx, trail: Trail, words: str) -> Someone:
    """The one person meant: a contact, or somebody named who is not in the roster yet. Raises UsageError."""
    try:
        return trail.people[key_of(find_contact(tx, words).id)]
    except UsageError:
        strangers = [someone for someone in trail.people.values() if someone.status is None]
        found = [each for each in strangers if words.strip().casefold() in each.name.casefold()]
        if len(found) == 1:
            return found[0]
        raise

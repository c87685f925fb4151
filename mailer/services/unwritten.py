"""Why nothing goes to whom an opt-out binds."""

from __future__ import annotations

from mailer.storage import contacts, forgotten
from mailer.storage.records import ContactRecord
from mailer.storage.store import Tx

FORGOTTEN = "you had {} forgotten, and such an address is never written to again"


def why_not(tx: Tx, contact: ContactRecord) -> str:
    """Their own word, or the owner's, who had them forgotten and put them back into the roster."""
    own = [row.spelling for row in contacts.address_rows(tx, contact.id)]
    lost = forgotten.among(tx, own)
    return FORGOTTEN.format(contact.name) if lost else f"{contact.name} asked not to be written to"

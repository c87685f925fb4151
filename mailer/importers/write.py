"""Writes people for other programs: CSV with a header that the readers here know, and vCard 3.0 (RFC 2426)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from mailer.model import Contact

_COLUMNS = (
    *("Name", "Email", "Company", "Title", "Phone", "Relationship", "Salutation", "Timezone", "Language"),
    *("Referred By", "Tags", "Updates", "Notes"),
)
_UPDATES = {None: "", True: "yes", False: "no"}
_DANGEROUS = ("=", "+", "-", "@", "\t")


def to_csv(people: Iterable[Contact]) -> str:
    """A table with one row for each. Cells that a spreadsheet would run as a formula get an apostrophe before them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for each in people:
        row = (
            *(each.name, "; ".join(each.emails), each.company, each.title, each.phone, each.relationship),
            *(each.salutation, each.timezone, each.language),
            *(each.referred_by, "; ".join(each.tags), _UPDATES[each.updates], each.notes),
        )
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def _harmless(cell: str) -> str:
    is_number = cell[:1] in "+-" and cell[1:].replace(" ", "").replace("-", "").replace(".", "").isdecimal()
    return f"'{cell}" if cell.startswith(_DANGEROUS) and not is_number else cell


def to_vcard(people: Iterable[Contact]) -> str:
    """One card for each, in one file."""
    return "".join(_card(each) for each in people)


def _card(contact: Contact) -> str:
    import vobject

    card = vobject.vCard()
    first, _, last = contact.name.rpartition(" ")
    card.add("n").value = vobject.vcard.Name(family=last, given=first)
    card.add("fn").value = contact.name
    for address in contact.emails:
        card.add("email").value = address
    if contact.company:
        card.add("org").value = [contact.company]
    if contact.tags:
        card.add("categories").value = list(contact.tags)
    plain = (("title", contact.title), ("tel", contact.phone), ("note", contact.notes))
    for key, value in (*plain, ("tz", contact.timezone), ("lang", contact.language)):
        if value:
            card.add(key).value = value
    text: str = card.serialize()
    return text

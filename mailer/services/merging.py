"""Merges two contacts of the roster that are one person: one edit, and the database follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mailer.addresses import address_key
from mailer.errors import UsageError
from mailer.model import Contact
from mailer.roster import Batch, Edit, Roster, edit_roster, load_roster
from mailer.roster.edit import Change
from mailer.roster.model import name_key
from mailer.services.desk import Desk
from mailer.services.import_plan import filled
from mailer.services.joining import join
from mailer.storage import contacts
from mailer.storage.records import ContactRecord
from mailer.storage.store import Store, Tx


def merge(
    store: Store,
    desk: Desk,
    paths: Sequence[Path],
    keep: ContactRecord,
    other: ContactRecord,
    now: datetime,
    *,
    dry_run: bool = False,
) -> list[Edit]:
    """Put what is known of `other` into `keep`, and take `other` out of the roster.

    Raises UsageError where both are one, or one is not in the roster's files; RosterError and RosterChangedError as
    roster edits do.
    """
    if keep.id == other.id:
        raise UsageError(f"both are {keep.name}", mend="name two contacts")
    roster = load_roster(paths)
    with store.read() as tx:
        one, two = _entry(tx, roster, keep), _entry(tx, roster, other)
    rehearsed = [edit_roster(path, batch, dry_run=True) for path, batch in _batches(roster, one, two).items()]
    if dry_run:
        return rehearsed
    finished: list[Edit] = []
    try:
        with store.write() as tx:
            join(tx, desk, other.id, keep.id, now, "owner")
            contacts.change(tx, other.id, in_roster=False)
            finished += (edit.carried_out() for edit in rehearsed)
    except BaseException:
        for edit in reversed(finished):
            edit.undo()
        raise
    return finished


def _entry(tx: Tx, roster: Roster, record: ContactRecord) -> Contact:
    """A contact's entry in the files."""
    own = {row.address for row in contacts.address_rows(tx, record.id) if row.in_roster}
    for contact in roster.contacts:
        same = (
            (record.roster_id and contact.id == record.roster_id)
            or own.intersection(map(address_key, contact.emails))
            or (not own and not contact.emails and contact.name == record.name)
        )
        if same:
            return contact
    raise UsageError(f"{record.name} is not in the roster's files", mend="see `mailer contacts list`")


def _batches(roster: Roster, keep: Contact, other: Contact) -> dict[Path, Batch]:
    changed: dict[Path, dict[int, Mapping[str, Change]]] = {}
    path, number = roster.number_of(keep)
    if changes := _joined(keep, other):
        changed.setdefault(path, {})[number] = changes
    for each in roster.contacts:  # whom the other referred was referred by this one
        if each is not keep and each is not other and _refers_to(each, other):
            its_path, its_number = roster.number_of(each)
            changed.setdefault(its_path, {})[its_number] = {"referred_by": keep.name}
    other_path, other_number = roster.number_of(other)
    interactions = {number: (*keep.interactions, *other.interactions)} if other.interactions else {}
    return {
        each: Batch(
            changed=changed.get(each, {}),
            interactions=interactions if each == path else {},
            removed=frozenset({other_number} if each == other_path else ()),
        )
        for each in dict.fromkeys((*changed, path, other_path))
    }


def _joined(keep: Contact, other: Contact) -> dict[str, Change]:
    """What the one entry says when it speaks for both."""
    changes = filled(keep, other)
    if keep.notes and other.notes and other.notes not in keep.notes:
        changes["notes"] = f"{keep.notes}\n{other.notes}"
    if other.updates is False and keep.updates is not False:
        changes["updates"] = False  # a no holds for the person
    if other.id and not keep.id:
        changes["id"] = other.id
    if "referred_by" in changes and _refers_to(replace(keep, referred_by=other.referred_by), keep):
        del changes["referred_by"]
    return changes


def _refers_to(contact: Contact, named: Contact) -> bool:
    return bool(contact.referred_by) and name_key(contact.referred_by) == name_key(named.name)

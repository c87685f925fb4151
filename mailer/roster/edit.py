"""Edits a roster file: adds, changes and removes contacts, and keeps every byte outside the entry that is meant.

The place is found by the parser's marks and the text spliced there. The result is read again before it replaces the
file: unless it says the old contacts plus the change, the file stays as it is.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailer.addresses import unique_addresses
from mailer.errors import ConfigurationError, Place, Problem, RosterChangedError, RosterError, UsageError
from mailer.model import Contact, Interaction
from mailer.roster.fields import CONTACT, INTERACTION, Field, Wrong
from mailer.roster.model import Roster
from mailer.roster.read import read_document
from mailer.roster.replace import replace_file
from mailer.roster.splice import add_entries, remove_entry, remove_key, set_value
from mailer.roster.write import address_values, contact_values
from mailer.yamlfile import BOM, FileState, Scalar, decode, did_you_mean, parse_yaml, read_file
from mailer.yamlfile.spans import CannotSpliceError

Change = str | bool | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of one file. `state` is the file after it; with `dry_run` the file as it is."""

    path: Path
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    state: FileState

    def diff(self) -> str:
        """The lines that differ, as `diff -u` shows them."""
        old, new = (decode(each, str(self.path)).splitlines(keepends=True) for each in (self.before, self.after))
        return "".join(difflib.unified_diff(old, new, str(self.path), str(self.path)))

    def carried_out(self) -> Edit:
        """What a dry run only rehearsed, done. Raises RosterChangedError where the file was changed since."""
        return replace(self, state=replace_file(self.path, self.state, self.after))

    def undo(self) -> FileState:
        """Puts the file back. Raises RosterChangedError where it was changed since."""
        return replace_file(self.path, self.state, self.before)


@dataclass(frozen=True, slots=True)
class _File:
    """A roster file as read, before the edit."""

    path: Path
    data: bytes
    state: FileState
    text: str
    roster: Roster

    def number_of(self, who: str) -> int:
        """The number of the one contact meant. Raises UsageError where there is none, or more than one."""
        found = self.roster.named(who)
        if len(found) == 1:
            return next(number for number, each in enumerate(self.roster.contacts) if each is found[0])
        if found:
            places = ", ".join(str(each.place) for each in found)
            raise UsageError(
                f'"{who}" may be any of {len(found)} contacts: {places}', mend="give the address or the id"
            )
        known = [name for each in self.roster.contacts for name in (each.name, *each.emails)]
        mend = did_you_mean(who, known) or "give a name, an address or an id as it stands in the roster"
        raise UsageError(f'"{who}" is nobody in {self.path}', mend=mend)


def add_contact(path: Path, contact: Contact, *, expected: FileState | None = None, dry_run: bool = False) -> Edit:
    """Adds a contact behind the last one. See `add_contacts`."""
    return add_contacts(path, [contact], expected=expected, dry_run=dry_run)


def add_contacts(
    path: Path, contacts: Sequence[Contact], *, expected: FileState | None = None, dry_run: bool = False
) -> Edit:
    """Adds contacts behind the last one, all or none.

    Raises RosterError where the file can't be read, or would say something wrong afterwards (an address twice);
    RosterChangedError where it is not, or is no longer, what was expected.
    """
    file = read_for_edit(path, expected)
    meant = [normal(contact) for contact in contacts]
    entries = [contact_values(contact) for contact in meant]
    after = spliced(file, lambda text: add_entries(text, entries) if entries else text)
    return done(file, after, (*file.roster.contacts, *meant), dry_run)


def edit_contact(
    path: Path, who: str, changes: Mapping[str, Change], *, expected: FileState | None = None, dry_run: bool = False
) -> Edit:
    """Changes keys of the contact with this name, address or id. None takes a key out.

    `email` and `emails` both mean all addresses. Raises UsageError for an unknown contact or an impossible value,
    RosterError and RosterChangedError as `add_contacts` does.
    """
    file = read_for_edit(path, expected)
    number = file.number_of(who)
    values = checked(changes)
    contacts = list(file.roster.contacts)
    contacts[number] = replace(contacts[number], **values)

    def change(text: str) -> str:
        for key, value in values.items():
            text = with_key(text, number, key, value)
        return text

    return done(file, spliced(file, change), tuple(contacts), dry_run)


def remove_contact(path: Path, who: str, *, expected: FileState | None = None, dry_run: bool = False) -> Edit:
    """Takes out the contact with this name, address or id, with its comments. Raises as `edit_contact` does."""
    file = read_for_edit(path, expected)
    number = file.number_of(who)
    contacts = file.roster.contacts[:number] + file.roster.contacts[number + 1 :]
    after = spliced(file, lambda text: remove_entry(text, number))
    return done(file, after, contacts, dry_run)


_ANY_ZONE = ZoneInfo("UTC")  # times with an offset are compared before and after, so that any zone will do


def read_for_edit(path: Path, expected: FileState | None) -> _File:
    """The file as it is. Raises RosterChangedError where that is not what was expected, RosterError."""
    try:
        data, state = read_file(path)
        if expected is not None and expected.digest != state.digest:
            mend = "look at it, and do it again"
            raise RosterChangedError(f"{path} changed in the meantime, so nothing was written to it", mend=mend)
        roster = read_document(parse_yaml(data, str(path), state), zone=_ANY_ZONE)
    except RosterError:
        raise
    except ConfigurationError as error:
        raise RosterError(error.problems) from error
    return _File(path, data, state, decode(data, str(path)), roster)


def normal(contact: Contact) -> Contact:
    """The contact as it will be read again. Raises UsageError for a value that can't stand in a roster."""
    texts = _texts(contact, CONTACT)
    if not texts["name"]:
        raise UsageError("a contact needs a name", mend="give one")
    positions: Counter[tuple[date, str]] = Counter()
    interactions = []
    for each in contact.interactions:
        at = each.at.replace(microsecond=0, tzinfo=None) if each.at else None
        position = positions[each.on, each.kind]
        positions[each.on, each.kind] += 1
        interactions.append(replace(each, at=at, position=position, **_texts(each, INTERACTION)))
    return replace(
        contact,
        emails=_addresses(contact.emails),
        tags=_field(CONTACT, "tags", list(contact.tags)),
        interactions=tuple(interactions),
        place=None,
        **texts,
    )


def _texts(record: Contact | Interaction, fields: Mapping[str, Field]) -> dict[str, Any]:
    """The texts of a record in their normal form."""
    return {key: _field(fields, key, value) for key in fields if isinstance(value := getattr(record, key, None), str)}


def _addresses(emails: Sequence[str]) -> tuple[str, ...]:
    return unique_addresses(_field(CONTACT, "emails", list(emails)))


def checked(changes: Mapping[str, Change]) -> dict[str, Any]:
    """The changes in their normal form, by the attributes of a contact: `email` and `emails` are one."""
    values: dict[str, Any] = {}
    for key, value in changes.items():
        if key not in CONTACT:
            raise UsageError(f'a contact has no key "{key}"', mend=did_you_mean(key, CONTACT) or "see contacts.yaml")
        if key in {"email", "emails"}:
            values["emails"] = _addresses([value] if isinstance(value, str) else _items(key, value))
        elif key == "tags":
            values[key] = _field(CONTACT, key, [value] if isinstance(value, str) else _items(key, value))
        elif key == "updates" or isinstance(value, str | None):
            values[key] = _field(CONTACT, key, Scalar(value, "") if isinstance(value, bool) else value)
        else:
            raise UsageError(f"{key}: a text belongs here", mend="give one")
    if values.get("name", "-") == "":
        raise UsageError("a contact needs a name", mend="give another one")
    return values


def _items(key: str, value: Change) -> list[str]:
    if isinstance(value, bool):
        raise UsageError(f"{key}: a text or several belong here", mend="give one")
    return list(value or ())


def _field(fields: Mapping[str, Field], key: str, value: object) -> Any:
    try:
        return fields[key].read(value)
    except Wrong as wrong:
        _, what, mend = wrong.faults[0]
        raise UsageError(f"{key}: {what}", mend=mend) from wrong


def with_key(text: str, number: int, key: str, value: Any) -> str:
    """The text with one key of a contact as meant."""
    if key == "emails":
        return _with_addresses(text, number, value)
    if value is None or value in ("", ()):
        return remove_key(text, number, key)
    return set_value(text, number, key, value)


def _with_addresses(text: str, number: int, emails: tuple[str, ...]) -> str:
    """The text with the addresses of a contact as meant, under the one key that fits their number."""
    written = address_values(emails)
    for key, value in written.items():
        text = set_value(text, number, key, value)
    for key in {"email", "emails"} - written.keys():
        text = remove_key(text, number, key)
    return text


def spliced(file: _File, splice: Callable[[str], str]) -> str:
    """The new text. Raises RosterError where the file is written in a way that can't be changed."""
    try:
        return splice(file.text)
    except CannotSpliceError as error:
        raise _refused(file) from error


def done(file: _File, text: str, meant: tuple[Contact, ...], dry_run: bool) -> Edit:
    """Reads the new text again, and replaces the file if it says what was meant."""
    data = (BOM if file.data.startswith(BOM) else b"") + text.encode()
    try:
        found = read_document(parse_yaml(data, str(file.path)), zone=_ANY_ZONE).contacts
    except RosterError:
        raise
    except ConfigurationError as error:
        raise _refused(file) from error
    if found != meant:
        raise _refused(file)
    state = file.state if dry_run or data == file.data else replace_file(file.path, file.state, data)
    return Edit(file.path, file.data, data, state)


def _refused(file: _File) -> RosterError:
    what = "this file is written in a way that the program can't change without touching other entries"
    return RosterError([Problem(Place(str(file.path)), "", what, "make the change by hand")])

"""The roster as read: contacts, warnings, the files' states, and who referred whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mailer.addresses import address_key
from mailer.errors import Place, Problem
from mailer.model import Contact
from mailer.yamlfile import FileState


def name_key(name: str) -> str:
    """What two spellings of one name have in common: case and spaces are ignored."""
    return " ".join(name.casefold().split())


@dataclass(frozen=True)
class Roster:
    """All contacts of the roster's files, in order."""

    contacts: tuple[Contact, ...]
    warnings: tuple[Problem, ...] = ()
    files: tuple[FileState, ...] = field(default=(), compare=False)

    def named(self, text: str) -> tuple[Contact, ...]:
        """The contacts with exactly this address, id or name (case ignored), in that order of preference."""
        by_address, by_id, by_name = self._index
        if (found := by_address.get(address_key(text.strip()))) is not None:
            return (found,)
        if (found := by_id.get(text.strip())) is not None:
            return (found,)
        return tuple(by_name.get(name_key(text), ()))

    def referrer_of(self, contact: Contact) -> Contact | None:
        """Who referred this contact, where `referred_by` names exactly one other contact."""
        found = self.named(contact.referred_by) if contact.referred_by else ()
        return found[0] if len(found) == 1 and found[0] is not contact and found[0] != contact else None

    def number_of(self, contact: Contact) -> tuple[Path, int]:
        """In which file one of these contacts stands, and as which of its contacts, from 0."""
        return self._numbers[contact.place]

    @cached_property
    def _numbers(self) -> dict[Place | None, tuple[Path, int]]:
        found: dict[Place | None, tuple[Path, int]] = {}
        counts: dict[str, int] = {}
        for contact in self.contacts:
            file = contact.place.file if contact.place else ""
            found[contact.place] = (Path(file), counts.get(file, 0))
            counts[file] = counts.get(file, 0) + 1
        return found

    @cached_property
    def _index(self) -> tuple[dict[str, Contact], dict[str, Contact], dict[str, list[Contact]]]:
        by_address: dict[str, Contact] = {}
        by_id: dict[str, Contact] = {}
        by_name: dict[str, list[Contact]] = {}
        for contact in self.contacts:
            for address in contact.emails:
                by_address[address_key(address)] = contact
            if contact.id:
                by_id[contact.id] = contact
            by_name.setdefault(name_key(contact.name), []).append(contact)
        return by_address, by_id, by_name

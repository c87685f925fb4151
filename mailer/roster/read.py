"""Reads the roster's files into contacts, and tells everything that is wrong with them in one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailer.addresses import address_key, unique_addresses
from mailer.errors import ConfigurationError, Place, Problem, RosterError
from mailer.model import Contact, Interaction
from mailer.roster.fields import CONTACT, INTERACTION, Field, Step, Wrong
from mailer.roster.model import Roster
from mailer.yamlfile import (
    MAX_PROBLEMS,
    Document,
    YamlList,
    YamlMap,
    did_you_mean,
    gc_paused,
    is_null,
    key_path,
    load_yaml,
    shown,
)

FIRST_YEAR = 1950
LAST_YEAR = 2100
"""An interaction outside these years is hardly meant; inside, only `today` tells."""

YEARS_AHEAD = 5
"""An appointment further ahead of `today` is hardly meant."""


def load_roster(paths: Path | Sequence[Path], *, zone: ZoneInfo | None = None, today: date | None = None) -> Roster:
    """Reads all files of a roster.

    `zone` is the owner's, for times written with an offset from UTC; `today` lets an implausible year be noticed.
    Raises RosterError with the problems of all files, each at its place.
    """
    files = [paths] if isinstance(paths, Path) else list(paths)
    problems: list[Problem] = []
    readers: list[FileReader] = []
    with gc_paused():
        for path in files:
            try:
                readers.append(FileReader(load_yaml(path), zone, today))
            except ConfigurationError as error:
                problems.extend(error.problems)
            else:
                problems.extend(readers[-1].read())
        return _joined(readers, problems)


def read_document(document: Document, *, zone: ZoneInfo | None = None) -> Roster:
    """The roster of one file that was parsed already. Raises RosterError."""
    reader = FileReader(document, zone, None)
    return _joined([reader], reader.read())


def _joined(readers: Sequence[FileReader], problems: list[Problem]) -> Roster:
    problems.extend(_doubled(readers))
    if problems:
        raise RosterError(problems)
    contacts = tuple(contact for reader in readers for contact in reader.contacts)
    warnings = [warning for reader in readers for warning in reader.warnings]
    roster = Roster(contacts, (), tuple(reader.document.state for reader in readers))
    warnings.extend(warning for reader in readers for warning in _unresolved(reader, roster))
    return Roster(contacts, tuple(warnings), roster.files)


class FileReader:
    """Reads one file. `contacts` and `nodes` run side by side."""

    def __init__(self, document: Document, zone: ZoneInfo | None, today: date | None) -> None:
        self.document = document
        self.contacts: list[Contact] = []
        self.nodes: list[YamlMap] = []
        self.numbers: list[int] = []
        self.warnings: list[Problem] = []
        self._problems = list(document.problems)
        self._zone = zone
        self._today = today
        self._path: tuple[Step, ...] = ()  # where we are

    def read(self) -> list[Problem]:
        """Fills `contacts`; returns the problems in the order of their places."""
        for number, node in enumerate(self._entries(("contacts",), self._contacts_node(), "a contact")):
            if isinstance(node, YamlMap):
                self._path = ("contacts", number)
                self._contact(number, node)
        return sorted(self._problems, key=lambda problem: (problem.place.line, problem.place.column))

    def _contacts_node(self) -> Any:
        root = self.document.root
        if is_null(root):
            return None
        if not isinstance(root, YamlMap):
            self._problem((), f"a roster begins with `contacts:`, not with {shown(root)}", "write `contacts:` first")
            return None
        for key in root.keys() - {"contacts"}:
            mend = did_you_mean(key, ["contacts"]) or "write people below `contacts:`"
            self._problem((key,), "this key is not known", mend, key=True)
        return root.get("contacts")

    def _entries(self, path: tuple[Step, ...], node: Any, what: str) -> Sequence[Any]:
        if is_null(node):
            return ()
        if not isinstance(node, YamlList):
            self._problem(path, f"a list belongs here, not {shown(node)}", "begin each entry with `- `")
            return ()
        for number, item in enumerate(node):
            if not isinstance(item, YamlMap):
                self._problem((*path, number), f"{what} belongs here, not {shown(item)}", "write `key: value` lines")
        return node

    def _contact(self, number: int, node: YamlMap) -> None:
        values = self._fields(node, CONTACT, "interactions")
        if not values.get("name") and "name" not in self._bad:
            path = ("name",) if "name" in node else ()
            self._problem((*self._path, *path), "the contact has no name", "write `name:`")
        if emails := values.pop("email", ()) + values.pop("emails", ()):
            values["emails"] = emails if len(emails) == 1 else unique_addresses(emails)
        interactions = node.get("interactions")
        if interactions is not None:
            values["interactions"] = self._interactions(interactions)
        place = self.document.place(node.at)
        values.setdefault("name", "")
        self.contacts.append(Contact(**values, place=place))
        self.nodes.append(node)
        self.numbers.append(number)

    def _fields(self, node: YamlMap, known: Mapping[str, Field], skipped: str = "") -> dict[str, Any]:
        """Reads every known key. `_bad` are the keys that could not be read."""
        values: dict[str, Any] = {}
        self._bad: set[str] = set()
        for key, value in node.items():
            field = known.get(key)
            if field is not None:
                try:
                    values[key] = field.read(value)
                except Wrong as wrong:
                    self._bad.add(key)
                    for steps, what, mend in wrong.faults:
                        self._problem((*self._path, key, *steps), what, mend)
            elif key != skipped:
                mend = did_you_mean(key, [*known, skipped]) or "take it out, or write it into `notes:`"
                self._problem((*self._path, key), "this key is not known", mend, key=True)
        return values

    def _interactions(self, node: Any) -> tuple[Interaction, ...]:
        contact = self._path
        positions: Counter[tuple[date, str]] = Counter()
        found = []
        for number, item in enumerate(self._entries((*contact, "interactions"), node, "an interaction")):
            if isinstance(item, YamlMap):
                self._path = (*contact, "interactions", number)
                interaction = self._interaction(item, positions)
                if interaction is not None:
                    found.append(interaction)
        self._path = contact
        return tuple(found)

    def _interaction(self, node: YamlMap, positions: Counter[tuple[date, str]]) -> Interaction | None:
        values = self._fields(node, INTERACTION)
        for key in ("date", "kind"):
            if key not in node:
                self._problem(self._path, f"the interaction has no {key}", f"write `{key}:`")
        if "date" not in values or "kind" not in values:
            return None
        try:
            on, at = values.pop("date").local(self._zone)
        except Wrong as wrong:
            self._problem((*self._path, "date"), *wrong.faults[0][1:])
            return None
        self._check_year(on)
        if values.get("thank_you", True) is None:
            del values["thank_you"]
        position = positions[on, values["kind"]]
        positions[on, values["kind"]] += 1
        return Interaction(on=on, at=at, position=position, **values)

    def _check_year(self, on: date) -> None:
        last = self._today.year + YEARS_AHEAD if self._today else LAST_YEAR
        if not FIRST_YEAR <= on.year <= last:
            path = (*self._path, "date")
            what = f"the year {on.year} is hardly meant"
            self.warnings.append(Problem(self.document.place_of(path), key_path(path), what, "correct it", "warning"))

    def _problem(self, path: tuple[Step, ...], what: str, mend: str, *, key: bool = False) -> None:
        if len(self._problems) >= MAX_PROBLEMS:
            return
        self._problems.append(Problem(self.document.place_of(path, key=key), key_path(path), what, mend))

    def place_of_address(self, index: int, address: str) -> tuple[Place, str]:
        """Place and key of an address of the contact with this index."""
        node = self.nodes[index]
        for key in ("email", "emails"):
            value = node.get(key)
            items = list(value) if isinstance(value, YamlList) else [value]
            for number, item in enumerate(items):
                if isinstance(item, str) and _is_address(item, address):
                    path = ("contacts", self.numbers[index], key, *([number] if isinstance(value, YamlList) else []))
                    return self.document.place_of(path), key_path(path)
        path = ("contacts", self.numbers[index])
        return self.document.place_of(path), key_path(path)


def _is_address(written: str, address: str) -> bool:
    try:
        return address_key(CONTACT["email"].read(written)[0]) == address_key(address)
    except (Wrong, IndexError):
        return False


def _doubled(readers: Sequence[FileReader]) -> list[Problem]:
    """The same address, or the same id, on two contacts."""
    seen: dict[tuple[str, str], tuple[FileReader, int]] = {}
    problems = []
    for reader in readers:
        for index, contact in enumerate(reader.contacts):
            names = [("address", each) for each in contact.emails] + ([("id", contact.id)] if contact.id else [])
            for kind, name in names:
                first = seen.setdefault((kind, address_key(name) if kind == "address" else name), (reader, index))
                if first[0] is not reader or first[1] != index:
                    problems.append(_doubling(first, (reader, index), kind, name))
    return problems


def _doubling(first: tuple[FileReader, int], second: tuple[FileReader, int], kind: str, name: str) -> Problem:
    if kind == "address":
        before, (place, key) = first[0].place_of_address(first[1], name)[0], second[0].place_of_address(second[1], name)
    else:
        path = ("contacts", second[0].numbers[second[1]], "id")
        before = first[0].document.place_of(("contacts", first[0].numbers[first[1]], "id"))
        place, key = second[0].document.place_of(path), key_path(path)
    other = first[0].contacts[first[1]].name
    mend = "a person stands in the roster once: join the two entries, or correct one of them"
    return Problem(place, key, f"the {kind} {name} stands on {other or 'another contact'} too, at {before}", mend)


def _unresolved(reader: FileReader, roster: Roster) -> list[Problem]:
    """Warnings for each `referred_by` that names nobody, several, or the contact itself."""
    warnings = []
    for contact, number in zip(reader.contacts, reader.numbers, strict=True):
        if not contact.referred_by:
            continue
        found = roster.named(contact.referred_by)
        if len(found) == 1 and found[0] is not contact:
            continue
        path = ("contacts", number, "referred_by")
        what, mend = _referrer_fault(contact, found)
        warnings.append(Problem(reader.document.place_of(path), key_path(path), what, mend, "warning"))
    return warnings


def _referrer_fault(contact: Contact, found: tuple[Contact, ...]) -> tuple[str, str]:
    name = shown(contact.referred_by)
    if not found:
        return f"{name} is nobody in the roster", "add them, or write the name or address as it stands there"
    if len(found) == 1:
        return f"{contact.name} can't be referred by themselves", "write who gave you the name"
    places = ", ".join(str(each.place) for each in found)
    return f"{name} may be any of {len(found)} contacts ({places})", "write the address instead of the name"

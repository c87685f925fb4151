"""Many changes of one roster file in one edit: contacts added, changed and taken out, all or none.

Each entry that changes is cut out of the text, changed as a small roster of its own, and put back, so that a thousand
changes cost little more than one. As with single edits the result is read again and must say exactly what was meant.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from mailer.model import Contact, Interaction
from mailer.roster.edit import Change, Edit, checked, done, normal, read_for_edit, spliced, with_key
from mailer.roster.splice import Source, add_entries, dashes_of, remove_entry, set_interactions
from mailer.roster.write import contact_values, interaction_values
from mailer.yamlfile import FileState
from mailer.yamlfile.spans import CannotSpliceError, Span, spans_of


@dataclass(frozen=True, slots=True)
class Batch:
    """What to do with the contacts of one file, by their numbers in it, from 0.

    `interactions` are whole lists: those that are there, changed or not, in their order, and new ones behind them.
    """

    added: Sequence[Contact] = ()
    changed: Mapping[int, Mapping[str, Change]] = field(default_factory=dict)
    interactions: Mapping[int, Sequence[Interaction]] = field(default_factory=dict)
    removed: frozenset[int] = frozenset()


_Splice = Callable[[str, int], str]
"""Text and the number of an entry in, text out."""


def edit_roster(path: Path, batch: Batch, *, expected: FileState | None = None, dry_run: bool = False) -> Edit:
    """Make these changes. Raises UsageError, RosterError and RosterChangedError as the single edits do."""
    file = read_for_edit(path, expected)
    meant, splices = list(file.roster.contacts), dict[int, list[_Splice]]()
    for number, changes in batch.changed.items():
        values = checked(changes)
        meant[number] = replace(meant[number], **values)
        splices.setdefault(number, []).extend(partial(_set_key, key, value) for key, value in values.items())
    for number, items in batch.interactions.items():
        before, meant[number] = meant[number], normal(replace(meant[number], interactions=tuple(items)))
        splices.setdefault(number, []).append(_interactions_splice(before, meant[number]))
    for number in batch.removed:
        splices[number] = [remove_entry]
    kept = [contact for number, contact in enumerate(meant) if number not in batch.removed]
    added = [normal(contact) for contact in batch.added]

    def change(text: str) -> str:
        text = _entries_changed(text, splices)
        return add_entries(text, [contact_values(contact) for contact in added]) if added else text

    return done(file, spliced(file, change), (*kept, *added), dry_run)


def _set_key(key: str, value: Any, text: str, number: int) -> str:
    return with_key(text, number, key, value)


def _interactions_splice(before: Contact, after: Contact) -> _Splice:
    old, new = before.interactions, [interaction_values(each) for each in after.interactions]
    changed = {n: new[n] for n, each in enumerate(old) if each != after.interactions[n]}

    def splice(text: str, number: int) -> str:
        return set_interactions(text, number, changed, new[len(old) :])

    return splice


def _entries_changed(text: str, splices: Mapping[int, Sequence[_Splice]]) -> str:
    """The text with these entries changed."""
    if not splices:
        return text
    contacts = _contacts(text)
    if not contacts.flow:
        try:
            return _cut_and_put_back(text, contacts, splices)
        except CannotSpliceError:
            pass  # an entry that means something only beside the others: an alias
    for number in sorted(splices, reverse=True):
        for splice in splices[number]:
            text = splice(text, number)
    return text


def _contacts(text: str) -> Span:
    root = spans_of(text)
    number = root.pair("contacts") if root else -1
    if root is None or number < 0:
        raise CannotSpliceError
    return root.pairs[number][1]


def _cut_and_put_back(text: str, contacts: Span, splices: Mapping[int, Sequence[_Splice]]) -> str:
    """Each entry is changed as a file of its own, from the line of its dash to the line of the next one."""
    source = Source(text)
    bounds = [*(source.line_start(dash) for dash in dashes_of(text, contacts)), len(text)]
    head = f"contacts:{source.line_break}"
    parts = [text[: bounds[0]]]
    for number, (start, end) in enumerate(itertools.pairwise(bounds)):
        part = text[start:end]
        for splice in splices.get(number, ()):
            part = splice(head + part, 0).removeprefix(head)
        parts.append(part)
    return "".join(parts)

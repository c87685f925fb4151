"""Carries an import out in one edit of the roster, and undoes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mailer.addresses import address_key
from mailer.errors import ConfigurationError, Place, UsageError
from mailer.model import Contact
from mailer.roster import Batch, Edit, Roster, edit_roster, load_roster
from mailer.roster.edit import Change
from mailer.roster.replace import replace_file
from mailer.services.import_plan import Action, Barred, Item, filled, fold_name, joined
from mailer.storage import contacts, events, forgotten, imports
from mailer.storage.store import Store, Tx
from mailer.yamlfile import read_file


def barred(store: Store, people: Iterable[Contact]) -> Barred:
    """Who of these must not come in by an import: mail could follow from what happened with them before."""
    addresses = [address for each in people for address in each.emails]
    with store.read() as tx:
        gone = contacts.gone_with_history(tx)
        lost = forgotten.among(tx, addresses)
    names = {fold_name(name) for name, with_address in gone.names.items() if not with_address}
    return Barred({address_key(a) for a in lost}, gone.addresses | names)


def carry_out(
    store: Store, paths: Sequence[Path], target: Path, items: Sequence[Item], source: str, now: datetime
) -> int:
    """Do what was planned, all or nothing; `target` is the file that new people go to. Returns the import's id.

    Raises RosterError, RosterChangedError and UsageError as roster edits do; nothing is changed then.
    """
    batches = _batches(load_roster(paths), target, items)
    rehearsed = [edit_roster(path, batch, dry_run=True) for path, batch in batches.items()]
    values = {
        "at": now,
        "source": source,
        "files": [_patch(edit) for edit in rehearsed],
        "added": [_who(item.found) for item in items if item.action is Action.add],
        "merged": [_merged(item) for item in items if item.action is Action.merge and item.known],
    }
    finished: list[Edit] = []
    try:
        with store.write() as tx:
            import_id = imports.create(tx, values)
            why = f"{len(values['added'])} new, {len(values['merged'])} merged"  # type: ignore[arg-type]
            _log(tx, now, import_id, None, "done", why)
            finished += (edit.carried_out() for edit in rehearsed)
    except BaseException:
        for edit in reversed(finished):
            edit.undo()
        raise
    return import_id


def _log(tx: Tx, now: datetime, import_id: int, old: str | None, new: str, why: str) -> None:
    events.record(tx, [events.event(tx, now, "owner", "import", import_id, old=old, new=new, why=why)])


def _batches(roster: Roster, target: Path, items: Sequence[Item]) -> dict[Path, Batch]:
    """The changes by file."""
    grown: dict[Place | None, tuple[Contact, Contact]] = {}
    for item in items:
        if item.action is Action.merge and item.known is not None:
            # several people found may be one contact, each by another address
            known, so_far = grown.get(item.known.place, (item.known, item.known))
            grown[known.place] = (known, joined(so_far, item.found))
    changed: dict[Path, dict[int, Mapping[str, Change]]] = {}
    for known, new in grown.values():
        path, number = roster.number_of(known)
        changed.setdefault(path, {})[number] = filled(known, new)
    added = [item.found for item in items if item.action is Action.add]
    paths = [*changed, *([target] if added and target not in changed else [])]
    return {p: Batch(added=added if p == target else (), changed=changed.get(p, {})) for p in paths}


def _patch(edit: Edit) -> dict[str, Any]:
    """How to get the bytes before out of the bytes after: where they differ, and what stood there."""
    before, after = edit.before.decode(), edit.after.decode()
    start = _common(before, after)
    end = min(_common(before[start:][::-1], after[start:][::-1]), len(before) - start, len(after) - start)
    return {
        "path": str(edit.path),
        "digest": hashlib.sha256(edit.after).hexdigest(),
        "start": start,
        "length": len(after) - end - start,
        "text": before[start : len(before) - end],
    }


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def _who(contact: Contact) -> dict[str, Any]:
    return {"name": contact.name, "emails": list(contact.emails)}


def _merged(item: Item) -> dict[str, Any]:
    assert item.known is not None  # noqa: S101 -- the caller looked
    changes = filled(item.known, item.found)
    keys = {key: [_plain(getattr(item.known, key)), _plain(value)] for key, value in changes.items()}
    return {**_who(item.known), "keys": keys}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing did. `kept` are people who changed since the import and therefore stay."""

    source: str
    removed: int
    restored: int
    kept: tuple[str, ...] = ()


def undo(store: Store, paths: Sequence[Path], now: datetime) -> Undone:
    """Undo the last import that was not undone yet. Where a file is as the import left it, its old bytes come back;
    else the people who came in are taken out again, except those who changed since.

    Raises UsageError where there is none, RosterError and RosterChangedError as roster edits do.
    """
    with store.read() as tx:
        record = imports.last(tx)
    if record is None:
        raise UsageError("there is no import to undo", mend="see `mailer contacts import`")
    whole = [_put_back(patch, dry_run=True) for patch in record.files]
    removed, restored, kept = len(record.added), len(record.merged), list[str]()
    finished: list[Edit] = []
    try:
        with store.write() as tx:
            imports.mark_undone(tx, record.id, now)
            _log(tx, now, record.id, "done", "undone", "")
            if all(whole):
                for patch in record.files:
                    finished += filter(None, [_put_back(patch)])
            else:
                batches, removed, restored, kept = _reversed(load_roster(paths), record)
                finished += (edit_roster(path, batch) for path, batch in batches.items())
    except BaseException:
        for edit in reversed(finished):
            edit.undo()
        raise
    return Undone(record.source, removed, restored, tuple(kept))


def _put_back(patch: Mapping[str, Any], *, dry_run: bool = False) -> Edit | None:
    """The old bytes of a file; None where it is no longer as the import left it."""
    path = Path(patch["path"])
    try:
        data, state = read_file(path)
    except ConfigurationError:
        return None
    if state.digest != patch["digest"]:
        return None
    text, start = data.decode(), patch["start"]
    before = (text[:start] + patch["text"] + text[start + patch["length"] :]).encode()
    after = state if dry_run else replace_file(path, state, before)
    return Edit(path, data, before, after)


def _reversed(roster: Roster, record: imports.ImportRecord) -> tuple[dict[Path, Batch], int, int, list[str]]:
    """The import backwards, as far as people are still what it made them: batches, how many, and who stays."""
    removed: dict[Path, set[int]] = {}
    changed: dict[Path, dict[int, Mapping[str, Change]]] = {}
    kept, restored = [], 0
    for was in record.added:
        contact = _same(roster, was)
        if contact is None or contact.interactions or list(contact.emails) != was["emails"]:
            kept += [was["name"]] if contact is not None else []
            continue
        path, number = roster.number_of(contact)
        removed.setdefault(path, set()).add(number)
    for was in record.merged:
        contact = _same(roster, was)
        if contact is None:
            continue
        path, number = roster.number_of(contact)
        back = {k: old for k, (old, new) in was["keys"].items() if _plain(getattr(contact, k)) == new}
        if back:
            changed.setdefault(path, {})[number] = back
            restored += 1
    batches = {
        path: Batch(changed=changed.get(path, {}), removed=frozenset(removed.get(path, ())))
        for path in {**changed, **removed}
    }
    return batches, sum(map(len, removed.values())), restored, kept


def _same(roster: Roster, was: Mapping[str, Any]) -> Contact | None:
    """The contact that an import added or changed, where the roster still has them."""
    found = roster.named(was["emails"][0] if was["emails"] else was["name"])
    return found[0] if len(found) == 1 else None

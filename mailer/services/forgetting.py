"""Forgets a person: out of the roster and the database, mail texts included. Of the address only a digest stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from mailer.addresses import address_key, normalise_address
from mailer.errors import ConfigurationError, MailerError, UsageError
from mailer.model import Contact, Interaction, MessageStatus, Person
from mailer.roster import Batch, Edit, Roster, edit_roster, load_roster
from mailer.roster.edit import Change
from mailer.roster.model import name_key
from mailer.services import loop_back
from mailer.services.desk import Desk
from mailer.services.log import find_contact
from mailer.services.thank_you import contacts_to_thank, plan_contact
from mailer.storage import contacts, erase, events, forgotten, imports, interactions, loops, messages, replies
from mailer.storage.records import ContactRecord
from mailer.storage.store import Store, Tx
from mailer.yamlfile import read_file

_TEXTS = ("company", "title", "relationship", "salutation", "notes")


@dataclass(frozen=True, slots=True)
class Lost:
    """Who is to be forgotten. `contact` is None for an address that was nobody's. `names` are those that are theirs
    alone, also of entries that went into this one; where another contact, or the owner, has the very same, it stays in
    texts. `joined` are the ids of such entries."""

    name: str
    addresses: tuple[str, ...]
    contact: ContactRecord | None
    names: tuple[str, ...] = ()
    joined: tuple[int, ...] = ()

    @property
    def needle(self) -> re.Pattern[str] | None:
        """What finds them in a text: their addresses, and their name where it has several words and is theirs alone."""
        words = [*self.addresses, *(name for name in self.names if " " in name.strip())]
        parts = (r"\s+".join(map(re.escape, word.split())) for word in words)
        found = "|".join(rf"(?<![\w.+-]){part}(?![\w-])" for part in parts)
        return re.compile(found, re.IGNORECASE) if words else None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting did. `places` are where the owner's files still name them; `clean` says that the database file
    holds no old page with anything of them."""

    name: str
    messages: int
    replies: int
    interactions: int
    places: tuple[str, ...]
    clean: bool


def find_lost(tx: Tx, desk: Desk, who: str) -> Lost:
    """Who is meant: somebody in the roster, somebody who was there, or an address alone.

    Raises UsageError where it is nobody, several, or the owner.
    """
    owner = desk.config.owner()
    try:
        address = normalise_address(who.strip())
    except ValueError:
        address = ""
    record = contacts.by_address(tx, address) if address else find_contact(tx, who)
    own = tuple(row.spelling for row in contacts.address_rows(tx, record.id)) if record else (address,)
    if address_key(owner.email) in map(address_key, own):
        raise UsageError("this is your own address", mend="take the entry out of the roster by hand")
    if record is None:
        return Lost("", own, None)
    joined = (contacts.get(tx, each) for each in events.joined_into(tx, record.id))
    shells = [each for each in joined if each is not None and not each.in_roster]  # not those put back by hand
    entries = {each.id: each for each in (record, *shells)}
    theirs = dict.fromkeys(
        each.name
        for each in entries.values()
        if name_key(each.name) != name_key(owner.name)
        and all(other.id in entries for other in contacts.same_name(tx, each.name, but=each.id))
    )
    return Lost(record.name, own, record, tuple(theirs), tuple(each.id for each in shells))


def forget(
    store: Store, desk: Desk, paths: Sequence[Path], lost: Lost, files: Iterable[Path], now: datetime
) -> Forgotten:
    """Erase them everywhere. `files` are other files of the owner's, which are looked through and never changed.

    Raises MailerError while a mail to them is on the wire, and what roster edits raise; nothing is changed then.
    """
    batches = _batches(load_roster(paths), lost)
    rehearsed = [edit_roster(path, batch, dry_run=True) for path, batch in batches.items()]
    counts = _counts(store, lost)
    finished: list[Edit] = []
    try:
        with store.write() as tx:
            erase.overwrite(tx)
            _erase(tx, desk, lost, now)
            finished += (edit.carried_out() for edit in rehearsed)
    except BaseException:
        for edit in reversed(finished):
            edit.undo()
        raise
    clean = erase.compact(store)
    return Forgotten(lost.name or "the address", *counts, _still_named([*paths, *files], lost), clean)


def _counts(store: Store, lost: Lost) -> tuple[int, int, int]:
    """Messages, replies and interactions that go."""
    if lost.contact is None:
        return 0, 0, 0
    with store.read() as tx:
        return (
            len(messages.listing(tx, messages.Filter(contact_id=lost.contact.id))),
            len(replies.listing(tx, contact_id=lost.contact.id)),
            len(interactions.of_contact(tx, lost.contact.id)),
        )


def _erase(tx: Tx, desk: Desk, lost: Lost, now: datetime) -> None:
    forgotten.add(tx, lost.addresses, now)
    imports.erase_all(tx)
    if lost.contact is not None:
        wanted = messages.Filter(contact_id=lost.contact.id, statuses=(MessageStatus.sending,))
        if messages.listing(tx, wanted):
            raise MailerError("a mail to them is on its way just now", mend="do it again in a minute")
        for contact_id in (*lost.joined, lost.contact.id):
            erase.person(tx, contact_id, lost.addresses, now)
    if lost.needle is not None:
        erase.mentions(tx, lost.needle)
    subject = lost.contact.id if lost.contact else 0
    events.record(tx, [events.event(tx, now, "owner", "contact", subject, old=None, new="forgotten")])
    for contact_id in sorted(contacts_to_thank(tx, desk, now)):
        plan_contact(tx, desk, contact_id, now, "owner")  # drafts that named them are written anew
    loop_back.plan(tx, desk, loops.waiting(tx), now, "owner")


def _batches(roster: Roster, lost: Lost) -> dict[Path, Batch]:
    """Their entry goes, and their name out of the entries of others."""
    keys = {address_key(address) for address in lost.addresses}
    batches: dict[Path, tuple[dict[int, Mapping[str, Change]], dict[int, Sequence[Interaction]], set[int]]] = {}
    for contact in roster.contacts:
        path, number = roster.number_of(contact)
        changed, met, removed = batches.setdefault(path, ({}, {}, set()))
        if _is(contact, lost, keys):
            removed.add(number)
            continue
        if changes := _without_mention(contact, lost, keys):
            changed[number] = changes
        items = [_without_referral(each, lost, keys) for each in contact.interactions]
        if items != list(contact.interactions):
            met[number] = items
    return {
        p: Batch(changed=c, interactions=i, removed=frozenset(r)) for p, (c, i, r) in batches.items() if c or i or r
    }


def _is(contact: Contact, lost: Lost, keys: set[str]) -> bool:
    if keys:
        return any(address_key(address) in keys for address in contact.emails)
    return not contact.emails and bool(lost.name) and name_key(contact.name) == name_key(lost.name)


def _names(text: str, lost: Lost, keys: set[str]) -> bool:
    return address_key(text) in keys or name_key(text) in map(name_key, lost.names)


def _without_mention(contact: Contact, lost: Lost, keys: set[str]) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    if contact.referred_by and _names(contact.referred_by, lost, keys):
        changes["referred_by"] = None
    for key in _TEXTS:
        text = getattr(contact, key)
        if text and lost.needle is not None and (new := lost.needle.sub(erase.INSTEAD, text)) != text:
            changes[key] = new
    return changes


def _without_referral(item: Interaction, lost: Lost, keys: set[str]) -> Interaction:
    kept = tuple(p for p in item.referrals if not _is_referral(p, lost, keys))
    texts = {key: getattr(item, key) for key in ("about", "thanks_for", "notes")}
    if lost.needle is not None:
        texts = {key: lost.needle.sub(erase.INSTEAD, text) for key, text in texts.items()}
    return replace(item, referrals=kept, **texts)


def _is_referral(named: Person, lost: Lost, keys: set[str]) -> bool:
    return _names(named.email, lost, keys) if named.email else _names(named.name, lost, keys)


def _still_named(files: Iterable[Path], lost: Lost) -> tuple[str, ...]:
    """The lines of the owner's files that still name them: comments, texts of editions, the configuration."""
    if lost.needle is None:
        return ()
    places = []
    for path in files:
        try:
            text = read_file(path)[0].decode("utf-8", "replace")
        except ConfigurationError:
            continue
        places += [f"{path}:{n}" for n, line in enumerate(text.splitlines(), 1) if lost.needle.search(line)]
    return tuple(places)

"""What an import would do with each person found: add, merge, ask, or leave out, and why. Decides, and touches nothing.

The same address is the same person. A like name is only a question: two people may share one. What the roster says is
never overwritten, only filled where it is empty.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mailer.addresses import address_key, unique_addresses
from mailer.model import Contact
from mailer.roster.edit import Change

_FILLED = ("company", "title", "phone", "relationship", "salutation", "timezone", "language", "referred_by", "notes")
"""What an import fills where the roster says nothing."""

_BLOCK = 300
"""People sharing one word of their names who are compared by every letter; more common words find nobody."""

_NEARLY = 90
_SAME_COMPANY = 85
"""Percent of likeness, as rapidfuzz counts it."""


class Action(StrEnum):
    """What becomes of a person found."""

    add = "add"  # a new contact
    merge = "merge"  # known by an address: what is missing is filled in
    ask = "ask"  # somebody of a like name is there: the owner knows
    skip = "skip"  # nothing is done


@dataclass(frozen=True, slots=True)
class Item:
    """One person found. `known` is who they are, or (for `ask`) may be: of the roster, or the item numbered `twin`."""

    number: int
    found: Contact
    action: Action
    why: str = ""
    known: Contact | None = None
    twin: int | None = None


@dataclass(frozen=True)
class Barred:
    """Who must not come in by an import, since mail to them could follow: addresses and names as compared."""

    forgotten: Collection[str] = ()
    taken_out: Collection[str] = ()


@dataclass
class _Names:
    """Finds people of like names without comparing everybody with everybody: by the words their names share."""

    people: list[tuple[str, Contact, int | None]] = field(default_factory=list)
    words: dict[str, list[int]] = field(default_factory=dict)

    def add(self, contact: Contact, number: int | None = None) -> None:
        folded = fold_name(contact.name)
        for word in set(folded.split()):
            self.words.setdefault(word, []).append(len(self.people))
        self.people.append((folded, contact, number))

    def like(self, contact: Contact) -> tuple[Contact, int | None] | None:
        """The most alike, where there is one; the same name comes first."""
        folded = fold_name(contact.name)
        near: set[int] = set()
        for word in set(folded.split()):
            there = self.words.get(word, ())
            if len(there) <= _BLOCK:
                near.update(there)
        best = max(((_likeness(folded, contact, *self.people[n][:2]), -n) for n in near), default=(0.0, 0))
        return self.people[-best[1]][1:] if best[0] > 0 else None


def fold_name(name: str) -> str:
    """A name as it is compared: without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())


def _likeness(folded: str, contact: Contact, other: str, known: Contact) -> float:
    """How alike two people are; 0 where they are not the same by what their names and companies say.

    The same name may be the same person wherever they work by now; a name with a slip of the pen, or with a middle
    name more, only at the same company.
    """
    from rapidfuzz import fuzz

    if folded == other:
        return 101 + _same_company(contact, known)
    score = fuzz.token_sort_ratio(folded, other, score_cutoff=_NEARLY)
    longer = " " in folded and " " in other and fuzz.token_set_ratio(folded, other) == 100
    if not (score or longer) or _digits(folded) != _digits(other):
        return 0
    return max(score, 1.0) if _same_company(contact, known) else 0


def _same_company(one: Contact, other: Contact) -> bool:
    from rapidfuzz import fuzz

    names = fold_name(one.company), fold_name(other.company)
    alike = all(names) and fuzz.token_set_ratio(*names) >= _SAME_COMPANY
    return alike and _digits(names[0]) == _digits(names[1])


def _digits(text: str) -> str:
    """Numbers have no slips of the pen: Person 11 is not Person 12."""
    return "".join(c for c in text if c.isdigit())


def plan(people: Iterable[Contact], roster: Sequence[Contact], barred: Barred) -> list[Item]:
    """What would be done with each of these people, in their order."""
    by_address = {address_key(address): contact for contact in roster for address in contact.emails}
    names = _Names()
    for contact in roster:
        names.add(contact)
    items: list[Item] = []
    for number, (found, twice) in enumerate(_united(people), 1):
        if twice:
            items.append(Item(number, found, Action.skip, twice))
            continue
        item = _planned(number, found, by_address, names, barred)
        items.append(item)
        if item.action is Action.add:
            names.add(found, number)
    return items


def _united(people: Iterable[Contact]) -> list[tuple[Contact, str]]:
    """People who share an address become one; the others of them say that they stand there twice."""
    found: list[tuple[Contact, str]] = []
    where: dict[str, int] = {}
    for each in people:
        keys = [address_key(address) for address in each.emails]
        first = next((where[key] for key in keys if key in where), None)
        if first is None:
            where.update(dict.fromkeys(keys, len(found)))
            found.append((each, ""))
            continue
        where.update(dict.fromkeys(keys, first))
        earlier, _ = found[first]
        found[first] = (joined(earlier, each), "")
        place = f" (line {earlier.place.line})" if earlier.place else ""
        found.append((each, f"stands there twice: goes with {earlier.name}{place}"))
    return found


def _planned(number: int, found: Contact, by_address: Mapping[str, Contact], names: _Names, barred: Barred) -> Item:
    keys = [address_key(address) for address in found.emails]
    if any(key in barred.forgotten for key in keys):
        return Item(number, found, Action.skip, "you had this person forgotten")
    known = next((by_address[key] for key in keys if key in by_address), None)
    if known is not None:
        own = {address_key(address) for address in known.emails}
        mine = tuple(a for a in found.emails if address_key(a) in own or address_key(a) not in by_address)
        found = replace(found, emails=mine)
        if what := filled(known, found):
            return Item(number, found, Action.merge, f"adds {_and(what)}", known)
        return Item(number, found, Action.skip, "is there already", known)
    if any(key in barred.taken_out for key in keys) or (not keys and fold_name(found.name) in barred.taken_out):
        return Item(number, found, Action.skip, "was taken out of your roster; `mailer contacts add` puts them back")
    return _by_name(number, found, names)


def _by_name(number: int, found: Contact, names: _Names) -> Item:
    alike = names.like(found)
    if alike is None:
        return Item(number, found, Action.add)
    known, twin = alike
    same = fold_name(known.name) == fold_name(found.name) and fold_name(known.company) == fold_name(found.company)
    if same and not filled(known, found):
        return Item(number, found, Action.skip, "is there already, by name and company", known, twin)
    company = f" ({known.company})" if known.company else ""
    where = "the roster" if twin is None else "the same file"
    return Item(number, found, Action.ask, f"may be {known.name}{company} of {where}", known, twin)


def filled(known: Contact, found: Contact) -> dict[str, Change]:
    """What `found` adds to `known`, by the roster's keys; nothing that is there is changed."""
    changes: dict[str, Change] = {
        key: getattr(found, key) for key in _FILLED if getattr(found, key) and not getattr(known, key)
    }
    emails = unique_addresses((*known.emails, *found.emails))
    if len(emails) > len(unique_addresses(known.emails)):
        changes["emails"] = list(emails)
    tags = tuple(dict.fromkeys((*known.tags, *found.tags)))
    if len(tags) > len(known.tags):
        changes["tags"] = list(tags)
    return changes


def joined(known: Contact, found: Contact) -> Contact:
    """The two as one."""
    changes = {key: tuple(v) if isinstance(v, list) else v for key, v in filled(known, found).items()}
    return replace(known, **changes)  # type: ignore[arg-type]  # the roster's keys, each with its kind of value


def _and(changes: Mapping[str, Change]) -> str:
    words = {"emails": "an address", "tags": "tags", "notes": "notes", "referred_by": "who referred them"}
    return ", ".join(words.get(key, f"the {key}") for key in changes)


@dataclass(frozen=True)
class Decision:
    """What the owner said of a question: it is the same person (`join`), another one (`add`), or neither (`skip`)."""

    join: Collection[int] = ()
    add: Collection[int] = ()


def decided(items: Sequence[Item], decision: Decision) -> list[Item]:
    """The plan with its questions answered: only `add`, `merge` and `skip` are left."""
    final = {item.number: item for item in items}
    for item in items:
        if item.action is not Action.ask:
            continue
        if item.number in decision.add:
            final[item.number] = replace(item, action=Action.add)
        elif item.number in decision.join and item.twin is not None:
            earlier = final[item.twin]
            final[item.twin] = replace(earlier, found=joined(earlier.found, item.found))
            final[item.number] = replace(item, action=Action.skip, why=f"goes with {earlier.found.name}")
        elif item.number in decision.join:
            final[item.number] = replace(item, action=Action.merge)
        else:
            final[item.number] = replace(item, action=Action.skip)
    return list(final.values())

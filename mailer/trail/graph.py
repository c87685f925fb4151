"""The graph of who referred whom. It is meant to be a forest and isn't always: people have two referrers, and go round
in circles. Everything here ends, and shows everybody once in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from mailer.model import ContactStatus

GOAL = (2, 3)
"""How many names the method asks each person for: two, or better three."""

COLD = timedelta(days=30)
"""An end of the trail without a sign of life for longer than this has gone cold."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person on the trail. Days are the owner's; None where there was none yet.

    `key` stays the same as long as the person does: `c12` for contact 12, `n:...` for a name that isn't in the roster.
    """

    key: str
    name: str
    contact_id: int | None = None
    status: ContactStatus | None = None  # None: not in the roster
    company: str = ""
    spoken_on: date | None = None  # the last talk
    first_spoken_on: date | None = None
    talks: int = 0
    sign_on: date | None = None  # the last sign of life in either direction: a talk, a mail, an answer
    contacted: bool = False  # talked with, or written to
    proposal: int | None = None  # an answer named them: the proposal that waits for the owner's word
    namesakes: int = 0  # so many contacts have this name, and nobody knows which is meant


@dataclass(frozen=True, slots=True)
class Link:
    """`referrer` named `named`; `on` where the day is known (the roster's `referred_by` says none)."""

    referrer: str
    named: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the tree: a person under who named them, `depth` steps from the beginning.

    `again`: shown in full elsewhere, since somebody else named them too. `circle`: stands above this very line.
    """

    someone: Someone
    depth: int
    under: str = ""  # the key of the referrer above; empty at the beginning of a trail
    again: bool = False
    circle: bool = False


@dataclass(frozen=True)
class Trail:
    """People and who named whom. A link that names somebody unknown, or oneself, is left out."""

    people: Mapping[str, Someone]
    links: tuple[Link, ...]

    @cached_property
    def _sound(self) -> tuple[Link, ...]:
        known: dict[tuple[str, str], Link] = {}
        for link in self.links:
            if link.referrer == link.named or not {link.referrer, link.named} <= self.people.keys():
                continue
            before = known.get((link.referrer, link.named))
            if before is None or (link.on is not None and (before.on is None or link.on < before.on)):
                known[link.referrer, link.named] = link
        return tuple(known.values())

    @cached_property
    def _named(self) -> dict[str, list[Link]]:
        return _grouped((link.referrer, link) for link in self._sound)

    @cached_property
    def _referrers(self) -> dict[str, list[Link]]:
        return _grouped((link.named, link) for link in self._sound)

    def named_by(self, key: str) -> Sequence[Link]:
        """Whom this person named, each once."""
        return self._named.get(key, ())

    def referrers_of(self, key: str) -> Sequence[Link]:
        """Who named this person, each once."""
        return self._referrers.get(key, ())

    @property
    def sound_links(self) -> Sequence[Link]:
        """Every link between two different people of the trail, once."""
        return self._sound

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The trail as a tree, from the top; who neither named anybody nor was named is left out."""
        on_trail = [k for k in self.people if self._named.get(k) or self._referrers.get(k)]
        starts = [k for k in on_trail if not self._referrers.get(k)]
        seen: set[str] = set()
        found: list[Row] = []
        for key in (*starts, *on_trail):  # whoever no beginning leads to goes round in a circle
            if key not in seen:
                found += self._walk(key, seen)
        return tuple(found)

    def _walk(self, start: str, seen: set[str]) -> Iterator[Row]:
        """One beginning and all that follows from it, without recursion: a trail may be long."""
        path: list[str] = []
        waiting = [(start, 0, "")]
        while waiting:
            key, depth, under = waiting.pop()
            del path[depth:]
            if key in seen:
                yield Row(self.people[key], depth, under, again=True, circle=key in path)
                continue
            seen.add(key)
            path.append(key)
            yield Row(self.people[key], depth, under)
            waiting += [(link.named, depth + 1, key) for link in reversed(self.named_by(key))]

    @cached_property
    def depths(self) -> dict[str, int]:
        """How many steps each person is from the beginning of the trail they are shown on."""
        return {row.someone.key: row.depth for row in self.rows if not row.again}

    def around(self, key: str) -> Trail:
        """The ways that led to a person, and everything that follows from them."""
        wanted = {key} | _reached(key, self._referrers, "referrer") | _reached(key, self._named, "named")
        above = {key} | _reached(key, self._referrers, "referrer")
        below = {key} | _reached(key, self._named, "named")
        kept = [x for x in self._sound if {x.referrer, x.named} <= above or {x.referrer, x.named} <= below]
        return Trail({k: someone for k, someone in self.people.items() if k in wanted}, tuple(kept))

    def path_to(self, key: str) -> tuple[str, ...]:
        """The shortest way to a person from a beginning, the person last."""
        before: dict[str, str] = {}
        level = [key]
        while level:
            ends = [k for k in level if not self._referrers.get(k)]
            if ends:
                return tuple(_followed(ends[0], before))
            above = []
            for k in level:
                for link in self._referrers[k]:
                    if link.referrer not in before and link.referrer != key:
                        before[link.referrer] = k
                        above.append(link.referrer)
            level = above
        return (key,)  # only circles lead here

    def cold_since(self, key: str, today: date, after: timedelta = COLD) -> date | None:
        """Since when the trail has been cold at a person; None where it isn't, or where it went on from there.

        Somebody who was named and never contacted goes cold that long after being named; somebody contacted who named
        nobody, after the last sign of life.
        """
        someone = self.people[key]
        if self._named.get(key):
            return None
        days = [link.on for link in self.referrers_of(key) if link.on is not None]
        last = someone.sign_on or max(days, default=None)
        if last is None or today - last <= after or (not someone.contacted and not days):
            return None
        return last


def _grouped(pairs: Iterable[tuple[str, Link]]) -> dict[str, list[Link]]:
    grouped: dict[str, list[Link]] = {}
    for key, link in pairs:
        grouped.setdefault(key, []).append(link)
    return grouped


def _reached(key: str, links: Mapping[str, Sequence[Link]], end: str) -> set[str]:
    """Everybody that links lead to from one person."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for link in links.get(waiting.pop(), ()):
            other = getattr(link, end)
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _followed(start: str, steps: Mapping[str, str]) -> Iterator[str]:
    at: str | None = start
    while at is not None:
        yield at
        at = steps.get(at)

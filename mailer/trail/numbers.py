"""What the trail comes to in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from mailer.trail.graph import Trail

BEST = 5
"""How many connectors are named."""


@dataclass(frozen=True, slots=True)
class Connector:
    """Somebody who named others: how many, and how many of those were talked with or written to."""

    key: str
    name: str
    named: int
    contacted: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """None stands for a share of nothing."""

    people: int  # on the trail
    names: int  # given, each once for each who gave it
    talks: int  # conversations with anybody, on the trail or not
    names_per_talk: float | None  # given by people who were talked with
    contacted: int  # of those named
    named_people: int
    contacted_share: float | None
    longest: tuple[str, ...]  # the names along the longest trail
    connectors: tuple[Connector, ...]


def numbers(trail: Trail) -> Numbers:
    """Count a trail."""
    talks = sum(someone.talks for someone in trail.people.values())
    names = len(trail.sound_links)
    asked = sum(trail.people[link.referrer].talks > 0 for link in trail.sound_links)
    named = {link.named for link in trail.sound_links}
    contacted = sum(trail.people[key].contacted for key in named)
    return Numbers(
        people=len({row.someone.key for row in trail.rows}),
        names=names,
        talks=talks,
        names_per_talk=round(asked / talks, 2) if talks else None,
        contacted=contacted,
        named_people=len(named),
        contacted_share=round(contacted / len(named), 2) if named else None,
        longest=_longest(trail),
        connectors=tuple(_connectors(trail)),
    )


def _longest(trail: Trail) -> tuple[str, ...]:
    """Along the tree as it is shown, so that circles have an end."""
    path: list[str] = []
    longest: tuple[str, ...] = ()
    for row in trail.rows:
        del path[row.depth :]
        path.append(row.someone.name)
        if len(path) > len(longest) and not row.again:
            longest = tuple(path)
    return longest


def _connectors(trail: Trail) -> list[Connector]:
    found = []
    for key, someone in trail.people.items():
        named = [trail.people[link.named] for link in trail.named_by(key)]
        if named:
            found.append(Connector(key, someone.name, len(named), sum(each.contacted for each in named)))
    return sorted(found, key=lambda each: (-each.named, -each.contacted, each.name))[:BEST]

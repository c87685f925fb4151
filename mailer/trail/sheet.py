"""Today's call sheet: whom to see to next, in order of worth, one line for each person, with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mailer.model import ContactStatus
from mailer.trail.graph import GOAL, Someone, Trail
from mailer.trail.words import day_of


class Reason(StrEnum):
    """Why somebody is on the sheet; an earlier line is worth more."""

    answer = "answer"  # their answer waits for the owner
    thanks = "thanks"  # a thank-you to them is overdue, or waits for the owner's word
    referral = "referral"  # somebody named them, and nobody has contacted them
    ask = "ask"  # they were talked with, and named fewer people than the method asks for
    warm = "warm"  # not talked with for long


@dataclass(frozen=True, slots=True)
class Line:
    """One person. `opening` is ready to say; `act` is the command to use; `since` is the day the reason began."""

    key: str
    contact_id: int | None
    name: str
    reason: Reason
    why: str
    opening: str = ""
    act: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the owner: an answer of this contact, or a thank-you to them."""

    contact_id: int
    why: str
    act: str
    since: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody whom an answer named, and whom the owner has neither taken up nor declined."""

    id: int
    name: str
    contact_id: int | None
    since: date


@dataclass(frozen=True)
class Facts:
    """What the sheet is made from, besides the trail."""

    answers: Sequence[Waiting] = ()
    thanks: Sequence[Waiting] = ()
    proposals: Sequence[Proposal] = ()
    busy: Collection[int] = ()  # contacts with an appointment to come
    targets: Collection[str] = ()  # companies, case-folded
    started: date | None = None  # the day the search began
    keep_warm: timedelta = timedelta(days=90)


def sheet(trail: Trail, facts: Facts, today: date) -> list[Line]:
    """The lines in order of worth. Nobody who asked not to be written to is on it."""
    by_contact = {s.contact_id: s for s in trail.people.values() if s.contact_id is not None}
    found: dict[str, Line] = {}
    for line in _all(trail, facts, today, by_contact):
        found.setdefault(line.key, line)
    return list(found.values())


def _all(trail: Trail, facts: Facts, today: date, people: Mapping[int, Someone]) -> Iterator[Line]:
    for reason, waiting in ((Reason.answer, facts.answers), (Reason.thanks, facts.thanks)):
        for each in sorted(waiting, key=lambda w: (w.since, w.contact_id)):
            if someone := people.get(each.contact_id):
                yield Line(someone.key, someone.contact_id, someone.name, reason, each.why, "", each.act, each.since)
    free = [s for s in trail.people.values() if _may_be_called(s, facts)]
    yield from _referrals(trail, facts, free)
    yield from (_proposed(each, people.get(each.contact_id or 0)) for each in facts.proposals)
    yield from _to_ask(trail, facts, today, free)
    yield from _to_warm(trail, facts, today, free)


def _may_be_called(someone: Someone, facts: Facts) -> bool:
    return someone.status is not ContactStatus.opted_out and someone.contact_id not in facts.busy


def _referrals(trail: Trail, facts: Facts, people: Iterable[Someone]) -> list[Line]:
    """Named and not contacted: at a company that is wanted first, then by how many named them, then the oldest."""
    found = []
    for someone in people:
        links = trail.referrers_of(someone.key)
        if someone.contacted or not links or someone.proposal is not None:  # proposals have lines of their own
            continue
        who = _listed([trail.people[link.referrer].name for link in links])
        since = min((link.on for link in links if link.on is not None), default=None)
        target = someone.company.casefold() in facts.targets if someone.company else False
        why = f"{who} named {'them' if since is None else f'them on {day_of(since)}'}, and you haven't talked yet"
        why += f"; {someone.company} is on your list" if target else ""
        act = adding(someone, trail) if someone.contact_id is None else _script(someone)
        opening = f"{who} suggested I call you."
        line = Line(someone.key, someone.contact_id, someone.name, Reason.referral, why, opening, act, since)
        found.append((not target, -len(links), since or date.max, someone.name, line))
    return [line for *_, line in sorted(found, key=lambda each: each[:4])]


def _proposed(proposal: Proposal, referrer: Someone | None) -> Line:
    """Named in an answer: to be put into the roster first."""
    who = referrer.name if referrer else "somebody"
    return Line(
        key=f"p:{proposal.id}",
        contact_id=None,
        name=proposal.name,
        reason=Reason.referral,
        why=f"{who} named them in an answer of {day_of(proposal.since)}, and they wait for your word",
        opening=f"{who} suggested I call you." if referrer else "",
        act=f"mailer contacts add --from-proposal {proposal.id}",
        since=proposal.since,
    )


def adding(someone: Someone, trail: Trail) -> str:
    """The command that puts somebody named into the roster."""
    if someone.proposal is not None:
        return f"mailer contacts add --from-proposal {someone.proposal}"
    address = someone.key.removeprefix("n:")
    to = f"{someone.name} <{address}>" if "@" in address and address != someone.name.casefold() else someone.name
    referrers = trail.referrers_of(someone.key)
    by = f' --referred-by "{in_quotes(trail.people[referrers[0].referrer].name)}"' if referrers else ""
    return f'mailer contacts add "{in_quotes(to)}"{by}'


def _to_ask(trail: Trail, facts: Facts, today: date, people: Iterable[Someone]) -> list[Line]:
    """Talked with since the search began, no names yet: the latest talk first."""
    found = []
    for someone in people:
        spoken = someone.spoken_on
        if spoken is None or spoken >= today or trail.named_by(someone.key) or someone.contact_id is None:
            continue
        if facts.started is None or spoken >= facts.started:
            why = f"you spoke on {day_of(spoken)}, and they have named nobody yet"
            opening = f"Who are {GOAL[0]} or {GOAL[1]} people I should talk to next?"
            line = Line(someone.key, someone.contact_id, someone.name, Reason.ask, why, opening, "", spoken)
            found.append((-spoken.toordinal(), someone.name, line))
    return [line for *_, line in sorted(found, key=lambda each: each[:2])]


def _to_warm(trail: Trail, facts: Facts, today: date, people: Iterable[Someone]) -> list[Line]:
    """Not talked with for long: those talked with before first, the longest silence first; then who is only known."""
    found = []
    for someone in people:
        if someone.contact_id is None:
            continue
        spoken = someone.spoken_on
        if spoken is not None and today - spoken > facts.keep_warm:
            why = f"you haven't spoken since {day_of(spoken)}"
        elif spoken is None and not trail.referrers_of(someone.key):
            why = "you know them, and haven't talked yet"
        else:
            continue
        line = Line(someone.key, someone.contact_id, someone.name, Reason.warm, why, "", _script(someone), spoken)
        found.append((spoken is None, spoken or date.min, someone.name, line))
    return [line for *_, line in sorted(found, key=lambda each: each[:3])]


def _script(someone: Someone) -> str:
    return f'mailer script "{in_quotes(someone.name)}"'


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def in_quotes(name: str) -> str:
    """A name as it can stand between double quotes in a shell."""
    return "".join(sign for sign in " ".join(name.split()) if sign not in '"\\$`!')

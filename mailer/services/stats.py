"""How the search goes, in numbers: conversations, punctuality, answers, names, and the way from listed to offered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from mailer.model import TALKS, MessageKind, SearchStatus
from mailer.services import trails
from mailer.services.desk import Desk
from mailer.storage import messages, tallies
from mailer.storage.records import ContactRecord
from mailer.storage.store import Tx
from mailer.trail import numbers

WEEK = timedelta(days=7)

INTERVIEW_TAGS = frozenset({"interview", "interviewing"})
OFFER_TAGS = frozenset({"offer", "offered"})
"""Tags of a contact, in any case, that say how far it came with them."""

KINDS = (MessageKind.thank_you, MessageKind.update, MessageKind.follow_up, MessageKind.loop_back, MessageKind.landed)


@dataclass(frozen=True, slots=True)
class Week:
    """Conversations of a week, which begins on a Monday of the owner's calendar."""

    begins: date
    conversations: int


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Thank-yous that left, how many of them in time, and how long half of them took at most, from being logged.

    `overdue` are those that should have left by now.
    """

    sent: int
    in_time: int
    median_hours: float | None
    overdue: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Mails of one kind that left, and how many were answered in their thread."""

    kind: MessageKind
    sent: int
    answered: int

    @property
    def rate(self) -> float | None:
        """The share that was answered; None of nothing."""
        return round(self.answered / self.sent, 2) if self.sent else None


@dataclass(frozen=True, slots=True)
class Stats:
    """All of it. `since` is None where nothing limits it; names and funnel always count everything."""

    since: date | None
    weeks: tuple[Week, ...]
    conversations: int
    thank_yous: Punctuality
    answers: tuple[Answers, ...]
    names: int
    talks: int
    names_per_talk: float | None
    funnel: tuple[tuple[str, int], ...]


def stats(tx: Tx, desk: Desk, now: datetime, *, since: date | None, weeks: int) -> Stats:
    """Count what happened since then, and the conversations of the last `weeks` weeks, this one included."""
    known = trails.read(tx, desk, now, proposed=True)
    today = desk.today(now)
    talks = [i for items in known.met.values() for i in items if i.kind in TALKS and i.day <= today]
    counted = numbers(known.trail)
    begin = datetime.combine(since, time(), desk.window.zone) if since else datetime(1970, 1, 1, tzinfo=UTC)
    return Stats(
        since=since,
        weeks=_weeks([i.day for i in talks], today, weeks),
        conversations=sum(since is None or i.day >= since for i in talks),
        thank_yous=_punctuality(tx, begin, now),
        answers=_answers(tx, begin),
        names=counted.names,
        talks=counted.talks,
        names_per_talk=counted.names_per_talk,
        funnel=_funnel(known, today, desk.config.search.status),
    )


def _weeks(days: Sequence[date], today: date, count: int) -> tuple[Week, ...]:
    this = today - timedelta(days=today.weekday())
    found = Counter(day - timedelta(days=day.weekday()) for day in days)
    begins = [this - WEEK * back for back in reversed(range(count))]
    return tuple(Week(begin, found[begin]) for begin in begins)


def _punctuality(tx: Tx, begin: datetime, now: datetime) -> Punctuality:
    times = tallies.thank_you_times(tx, begin)
    hours = [(left - planned).total_seconds() / 3600 for planned, left, _ in times]
    in_time = sum(until is None or left <= until for _, left, until in times)
    overdue = len(messages.overdue(tx, now))
    return Punctuality(len(times), in_time, round(median(hours), 1) if hours else None, overdue)


def _answers(tx: Tx, begin: datetime) -> tuple[Answers, ...]:
    sent, answered = tallies.sent(tx, begin), tallies.answered(tx, begin)
    return tuple(Answers(kind, sent[kind], answered.get(kind, 0)) for kind in KINDS if sent.get(kind))


def _funnel(known: trails.Known, today: date, search: SearchStatus) -> tuple[tuple[str, int], ...]:
    """People by how far it came with them; who came further has come this far, too."""
    furthest = [_stage(known, contact, today) for contact in known.people.values()]
    counts = [sum(stage >= n for stage in furthest) for n in range(len(STAGES))]
    if search is SearchStatus.landed:
        counts[-1] = max(counts[-1], 1)
    return tuple(zip(STAGES, counts, strict=True))


STAGES = ("listed", "reached", "talked", "named", "interview", "offered")
"""In the roster; written to or met; talked with; gave names; the last two by the contact's tags."""


def _stage(known: trails.Known, contact: ContactRecord, today: date) -> int:
    tags = {str(tag).casefold() for tag in contact.details.get("tags", ())}
    past = [i for i in known.met.get(contact.id, ()) if i.day <= today]
    if tags & OFFER_TAGS:
        return 5
    if tags & INTERVIEW_TAGS:
        return 4
    if known.trail.named_by(trails.key_of(contact.id)):
        return 3
    if any(i.kind in TALKS for i in past):
        return 2
    return 1 if past or contact.contacted_at else 0

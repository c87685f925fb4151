"""Closing loops: when a person whom somebody named is first talked with, who named them hears of it, once.

The news goes with a thank-you that waits for that referrer anyway, else in a short letter of its own. Like the
thank-yous (`thank_you.py`) all of it is planned anew whenever something about one of the two changed, and nothing that
may have left is touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from mailer.compose import Draft, Spoken, loop_back
from mailer.config import LoopBack
from mailer.errors import TemplateError
from mailer.model import BEFORE_SENDING, Hold, MessageKind, MessageStatus, OptOutScope, SearchStatus
from mailer.schedule import next_open, thank_you_due
from mailer.services import trails
from mailer.services.absence import back_at
from mailer.services.careful import last_words, must_wait
from mailer.services.desk import Desk, recipient
from mailer.services.drafts import Plan, adjust, as_planned, create, digest
from mailer.services.loops import spoken_with
from mailer.services.thank_you import plan_day
from mailer.services.transitions import cancel
from mailer.storage import locking, loops, messages
from mailer.storage.records import ContactRecord, InteractionRecord, MessageRecord
from mailer.storage.store import Store, Tx

APART = timedelta(days=1)
"""A letter of its own leaves no sooner than this after the last mail to the same person."""

_UNSURE = frozenset({Hold.near_double, Hold.first_start, Hold.owner})
"""A thank-you held for one of these may well be cancelled, and the news with it."""

_NOT_OURS = frozenset({Hold.owner, Hold.first_start, Hold.poison})
"""Reasons to hold a letter that only the owner ends."""

_OUR_DOING = frozenset({Hold.removed, Hold.pointless, Hold.written})
"""Reasons of a cancelled message that were the program's: what it was to tell is told elsewhere."""

MINE = (MessageKind.loop_back, MessageKind.thank_you)


def plan(tx: Tx, desk: Desk, touched: Collection[int], now: datetime, actor: str) -> None:
    """Bring what referrers are told in step; call after anything about the `touched` contacts changed, and after their
    thank-yous were planned."""
    if not touched:
        return
    known = trails.read(tx, desk, now)
    wanted = _referrers(known, touched) | (loops.waiting(tx) & known.people.keys())  # whose reason may be gone
    for referrer_id in sorted(wanted):
        _plan_referrer(tx, desk, known, known.people[referrer_id], now, actor)


def replan(tx: Tx, desk: Desk, contact_id: int, now: datetime, actor: str) -> None:
    """The same for a referrer whose letters a verdict or the owner changed; cheap where they are to be told nothing."""
    if loops.of_referrer(tx, contact_id):
        plan(tx, desk, {contact_id}, now, actor)


def redraw(store: Store, desk: Desk, now: datetime) -> None:
    """Bring all that waits to be told in step; call after templates or configuration changed."""
    with store.read() as tx:
        waiting = loops.waiting(tx)
    if waiting:
        with store.write() as tx:
            plan(tx, desk, waiting, now, "daemon")


def _referrers(known: trails.Known, touched: Collection[int]) -> set[int]:
    """The touched contacts who named somebody, and whoever named one of the touched."""
    trail, found = known.trail, set()
    for contact_id in known.people.keys() & set(touched):
        key = trails.key_of(contact_id)
        if trail.named_by(key):
            found.add(contact_id)
        above = (trail.people[link.referrer].contact_id for link in trail.referrers_of(key))
        found |= {i for i in above if i is not None}
    return found


def _plan_referrer(tx: Tx, desk: Desk, known: trails.Known, referrer: ContactRecord, now: datetime, actor: str) -> None:
    before = loops.of_referrer(tx, referrer.id)
    of_theirs = messages.listing(tx, messages.Filter(contact_id=referrer.id, kinds=MINE))
    by_id = {m.id: m for m in of_theirs}
    planned = {loop.person_id for loop in before if not _gone(by_id.get(loop.message_pk))}
    found = _news(desk, known, referrer, planned, now)
    news = dict(sorted(found, key=lambda each: (each[1].day, each[1].id)))
    if not news and not before and not any(m.kind is MessageKind.loop_back for m in of_theirs):
        return
    settled = {loop.person_id for loop in before if not _may_change(by_id.get(loop.message_pk))}
    open_ones = [loop for loop in before if loop.person_id not in settled]
    untold = {person: talk for person, talk in news.items() if person not in settled}
    for loop in open_ones:
        if loop.person_id not in untold:
            loops.drop(tx, referrer.id, loop.person_id)
    carrier = _carrier(desk, of_theirs, {loop.message_pk for loop in open_ones})
    letter = _letter(of_theirs)
    if carrier is not None:
        kept = {loop.person_id for loop in open_ones if letter and loop.message_pk == letter.id and _held_back(letter)}
        _assign(tx, referrer, {i: talk for i, talk in untold.items() if i not in kept}, carrier)
        untold = {i: talk for i, talk in untold.items() if i in kept}
    _bring_letter(tx, desk, known, referrer, letter, untold, now, actor)
    days = {by_id[i].day for i in {loop.message_pk for loop in open_ones} if i in by_id}
    for day in sorted(d for d in days | ({carrier.day} if carrier else set()) if d is not None):
        plan_day(tx, desk, referrer, day, now, actor)


def _news(
    desk: Desk, known: trails.Known, referrer: ContactRecord, planned: Collection[int], now: datetime
) -> Iterator[tuple[int, InteractionRecord]]:
    """Whom this referrer named and who was since talked with for the first time, with that talk; not what is old,
    unless it is `planned` already: what waits for long is told all the same."""
    writable = referrer.address and referrer.opted_out is not OptOutScope.all
    ended = desk.config.search.status is SearchStatus.landed
    if desk.config.loop_back is LoopBack.none or ended or not writable:
        return
    trail = known.trail
    for link in trail.named_by(trails.key_of(referrer.id)):
        person_id = trail.people[link.named].contact_id
        talks = known.talks(person_id) if person_id is not None else []
        if person_id is None or not talks:
            continue
        first = talks[0]
        if (link.on is None or first.day >= link.on) and (person_id in planned or _recent(desk, first, now)):
            yield person_id, first


def _recent(desk: Desk, talk: InteractionRecord, now: datetime) -> bool:
    """Importing a history mails nobody, as with thank-yous."""
    limit = desk.config.thank_you.skip_older_than
    return desk.today(talk.logged_at) - talk.day <= limit and desk.today(now) - talk.day <= limit


def _may_change(message: MessageRecord | None) -> bool:
    """Whether what a message tells can still be told otherwise. A letter that the owner cancelled is the last word; a
    thank-you that they cancelled was not about this."""
    if message is None:
        return True
    if message.status is MessageStatus.cancelled:
        owner = message.hold == Hold.owner and message.kind is MessageKind.thank_you
        return message.attempts == 0 and (message.hold in _OUR_DOING or owner)
    return message.status in BEFORE_SENDING and message.attempts == 0 and not message.edited


def _gone(message: MessageRecord | None) -> bool:
    """Whether what told it was cancelled since the referrer, or the reason to thank them, was missing for a time."""
    return message is not None and message.status is MessageStatus.cancelled and message.hold == Hold.removed


def _held_back(letter: MessageRecord) -> bool:
    """Whether the owner or the first start held this letter: what it tells must not leave in another one."""
    return bool(_NOT_OURS & {letter.hold, letter.earlier_hold})


def _carrier(desk: Desk, of_theirs: Sequence[MessageRecord], carrying: Collection[int]) -> MessageRecord | None:
    """The next thank-you that waits, to tell it along the way: none where the news needs a yes of its own, nor one
    that has the owner's yes already to other words."""
    if desk.config.loop_back is LoopBack.approve:
        return None
    found = [
        m
        for m in of_theirs
        if m.kind is MessageKind.thank_you
        and m.status in BEFORE_SENDING
        and _may_change(m)
        and m.hold not in _UNSURE
        and (m.approved_at is None or m.id in carrying)
    ]
    return min(found, key=lambda m: (m.id not in carrying, m.not_before, m.id), default=None)


def _letter(of_theirs: Sequence[MessageRecord]) -> MessageRecord | None:
    """The letter that waits, else one to revive that the program itself cancelled."""
    mine = [m for m in of_theirs if m.kind is MessageKind.loop_back and _may_change(m)]
    return max(mine, key=lambda m: (m.status in BEFORE_SENDING, m.id), default=None)


def _assign(tx: Tx, referrer: ContactRecord, talks: Mapping[int, InteractionRecord], message: MessageRecord) -> None:
    for person_id, talk in talks.items():
        loops.put(tx, referrer.id, person_id, talk.kind, talk.day, message.id)


def _bring_letter(
    tx: Tx,
    desk: Desk,
    known: trails.Known,
    referrer: ContactRecord,
    letter: MessageRecord | None,
    untold: Mapping[int, InteractionRecord],
    now: datetime,
    actor: str,
) -> None:
    """Create, redraw, revive or cancel the letter of its own."""
    if not untold:
        if letter is not None and letter.status in BEFORE_SENDING:
            cancel(tx, letter, Hold.pointless, "there is nothing left to tell, or a thank-you tells it", now, actor)
        return
    letter = letter and locking.for_change(tx, letter)
    if letter is not None and not _may_change(letter):
        return  # it left, or the owner ended it, a moment ago: what it did not tell is planned anew
    spoken = [spoken_with(known.people[i].name, talk.kind) for i, talk in untold.items()]
    drawn = _plan(tx, desk, referrer, spoken, list(untold.values()), letter, now)
    if letter is None:
        reason = f"you spoke with {', '.join(each.name for each in spoken)}"
        letter = create(tx, desk, referrer, MessageKind.loop_back, drawn, now, actor, reason=reason)
    else:
        adjust(tx, letter, referrer, drawn, now, actor)
    if letter is not None:
        _assign(tx, referrer, untold, letter)


def _plan(
    tx: Tx,
    desk: Desk,
    referrer: ContactRecord,
    spoken: Sequence[Spoken],
    talks: Sequence[InteractionRecord],
    letter: MessageRecord | None,
    now: datetime,
) -> Plan:
    draft, error = _draft(desk, referrer, spoken, talks[0].day)
    inputs = digest(desk, referrer, [asdict(each) for each in spoken])
    if letter is not None and not error:
        letter = as_planned(letter, draft, inputs)
    reason, why = _hold(desk, referrer, letter, error)
    if reason in (None, Hold.review):
        held = must_wait(desk, MessageKind.loop_back, referrer, draft, letter, last_words(tx, referrer.id, now))
        reason, why = (Hold.reading, held) if held else (reason, why)
    return Plan(draft, inputs, _due(tx, desk, referrer, talks, now), None, reason, why)


def _draft(desk: Desk, referrer: ContactRecord, spoken: Sequence[Spoken], day: date) -> tuple[Draft, str]:
    try:
        choice = referrer.id + day.toordinal()
        return loop_back(desk.templates, desk.speaker, recipient(referrer), spoken, choice), ""
    except TemplateError as error:
        return Draft("", ""), str(error)


def _hold(desk: Desk, referrer: ContactRecord, letter: MessageRecord | None, error: str) -> tuple[Hold | None, str]:
    """Why this letter must wait for the owner, strongest reason first."""
    if error:
        return Hold.template, error
    if referrer.question:
        return Hold.question, referrer.question
    if desk.config.loop_back is LoopBack.approve and not (letter and letter.approved_at):
        return Hold.review, "waits for your approval"
    return None, ""


def _due(tx: Tx, desk: Desk, referrer: ContactRecord, talks: Sequence[InteractionRecord], now: datetime) -> datetime:
    """After the last of these talks as a thank-you would, and some time from any other mail to the same person."""
    zone, after = desk.zone_of(referrer), desk.config.thank_you.after
    ends = (thank_you_due(t.day, t.interaction().at, t.logged_at, after, desk.window, zone) for t in talks)
    due = max(ends)
    last = messages.last_sent_to(tx, referrer.id, MINE, now - APART)
    if last is not None and last.claimed_at is not None:
        due = max(due, next_open(desk.window_of(referrer), last.claimed_at + APART))
    return max(due, back_at(desk, referrer) or due)

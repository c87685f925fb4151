"""A year that nobody looks at, on a clock that jumps by days: every edition leaves, and nothing grows for ever."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from mailer.daemon.keeping import BACKUPS, Keeping
from mailer.daemon.wiring import App
from mailer.model import Contact, Interaction, InteractionKind, MessageKind, MessageStatus, OptOutScope
from mailer.services import alerts, outbox, updates
from mailer.storage import daemons, editions, messages
from mailer.storage.keeping import file_of
from mailer.storage.schema import events, replies, usage
from tests.integration.world import TUESDAY, answer, make_world

PEOPLE, YEAR = 300, 365
FIRST_PREVIEW = 26  # 29 November: two days before the first edition, which waits for approval
KEPT = timedelta(days=90)
EDITIONS = [f"2026-{month:02}" for month in (12,)] + [f"2027-{month:02}" for month in range(1, 12)]
LEFT_AT = 7
BEFORE_LEAVING = 1  # edition: the answer comes in December
"""The answer that asks not to be written to again."""


def person(n: int) -> Contact:
    met = Interaction(on=date(2026, 10, 5), kind=InteractionKind.call, about="cranes", thank_you=False)
    return Contact(f"Person {n:03}", emails=(f"p{n:03}@example.org",), interactions=(met,))


class Year:
    """A daemon's work without its loops: each day once, at ten in the morning."""

    def __init__(self, folder: Path) -> None:
        parts = {"keep": {"texts": f"{KEPT.days}d", "backups": 3}}
        self.world = make_world(f"sqlite:///{folder / 'mailer.sqlite3'}", folder, **parts)
        world = self.world
        event.listen(world.store.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        self.app = App(world.desk.config, {}, folder, lambda: world.now, world.store, world.desk)
        self.keeping = Keeping()
        self.sizes: list[int] = []
        self.answered = 0  # the last thank-you that was
        self.answers = 0
        world.roster = [person(n) for n in range(PEOPLE)]
        world.sync()
        world.started()

    def run(self) -> None:
        talks = itertools.cycle(range(PEOPLE))
        for day in range(YEAR):
            self.world.now = TUESDAY + timedelta(days=day)
            if self.world.now.weekday() == 0:
                self.day(day, f"Person {next(talks):03}")
            self.world.update()
            while self.world.deliver():
                pass
            if day == FIRST_PREVIEW:
                updates.approve(self.world.store, self.world.desk, None, self.world.now)
            if day % 14 == 0:
                self.keeping.look(self.app)
                self.sizes.append(self.size())
        self.world.tick(days=1)
        self.world.update()
        self.world.deliver()

    def day(self, day: int, whom: str) -> None:
        """One talk; and what was sent since the last one is answered."""
        with self.world.store.read() as tx:
            sent = messages.listing(tx, messages.Filter(kinds=(MessageKind.thank_you,), after=self.answered))
        for message in sent:
            if message.status is MessageStatus.sent:
                self.answered = message.id
                self.answers += 1
                leaves = self.answers == LEFT_AT
                words = "Please take me off your list." if leaves else f"Good to hear. Day {day}."
                own = f"<a{message.id}@example.org>"
                self.world.receive(answer(message, words, message.to_address, Message_ID=own))
        self.world.log(whom, about="the tender")

    def size(self) -> int:
        path = file_of(self.world.store)
        assert path is not None
        return sum(f.stat().st_size for f in path.parent.glob("mailer.sqlite3*"))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    lived = Year(tmp_path_factory.mktemp("year"))
    lived.run()
    return lived


def test_every_months_edition_left(year: Year) -> None:
    with year.world.store.read() as tx:
        assert [(e.name, e.status) for e in editions.every(tx)] == [(name, "done") for name in EDITIONS]


def test_everybody_got_every_edition_once_but_who_asked_to_be_left_alone(year: Year) -> None:
    got = Counter(m.contact_id for m in year.world.outbox(MessageKind.update) if m.status is MessageStatus.sent)
    (left,) = (c for c in map(year.world.contact, (c.name for c in year.world.roster)) if c.opted_out)
    assert left.opted_out in OptOutScope
    assert {c: n for c, n in got.items() if n != len(EDITIONS)} == {left.id: BEFORE_LEAVING}
    assert len(got) == PEOPLE


def test_nothing_is_left_waiting(year: Year) -> None:
    statuses = Counter(m.status for kind in MessageKind for m in year.world.outbox(kind))
    assert statuses.keys() <= {MessageStatus.sent, MessageStatus.cancelled}


def test_the_owner_was_not_bothered(year: Year) -> None:
    with year.world.store.read() as tx:
        assert daemons.all_problems(tx) == []
        assert alerts.causes(tx) == []
    assert len(year.world.outbox(MessageKind.preview)) == len(EDITIONS)


def test_words_of_answers_older_than_wanted_are_gone_and_younger_ones_are_there(year: Year) -> None:
    ends = year.world.now
    kept = [r for r in year.world.replies() if r.text]
    assert len(year.world.replies()) > 40
    assert min(r.received_at for r in kept) > ends - KEPT - timedelta(days=16)
    assert len(kept) >= 10


def test_the_database_grows_by_what_was_sent_and_no_more(year: Year) -> None:
    letters = len(year.world.outbox(MessageKind.update)) + len(year.world.outbox())
    assert year.sizes[-1] < letters * 12_000
    by_month = [b - a for a, b in zip(year.sizes[4::2], year.sizes[6::2], strict=False)]
    assert max(by_month) < 3 * max(1, min(by_month)) + 2_000_000


def test_only_the_newest_copies_are_kept(year: Year) -> None:
    copies = sorted(path.name for path in (year.app.state / BACKUPS).iterdir())
    assert len(copies) == 3
    assert copies[-1] == f"mailer-{TUESDAY.date() + timedelta(days=364)}.sqlite3"


def test_what_only_limits_look_at_is_forgotten(year: Year) -> None:
    outbox.expire(year.world.store, year.world.now)
    with year.world.store.read() as tx:
        assert tx.connection.execute(select(func.count()).select_from(usage)).scalar_one() < 5
        log = tx.connection.execute(select(func.count()).select_from(events)).scalar_one()
        answers = tx.connection.execute(select(func.count()).select_from(replies)).scalar_one()
    sent = len(year.world.outbox(MessageKind.update)) + len(year.world.outbox())
    assert log < 4 * sent + 3 * answers + 1000

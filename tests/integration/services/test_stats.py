"""The numbers of a search: each counts what it says, once."""

from __future__ import annotations

from datetime import date, timedelta

from mailer.model import InteractionKind, MessageKind, Person
from mailer.services.stats import Answers, stats
from tests.integration.world import World, answer


def counted(world: World, **options: object):  # type: ignore[no-untyped-def]
    with world.store.read() as tx:
        return stats(tx, world.desk, world.now, **{"since": None, "weeks": 4, **options})  # type: ignore[arg-type]


def test_an_empty_search_has_numbers_too(world: World) -> None:
    found = counted(world)
    assert (found.conversations, found.names_per_talk, found.thank_yous.median_hours) == (0, None, None)
    assert [week.conversations for week in found.weeks] == [0, 0, 0, 0]
    assert [count for _, count in found.funnel] == [0] * 6


def test_conversations_count_by_the_week_and_neither_mail_nor_appointments(world: World) -> None:
    world.add("Ada Lovelace")
    for on in (date(2026, 10, 25), date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 5)):
        world.log("Ada Lovelace", on=on)
    world.log("Ada Lovelace", on=date(2026, 11, 2), kind=InteractionKind.email)
    found = counted(world)
    assert [(w.begins, w.conversations) for w in found.weeks] == [
        (date(2026, 10, 12), 0),
        (date(2026, 10, 19), 1),
        (date(2026, 10, 26), 1),
        (date(2026, 11, 2), 2),
    ]
    assert counted(world, since=date(2026, 11, 1)).conversations == 2


def test_thank_yous_are_in_time_or_not(world: World) -> None:
    world.started()
    world.add("Ada Lovelace")
    world.add("Mary Somerville")
    world.log("Ada Lovelace")
    world.log("Mary Somerville")
    world.tick(hours=2)
    sent = world.deliver()
    found = counted(world).thank_yous
    assert (found.sent, found.in_time, found.median_hours, found.overdue) == (2, 2, 2.0, 0)
    assert len(sent) == 2
    assert counted(world, since=world.desk.today(world.now + timedelta(days=2))).thank_yous.sent == 0


def test_an_answered_mail_counts_once_however_often_it_was_answered(world: World) -> None:
    world.started()
    world.add("Ada Lovelace")
    world.add("Mary Somerville")
    world.log("Ada Lovelace")
    world.log("Mary Somerville")
    world.tick(hours=2)
    world.deliver()
    ours = next(m for m in world.outbox() if m.to_name == "Ada Lovelace")
    for text in ("Gladly, Dana.", "And one thing more, Dana."):
        world.receive(answer(ours, text))
    (found,) = counted(world).answers
    assert found == Answers(MessageKind.thank_you, 2, 1)
    assert found.rate == 0.5


def test_the_way_from_listed_to_offered(world: World) -> None:
    world.add("Only Listed")
    world.add("Wrote Only")
    world.log("Wrote Only", kind=InteractionKind.email)
    world.add("Talked To")
    world.log("Talked To", referrals=(Person("Bob"), Person("Carol")))
    world.add("Invited Me", tags=("Interview",))
    world.add("Offered Me", tags=("offer",))
    found = counted(world)
    assert dict(found.funnel) == {"listed": 5, "reached": 4, "talked": 3, "named": 3, "interview": 2, "offered": 1}
    assert (found.names, found.talks, found.names_per_talk) == (2, 1, 2.0)

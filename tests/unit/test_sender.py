"""The sender's loop: what it does with a database, a server and an owner that behave badly."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from mailer.daemon import sender as module
from mailer.daemon.sender import Sender
from mailer.errors import StoreError
from mailer.model import Delivery, Envelope, Outcome
from mailer.services.outbox import Claimed, Step

NOW = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
ACCEPTED = Delivery(Outcome.accepted)


class Outbox:
    """A queue of ids and what was recorded of them; refuses as often as told."""

    def __init__(self, count: int, refusals: int = 0) -> None:
        self.waiting = list(range(count))
        self.recorded: dict[int, Delivery] = {}
        self.refusals = refusals
        self.most_claimed = 0
        self.claimed: list[int] = []

    async def step(self, results: Sequence[tuple[int, Delivery]], want: int) -> Step:
        await asyncio.sleep(0)
        if self.refusals and results:
            self.refusals -= 1
            raise StoreError("the disk is full")
        assert not self.recorded.keys() & {i for i, _ in results}, "recorded twice"
        self.recorded.update(results)
        ids, self.waiting = self.waiting[:want], self.waiting[want:]
        self.claimed += ids
        self.most_claimed = max(self.most_claimed, len(self.claimed) - len(self.recorded))
        return Step(tuple(Claimed(i, Envelope("a@example.org", ("b@example.org",), b"x")) for i in ids))


class Server:
    """Answers each delivery in turn with what it was told, the last answer for ever."""

    def __init__(self, *answers: Delivery, slow: float = 0.0) -> None:
        self.answers = list(answers) or [ACCEPTED]
        self.slow = slow
        self.open = 0
        self.most_open = 0
        self.calls = 0

    async def deliver(self, envelope: Envelope) -> Delivery:
        self.calls += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await asyncio.sleep(self.slow)
        finally:
            self.open -= 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def run(
    outbox: Outbox,
    server: Server,
    *,
    sessions: int = 3,
    until: Callable[[], bool],
    seconds: float = 60,
) -> list[str]:
    """Run a sender until something holds, stop it politely, and return what it said of the server."""
    said: list[str] = []

    async def on_state(text: str) -> None:
        said.append(text)

    sender = Sender(outbox.step, server, sessions=sessions, clock=lambda: NOW, on_state=on_state)
    task = asyncio.create_task(sender.run())
    deadline = asyncio.get_running_loop().time() + seconds
    while not until() and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
    sender.stop()
    await asyncio.wait_for(task, 60)
    return said


async def test_everything_is_sent_and_recorded_once() -> None:
    outbox = Outbox(20)
    await run(outbox, Server(), until=lambda: len(outbox.recorded) == 20, seconds=60)
    assert outbox.recorded == {i: ACCEPTED for i in range(20)}


async def test_never_more_is_claimed_than_sessions_are_open() -> None:
    outbox, server = Outbox(20), Server(slow=0.01)
    await run(outbox, server, sessions=4, until=lambda: len(outbox.recorded) == 20, seconds=60)
    assert outbox.most_claimed <= 4
    assert server.most_open <= 4


async def test_results_are_kept_while_the_database_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    outbox = Outbox(3, refusals=2)
    await run(outbox, Server(), until=lambda: len(outbox.recorded) == 3, seconds=60)
    assert set(outbox.recorded) == {0, 1, 2}


async def test_a_server_out_of_reach_is_not_hammered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUIET", (10.0,))
    server, looks = Server(Delivery(Outcome.later, "connect", text="refused")), itertools.count()
    said = await run(Outbox(50), server, sessions=3, until=lambda: server.calls > 0 and next(looks) > 30, seconds=60)
    assert server.calls <= 3
    assert said


async def test_one_message_finds_out_that_the_server_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUIET", (0.05,))
    outbox = Outbox(5)
    server = Server(Delivery(Outcome.later, "connect", text="refused"), ACCEPTED)
    said = await run(outbox, server, sessions=1, until=lambda: len(outbox.recorded) == 5, seconds=60)
    assert said[-1] == ""
    assert sum(d.outcome is Outcome.accepted for d in outbox.recorded.values()) == 4


async def test_a_polite_stop_waits_for_what_is_on_the_wire() -> None:
    outbox, server = Outbox(1), Server(slow=0.3)
    await run(outbox, server, until=lambda: server.open == 1, seconds=60)
    assert outbox.recorded == {0: ACCEPTED}


async def test_an_impolite_stop_puts_back_what_cannot_have_left() -> None:
    outbox, server = Outbox(1), Server(slow=60)

    async def on_state(text: str) -> None:
        return None

    sender = Sender(outbox.step, server, sessions=2, clock=lambda: NOW, on_state=on_state)
    task = asyncio.create_task(sender.run())
    async with asyncio.timeout(60):
        while server.open < 1:
            await asyncio.sleep(0.01)
    sender.stop()
    sender.let_go()
    await asyncio.wait_for(task, 60)
    assert {d.outcome for d in outbox.recorded.values()} == {Outcome.unused}


async def test_a_mistake_in_a_delivery_is_uncertain_and_stops_nothing() -> None:
    class Broken(Server):
        async def deliver(self, envelope: Envelope) -> Delivery:
            self.calls += 1
            if self.calls == 1:
                raise KeyError("a mistake")
            return ACCEPTED

    outbox = Outbox(3)
    await run(outbox, Broken(), sessions=1, until=lambda: len(outbox.recorded) == 3, seconds=60)
    assert [outbox.recorded[i].outcome for i in range(3)] == [Outcome.uncertain, Outcome.accepted, Outcome.accepted]

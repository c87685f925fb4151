"""Where a step of the outbox runs, and what the daemon tells of what left."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.daemon import upkeep
from mailer.daemon.steps import QUICK, Steps
from mailer.daemon.wiring import App
from mailer.services import outbox
from mailer.storage import events
from tests.integration.cli_owner import make_owner


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = make_owner(tmp_path / "dana").app()
    yield app
    app.close()


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads in which steps ran, in order; one that could not begin is there, too."""
    found: list[str] = []
    step = outbox.step

    def noted(*given: object, **options: object) -> outbox.Step:
        found.append(threading.current_thread().name)
        return step(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "step", noted)
    return found


class Timer:
    """Says in turn that a step took these seconds."""

    def __init__(self, *took: float) -> None:
        self._readings = iter([reading for seconds in took for reading in (0.0, seconds)])

    def __call__(self) -> float:
        return next(self._readings)


def run(app: App, timer: Timer, times: int) -> None:
    async def ask() -> None:
        steps = Steps(app, timer)
        for _ in range(times):
            await steps.step([], 1)
        steps.close()

    asyncio.run(ask())


def test_a_step_runs_in_the_loop_only_while_the_last_one_was_quick(app: App, threads: list[str]) -> None:
    run(app, Timer(QUICK / 2, QUICK * 2, QUICK / 2, QUICK / 2), 4)
    assert ["outbox" in name for name in threads] == [True, False, True, False]


def test_the_loop_never_waits_for_who_holds_the_database(app: App, threads: list[str]) -> None:
    """The step is begun in the loop, and waits in its thread."""
    other = sqlite3.connect(str(app.store.engine.url.database), isolation_level=None)

    async def ask() -> None:
        steps = Steps(app, Timer(0.0, 0.0))
        await steps.step([], 1)
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(steps.step([], 1))
        for _ in range(50):
            await asyncio.sleep(0.001)
        assert not waiting.done()
        other.execute("COMMIT")
        await waiting
        steps.close()

    asyncio.run(ask())
    assert ["outbox" in name for name in threads] == [True, False, True]
    other.close()


@pytest.mark.parametrize(("count", "lines"), [(upkeep.TOLD_ONE_BY_ONE, upkeep.TOLD_ONE_BY_ONE), (101, 1)])
def test_of_many_messages_that_left_the_log_has_only_their_number(
    app: App, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, count: int, lines: int
) -> None:
    now = app.clock()
    with app.store.write() as tx:
        before = events.last_id(tx)
        rows = [events.event(tx, now, "daemon", "message", n, old="sending", new="sent") for n in range(count)]
        events.record(tx, [*rows, events.event(tx, now, "daemon", "edition", 1, old="sending", new="done")])
    monkeypatch.setattr(logging.getLogger("mailer"), "propagate", True)
    with caplog.at_level(logging.INFO, "mailer.daemon"):
        last = upkeep.tell(app.store, before)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == lines + 1
    assert "edition 1: done" in told
    assert (f"{count} messages were sent; `mailer outbox list` names them" in told) == (lines == 1)
    with app.store.read() as tx:
        assert last == events.last_id(tx)

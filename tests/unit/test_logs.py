"""What the log tells of errors: where they came up, and none of their words."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Iterator

import pytest

from mailer.daemon.logs import LIBRARIES, LOGGER, JsonLines, Wordless, set_up

WORDS = ("Dear Ada", "yours, Dana")


def broken() -> None:
    """An error that quotes a letter, caused by another one that does."""
    try:
        {}[WORDS[0]]
    except KeyError as error:
        raise ValueError(WORDS[1]) from error


def told(form: logging.Formatter) -> str:
    """What a formatter makes of it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(form)
    try:
        broken()
    except ValueError:
        info = sys.exc_info()
    handler.handle(logging.LogRecord("mailer.test", logging.ERROR, __file__, 1, "it broke", None, info))
    return stream.getvalue()


@pytest.mark.parametrize("form", [JsonLines(), Wordless()], ids=["lines", "terminal"])
def test_an_error_is_told_by_kind_and_place_without_its_words(form: logging.Formatter) -> None:
    line = told(form)
    assert "it broke" in line
    assert line.index("KeyError") < line.index("ValueError")
    assert "test_logs.py" in line
    assert [words for words in WORDS if words in line] == []


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the program's log gets; the loggers are as before afterwards."""
    loggers = [logging.getLogger(name) for name in (LOGGER, *LIBRARIES)]
    before = [(each, each.handlers, each.filters, each.level, each.propagate) for each in loggers]
    stream = io.StringIO()
    set_up(stream=stream)
    yield stream
    for each, handlers, filters, level, propagate in before:
        each.handlers, each.filters, each.propagate = handlers, filters, propagate
        each.setLevel(level)


def test_an_error_that_only_asyncio_hears_of_is_told_without_its_words(log: io.StringIO) -> None:
    async def life() -> None:
        asyncio.get_running_loop().call_soon(broken)
        await asyncio.sleep(0)

    asyncio.run(life())
    assert "ValueError" in log.getvalue()
    assert [words for words in WORDS if words in log.getvalue()] == []


def test_an_error_in_a_task_that_nobody_waits_for_is_told_without_its_words(log: io.StringIO) -> None:
    async def doomed() -> None:
        broken()

    async def life() -> None:
        task = asyncio.create_task(doomed())
        await asyncio.wait({task})

    asyncio.run(life())
    assert "never retrieved" in log.getvalue()
    assert [words for words in WORDS if words in log.getvalue()] == []


def test_an_error_in_what_the_scheduler_rings_is_told_without_its_words_and_nothing_else(log: io.StringIO) -> None:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    async def life() -> None:
        scheduler, rung = AsyncIOScheduler(timezone="UTC"), asyncio.Event()

        async def ring() -> None:
            rung.set()
            broken()

        scheduler.start()
        scheduler.add_job(ring)
        await rung.wait()
        while not log.getvalue():
            await asyncio.sleep(0.01)
        scheduler.shutdown(wait=False)

    asyncio.run(life())
    assert len(log.getvalue().splitlines()) == 1
    assert "ValueError" in log.getvalue()
    assert [words for words in WORDS if words in log.getvalue()] == []

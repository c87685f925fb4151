"""What the log tells of errors: where they came up, and none of their words."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from mailer.daemon.logs import JsonLines, Wordless

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

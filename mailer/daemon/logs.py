"""Logging: for people on a terminal, one JSON object a line elsewhere. No mail text and no secret goes through here."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import TextIO

LOGGER = "mailer"

LIBRARIES = {"asyncio": logging.WARNING, "apscheduler": logging.ERROR}
"""Loggers of libraries that tell errors of this program, and from which level on they are heard."""

MOST_CAUSES = 10
"""How far back a chain of errors is told."""


class Wordless(logging.Formatter):
    """Of errors it tells where they came up; their words may be a letter's."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """The kinds of an error and of what caused it, first cause first, with the lines of code they passed."""
        told = [
            f"{''.join(traceback.format_tb(error.__traceback__))}{type(error).__name__}"
            for error in islice(_chain(ei[1]), MOST_CAUSES)
        ]
        return "\n\n".join(reversed(told))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


class JsonLines(Wordless):
    """One record, one line: time (RFC 3339, UTC), level, where, what, and named values."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
            **getattr(record, "values", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(*, verbose: bool = False, stream: TextIO = sys.stderr) -> None:
    """Send the program's log to `stream`, in the form that fits it."""
    handler = logging.StreamHandler(stream)
    plain = Wordless("%(asctime)s  %(message)s", datefmt="%H:%M:%S")
    handler.setFormatter(plain if stream.isatty() else JsonLines())
    for name, level in {LOGGER: logging.DEBUG if verbose else logging.INFO, **LIBRARIES}.items():
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
    logging.getLogger("asyncio").filters = [_first_line]


def _first_line(record: logging.LogRecord) -> bool:
    """asyncio tells below its first line what it was about, such as an error with its words."""
    record.msg, record.args = record.getMessage().partition("\n")[0], None
    return True

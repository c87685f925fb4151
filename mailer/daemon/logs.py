"""Logging: for people on a terminal, one JSON object a line elsewhere. No mail text and no secret goes through here."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

LOGGER = "mailer"


class JsonLines(logging.Formatter):
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
    plain = logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S")
    handler.setFormatter(plain if stream.isatty() else JsonLines())
    logger = logging.getLogger(LOGGER)
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    logger.propagate = False

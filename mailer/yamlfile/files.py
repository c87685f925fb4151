"""Reads an ordinary file as UTF-8, or says plainly why it can't be read."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from mailer.errors import ConfigurationError, Place, Problem
from mailer.yamlfile.tree import FileState, Lines
from mailer.yamlfile.words import unreadable, wrong_encoding

MAX_FILE_BYTES = 32 * 1024 * 1024
"""A file larger than this is refused: ten times a roster of 10,000 contacts."""

BOM = b"\xef\xbb\xbf"
"""The byte order mark that some editors put before UTF-8; no part of the text (YAML 1.2.2 section 5.2)."""


def decode(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, without a byte order mark. Raises ConfigurationError for any other encoding."""
    if len(data) > MAX_FILE_BYTES:
        raise ConfigurationError([_too_large(file, len(data))])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        place = Lines(file, before).place(len(before))
        raise ConfigurationError([wrong_encoding(data, error.start, place)]) from error


def read_file(path: Path) -> tuple[bytes, FileState]:
    """The bytes of an ordinary file, at most MAX_FILE_BYTES, and the file's state.

    Raises ConfigurationError where it is missing, unreadable, too large or no ordinary file.
    """
    try:
        with open(path, "rb", opener=_open_without_waiting) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ConfigurationError([_not_a_file(path, status.st_mode)])
            data = stream.read(min(status.st_size, MAX_FILE_BYTES) + 1)  # room for no more than there is
            if len(data) > status.st_size:  # it grows, or hides its size, as files of proc(5) do
                data += stream.read(MAX_FILE_BYTES + 1 - len(data))
    except (OSError, ValueError) as error:
        raise ConfigurationError([unreadable(str(path), error)]) from error
    if len(data) > MAX_FILE_BYTES:
        raise ConfigurationError([_too_large(str(path), status.st_size)])
    return data, FileState(path, status.st_mtime_ns, len(data), hashlib.sha256(data).hexdigest())


def _open_without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_NONBLOCK)  # a named pipe would else wait for somebody to write


def _not_a_file(path: Path, mode: int) -> Problem:
    what = "is a directory" if stat.S_ISDIR(mode) else "is no ordinary file"
    return Problem(Place(str(path)), "", what, "name a YAML file")


def _too_large(file: str, size: int) -> Problem:
    limit = MAX_FILE_BYTES // (1024 * 1024)
    return Problem(Place(file), "", f"is {size:,} bytes long, more than the {limit} MiB that are read", "split it")

"""Replaces a file by a new version: whole or not at all, and only if it is still what was read."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mailer.errors import ConfigurationError, FileChangedError, Place, Problem
from mailer.yamlfile.files import read_file
from mailer.yamlfile.tree import FileState
from mailer.yamlfile.words import unreadable


def replace_file(path: Path, before: FileState, data: bytes) -> FileState:
    """Puts `data` in the place of a file that was read as `before`; links are followed, mode and owner kept.

    Raises FileChangedError where the file says something else by now, ConfigurationError where it can't be written.
    """
    real = Path(os.path.realpath(path))
    try:
        if not os.access(real, os.W_OK):
            raise PermissionError(13, "Permission denied")
        with _locked(real.parent) as folder:
            status = _unchanged(real, path, before)
            temporary = _written(real, data, status)
            try:
                _unchanged(real, path, before)
                os.replace(temporary, real)
            except BaseException:
                os.unlink(temporary)
                raise
            os.fsync(folder)
    except OSError as error:
        problem = unreadable(str(path), error)
        what = f"can't be written: {error.strerror or error}"
        raise ConfigurationError([Problem(Place(str(path)), "", what, problem.mend)]) from error
    return read_file(path)[1]


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """Holds the folder's lock, so that two programs of ours don't replace one file at the same moment."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # some network file systems have no locks; the comparison still guards
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _unchanged(real: Path, path: Path, before: FileState) -> os.stat_result:
    """The file's status. Raises FileChangedError where its bytes are not those of `before`."""
    status = os.stat(real)
    now = read_file(real)[1]
    if now.digest != before.digest:
        mend = "look at it, and do it again"
        raise FileChangedError(f"{path} changed in the meantime, so nothing was written to it", mend=mend)
    return status


def _written(real: Path, data: bytes, like: os.stat_result) -> str:
    """A new file beside the old one, with the same mode and, where we may, the same owner; safely on the disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            with suppress(PermissionError):
                os.fchown(stream.fileno(), like.st_uid, like.st_gid)
            os.fchmod(stream.fileno(), like.st_mode & 0o7777)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        os.unlink(name)
        raise
    return name

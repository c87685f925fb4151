"""Which file of the roster a command writes to, made where there is none yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailer.cli.call import Call


def which_file(call: Call, file: Path | None) -> Path:
    """The roster file to write to, by default the last. Raises UsageError for one that is not the roster's."""
    from mailer.errors import UsageError

    paths = call.config().roster_paths()
    if file is None:
        return paths[-1]
    for path in paths:
        if path.resolve() == file.resolve():
            return path
    raise UsageError(f"{file} is no file of the roster", mend=f"name one of {', '.join(str(p) for p in paths)}")


@contextmanager
def first_file(path: Path) -> Iterator[None]:
    """Makes an empty file where there is none; where nothing came into it, it goes away again."""
    first = not path.exists()
    if first:
        path.touch(mode=0o600)
    try:
        yield
    finally:
        if first and path.stat().st_size == 0:
            path.unlink()

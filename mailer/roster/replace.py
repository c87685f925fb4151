"""Replaces a roster file as `yamlfile` does, with the errors of a roster."""

from __future__ import annotations

from pathlib import Path

from mailer.errors import ConfigurationError, FileChangedError, RosterChangedError, RosterError
from mailer.yamlfile import FileState
from mailer.yamlfile.replace import replace_file as replace_any


def replace_file(path: Path, before: FileState, data: bytes) -> FileState:
    """Puts `data` in the place of a file that was read as `before`; links are followed, mode and owner kept.

    Raises RosterChangedError where the file says something else by now, RosterError where it can't be written.
    """
    try:
        return replace_any(path, before, data)
    except FileChangedError as error:
        raise RosterChangedError(str(error), mend=error.mend) from error
    except ConfigurationError as error:
        raise RosterError(error.problems) from error

"""The error tree: every error that a person may see says what happened and what mends it.

A leaf also inherits the standard library's kind where there is one (`ConnectionError`, `TimeoutError`), so that
code which knows nothing of this program handles it rightly.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file. `line` and `column` count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file: where, at which key, what, and what to write instead."""

    place: Place
    key: str
    what: str
    mend: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        key = f" {self.key}:" if self.key else ""
        mend = f"; {self.mend}" if self.mend else ""
        mark = "" if self.severity == "error" else " warning:"
        return f"{self.place}:{mark}{key} {self.what}{mend}"


MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a mistake of this program, or a damaged row, raises. Caught only where one bad item must not stop the others."""


class MailerError(Exception):
    """Base of every error this program raises on purpose. `str()` is one plain sentence for a person."""

    exit_code = 1

    def __init__(self, message: str, *, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend


class UsageError(MailerError):
    """The call itself is wrong: an unknown contact, a date that can't be read, an id that isn't there."""

    exit_code = 2


class ConfigurationError(MailerError):
    """A file the owner wrote can't be used. Carries every problem found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class RosterError(ConfigurationError):
    """The roster can't be used; the last good one stays in force."""


class FileChangedError(MailerError):
    """A file of the owner's changed between reading and writing it, so the edit was not made."""


class RosterChangedError(FileChangedError):
    """The roster file changed between reading and writing it, so the edit was not made."""


class SecretError(MailerError):
    """A password or token could not be had. Its text never holds the secret."""


class SecretLaterError(SecretError, ConnectionError):
    """A token can't be had just now, since its server is out of reach or busy: it is asked again later."""


class TemplateError(MailerError):
    """A template is broken, or lacks a value; names the template, the line and the variable."""


class MessageError(MailerError):
    """A message can't be built from what it was given (a line break in a header, no address)."""


class StoreError(MailerError):
    """The database can't be used."""


class StoreBusyError(StoreError):
    """The database can't be used just now: locked, full, out of reach. Says nothing about what was to be written."""


class StoreLostError(StoreError):
    """The database is damaged, or its file is gone: nothing may be sent on its word, and it doesn't mend by itself."""


class SchemaTooNewError(StoreError):
    """The database was written by a newer version of this program."""


EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What the system says where this process, or the machine, has used up what files and connections need."""


def is_exhausted(error: BaseException | None) -> bool:
    """Whether an error, or its cause, only says that files or memory are used up: it tells nothing of its object."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in EXHAUSTED:
            return True
        error = error.__cause__
    return False


class AlreadyRunningError(MailerError):
    """Another daemon serves this owner already."""

    def __init__(self, message: str, *, pid: int, mend: str = "") -> None:
        super().__init__(message, mend=mend)
        self.pid = pid


class ConflictError(StoreError):
    """A change was refused since the row had moved on meanwhile."""


class DiscoveryError(MailerError):
    """Nothing can be found out about mail servers here and now."""


class MailboxError(MailerError):
    """The IMAP side failed."""


class MailboxLostError(MailboxError, ConnectionError):
    """The connection to the IMAP server broke; a new one may do."""


class MailboxRefusedError(MailboxError, PermissionError):
    """The IMAP server refused the sign-in; trying again at once would do harm."""

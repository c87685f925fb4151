"""What keeps the daemon's loops from their work: logged when it begins and ends, and told beside the database."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mailer.errors import MailerError, is_exhausted

log = logging.getLogger("mailer.daemon")


class Troubles:
    """Remembers each loop's last failure. `say` gets the oldest one that is not over, or two empty texts."""

    def __init__(self, say: Callable[[str, str], None] = lambda trouble, mend: None) -> None:
        self._say = say
        self._now: dict[str, tuple[str, str]] = {}

    def wrong(self, who: str, error: Exception) -> None:
        """A loop failed. The same again is not news."""
        said = _words(error)
        if self._now.get(who) != said:
            self._now[who] = said
            log.warning("%s: %s", who, said[0])
            self._tell()

    def well(self, who: str) -> None:
        """A loop did its work."""
        if self._now.pop(who, None) is not None:
            log.info("%s: works again", who)
            self._tell()

    def _tell(self) -> None:
        trouble, mend = next(iter(self._now.values()), ("", ""))
        try:
            self._say(trouble, mend)
        except OSError as error:
            log.warning("the trouble could not be noted: %s", error)


def _words(error: Exception) -> tuple[str, str]:
    """What happened, and what mends it."""
    if is_exhausted(error):
        root: BaseException = error
        while root.__cause__ is not None:
            root = root.__cause__
        why = root.strerror if isinstance(root, OSError) else root
        return f"this program can open nothing more ({why})", "it goes on by itself; see `ulimit -n`, or LimitNOFILE="
    if isinstance(error, MailerError):
        return str(error), error.mend
    if isinstance(error, OSError) and error.strerror:
        return ": ".join(str(part) for part in (error.filename, error.strerror) if part), "it is tried again by itself"
    return str(error), "it is tried again by itself"

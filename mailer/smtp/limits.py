"""How long the SMTP door waits, and how much one connection is used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, except `messages`. The first five default to what RFC 5321 section 4.5.3.2 asks of a client."""

    greeting: float = 300  # connecting, the TLS handshake, and the initial 220 (4.5.3.2.1)
    command: float = 300  # EHLO, AUTH, MAIL (4.5.3.2.2), RCPT (4.5.3.2.3)
    data: float = 120  # DATA until 354 (4.5.3.2.4)
    block: float = 180  # one chunk of content being taken (4.5.3.2.5)
    end: float = 600  # the final dot until 250 (4.5.3.2.6): shorter means doubts, not speed
    kept: float = 30  # MAIL on a kept connection: silence there means that it is dead, and costs nothing to replace
    quit: float = 2  # RSET and QUIT are politeness
    grace: float = 5  # how long a cancelled delivery still waits for the answer to its final dot
    idle: float = 30  # an unused connection is closed after this; services allow some minutes at most
    messages: int = 100  # a connection is replaced after this many

    def within(self, seconds: float) -> Self:
        """The same with no wait for the server longer than this."""
        waits = ("greeting", "command", "data", "block", "end", "kept", "quit", "grace")
        return replace(self, **{name: min(getattr(self, name), seconds) for name in waits})

"""What is killed: kinds of mail service, each with what the owner's configuration says of it, on two databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

UNCERTAIN_AFTER = 4.0
"""Seconds for `account.uncertain_after`: more than a server below is ever late."""

LATE = 2.0
"""Seconds after which a late server has filed its copy."""

DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Kind:
    """A mail service. `moves`: the owner allows blind copies to be moved into Sent; `provable`: its habits prove what
    became of each message; `confirmed`: a first message is sent, and its copy seen, before anything is killed."""

    name: str
    sent_copy: str
    files: bool = True
    moves: bool = False
    late: float = 0.0
    rewrites: bool = False
    provable: bool = True
    confirmed: bool = True

    @property
    def makes_copies(self) -> bool:
        """Whether a copy of each message that was sent comes into the mailbox, whoever puts it there."""
        return self.files or self.sent_copy in ("auto", "bcc")


KINDS = (
    Kind("files at once", "server"),
    Kind("files late", "server", late=LATE),
    Kind("rewrites Message-ID", "server", late=LATE / 2, rewrites=True),
    Kind("blind copies, moved into Sent", "bcc", files=False, late=LATE, moves=True),
    Kind("does not file", "auto", files=False, provable=False),
    Kind("blind copies", "bcc", files=False, late=LATE),
    Kind("does not file, though the owner says so", "server", files=False, provable=False),
    Kind("files, not yet confirmed", "server", late=LATE, confirmed=False),
)
"""Where the server does not file, the program files the copies itself, which proves nothing; the last one is killed
before a first copy was ever seen."""


@dataclass(frozen=True)
class Plan:
    """One combination: a kind on a database, killed so many times. `ways`: the shares of kills while it starts,
    while it sends, and right after a step of the server. `life`: seconds that it may send at most."""

    kind: Kind
    database: str
    kills: int
    seed: int
    ways: tuple[float, float, float] = (0.1, 0.5, 0.4)
    life: float = 1.0
    batch: int = 100
    pace: float = 0.06
    drops: float = 0.03


ALL = tuple((kind, database) for kind in KINDS for database in DATABASES)


def plans(kills: int, seed: int, pairs: Sequence[tuple[Kind, str]] = ALL) -> list[Plan]:
    """Combinations, with the kills shared out; those without a confirmed copy can use only a few."""
    few = max(1, kills // 100)
    confirmed = sum(kind.confirmed for kind, _ in pairs)
    each, rest = divmod(kills - few * (len(pairs) - confirmed), confirmed)
    shares = [each + (n < rest) if kind.confirmed else few for n, (kind, _) in enumerate(pairs)]
    return [Plan(k, d, share, seed * 1000 + n) for n, ((k, d), share) in enumerate(zip(pairs, shares, strict=True))]

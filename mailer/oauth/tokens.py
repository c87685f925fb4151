"""The tokens of one grant, in a file that only its owner can read; replaced whole, or not at all.

A refresh token may be good for one use only: room for the new one is taken on the disk before the old one is spent.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mailer.errors import SecretError, SecretLaterError
from mailer.oauth.client import OAuthClient

EARLY = timedelta(minutes=5)
"""A token is renewed so long before it ends, or when half its life is over, whichever is later."""

ROOM = 64 * 1024
"""Octets taken on the disk beforehand: tokens of a few thousand exist."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an authorisation server gave out. `renew_at` and `expires_at` are None where it does not say (RFC 6749
    section 5.1 only recommends it): such a token is used until it is refused. `granted_at` is the owner's sign-in."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    granted_at: datetime
    renew_at: datetime | None = None
    expires_at: datetime | None = None

    @classmethod
    def issued(cls, answer: dict[str, Any], now: datetime, before: Tokens | None = None) -> Tokens:
        """From a token response. Without a new refresh token the old one stays good (RFC 6749 section 6)."""
        seconds = answer.get("expires_in")
        lifetime = timedelta(seconds=seconds) if isinstance(seconds, int) and 0 < seconds < 2**31 else None
        return cls(
            access=str(answer["access_token"]),
            refresh=str(answer.get("refresh_token") or (before.refresh if before else "")),
            granted_at=before.granted_at if before else now,
            renew_at=now + max(lifetime - EARLY, lifetime / 2) if lifetime else None,
            expires_at=now + lifetime if lifetime else None,
        )


class TokenStore:
    """The file for one user name, client and server."""

    def __init__(self, state: Path, client: OAuthClient) -> None:
        """`state` is the program's state folder; the file need not exist."""
        whose = "\0".join((client.username.lower(), client.client_id, client.endpoints.token))
        self.path = state / f"oauth-{hashlib.sha256(whose.encode()).hexdigest()[:16]}.json"

    def load(self) -> Tokens | None:
        """The tokens; None before the first sign-in. Raises SecretError where the file can't be used."""
        try:
            with open(self.path, "rb") as stream:
                if os.fstat(stream.fileno()).st_mode & 0o077:
                    what = f"others can read the tokens in {self.path}, so they are not used"
                    raise SecretError(what, mend=f"chmod 600 {self.path}; if somebody may have, end the grant")
                return _read(stream.read(ROOM))
        except FileNotFoundError:
            return None
        except OSError as error:
            what = f"the tokens in {self.path} can't be read: {error.strerror}"
            raise SecretError(what, mend="make the file readable for this user") from error
        except (ValueError, KeyError, TypeError):
            pass  # outside the handler: the error would carry the tokens
        raise SecretError(f"the tokens in {self.path} are damaged", mend="sign in again: `mailer login`")

    def granted_at(self) -> datetime | None:
        """When the owner signed in last; None where that can't be told."""
        try:
            tokens = self.load()
        except SecretError:
            return None
        return tokens.granted_at if tokens else None

    def save(self, tokens: Tokens) -> None:
        """Keep new tokens. Raises SecretLaterError where the disk does not take them."""
        with self.locked(), self.prepared() as keep:
            keep(tokens)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Alone among all processes and threads. The kernel lets go where one ends, however it ends."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _no_room(self.path.parent, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    @contextlib.contextmanager
    def prepared(self) -> Iterator[Callable[[Tokens], None]]:
        """Take room on the disk, then give a function that puts tokens in place of the old ones."""
        spare = ""
        try:
            descriptor, spare = tempfile.mkstemp(dir=self.path.parent, prefix=f"{self.path.stem}.")  # mode 0600
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(b" " * ROOM)
                stream.flush()
                os.fsync(stream.fileno())
            yield lambda tokens: self._replace(spare, tokens)
        except OSError as error:
            if isinstance(error, SecretLaterError):
                raise
            raise _no_room(self.path.parent, error) from error
        finally:
            with contextlib.suppress(OSError):
                os.unlink(spare)

    def _replace(self, spare: str, tokens: Tokens) -> None:
        data = json.dumps(asdict(tokens), default=datetime.isoformat).encode()
        with open(spare, "r+b") as stream:
            stream.write(data)
            stream.truncate()
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(spare, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(data: bytes) -> Tokens:
    """Raises ValueError, KeyError or TypeError for anything but what `_replace` writes."""
    found = json.loads(data)
    moments = {
        key: datetime.fromisoformat(found[key]) if found[key] else None
        for key in ("granted_at", "renew_at", "expires_at")
    }
    granted = moments.pop("granted_at")
    if granted is None:
        raise ValueError("no moment of sign-in")
    return Tokens(access=str(found["access"]), refresh=str(found["refresh"]), granted_at=granted, **moments)


def _no_room(folder: Path, error: OSError) -> SecretLaterError:
    return SecretLaterError(
        f"tokens can't be kept in {folder}: {error.strerror or error}", mend="make room, or mend the folder's owner"
    )

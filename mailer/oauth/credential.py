"""What the mail doors ask at every sign-in: an access token that is good now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mailer.errors import SecretError, SecretLaterError
from mailer.model import Secret
from mailer.oauth.client import OAuthClient
from mailer.oauth.tokens import Tokens, TokenStore


@dataclass(frozen=True, slots=True)
class OAuthCredential:
    """A model.Credential whose secret is renewed before it ends, by one process at a time."""

    username: str
    _client: OAuthClient = field(repr=False)
    _store: TokenStore = field(repr=False)
    _now: Callable[[], datetime] = field(repr=False)

    def secret(self, refused: Secret | None = None) -> Secret:
        """An access token; another than `refused`. Raises SecretError, SecretLaterError. May block for a renewal."""
        tokens = self._kept()
        if not self._usable(tokens, refused):
            with self._store.locked():
                tokens = self._kept()  # another process may have renewed them while this one waited
                if not self._usable(tokens, refused):
                    tokens = self._renewed(tokens, refused)
        return Secret(tokens.access, oauth=True)

    def _kept(self) -> Tokens:
        tokens = self._store.load()
        if tokens is None:
            raise SecretError("nobody has signed in to your mail account yet", mend="sign in: `mailer login`")
        return tokens

    def _usable(self, tokens: Tokens, refused: Secret | None) -> bool:
        fresh = tokens.renew_at is None or self._now() < tokens.renew_at
        return fresh and (refused is None or tokens.access != refused.value)

    def _renewed(self, tokens: Tokens, refused: Secret | None) -> Tokens:
        from mailer.oauth.grants import renewed

        try:
            with self._store.prepared() as keep:
                fresh = renewed(self._client, tokens, self._now())
                keep(fresh)
        except SecretLaterError:
            taken = refused is None or tokens.access != refused.value
            if taken and tokens.expires_at is not None and self._now() < tokens.expires_at:
                return tokens  # it was asked for early: the old one is still good
            raise
        return fresh

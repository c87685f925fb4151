"""Who asks, and where: the owner's own client at one authorisation server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from mailer.config.provider import OAuthEndpoints
from mailer.credentials import PasswordSource, fetch


class OAuthSettings(Protocol):
    """What is used of the configuration's `account.oauth`."""

    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> PasswordSource | None: ...
    @property
    def redirect_uri(self) -> str: ...


class Account(Protocol):
    """What is used of the configuration's `account`."""

    @property
    def username(self) -> str: ...
    @property
    def oauth(self) -> OAuthSettings | None: ...
    @property
    def ca_file(self) -> Path | None: ...
    def oauth_endpoints(self) -> OAuthEndpoints: ...


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """`secret` gives the client's secret, empty where it has none (RFC 6749 section 2.1: a public client)."""

    username: str
    client_id: str
    endpoints: OAuthEndpoints
    secret: Callable[[], str] = field(default=str, repr=False)
    redirect_uri: str = ""
    ca_file: str = ""


def make_client(account: Account, environ: Mapping[str, str]) -> OAuthClient:
    """The client of an account that signs in with OAuth 2.0."""
    settings = account.oauth
    assert settings is not None, "checked when the configuration was read"  # noqa: S101
    place = settings.client_secret
    return OAuthClient(
        account.username,
        settings.client_id,
        account.oauth_endpoints(),
        partial(fetch, place, account.username, environ) if place is not None else str,
        settings.redirect_uri,
        str(account.ca_file or ""),
    )

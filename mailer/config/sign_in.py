"""How the account is signed in to: where a secret is found, and OAuth 2.0."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from mailer.config.part import Part, is_loopback, keys_of
from mailer.config.provider import Flow, OAuthEndpoints
from mailer.config.values import Line, RelativePath, choice, wrong
from mailer.yamlfile import shown, written


class PasswordPart(Part):
    """Where a secret is found: one of five places, asked anew each time. Never the secret itself."""

    command: Line = Field(
        "", repr=False, description="A command whose first line of output is the password; run without a shell."
    )
    env: Line = Field("", description="The name of an environment variable.")
    file: RelativePath | None = Field(None, description="A file that only you can read (chmod 600).")
    credential: Line = Field("", description="The name of a systemd credential (LoadCredential=).")
    keyring: Line = Field("", description="The name of an entry in the system's keyring, kept for your user name.")

    @model_validator(mode="before")
    @classmethod
    def _no_plain_password(cls, value: Any) -> Any:
        names = "{command: ...}, {env: NAME}, {file: PATH}, {credential: NAME} or {keyring: NAME}"
        if not isinstance(value, dict):
            raise wrong("a password may not stand in this file", f"write {names}")
        if value.keys() - keys_of(cls):
            raise wrong("holds a key that is not known here", f"write {names}")  # the key may be the password
        if len(value) != 1:
            raise wrong("says more or less than one place", f"write one of {names}")
        return value


class Auth(StrEnum):
    """How to sign in."""

    password = "password"  # noqa: S105  the account's own, or one made for this program
    oauth2 = "oauth2"  # with a token that `oauth` says how to get


def _endpoint(value: object) -> str:
    text = written(value) or ""
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.fragment:
        raise wrong(f"{shown(value)} is no https address", "write such as https://login.example.org/oauth2/token")
    return text


def _redirect(value: object) -> str:
    text = written(value) or ""
    parts = urlsplit(text)
    if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
        raise wrong(f"{shown(value)} does not lead to this machine", "write such as http://127.0.0.1 (RFC 8252)")
    return text


Endpoint = Annotated[str, BeforeValidator(_endpoint), WithJsonSchema({"type": "string", "format": "uri"})]
Redirect = Annotated[str, BeforeValidator(_redirect), WithJsonSchema({"type": "string", "format": "uri"})]


class OAuthPart(Part):
    """OAuth 2.0: your own client id, and where access is granted, as far as the provider does not tell."""

    client_id: Line = Field(description="The id of the client you registered (docs/oauth.md says how).")
    client_secret: PasswordPart | None = Field(
        None, description="Where its secret is found, as for `password`; for services that demand one."
    )
    tenant: Line = Field("", description="Microsoft: your directory's id, where the client is for that directory only.")
    flow: Annotated[Flow, BeforeValidator(choice(Flow))] | None = Field(
        None, description="device (a code typed into a page) or loopback (the browser comes back to this machine)."
    )
    scope: Line = Field("", description="What is asked for, separated by spaces.")
    token_endpoint: Endpoint = Field("", description="Where tokens are given out (RFC 6749 section 3.2).")
    authorization_endpoint: Endpoint = Field("", description="The page that grants access (RFC 6749 section 3.1).")
    device_authorization_endpoint: Endpoint = Field("", description="Where device codes are given out (RFC 8628).")
    redirect_uri: Redirect = Field("", description="Where the browser comes back to, as it was registered.")

    def endpoints(self, known: OAuthEndpoints | None) -> OAuthEndpoints:
        """Everything filled in; what is written here wins. Raises a pydantic error for what is missing."""
        base = known or OAuthEndpoints(self.flow or Flow.loopback, token="", scope="")
        tenant = self.tenant or base.tenant
        found = OAuthEndpoints(
            self.flow or base.flow,
            token=self.token_endpoint or base.token.format(tenant=tenant),
            scope=self.scope or base.scope,
            authorize=self.authorization_endpoint or base.authorize.format(tenant=tenant),
            device=self.device_authorization_endpoint or base.device.format(tenant=tenant),
            extra=base.extra,
        )
        needed = {"token_endpoint": found.token, "scope": found.scope}
        if found.flow is Flow.device:
            needed["device_authorization_endpoint"] = found.device
        else:
            needed["authorization_endpoint"] = found.authorize
        for key, value in needed.items():
            if not value:
                raise wrong(f"says no `{key}`, and the provider does not tell it", f"write `{key}:`")
        return found

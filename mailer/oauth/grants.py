"""What is asked of an authorisation server: tokens for a code, for a device's code, or for a refresh token."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from mailer.errors import SecretError, SecretLaterError
from mailer.oauth import wire
from mailer.oauth.client import OAuthClient
from mailer.oauth.tokens import Tokens

if TYPE_CHECKING:
    from oauthlib.oauth2 import OAuth2Error

ENDED = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
"""Errors that say that the grant is over, and that only its owner can give another (RFC 6749 section 5.2; OpenID
Connect Core section 3.1.2.6)."""

DENIED = frozenset({"access_denied", "authorization_declined"})
"""The second is Microsoft's (learn.microsoft.com, "OAuth 2.0 device authorization grant")."""

BUSY = frozenset({"temporarily_unavailable", "server_error"})

LOGIN = "`mailer login`"
TESTING = "Google ends the grants of an app in testing after 7 days: publish yours (docs/oauth.md)"
"""https://developers.google.com/identity/protocols/oauth2#expiration"""

WORDS_SHOWN = 200
LONGEST_WAIT = 3600.0  # seconds


class EndedGrantError(SecretError):
    """The owner's grant is over or was taken back; only a new sign-in helps."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the owner is shown, and how the grant is asked for meanwhile (RFC 8628 section 3.2). Times in seconds."""

    url: str
    user_code: str
    lasts: float
    interval: float
    device_code: str = field(repr=False)


def renewed(client: OAuthClient, tokens: Tokens, now: datetime) -> Tokens:
    """Fresh tokens (RFC 6749 section 6). Raises EndedGrantError, SecretLaterError, SecretError."""
    from oauthlib.oauth2 import WebApplicationClient

    if not tokens.refresh:
        raise EndedGrantError("there is no refresh token, so the grant has ended", mend=f"sign in again: {LOGIN}")
    body = WebApplicationClient(client.client_id).prepare_refresh_body(
        refresh_token=tokens.refresh, **_who(client, with_id=True)
    )
    return Tokens.issued(_asked(client, body, tokens.refresh), now, tokens)


def for_code(client: OAuthClient, code: str, redirect_uri: str, verifier: str, now: datetime) -> Tokens:
    """Tokens for the code that the browser brought back (RFC 6749 section 4.1.3, RFC 7636 section 4.5)."""
    from oauthlib.oauth2 import WebApplicationClient

    body = WebApplicationClient(client.client_id).prepare_request_body(
        code=code, redirect_uri=redirect_uri, code_verifier=verifier, **_who(client)
    )
    return _lasting(Tokens.issued(_asked(client, body, code, verifier), now))


def device_code(client: OAuthClient) -> DeviceCode:
    """Ask for a code that the owner types into a page (RFC 8628 section 3.1)."""
    form = {"client_id": client.client_id, "scope": client.endpoints.scope, **_who(client)}
    body = wire.post(client.endpoints.device, urlencode(form), client.ca_file)
    answer = _mapping(body)
    url = answer.get("verification_uri") or answer.get("verification_url")  # Google's name for it
    if not (url and answer.get("user_code") and answer.get("device_code")):
        raise _refused_device(client, body)
    return DeviceCode(
        url=str(url),
        user_code=str(answer["user_code"]),
        lasts=_seconds(answer.get("expires_in"), 900),
        interval=_seconds(answer.get("interval"), 5),
        device_code=str(answer["device_code"]),
    )


def _refused_device(client: OAuthClient, body: str) -> SecretError:
    """What an answer without a code says."""
    from oauthlib.oauth2 import OAuth2Error

    try:
        _parsed(client, body)
    except OAuth2Error as error:
        return _refusal(client, error)
    except SecretError as error:
        return error
    return _nonsense(client.endpoints.device)


def for_device(
    client: OAuthClient, code: DeviceCode, now: Callable[[], datetime], sleep: Callable[[float], None]
) -> Tokens:
    """Wait until the owner has typed the code (RFC 8628 section 3.5). Raises SecretError where it took too long."""
    from oauthlib.oauth2 import DeviceClient, OAuth2Error

    body = DeviceClient(client.client_id).prepare_request_body(code.device_code, include_client_id=True, **_who(client))
    interval, waited = code.interval, 0.0
    while waited < code.lasts:
        sleep(interval)
        waited += interval
        try:
            answer = _raw(client, body)
        except OAuth2Error as error:
            if error.error == "slow_down":
                interval += 5
            elif error.error != "authorization_pending":
                raise _refusal(client, error, code.device_code) from None
        except SecretLaterError:
            interval += 5  # RFC 8628 section 3.5: back off where the connection fails
        else:
            return _lasting(Tokens.issued(answer, now()))
    raise SecretError("the code was not typed in time", mend=f"begin again: {LOGIN}")


def _who(client: OAuthClient, *, with_id: bool = False) -> dict[str, str]:
    """How the client says who it is: by its id, and its secret where it has one (RFC 6749 section 2.3.1)."""
    secret = client.secret()
    return ({"client_id": client.client_id} if with_id else {}) | ({"client_secret": secret} if secret else {})


def _asked(client: OAuthClient, body: str, *secrets: str) -> dict[str, Any]:
    from oauthlib.oauth2 import OAuth2Error

    try:
        return _raw(client, body)
    except OAuth2Error as error:
        raise _refusal(client, error, *secrets) from None  # it may hold what was sent


def _raw(client: OAuthClient, body: str) -> dict[str, Any]:
    return _parsed(client, wire.post(client.endpoints.token, body, client.ca_file))


def _parsed(client: OAuthClient, body: str) -> dict[str, Any]:
    """A token response. Raises OAuth2Error for an error response, SecretLaterError for anything else."""
    from oauthlib.oauth2 import WebApplicationClient

    found = _mapping(body)
    if not isinstance(found.get("error" if "error" in found else "access_token"), str):
        raise _nonsense(client.endpoints.token)
    try:
        return dict(WebApplicationClient(client.client_id).parse_request_body_response(body))
    except (ValueError, TypeError):
        pass  # outside the handler: it would carry the answer
    raise _nonsense(client.endpoints.token)


def _mapping(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _lasting(tokens: Tokens) -> Tokens:
    """A grant that can be renewed. Raises SecretError for one that ends within the hour."""
    if not tokens.refresh:
        what = "access was granted without a refresh token, so it would end within the hour"
        raise SecretError(what, mend="ask for one in account.oauth.scope (often offline_access); docs/oauth.md tells")
    return tokens


def _refusal(client: OAuthClient, error: OAuth2Error, *secrets: str) -> SecretError:
    host = urlsplit(client.endpoints.token).hostname or ""
    said = " ".join(f"{error.error}: {error.description or ''}".rstrip(": ").split())
    for secret in filter(None, (*secrets, client.secret())):
        said = said.replace(secret, "[hidden]")
    said = "".join(c for c in said if c.isprintable())[:WORDS_SHOWN]
    if error.error in BUSY:
        return SecretLaterError(f"{host}, which gives out tokens, can't now ({said})")
    if error.error in ENDED:
        hint = f". {TESTING}" if host.endswith("googleapis.com") else ""
        what = f"the permission to sign in to your mail account has ended ({host} says {said})"
        return EndedGrantError(what, mend=f"sign in again: {LOGIN}{hint}")
    if error.error in DENIED:
        return SecretError("access was not granted", mend=f"begin again and allow it: {LOGIN}")
    if error.error == "expired_token":
        return SecretError("the code was not typed in time", mend=f"begin again: {LOGIN}")
    what = f"{host} does not take this client ({said})"
    return SecretError(what, mend="check account.oauth against what you registered (docs/oauth.md)")


def _nonsense(url: str) -> SecretLaterError:
    return SecretLaterError(f"the answer of {urlsplit(url).hostname} can't be read")


def _seconds(value: object, usual: float) -> float:
    """A number of seconds out of an answer, within reason."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return min(float(value), LONGEST_WAIT)
    return usual

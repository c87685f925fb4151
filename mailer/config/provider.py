"""The record of one mail service: what a sign-in needs to know, and what an owner wants to be told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailer.model import Security, Server


class SignIn(StrEnum):
    """What the servers of a service take from a program such as this."""

    password = "password"  # noqa: S105  the account's own password
    app_password = "app_password"  # noqa: S105  a password made for one program; the account's own is refused
    oauth2 = "oauth2"  # nothing but OAuth 2.0


class Flow(StrEnum):
    """How the owner grants access with OAuth 2.0."""

    device = "device"  # a code typed into a page on any machine (RFC 8628)
    loopback = "loopback"  # the browser comes back to this machine (RFC 8252 section 7.3), with PKCE (RFC 7636)


@dataclass(frozen=True, slots=True)
class OAuthEndpoints:
    """Where a service grants access. `scope` is what is asked for, separated by spaces; `tenant` stands for `{tenant}`
    in the addresses, where the owner names no other (Microsoft's directories). `extra` goes with the owner to the page
    that grants access.
    """

    flow: Flow
    token: str
    scope: str
    authorize: str = ""
    device: str = ""
    tenant: str = ""
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """One mail service. `names` are what `provider:` may say, the first is its own.

    `domains` are its own mail domains; `mx` ends the names of the servers that take mail for its customers' domains.
    `files_sent` may be true only where every message taken over SMTP is known to be put into the Sent folder: absence
    from there counts as proof that a message was not sent. `local_login` means that servers want the name before the
    `@` alone. Limits are what the service says of itself, messages or recipients; where they go by plan or by
    the account's age it is the lowest number it gives, and `limits_go_by` says what they depend on; None where it gives
    none. `how` is what to do before the first sign-in, or where it is refused, and `page` tells more.
    """

    names: tuple[str, ...]
    label: str
    smtp: Server
    imap: Server
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    files_sent: bool = False
    sign_in: SignIn = SignIn.password
    local_login: bool = False
    per_day: int | None = None
    per_hour: int | None = None
    per_minute: int | None = None
    limits_go_by: str = ""
    how: str = ""
    page: str = ""
    oauth: OAuthEndpoints | None = None

    def username(self, address: str) -> str:
        """The name to sign in with."""
        return address.partition("@")[0] if self.local_login else address

    @property
    def takes(self) -> str:
        """Its limits in words, such as "50 an hour and 150 a day"; empty where it publishes none."""
        spans = ((self.per_minute, "a minute"), (self.per_hour, "an hour"), (self.per_day, "a day"))
        said = " and ".join(f"{most:,} {span}" for most, span in spans if most)
        return f"{said} ({self.limits_go_by})" if said and self.limits_go_by else said

    def within(self, per_minute: int, per_day: int) -> tuple[int, int]:
        """The highest limits per minute and per day, these at most, with which the service's own are kept."""
        per_minute, per_day = min(per_minute, self.per_minute or per_minute), min(per_day, self.per_day or per_day)
        if self.per_hour is None or min(per_minute * 60, per_day) <= self.per_hour:
            return per_minute, per_day
        if self.per_hour < 60:  # less than one a minute: no more in a day than in an hour
            return per_minute, self.per_hour
        return self.per_hour // 60, per_day


def tls(host: str, port: int) -> Server:
    """A server that speaks TLS from the first octet."""
    return Server(host, port, Security.tls)


def starttls(host: str, port: int = 587) -> Server:
    """A server that begins TLS with STARTTLS."""
    return Server(host, port, Security.starttls)

"""Opening a session: connect, demand TLS, sign in once with one mechanism."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from ipaddress import ip_address

import aiosmtplib

from mailer.errors import SecretError, SecretLaterError, is_exhausted
from mailer.model import Credential, Delivery, Outcome, Secret, Security, Server
from mailer.smtp.failures import LOST, EndedError, lost
from mailer.smtp.limits import Limits
from mailer.smtp.replies import one_line, read_reply, refused
from mailer.smtp.session import Session
from mailer.tls import tls_context

SecretRunner = Callable[[Callable[[], Secret]], Awaitable[Secret]]
"""Runs a blocking `secret()` off the event loop."""

MECHANISMS = ("plain", "login", "cram-md5")
"""In the order wanted: inside verified TLS the plain ones are the best tested. Only the first one offered is tried,
since three tries with a wrong password lock accounts."""


def _account(stage: str, text: str) -> EndedError:
    return EndedError(Delivery(Outcome.account, stage, text=text))


class Opener:
    """Opens sessions to one server for one account."""

    def __init__(
        self,
        server: Server,
        credential: Credential | None,
        limits: Limits,
        local_hostname: str,
        secret_runner: SecretRunner,
    ) -> None:
        self._server = server
        self._credential = credential
        self._limits = limits
        self._local_hostname = local_hostname
        self._secret_runner = secret_runner
        self._context: ssl.SSLContext | None = None

    async def open(self) -> Session:
        """Connect and sign in. Raises EndedError with what stands in the way, and CancelledError."""
        if self._server.security is Security.none and not self._server.is_loopback:
            raise _account(
                "connect", f"{self._server.host} is not this machine, so clear text is out: use tls or starttls"
            )
        smtp = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            use_tls=self._server.security is Security.tls,
            start_tls=False,
            tls_context=None if self._server.security is Security.none else await self._tls(),
            local_hostname=self._local_hostname,
            timeout=self._limits.greeting,
        )
        session = Session(smtp, self._limits)
        try:
            await self._connect(smtp)
            await self._greet(smtp)
            if self._server.security is Security.starttls:
                await self._start_tls(smtp)
                await self._greet(smtp)
            if self._credential is not None:
                await self._sign_in(smtp, self._credential)
            try:
                session.begin()
            except LOST as error:
                raise EndedError(lost("login", error)) from error
        except BaseException:
            session.abort()
            raise
        return session

    async def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            try:
                self._context = await asyncio.to_thread(tls_context, self._server)
            except OSError as error:
                if is_exhausted(error):
                    raise EndedError(lost("connect", error)) from error
                what = one_line(str(error))
                raise _account(
                    "connect", f"the certificates in {self._server.ca_file} can't be read: {what}"
                ) from error
        return self._context

    async def _connect(self, smtp: aiosmtplib.SMTP) -> None:
        try:
            await smtp.connect()
        except LOST as error:
            raise EndedError(lost(_stage_of(error), error)) from error
        except UnicodeError as error:
            raise _account("connect", f"{self._server.host!r} can't be a host name") from error
        if self._server.security is Security.none:
            peer = smtp.get_transport_info("peername")
            if not ip_address(peer[0].partition("%")[0]).is_loopback:
                raise _account("connect", f"{self._server.host} leads to {peer[0]}, which is not this machine")

    async def _greet(self, smtp: aiosmtplib.SMTP) -> None:
        """EHLO, and HELO where the server is too old for it (RFC 5321 section 3.2)."""
        try:
            try:
                await smtp.ehlo(timeout=self._limits.command)
            except aiosmtplib.SMTPHeloError as error:
                if not 500 <= error.code <= 504 or not smtp.is_connected:
                    raise
                await smtp.helo(timeout=self._limits.command)
        except LOST as error:
            raise EndedError(lost("ehlo", error)) from error

    async def _start_tls(self, smtp: aiosmtplib.SMTP) -> None:
        """STARTTLS (RFC 3207): where it isn't offered the session ends, since somebody may have taken it away."""
        if not smtp.supports_extension("starttls"):
            raise _account("starttls", "the mail server offers no STARTTLS (or somebody in between took it away)")
        try:
            await smtp.starttls(timeout=self._limits.greeting)
        except LOST as error:
            raise EndedError(lost("starttls", error)) from error

    async def _sign_in(self, smtp: aiosmtplib.SMTP, credential: Credential) -> None:
        """AUTH (RFC 4954), once; a second time only where the refused secret has changed meanwhile."""
        tried = await self._secret(credential.secret)
        refusal = await self._try(smtp, credential.username, tried)
        if refusal is not None and refusal.outcome is Outcome.account and smtp.is_connected:
            fresh = await self._secret(partial(credential.secret, tried))
            if fresh != tried:
                refusal = await self._try(smtp, credential.username, fresh)
        if refusal is not None:
            raise EndedError(refusal)

    async def _secret(self, fetch: Callable[[], Secret]) -> Secret:
        try:
            return await self._secret_runner(fetch)
        except SecretLaterError as error:
            raise EndedError(Delivery(Outcome.later, "login", text=one_line(str(error)))) from error
        except SecretError as error:
            if is_exhausted(error):
                raise EndedError(lost("login", error)) from error
            raise EndedError(
                Delivery(Outcome.account, "login", text=one_line(str(error)), mend=one_line(error.mend))
            ) from error

    async def _try(self, smtp: aiosmtplib.SMTP, username: str, secret: Secret) -> Delivery | None:
        offered = smtp.server_auth_methods
        wanted = ("xoauth2",) if secret.oauth else MECHANISMS
        mechanism = next((name for name in wanted if name in offered), "")
        run = {
            "plain": smtp.auth_plain,
            "login": smtp.auth_login,
            "cram-md5": smtp.auth_crammd5,
            "xoauth2": smtp.auth_xoauth2,
        }.get(mechanism)
        if run is None:
            has = ", ".join(sorted(set(offered))).upper() or "none"
            return Delivery(
                Outcome.account, "login", text=one_line(f"the mail server offers no sign-in we can use ({has})")
            )
        try:
            await run(username, secret.value, timeout=self._limits.command)
        except aiosmtplib.SMTPAuthenticationError as error:
            return refused("login", read_reply(error.code, error.message, *_forms(username, secret)))
        except LOST as error:
            ended = lost("login", error)
            raise EndedError(
                Delivery(ended.outcome, "login", text=one_line(ended.text, *_forms(username, secret)))
            ) from None
        return None


def _forms(username: str, secret: Secret) -> list[str]:
    """The shapes in which a server could echo a secret; none of them may reach a log."""
    user, value = username.encode(), secret.value.encode()
    shapes = (value, b"\0" + user + b"\0" + value, b"user=" + user + b"\1auth=Bearer " + value + b"\1\1")
    return [secret.value, *(base64.b64encode(shape).decode() for shape in shapes)]


def _stage_of(error: BaseException) -> str:
    """Which part of aiosmtplib's connect() failed: the socket, the TLS handshake, or the greeting."""
    cause = error.__cause__
    if isinstance(cause, ssl.SSLError):
        return "starttls"
    greeted = isinstance(error, aiosmtplib.SMTPResponseException) or isinstance(cause, aiosmtplib.SMTPException)
    return "greeting" if greeted else "connect"

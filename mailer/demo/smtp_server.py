"""The demo's SMTP server: aiosmtpd on a free loopback port, with a login, at the pace of a real one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailer.demo.imap_server import LOOPBACK
from mailer.demo.letters import MAIL_HOST

Accept = Callable[[str, bytes], Awaitable[None]]
"""Called with recipient and content of every message that was taken."""


class SmtpServer:
    """Takes mail from one account. Everything runs in the event loop that called `start`.

    `pace` is how many seconds it spends on a message, one after another, as a server does that looks for viruses.
    """

    def __init__(self, username: str, password: str, accept: Accept, *, pace: float) -> None:
        self._login = LoginPassword(username.encode(), password.encode())
        self._accept = accept
        self._pace = pace
        self._server: asyncio.Server
        self._one_at_a_time = asyncio.Lock()
        self._connections: set[SMTP] = set()

    async def start(self) -> int:
        """Listen on a free port of this machine; returns the port."""
        self._server = await asyncio.get_running_loop().create_server(self._connection, LOOPBACK, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the port and every connection."""
        self._server.close()
        for connection in self._connections:
            if connection.transport is not None:
                connection.transport.close()

    def _connection(self) -> SMTP:
        connection = SMTP(
            self,
            hostname=MAIL_HOST,  # else it looks up this machine's name
            ident="ESMTP demo",
            enable_SMTPUTF8=True,
            auth_require_tls=False,  # clear text never leaves this machine
            authenticator=partial(_authenticate, self._login),
            loop=asyncio.get_running_loop(),
        )
        self._connections.add(connection)
        return connection

    # aiosmtpd calls these by name

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Nobody sends here without having signed in (RFC 4954 section 6)."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message, and pass it on once for every recipient."""
        async with self._one_at_a_time:
            await asyncio.sleep(self._pace)
        content = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            await self._accept(recipient, content)
        return "250 2.0.0 OK: taken"


def _authenticate(
    known: LoginPassword, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
) -> AuthResult:
    return AuthResult(success=given == known, handled=False)

"""The demo's IMAP server: pymap on a free loopback port, its mailboxes in memory."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from datetime import datetime

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, DictBackend, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata

LOOPBACK = "127.0.0.1"
FOLDERS = ("Sent", "Junk", "Archive")
"""Besides the Inbox. pymap knows no special use (RFC 6154), so they are found by their usual names."""

REMINDERS = (0.1, 0.3)
"""Seconds after a delivery at which idling clients are told again: pymap tells only those that wait at the moment."""


class _Config(Config):
    """pymap's settings, without a look-up of this machine's name, which can take seconds on some networks."""

    @property
    def greeting(self) -> bytes:
        return b"The demo's mailbox is ready"


class ImapServer:
    """One account. Everything runs in the event loop that called `start`."""

    def __init__(self, username: str, password: str) -> None:
        self._username = username
        self._password = password
        self._mailboxes: MailboxSet
        self._server: asyncio.Server
        self._connections: set[asyncio.StreamWriter] = set()

    async def start(self) -> int:
        """Listen on a free port of this machine; returns the port."""
        config = _settings(self._username, self._password)
        config.apply_context()
        backend = DictBackend(Login(config), config)
        hashed = await Passwords(config).hash_password(self._password)
        await backend.login.demo_user_identity.set(UserMetadata(config, self._username, password=hashed))
        self._mailboxes = MailboxSet()
        config.set_cache[self._username] = (self._mailboxes, FilterSet())
        for name in FOLDERS:
            await self._mailboxes.add_mailbox(name)
        connected = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._connections.add(writer)
            await connected(reader, writer)

        self._server = await asyncio.start_server(serve, LOOPBACK, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def deliver(self, raw: bytes, when: datetime, folder: str = "INBOX") -> None:
        """Put a message into a folder, as a delivery agent would; whoever waits with IDLE hears of it."""
        mailbox: MailboxData = await self._mailboxes.get_mailbox(folder)
        await mailbox.append(AppendMessage(raw, when), recent=True)
        for seconds in REMINDERS:
            asyncio.get_running_loop().call_later(seconds, mailbox._updated.set)

    async def contents(self, folder: str) -> list[bytes]:
        """The messages of a folder, oldest first."""
        mailbox: MailboxData = await self._mailboxes.get_mailbox(folder)
        return [bytes(message._content) async for message in mailbox.messages() if message._content is not None]

    async def stop(self) -> None:
        """Close the port and every connection."""
        self._server.close()
        for writer in self._connections:
            writer.close()


def _settings(username: str, password: str) -> _Config:
    """pymap takes its settings as parsed arguments of a command line."""
    noop = ProxyProtocolVersion.get()
    arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
    return _Config(
        arguments,
        host=LOOPBACK,
        port=0,
        tls_enabled=False,
        proxy_protocol=noop,
        reject_dnsbl=False,  # nothing leaves this machine, name look-ups included
        demo_data=False,
        demo_user=username,
        demo_password=password,
    )

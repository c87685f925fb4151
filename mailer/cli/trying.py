"""Signing in to both servers of an account, sending and changing nothing, and what a refusal means."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from mailer.config.provider import Provider
from mailer.errors import MailboxError, MailboxRefusedError
from mailer.mailbox import Limits as ImapLimits
from mailer.mailbox.client import open_client, reach
from mailer.model import Credential, Outcome, Server
from mailer.smtp import Limits as SmtpLimits
from mailer.smtp import Pool

SECONDS = 20.0
"""How long a server may take for one step, before it counts as out of reach."""

GUESS_SECONDS = 6.0
"""The same for a server that is only guessed."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one sign-in. `refused`: the server is the right one, and doesn't take the secret."""

    what: str  # "mail server" or "mailbox"
    server: Server
    ok: bool
    refused: bool = False
    text: str = ""
    mend: str = ""  # where it is known already: the secret could not be had

    @property
    def here(self) -> bool:
        """Whether it failed on this machine: the secret could not be had, so no server was asked."""
        return not self.ok and bool(self.mend)

    def __str__(self) -> str:
        if self.here:
            return self.text
        where = f"{self.server.host}, port {self.server.port}, {self.server.security}"
        if not self.ok:
            return f"{self.text} ({where})"
        done = "Mail can be sent through" if self.what == "mail server" else "The mailbox can be read at"
        return f"{done} {where}."


def try_smtp(server: Server, credential: Credential, seconds: float = SECONDS) -> Tried:
    """Sign in to the server that takes mail."""

    async def check() -> Tried:
        pool = Pool(server, credential, limits=SmtpLimits().within(seconds))
        try:
            delivery = await pool.check()
        finally:
            await pool.close()
        refused = delivery.outcome is Outcome.account and delivery.stage == "login"
        return Tried("mail server", server, delivery.outcome is Outcome.accepted, refused, str(delivery), delivery.mend)

    return asyncio.run(check())


def try_imap(server: Server, credential: Credential, seconds: float = SECONDS) -> Tried:
    """Sign in to the server that keeps the mailbox."""
    from mailer.clock import system_clock

    try:
        client = open_client(server, credential, ImapLimits().within(seconds), system_clock)
    except MailboxError as error:
        refused = isinstance(error, MailboxRefusedError) and "sign-in" in str(error)
        return Tried("mailbox", server, False, refused, str(error), error.mend)
    with contextlib.suppress(MailboxError):
        client.close(politely=True)
    return Tried("mailbox", server, True)


def answers(kind: str, server: Server, seconds: float = GUESS_SECONDS) -> bool:
    """Whether a server of this kind, `smtp` or `imap`, answers there and can be trusted. Sends no secret."""
    if kind == "smtp":

        async def check() -> bool:
            pool = Pool(server, None, limits=SmtpLimits().within(seconds))
            try:
                return (await pool.check()).outcome is Outcome.accepted
            finally:
                await pool.close()

        return asyncio.run(check())
    try:
        reach(server, ImapLimits().within(seconds))
    except MailboxError:
        return False
    return True


def enter(smtp: Server, imap: Server, credential: Credential, say: Callable[[str], None]) -> Tried | None:
    """Sign in to both servers, one after the other; the one that failed, None where both let us in.

    It ends at the first that fails: a wrong secret is not tried twice. `say` is told of each success.
    """
    for trial in (partial(try_imap, imap, credential), partial(try_smtp, smtp, credential)):
        tried = trial()
        if not tried.ok:
            return tried
        say(str(tried))
    return None


def mend_of(tried: Tried, known: Provider | None, page: str = "") -> str:
    """What a failure means for this provider; `page` is where its help says more."""
    if tried.mend:
        return tried.mend
    about = f"{known.label}: {known.how}" if known is not None and known.how else ""
    page = (known.page if known is not None else "") or page
    more = f": {page}" if page else ""
    if "certificate" in tried.text:
        by_itself = about if tried.server.is_loopback else ""
        return (
            by_itself + more
            if by_itself
            else "if it is your own server, name who signed it: --ca-file, account.ca_file"
        )
    if not tried.refused:
        return "check the host and the port, and that the network lets you through"
    usual = "check user name and password; many services want one made for one program (an app password)"
    return (about or usual) + more

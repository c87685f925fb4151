"""One connection to the SMTP server: opened, signed in, and driven command by command.

aiosmtplib does the protocol; the content is written here, so that it is known whether the final dot may have left when
a connection breaks. Where the server offers PIPELINING (RFC 2920), what comes before the content leaves in one write.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import cast

import aiosmtplib
from aiosmtplib.response import SMTPResponse

from mailer.model import Delivery, Envelope, Outcome
from mailer.smtp.failures import LOST, EndedError, lost
from mailer.smtp.limits import Limits
from mailer.smtp.replies import Reply, refused, usual_reply
from mailer.smtp.wire import Wire

CHUNK = 65_536
"""Octets written at a time. Content that fits one chunk leaves in one write, its final dot included."""

DATA = b"DATA"
LINE_END = re.compile(rb"\r\n|\r|\n")
UNSAFE_IN_PATH = re.compile(r"[\x00-\x20\x7f<>]")
QUOTED_LOCAL_PART = re.compile(r'^"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"(?=@)')


def dot_stuffed(content: bytes) -> bytes:
    """The octets as they cross the wire, without the final dot: CRLF line ends, dots doubled (RFC 5321 section 4.5.2).

    A lone CR or LF becomes CRLF: left alone it is how mail is smuggled past a server that reads line ends differently.
    """
    crlf = content.count(b"\r\n")
    if content.count(b"\n") != crlf or content.count(b"\r") != crlf:
        content = LINE_END.sub(b"\r\n", content)
    if not content.endswith(b"\r\n"):
        content += b"\r\n"
    if content.startswith(b"."):
        content = b"." + content
    return content.replace(b"\r\n.", b"\r\n..")


@lru_cache(maxsize=64)
def _path(address: str) -> bytes:
    """An address as the argument of MAIL and RCPT. Raises ValueError where it could say more than an address."""
    if UNSAFE_IN_PATH.search(QUOTED_LOCAL_PART.sub("", address)):
        raise ValueError(f"{address!r} can't be an address")
    return b"<" + address.encode() + b">"


def _mail(envelope: Envelope, options: Sequence[bytes]) -> bytes:
    return b" ".join((b"MAIL", b"FROM:" + _path(envelope.sender), *options))


def _rcpt(address: str) -> bytes:
    return b"RCPT TO:" + _path(address)


class Session:
    """A signed-in connection. Serves one message at a time; `alive` says whether it can serve another."""

    def __init__(self, smtp: aiosmtplib.SMTP, limits: Limits) -> None:
        self._smtp = smtp
        self._limits = limits
        self._wire: Wire | None = None
        self._ahead: deque[bytes] = deque()  # commands that were written and whose replies were not read yet
        self._dot_written = False
        self.delivered = 0  # messages that this connection has carried
        self.kept = False  # has waited unused, so that the server may have hung up unnoticed
        self.idle_since = 0.0  # loop time

    @property
    def alive(self) -> bool:
        """False once the connection is known to be gone or out of step."""
        return self._wire is not None and self._wire.alive

    def begin(self) -> None:
        """Signed in: from here on the dialogue is ours. Raises SMTPServerDisconnected where the connection is gone."""
        if self._smtp.transport is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        self._wire = Wire(cast(asyncio.Transport, self._smtp.transport))

    def abort(self) -> None:
        """Drop the connection now, with whatever is still in its buffers."""
        if self._smtp.transport is not None:
            cast(asyncio.WriteTransport, self._smtp.transport).abort()
        self._smtp.close()

    async def quit(self) -> None:
        """Part politely, in bounded time."""
        with contextlib.suppress(EndedError):
            if self.alive:
                await self._command("quit", b"QUIT", timeout=self._limits.quit)
        self.abort()

    async def deliver(self, envelope: Envelope) -> Delivery:
        """Hand over one message. Raises only CancelledError, and that only while nothing can have been delivered."""
        self._dot_written = False
        copies: list[str] = []
        try:
            mail = _mail(envelope, self._mail_options(envelope))
            self._write_ahead(mail, envelope)
            await self._begin(mail)
            copies = await self._name_recipients(envelope)
            delivery = await self._hand_over(envelope.content)
        except EndedError as ended:
            await self._settle()
            delivery = ended.delivery
        except asyncio.CancelledError:
            self.abort()
            raise
        self.delivered += 1
        return _with_refused_copies(delivery, copies)

    def _mail_options(self, envelope: Envelope) -> list[bytes]:
        """Parameters of MAIL (RFC 1870, 6152, 6531). Raises EndedError where the server can't take this message."""
        offers, size = self._smtp.esmtp_extensions, len(envelope.content)
        addresses = (envelope.sender, *envelope.recipients)
        try:
            for address in addresses:
                _path(address)
        except ValueError as error:
            raise EndedError(Delivery(Outcome.rejected, "mail", text=str(error))) from error
        international = envelope.smtputf8 or not all(address.isascii() for address in addresses)
        problem = ""
        if international and "smtputf8" not in offers:
            problem = "the mail server can't carry addresses with letters beyond ASCII (it doesn't offer SMTPUTF8)"
        elif not envelope.content.isascii() and "8bitmime" not in offers:
            problem = "the mail server carries only 7-bit mail (it doesn't offer 8BITMIME)"
        elif "size" in offers and 0 < (most := _number(offers["size"])) < size:
            problem = f"the message has {size} octets, and the mail server takes {most} at most"
        if problem:
            raise EndedError(Delivery(Outcome.rejected, "mail", text=problem))
        wanted = {
            b"SIZE=%d" % size: "size" in offers,
            b"BODY=8BITMIME": not envelope.content.isascii(),
            b"SMTPUTF8": international,
        }
        return [option for option, needed in wanted.items() if needed]

    def _write_ahead(self, mail: bytes, envelope: Envelope) -> None:
        """Where the server allows it, write MAIL, RCPT and DATA at once; their replies are read one by one.

        DATA only for a contact alone: with a copy to the owner there must be none where the contact is refused.
        """
        self._ahead.clear()
        if self._wire is None or "pipelining" not in self._smtp.esmtp_extensions or self._wire.has_more:
            return
        lines = [mail, *map(_rcpt, envelope.recipients), *([DATA] if len(envelope.recipients) == 1 else [])]
        with contextlib.suppress(*LOST):  # then nothing has left, and the first command says so
            self._wire.write(b"".join(line + b"\r\n" for line in lines))
            self._ahead.extend(lines)

    async def _settle(self) -> None:
        """Read the replies that nobody waits for any more, so that the connection can serve the next message. A server
        that now waits for content gets none: without its final dot it keeps nothing (RFC 5321 section 4.1.1.4)."""
        with contextlib.suppress(EndedError):
            while self._ahead and self.alive:
                line = self._ahead[0]
                if (await self._command("rset", line, timeout=self._limits.quit)).code == 354:
                    self.abort()
        self._ahead.clear()

    async def _begin(self, mail: bytes) -> None:
        """Send MAIL. On a kept connection, one found dead or closing costs no attempt."""
        kept = self.kept
        patience = min(self._limits.command, self._limits.kept) if kept else self._limits.command
        try:
            reply = await self._command("mail", mail, timeout=patience)
        except EndedError as ended:
            if kept and not self.alive:
                raise EndedError(replace(ended.delivery, outcome=Outcome.unused)) from ended
            raise
        if not reply.is_positive:
            gone = kept and reply.code == 421
            delivery = refused("mail", reply)
            raise EndedError(replace(delivery, outcome=Outcome.unused) if gone else delivery)

    async def _name_recipients(self, envelope: Envelope) -> list[str]:
        """Send RCPT for each; give what was said of refused copies. Raises EndedError where the contact is refused.

        The contact stands first, so that the owner's blind copy is proof of the contact's: where that RCPT is
        refused there is RSET and no DATA.
        """
        refusals: list[str] = []
        for number, address in enumerate(envelope.recipients):
            reply = await self._command("rcpt", _rcpt(address), timeout=self._limits.command)
            if reply.is_positive:
                continue
            if number == 0 or not self.alive:  # the contact; or the server has hung up (421)
                await self._reset()
                raise EndedError(refused("rcpt", reply))
            refusals.append(f"{address}: {refused('rcpt', reply)}")
        return refusals

    async def _hand_over(self, content: bytes) -> Delivery:
        """Send DATA and the content; give what the server says to it."""
        reply = await self._command("data", DATA, timeout=self._limits.data)
        if reply.code != 354:
            if 200 <= reply.code < 400:
                self.abort()  # neither yes nor no: out of step
            else:
                await self._reset()
            raise EndedError(refused("data", reply))
        try:
            reply = await self._write(dot_stuffed(content) + b".\r\n")
        except asyncio.CancelledError:
            if not self._dot_written:
                raise
            reply = await self._last_chance()
        if reply.is_positive and self._dot_written:
            return Delivery(Outcome.accepted, "content", reply.code, reply.enhanced, reply.text)
        return self._not_accepted(reply)

    def _not_accepted(self, reply: Reply) -> Delivery:
        """An answer other than yes, or one that came before the final dot: then the rest stays unsaid."""
        delivery = refused("content", reply)
        if not self._dot_written or delivery.outcome is Outcome.uncertain:
            self.abort()
        if not self._dot_written and delivery.outcome is Outcome.uncertain:
            return replace(delivery, outcome=Outcome.later)
        return delivery

    async def _last_chance(self) -> Reply:
        """The delivery was cancelled with the final dot out: wait a little for the answer, for the record's sake."""
        with contextlib.suppress(asyncio.CancelledError, *LOST):
            if self._wire is not None:
                return self._answer(await self._wire.read(self._limits.grace))
        self.abort()
        raise EndedError(Delivery(Outcome.uncertain, "content", text="stopped before the mail server answered"))

    async def _write(self, wire: bytes) -> Reply:
        """Write the content, its end apart, and read the answer. Raises EndedError."""
        try:
            if self._wire is None or self._wire.has_more:
                raise aiosmtplib.SMTPServerDisconnected("the mail server answered twice")
            write = self._write_long if len(wire) > CHUNK else self._write_short
            answer = await write(self._wire, wire)
        except LOST as error:
            self.abort()
            outcome = Outcome.uncertain if self._dot_written else Outcome.later
            raise EndedError(replace(lost("content", error), outcome=outcome)) from error
        return self._answer(answer)

    def _answer(self, answer: SMTPResponse) -> Reply:
        """The answer to the content, where it is the only one. Raises EndedError."""
        if self._dot_written and self._wire is not None and self._wire.has_more:
            self.abort()
            text = "the mail server sent more than one answer to the content"
            raise EndedError(Delivery(Outcome.uncertain, "content", text=text))
        return usual_reply(answer.code, answer.message)

    async def _write_short(self, to: Wire, wire: bytes) -> SMTPResponse:
        to.write(wire)  # raises where the connection is known to be gone: then nothing has left
        self._dot_written = True
        return await to.read(self._limits.end)

    async def _write_long(self, to: Wire, wire: bytes) -> SMTPResponse:
        """Wait for each chunk to leave before the next; an answer that comes before its time ends the writing."""
        cast(asyncio.WriteTransport, self._smtp.transport).set_write_buffer_limits(high=1, low=0)
        for start in range(0, len(wire), CHUNK):
            if to.has_more:
                break
            to.write(wire[start : start + CHUNK])
            self._dot_written = start + CHUNK >= len(wire) - len(b"\r\n.\r\n")
            async with asyncio.timeout(self._limits.block):
                await to.drain()
        return await to.read(self._limits.end)

    async def _command(self, stage: str, line: bytes, *, timeout: float) -> Reply:
        """One command, unless it left already, and its reply. Raises EndedError where the connection is lost or out of
        step: a stale 250 must not pass for the answer to the next command."""
        try:
            if self._wire is None:
                raise aiosmtplib.SMTPServerDisconnected("Connection lost")
            if self._ahead and self._ahead[0] == line:
                self._ahead.popleft()
            elif self._wire.has_more:
                raise aiosmtplib.SMTPServerDisconnected("the mail server answered twice")
            else:
                self._wire.write(line + b"\r\n")
            answer = await self._wire.read(timeout)
        except LOST as error:
            self.abort()
            raise EndedError(lost(stage, error)) from error
        reply = usual_reply(answer.code, answer.message)
        if not 200 <= reply.code < 600:
            self.abort()
        return reply

    async def _reset(self) -> None:
        """End a refused transaction, so that the connection can serve the next message; else give it up."""
        await self._settle()
        if not self.alive:
            return
        with contextlib.suppress(EndedError):
            if (await self._command("rset", b"RSET", timeout=self._limits.quit)).is_positive:
                return
        self.abort()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _with_refused_copies(delivery: Delivery, refusals: Sequence[str]) -> Delivery:
    if not refusals:
        return delivery
    text = f"{delivery.text} (but refused for {'; '.join(refusals)})".strip()
    return replace(delivery, text=text, copy_refused=True)

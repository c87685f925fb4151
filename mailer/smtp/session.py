"""One connection to the SMTP server: opened, signed in, and driven command by command.

aiosmtplib does the protocol; the content is written here, so that it is known whether the final dot may have left when
a connection breaks. Commands are never pipelined: aiosmtplib 5 pairs one reply with one command, and drops others.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import aiosmtplib
from aiosmtplib.protocol import SMTPProtocol
from aiosmtplib.response import SMTPResponse

from mailer.model import Delivery, Envelope, Outcome
from mailer.smtp.failures import LOST, EndedError, lost
from mailer.smtp.limits import Limits
from mailer.smtp.replies import Reply, read_reply, refused

CHUNK = 65_536
"""Octets written at a time. Content that fits one chunk leaves in one write, its final dot included."""

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


def _path(address: str) -> bytes:
    """An address as the argument of MAIL and RCPT. Raises ValueError where it could say more than an address."""
    if UNSAFE_IN_PATH.search(QUOTED_LOCAL_PART.sub("", address)):
        raise ValueError(f"{address!r} can't be an address")
    return b"<" + address.encode() + b">"


class Session:
    """A signed-in connection. Serves one message at a time; `alive` says whether it can serve another."""

    def __init__(self, smtp: aiosmtplib.SMTP, limits: Limits) -> None:
        self._smtp = smtp
        self._limits = limits
        self._dot_written = False
        self.delivered = 0  # messages that this connection has carried
        self.kept = False  # has waited unused, so that the server may have hung up unnoticed
        self.idle_since = 0.0  # loop time

    @property
    def alive(self) -> bool:
        """False once the connection is known to be gone or out of step."""
        return self._smtp.is_connected

    def abort(self) -> None:
        """Drop the connection now, with whatever is still in its buffers."""
        if self._smtp.transport is not None:
            cast(asyncio.WriteTransport, self._smtp.transport).abort()
        self._smtp.close()

    async def quit(self) -> None:
        """Part politely, in bounded time."""
        with contextlib.suppress(*LOST):
            await self._smtp.quit(timeout=self._limits.quit)
        self.abort()

    async def deliver(self, envelope: Envelope) -> Delivery:
        """Hand over one message. Raises only CancelledError, and that only while nothing can have been delivered."""
        self._dot_written = False
        try:
            options = self._mail_options(envelope)
            await self._begin(envelope, options)
            copies = await self._name_recipients(envelope)
            delivery = await self._hand_over(envelope.content)
        except EndedError as ended:
            delivery = ended.delivery
        except asyncio.CancelledError:
            self.abort()
            raise
        else:
            delivery = _with_refused_copies(delivery, copies)
        self.delivered += 1
        return delivery

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

    async def _begin(self, envelope: Envelope, options: Sequence[bytes]) -> None:
        """Send MAIL. On a kept connection, one found dead or closing costs no attempt."""
        kept = self.kept
        patience = min(self._limits.command, self._limits.kept) if kept else self._limits.command
        try:
            reply = await self._command("mail", b"MAIL", b"FROM:" + _path(envelope.sender), *options, timeout=patience)
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
            reply = await self._command("rcpt", b"RCPT", b"TO:" + _path(address), timeout=self._limits.command)
            if reply.is_positive:
                continue
            if number == 0 or not self.alive:  # the contact; or the server has hung up (421)
                await self._reset()
                raise EndedError(refused("rcpt", reply))
            refusals.append(f"{address}: {refused('rcpt', reply)}")
        return refusals

    async def _hand_over(self, content: bytes) -> Delivery:
        """Send DATA and the content; give what the server says to it."""
        reply = await self._command("data", b"DATA", timeout=self._limits.data)
        if reply.code != 354:
            if 200 <= reply.code < 400:
                self.abort()  # neither yes nor no: out of step
            else:
                await self._reset()
            raise EndedError(refused("data", reply))
        task = asyncio.ensure_future(self._write(dot_stuffed(content) + b".\r\n"))
        try:
            reply = await asyncio.shield(task)
        except asyncio.CancelledError:
            if not self._dot_written:
                task.cancel()
                await asyncio.wait({task})
                raise
            reply = await self._last_chance(task)
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

    async def _last_chance(self, task: asyncio.Future[Reply]) -> Reply:
        """The delivery was cancelled with the final dot out: wait a little for the answer, for the record's sake."""
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({task}, timeout=self._limits.grace)
        if task.done():
            return task.result()
        task.cancel()
        self.abort()
        raise EndedError(Delivery(Outcome.uncertain, "content", text="stopped before the mail server answered"))

    async def _write(self, wire: bytes) -> Reply:
        """Write the content, its end apart, and read the answer. Raises EndedError."""
        protocol = self._smtp.protocol
        try:
            if protocol is None:
                raise aiosmtplib.SMTPServerDisconnected("Connection lost")
            write = self._write_long if len(wire) > CHUNK else self._write_short
            answer = await write(protocol, wire)
        except LOST as error:
            self.abort()
            outcome = Outcome.uncertain if self._dot_written else Outcome.later
            raise EndedError(replace(lost("content", error), outcome=outcome)) from error
        if self._dot_written and self._is_out_of_step(protocol):
            self.abort()
            text = "the mail server sent more than one answer to the content"
            raise EndedError(Delivery(Outcome.uncertain, "content", text=text))
        return read_reply(answer.code, answer.message)

    async def _write_short(self, protocol: SMTPProtocol, wire: bytes) -> SMTPResponse:
        protocol.write(wire)  # raises where the connection is known to be gone: then nothing has left
        self._dot_written = True
        return await protocol.read_response(timeout=self._limits.end)

    async def _write_long(self, protocol: SMTPProtocol, wire: bytes) -> SMTPResponse:
        """Wait for each chunk to leave before the next; an answer that comes before its time ends the writing."""
        transport = cast(asyncio.WriteTransport, protocol.transport)
        transport.set_write_buffer_limits(high=1, low=0)
        reading = asyncio.ensure_future(protocol.read_response())
        reading.add_done_callback(lambda task: task.cancelled() or task.exception())  # seen, whoever fails first
        try:
            for start in range(0, len(wire), CHUNK):
                if reading.done():
                    return reading.result()
                protocol.write(wire[start : start + CHUNK])
                self._dot_written = start + CHUNK >= len(wire) - len(b"\r\n.\r\n")
                async with asyncio.timeout(self._limits.block):
                    await protocol._drain_helper()  # what StreamWriter.drain() calls; a StreamWriter would close the
                    # transport when collected
            async with asyncio.timeout(self._limits.end):
                return await reading
        finally:
            reading.cancel()

    async def _command(self, stage: str, *words: bytes, timeout: float) -> Reply:
        """One command and its reply. Raises EndedError where the connection is lost or out of step."""
        try:
            if self._smtp.protocol is not None and self._is_out_of_step(self._smtp.protocol):
                raise aiosmtplib.SMTPServerDisconnected("the mail server answered twice")
            answer = await self._smtp.execute_command(*words, timeout=timeout)
        except LOST as error:
            self.abort()
            raise EndedError(lost(stage, error)) from error
        reply = read_reply(answer.code, answer.message)
        if not 200 <= reply.code < 600:
            self.abort()
        return reply

    async def _reset(self) -> None:
        """End a refused transaction, so that the connection can serve the next message; else give it up."""
        if not self.alive:
            return
        with contextlib.suppress(EndedError):
            if (await self._command("rset", b"RSET", timeout=self._limits.quit)).is_positive:
                return
        self.abort()

    @staticmethod
    def _is_out_of_step(protocol: SMTPProtocol) -> bool:
        """True where a reply is left over that nobody asked for: aiosmtplib would give it to the next command, and a
        stale 250 would then pass for the answer to a message's content."""
        return bool(protocol._buffer)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _with_refused_copies(delivery: Delivery, refusals: Sequence[str]) -> Delivery:
    if not refusals:
        return delivery
    return replace(delivery, text=f"{delivery.text} (but refused for {'; '.join(refusals)})".strip())

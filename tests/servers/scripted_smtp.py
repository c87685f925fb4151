"""An SMTP server that misbehaves as told: for what a real one can't be made to do.

Each stage of the dialogue (greeting ehlo starttls login mail rcpt data content rset quit) does what the script says for
it: a reply's text, a Fault, or a function of the command's argument that gives one of these (for data and content: of
the first recipient's). A list is used up in order, its last entry for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import queue
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from tests.servers.certificates import Certificate


class Fault(enum.Enum):
    """What the server does instead of answering."""

    silence = "silence"  # reads on and says nothing
    stuck = "stuck"  # doesn't even read, so that the client's writes fill up
    late = "late"  # says "250 late" after `pace` seconds
    wait = "wait"  # says "250 at last" when the test sets `gate`
    hang_up = "hang_up"  # FIN
    reset = "reset"  # RST, as a crashed machine or a firewall sends it
    garbage = "garbage"  # octets that are no reply
    long_line = "long_line"  # one line of 1 MB


Step = str | Fault
Behaviour = Step | Callable[[str], Step] | list[Step]

OFFERS = ("PIPELINING", "SIZE 100000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN XOAUTH2")

USUAL: Mapping[str, str] = {
    "greeting": "220 scripted.test ESMTP",
    "starttls": "220 2.0.0 go ahead",
    "login": "235 2.7.0 welcome",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "content": "250 2.0.0 queued",
    "rset": "250 2.0.0 ok",
    "quit": "221 2.0.0 bye",
}


@dataclass
class Accepted:
    """A message whose content came whole, and what was then said to it."""

    sender: str
    recipients: list[str]
    content: bytes
    answer: Step = "250"

    @property
    def taken(self) -> bool:
        """Whether the client must take it for delivered: it was told so, or was told nothing."""
        return not isinstance(self.answer, str) or self.answer.startswith("2")


@dataclass
class ScriptedSmtp:
    """The script, and what happened: `log` has (connection number, command line), `received` the whole messages."""

    replies: Mapping[str, Behaviour] = field(default_factory=dict)
    offers: tuple[str, ...] = OFFERS
    certificate: Certificate | None = None
    tls_first: bool = False
    content_limit: int | None = None  # do `early` after this many octets of content
    early: Step = Fault.reset
    log: list[tuple[int, str]] = field(default_factory=list)
    received: list[Accepted] = field(default_factory=list)
    pace: float = 0.3  # seconds that Fault.late takes
    on_taken: Callable[[bytes], None] = lambda content: None  # hears of each message that is taken
    gate: threading.Event = field(default_factory=threading.Event)
    connections: int = 0
    open_connections: int = 0
    port: int = 0
    _uses: dict[str, int] = field(default_factory=dict)

    @property
    def commands(self) -> list[str]:
        """The first word of every command, of all connections, in order."""
        return [line.split(" ", 1)[0].upper() for _, line in self.log]

    def taken(self) -> Counter[str]:
        """How many messages each address was, or may have been, given."""
        addresses = (to for message in list(self.received) if message.taken for to in message.recipients)
        return Counter(to.partition("<")[2].partition(">")[0] for to in addresses)

    @contextlib.contextmanager
    def in_thread(self) -> Iterator[ScriptedSmtp]:
        """As `running`, in a thread of its own, for tests that are not asynchronous."""
        ready: queue.SimpleQueue[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = queue.SimpleQueue()

        async def serve() -> None:
            over = asyncio.Event()
            async with self.running():
                ready.put((asyncio.get_running_loop(), over))
                await over.wait()
            await asyncio.sleep(0.1)  # for dialogues to end

        thread = threading.Thread(target=asyncio.run, args=[serve()], daemon=True)
        thread.start()
        loop, over = ready.get(timeout=60)
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join(10)

    def hang_up_on_all(self) -> None:
        """End every connection, so that the next one sees a changed script. From any thread."""
        for writer in list(self._writers):
            self._loop.call_soon_threadsafe(writer.transport.abort)

    def next_step(self, stage: str, argument: str = "") -> Step:
        behaviour = self.replies.get(stage, USUAL.get(stage, "250 ok"))
        if callable(behaviour):
            return behaviour(argument)
        if isinstance(behaviour, list):
            number = self._uses.get(stage, 0)
            self._uses[stage] = number + 1
            return behaviour[min(number, len(behaviour) - 1)]
        return behaviour

    def context(self) -> ssl.SSLContext | None:
        if self.certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate.certificate, self.certificate.key)
        return context

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[ScriptedSmtp]:
        """Serve on a free loopback port until the end of the block."""
        tls = self.context() if self.tls_first else None
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**26, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        self._writers: set[asyncio.StreamWriter] = set()
        self._stopping = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        try:
            yield self
        finally:
            server.close()
            for writer in list(self._writers):
                writer.transport.abort()
            self._stopping.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        self.open_connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await _Dialogue(self, self.connections, reader, writer).run()
        finally:
            self.open_connections -= 1
            self._writers.discard(writer)
            writer.close()


class _Dialogue:
    def __init__(self, script: ScriptedSmtp, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.script, self.number, self.reader, self.writer = script, number, reader, writer
        self.sender, self.recipients = "", list[str]()

    async def run(self) -> None:
        alive = await self.do("greeting")
        while alive:
            line = (await self.reader.readuntil(b"\n")).decode("utf-8", "replace").strip()
            self.script.log.append((self.number, line))
            alive = await self.answer(line)

    async def answer(self, line: str) -> bool:
        verb, _, argument = line.partition(" ")
        verb = verb.upper()
        if verb in ("EHLO", "HELO"):
            return await self.ehlo(verb)
        if verb == "STARTTLS":
            return await self.starttls()
        if verb == "AUTH":
            return await self.auth(argument)
        if verb == "MAIL":
            self.sender, self.recipients = argument, []
        if verb == "RCPT":
            return await self.rcpt(argument)
        if verb == "DATA" and not self.recipients and "data" not in self.script.replies:
            return await self.say("554 5.5.1 no valid recipients")
        if verb == "DATA":
            return await self.data()
        alive = await self.do(verb.lower(), argument)
        return alive and verb != "QUIT"

    async def ehlo(self, verb: str) -> bool:
        if "ehlo" in self.script.replies and verb == "EHLO":
            return await self.do("ehlo")
        lines = ["scripted.test", *self.script.offers] if verb == "EHLO" else ["scripted.test"]
        return await self.say("\r\n".join(f"250{'-' if n < len(lines) - 1 else ' '}{t}" for n, t in enumerate(lines)))

    async def starttls(self) -> bool:
        if not await self.do("starttls"):
            return False
        context = self.script.context()
        if context is not None:
            await self.writer.start_tls(context)
        return True

    async def auth(self, argument: str) -> bool:
        if argument.upper().startswith("LOGIN"):
            await self.say("334 UGFzc3dvcmQ6")
            await self.reader.readuntil(b"\n")
        if argument.upper() == "CRAM-MD5":
            await self.say("334 PDFAc2NyaXB0ZWQudGVzdD4=")
            await self.reader.readuntil(b"\n")
        return await self.do("login", argument)

    async def rcpt(self, argument: str) -> bool:
        step = self.script.next_step("rcpt", argument)
        if not (isinstance(step, str) and step[:1] in "45"):
            self.recipients.append(argument)
        return await self.perform(step)

    async def data(self) -> bool:
        step = self.script.next_step("data", next(iter(self.recipients), ""))
        if not await self.perform(step):
            return False
        if not (isinstance(step, str) and step.startswith("354")):
            return True
        if self.script.content_limit is not None:
            await self.reader.readexactly(self.script.content_limit)
            if not await self.perform(self.script.early):
                return False
            await self.reader.readuntil(b"\r\n.\r\n")
            return True
        content = await self.reader.readuntil(b"\r\n.\r\n")
        answer = self.script.next_step("content", next(iter(self.recipients), ""))
        self.script.received.append(Accepted(self.sender, self.recipients, content[: -len(b".\r\n")], answer))
        if self.script.received[-1].taken:
            self.script.on_taken(content[: -len(b".\r\n")])
        return await self.perform(answer)

    async def do(self, stage: str, argument: str = "") -> bool:
        return await self.perform(self.script.next_step(stage, argument))

    async def perform(self, step: Step) -> bool:
        """Do one step; give whether the connection goes on."""
        if isinstance(step, str):
            return await self.say(step) and not step.startswith("421")
        if step is Fault.silence:
            while await self.reader.read(65536):
                pass
        elif step is Fault.stuck:
            cast(asyncio.Transport, self.writer.transport).pause_reading()
            await self.script._stopping.wait()
        elif step is Fault.late:
            await asyncio.sleep(self.script.pace)
            return await self.say("250 late")
        elif step is Fault.wait:
            while not self.script.gate.is_set():
                if self.script._stopping.is_set():
                    return False
                await asyncio.sleep(0.02)
            return await self.say("250 at last")
        elif step is Fault.garbage:
            return await self.say("\x00\x01 what is this?")
        elif step is Fault.long_line:
            return await self.say("250 " + "x" * 1_000_000)
        elif step is Fault.reset:
            reset(self.writer)
        return False

    async def say(self, text: str) -> bool:
        self.writer.write(text.encode("utf-8", "surrogateescape") + b"\r\n")
        await self.writer.drain()
        return True


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST instead of FIN."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()

"""An SMTP server that never forgets what it took, and does with the sender's copy what mail services do with it.

It runs as a process of its own (`running_filing_smtp`), waits a random moment at each step, and sometimes drops a
connection. What it took stands in its record, one JSON object a line, before it says 250; a message is taken even
where the client has died by then. The copy goes into the Sent folder of a real IMAP server, or by LMTP into the
owner's Inbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import imaplib
import json
import os
import random
import re
import signal
import smtplib
import socket
import sys
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.servers.process import free_port, listens, start, stop, wait_for

CHECKOUT = Path(__file__).parents[2]
OFFERS = ("SIZE 50000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN")
LINE_ENDS_DATA = b"\r\n.\r\n"
LONGEST = 2**26


@dataclass(frozen=True)
class Habits:
    """What the server does. Times in seconds.

    `files`: whether a copy of each message comes into Sent; `late`: how long after it was taken at most (0: while it
    is being taken). A recipient that is `owner` gets the message into the Inbox, no later than that either.
    `rewrites`: Message-ID becomes another one, in the copy too. `drops`: the share of messages after whose final dot it
    hangs up instead of answering, half of them having taken the message; never at the first. `pace`: how long a step
    takes in the mean.
    """

    owner: str
    password: str
    record: str
    imap_port: int
    lmtp_port: int
    port: int = 0
    files: bool = True
    late: float = 0.0
    rewrites: bool = False
    drops: float = 0.0
    pace: float = 0.02
    seed: int = 0
    bell: str = ""  # a datagram socket that hears of each step, as soon as it is done


class Record:
    """The file that says what happened, for who counts it afterwards."""

    def __init__(self, habits: Habits) -> None:
        self._file = os.open(habits.record, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._bell.setblocking(False)
        self._address = habits.bell

    def write(self, what: str, token: str, **more: Any) -> None:
        line = json.dumps({"what": what, "token": token, "at": time.time(), **more}) + "\n"
        os.write(self._file, line.encode())
        if self._address:
            with contextlib.suppress(OSError):  # nobody listens just now
                self._bell.sendto(what.encode(), self._address)


class Copies:
    """Puts the owner's copies where they belong, one after another."""

    def __init__(self, habits: Habits) -> None:
        self._habits = habits
        self._worker = ThreadPoolExecutor(1)
        self._imap: imaplib.IMAP4 | None = None
        self._lmtp: smtplib.LMTP | None = None

    async def file(self, content: bytes) -> None:
        await asyncio.get_running_loop().run_in_executor(self._worker, self._append, content)

    async def deliver(self, content: bytes) -> None:
        await asyncio.get_running_loop().run_in_executor(self._worker, self._hand_in, content)

    def _append(self, content: bytes) -> None:
        if self._imap is None:
            self._imap = imaplib.IMAP4("127.0.0.1", self._habits.imap_port, timeout=30)
            self._imap.login(self._habits.owner, self._habits.password)
        assert self._imap.append("Sent", "\\Seen", "", content)[0] == "OK"

    def _hand_in(self, content: bytes) -> None:
        if self._lmtp is None:
            self._lmtp = smtplib.LMTP("127.0.0.1", self._habits.lmtp_port, timeout=30)
        self._lmtp.sendmail(self._habits.owner, [self._habits.owner], content)


class Dropped(Exception):
    """The server hangs up."""


def headers_of(content: bytes) -> bytes:
    return content.partition(b"\r\n\r\n")[0]


def header(content: bytes, name: str) -> str:
    """One header's value; "" where there is none."""
    found = re.search(rb"(?mi)^" + name.encode() + rb":[ \t]*(.*(?:\r\n[ \t].*)*)", headers_of(content))
    return found[1].decode("ascii", "replace").strip() if found else ""


def unstuffed(wire: bytes) -> bytes:
    """The content without its end, and without the dots that crossing the wire added (RFC 5321 section 4.5.2)."""
    content = wire[: -len(LINE_ENDS_DATA)] + b"\r\n"
    return (b"\r\n" + content).replace(b"\r\n..", b"\r\n.")[2:]


class Server:
    """What all conversations share."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.record = Record(habits)
        self.copies = Copies(habits)
        self.chance = random.Random(habits.seed)
        self.messages = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = iter(range(1, 10**9))

    async def pause(self, factor: float = 1.0) -> None:
        mean = self.habits.pace * factor
        await asyncio.sleep(min(self.chance.expovariate(1 / mean), 5 * mean))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(Dropped, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await Conversation(self, reader, writer).run()
        if writer.transport is not None:
            writer.transport.abort() if self.chance.random() < 0.5 else writer.close()

    def take(self, recipients: list[str], content: bytes) -> str:
        """From here on the message is the server's; gives its X-Breadcrumb-ID."""
        token = header(content, "X-Breadcrumb-ID")
        for recipient in recipients:
            self.record.write("taken", token, to=recipient)
        if self.habits.rewrites:
            content = self._rewritten(content)
        self._later(self._copy(token, recipients, content))
        return token

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _rewritten(self, content: bytes) -> bytes:
        fresh = b"Message-ID: <%d.%d@service.test>" % (next(self._numbers), time.time_ns())
        return re.sub(rb"(?mi)^Message-ID:.*(?:\r\n[ \t].*)*", fresh, content, count=1)

    async def _copy(self, token: str, recipients: list[str], content: bytes) -> None:
        if self.habits.late:
            await asyncio.sleep(self.chance.uniform(self.habits.late / 3, self.habits.late))
        if self.habits.files:
            await self.copies.file(content)
            self.record.write("filed", token)
        if self.habits.owner in recipients:
            await self.copies.deliver(content)
            self.record.write("copied", token)


class Conversation:
    """One connection."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._recipients: list[str] = []
        self._end = ""

    async def run(self) -> None:
        await self._say("220 filing.test ESMTP")
        while line := (await self._reader.readline()).strip():
            verb, _, rest = line.decode("utf-8", "replace").partition(" ")
            match verb.upper():
                case "EHLO":
                    offers = ("filing.test", *OFFERS)
                    lines = [f"250{'-' if n < len(offers) - 1 else ' '}{offer}" for n, offer in enumerate(offers)]
                    await self._say("\r\n".join(lines))
                case "AUTH":
                    await self._say("235 2.7.0 welcome")
                case "MAIL":
                    self._begin()
                    await self._say("250 2.1.0 ok")
                case "RCPT":
                    self._recipients.append(rest[rest.find("<") + 1 : rest.find(">")])
                    await self._say("250 2.1.5 ok")
                case "DATA":
                    await self._content()
                case "QUIT":
                    await self._say("221 2.0.0 bye")
                    return
                case _:
                    await self._say("250 2.0.0 ok")

    def _begin(self) -> None:
        """Where this message's conversation is to end, if the server is to hang up."""
        chance = self._server.chance
        self._server.record.write("begun", "")
        self._recipients = []
        drops = self._server.messages > 0 and chance.random() < self._server.habits.drops
        self._server.messages += 1
        self._end = chance.choice(("dot", "taken")) if drops else ""

    async def _say(self, text: str) -> None:
        await self._server.pause()
        self._writer.write(text.encode() + b"\r\n")
        await self._writer.drain()

    def _ends_at(self, point: str) -> None:
        if self._end == point:
            raise Dropped

    async def _content(self) -> None:
        """The content, and the moments around the final dot."""
        await self._say("354 go on")
        content = unstuffed(await self._reader.readuntil(LINE_ENDS_DATA))
        digest = hashlib.sha256(content).hexdigest()
        self._server.record.write("dot", header(content, "X-Breadcrumb-ID"), digest=digest)
        await self._server.pause(2)
        self._ends_at("dot")
        token = self._server.take(self._recipients, content)
        await self._server.pause(2)
        self._ends_at("taken")
        self._writer.write(b"250 2.0.0 taken\r\n")
        await self._writer.drain()
        self._server.record.write("answered", token)


class FilingSmtp:
    """The running server, seen from outside."""

    def __init__(self, habits: Habits) -> None:
        self.habits, self.port = habits, habits.port

    def events(self) -> list[dict[str, Any]]:
        """Its record, each with `token` and `at`: `begun` (MAIL came; no token yet), `dot` (the content came whole; its
        SHA-256 is `digest`), `taken` (once for each recipient, `to`), `answered` (250 was said), `filed` and `copied`
        (the owner's copies)."""
        file = Path(self.habits.record)
        whole = file.read_text().rpartition("\n")[0] if file.exists() else ""  # the last line may be half written
        return [json.loads(line) for line in whole.splitlines()]


@contextlib.contextmanager
def running_filing_smtp(habits: Habits, log: Path) -> Iterator[FilingSmtp]:
    """Start a server process on a free port. Raises ServerFailedError."""
    chosen = Habits(**{**asdict(habits), "port": free_port()})
    command = [sys.executable, "-m", "tests.servers.filing_smtp", json.dumps(asdict(chosen))]
    with log.open("ab") as output:
        process = start(command, log=output, environment={"PYTHONPATH": str(CHECKOUT), "PATH": os.defpath})
        try:
            wait_for(lambda: listens(chosen.port), process, log)
            yield FilingSmtp(chosen)
        finally:
            stop(process, signal.SIGTERM)


async def _main(habits: Habits) -> None:
    server = await asyncio.start_server(Server(habits).serve, "127.0.0.1", habits.port, limit=LONGEST)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(Habits(**json.loads(sys.argv[1]))))

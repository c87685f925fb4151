"""An IMAP server that misbehaves as told: for what Dovecot can't be made to do.

A small honest server (one user, folders in memory) whose every command can be replaced: `on["FETCH"] = [misdeed, None]`
does the misdeed the first time and answers honestly from then on. A misdeed gets the session, the tag and the
arguments; it returns True where the connection goes on.
"""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.servers.certificates import Certificate

Misdeed = Callable[["Session", str, str], bool]

CAPABILITIES = "IMAP4rev1 AUTH=PLAIN IDLE SPECIAL-USE LITERAL+"
SPECIAL = {"Sent": r"\Sent", "Junk": r"\Junk", "Archive": r"\Archive"}


@dataclass
class Folder:
    """Messages by UID, in order."""

    uidvalidity: int = 1
    uidnext: int = 1
    mails: dict[int, bytes] = field(default_factory=dict)
    vanished: set[int] = field(default_factory=set)  # found by searches and gone when fetched

    def add(self, raw: bytes) -> int:
        self.mails[self.uidnext] = raw
        self.uidnext += 1
        return self.uidnext - 1


class ScriptedImap:
    """A server on a free loopback port; each connection has a thread."""

    def __init__(self, capabilities: str = CAPABILITIES, certificate: Certificate | None = None) -> None:
        self.capabilities = capabilities
        self.certificate = certificate
        self.folders = {name: Folder() for name in ("INBOX", "Sent", "Junk", "Archive")}
        self.uses = dict(SPECIAL)
        self.greeting = "* OK ready"
        self.injected = ""  # said in clear text after the answer to STARTTLS
        self.on: dict[str, list[Misdeed | None]] = {}
        self.connections = 0
        self.connected_at: list[float] = []  # by the monotonic clock
        self.log: list[str] = []
        self.stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.sessions: list[Session] = []

    @contextlib.contextmanager
    def running(self) -> Iterator[ScriptedImap]:
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            self.stopping.set()
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            for session in list(self.sessions):
                session.close()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connected_at.append(time.monotonic())
            self.connections += 1
            session = Session(self, connection)
            self.sessions.append(session)
            threading.Thread(target=session.run, daemon=True).start()

    def deliver(self, raw: bytes, folder: str = "INBOX") -> None:
        """Add a message and tell everyone who idles in that folder."""
        self.folders[folder].add(raw)
        for session in list(self.sessions):
            session.tell(folder)

    def close_all(self) -> None:
        """End every connection."""
        for session in list(self.sessions):
            session.close()

    def let_go(self) -> None:
        """End whatever misdeeds go on."""
        self.stopping.set()
        self.close_all()
        self.stopping = threading.Event()

    def rename(self, old: str, new: str, use: str = "") -> None:
        """Give a folder another name, and a special use (RFC 6154)."""
        self.folders[new] = self.folders.pop(old)
        self.uses[new] = use

    def commands(self, name: str) -> int:
        """How often a command was given."""
        return sum(1 for line in self.log if f" {name}" in f" {line.upper()}")


class Session:
    """One connection."""

    def __init__(self, server: ScriptedImap, connection: socket.socket) -> None:
        self.server, self.connection = server, connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = connection.makefile("rb")
        self.folder = ""
        self.told = 0  # messages that this client was told of
        self.idling = False

    def run(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.say(self.server.greeting)
            while line := self.stream.readline():
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                self.server.log.append(text)
                if not self.answer(text):
                    break
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()
        with contextlib.suppress(ValueError):
            self.server.sessions.remove(self)

    def reset(self) -> bool:
        """End with RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()  # or the connection stays open for it
        self.connection.close()
        return False

    def say(self, *lines: str) -> bool:
        self.raw("".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape"))
        return True

    def raw(self, octets: bytes) -> None:
        self.connection.sendall(octets)

    def tell(self, folder: str) -> None:
        if self.idling and folder == self.folder:
            self.told = len(self.server.folders[folder].mails)
            with contextlib.suppress(OSError):
                self.say(f"* {self.told} EXISTS")

    def answer(self, line: str) -> bool:
        tag, _, rest = line.partition(" ")
        words = rest.split(" ", 2)
        name = words[1].upper() if words[0].upper() == "UID" else words[0].upper()
        arguments = rest.partition(name)[2].strip() if name in rest else rest.partition(" ")[2]
        queue = self.server.on.get(name)
        misdeed = (queue.pop(0) if len(queue) > 1 else queue[0]) if queue else None
        if misdeed is not None:
            return misdeed(self, tag, arguments)
        return self.honest(name, tag, arguments)

    def honest(self, name: str, tag: str, arguments: str) -> bool:
        handler = getattr(self, f"do_{name.lower()}", None)
        if handler is None:
            return self.say(f"{tag} BAD unknown command")
        return bool(handler(tag, arguments))

    def done(self, tag: str, text: str = "done") -> bool:
        return self.say(f"{tag} OK {text}")

    # Commands

    def do_capability(self, tag: str, arguments: str) -> bool:
        self.say(f"* CAPABILITY {self.server.capabilities}")
        return self.done(tag)

    def do_authenticate(self, tag: str, arguments: str) -> bool:
        self.say("+ ")
        base64.b64decode(self.stream.readline())
        return self.done(tag)

    def do_starttls(self, tag: str, arguments: str) -> bool:
        assert self.server.certificate is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.certificate.certificate, self.server.certificate.key)
        self.raw(f"{tag} OK begin\r\n{self.server.injected}".encode())
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.stream = self.connection.makefile("rb")
        return True

    def do_login(self, tag: str, arguments: str) -> bool:
        return self.done(tag)

    def do_noop(self, tag: str, arguments: str) -> bool:
        return self.done(tag)

    def do_logout(self, tag: str, arguments: str) -> bool:
        self.say("* BYE bye", f"{tag} OK done")
        return False

    def do_list(self, tag: str, arguments: str) -> bool:
        for name in self.server.folders:
            self.say(f'* LIST ({self.server.uses.get(name, "")}) "/" "{name}"')
        return self.done(tag)

    def do_examine(self, tag: str, arguments: str) -> bool:
        folder = self.server.folders.get(arguments.strip('"'))
        if folder is None:
            return self.say(f"{tag} NO [NONEXISTENT] no such folder")
        self.folder = arguments.strip('"')
        self.told = len(folder.mails)
        self.say(f"* {self.told} EXISTS", "* 0 RECENT", r"* FLAGS (\Seen)")
        self.say(f"* OK [UIDVALIDITY {folder.uidvalidity}] ok", f"* OK [UIDNEXT {folder.uidnext}] ok")
        return self.done(tag, "[READ-ONLY] done")

    def do_status(self, tag: str, arguments: str) -> bool:
        name = arguments.split('"')[1]
        folder = self.server.folders.get(name)
        if folder is None:
            return self.say(f"{tag} NO [NONEXISTENT] no such folder")
        self.say(f'* STATUS "{name}" (UIDVALIDITY {folder.uidvalidity} UIDNEXT {folder.uidnext})')
        return self.done(tag)

    def do_search(self, tag: str, arguments: str) -> bool:
        folder = self.server.folders[self.folder]
        present = [*folder.mails, *folder.vanished]
        if found := re.match(r"UID (\d+):\*", arguments):
            first = int(found[1])
            uids = [uid for uid in present if uid >= first] or present[-1:]
        elif found := re.match(r"UID (\d+)$", arguments):
            uids = [int(found[1])] if int(found[1]) in folder.mails else []
        elif found := re.match(r'HEADER (\S+) "([^"]+)"$', arguments):
            line = re.compile(rf"^{found[1]}: {re.escape(found[2])}\r$".encode(), re.IGNORECASE | re.MULTILINE)
            uids = [uid for uid, raw in folder.mails.items() if line.search(raw)]
        else:
            uids = []
        self.say(f"* SEARCH {' '.join(map(str, uids))}".rstrip())
        return self.done(tag)

    def do_fetch(self, tag: str, arguments: str) -> bool:
        folder = self.server.folders[self.folder]
        numbers, _, what = arguments.partition(" ")
        cut = re.search(r"<0\.(\d+)>", what)
        out = bytearray()
        for sequence, uid in enumerate(map(int, numbers.split(",")), 1):
            raw = folder.mails.get(uid)
            if raw is None:
                continue
            out += f"* {sequence} FETCH (UID {uid} RFC822.SIZE {len(raw)}".encode()
            if cut:
                part = raw[: int(cut[1])]
                out += b' INTERNALDATE "23-Nov-2026 10:00:00 +0000" BODY[]<0> {%d}\r\n' % len(part) + part
            out += b")\r\n"
        self.raw(bytes(out))
        return self.done(tag)

    def do_append(self, tag: str, arguments: str) -> bool:
        size = int(arguments.rpartition("{")[2].rstrip("+}"))
        self.say("+ go on")
        self.server.folders[arguments.split('"')[1]].add(self.stream.read(size))
        self.stream.readline()
        return self.done(tag)

    def do_idle(self, tag: str, arguments: str) -> bool:
        self.idling = True
        self.say("+ idling")
        if len(self.server.folders[self.folder].mails) > self.told:  # it came since the last command
            self.tell(self.folder)
        line = self.stream.readline()
        self.idling = False
        return self.done(tag) if line.strip().upper() == b"DONE" else False


# Misdeeds


def hang_up(session: Session, tag: str, arguments: str) -> bool:
    """FIN."""
    return False


def reset(session: Session, tag: str, arguments: str) -> bool:
    """RST."""
    return session.reset()


def silence(session: Session, tag: str, arguments: str) -> bool:
    """No answer, ever."""
    session.server.stopping.wait()
    return False


def bye(session: Session, tag: str, arguments: str) -> bool:
    """An untagged BYE, and the end (RFC 9051 section 7.1.5)."""
    session.say("* BYE going down for maintenance")
    return False


def bye_while_idle(session: Session, tag: str, arguments: str) -> bool:
    """The same, some time after IDLE was taken."""
    session.say("+ idling")
    time.sleep(0.2)
    return bye(session, tag, arguments)


def garbage(session: Session, tag: str, arguments: str) -> bool:
    """Not IMAP."""
    return session.say("\x00\x01 what is this?")


def endless_line(session: Session, tag: str, arguments: str) -> bool:
    """A line without an end."""
    with contextlib.suppress(OSError):
        while not session.server.stopping.is_set():
            session.raw(b"x" * 65_536)
    return False


def flood(session: Session, tag: str, arguments: str) -> bool:
    """Untagged lines without an end."""
    with contextlib.suppress(OSError):
        while not session.server.stopping.is_set():
            session.raw(b"* 1 FETCH (FLAGS (\\Seen))\r\n" * 2000)
    return False


def no(text: str) -> Misdeed:
    """A NO with this text."""
    return lambda session, tag, arguments: session.say(f"{tag} NO {text}")


def cut_literal(session: Session, tag: str, arguments: str) -> bool:
    """A literal that ends in the middle, with the connection."""
    session.raw(b'* 1 FETCH (UID 1 RFC822.SIZE 900 INTERNALDATE "23-Nov-2026 10:00:00 +0000" BODY[]<0> {900}\r\nFrom')
    return False


def huge_literal(session: Session, tag: str, arguments: str) -> bool:
    """A literal of 4 GB, announced."""
    return session.say("* 1 FETCH (UID 1 BODY[]<0> {4294967296}")


def slow(seconds: float) -> Misdeed:
    """An honest answer, late. For commands that do nothing."""

    def answer(session: Session, tag: str, arguments: str) -> bool:
        time.sleep(seconds)
        return session.done(tag)

    return answer

"""How long after an answer's delivery its contact is `responded`, beside a bare IDLE client on the same mailbox.

    python benchmarks/latency.py [ANSWERS] [--json]

Starts Dovecot and Postfix as the tests do (Debian's packages, root), and the installed daemon. Every contact is
thanked and then answers once, some seconds apart, straight into Dovecot by LMTP. Milliseconds from the end of that
delivery.
"""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import socket
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers.mailsystem import MailSystem, running_mail_system
from tests.system.program import Program, make_program, wait_until

ANSWERS = 40
OWNER = "dana@example.com"
LIMIT = 200  # milliseconds that the daemon may take longer, in the median


class BareClient:
    """An IMAP client that does nothing but IDLE, and notes when the server tells of each new message."""

    def __init__(self, mail: MailSystem) -> None:
        self.seen: dict[int, float] = {}
        self._client = mail.dovecot.connect(OWNER)
        self.present = int(self._client.select("INBOX", readonly=True)[1][0] or b"0")
        self._client.send(b"A1 IDLE\r\n")
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while line := self._client.readline():
                if line.strip().endswith(b"EXISTS"):
                    self.seen.setdefault(int(line.split()[1]), time.monotonic())

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._client.sock.shutdown(socket.SHUT_RDWR)


def answered(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT count(*) FROM contacts WHERE responded_at IS NOT NULL").fetchone()[0])


@contextlib.contextmanager
def thanked(folder: Path, mail: MailSystem, count: int) -> Iterator[tuple[Program, list[dict[str, str]]]]:
    """A running daemon that has thanked `count` contacts, and the messages that left."""
    program = make_program(folder, mail, OWNER)
    program.config.write_text(program.config.read_text() + "first_start: send\n")
    today = datetime.now(UTC).date().isoformat()
    met = {"interactions": [{"date": today, "kind": "call", "thanks_for": "walking me through the tender"}]}
    people = mail.add_users(f"p{n:03}" for n in range(count))
    program.write_roster([{"name": f"Person {address}", "email": address} | met for address in people])
    with program.daemon() as daemon:
        sent = wait_until(lambda: everything_sent(program, count), "all are thanked", 120, every=1)
        wait_until(lambda: len(mail.mailbox(OWNER, "Sent")) >= count, "the copies are filed", 60, every=1)
        time.sleep(5)  # quiet
        yield program, sent
        daemon.stop()


def everything_sent(program: Program, count: int) -> list[dict[str, str]]:
    found: list[dict[str, str]] = program.json("outbox", "list", "--status", "sent")
    return found if len(found) == count else []


def measure(mail: MailSystem, database: sqlite3.Connection, sent: list[dict[str, str]]) -> tuple[list[float], ...]:
    bare = BareClient(mail)
    theirs, ours = [], []
    for number, message in enumerate(sent, 1):
        mail.deliver(OWNER, answer(message, number), sender=message["to"])
        delivered = time.monotonic()
        wait_until(lambda number=number: answered(database) >= number, "it is responded", 60, every=0.002)
        ours.append((time.monotonic() - delivered) * 1000)
        wait_until(
            lambda number=number: bare.seen.get(bare.present + number, 0.0), "the bare client sees it", 60, 0.002
        )
        theirs.append((bare.seen[bare.present + number] - delivered) * 1000)
        time.sleep(random.uniform(0.5, 3))
    bare.close()
    return theirs, ours


def answer(message: dict[str, str], number: int) -> bytes:
    return (
        f"From: {message['to']}\r\nTo: {OWNER}\r\nSubject: Re: {message['subject']}\r\n"
        f"Message-ID: <answer-{number}@example.org>\r\nIn-Reply-To: {message['message_id']}\r\n\r\n"
        "It was a pleasure. Call me on Friday.\r\n"
    ).encode()


def row(figures: list[float]) -> dict[str, float]:
    ordered = sorted(figures)
    return {
        "median": round(statistics.median(ordered)),
        "p90": round(ordered[int(len(ordered) * 0.9)]),
        "most": round(ordered[-1]),
    }


def main() -> None:
    """Measures and prints, as a table or with --json as an object."""
    count = next((int(word) for word in sys.argv[1:] if word.isdecimal()), ANSWERS)
    folder = Path(tempfile.mkdtemp(prefix="mailer-latency-"))
    try:
        with (
            running_mail_system() as mail,
            thanked(folder, mail, count) as (program, sent),
        ):
            path = program.json("status")["database"]["url"].removeprefix("sqlite:///")
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
                theirs, ours = measure(mail, database, sent)
    finally:
        shutil.rmtree(folder)
    later = row([mine - bare for mine, bare in zip(ours, theirs, strict=True)])
    figures = {"bare IDLE client sees it": row(theirs), "contact is responded": row(ours), "daemon later by": later}
    if "--json" in sys.argv[1:]:
        print(json.dumps({"answers": len(ours), "milliseconds": figures, "limit": LIMIT}))
        return
    print(f"{'median':>8} {'p90':>8} {'most':>8}   milliseconds after delivery, {len(ours)} answers")
    for name, each in figures.items():
        print(f"{each['median']:8} {each['p90']:8} {each['most']:8}   {name}")
    print(f"{LIMIT:8} {'':17}   the most that the median of the last line may be")


if __name__ == "__main__":
    main()

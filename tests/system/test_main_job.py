"""The main job, end to end: the installed program, Dovecot, Postfix, and both databases; 201 real mailboxes.

An interaction is logged and its thank-you arrives; the month's update goes to everyone met; an answer comes in and the
contact is marked responded; the daemon is stopped, killed and started again meanwhile, and nobody gets anything twice.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.servers.mailsystem import MailSystem
from tests.system.program import Daemon, Program, make_program, wait_until

pytestmark = pytest.mark.servers

PEOPLE, THANKED, ANSWERING = 200, 20, 5
SESSIONS = 10  # of the daemon with the mail server: at most so many messages are on their way at once
ALMOST_AT_ONCE = 90.0
"""Seconds from delivery to `responded`, on however busy a machine: without IDLE it is minutes. On one of its own it is
less than one (benchmarks/latency.py)."""

FIRST_START = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday; the December edition and its preview are to come
PREVIEW_DAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
EDITION_DUE = datetime(2026, 12, 1, 9, tzinfo=UTC)  # the first business day of December, at the usual hour
JUST_BEFORE = datetime(2026, 12, 1, 8, 59, 58, tzinfo=UTC)


class World:
    """The owner, their contacts, and the mailboxes of all of them."""

    def __init__(self, folder: Path, mail: MailSystem, prefix: str, database: str, *, thanked: int = THANKED) -> None:
        self.mail, self.owner = mail, f"dana-{prefix}@example.com"
        self.program = make_program(folder, mail, self.owner, database=database)
        self.names = [f"{prefix.capitalize()}{n:03} Example" for n in range(PEOPLE)]
        self.people = mail.add_users(f"{prefix}{n:03}" for n in range(PEOPLE))
        # those who are not to be thanked are met already, so that the update goes to everybody
        met = {"interactions": [{"date": "2026-10-06", "kind": "call", "about": "cranes", "thank_you": False}]}
        self.program.write_roster(
            [
                {"name": name, "email": address} | (met if n >= thanked else {})
                for n, (name, address) in enumerate(zip(self.names, self.people, strict=True))
            ]
        )

    def mailboxes(self) -> list[list[EmailMessage]]:
        """What lies in each contact's Inbox, in the order of the roster, read over IMAP."""
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(self.inbox, self.people))

    def inbox(self, address: str, folder: str = "INBOX") -> list[EmailMessage]:
        return [parsed(raw) for raw in self.mail.mailbox(address, folder)]

    def taken_by_postfix(self) -> int:
        """How many recipients of the owner's mail Postfix has delivered to."""
        text = self.mail.postfix.log.read_text(errors="replace")
        return sum("status=sent" in line and self.owner not in line for line in text.splitlines())

    def statuses(self) -> Counter[str]:
        """How many updates are in each state, by `mailer outbox list`."""
        return Counter(message["status"] for message in self.program.outbox("--kind", "update"))

    def copies(self) -> Counter[str]:
        """The Message-IDs in the owner's Sent folder, with how often each is there."""
        return Counter(str(message["Message-ID"]) for message in self.inbox(self.owner, "Sent"))

    def wait_for_copies(self) -> None:
        """Until there is a copy of every letter that was sent; previews for the owner have none."""
        sent = {m["message_id"] for m in self.program.outbox("--status", "sent") if m["kind"] != "preview"}
        wait_until(lambda: sent <= self.copies().keys(), "there is a copy of each", every=1.0)

    def on_their_way(self) -> Counter[str]:
        """How many updates are in each state, by the database of a daemon that is halted."""
        (file,) = self.program.folder.rglob("mailer.sqlite3")
        with contextlib.closing(sqlite3.connect(file)) as connection:
            return Counter(
                status for (status,) in connection.execute("SELECT status FROM messages WHERE kind = 'update'")
            )


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def text_of(message: EmailMessage) -> str:
    """The plain text as it was before it was wrapped (format=flowed, RFC 3676 section 4.1)."""
    part = message.get_body(("plain",))
    assert part is not None
    lines = str(part.get_content()).splitlines()
    return "".join(line if line.endswith(" ") and line != "-- " else line + "\n" for line in lines)


@pytest.fixture
def world(tmp_path: Path, mail_system: MailSystem, database_url: str) -> Iterator[World]:
    yield World(tmp_path, mail_system, "lite" if database_url.startswith("sqlite") else "post", database_url)


def test_the_main_job_runs_on_real_servers(world: World) -> None:
    program = world.program
    program.set_clock(FIRST_START)
    with program.daemon() as daemon:
        log_interactions(world)
        thanked = [wait_for_one(world, address) for address in world.people[:THANKED]]
        for n, message in enumerate(thanked):
            is_the_thank_you(world, n, message)
        answer_and_be_seen(world, thanked[:ANSWERING])
        daemon.stop()

    approve_the_first_edition(world)
    leave_with_a_restart_in_the_middle(world)

    boxes = world.mailboxes()
    for n, box in enumerate(boxes):
        updates = [message for message in box if message["List-Unsubscribe"]]
        assert (len(updates), len(box)) == (1, 2 if n < THANKED else 1), world.names[n]
        is_the_update(world, n, updates[0])
    everything = [str(message["Message-ID"]) for box in boxes for message in box]
    copies = world.copies()
    assert {message_id: copies[message_id] for message_id in everything} == dict.fromkeys(everything, 1)


def log_interactions(world: World) -> None:
    def log(n: int) -> None:
        done = world.program.json(
            "log", world.names[n], "--kind", "meeting", "--thanks-for", f"walking me through tender {n:03}"
        )
        assert done["message"]["status"] == "queued"

    with ThreadPoolExecutor(2) as pool:  # two commands and the daemon at once: they share the database
        list(pool.map(log, range(THANKED)))


def wait_for_one(world: World, address: str) -> EmailMessage:
    world.mail.wait_for_mail(address)
    (message,) = world.inbox(address)
    return message


def is_the_thank_you(world: World, n: int, message: EmailMessage) -> None:
    """Addressed to the one, about what was logged with them, with the owner's contact information and card."""
    text = text_of(message)
    assert message["To"].addresses[0].addr_spec == world.people[n]
    assert text.startswith(f"Hi {world.names[n].split()[0]},")
    for words in (f"walking me through tender {n:03}", "a head of platform role"):
        assert words in text
    for line in ("Dana Reyes", "+1 312 555 0100", world.owner, "https://dana.example"):
        assert line in text.split("\n-- \n")[1]
    (card,) = message.iter_attachments()
    assert card.get_content_type() == "text/vcard"
    assert str(card.get_filename()).endswith(".vcf")
    assert "FN:Dana Reyes" in card.get_content()


def answer_and_be_seen(world: World, thanked: Sequence[EmailMessage]) -> None:
    """Five write back through Postfix; once their mails lie in the owner's Inbox, they are soon learnt."""
    before = len(world.inbox(world.owner))
    for n, message in enumerate(thanked):
        answer = EmailMessage()
        answer["From"], answer["To"] = f"{world.names[n]} <{world.people[n]}>", world.owner
        answer["Subject"], answer["In-Reply-To"] = f"Re: {message['Subject']}", message["Message-ID"]
        answer["Message-ID"] = f"<answer-{n}.{world.people[n]}>"
        answer.set_content("It was a pleasure. Call me on Friday.\n")
        world.mail.submit(world.people[n], answer.as_bytes(), [world.owner])
    world.mail.wait_for_mail(world.owner, before + len(thanked))
    wanted = set(world.people[: len(thanked)])
    wait_until(lambda: world.program.people("responded") == wanted, "they are responded", ALMOST_AT_ONCE)
    listed = world.program.json("contacts", "list")
    assert {contact["email"] for contact in listed if contact["status"] == "responded"} == wanted


def approve_the_first_edition(world: World) -> None:
    """Two days ahead the owner gets a preview; nothing is written or leaves before they say yes, nor before its day."""
    program = world.program
    program.set_clock(PREVIEW_DAY)
    with program.daemon(connected=False) as daemon:
        wait_until(lambda: any(edition["status"] == "waiting" for edition in editions(program)), "it waits")
        preview = wait_until(lambda: [m for m in world.inbox(world.owner) if m["From"] == m["To"]], "the preview")[0]
        assert f"mailer update approve {EDITION_DUE:%Y-%m}" in text_of(preview)
        assert program.json("update", "approve")["status"] == "approved"
        daemon.stop()
    assert not world.statuses()


def editions(program: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program.look("update", "status")
    return found


def leave_with_a_restart_in_the_middle(world: World) -> None:
    world.program.set_clock(JUST_BEFORE)
    world.program.change_config("per_minute: 10000", "per_minute: 100")  # there is a minute to stop it in
    before = world.taken_by_postfix()
    with world.program.daemon(connected=False) as daemon:
        begin(world, before)
        daemon.stop()
    world.program.change_config("per_minute: 100,", "per_minute: 10000,")
    seen = Counter(message["status"] for message in world.program.json("outbox", "list", "--kind", "update"))
    assert seen["sent"] > 0, "it was stopped before anything had left, so this proves nothing"
    assert seen["queued"] > 0, "all had left when it was stopped, so this proves nothing"
    assert seen["sent"] + seen["queued"] == PEOPLE, seen
    with world.program.daemon() as daemon:
        wait_until(lambda: world.taken_by_postfix() >= before + PEOPLE, "Postfix has delivered them all", 300)
        wait_until(lambda: world.statuses()["sent"] == PEOPLE, "that is on record")
        (edition,) = [e for e in editions(world.program) if e["edition"] == f"{EDITION_DUE:%Y-%m}"]
        assert edition["started_at"] >= f"{EDITION_DUE:%Y-%m-%dT%H:%M:%SZ}"
        world.wait_for_copies()
        daemon.stop()


def begin(world: World, before: int) -> None:
    wait_until(lambda: world.taken_by_postfix() >= before + 15, "the first updates arrive", every=0.01)


def is_the_update(world: World, n: int, message: EmailMessage) -> None:
    text = text_of(message)
    assert message["To"].addresses[0].addr_spec == world.people[n]
    assert text.startswith(f"Hi {world.names[n].split()[0]},")
    assert "Acme Freight" in text
    assert "List-Unsubscribe-Post" not in message
    assert not any(f"tender {other:03}" in text for other in range(THANKED) if other != n), (
        "somebody else's interaction"
    )


def test_a_killed_daemon_sends_nobody_twice_and_accounts_for_everybody(tmp_path: Path, mail_system: MailSystem) -> None:
    world = World(tmp_path, mail_system, "kill", "sqlite", thanked=0)
    program = world.program
    program.set_clock(FIRST_START)
    with program.daemon(connected=False) as daemon:
        daemon.stop()
    approve_the_first_edition(world)
    program.set_clock(JUST_BEFORE)
    before = world.taken_by_postfix()
    with program.daemon(connected=False) as daemon:
        begin(world, before)
        kill_with_mails_on_their_way(world, daemon)
    assert "the daemon does not answer" in program.problems()["daemon"]
    with program.daemon() as daemon:
        wait_until(lambda: world.taken_by_postfix() >= before + PEOPLE - SESSIONS, "Postfix has delivered them", 300)
        wait_until(lambda: not world.statuses().keys() - {"sent", "uncertain"}, "all left that could")
        seen = program.json("outbox", "list", "--kind", "update")
        sure = {m["to"] for m in seen if m["status"] == "sent"}
        unsure = {m["to"] for m in seen if m["status"] == "uncertain"}
        assert len(sure) + len(unsure) == PEOPLE
        assert 0 < len(unsure) <= SESSIONS
        assert len([p for p in program.json("status")["problems"] if p["key"] == "message.uncertain"]) == len(unsure)
        boxes = dict(zip(world.people, world.mailboxes(), strict=True))
        assert {address for address, box in boxes.items() if len(box) > 1} == set()
        assert {address for address, box in boxes.items() if not box} <= unsure
        world.wait_for_copies()
        assert max(world.copies().values()) == 1
        daemon.stop()


def kill_with_mails_on_their_way(world: World, daemon: Daemon) -> None:
    """End it as a crash would; it is halted before, to see whether anything is just on its way."""
    state = Path(f"/proc/{daemon.process.pid}/stat")  # proc(5)
    while True:
        daemon.process.send_signal(signal.SIGSTOP)
        wait_until(lambda: state.read_text().rpartition(") ")[2].startswith("T"), "it is halted", every=0.001)
        seen = world.on_their_way()
        assert seen["queued"], "all had left before it was killed, so this proves nothing"
        if seen["sending"]:
            return daemon.kill()
        daemon.process.send_signal(signal.SIGCONT)
        time.sleep(0.005)

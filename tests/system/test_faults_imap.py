"""Everything an IMAP server can do to a running daemon: every answer is learnt once, `mailer status` says in a sentence
what is wrong while it is, and memory stays bounded."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.servers import scripted_imap as imap
from tests.servers.scripted_imap import Misdeed, ScriptedImap
from tests.servers.scripted_smtp import ScriptedSmtp
from tests.system.program import Daemon, wait_until
from tests.system.trial import OWNER, Trial, accounted, between, resident

MEGABYTE = 2**20
MANY = 10_000  # new messages at once; benchmarks/flood.py has ten times as many
GROWTH = 64 * MEGABYTE  # of the daemon, at most, whatever a server sends


@contextlib.contextmanager
def trial_with(
    folder: Path, server: ScriptedImap, people: int, *, hurried: float = 0, **options: Any
) -> Iterator[tuple[Trial, Daemon]]:
    """A running program that has thanked `people` and watches a scripted mailbox. `hurried`: how many seconds it waits
    for that, where not as long as it waited for the server that took the mail."""
    script = ScriptedSmtp()
    with between(folder, script, server, **options) as trial:
        trial.met(people)
        if hurried:
            with trial.daemon(connected=False) as daemon:
                trial.wait_for_counts(sent=people)
                daemon.stop()
            trial.environ["MAILER_PATIENCE"] = str(hurried)
        with trial.daemon(connected=False) as daemon:
            trial.wait_for_counts(sent=people)
            yield trial, daemon
            assert trial.counts() == {"sent": people}
            daemon.stop()
            accounted(trial, script)


def answer(trial: Trial, n: int, text: str = "Call me on Friday.") -> bytes:
    """What the n-th contact writes back."""
    thanked = trial.outbox()[n]
    reply = EmailMessage()
    reply["From"], reply["To"] = f"Person {n:03} <{trial.people[n]}>", OWNER
    reply["Subject"], reply["In-Reply-To"] = f"Re: {thanked['subject']}", thanked["message_id"]
    reply["Message-ID"] = f"<answer-{n}@example.org>"
    reply.set_content(text + "\n")
    return reply.as_bytes().replace(b"\n", b"\r\n")


def learnt(trial: Trial) -> list[str]:
    """From whom answers are on record, each as often as it is."""
    return sorted(reply["from"] for reply in trial.look("replies", "list"))


def wait_for_answers(trial: Trial, count: int, patience: float = 90.0) -> None:
    """Until the first `count` contacts' answers are on record, each once."""
    wait_until(lambda: len(learnt(trial)) >= count, f"{count} answers, not {learnt(trial)}", patience)
    assert learnt(trial) == sorted(trial.people[:count])


# Connections that break: one after the other, each while an answer waits to be read


@dataclass(frozen=True)
class Break:
    """Whenever the server hears `command`, it does `misdeed`; status has `words`."""

    name: str
    command: str
    misdeed: Misdeed
    words: str

    def __str__(self) -> str:
        return self.name


HUNG_UP = "the server closed the connection"
BREAKS = (
    Break("disconnect-in-IDLE", "IDLE", imap.hang_up, HUNG_UP),
    Break("reset-in-IDLE", "IDLE", imap.reset, "Connection reset by peer"),
    Break("BYE-in-IDLE", "IDLE", imap.bye_while_idle, "going down for maintenance"),
    Break("BYE-to-IDLE", "IDLE", imap.bye, "going down for maintenance"),
    Break("disconnect-in-a-literal", "FETCH", imap.cut_literal, HUNG_UP),
    Break("untagged-flood", "SEARCH", imap.flood, "takes too long to answer"),
    Break("line-without-end", "SEARCH", imap.endless_line, "without end"),
    Break("huge-literal", "FETCH", imap.huge_literal, "announces 4294967296 octets"),
    Break("garbage", "SEARCH", imap.garbage, "unexpected response"),
    Break("silence", "SEARCH", imap.silence, "stopped answering"),
    Break("login-refused", "AUTHENTICATE", imap.no("[AUTHENTICATIONFAILED] wrong"), "refuses the sign-in"),
    Break("login-unavailable", "AUTHENTICATE", imap.no("[UNAVAILABLE] later"), "takes no sign-in now"),
    Break("no-inbox", "EXAMINE", imap.no("[NOPERM] not for you"), "the mailbox server refused"),
)


def first_breaks(folder: Path) -> dict[str, str]:
    return breaks(folder, BREAKS[::2])


def other_breaks(folder: Path) -> dict[str, str]:
    return breaks(folder, BREAKS[1::2])


def breaks(folder: Path, faults: Sequence[Break]) -> dict[str, str]:
    server, seen = ScriptedImap(), {}
    with trial_with(folder, server, len(faults), hurried=1.0) as (trial, daemon):
        before = resident(daemon.process.pid)
        for n, fault in enumerate(faults):
            server.on = {fault.command: [fault.misdeed]}
            server.deliver(answer(trial, n))
            if fault.command in ("AUTHENTICATE", "EXAMINE"):
                server.close_all()  # the next connection hears it
            seen[str(fault)] = trial.wait_for_problem("imap.unreachable", fault.words)
            server.on = {}
            server.let_go()
            wait_for_answers(trial, n + 1)
            trial.wait_for_peace()
        seen["growth"] = str(resident(daemon.process.pid) - before)
    return seen


# Folders that change under the reader


def folders(folder: Path) -> dict[str, Any]:
    """UIDVALIDITY changes; messages vanish between search and fetch; a folder is renamed, another one is gone."""
    server, seen = ScriptedImap(), dict[str, Any]()
    with trial_with(folder, server, 6) as (trial, daemon):
        inbox = server.folders["INBOX"]
        server.deliver(answer(trial, 0))
        wait_for_answers(trial, 1)
        old = list(inbox.mails.values())
        inbox.mails.clear()
        inbox.uidvalidity, inbox.uidnext = 2, 1
        for raw in (*old, answer(trial, 1)):
            inbox.add(raw)
        server.close_all()
        wait_for_answers(trial, 2)
        seen["validity"] = learnt(trial)

        inbox.vanished.update({inbox.uidnext, inbox.uidnext + 1})
        inbox.uidnext += 2
        server.deliver(answer(trial, 2))
        wait_for_answers(trial, 3)
        trial.wait_for_peace()
        seen["vanished"] = learnt(trial)

        server.rename("Archive", "All of it", r"\Archive")
        server.deliver(answer(trial, 3), "All of it")
        daemon.hangup()
        wait_for_answers(trial, 4)
        wait_until(lambda: "All of it" in trial.look("status")["mailbox"]["folders"].values(), "its new name is known")
        trial.wait_for_peace()
        seen["renamed"] = trial.problems()

        server.on = {
            "STATUS": [imap.no("[NONEXISTENT] no such folder")],
            "EXAMINE": [except_inbox("[NONEXISTENT] gone")],
        }
        daemon.hangup()
        seen["gone"] = trial.wait_for_problem("imap.folder.junk")
        server.deliver(answer(trial, 4))
        wait_for_answers(trial, 5)
        server.on = {}
        daemon.hangup()
        trial.wait_for_peace()
        server.deliver(answer(trial, 5), "Junk")
        daemon.hangup()
        wait_for_answers(trial, 6)
    return seen


def except_inbox(text: str) -> Misdeed:
    """NO, but for the Inbox."""

    def answer(session: imap.Session, tag: str, arguments: str) -> bool:
        if "INBOX" in arguments:
            return session.honest("EXAMINE", tag, arguments)
        return session.say(f"{tag} NO {text}")

    return answer


# Much at once


def floods_of_mail(folder: Path) -> dict[str, Any]:
    """A message of 50 MB, then very many new ones at once; an answer comes with each."""
    server, seen = ScriptedImap(), dict[str, Any]()
    with trial_with(folder, server, 2, patience=60) as (trial, daemon):
        wait_until(lambda: trial.look("status")["mailbox"]["connected"], "the mailbox is watched")
        before = resident(daemon.process.pid)
        large = answer(trial, 0)
        server.deliver(large + b"x" * 76 + (b"\r\n" + b"y" * 76) * (50 * MEGABYTE // 78))
        wait_for_answers(trial, 1)
        seen["large"] = resident(daemon.process.pid) - before
        server.folders["INBOX"].mails.clear()

        inbox = server.folders["INBOX"]
        for n in range(MANY):
            inbox.add(NEWS % (n, n))
        began = time.monotonic()
        server.deliver(answer(trial, 1))
        most = before
        while len(learnt(trial)) < 2:
            most = max(most, resident(daemon.process.pid))
            assert time.monotonic() - began < 1200
            time.sleep(0.5)
        seen["many"], seen["seconds"] = most - before, time.monotonic() - began
        trial.wait_for_peace()
    return seen


NEWS = (
    b"From: News <news@shop.example.com>\r\nTo: dana@example.com\r\nSubject: offer %d\r\n"
    b"List-Id: <shop.example.com>\r\n"
    b"Message-ID: <news-%d@shop.example.com>\r\n\r\nBuy now, while it lasts.\r\n"
)


# Copies that the server does not take, and a password that it refuses


def over_quota(folder: Path) -> dict[str, Any]:
    server = ScriptedImap()
    server.on = {"APPEND": [refused_append]}
    with trial_with(folder, server, 5, sent_copy="append") as (trial, _):
        sentence = trial.wait_for_problem("copies.refused")
        tries, began = server.commands("APPEND"), time.monotonic()
        time.sleep(3)
        again = server.commands("APPEND") - tries
        enough = 2 * (2 + (time.monotonic() - began) / 2)  # two of the five, every two seconds at most
        server.on = {}
        wait_until(lambda: len(server.folders["Sent"].mails) == 5, "the copies are filed")
        trial.wait_for_peace()
        time.sleep(2.5)
        copies = sorted(message_id_of(raw) for raw in server.folders["Sent"].mails.values())
        sent = sorted(message["message_id"] for message in trial.outbox())
    return {"sentence": sentence, "again": again, "enough": enough, "copies": copies, "sent": sent}


def refused_append(session: imap.Session, tag: str, arguments: str) -> bool:
    """A synchronising literal that is refused (RFC 9208 section 4.3)."""
    return session.say(f"{tag} NO [OVERQUOTA] the mailbox is full")


def message_id_of(raw: bytes) -> str:
    return raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()


def refused_sign_in(folder: Path) -> dict[str, Any]:
    """Without the tests' short patience: a refused password is not tried again until the owner changed something."""
    server = ScriptedImap()
    server.on = {"AUTHENTICATE": [imap.no("[AUTHENTICATIONFAILED] wrong password")]}
    with trial_with(folder, server, 1, patience=None) as (trial, daemon):
        sentence = trial.wait_for_problem("imap.unreachable")
        time.sleep(4)
        tries = server.commands("AUTHENTICATE")
        server.on = {}
        trial.set_password("the right one")
        daemon.hangup()
        trial.wait_for_peace()
    return {"sentence": sentence, "tries": tries}


# What was seen


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[dict[str, Any]]]]:
    """Everything side by side."""
    folder = tmp_path_factory.mktemp("imap")
    works: list[Callable[[Path], dict[str, Any]]] = [floods_of_mail, first_breaks, other_breaks, folders]
    works += [over_quota, refused_sign_in]
    with ThreadPoolExecutor(len(works)) as pool:
        yield {work.__name__: pool.submit(work, folder / work.__name__) for work in works}


Runs = dict[str, Future[dict[str, Any]]]


@pytest.mark.parametrize("fault", BREAKS, ids=str)
def test_a_connection_that_breaks_is_told_and_no_answer_is_lost_or_doubled(runs: Runs, fault: Break) -> None:
    sentence = runs["first_breaks" if fault in BREAKS[::2] else "other_breaks"].result()[str(fault)]
    assert sentence.startswith("the mailbox can't be read: ")
    assert fault.words in sentence


def test_no_fault_of_a_server_makes_the_daemon_grow(runs: Runs) -> None:
    assert int(runs["first_breaks"].result()["growth"]) < GROWTH
    assert int(runs["other_breaks"].result()["growth"]) < GROWTH


def test_a_new_uidvalidity_means_reading_again_and_learning_nothing_twice(runs: Runs) -> None:
    assert runs["folders"].result()["validity"] == ["p000@example.org", "p001@example.org"]


def test_messages_expunged_between_search_and_fetch_hold_up_nothing(runs: Runs) -> None:
    assert len(runs["folders"].result()["vanished"]) == 3


def test_a_renamed_folder_is_found_again_by_its_use(runs: Runs) -> None:
    assert runs["folders"].result()["renamed"] == {}


def test_a_folder_that_is_gone_is_told_while_the_others_are_read(runs: Runs) -> None:
    assert runs["folders"].result()["gone"].startswith("the folder Junk can't be read: ")


def test_a_message_of_50_megabytes_is_learnt_from_its_beginning(runs: Runs) -> None:
    assert runs["floods_of_mail"].result()["large"] < GROWTH


def test_very_many_new_messages_at_once_need_bounded_memory(runs: Runs) -> None:
    assert runs["floods_of_mail"].result()["many"] < GROWTH


def test_a_mailbox_that_is_full_is_told_and_gets_each_copy_once_when_it_has_room(runs: Runs) -> None:
    seen = runs["over_quota"].result()
    assert "[OVERQUOTA] the mailbox is full" in seen["sentence"]
    assert seen["copies"] == seen["sent"]
    assert seen["again"] <= seen["enough"], "a server that refuses is left alone for a while"


def test_a_refused_sign_in_is_told_and_not_tried_again_by_itself(runs: Runs) -> None:
    seen = runs["refused_sign_in"].result()
    assert "refuses the sign-in: [AUTHENTICATIONFAILED] wrong password" in seen["sentence"]
    assert seen["tries"] == 1

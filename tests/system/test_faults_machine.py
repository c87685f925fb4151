"""What a machine can do to a running daemon: every message is accounted for, nobody gets anything twice, and `mailer
status` says in a sentence what is wrong while it is."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailer.resources import shipped
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.scripted_smtp import Fault, ScriptedSmtp, Step
from tests.system.program import STOPS_WITHIN, rewrite, wait_until
from tests.system.test_faults_imap import answer, learnt
from tests.system.trial import NOON, Trial, accounted, between, person

SESSIONS = 10
AT_ONCE = 5  # trials side by side
Runs = dict[str, Future[dict[str, Any]]]

ROUNDS, STOPS, RUN = 4, 5, 50  # rounds of so many SIGTERMs in a run of so many messages


def database(trial: Trial) -> Path:
    (found,) = trial.folder.rglob("mailer.sqlite3")
    return found


def held_after_the_first() -> list[Step]:
    """The first message is taken at once, the others when the test opens the gate."""
    return ["250 ok", Fault.wait]


def add_people(trial: Trial, count: int, day: int) -> None:
    """So many more contacts, met `day` days after the others."""
    first = len(trial.people)
    trial.people += [f"p{first + n:03}@example.org" for n in range(count)]
    known = [json.loads(line.removeprefix("  - ")) for line in trial.roster.read_text().splitlines()[1:]]
    moment = NOON + timedelta(days=day)
    trial.write_roster([*known, *(person(first + n, trial.people[first + n], moment) for n in range(count))])


# A full disk


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of this size. Raises CalledProcessError where mounting is not allowed."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def filled(disk: Path) -> Iterator[None]:
    """No space is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while stream.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        ballast.unlink()


def full_disk(folder: Path) -> dict[str, Any]:
    """The disk fills up while messages are on their way, twice: it gets space again; the daemon is told to stop."""
    script, seen = ScriptedSmtp({"content": held_after_the_first()}), dict[str, Any]()
    with contextlib.ExitStack() as stack:
        try:
            disk = stack.enter_context(small_disk(folder / "disk", "12m"))
        except (OSError, subprocess.CalledProcessError) as error:
            return {"skip": f"no file system can be mounted here: {getattr(error, 'stderr', error)}"}
        trial = stack.enter_context(between(folder / "trial", script, patience=15))
        trial.environ["XDG_STATE_HOME"] = str(disk)
        trial.met(SESSIONS + 3)
        with trial.daemon() as daemon:
            wait_until(lambda: len(script.received) == SESSIONS + 1, "ten are on their way")
            with filled(disk):
                script.gate.set()
                seen["sentence"] = trial.wait_for_problem("daemon.trouble")
                seen["meanwhile"] = len(script.received)
            trial.wait_for_counts(sent=SESSIONS + 3)
            trial.wait_for_peace()
            script.gate.clear()
            add_people(trial, SESSIONS, 1)
            trial.set_clock(NOON + timedelta(days=2))
            wait_until(lambda: len(script.received) == 2 * SESSIONS + 3, "ten more are on their way")
            with filled(disk):
                script.gate.set()
                trial.wait_for_problem("daemon.trouble")
                seen["stopped in"] = daemon.stop()
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=SESSIONS + 3, uncertain=SESSIONS)
            seen["after"] = trial.problems()["message.uncertain"]
            daemon.stop()
        accounted(trial, script)
    return seen


def test_a_full_disk_is_told_loses_no_result_and_nothing_more_leaves(runs: Runs) -> None:
    seen = runs["full_disk"].result()
    if "skip" in seen:
        pytest.skip(seen["skip"])
    assert seen["sentence"] == "the daemon is held up: the disk that holds the database is full"
    assert seen["meanwhile"] == SESSIONS + 1
    assert seen["stopped in"] < STOPS_WITHIN
    assert "may or may not have left" in seen["after"]


# A database that another program holds


@contextlib.contextmanager
def locked(trial: Trial) -> Iterator[None]:
    """Another program holds the database."""
    connection = sqlite3.connect(database(trial), isolation_level=None, timeout=60)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


def locked_database(folder: Path) -> dict[str, Any]:
    """For less than the daemon waits, for longer, and while it is told to stop; an answer arrives meanwhile."""
    script, server, seen = ScriptedSmtp(), ScriptedImap(), dict[str, Any]()
    with between(folder, script, server, patience=60) as trial:
        trial.met(2)
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=2)
            reply = answer(trial, 0)
            with locked(trial):
                add_people(trial, 1, 1)
                trial.set_clock(NOON + timedelta(days=2))
                time.sleep(5)  # it looks every second: each try that does not wait is told as a trouble
            trial.wait_for_counts(sent=3)
            seen["after a moment"] = [line for line in daemon.lines() if line["level"] != "info"]
            daemon.stop()
        trial.environ["MAILER_PATIENCE"] = "2"
        with trial.daemon() as daemon:
            with locked(trial):
                server.deliver(reply)
                add_people(trial, 1, 2)
                seen["sentence"] = trial.wait_for_problem("daemon.trouble")
                time.sleep(8)  # an answer that can't be noted is tried three times in that
            trial.wait_for_counts(sent=4)
            wait_until(lambda: learnt(trial) == trial.people[:1], "the answer is learnt")
            trial.wait_for_peace()
            trial.set_clock(NOON + timedelta(days=3))
            with locked(trial):
                add_people(trial, 1, 3)
                trial.wait_for_problem("daemon.trouble")
                seen["stopped in"] = daemon.stop()
        accounted(trial, script)
    return seen


def test_a_locked_database_is_waited_for_told_and_costs_neither_a_message_nor_an_answer(runs: Runs) -> None:
    seen = runs["locked_database"].result()
    assert seen["after a moment"] == []
    assert seen["sentence"] == "the daemon is held up: another program holds the database"
    assert seen["stopped in"] < STOPS_WITHIN


# A database that is gone or damaged


def removed_database(folder: Path) -> dict[str, Any]:
    """The file is removed under the running daemon, which holds the last copy of what was in it."""
    script, seen = ScriptedSmtp(), dict[str, Any]()
    with between(folder, script) as trial:
        trial.met(4)
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=4)
            for file in database(trial).parent.glob("mailer.sqlite3*"):
                file.unlink()
            seen["status"] = daemon.process.wait(120)
            seen["last words"] = daemon.log.read_text().rpartition('"stopped"}\n')[2]
        seen["look"] = trial.run("status", status=1).stderr
        seen["start"] = trial.run("run", status=1).stderr
        (rescued,) = folder.rglob("*.rescued-*")
        trial.run("db", "restore", str(rescued))
        with trial.daemon() as daemon:
            trial.wait_for_peace()
            trial.wait_for_counts(sent=4)
            daemon.stop()
        accounted(trial, script)
    return seen


def test_a_removed_database_ends_the_daemon_which_writes_down_what_it_knew(runs: Runs) -> None:
    seen = runs["removed_database"].result()
    assert seen["status"] == 1
    assert "was removed or replaced while in use; all that was in it is in" in seen["last words"]
    for words in (seen["look"], seen["start"]):
        assert "is gone, and a daemon has used it already" in words
        assert "mailer db backup" in words and "mailer db restore" in words


def damaged_database(folder: Path) -> dict[str, Any]:
    """Damaged under the running daemon, and put back from a copy that is older than the last messages."""
    script, server, seen = ScriptedSmtp(), ScriptedImap(), dict[str, Any]()
    script.on_taken = lambda content: server.deliver(content, "Sent")  # a server that files what it sends
    with between(folder, script, server, sent_copy="server") as trial:
        trial.met(4, each=timedelta(days=1))
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=1, queued=3)
            copy = folder / "copy.sqlite3"
            trial.run("db", "backup", str(copy))
            trial.set_clock(NOON + timedelta(days=2))
            trial.wait_for_counts(sent=2, queued=2)
            for file in database(trial).parent.glob("mailer.sqlite3*"):
                if not file.name.endswith("-shm"):
                    with file.open("r+b") as stream:
                        stream.write(os.urandom(file.stat().st_size))
            add_people(trial, 1, 0)
            seen["status"] = daemon.process.wait(120)
            seen["last words"] = daemon.log.read_text().rpartition('"stopped"}\n')[2]
        seen["look"] = trial.run("status", status=1).stderr
        seen["start"] = trial.run("run", status=1).stderr
        moment = NOON + timedelta(days=3)
        trial.set_clock(moment)  # the third is due as well; the copy knows of one that has left
        seen["restored"] = trial.json("db", "restore", str(copy))
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=2, uncertain=1, queued=1, held=1)
            daemon.stop()
        trial.set_clock(moment + timedelta(minutes=16))  # set under a running daemon, it would not count as waited
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=3, queued=1, held=1)
            daemon.stop()
        accounted(trial, script)
    return seen


def test_a_damaged_database_is_refused_and_its_older_copy_sends_nothing_twice(runs: Runs) -> None:
    seen = runs["damaged_database"].result()
    assert seen["status"] == 1
    for words in (seen["last words"], seen["look"], seen["start"]):
        assert "the database is damaged" in words
        assert "mailer db restore FILE" in words
    assert (seen["restored"]["uncertain"], seen["restored"]["held"]) == (2, 1)


# Nothing more can be opened


def no_descriptors(folder: Path) -> dict[str, Any]:
    script, seen = ScriptedSmtp(), dict[str, Any]()
    with between(folder, script) as trial:
        trial.met(3, each=timedelta(days=1))
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=1, queued=2)
            midnight = (NOON + timedelta(days=2)).replace(hour=0)
            trial.set_clock(midnight - timedelta(seconds=20))
            daemon.wait_for("the clock was set")
            script.hang_up_on_all()
            limits = resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (3, limits[1]))
            seen["files"] = trial.wait_for_problem("daemon.trouble")
            seen["connections"] = trial.wait_for_problem("smtp.unreachable")
            add_people(trial, 1, 60)
            time.sleep(1.2)  # it is noticed, and can't be read
            resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, limits)
            trial.set_clock(midnight + timedelta(minutes=5))
            trial.wait_for_counts(sent=2, queued=2)
            trial.wait_for_peace()
            seen["restarts"] = daemon.process.poll()
            daemon.stop()
        taken = script.taken()
    assert taken == {trial.people[0]: 1, trial.people[1]: 1}
    return seen


def test_a_process_out_of_file_descriptors_says_so_and_goes_on_when_there_are_some(runs: Runs) -> None:
    seen = runs["no_descriptors"].result()
    for where in ("files", "connections"):
        assert "this program can open nothing more (Too many open files)" in seen[where]
    assert seen["restarts"] is None


# SIGTERM at any moment


def sigterm(folder: Path) -> dict[str, Any]:
    """Rounds of a run of messages, each with some ends at random moments, from the first line of Python on."""
    chance, ends = random.Random(5), list[float]()
    script = ScriptedSmtp({"content": Fault.late}, pace=0.15)
    with between(folder, script, patience=60) as trial:
        trial.met(0)
        for number in range(ROUNDS):
            add_people(trial, RUN, number)
            trial.set_clock(NOON + timedelta(days=number + 1))
            for _ in range(STOPS):
                ends.append(stopped_at(trial, chance.uniform(0.3, 3.0)))
            with trial.daemon() as daemon:
                wait_until(lambda: not trial.counts()["queued"], "all that could have left", 300)
                daemon.stop()
        counts = trial.counts()
        accounted(trial, script)
        assert counts.total() == ROUNDS * RUN
    return {"ends": ends, "counts": dict(counts)}


def stopped_at(trial: Trial, seconds: float) -> float:
    """Start the daemon and end it after so many seconds, whatever it does then; gives how long that took."""
    process = trial.start()
    time.sleep(seconds)
    minded = minds_sigterm(process.pid)
    began = time.monotonic()
    process.terminate()
    status = process.wait(STOPS_WITHIN)
    assert status == 0 or (status == -signal.SIGTERM and not minded), status  # while Python itself starts
    return time.monotonic() - began


def minds_sigterm(pid: int) -> bool:
    """Whether the process catches SIGTERM by now (proc(5), SigCgt)."""
    (caught,) = (line.split()[1] for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "SigCgt" in line)
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def test_sigterm_at_any_moment_ends_well_and_in_time_and_nothing_is_sent_twice(runs: Runs) -> None:
    seen = runs["sigterm"].result()
    assert len(seen["ends"]) == ROUNDS * STOPS
    assert max(seen["ends"]) < STOPS_WITHIN
    assert seen["counts"] == {"sent": ROUNDS * RUN}, "a polite end leaves nothing in doubt"


def sigterm_in_silence(folder: Path) -> dict[str, Any]:
    """While the server says nothing: before the content, and after it."""
    script, ends = ScriptedSmtp({"rcpt": ["250 ok", Fault.silence]}), dict[str, Any]()
    with between(folder, script, patience=None) as trial:
        trial.met(6)
        with trial.daemon() as daemon:
            wait_until(lambda: script.commands.count("RCPT") == 6, "five are under way")
            ends["before"] = daemon.stop()
            trial.wait_for_counts(sent=1, queued=5)
        script.replies = {"content": held_after_the_first()}
        with trial.daemon() as daemon:
            wait_until(lambda: len(script.received) == 6, "four have been handed over")
            ends["after"] = daemon.stop()
            trial.wait_for_counts(sent=2, uncertain=4)
        accounted(trial, script)
    return ends


def test_sigterm_while_the_server_is_silent_ends_in_time_with_the_true_outcome(runs: Runs) -> None:
    seen = runs["sigterm_in_silence"].result()
    assert max(seen.values()) < STOPS_WITHIN


# Files that the owner breaks while messages wait, and a row that this program can't handle


def broken_files(folder: Path) -> dict[str, Any]:
    script, seen = ScriptedSmtp(), dict[str, Any]()
    template = folder / "templates" / "thank_you" / "call.md"
    with between(folder, script) as trial:
        trial.met(6, each=timedelta(days=1))
        template.parent.mkdir(parents=True)
        template.write_text((shipped("templates") / "thank_you" / "call.md").read_text())
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=1, queued=5)

            good = template.read_text()
            rewrite(template, "Subject: Thank you\n\n{{ nobody_at_all }}\n")
            seen["template"] = trial.wait_for_problem("message.template")
            rewrite(template, b"Subject: Thank you\n\nHi \xff\n")
            daemon.wait_for("a template is broken, the last good ones stay in force")
            seen["not UTF-8"] = trial.run("status", status=1).stderr
            rewrite(template, good)
            trial.wait_for_counts(sent=1, queued=5)
            trial.wait_for_peace()

            roster = trial.roster.read_text()
            rewrite(trial.roster, roster + "  - {name: Half a contact, email: half@\n")
            seen["roster"] = trial.wait_for_problem("roster.broken")
            trial.set_clock(NOON + timedelta(days=2))
            trial.wait_for_counts(sent=2, queued=4)
            daemon.stop()
        with trial.daemon() as daemon:  # a start with a broken roster
            trial.set_clock(NOON + timedelta(days=3))
            trial.wait_for_counts(sent=3, queued=3)
            seen["roster at a start"] = trial.wait_for_problem("roster.broken")
            rewrite(trial.roster, roster)
            trial.wait_for_peace()

            config = trial.config.read_text()
            rewrite(trial.config, config + "limits: {per_minute: many}\n")
            seen["config"] = daemon.wait_for("the configuration is broken")
            seen["status of config"] = trial.run("status", status=2).stderr
            trial.set_clock(NOON + timedelta(days=4))
            wait_until(lambda: len(script.received) == 4, "the last good configuration is in force")
            rewrite(trial.config, config)
            trial.wait_for_peace()
            daemon.stop()
        accounted(trial, script)
    return seen


def test_a_broken_template_roster_or_configuration_is_told_and_the_rest_goes_on(runs: Runs) -> None:
    seen = runs["broken_files"].result()
    assert "call.md" in seen["template"] and "nobody_at_all" in seen["template"]
    assert "call.md is not UTF-8" in seen["not UTF-8"]
    for when in ("roster", "roster at a start"):
        assert seen[when].startswith("the roster is broken, the last good one stays in force: ")
        assert "contacts.yaml:8:" in seen[when]
    assert "the last good one stays in force" in seen["config"]
    assert "limits" in seen["status of config"]


def poison(folder: Path) -> dict[str, Any]:
    """One row that can't be read, and one with which building the message fails every time."""
    script, seen = ScriptedSmtp(), dict[str, Any]()
    with between(folder, script) as trial:
        trial.met(5, each=timedelta(days=1))
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=1, queued=4)
            daemon.stop()
        with contextlib.closing(sqlite3.connect(database(trial))) as connection:
            connection.execute("UPDATE messages SET thread = '{' WHERE to_address = ?", [trial.people[1]])
            connection.execute("UPDATE messages SET thread = '[7]' WHERE to_address = ?", [trial.people[2]])
            connection.commit()
        with trial.daemon() as daemon:
            minutes = itertools.count(0, 2)

            def both() -> str:
                trial.set_clock(NOON + timedelta(days=6, minutes=next(minutes)))  # the next try is due
                sentence = trial.problems().get("message.poison", "")
                return sentence if len(sentence.splitlines()) == 2 else ""

            seen["sentence"] = wait_until(both, "both are put aside", every=1.0)
            wait_until(lambda: len(script.received) == 3, "the others have left")
            daemon.stop()
        assert set(script.taken().values()) == {1}
        with contextlib.closing(sqlite3.connect(database(trial))) as connection:
            seen["rows"] = dict(connection.execute("SELECT status, count(*) FROM messages GROUP BY status"))
    return seen


def test_a_poison_row_is_put_aside_and_the_rest_goes_on(runs: Runs) -> None:
    seen = runs["poison"].result()
    assert seen["rows"] == {"sent": 3, "held": 2}
    assert len(seen["sentence"].splitlines()) == 2
    assert seen["sentence"].count(" was put aside: ") == 2


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Some trials side by side: much of their time is waiting."""
    folder = tmp_path_factory.mktemp("machine")
    works: list[Callable[[Path], dict[str, Any]]] = [
        *(sigterm, locked_database, full_disk, damaged_database, sigterm_in_silence),
        *(removed_database, no_descriptors, broken_files, poison),
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {work.__name__: pool.submit(work, folder / work.__name__) for work in works}

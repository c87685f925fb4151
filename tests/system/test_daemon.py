"""The daemon as a process on real servers: one for an owner, changed files, signals, refusals, what comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.servers.mailsystem import MailSystem
from tests.servers.scripted_smtp import Fault, ScriptedSmtp
from tests.system.program import Daemon, Program, make_program, rewrite, wait_until
from tests.system.trial import NOON

pytestmark = pytest.mark.servers


def program_at_noon(folder: Path, mail: MailSystem, owner: str, **options: Any) -> Program:
    """A program for which it is noon, whatever the hour: no day ends while a test runs."""
    program = make_program(folder, mail, owner, **options)
    program.set_clock(NOON)
    return program


def person(address: str, *, days_ago: int | None = None) -> dict[str, Any]:
    """A contact, with an interaction to be thanked for where `days_ago` is given."""
    contact: dict[str, Any] = {"name": address.split("@")[0].capitalize() + " Example", "email": address}
    if days_ago is not None:
        day = (NOON - timedelta(days=days_ago)).date().isoformat()
        contact["interactions"] = [{"date": day, "kind": "call", "thanks_for": "walking me through the tender"}]
    return contact


def send_at_first_start(program: Program) -> None:
    rewrite(program.config, program.config.read_text() + "first_start: send\n")


def statuses(program: Program) -> Counter[str]:
    return Counter(message["status"] for message in program.outbox())


def test_an_idle_daemon_ends_within_the_ten_seconds_that_are_promised(tmp_path: Path, mail_system: MailSystem) -> None:
    program = program_at_noon(tmp_path, mail_system, "dana-idle@example.com")
    with program.daemon() as daemon:
        assert daemon.stop() < 10


# One daemon that all tests of this part look at; each leaves its files as it found them


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, mail_system: MailSystem) -> Iterator[tuple[Program, Daemon]]:
    program = program_at_noon(tmp_path_factory.mktemp("running"), mail_system, "dana-running@example.com")
    program.write_roster([person(address) for address in mail_system.add_users(["ada-d", "mary-d"])])
    with program.daemon() as daemon:
        yield program, daemon
        daemon.stop()


def test_a_second_daemon_for_the_same_owner_is_refused_with_the_firsts_process_id(
    running: tuple[Program, Daemon],
) -> None:
    program, daemon = running
    refused = program.run("run", status=1)
    assert f"process id {daemon.process.pid}" in refused.stderr


def test_an_edited_roster_is_noticed_and_told_in_one_line(running: tuple[Program, Daemon]) -> None:
    program, daemon = running
    before, told = program.roster.read_text(), len(daemon.said("roster:"))
    rewrite(program.roster, before + "  - {name: Grace Hopper, email: grace@example.org}\n")
    daemon.wait_for("roster: 1 added (Grace Hopper)")
    rewrite(program.roster, before)
    daemon.wait_for("roster: 1 removed (Grace Hopper)")
    assert len(daemon.said("roster:")) == told + 2


def test_a_broken_roster_leaves_the_last_good_one_and_is_named_until_it_is_mended(
    running: tuple[Program, Daemon],
) -> None:
    program, daemon = running
    before = program.roster.read_text()
    broken = "  - {name: Grace Hopper, emial: grace@example.org}\n"
    rewrite(program.roster, before + broken)
    daemon.wait_for("the roster is broken, the last good one stays in force")
    place = f"contacts.yaml:{len(before.splitlines()) + 1}:{broken.index('emial') + 1}"
    status = json.loads(program.run("status", "--json").stdout)
    (problem,) = [problem for problem in status["problems"] if problem["key"] == "roster.broken"]
    assert place in problem["text"]
    assert "emial" in problem["text"]
    assert len(program.look("contacts", "list")) == 2
    rewrite(program.roster, before)
    daemon.wait_for("mended: roster.broken")
    assert "roster.broken" not in program.problems()


def test_a_broken_configuration_leaves_the_last_good_one_at_work(
    running: tuple[Program, Daemon], mail_system: MailSystem
) -> None:
    program, daemon = running
    config, roster = program.config.read_text(), program.roster.read_text()
    rewrite(program.config, config.replace("timezone: UTC", "timezone: Nowhere/Land"))
    told = daemon.wait_for("the configuration is broken, the last good one stays in force")
    assert re.search(r"config\.yaml:\d+:\d+: schedule\.timezone", told)
    refused = program.run("status", status=2)
    assert "schedule.timezone" in refused.stderr
    program.write_roster([person(mail_system.address("ada-d")), person(mail_system.address("mary-d"), days_ago=0)])
    mail_system.wait_for_mail("mary-d")
    rewrite(program.config, config)
    daemon.wait_for("mended: config.broken")
    rewrite(program.roster, roster)


def test_a_hangup_reads_even_a_file_that_looks_unchanged(running: tuple[Program, Daemon]) -> None:
    program, daemon = running
    before, seen = program.roster.read_text(), program.roster.stat()
    with program.roster.open("r+") as file:
        file.write(before.replace("Ada-d", "Eda-d"))  # in one go, and as long as before
    os.utime(program.roster, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    daemon.hangup()
    daemon.wait_for("roster: 1 changed (Eda-d Example)")
    rewrite(program.roster, before)
    daemon.wait_for("roster: 1 changed (Ada-d Example)")


def test_the_log_is_one_json_object_a_line(running: tuple[Program, Daemon]) -> None:
    program, daemon = running
    lines = daemon.lines()
    assert all({"time", "level", "from", "message"} <= line.keys() for line in lines)
    assert lines[-1]["time"].endswith("Z")
    assert program.password.read_text().strip() not in daemon.log.read_text()


def test_a_backup_while_the_daemon_runs_is_a_whole_database(running: tuple[Program, Daemon]) -> None:
    program, _ = running
    copy = program.folder / "copy.sqlite3"
    assert program.json("db", "backup", str(copy))["size"] == copy.stat().st_size
    with contextlib.closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = {name for (name,) in database.execute("SELECT name FROM contacts WHERE in_roster")}
    assert names == {contact["name"] for contact in program.look("contacts", "list")}


# Stopping


@contextlib.contextmanager
def serving(script: ScriptedSmtp) -> Iterator[ScriptedSmtp]:
    """Run a scripted server in a thread of its own until the end of the block."""
    loop, up = asyncio.new_event_loop(), threading.Event()
    done = asyncio.Event()

    async def serve() -> None:
        async with script.running():
            up.set()
            await done.wait()

    thread = threading.Thread(target=lambda: asyncio.Runner(loop_factory=lambda: loop).run(serve()))
    thread.start()
    try:
        assert up.wait(60)
        yield script
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(60)


def program_with(folder: Path, mail: MailSystem, script: ScriptedSmtp, owner: str, people: int) -> Program:
    """A program that sends through the scripted server, with so many thank-yous due at once."""
    program = program_at_noon(folder, mail, owner, smtp=script.port, security="none")
    send_at_first_start(program)
    program.write_roster([person(f"guest{n:03}@example.org", days_ago=0) for n in range(people)])
    return program


def test_told_to_stop_while_mails_are_on_the_wire_it_finishes_those_and_ends_well(
    tmp_path: Path, mail_system: MailSystem
) -> None:
    with serving(ScriptedSmtp({"content": ["250 ok", Fault.wait]})) as server:
        program = program_with(tmp_path, mail_system, server, "dana-wire@example.com", people=30)
        with program.daemon(connected=False) as daemon:
            wait_until(lambda: len(server.received) == 11, "ten mails are on the wire", every=0.01)
            daemon.process.terminate()
            daemon.wait_for("stopping")
            server.gate.set()
            daemon.stop()
        seen = program.outbox()
    arrived = Counter(message.recipients[0].split("<")[1].split(">")[0] for message in server.received)
    assert max(arrived.values()) == 1
    assert {message["to"] for message in seen if message["status"] == "sent"} == set(arrived)
    assert statuses(program) == {"sent": 11, "queued": 19}


def test_told_to_stop_while_a_server_says_nothing_it_ends_in_time_and_says_what_is_uncertain(
    tmp_path: Path, mail_system: MailSystem
) -> None:
    with serving(ScriptedSmtp({"content": ["250 2.0.0 queued", Fault.silence]})) as server:
        program = program_with(tmp_path, mail_system, server, "dana-silence@example.com", people=4)
        with program.daemon(connected=False) as daemon:
            wait_until(lambda: len(server.received) == 4, "three mails wait for their answer", every=0.01)
            daemon.stop()
    assert statuses(program) == {"sent": 1, "uncertain": 3}


# Refusals


def sign_ins(mail: MailSystem, owner: str) -> tuple[int, int]:
    """How often a sign-in was refused, by Postfix and by Dovecot."""
    postfix = mail.postfix.log.read_text(errors="replace")
    dovecot = mail.dovecot.log.read_text(errors="replace")
    smtp = sum("authentication failed" in line and owner in line for line in postfix.splitlines())
    imap = sum("imap-login" in line and "auth failed" in line and owner in line for line in dovecot.splitlines())
    return smtp, imap


def test_a_wrong_password_is_one_problem_and_no_hammering_until_it_is_mended(
    tmp_path: Path, mail_system: MailSystem
) -> None:
    owner = "dana-wrong@example.com"
    program = program_at_noon(tmp_path, mail_system, owner)
    send_at_first_start(program)
    people = mail_system.add_users(f"wrong{n}" for n in range(15))
    program.write_roster([person(address, days_ago=0) for address in people])
    program.set_password("open sesame")
    with program.daemon(connected=False) as daemon:
        wait_until(lambda: program.problems().keys() >= {"account.refused", "imap.unreachable"}, "it is told")
        with pytest.raises(AssertionError):  # nothing more is tried meanwhile
            wait_until(lambda: max(sign_ins(mail_system, owner)) > 1, "a second sign-in", 5)
        assert sign_ins(mail_system, owner) == (1, 1)
        assert statuses(program) == {"queued": len(people)}
        program.set_password(mail_system.password(owner))
        daemon.hangup()
        for address in people:
            mail_system.wait_for_mail(address)
        wait_until(lambda: not program.problems(), "all is well")
        assert sign_ins(mail_system, owner) == (1, 1)
        daemon.stop()


def test_a_moved_clock_is_refused_where_a_host_is_not_this_machine(tmp_path: Path, mail_system: MailSystem) -> None:
    program = make_program(tmp_path, mail_system, "dana-clock@example.com")
    program.change_config("host: 127.0.0.1, port: " + str(mail_system.imap.port), "host: imap.example.com, port: 143")
    program.set_clock(datetime.now(UTC) + timedelta(days=3))
    for command in ("run", "status"):
        assert "MAILER_CLOCK is refused" in program.run(command, status=2).stderr


# What comes back, and what was there before


def test_a_request_for_silence_and_a_bounce_are_heeded(tmp_path: Path, mail_system: MailSystem) -> None:
    program = program_at_noon(tmp_path, mail_system, "dana-back@example.com")
    send_at_first_start(program)
    (quiet,), (ghost,) = mail_system.add_users(["quiet"]), mail_system.add_bouncing(["ghost-d"])
    program.write_roster([person(quiet, days_ago=0), person(ghost, days_ago=0)])
    with program.daemon() as daemon:
        thanks = mail_system.wait_for_mail(quiet)[0].decode()
        message_id = re.search(r"(?m)^Message-ID: (\S+)", thanks)
        assert message_id
        answer = (
            f"From: {quiet}\r\nTo: dana-back@example.com\r\nSubject: Re: thanks\r\nMessage-ID: <no@example.org>\r\n"
            f"In-Reply-To: {message_id[1]}\r\n\r\nPlease take me off your list and do not write to me again.\r\n"
        )
        mail_system.submit(quiet, answer.encode(), ["dana-back@example.com"])
        wait_until(lambda: program.people("opted_out") == {quiet}, "the request is heeded")
        wait_until(lambda: program.people("bounced") == {ghost}, "the bounce is heeded")
        found = {reply["classification"]: reply["matched_by"] for reply in program.json("replies", "list")}
        assert found == {"opt_out": "in_reply_to", "bounce": "returned"}
        assert {message["to"]: message["status"] for message in program.outbox()} == {quiet: "sent", ghost: "failed"}
        week_ago = (NOON - timedelta(days=7)).date().isoformat()
        for address in (quiet, ghost):
            logged = program.json("log", address, "--date", week_ago, "--thanks-for", "walking me through the tender")
            assert logged["message"] is None
        daemon.stop()
    assert len(mail_system.mailbox(quiet)) == 1


def test_what_was_due_before_the_first_start_waits_for_the_owner(tmp_path: Path, mail_system: MailSystem) -> None:
    program = program_at_noon(tmp_path, mail_system, "dana-first@example.com")
    early, late = mail_system.add_users(["early", "late"])
    program.write_roster([person(early, days_ago=1)])
    with program.daemon(connected=False) as daemon:
        (held,) = wait_until(lambda: program.outbox("--status", "held"), "it is held")
        wait_until(lambda: "message.first_start" in program.problems(), "it is told")
        program.write_roster([person(early, days_ago=1), person(late, days_ago=0)])
        mail_system.wait_for_mail(late)
        assert not mail_system.mailbox(early)
        program.run("outbox", "approve", str(held["id"]))
        mail_system.wait_for_mail(early)
        daemon.stop()


def test_what_a_start_reads_and_draws_does_not_stay_in_the_daemons_memory(
    tmp_path: Path, mail_system: MailSystem
) -> None:
    program = program_at_noon(tmp_path, mail_system, "dana-lean@example.com")
    early, late = mail_system.add_users(["early-lean", "late-lean"])
    program.write_roster([person(early, days_ago=1)])
    with program.daemon() as daemon:
        assert program.outbox("--status", "held")
        loaded = Path(f"/proc/{daemon.process.pid}/maps")
        assert "markupsafe" not in loaded.read_text()  # comes with the templates' engine
        program.write_roster([person(early, days_ago=1), person(late, days_ago=0)])
        mail_system.wait_for_mail(late)
        assert "markupsafe" in loaded.read_text()
        daemon.stop()

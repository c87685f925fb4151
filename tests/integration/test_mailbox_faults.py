"""What the mailbox door makes of a misbehaving server: nothing lost, nothing twice, no spinning, bounded memory."""

from __future__ import annotations

import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from mailer.errors import MailboxError, MailboxLostError
from mailer.mailbox import FolderNames, Limits, Mailbox
from mailer.model import FolderRole, Security, Server
from tests.servers import scripted_imap as imap
from tests.servers.mailsystem import Password
from tests.servers.receiving import Recorder, until
from tests.servers.scripted_imap import ScriptedImap

PATIENT = Limits(first_pause=0.05, longest_pause=0.4, tick=0.1, settle=0.05, tries=3)
QUICK = replace(PATIENT, read=0.5)  # for silence
WHEN = datetime(2026, 11, 23, tzinfo=UTC)
Open = Callable[..., Mailbox]


def mail(subject: str, body: str = "hello") -> bytes:
    return f"From: ada@example.net\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with ScriptedImap().running() as server:
        yield server


@pytest.fixture
def open_mailbox(server: ScriptedImap) -> Iterator[Open]:
    doors: list[Mailbox] = []

    def start(recorder: Recorder, **options: Any) -> Mailbox:
        options = {"limits": PATIENT, "folders": FolderNames(), "chance": lambda: 0.5, **options}
        where = Server("127.0.0.1", server.port, options.pop("security", Security.none))
        door = Mailbox(where, Password("dana", "open sesame"), receiver=recorder, **options)
        door.start()
        doors.append(door)
        return door

    yield start
    server.stopping.set()
    for session in list(server.sessions):
        session.close()
    for door in doors:
        assert door.stop(60)


def settled(door: Mailbox) -> bool:
    return door.state.connected and len(door.state.last_checked_at) == 4


BREAKS = [imap.hang_up, imap.reset, imap.silence, imap.bye, imap.garbage, imap.endless_line]


@pytest.mark.parametrize("misdeed", BREAKS)
@pytest.mark.parametrize("command", ["CAPABILITY", "AUTHENTICATE", "LIST", "EXAMINE", "SEARCH", "FETCH", "STATUS"])
def test_a_connection_that_breaks_anywhere_is_replaced_and_nothing_is_lost_or_doubled(
    server: ScriptedImap, open_mailbox: Open, command: str, misdeed: imap.Misdeed
) -> None:
    server.deliver(mail("one"))
    server.on[command] = [misdeed, None]
    recorder = Recorder(last_uid=0)
    limits = QUICK if misdeed is imap.silence else PATIENT
    door = open_mailbox(recorder, poll_every=timedelta(seconds=0.2), limits=limits)
    until(lambda: recorder.subjects() == ["one"] and settled(door) and not server.on[command][0])
    server.deliver(mail("two"))
    until(lambda: recorder.subjects() == ["one", "two"])


@pytest.mark.parametrize("misdeed", [imap.hang_up, imap.reset, imap.bye, imap.garbage, imap.flood])
def test_a_connection_that_breaks_in_idle_is_replaced(
    server: ScriptedImap, open_mailbox: Open, misdeed: imap.Misdeed
) -> None:
    limits = replace(PATIENT, command_octets=200_000)
    server.on["IDLE"] = [lambda s, tag, args: s.say("+ idling") and misdeed(s, tag, args), None]
    recorder = Recorder()
    door = open_mailbox(recorder, limits=limits)
    until(lambda: server.connections == 2 and settled(door))
    server.deliver(mail("after"))
    until(lambda: recorder.subjects() == ["after"])


def test_a_server_that_always_hangs_up_is_not_hammered(server: ScriptedImap, open_mailbox: Open) -> None:
    server.on["IDLE"] = [imap.hang_up]
    door = open_mailbox(Recorder())
    until(lambda: len(server.connected_at) >= 7)
    apart = [later - earlier for earlier, later in pairwise(server.connected_at)]
    assert all(seconds >= pause for seconds, pause in zip(apart, (0.05, 0.1, 0.2, 0.4, 0.4, 0.4), strict=False))
    assert not door.state.refused


def test_the_greeting_may_be_a_bye(server: ScriptedImap, open_mailbox: Open) -> None:
    server.greeting = "* BYE too many connections"
    door = open_mailbox(Recorder())
    until(lambda: bool(door.state.error))
    assert not door.state.connected and not door.state.refused
    server.greeting = "* OK ready"
    until(lambda: door.state.connected)


def test_a_literal_cut_in_the_middle_is_read_again(server: ScriptedImap, open_mailbox: Open) -> None:
    server.deliver(mail("whole"))
    server.on["FETCH"] = [imap.cut_literal, None]
    recorder = Recorder(last_uid=0)
    open_mailbox(recorder)
    until(lambda: recorder.subjects() == ["whole"])


def test_a_message_that_always_breaks_the_connection_is_passed_over_and_named(
    server: ScriptedImap, open_mailbox: Open
) -> None:
    for subject in ("first", "poison", "last"):
        server.deliver(mail(subject))

    def poisoned(session: imap.Session, tag: str, arguments: str) -> bool:
        if "2" in arguments.partition(" ")[0].split(","):
            return imap.huge_literal(session, tag, arguments)
        return session.do_fetch(tag, arguments)

    server.on["FETCH"] = [poisoned]
    recorder = Recorder(last_uid=0)
    door = open_mailbox(recorder)
    until(lambda: recorder.subjects() == ["first", "last"])
    until(lambda: settled(door))
    assert "message 2 of INBOX" in door.state.problems[FolderRole.inbox]


def test_messages_that_vanish_between_search_and_fetch_are_skipped(server: ScriptedImap, open_mailbox: Open) -> None:
    server.deliver(mail("one"))
    server.folders["INBOX"].vanished = {2}
    server.folders["INBOX"].uidnext = 3
    server.deliver(mail("three"))
    recorder = Recorder(last_uid=0)
    open_mailbox(recorder)
    until(lambda: recorder.subjects() == ["one", "three"])
    assert recorder.cursors[FolderRole.inbox] == 3


def test_a_refused_fetch_of_several_is_repeated_one_by_one(server: ScriptedImap, open_mailbox: Open) -> None:
    for subject in ("one", "two"):
        server.deliver(mail(subject))
    server.on["FETCH"] = [imap.no("some messages were expunged"), None]
    recorder = Recorder(last_uid=0)
    open_mailbox(recorder)
    until(lambda: recorder.subjects() == ["one", "two"])


def test_a_changed_uidvalidity_starts_the_folder_again(server: ScriptedImap, open_mailbox: Open) -> None:
    server.deliver(mail("old"))
    recorder = Recorder(last_uid=0)
    door = open_mailbox(recorder)
    until(lambda: settled(door))
    fresh = server.folders["INBOX"] = imap.Folder(uidvalidity=2)
    fresh.add(mail("new"))
    door.wake()
    for session in list(server.sessions):
        session.close()
    until(lambda: recorder.subjects() == ["old", "new"])
    assert (FolderRole.inbox, 2) in recorder.starts


def test_a_renamed_folder_is_found_again_and_one_that_is_gone_is_no_problem(
    server: ScriptedImap, open_mailbox: Open
) -> None:
    recorder = Recorder(last_uid=0)
    door = open_mailbox(recorder, folders=FolderNames(junk="Rubbish"))
    until(lambda: settled(door))
    server.folders["Rubbish"] = server.folders.pop("Junk")
    del server.folders["Archive"]
    server.deliver(mail("in rubbish"), "Rubbish")
    door.wake()
    until(lambda: recorder.subjects() == ["in rubbish"])
    assert door.state.folders[FolderRole.junk] == "Rubbish"
    assert FolderRole.archive not in door.state.folders


def test_a_folder_that_cannot_be_read_is_named_while_the_others_go_on(server: ScriptedImap, open_mailbox: Open) -> None:
    def no_junk(session: imap.Session, tag: str, arguments: str) -> bool:
        if "Junk" in arguments:
            return session.say(f"{tag} NO [NOPERM] not for you")
        return session.do_examine(tag, arguments)

    server.on["EXAMINE"] = [no_junk]
    recorder = Recorder(last_uid=0)
    server.deliver(mail("sent"), "Sent")
    door = open_mailbox(recorder)
    until(lambda: FolderRole.junk in door.state.problems)
    assert "NOPERM" in door.state.problems[FolderRole.junk]
    until(lambda: recorder.subjects() == ["sent"])
    assert door.state.connected
    server.on["EXAMINE"] = [None]
    door.wake()
    until(lambda: door.state.problems == {})


def test_a_refused_sign_in_is_not_tried_again(server: ScriptedImap, open_mailbox: Open) -> None:
    server.on["AUTHENTICATE"] = [imap.no("[AUTHENTICATIONFAILED] wrong open sesame")]
    door = open_mailbox(Recorder())
    until(lambda: door.state.refused)
    time.sleep(0.5)
    assert server.commands("AUTHENTICATE") == 1
    assert "sesame" not in door.state.error


@pytest.mark.parametrize("code", ["[UNAVAILABLE] try later", "[LIMIT] too many connections"])
def test_a_sign_in_refused_for_now_is_tried_again(server: ScriptedImap, open_mailbox: Open, code: str) -> None:
    server.on["AUTHENTICATE"] = [imap.no(code), None]
    door = open_mailbox(Recorder())
    until(lambda: door.state.connected)
    assert server.connections == 2


def test_starttls_taken_away_ends_the_session_before_the_password(server: ScriptedImap, open_mailbox: Open) -> None:
    door = open_mailbox(Recorder(), security=Security.starttls)
    until(lambda: door.state.refused)
    assert "STARTTLS" in door.state.error
    assert server.commands("AUTHENTICATE") == 0


def test_a_greeting_that_claims_to_be_signed_in_does_not_skip_starttls(
    server: ScriptedImap, open_mailbox: Open
) -> None:
    server.greeting, server.capabilities = "* PREAUTH welcome", "IMAP4rev1 STARTTLS"
    door = open_mailbox(Recorder(), security=Security.starttls)
    until(lambda: bool(door.state.error))
    assert not door.state.connected


def test_a_server_without_idle_is_polled(server: ScriptedImap, open_mailbox: Open) -> None:
    server.capabilities = "IMAP4rev1 AUTH=PLAIN"
    limits = replace(PATIENT, without_idle=0.1)
    recorder = Recorder()
    door = open_mailbox(recorder, limits=limits)
    until(lambda: settled(door))
    assert not door.state.idle
    server.deliver(mail("polled"))
    until(lambda: recorder.subjects() == ["polled"])


def test_a_server_that_refuses_idle_is_polled(server: ScriptedImap, open_mailbox: Open) -> None:
    server.on["IDLE"] = [imap.no("not today")]
    limits = replace(PATIENT, without_idle=0.1)
    recorder = Recorder()
    door = open_mailbox(recorder, limits=limits)
    until(lambda: settled(door) and not door.state.idle)
    server.deliver(mail("polled"))
    until(lambda: recorder.subjects() == ["polled"])
    assert server.connections == 1


@pytest.mark.parametrize(
    "lines",
    [b"* 1 EXISTS\r\n+ idling\r\n", b"+ idling\r\n* 1 EXISTS\r\n", b"+ idling\r\n* OK still here\r\n* 1 EXISTS\r\n"],
)
def test_news_in_the_same_packet_as_the_start_of_idle_is_seen(
    server: ScriptedImap, open_mailbox: Open, lines: bytes
) -> None:
    def idle(session: imap.Session, tag: str, arguments: str) -> bool:
        server.folders["INBOX"].add(mail("together"))
        session.raw(lines)
        session.stream.readline()
        return session.done(tag)

    server.on["IDLE"] = [idle, None]
    limits = replace(PATIENT, settle=3600)
    recorder = Recorder()
    open_mailbox(recorder, limits=limits)
    until(lambda: recorder.subjects() == ["together"])


def told_beside_the_answer(session: imap.Session, tag: str, arguments: str) -> bool:
    """The search looked at the folder before the message came, and the message came before the answer ended."""
    session.say("* SEARCH")
    session.server.folders["INBOX"].add(mail("meanwhile"))
    session.told = 1
    session.say("* 1 EXISTS")
    return session.done(tag)


def test_news_told_beside_the_answer_to_a_search_is_seen(server: ScriptedImap, open_mailbox: Open) -> None:
    searches_at_the_start = 4  # one in each folder; the last before the first IDLE is in the Inbox again
    server.on["SEARCH"] = [*[None] * searches_at_the_start, told_beside_the_answer, None]
    limits = replace(PATIENT, settle=3600)
    recorder = Recorder()
    open_mailbox(recorder, limits=limits)
    until(lambda: recorder.subjects() == ["meanwhile"])


def test_a_server_that_tells_of_mail_beside_every_answer_is_not_asked_for_ever(
    server: ScriptedImap, open_mailbox: Open
) -> None:
    def chatty(session: imap.Session, tag: str, arguments: str) -> bool:
        session.say("* SEARCH", "* 1 EXISTS")
        return session.done(tag)

    server.on["SEARCH"] = [chatty]
    open_mailbox(Recorder(), limits=replace(PATIENT, settle=3600))
    until(lambda: server.commands("IDLE") == 1)


def test_idle_is_renewed(server: ScriptedImap, open_mailbox: Open) -> None:
    open_mailbox(Recorder(), idle_renew=timedelta(seconds=0.2))
    until(lambda: server.commands("IDLE") >= 4)
    assert server.connections == 1


def test_a_full_mailbox_refuses_the_copy_and_the_connection_goes_on(server: ScriptedImap, open_mailbox: Open) -> None:
    server.on["APPEND"] = [imap.no("[OVERQUOTA] mailbox is full")]
    door = open_mailbox(Recorder())
    until(lambda: settled(door))
    with pytest.raises(MailboxError, match="OVERQUOTA"):
        door.append_sent(mail("copy"), WHEN).result(60)
    assert server.connections == 1


def test_a_copy_whose_filing_broke_off_says_so(server: ScriptedImap, open_mailbox: Open) -> None:
    server.on["APPEND"] = [imap.hang_up, None]
    door = open_mailbox(Recorder())
    until(lambda: settled(door))
    with pytest.raises(MailboxLostError):
        door.append_sent(mail("copy"), WHEN).result(60)
    until(lambda: server.connections == 2 and settled(door))
    door.append_sent(mail("copy"), WHEN).result(60)
    assert list(server.folders["Sent"].mails.values()) == [mail("copy")]


def test_what_is_asked_without_a_connection_fails_soon(server: ScriptedImap, open_mailbox: Open) -> None:
    server.on["AUTHENTICATE"] = [imap.hang_up]
    door = open_mailbox(Recorder())
    with pytest.raises(MailboxError):
        door.find(FolderRole.sent, ("<a@example.org>",)).result(60)


def test_a_server_without_uidnext_or_uidvalidity_is_good_enough(server: ScriptedImap, open_mailbox: Open) -> None:
    def bare(session: imap.Session, tag: str, arguments: str) -> bool:
        session.folder = arguments.strip('"')
        session.say(f"* {len(server.folders[session.folder].mails)} EXISTS")
        return session.done(tag)

    server.deliver(mail("old"))
    server.on["EXAMINE"] = [bare]
    server.on["STATUS"] = [imap.no("no such command")]
    recorder = Recorder()
    door = open_mailbox(recorder)
    until(lambda: FolderRole.inbox in door.state.last_checked_at)
    server.deliver(mail("new"))
    until(lambda: recorder.subjects() == ["new"])


def test_a_server_that_ignores_partial_fetches_gives_a_cut_message(server: ScriptedImap, open_mailbox: Open) -> None:
    def whole(session: imap.Session, tag: str, arguments: str) -> bool:
        raw = server.folders["INBOX"].mails[1]
        session.raw(b"* 1 FETCH (UID 1 RFC822.SIZE %d BODY[] {%d}\r\n%b)\r\n" % (len(raw), len(raw), raw))
        return session.done(tag)

    server.deliver(mail("big", "x" * 300_000))
    server.on["FETCH"] = [whole]
    recorder = Recorder(last_uid=0)
    open_mailbox(recorder, max_message=1000)
    until(lambda: len(recorder.mails) == 1)
    assert (len(recorder.mails[0].raw), recorder.mails[0].truncated) == (1000, True)


def test_many_new_messages_come_in_bounded_portions_and_bounded_memory(
    server: ScriptedImap, open_mailbox: Open
) -> None:
    count = 2000
    for number in range(count):
        server.folders["INBOX"].add(mail(f"new {number}", "x" * 2000))
    recorder = Recorder(last_uid=0)
    recorder.on_receive = recorder.mails.clear  # as a database would
    tracemalloc.start()
    try:
        open_mailbox(recorder, max_message=2**20)
        until(lambda: recorder.cursors.get(FolderRole.inbox) == count, 600)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(recorder.portions) <= Limits().batch
    assert sum(recorder.portions) == count
    assert peak < 20 * 2**20


def test_stopping_in_the_middle_of_many_messages_is_quick(server: ScriptedImap, open_mailbox: Open) -> None:
    for number in range(2000):
        server.folders["INBOX"].add(mail(f"new {number}"))
    recorder, first, told = Recorder(last_uid=0), threading.Event(), threading.Event()

    def hold() -> None:
        first.set()
        told.wait(60)

    recorder.on_receive = hold
    door = open_mailbox(recorder)
    assert first.wait(60)
    assert not door.stop(0)  # in the middle of the first portion
    told.set()
    assert door.stop(60)
    assert sum(recorder.portions) < 2000
    assert recorder.cursors[FolderRole.inbox] == len(recorder.mails)


def test_special_use_is_asked_for_where_the_listing_does_not_show_it(server: ScriptedImap, open_mailbox: Open) -> None:
    def listing(session: imap.Session, tag: str, arguments: str) -> bool:
        marked = "RETURN (SPECIAL-USE)" in arguments
        for name in ("INBOX", "Отправл", "Archive"):
            flag = r"\Sent" if marked and name == "Отправл" else r"\HasNoChildren"
            encoded = {"Отправл": "&BB4EQgQ,BEAEMAQyBDs-"}.get(name, name)
            session.say(f'* LIST ({flag}) "/" "{encoded}"')
        return session.done(tag)

    server.on["LIST"] = [listing]
    door = open_mailbox(Recorder())
    until(lambda: len(door.state.folders) == 3)
    assert door.state.folders[FolderRole.sent] == "Отправл"

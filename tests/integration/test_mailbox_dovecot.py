"""The mailbox door against a real Dovecot: what arrives is read once, nothing is changed, and news is seen at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mailer.errors import MailboxError
from mailer.mailbox import FolderNames, Limits, Mailbox, MailboxState
from mailer.model import FolderRole, Security, Server
from tests.servers.mailsystem import MailSystem, Password
from tests.servers.receiving import Recorder, until

pytestmark = pytest.mark.servers

Open = Callable[..., Mailbox]


def mail(subject: str, body: str = "hello", **headers: str) -> bytes:
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"From: ada@example.net\r\nTo: dana@example.org\r\nSubject: {subject}\r\n{extra}"
    return f"{head}Date: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\n{body}\r\n".encode()


@pytest.fixture
def open_mailbox(mail_system: MailSystem) -> Iterator[Open]:
    """Start a mailbox door for a user; stopped at the end."""
    doors: list[Mailbox] = []

    def start(user: str, recorder: Recorder, **options: Any) -> Mailbox:
        options = {"poll_every": timedelta(minutes=5), "folders": FolderNames(), **options}
        server = options.pop("server", mail_system.imap)
        credential = options.pop("credential", mail_system.credential(user))
        door = Mailbox(server, credential, receiver=recorder, **options)
        door.start()
        doors.append(door)
        return door

    yield start
    for door in doors:
        assert door.stop(60)


def test_a_delivered_mail_is_received_over_idle_at_once(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["idle"])
    recorder = Recorder()
    door = open_mailbox("idle", recorder, poll_every=timedelta(hours=1), limits=Limits(without_idle=3600))
    until(lambda: door.state.connected and len(door.state.last_checked_at) == 4)
    mail_system.deliver("idle", mail("at once"))
    until(lambda: recorder.subjects() == ["at once"])  # without IDLE it is looked at again in an hour
    assert door.state.idle


def test_tls_from_the_first_octet_works_too(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["tls"])
    mail_system.deliver("tls", mail("over tls"))
    recorder = Recorder(last_uid=0)
    open_mailbox("tls", recorder, server=mail_system.imaps)
    until(lambda: recorder.subjects() == ["over tls"])


def test_several_mails_in_a_row_arrive_once_each_and_in_order(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["row"])
    recorder = Recorder()
    door = open_mailbox("row", recorder)
    until(lambda: door.state.connected)
    for number in range(30):
        mail_system.deliver("row", mail(f"row {number}"))
    until(lambda: len(recorder.mails) == 30)
    assert sorted(recorder.subjects()) == sorted(f"row {number}" for number in range(30))
    # The folder's order, not the order of delivery: Dovecot numbers a mail later where the list of numbers was busy.
    uids = [mail.uid for mail in recorder.mails]
    assert uids == sorted(uids)


def test_reading_changes_no_flag(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["flags"])
    mail_system.deliver("flags", mail("unread"))
    recorder = Recorder(last_uid=0)
    open_mailbox("flags", recorder)
    until(lambda: recorder.subjects() == ["unread"])
    with mail_system.dovecot.connect("flags@example.org") as client:
        client.select("INBOX", readonly=True)
        assert client.search(None, "UNSEEN")[1] == [b"1"]
        assert client.search(None, "RECENT")[1] == [b"1"]


def test_the_whole_mail_comes_with_its_date(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["whole"])
    mail_system.deliver("whole", mail("whole", "first line\r\n.second"))
    recorder = Recorder(last_uid=0)
    open_mailbox("whole", recorder)
    until(lambda: bool(recorder.mails))
    got = recorder.mails[0]
    assert got.raw.endswith(b"\r\n\r\nfirst line\r\n.second\r\n")
    assert (got.size, got.truncated) == (len(got.raw), False)
    assert abs(datetime.now(UTC) - got.received_at) < timedelta(minutes=10)


def test_a_large_mail_is_cut_at_the_limit(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["large"])
    mail_system.deliver("large", mail("large", ("x" * 76 + "\r\n") * 100_000))
    recorder = Recorder(last_uid=0)
    open_mailbox("large", recorder, max_message=50_000)
    until(lambda: bool(recorder.mails))
    got = recorder.mails[0]
    assert (len(got.raw), got.truncated) == (50_000, True)
    assert got.size > 7_000_000


def test_other_folders_are_found_by_special_use_and_read_at_the_start(
    mail_system: MailSystem, open_mailbox: Open
) -> None:
    mail_system.add_users(["others"])
    for folder in ("Junk", "Sent", "Archive"):
        mail_system.deliver("others", mail(f"in {folder}"), folder=folder)
    recorder = Recorder(last_uid=0)
    door = open_mailbox("others", recorder)
    until(lambda: len(recorder.mails) == 3)
    assert door.state.folders == {
        FolderRole.inbox: "INBOX",
        FolderRole.sent: "Sent",
        FolderRole.junk: "Junk",
        FolderRole.archive: "Archive",
    }
    assert recorder.by_role() == {"junk": ["in Junk"], "sent": ["in Sent"], "archive": ["in Archive"]}


def test_other_folders_are_polled_and_looked_at_when_woken(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["polled", "woken"])
    polled, woken = Recorder(), Recorder()
    first = open_mailbox("polled", polled, poll_every=timedelta(seconds=0.3))
    second = open_mailbox("woken", woken)
    until(lambda: len(first.state.last_checked_at) == 4 and len(second.state.last_checked_at) == 4)
    mail_system.deliver("polled", mail("spam"), folder="Junk")
    mail_system.deliver("woken", mail("spam"), folder="Junk")
    until(lambda: polled.subjects() == ["spam"])
    assert woken.subjects() == []
    second.wake()
    until(lambda: woken.subjects() == ["spam"])


def test_old_mail_is_never_fetched_and_not_even_listed(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["old"])
    mail_system.dovecot.append("old@example.org", "INBOX", [mail(f"old {n}") for n in range(50)])
    recorder = Recorder()
    door = open_mailbox("old", recorder)
    until(lambda: FolderRole.inbox in door.state.last_checked_at)
    mail_system.deliver("old", mail("new"))
    until(lambda: recorder.subjects() == ["new"])
    assert recorder.cursors[FolderRole.inbox] == 51


def test_without_a_cursor_it_reads_what_came_since_a_date_and_passes_the_rest(
    mail_system: MailSystem, open_mailbox: Open
) -> None:
    mail_system.add_users(["since"])
    with mail_system.dovecot.connect("since@example.org") as client:
        for day, subject in (("01-Jan-2020", "ancient"), ("20-Nov-2026", "recent"), ("02-Jan-2020", "imported later")):
            client.append("INBOX", "", f'"{day} 10:00:00 +0000"', mail(subject))
    recorder = Recorder(last_uid=0, since=date(2026, 11, 1))
    door = open_mailbox("since", recorder)
    until(lambda: FolderRole.inbox in door.state.last_checked_at)
    assert recorder.subjects() == ["recent"]
    assert recorder.cursors[FolderRole.inbox] == 3
    mail_system.deliver("since", mail("now"))
    until(lambda: recorder.subjects() == ["recent", "now"])


def test_a_folder_made_anew_is_started_again(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["anew"])
    recorder = Recorder(last_uid=0)
    door = open_mailbox("anew", recorder)
    until(lambda: len(door.state.last_checked_at) == 4)
    with mail_system.dovecot.connect("anew@example.org") as client:
        assert client.delete("Junk")[0] == "OK"
        time.sleep(1.1)  # Dovecot's UIDVALIDITY is a time in seconds
        client.create("Junk")
    mail_system.deliver("anew", mail("in the new one"), folder="Junk")
    door.wake()
    until(lambda: recorder.subjects() == ["in the new one"])
    starts = [validity for role, validity in recorder.starts if role is FolderRole.junk]
    assert len(starts) == 2 and starts[0] != starts[1]


def test_a_folder_that_vanishes_is_named_and_the_others_go_on(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["gone"])
    recorder = Recorder()
    states: list[MailboxState] = []
    door = open_mailbox("gone", recorder, folders=FolderNames(archive="Keep"), on_change=states.append)
    until(lambda: len(door.state.last_checked_at) == 4)
    with mail_system.dovecot.connect("gone@example.org") as client:
        client.rename("Junk", "Rubbish")
        client.delete("Junk")
    mail_system.deliver("gone", mail("still read"), folder="Sent")
    door.wake()
    until(lambda: recorder.subjects() == ["still read"])
    assert door.state.connected


def test_a_copy_is_filed_in_the_sent_folder_as_read(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["copy"])
    door = open_mailbox("copy", Recorder())
    when = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    until(lambda: door.state.connected)
    door.append_sent(mail("copy"), when).result(60)
    assert mail_system.mailbox("copy", "Sent") == [mail("copy")]
    with mail_system.dovecot.connect("copy@example.org") as client:
        client.select("Sent", readonly=True)
        found = client.fetch("1", "(FLAGS INTERNALDATE)")[1][0]
    assert isinstance(found, bytes)
    assert b"\\Seen" in found and b"02-Nov-2026 09:30:00 +0000" in found


def test_a_message_is_found_by_message_id_or_by_token(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["find"])
    ours = mail("ours", Message_ID="<rewritten@mail.example.net>", X_Breadcrumb_ID="abc123")
    mail_system.deliver("find", mail("other", Message_ID="<other@example.org>"), folder="Sent")
    mail_system.deliver("find", ours, folder="Sent")
    door = open_mailbox("find", Recorder())
    until(lambda: door.state.connected)
    assert door.find(FolderRole.sent, ("<nothing@example.org>",), ("abc123",)).result(60) == [2]
    assert door.find(FolderRole.sent, ("<other@example.org>",)).result(60) == [1]
    assert door.find(FolderRole.sent, ("<nothing@example.org>",), ("zzz",)).result(60) == []
    with pytest.raises(MailboxError):
        door.find(FolderRole.sent, ('<a" OR ALL>',)).result(60)


def test_a_message_is_fetched_again_unless_it_is_gone(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["fetch"])
    mail_system.deliver("fetch", mail("again"))
    recorder = Recorder(last_uid=0)
    door = open_mailbox("fetch", recorder)
    until(lambda: bool(recorder.mails))
    validity = next(v for role, v in recorder.starts if role is FolderRole.inbox)
    assert door.fetch("INBOX", validity, 1).result(60) == recorder.mails[0].raw
    assert door.fetch("INBOX", validity, 99).result(60) is None
    assert door.fetch("INBOX", validity + 1, 1).result(60) is None
    with pytest.raises(MailboxError):
        door.fetch("No such folder", validity, 1).result(60)
    mail_system.deliver("fetch", mail("afterwards"))
    until(lambda: recorder.subjects() == ["again", "afterwards"])


def test_a_wrong_password_is_refused_and_tried_again_only_when_woken(
    mail_system: MailSystem, open_mailbox: Open
) -> None:
    mail_system.add_users(["wrong"])

    class Counting(Password):
        asked = 0

        def secret(self, refused: Any = None) -> Any:
            self.asked += 1
            return super().secret()

    credential = Counting("wrong@example.org", "not the password")
    door = open_mailbox("wrong", Recorder(), credential=credential)
    until(lambda: door.state.refused)
    assert not door.state.connected and "sign-in" in door.state.error
    until(lambda: credential.asked == 2)  # used, and looked at again for a change
    time.sleep(0.5)
    assert credential.asked == 2
    with pytest.raises(MailboxError):
        door.find(FolderRole.sent, ("<a@b>",)).result(60)
    credential._password = mail_system.password("wrong")
    door.wake()
    until(lambda: door.state.connected)
    assert not door.state.refused and door.state.error == ""


def test_an_authority_that_is_not_trusted_is_refused(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["untrusted"])
    door = open_mailbox("untrusted", Recorder(), server=replace(mail_system.imap, ca_file=""))
    until(lambda: door.state.refused)
    assert "certificate" in door.state.error


def test_clear_text_beyond_loopback_is_refused(open_mailbox: Open) -> None:
    door = open_mailbox("x", Recorder(), server=Server("imap.example.org", 143, Security.none))
    until(lambda: door.state.refused)
    assert "clear text" in door.state.error


def test_what_the_receiver_could_not_store_is_read_again(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["store"])
    mail_system.deliver("store", mail("kept"))
    recorder = Recorder(last_uid=0, failures=2)
    door = open_mailbox("store", recorder, limits=Limits(first_pause=0.05))
    until(lambda: recorder.subjects() == ["kept"])
    until(lambda: door.state.connected)


def test_stopping_in_idle_takes_no_time(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["stop"])
    door = open_mailbox("stop", Recorder(), limits=Limits(tick=3600))  # it does not sleep till it looks by itself
    until(lambda: len(door.state.last_checked_at) == 4)
    assert door.stop(60)
    with pytest.raises(MailboxError):
        door.find(FolderRole.sent, ("<a@b>",)).result(60)


def test_the_heartbeat_goes_on_while_nothing_happens(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["beat"])
    door = open_mailbox("beat", Recorder(), limits=Limits(tick=0.1))
    until(lambda: door.state.connected)
    before = door.state.heartbeat
    until(lambda: door.state.heartbeat > before)

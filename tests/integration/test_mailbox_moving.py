"""Moving what the owner allowed to be moved, and finding what the owner put elsewhere, on a real Dovecot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from mailer.errors import MailboxError
from mailer.mailbox import FolderNames, Mailbox
from mailer.mailbox.client import Client
from mailer.model import FolderRole
from tests.servers.mailsystem import MailSystem
from tests.servers.receiving import Recorder, until

pytestmark = pytest.mark.servers

Open = Callable[[str], Mailbox]


def mail(number: int) -> bytes:
    head = (
        f"From: dana@example.org\r\nTo: ada@example.net\r\nSubject: letter {number}\r\nMessage-ID: <n{number}@test>\r\n"
    )
    return f"{head}X-Breadcrumb-ID: token{number}\r\n\r\nhello\r\n".encode()


@pytest.fixture
def open_mailbox(mail_system: MailSystem) -> Iterator[Open]:
    doors: list[Mailbox] = []

    def start(user: str) -> Mailbox:
        options = {"poll_every": timedelta(minutes=5), "folders": FolderNames()}
        door = Mailbox(mail_system.imap, mail_system.credential(user), receiver=Recorder(), **options)  # type: ignore[arg-type]
        door.start()
        doors.append(door)
        until(lambda: door.state.connected)
        return door

    yield start
    for door in doors:
        assert door.stop(60)


def move(door: Mailbox, number: int, *, older: int = 0) -> bool:
    found = door.locate(FolderRole.inbox, (f"<n{number}@test>",)).result(60)
    (uid,) = found.uids
    return door.move(found.folder, found.uidvalidity - older, uid, FolderRole.sent).result(60)


def is_moved_alone(mail_system: MailSystem, user: str, door: Mailbox) -> None:
    """Of two messages the second goes; the first, which the owner has marked for removal, is still there."""
    for number in (1, 2):
        mail_system.deliver(user, mail(number))
    with mail_system.dovecot.connect(mail_system.address(user)) as client:
        client.select("INBOX")
        client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    assert move(door, 2)
    assert [b"letter 1" in raw for raw in mail_system.mailbox(user)] == [True]
    assert [b"letter 2" in raw for raw in mail_system.mailbox(user, "Sent")] == [True]
    with mail_system.dovecot.connect(mail_system.address(user)) as client:
        client.select("Sent", readonly=True)
        assert client.search(None, "SEEN")[1] == [b"1"]


def test_one_message_is_moved_and_no_other(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["moved"])
    is_moved_alone(mail_system, "moved", open_mailbox("moved"))


def without(*missing: str) -> Callable[[Client, str], bool]:
    """Dovecot has everything; this leaves out what a server may lack."""
    has = Client.has
    return lambda client, capability: capability not in missing and has(client, capability)


def test_without_the_move_extension_too(
    mail_system: MailSystem, open_mailbox: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "has", without("MOVE"))
    mail_system.add_users(["copied"])
    is_moved_alone(mail_system, "copied", open_mailbox("copied"))


def test_a_server_that_could_only_remove_everything_marked_moves_nothing(
    mail_system: MailSystem, open_mailbox: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "has", without("MOVE", "UIDPLUS"))
    mail_system.add_users(["unmoved"])
    mail_system.deliver("unmoved", mail(1))
    with pytest.raises(MailboxError, match="neither MOVE nor UIDPLUS"):
        move(open_mailbox("unmoved"), 1)
    assert len(mail_system.mailbox("unmoved")) == 1


def test_a_uid_of_another_uidvalidity_names_nothing(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["anew"])
    mail_system.deliver("anew", mail(1))
    assert not move(open_mailbox("anew"), 1, older=1)
    assert len(mail_system.mailbox("anew")) == 1


def test_the_inbox_is_read_on_after_a_move_and_changed_no_more(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["goeson"])
    mail_system.deliver("goeson", mail(1))
    door = open_mailbox("goeson")
    assert move(door, 1)
    mail_system.deliver("goeson", mail(2))
    until(lambda: door.locate(FolderRole.inbox, ("<n2@test>",)).result(60).uids != ())
    with mail_system.dovecot.connect("goeson@example.org") as client:
        client.select("INBOX", readonly=True)
        assert client.search(None, "UNSEEN")[1] == [b"1"]


def test_a_copy_in_the_trash_is_found(mail_system: MailSystem, open_mailbox: Open) -> None:
    mail_system.add_users(["trashed"])
    with mail_system.dovecot.connect("trashed@example.org") as client:
        client.create("Trash")
    mail_system.deliver("trashed", mail(1), folder="Trash")
    door = open_mailbox("trashed")
    assert door.state.folders[FolderRole.trash] == "Trash"
    assert len(door.find(FolderRole.trash, (), ("token1",)).result(60)) == 1

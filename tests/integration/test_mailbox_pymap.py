"""The mailbox door against pymap, the demo's embedded server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

pytest.importorskip("pymap")

from mailer.demo.imap_server import ImapServer
from mailer.mailbox import FolderNames, Mailbox
from mailer.model import FolderRole, Security, Server
from tests.servers.mailsystem import Password
from tests.servers.receiving import Recorder, until

WHEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def mail(subject: str) -> bytes:
    return f"From: ada@example.net\r\nMessage-ID: <{subject}@example.net>\r\nSubject: {subject}\r\n\r\nhi\r\n".encode()


class Pymap:
    """The demo's server in an event loop of its own, as pymap wants it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = ImapServer("dana@example.com", "open sesame")
        self.port: int = self.run(self.server.start())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def deliver(self, subject: str, folder: str = "INBOX") -> None:
        self.run(self.server.deliver(mail(subject), WHEN, folder))

    def stop(self) -> None:
        self.run(self.server.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


@pytest.fixture
def pymap() -> Iterator[Pymap]:
    server = Pymap()
    yield server
    server.stop()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(last_uid=0)


@pytest.fixture
def door(pymap: Pymap, recorder: Recorder) -> Iterator[Mailbox]:
    where = Server("127.0.0.1", pymap.port, Security.none)
    door = Mailbox(where, Password("dana@example.com", "open sesame"), folders=FolderNames(), receiver=recorder)
    door.start()
    yield door
    assert door.stop(60)


def test_mail_is_read_over_idle_from_every_folder(pymap: Pymap, door: Mailbox, recorder: Recorder) -> None:
    until(lambda: len(door.state.last_checked_at) == 4)
    assert door.state.idle
    for number in range(5):
        pymap.deliver(f"mail {number}")
    until(lambda: len(recorder.mails) == 5)
    assert recorder.subjects() == [f"mail {number}" for number in range(5)]
    assert recorder.mails[0].raw == mail("mail 0")
    assert recorder.mails[0].received_at == WHEN
    pymap.deliver("spam", "Junk")
    door.wake()
    until(lambda: recorder.by_role().get("junk") == ["spam"])


def test_copies_are_filed_found_and_fetched(pymap: Pymap, door: Mailbox, recorder: Recorder) -> None:
    until(lambda: door.state.connected)
    door.append_sent(mail("copy"), WHEN).result(60)
    uids = door.find(FolderRole.sent, ("<copy@example.net>",)).result(60)
    assert len(uids) == 1
    assert door.find(FolderRole.sent, ("<other@example.net>",)).result(60) == []
    door.wake()
    until(lambda: recorder.by_role().get("sent") == ["copy"])
    validity = next(v for role, v in recorder.starts if role is FolderRole.sent)
    assert door.fetch("Sent", validity, uids[0]).result(60) == mail("copy")

"""The demo's servers behave as a mail account does."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from mailer.demo.cast import OWNER_ADDRESS
from mailer.demo.mail_system import MailSystem

NOW = datetime(2026, 11, 2, 14, 35, tzinfo=UTC)
MAIL = f"From: <{OWNER_ADDRESS}>\r\nSubject: hello\r\nMessage-ID: <one@example.com>\r\n\r\nHello.\r\n"


@dataclass
class Account:
    """The servers of one account, and what they took."""

    smtp: int = 0
    imap: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture
def account() -> Iterator[Account]:
    running = Account()
    system = MailSystem("right", lambda: NOW, pace=0, on_taken=lambda to, raw: running.taken.append((to, raw)))
    running.smtp, running.imap = system.start()
    yield running
    system.stop()


def test_nobody_sends_without_signing_in(account: Account) -> None:
    with smtplib.SMTP("127.0.0.1", account.smtp) as smtp, pytest.raises(smtplib.SMTPSenderRefused) as refused:
        smtp.sendmail(OWNER_ADDRESS, ["ada@example.org"], MAIL)
    assert refused.value.smtp_code == 530
    assert not account.taken


def test_a_wrong_password_is_refused_on_both_sides(account: Account) -> None:
    with smtplib.SMTP("127.0.0.1", account.smtp) as smtp, pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login(OWNER_ADDRESS, "wrong")
    with IMAPClient("127.0.0.1", port=account.imap, ssl=False) as imap, pytest.raises(LoginError):
        imap.login(OWNER_ADDRESS, "wrong")


def test_mail_to_the_owner_arrives_in_the_inbox_and_idle_tells(account: Account) -> None:
    with IMAPClient("127.0.0.1", port=account.imap, ssl=False) as imap:
        imap.login(OWNER_ADDRESS, "right")
        imap.select_folder("INBOX", readonly=True)
        imap.idle()
        with smtplib.SMTP("127.0.0.1", account.smtp) as smtp:
            smtp.login(OWNER_ADDRESS, "right")
            smtp.sendmail(OWNER_ADDRESS, [OWNER_ADDRESS], MAIL)
        assert (1, b"EXISTS") in imap.idle_check(timeout=60)
        imap.idle_done()
        (uid,) = imap.search(["HEADER", "Message-ID", "<one@example.com>"])
        assert b"Hello." in imap.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]


def test_the_mailbox_has_the_usual_folders(account: Account) -> None:
    with IMAPClient("127.0.0.1", port=account.imap, ssl=False) as imap:
        imap.login(OWNER_ADDRESS, "right")
        assert {name for _, _, name in imap.list_folders()} == {"INBOX", "Sent", "Junk", "Archive"}


def test_the_servers_listen_on_this_machine_only_and_are_gone_afterwards() -> None:
    system = MailSystem("right", lambda: NOW)
    smtp, imap = system.start()
    system.stop()
    for port in (smtp, imap):
        with pytest.raises(ConnectionRefusedError):
            smtplib.SMTP("127.0.0.1", port)

"""The servers that other tests rely on do what those tests think they do."""

from __future__ import annotations

import smtplib

import pytest
import sqlalchemy

from tests.servers.mailsystem import MailSystem

pytestmark = pytest.mark.servers


def test_a_fresh_database_is_empty_and_takes_tables(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        assert sqlalchemy.inspect(connection).get_table_names() == []
        connection.execute(sqlalchemy.text("CREATE TABLE t (x INTEGER)"))
    engine.dispose()


def test_postgresql_is_version_15_or_later(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.execute(sqlalchemy.text("SHOW server_version_num")).scalar_one()
    engine.dispose()
    assert int(version) >= 150000


def letter(sender: str, to: str, subject: str) -> bytes:
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@example.org>\r\n"
    return f"{head}Date: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\nHello.\r\n".encode()


def test_mail_submitted_by_one_user_arrives_at_another(mail_system: MailSystem) -> None:
    sender, receiver = mail_system.add_users(["smoke-a", "smoke-b"])
    mail_system.submit("smoke-a", letter(sender, receiver, "one"), [receiver])
    assert b"Subject: one" in mail_system.wait_for_mail("smoke-b")[0]


def test_a_recipient_that_dovecot_does_not_know_bounces_with_a_report(mail_system: MailSystem) -> None:
    (sender,) = mail_system.add_users(["smoke-c"])
    (ghost,) = mail_system.add_bouncing(["ghost"])
    mail_system.submit("smoke-c", letter(sender, ghost, "two"), [ghost])
    assert b"message/delivery-status" in mail_system.wait_for_mail("smoke-c")[0]


def test_an_unknown_recipient_is_refused_at_once(mail_system: MailSystem) -> None:
    (sender,) = mail_system.add_users(["smoke-d"])
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail_system.submit("smoke-d", letter(sender, "nobody@example.org", "three"), ["nobody@example.org"])


def test_two_hundred_mailboxes_are_made_at_once(mail_system: MailSystem) -> None:
    many = mail_system.add_users(f"many-{n}" for n in range(200))
    mail_system.deliver(many[199], letter("a@example.net", many[199], "last"))
    assert len(mail_system.mailbox(many[199])) == 1


def test_the_usual_folders_are_there_by_special_use(mail_system: MailSystem) -> None:
    (user,) = mail_system.add_users(["smoke-e"])
    with mail_system.dovecot.connect(user) as client:
        listing = b"\n".join(line for line in client.list()[1] if isinstance(line, bytes))
    assert all(flag in listing for flag in (b"\\Sent", b"\\Junk", b"\\Archive"))

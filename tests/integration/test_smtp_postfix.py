"""The SMTP door against a real Postfix with Dovecot's sign-in and mailboxes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from mailer.model import Envelope, Outcome
from mailer.smtp import Pool
from tests.servers.mailsystem import MailSystem, Password

pytestmark = pytest.mark.servers


def letter(to: str, subject: str) -> Envelope:
    head = f"From: smtp-dana@example.org\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@example.org>\r\n"
    return Envelope("smtp-dana@example.org", (to,), (head + "\r\n.a dot\r\n..two\r\nend\r\n").encode())


@pytest.fixture
async def pool(mail_system: MailSystem) -> AsyncIterator[Pool]:
    mail_system.add_users(["smtp-dana", "smtp-ada"])
    pool = Pool(mail_system.smtp, mail_system.credential("smtp-dana"), size=3)
    yield pool
    await pool.close()


async def test_a_letter_arrives_with_its_dots(mail_system: MailSystem, pool: Pool) -> None:
    delivery = await pool.deliver(letter("smtp-ada@example.org", "dots"))
    assert (delivery.outcome, delivery.code) == (Outcome.accepted, 250)
    assert "queued as" in delivery.text
    found = await asyncio.to_thread(mail_system.wait_for_mail, "smtp-ada")
    assert found[0].endswith(b"\r\n\r\n.a dot\r\n..two\r\nend\r\n")


async def test_many_letters_over_a_few_connections_arrive_once_each(mail_system: MailSystem, pool: Pool) -> None:
    (many,) = mail_system.add_users(["smtp-many"])
    outcomes = await asyncio.gather(*(pool.deliver(letter(many, f"many-{n}")) for n in range(60)))
    assert {delivery.outcome for delivery in outcomes} == {Outcome.accepted}
    found = await asyncio.to_thread(mail_system.wait_for_mail, many, 60)
    assert len(found) == 60


async def test_tls_from_the_first_octet_works_too(mail_system: MailSystem) -> None:
    mail_system.add_users(["smtp-dana", "smtp-ada"])
    pool = Pool(mail_system.smtps, mail_system.credential("smtp-dana"))
    assert (await pool.check()).outcome is Outcome.accepted
    await pool.close()


async def test_an_authority_that_is_not_trusted_stops_before_the_password(mail_system: MailSystem) -> None:
    pool = Pool(replace(mail_system.smtp, ca_file=""), mail_system.credential("smtp-dana"))
    delivery = await pool.deliver(letter("smtp-ada@example.org", "untrusted"))
    assert (delivery.outcome, delivery.stage) == (Outcome.account, "starttls")


async def test_a_wrong_password_is_the_accounts_problem(mail_system: MailSystem) -> None:
    mail_system.add_users(["smtp-dana"])
    delivery = await Pool(mail_system.smtp, Password("smtp-dana@example.org", "wrong")).check()
    assert (delivery.outcome, delivery.stage, delivery.code) == (Outcome.account, "login", 535)


async def test_an_unknown_recipient_is_rejected_and_the_connection_goes_on(pool: Pool) -> None:
    refused = await pool.deliver(letter("nobody-there@example.org", "unknown"))
    assert (refused.outcome, refused.stage, refused.enhanced) == (Outcome.rejected, "rcpt", "5.1.1")
    assert (await pool.deliver(letter("smtp-ada@example.org", "after"))).outcome is Outcome.accepted


async def test_a_message_too_big_for_the_server_is_rejected(pool: Pool) -> None:
    big = replace(letter("smtp-ada@example.org", "big"), content=b"Subject: big\r\n\r\n" + b"x" * 11_000_000)
    delivery = await pool.deliver(big)
    assert delivery.outcome is Outcome.rejected
    assert "10240000" in delivery.text

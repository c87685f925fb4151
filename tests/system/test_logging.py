"""A mail to oneself, written on a phone, logs a conversation: the real daemon, Dovecot and Postfix."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest

from tests.servers.mailsystem import MailSystem
from tests.system.program import make_program, wait_until

pytestmark = pytest.mark.servers

LINE = "log: Ada, coffee, thanks for the tour"


def test_a_mail_to_oneself_in_sent_is_logged_and_answered_in_its_thread(
    tmp_path: Path, mail_system: MailSystem
) -> None:
    program = make_program(tmp_path, mail_system, "dana-phone@example.com")
    (ada,) = mail_system.add_users(["ada-phone"])
    owner = mail_system.address("dana-phone@example.com")
    program.write_roster([{"name": "Ada Example", "email": ada}])
    program.config.write_text(program.config.read_text() + "reading: {check_every: 1s}\n")
    mail = f"From: {owner}\r\nTo: {owner}\r\nSubject: {LINE}\r\nMessage-ID: <from-a-phone@example.com>\r\n\r\nx\r\n"
    with program.daemon() as daemon:
        mail_system.deliver("dana-phone@example.com", mail.encode())  # the same comes to the Inbox, and does nothing
        mail_system.deliver("dana-phone@example.com", mail.encode(), folder="Sent")
        wait_until(lambda: len(mail_system.mailbox("dana-phone@example.com")) >= 2, "the answer lies in the Inbox")
        daemon.stop()
    inbox = [
        email.message_from_bytes(raw, policy=email.policy.default)
        for raw in mail_system.mailbox("dana-phone@example.com")
    ]
    (answer,) = (mail for mail in inbox if mail["Message-ID"] != "<from-a-phone@example.com>")
    assert answer["Subject"] == f"Re: {LINE}"
    assert answer["In-Reply-To"] == "<from-a-phone@example.com>"
    (item,) = program.look("contacts", "show", "ada")["interactions"]
    assert (item["kind"], item["thanks_for"]) == ("coffee", "the tour")

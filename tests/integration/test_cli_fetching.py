"""`mailer replies show` of mail whose words are not kept: they are fetched from a real mailbox, and not stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import Owner, answer, make_owner
from tests.servers.mailsystem import MailSystem

pytestmark = pytest.mark.servers

WORDS = "Shall we have coffee on Thursday?"


@pytest.fixture
def owner(tmp_path: Path, mail_system: MailSystem) -> Owner:
    """Dana, whose mailbox is at Dovecot, and who wrote to Ada."""
    (address,) = mail_system.add_users(["dana.fetching@example.com"])
    owner = make_owner(tmp_path / "dana")
    config = owner.folder / "config.yaml"
    secret = owner.folder / "password"
    secret.write_text(mail_system.password(address))
    secret.chmod(0o600)
    config.write_text(
        config.read_text()
        .replace("dana@example.com", address)
        .replace("{env: MAILER_TEST_PASSWORD}", f"{{file: password}}\n  ca_file: {mail_system.ca_file}")
        .replace("port: 1143, security: none", f"port: {mail_system.imap.port}, security: starttls")
    )
    owner.sent_to_ada()
    return owner


def arrived(owner: Owner, mail_system: MailSystem, *, uidvalidity: int | None = None) -> str:
    """A mail of Ada's own, outside any thread, lies in the mailbox and was learnt of; its id."""
    from mailer.mailbox import Limits
    from mailer.mailbox.client import open_client
    from mailer.model import FetchedMail, FolderRole
    from mailer.services.inbox import Inbox

    mail = answer({"subject": "x", "message_id": ""}, WORDS + "\n", In_Reply_To="")
    mail_system.deliver("dana.fetching@example.com", mail, sender="ada@example.org")
    app = owner.app()
    credential = mail_system.credential("dana.fetching@example.com")
    client = open_client(app.config.imap_server(), credential, Limits(), app.clock)
    valid = client.examine("INBOX").uidvalidity
    uid = client.uids_after(0)[-1]
    client.close(politely=True)
    inbox = Inbox(app.store, lambda: app.desk, app.clock)
    found = FetchedMail(uid, app.clock(), mail, len(mail))
    inbox.receive("INBOX", FolderRole.inbox, uidvalidity or valid, [found], uid)
    app.close()
    return str(owner.json("replies", "list")[-1]["id"])


def test_words_are_fetched_to_be_shown_and_stay_unkept(owner: Owner, mail_system: MailSystem) -> None:
    which = arrived(owner, mail_system)
    assert owner.json("replies", "list")[0]["text"] == ""
    assert owner.ok("replies", "show", which).out.startswith(WORDS)
    assert owner.json("replies", "show", which)["text"].strip() == WORDS
    assert owner.json("replies", "list")[0]["text"] == ""


def test_a_folder_made_anew_gives_no_other_mails_words(owner: Owner, mail_system: MailSystem) -> None:
    result = owner.ok("replies", "show", arrived(owner, mail_system, uidvalidity=1))
    assert WORDS not in result.out
    assert "no longer in the folder INBOX" in result.err

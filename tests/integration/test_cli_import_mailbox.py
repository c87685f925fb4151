"""`mailer contacts import --from-mailbox`, from a real mailbox, which stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import ROSTER, make_owner
from tests.servers.mailsystem import MailSystem

pytestmark = pytest.mark.servers

OWNER = "dana.knows@example.com"


def mail(sender: str, to: str, **fields: str) -> bytes:
    lines = {"From": sender, "To": to, "Subject": "hi", "Date": "Tue, 03 Nov 2026 09:59:00 -0600", **fields}
    return ("".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in lines.items()) + "\r\nwords\r\n").encode()


def test_people_of_the_mailbox_are_offered_most_written_first_and_nothing_is_changed(
    tmp_path: Path, mail_system: MailSystem
) -> None:
    from mailer.mailbox import Limits
    from mailer.mailbox.client import open_client

    (address,) = mail_system.add_users([OWNER])
    owner = make_owner(tmp_path / "dana")
    config, secret = owner.folder / "config.yaml", owner.folder / "password"
    secret.write_text(mail_system.password(address))
    secret.chmod(0o600)
    config.write_text(
        config.read_text()
        .replace("dana@example.com", address)
        .replace("{env: MAILER_TEST_PASSWORD}", f"{{file: password}}\n  ca_file: {mail_system.ca_file}")
        .replace("port: 1143, security: none", f"port: {mail_system.imap.port}, security: starttls")
    )
    for to in ("Mary Somerville <mary@example.org>", "Joan Clarke <joan@example.org>, Mary <mary@example.org>"):
        mail_system.deliver(OWNER, mail(f"Dana <{address}>", to), folder="Sent")
    mail_system.deliver(OWNER, mail(f"Dana <{address}>", "Ada <ada@example.org>, noreply@example.org"), folder="Sent")
    for sender in ("Joan Clarke <joan@example.org>", "Ada <ada@example.org>", "Spam <spam@example.net>"):
        mail_system.deliver(OWNER, mail(sender, address))
    told = owner.ok("contacts", "import", "--from-mailbox", "--dry-run").out
    assert "Mary Somerville <mary@example.org>: 2 written, 0 heard, last 2026-11-03" in told
    done = owner.json("contacts", "import", "--from-mailbox")
    assert [(n["name"], n["emails"]) for n in done["new"]] == [
        ("Mary Somerville", ["mary@example.org"]),
        ("Joan Clarke", ["joan@example.org"]),
    ]
    assert [s["name"] for s in done["skipped"]] == ["Ada"]
    assert owner.roster.read_text().startswith(ROSTER)
    app = owner.app()
    client = open_client(app.config.imap_server(), mail_system.credential(OWNER), Limits(), app.clock)
    client.examine("INBOX")
    flags = [answer[b"FLAGS"] for answer in client.fetch(client.uids_after(0), "FLAGS", 0).values()]
    client.close(politely=True)
    app.close()
    assert not any(b"\\Seen" in each for each in flags)

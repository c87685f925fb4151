"""`mailer doctor` as a call; and its report for the public, in which nothing private may be left."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.resolver
import pytest

from mailer.daemon import wiring
from mailer.doctor.redact import Redactor
from mailer.storage.store import VERSIONS, Upgraded
from tests.integration.cli_owner import Owner, Result, make_owner
from tests.integration.test_doctor import SOUND
from tests.servers.dns_server import dns_server
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.scripted_smtp import ScriptedSmtp


@contextlib.contextmanager
def well(owner: Owner, monkeypatch: pytest.MonkeyPatch, **smtp: str) -> Iterator[Owner]:
    """The owner's servers run, and so does their DNS."""
    with ScriptedSmtp(smtp).in_thread() as sending, ScriptedImap().running() as box, dns_server(SOUND) as resolver:
        monkeypatch.setattr(dns.resolver, "Resolver", lambda: resolver)
        text = (owner.folder / "config.yaml").read_text()
        text = text.replace("2525", str(sending.port)).replace("1143", str(box.port))
        (owner.folder / "config.yaml").write_text(text)
        yield owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def test_where_nothing_is_broken_the_doctor_ends_well(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    with well(owner, monkeypatch):
        found = owner.json("doctor")
    checks = {check["name"]: check for check in found["checks"]}
    assert {"configuration", "roster", "templates", "sending", "mailbox", "IDLE", "MX", "SPF", "DMARC", "pitch"} <= set(
        checks
    )
    assert {"permissions", "disk", "database", "daemon", "limits", "clock", "MX", "SPF", "DMARC"} <= set(checks)
    assert not [c for c in checks.values() if c["result"] == "failed"]
    assert all(c["mend"] for c in checks.values() if c["result"] in ("warning", "failed"))
    assert list(found["checks"][0]) == ["name", "result", "reason", "mend", "seconds"]


def test_what_does_not_work_ends_with_1_and_its_mend(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    with well(owner, monkeypatch, login="535 5.7.8 no"):
        done = owner.run("doctor")
    assert done.code == 1
    assert re.search(r"FAIL  sending: refused at login \(535 5\.7\.8\): no\n +mend the user name", done.out)


def test_a_configuration_that_can_not_be_used_ends_with_2(owner: Owner) -> None:
    (owner.folder / "config.yaml").write_text("profile: {name: Dana}\n")
    done = owner.run("doctor", "--json")
    assert done.code == 2
    assert {c["name"] for c in done.json["checks"]} == {"configuration"}


def test_a_public_report_still_says_what_was_counted(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    with well(owner, monkeypatch):
        done = owner.ok("doctor", "--redact")
    assert "roster: 3 contacts (2 with an address), 1 interaction: (what was said is left out)" in done.out
    assert "sign-in: the password is there\n" in done.out


@pytest.mark.parametrize("more", [(), ("--redact",)])
def test_two_configurations_are_one_thing_to_mend_and_a_public_report_names_neither(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    own = owner.folder / ".config" / "mailer" / "config.yaml"
    own.parent.mkdir(parents=True)
    own.touch()
    monkeypatch.setattr("mailer.config.places._service_config", lambda _: owner.folder / "config.yaml")
    owner.environ["MAILER_CONFIG"] = ""
    done = owner.run("doctor", *more)
    assert done.code == 2
    assert "which one is meant" in done.out and "--config" in done.out
    assert (str(owner.folder) in done.out + done.err) is not bool(more)


def test_a_database_that_can_not_be_used_is_one_check_among_others(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    (owner.folder / "mailer.db").write_bytes(b"this is no database" * 1000)
    with well(owner, monkeypatch):
        done = owner.run("doctor", "--json")
    results = {c["name"]: c["result"] for c in done.json["checks"]}
    assert done.code == 1
    assert (results["database"], results["sending"], results["daemon"]) == ("failed", "ok", "skipped")


# The report for the public

SECRETS = {
    "owner": "Zelda Quimby",
    "address": "zq7@private-domain.example",
    "username": "zq-login-name",
    "phone": "+1 312 555 0177",
    "password": "correct-horse-9",
    "command": "my-secret-store show mail/zq",
    "contact": "Ottoline Vanterpool",
    "contact_address": "ottoline@hidden-company.example",
    "company": "Hidden Company",
    "tag": "golfclub",
    "pitch": "I mend the clocks of Innsmouth",
    "prospect": "second interview with Umbrella",
    "server_words": "hello zq from basement.private-domain.example",
    "folder": "Geheimnis",
    "note": "owes me a favour",
}

CONFIG = """
profile: {{name: {owner}, email: {address}, phone: "{phone}"}}
search: {{looking_for: "{pitch}", pitch: "{pitch}", prospects: ["{prospect}"], started: 1999-01-01}}
account:
  username: {username}
  password: {{env: MAILER_TEST_PASSWORD}}
  smtp: {{host: 127.0.0.1, port: {smtp}, security: none}}
  imap: {{host: 127.0.0.1, port: {imap}, security: none}}
  folders: {{junk: {folder}}}
database: sqlite:///mailer.db
schedule: {{timezone: UTC}}
notify: {{command: "{command}"}}
"""

ROSTER = """
contacts:
  - name: {contact}
    email: {contact_address}
    company: {company}
    tags: [{tag}]
    notes: {note}
    timezon: Europe/Vienna
    interactions:
      - {{date: 2026-10-02, kind: call, about: the {folder} affair}}
"""


def planted(owner: Owner, smtp: int, imap: int) -> None:
    """A configuration and a roster full of what nobody else may read, and a program that has used them."""
    (owner.folder / "config.yaml").write_text(CONFIG.format(**SECRETS, smtp=smtp, imap=imap))
    (owner.folder / "contacts.yaml").write_text(ROSTER.format(**SECRETS).replace("    timezon: Europe/Vienna\n", ""))
    owner.environ["MAILER_TEST_PASSWORD"] = SECRETS["password"]
    owner.ok("contacts", "list")
    (owner.folder / "contacts.yaml").write_text(ROSTER.format(**SECRETS))
    templates = owner.folder / "templates"
    templates.mkdir()
    (templates / "update.md").write_text("Subject: {{ nobody_here }}\n\n" + SECRETS["note"] + "{{ broken\n")


def left(done: Result, owner: Owner) -> set[str]:
    """Which of the secrets, or of their words, are still there."""
    text = (done.out + done.err).casefold()
    words = {word for secret in SECRETS.values() for word in re.split(r"[\s@]", secret) if len(word) > 4}
    words |= {"private-domain", "hidden-company", "basement", str(owner.folder), owner.folder.name + "/", "127.0.0.1"}
    common = {"interview", "second", "clocks", "hello", "favour"}
    return {word for word in {*SECRETS.values(), *words} - common if word.casefold() in text}


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("greets", ["220 {server_words}", "535 5.7.8 {password} {server_words} {contact_address}"])
def test_nothing_private_is_left_in_a_report_for_the_public(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...], greets: str
) -> None:
    stage = "greeting" if greets.startswith("220") else "login"
    script = ScriptedSmtp({stage: greets.format(**SECRETS)})
    box = ScriptedImap()
    box.greeting = f"* OK {SECRETS['server_words']}"
    box.rename("Junk", SECRETS["folder"])
    with script.in_thread() as smtp, box.running() as imap, dns_server(SOUND) as resolver:
        monkeypatch.setattr(dns.resolver, "Resolver", lambda: resolver)
        planted(owner, smtp.port, imap.port)
        plain, public = owner.run("-v", "doctor"), owner.run("-v", "doctor", "--redact", *form)
    assert len(left(plain, owner)) >= 3
    assert left(public, owner) == set()
    assert "templates" in public.out
    assert "sending" in public.out


def test_an_upgrade_on_the_way_is_told_without_its_folder(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    def upgrading(*args: Any, **options: Any) -> wiring.App:
        app = really(*args, **options)
        app.store.upgraded = Upgraded("0001", Path("/home/dana/mailer.sqlite3.schema-0001"))
        return app

    really = wiring.wire
    monkeypatch.setattr(wiring, "wire", upgrading)
    with well(owner, monkeypatch):
        plain, public = owner.run("doctor"), owner.run("doctor", "--redact")
    assert "/home/dana" in plain.err
    assert "/home/dana" not in public.err + public.out
    assert public.err.startswith(f"the database was upgraded from schema 0001 to {VERSIONS[-1]}\n")


def test_nothing_of_a_broken_configuration_is_left_either(owner: Owner) -> None:
    broken = CONFIG.format(**SECRETS, smtp=1, imap=1).replace("{env: MAILER_TEST_PASSWORD}", SECRETS["password"])
    (owner.folder / "config.yaml").write_text(broken.replace("notify:", f"{SECRETS['username']}: 1\nnotify:"))
    done = owner.run("doctor", "--redact")
    assert done.code == 2
    assert left(done, owner) == set()
    assert "sign-in: line 6 needs a mend" in done.out


@pytest.mark.parametrize(
    "text",
    [
        "no sender dana@example.org here",
        "at mail.basement.example it ends",
        "under /home/dana/.config/mailer",
        "from 192.0.2.7 and 2001:db8::7",
        "token c2VjcmV0LXRva2VuLWZvci1tYWls",
        "see https://mail.basement.example/login",
        "~/notes",
    ],
)
def test_what_looks_private_is_hidden_though_nobody_knew_it(text: str) -> None:
    hidden = Redactor(()).text(text)
    assert "[" in hidden
    for word in ("dana", "basement", "192", "2001", "c2Vj", "notes"):
        assert word not in hidden


@pytest.mark.parametrize(
    "text",
    [
        "`mailer doctor --send` compares it by a letter",
        "write account.sent_copy: server",
        "see the host, the port, `security`, `ca_file` and the network",
        "limits.per_minute is 10, limits.per_day 500; Microsoft 365 takes 30 a minute and 10,000 a day",
        "no limit of your mail service is known, so these are mailer's own",
        "whole, sqlite, schema 0003, 1.5 MB",
        "smtp.gmail.com takes the sign-in",
    ],
)
def test_what_anybody_may_read_stays(text: str) -> None:
    assert Redactor(["dana@example.org", "Ada"]).text(text) == text

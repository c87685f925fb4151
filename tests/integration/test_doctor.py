"""The doctor's checks against servers that are well, servers that aren't, and a DNS of the test's own."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import dns.resolver
import pytest

from mailer.config import parse_config
from mailer.daemon.wiring import wire
from mailer.doctor import Check, Patient, examine
from mailer.doctor.domain import dkim, dmarc, mx, spf
from mailer.doctor.examination import side_by_side
from mailer.doctor.letter import sent_to_oneself
from mailer.doctor.machine import permissions
from mailer.doctor.mailbox import signing_in
from mailer.doctor.report import ok
from mailer.doctor.transport import imap_greeting, sending, smtp_greeting
from mailer.storage import daemons
from tests.servers.certificates import Authority, Certificate
from tests.servers.dns_server import Records, dns_server
from tests.servers.mailsystem import MailSystem
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.scripted_smtp import Fault, ScriptedSmtp

CONFIG = """
profile: {{name: Dana Reyes, email: {owner}}}
search: {{looking_for: a head of platform role, pitch: I keep warehouses shipping.}}
account:
  password: {{env: MAILER_TEST_PASSWORD}}
  smtp: {{host: 127.0.0.1, port: {smtp}, security: {smtp_security}}}
  imap: {{host: 127.0.0.1, port: {imap}, security: {imap_security}}}
  ca_file: {ca_file}
  sent_copy: {sent_copy}
schedule: {{timezone: UTC}}
"""
PASSWORD = "open sesame"
USUAL: dict[str, Any] = {
    "owner": "dana@example.com",
    "smtp": 1,
    "imap": 1,
    "smtp_security": "none",
    "imap_security": "none",
    "ca_file": "null",
    "sent_copy": "auto",
}


def patient(folder: Path, *, password: str = PASSWORD, wired: bool = False, **values: Any) -> Patient:
    text = CONFIG.format(**(USUAL | {k: v for k, v in values.items() if k in USUAL}))
    options = {k: v for k, v in values.items() if k not in USUAL}
    environ = {"MAILER_TEST_PASSWORD": password, "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
    file = folder / "config.yaml"
    file.write_text(text)
    (folder / "contacts.yaml").write_text("contacts: []\n")
    app = wire(file, environ) if wired else None
    return Patient(parse_config(text, file), environ, app, patience=options.pop("patience", 60.0), **options)


def by_name(checks: Iterator[Check] | list[Check]) -> Mapping[str, Check]:
    return {check.name: check for check in checks}


# The domain

SOUND: dict[tuple[str, str], list[str]] = {
    ("example.com", "MX"): ["10 mx.example.com."],
    ("example.com", "TXT"): ['"v=spf1 include:_spf.example.net" " -all"', '"unrelated"'],
    ("_dmarc.example.com", "TXT"): ['"v=DMARC1; p=quarantine"'],
    ("k1._domainkey.example.com", "TXT"): ['"v=DKIM1; p=" "MIIB"'],
    ("old._domainkey.example.com", "TXT"): ['"v=DKIM1; p="'],
}


@contextlib.contextmanager
def at(folder: Path, records: Records, **values: Any) -> Iterator[Patient]:
    with dns_server(records) as resolver:
        yield patient(folder, resolver=resolver, **values)


def test_a_sound_domain_is_found_sound(tmp_path: Path) -> None:
    with at(tmp_path, SOUND) as who:
        assert [c.result for look in (mx, spf, dmarc) for c in look(who)] == ["ok", "ok", "ok"]


@pytest.mark.parametrize(
    ("look", "records", "result", "words"),
    [
        (mx, {}, "failed", "there is none"),
        (mx, {("example.com", "MX"): ["0 ."]}, "failed", "takes no mail"),
        (mx, {("example.com", "A"): ["127.0.0.1"]}, "warning", "own address"),
        (spf, {("example.com", "TXT"): ['"v=spf10 -all"']}, "warning", "there is none"),
        (spf, {("example.com", "TXT"): ['"v=spf1 -all"', '"V=SPF1 ~all"']}, "failed", "only one may be"),
        (spf, {("example.com", "TXT"): ['"v=spf1 mx +all"']}, "warning", "every server of the world"),
        (dmarc, {("_dmarc.example.com", "TXT"): ['"no policy"']}, "warning", "there is none"),
        (dmarc, {("_dmarc.example.com", "TXT"): ['"v=DMARC1; p=<x>"']}, "ok", "p=none"),
    ],
)
def test_what_is_wrong_with_a_domain_is_told(
    tmp_path: Path, look: Any, records: Records, result: str, words: str
) -> None:
    with at(tmp_path, records) as who:
        (check,) = look(who)
    assert check.result == result
    assert words in check.reason
    assert check.mend or result == "ok"


def test_a_policy_of_the_domain_above_counts(tmp_path: Path) -> None:
    with at(tmp_path, SOUND, owner="dana@mail.eu.example.com") as who:
        (check,) = dmarc(who)
    assert check.result == "ok"


@pytest.mark.parametrize(
    ("signatures", "result"),
    [
        (["v=1; d=example.com; s=k1; b=x"], "ok"),
        (["v=1; d=example.net; s=k1", "v=1; d=Example.Com;\r\n\ts=k1; b=x"], "ok"),
        (["v=1; d=example.com; s=old"], "failed"),
        (["v=1; d=example.com; s=none-such"], "failed"),
        (["v=1; d=example.net; s=k1"], "warning"),
        ([], "warning"),
    ],
)
def test_a_signature_counts_only_for_the_owners_domain_with_a_published_key(
    tmp_path: Path, signatures: list[str], result: str
) -> None:
    with at(tmp_path, SOUND) as who:
        assert dkim(who, signatures).result == result


def test_a_dns_that_does_not_answer_says_nothing_about_the_domain(tmp_path: Path) -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], 1
    who = patient(tmp_path, resolver=resolver, patience=0.4)
    assert [c.result for look in (mx, spf, dmarc) for c in look(who)] == ["skipped"] * 3


# The servers


def test_a_sound_account_is_found_sound(tmp_path: Path) -> None:
    with ScriptedSmtp().in_thread() as smtp, ScriptedImap().running() as imap:
        who = patient(tmp_path, smtp=smtp.port, imap=imap.port)
        found = by_name([*sending(who), *signing_in(who)])
    assert {c.result for c in found.values()} == {"ok"}
    assert set(found) == {"sending", "mailbox", "IDLE", "folder inbox", "folder sent", "folder junk"}
    assert smtp.received == []


def test_a_refused_sign_in_is_told_with_what_mends_it(tmp_path: Path) -> None:
    with ScriptedSmtp({"login": "535 5.7.8 bad credentials"}).in_thread() as smtp:
        (check,) = sending(patient(tmp_path, smtp=smtp.port))
    assert check.result == "failed"
    assert "535" in check.reason
    assert "password" in check.mend


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = by_name([*sending(patient(tmp_path)), *signing_in(patient(tmp_path))])
    assert {name: c.result for name, c in found.items()} == {"sending": "failed", "mailbox": "failed"}


def test_a_secret_that_can_not_be_had_has_its_own_mend_at_both_servers(tmp_path: Path) -> None:
    with ScriptedSmtp().in_thread() as smtp, ScriptedImap().running() as imap:
        who = patient(tmp_path, password="", smtp=smtp.port, imap=imap.port)
        found = by_name([*sending(who), *signing_in(who)])
    assert {name: c.mend for name, c in found.items()} == dict.fromkeys(
        ("sending", "mailbox"), "set MAILER_TEST_PASSWORD and start again"
    )


def test_certificates_that_are_missing_are_not_taken_for_a_wrong_password(tmp_path: Path) -> None:
    values = {"smtp_security": "tls", "imap_security": "tls", "ca_file": tmp_path / "none.pem"}
    found = by_name([*sending(patient(tmp_path, **values)), *signing_in(patient(tmp_path, **values))])
    assert [c.result for c in found.values()] == ["failed", "failed"]
    assert all("ca_file" in c.mend for c in found.values())


def test_a_folder_that_is_missing_and_idle_that_is_are_worth_a_word(tmp_path: Path) -> None:
    server = ScriptedImap(capabilities="IMAP4rev1 AUTH=PLAIN")
    server.rename("Junk", "Kram")
    with server.running() as imap:
        found = by_name(signing_in(patient(tmp_path, imap=imap.port)))
    assert found["IDLE"].result == "warning"
    assert found["folder junk"].result == "warning"
    assert "account.folders.junk" in found["folder junk"].mend


@pytest.mark.parametrize(("ahead", "result"), [(0, "ok"), (300, "warning"), (-300, "warning")])
def test_the_clock_is_compared_with_a_greeting_that_tells_the_time(tmp_path: Path, ahead: int, result: str) -> None:
    there = datetime.now(UTC) + timedelta(seconds=ahead)
    with ScriptedSmtp({"greeting": f"220 mail ready at {format_datetime(there)}"}).in_thread() as smtp:
        found = by_name(smtp_greeting(patient(tmp_path, smtp=smtp.port)))
    assert found["clock"].result == result


# Certificates


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def seen(folder: Path, certificate: Certificate, ca: Path) -> Check:
    with ScriptedSmtp(certificate=certificate, tls_first=True).in_thread() as smtp:
        who = patient(folder, smtp=smtp.port, smtp_security="tls", ca_file=ca)
        return by_name(smtp_greeting(who))["certificate of the sending server"]


@pytest.mark.parametrize(("days", "result"), [(30, "ok"), (5, "warning"), (-1, "failed")])
def test_the_end_of_a_certificate_is_told_before_it_comes(
    tmp_path: Path, authority: Authority, days: int, result: str
) -> None:
    check = seen(tmp_path, authority.issue(f"for{days}", days=days), authority.ca)
    assert check.result == result
    assert str(max(days - 1, 0)) in check.reason or days < 0


def test_a_certificate_for_another_name_is_refused(tmp_path: Path, authority: Authority) -> None:
    check = seen(tmp_path, authority.issue("other", ("mail.example.org",)), authority.ca)
    assert check.result == "failed"
    assert "trusted" in check.reason


# All at once


def test_one_check_that_hangs_is_told_and_holds_up_nothing() -> None:
    over = threading.Event()

    def hang() -> Iterator[Check]:
        over.wait()
        yield ok("late", "too late")

    found = by_name(side_by_side({"quick": lambda: [ok("quick", "done")], "hanging": hang}, deadline=2))
    over.set()
    assert found["quick"].result == "ok"
    assert found["hanging"].result == "failed"
    assert "no answer within 2 seconds" in found["hanging"].reason


def test_a_mistake_in_one_check_ends_none_of_the_others() -> None:
    def stumble() -> list[Check]:
        raise KeyError("oops")

    found = by_name(side_by_side({"stumbling": stumble, "quick": lambda: [ok("quick", "done")]}, deadline=60))
    assert found["quick"].result == "ok"
    assert "KeyError" in found["stumbling"].reason


def test_everything_is_looked_at_within_the_deadline_though_both_servers_are_silent(tmp_path: Path) -> None:
    script = ScriptedSmtp({"greeting": Fault.silence})
    imap = ScriptedImap()
    imap.greeting = ""
    with script.in_thread() as smtp, dns_server(SOUND) as resolver:
        who = patient(tmp_path, smtp=smtp.port, imap=imap.port, resolver=resolver, wired=True, deadline=5)
        begun = time.monotonic()
        found = by_name(examine(who))
    assert time.monotonic() - begun < who.patience, "a server was waited for"
    assert found["sending"].result == "failed"
    assert found["mailbox"].result == "failed"
    assert found["MX"].result == "ok"
    assert found["database"].result == "ok"
    assert found["daemon"].result == "warning"


def test_problems_that_are_open_are_counted(tmp_path: Path) -> None:
    who = patient(tmp_path, wired=True, patience=0.5, deadline=5)
    assert who.app is not None
    with who.app.store.write() as tx:
        daemons.set_problem(tx, "roster.broken", "the roster is broken", "mend it", who.app.clock())
    with dns_server(SOUND) as resolver:
        found = by_name(examine(Patient(who.config, who.environ, who.app, resolver=resolver, patience=0.5)))
    assert "one is open (roster)" in found["problems"].reason


# This machine


def test_what_others_can_read_is_told(tmp_path: Path) -> None:
    who = patient(tmp_path)
    state = tmp_path / "state" / "mailer"
    state.mkdir(parents=True, mode=0o700)
    assert [c.result for c in permissions(who)] == ["ok"]
    state.chmod(0o755)
    (check,) = permissions(who)
    assert (check.result, check.words) == ("warning", str(state))


def test_no_letter_is_sent_where_its_arrival_can_not_be_seen(tmp_path: Path) -> None:
    script = ScriptedSmtp()
    with script.in_thread() as smtp:
        (check,) = sent_to_oneself(patient(tmp_path, wired=True, smtp=smtp.port))
    assert (check.result, check.reason) == ("failed", "the mailbox can't be read, so none was sent")
    assert script.received == []


# A letter to oneself, through real servers


def real(folder: Path, mail_system: MailSystem, name: str, **values: Any) -> Patient:
    (address,) = mail_system.add_users([name])
    return patient(
        folder,
        wired=True,
        owner=address,
        password=mail_system.password(name),
        smtp=mail_system.smtp.port,
        smtp_security="starttls",
        imap=mail_system.imap.port,
        imap_security="starttls",
        ca_file=mail_system.ca_file,
        **values,
    )


@pytest.mark.servers
def test_a_letter_to_oneself_is_seen_and_what_it_shows_is_told(
    tmp_path: Path, mail_system: MailSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailer.doctor.letter.SEEN_WITHIN", 90.0)
    with dns_server(SOUND) as resolver:
        who = real(tmp_path, mail_system, "doctored", resolver=resolver, copy_within=0.2)
        found = by_name([*sent_to_oneself(who), *smtp_greeting(who), *imap_greeting(who)])
    assert found["letter"].result == "ok", found
    assert "Inbox" in found["letter"].reason
    assert found["sent copy"].result == "ok"
    assert found["DKIM"].result == "warning"
    assert found["certificate of the mailbox server"].result == "ok"
    assert found["certificate of the sending server"].result == "ok"
    (letter,) = mail_system.mailbox("doctored")
    assert b"[test]" in letter


@pytest.mark.servers
def test_a_server_that_files_sent_mail_itself_is_noticed(
    tmp_path: Path, mail_system: MailSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailer.doctor import letter

    who = real(tmp_path, mail_system, "filed", sent_copy="append")
    deliver = letter._deliver

    async def and_file(patient: Patient, envelope: Any) -> Any:
        mail_system.deliver("filed", envelope.content, folder="Sent")
        return await deliver(patient, envelope)

    monkeypatch.setattr(letter, "_deliver", and_file)
    with dns_server(SOUND) as resolver:
        found = by_name(sent_to_oneself(Patient(who.config, who.environ, who.app, resolver=resolver)))
    assert found["sent copy"].result == "warning"
    assert "sent_copy: server" in found["sent copy"].mend


def test_without_a_database_nothing_is_sent(tmp_path: Path) -> None:
    with ScriptedSmtp().in_thread() as smtp:
        found = by_name(sent_to_oneself(patient(tmp_path, smtp=smtp.port)))
    assert found["letter"].result == "skipped"
    assert smtp.log == []


def test_the_password_is_in_no_check(tmp_path: Path) -> None:
    password = "a-password-nobody-guesses"
    script = ScriptedSmtp({"login": f"535 5.7.8 {password} is wrong"})
    with script.in_thread() as smtp, ScriptedImap().running() as imap, dns_server(SOUND) as resolver:
        who = patient(tmp_path, password=password, smtp=smtp.port, imap=imap.port, resolver=resolver, wired=True)
        found = examine(who)
    assert password not in str(found)

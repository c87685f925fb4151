"""TLS is demanded and verified: every certificate that shouldn't be trusted isn't, and STARTTLS can't be taken away."""

from __future__ import annotations

import pytest

from mailer.model import Delivery, Envelope, Outcome, Security, Server
from mailer.smtp import Limits, Pool
from tests.servers.certificates import Authority, self_signed
from tests.servers.mailsystem import Password
from tests.servers.scripted_smtp import OFFERS, Fault, ScriptedSmtp

PATIENT = Limits(quit=0.3)
QUICK = Limits(greeting=2, command=2, quit=0.3)  # for silence
LETTER = Envelope("dana@example.com", ("ada@example.org",), b"Subject: hello\r\n\r\nhi\r\n")
BOTH = pytest.mark.parametrize("security", [Security.tls, Security.starttls])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def server(security: Security, **options: object) -> ScriptedSmtp:
    offers = OFFERS if security is Security.tls else ("STARTTLS", *OFFERS)
    return ScriptedSmtp(offers=offers, tls_first=security is Security.tls, **options)  # type: ignore[arg-type]


async def attempt(script: ScriptedSmtp, security: Security, ca_file: object, *, limits: Limits = PATIENT) -> Delivery:
    async with script.running():
        where = Server("127.0.0.1", script.port, security, str(ca_file))
        pool = Pool(where, Password("dana", "secret"), limits=limits)
        delivery = await pool.deliver(LETTER)
        await pool.close()
        return delivery


@BOTH
async def test_a_good_certificate_is_taken(authority: Authority, security: Security) -> None:
    script = server(security, certificate=authority.issue("good"))
    assert (await attempt(script, security, authority.ca)).outcome is Outcome.accepted
    assert len(script.received) == 1


@BOTH
@pytest.mark.parametrize("flaw", ["expired", "another name", "self-signed", "unknown authority"])
async def test_a_bad_certificate_is_the_accounts_problem_and_no_password_leaves(
    authority: Authority, security: Security, flaw: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    certificate = {
        "expired": lambda: authority.issue("expired", days=-1),
        "another name": lambda: authority.issue("other", ("mail.example.org",)),
        "self-signed": lambda: self_signed(authority.folder),
        "unknown authority": lambda: Authority(tmp_path_factory.mktemp("other")).issue("unknown"),
    }[flaw]()
    script = server(security, certificate=certificate)
    delivery = await attempt(script, security, authority.ca)
    assert (delivery.outcome, delivery.stage) == (Outcome.account, "starttls")
    assert "certificate" in delivery.text
    assert "AUTH" not in script.commands and "MAIL" not in script.commands


async def test_starttls_taken_away_ends_the_session_before_the_password(authority: Authority) -> None:
    script = ScriptedSmtp(certificate=authority.issue("stripped"))
    delivery = await attempt(script, Security.starttls, authority.ca)
    assert (delivery.outcome, delivery.stage) == (Outcome.account, "starttls")
    assert script.commands == ["EHLO"]


async def test_starttls_refused_for_now_is_tried_later(authority: Authority) -> None:
    script = server(Security.starttls, certificate=authority.issue("busy"), replies={"starttls": "454 4.7.0 not now"})
    assert (await attempt(script, Security.starttls, authority.ca)).outcome is Outcome.later


@pytest.mark.parametrize("fault", [Fault.reset, Fault.hang_up, Fault.garbage, Fault.silence])
async def test_a_connection_that_breaks_at_starttls_is_tried_later(authority: Authority, fault: Fault) -> None:
    script = server(Security.starttls, replies={"starttls": fault})
    limits = QUICK if fault is Fault.silence else PATIENT
    delivery = await attempt(script, Security.starttls, authority.ca, limits=limits)
    assert (delivery.outcome, delivery.stage) == (Outcome.later, "starttls")


async def test_what_was_said_before_tls_is_forgotten(authority: Authority) -> None:
    script = server(Security.starttls, certificate=authority.issue("injected"))
    script.replies = {"starttls": "220 go ahead\r\n250-injected\r\n250 AUTH GSSAPI"}
    assert (await attempt(script, Security.starttls, authority.ca)).outcome is Outcome.accepted


async def test_tls_to_a_port_that_speaks_clear_text_is_the_accounts_problem(authority: Authority) -> None:
    delivery = await attempt(ScriptedSmtp(), Security.tls, authority.ca)
    assert delivery.outcome is Outcome.account
    assert "security" in delivery.text


async def test_a_missing_certificate_file_is_named(tmp_path: object) -> None:
    delivery = await attempt(ScriptedSmtp(), Security.tls, f"{tmp_path}/missing.pem")
    assert delivery.outcome is Outcome.account
    assert "missing.pem" in delivery.text


@BOTH
async def test_a_large_message_crosses_tls_whole(authority: Authority, security: Security) -> None:
    script = server(security, certificate=authority.issue("large"))
    large = Envelope("dana@example.com", ("ada@example.org",), b"Subject: x\r\n\r\n" + (b"y" * 76 + b"\r\n") * 60_000)
    async with script.running():
        pool = Pool(Server("127.0.0.1", script.port, security, str(authority.ca)), None)
        outcomes = [(await pool.deliver(large)).outcome for _ in range(2)]
        await pool.close()
    assert outcomes == [Outcome.accepted] * 2
    assert {message.content for message in script.received} == {large.content}
    assert script.connections == 1

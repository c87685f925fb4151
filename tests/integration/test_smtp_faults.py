"""What the SMTP door makes of everything a server can do, at every step of the dialogue."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from mailer.model import Delivery, Envelope, Outcome, Secret, Security, Server
from mailer.smtp import Limits, Pool
from tests.servers.mailsystem import Password
from tests.servers.scripted_smtp import Fault, ScriptedSmtp

PATIENT = Limits(quit=20, grace=20)  # what answers may take its time
QUICK = Limits(greeting=1, command=1, data=1, block=1, end=1, kept=1, quit=0.3, grace=0.3, idle=5)  # for silence
CONTENT = b"From: dana@example.com\r\nTo: ada@example.org\r\nSubject: hello\r\n\r\n.one dot\r\nlast line\r\n"
LETTER = Envelope("dana@example.com", ("ada@example.org",), CONTENT)
COPIED = Envelope("dana@example.com", ("ada@example.org", "dana@example.com"), CONTENT)
LARGE = Envelope("dana@example.com", ("ada@example.org",), CONTENT + b"x" * 70 + (b"\r\n" + b"y" * 76) * 50_000)
HUGE = Envelope("dana@example.com", ("ada@example.org",), LARGE.content * 5)


@contextlib.asynccontextmanager
async def door(script: ScriptedSmtp, **options: Any) -> AsyncIterator[Pool]:
    """A pool of one connection to a scripted server."""
    async with script.running():
        options = {"limits": PATIENT, "credential": Password("dana", "open sesame"), **options}
        pool = Pool(Server("127.0.0.1", script.port, Security.none), **options)
        try:
            yield pool
        finally:
            await pool.close()


def limits_for(fault: object) -> Limits:
    """Limits short enough to wait for, where the server says nothing."""
    return QUICK if fault is Fault.silence else PATIENT


async def attempt(script: ScriptedSmtp, letter: Envelope = LETTER, **options: Any) -> Delivery:
    async with door(script, **options) as pool:
        return await pool.deliver(letter)


async def test_an_accepted_message_is_the_octets_we_gave() -> None:
    script = ScriptedSmtp()
    delivery = await attempt(script)
    assert (delivery.outcome, delivery.code, delivery.enhanced, delivery.text) == (
        Outcome.accepted,
        250,
        "2.0.0",
        "queued",
    )
    assert script.received[0].content == CONTENT.replace(b"\r\n.one", b"\r\n..one")
    assert script.received[0].sender.startswith("FROM:<dana@example.com>")


async def test_a_large_message_arrives_whole() -> None:
    script = ScriptedSmtp()
    assert (await attempt(script, LARGE, limits=Limits())).outcome is Outcome.accepted
    assert script.received[0].content == LARGE.content.replace(b"\r\n.one", b"\r\n..one") + b"\r\n"


@pytest.mark.parametrize("content", [b"a\nb\n.\nc", b"a\r\n.\r\nb\r", b".\r\n.\r\n", b"\n.\r\n"])
async def test_lone_line_ends_and_dots_cannot_end_the_message_early(content: bytes) -> None:
    script = ScriptedSmtp()
    assert (await attempt(script, Envelope("a@example.org", ("b@example.org",), content))).outcome is Outcome.accepted
    assert len(script.received) == 1
    assert b"\n." not in script.received[0].content.replace(b"\r\n..", b"")


STAGES_BEFORE_CONTENT = ["greeting", "ehlo", "login", "mail", "rcpt", "data"]
FAULTS = [Fault.silence, Fault.hang_up, Fault.reset, Fault.garbage, Fault.long_line]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("stage", STAGES_BEFORE_CONTENT)
async def test_a_connection_that_breaks_before_the_content_is_tried_later(stage: str, fault: Fault) -> None:
    script = ScriptedSmtp({stage: fault})
    delivery = await attempt(script, limits=limits_for(fault))
    assert (delivery.outcome, delivery.stage) == (Outcome.later, stage)
    assert delivery.text and len(delivery.text) <= 400
    assert script.received == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_connection_that_breaks_after_the_final_dot_is_uncertain(fault: Fault) -> None:
    delivery = await attempt(ScriptedSmtp({"content": fault}), limits=limits_for(fault))
    assert (delivery.outcome, delivery.stage) == (Outcome.uncertain, "content")


@pytest.mark.parametrize("fault", [Fault.stuck, Fault.hang_up, Fault.reset, Fault.garbage])
async def test_a_connection_that_breaks_while_a_long_content_leaves_is_tried_later(fault: Fault) -> None:
    script = ScriptedSmtp(content_limit=1000, early=fault)
    limits = Limits(block=1, end=1) if fault is Fault.stuck else PATIENT
    assert (await attempt(script, HUGE, limits=limits)).outcome is Outcome.later


@pytest.mark.parametrize(("early", "expected"), [("552 5.3.4 too big", Outcome.rejected), ("250 ok", Outcome.later)])
async def test_an_answer_in_the_middle_of_the_content_ends_it(early: str, expected: Outcome) -> None:
    script = ScriptedSmtp(content_limit=1000, early=early)
    assert (await attempt(script, HUGE)).outcome is expected


@pytest.mark.parametrize("reply", ["421 4.3.2 closing", "450 4.2.0 greylisted", "451 4.3.0 later", "452 4.3.1 full"])
@pytest.mark.parametrize("stage", ["greeting", "ehlo", "login", "mail", "rcpt", "data", "content"])
async def test_a_temporary_refusal_is_tried_later(stage: str, reply: str) -> None:
    delivery = await attempt(ScriptedSmtp({stage: reply}))
    assert (delivery.outcome, delivery.stage, delivery.code) == (Outcome.later, stage, int(reply[:3]))


@pytest.mark.parametrize(
    ("stage", "reply", "expected"),
    [
        ("greeting", "554 5.7.1 go away", Outcome.account),
        ("greeting", "521 no mail here", Outcome.account),
        ("login", "535 5.7.8 wrong password", Outcome.account),
        ("login", "534 5.7.9 application password required", Outcome.account),
        ("login", "454 4.7.0 temporary authentication failure", Outcome.later),
        ("mail", "530 5.7.0 authentication required", Outcome.account),
        ("mail", "503 5.5.1 authenticate first", Outcome.account),
        ("mail", "553 5.7.1 not your address", Outcome.account),
        ("mail", "550 5.4.5 daily sending quota exceeded", Outcome.account),
        ("mail", "552 5.3.4 message too big", Outcome.rejected),
        ("mail", "550 5.6.7 address needs SMTPUTF8", Outcome.rejected),
        ("rcpt", "550 5.1.1 no such user", Outcome.rejected),
        ("rcpt", "550 no such user", Outcome.rejected),
        ("rcpt", "553 5.1.3 bad address", Outcome.rejected),
        ("rcpt", "552 5.2.2 mailbox full", Outcome.rejected),
        ("rcpt", "554 5.7.1 Relay access denied", Outcome.account),
        ("rcpt", "550 5.4.5 Daily user sending limit exceeded", Outcome.account),
        ("rcpt", "530-5.5.1 Authentication Required\r\n530 5.5.1 learn more", Outcome.account),
        ("rcpt", "503 5.5.1 bad sequence", Outcome.later),
        ("data", "554 no valid recipients", Outcome.rejected),
        ("content", "552 5.3.4 too big", Outcome.rejected),
        ("content", "554 5.7.1 looks like spam", Outcome.rejected),
        ("content", "550 5.4.5 daily limit", Outcome.account),
        ("content", "554 5.7.1 Your account has been blocked", Outcome.account),
        ("content", "554 5.2.252 SendAsDenied; not allowed to send as", Outcome.account),
        ("content", "550 5.7.501 Access denied, banned sender", Outcome.account),
        ("content", "250 2.0.0 fine", Outcome.accepted),
        ("content", "354 go on", Outcome.uncertain),
        ("content", "999 what", Outcome.uncertain),
    ],
)
async def test_a_lasting_refusal_is_about_the_message_or_the_account(stage: str, reply: str, expected: Outcome) -> None:
    delivery = await attempt(ScriptedSmtp({stage: reply}))
    assert (delivery.outcome, delivery.stage) == (expected, stage)


async def test_a_refused_contact_means_no_data_and_no_copy_to_the_owner() -> None:
    script = ScriptedSmtp({"rcpt": lambda to: "550 5.1.1 unknown" if "ada@" in to else "250 ok"})
    delivery = await attempt(script, COPIED)
    assert delivery.outcome is Outcome.rejected
    assert script.commands == ["EHLO", "AUTH", "MAIL", "RCPT", "RCPT", "RSET", "QUIT"]
    assert script.received == []


async def test_a_refused_copy_to_the_owner_is_reported_and_the_mail_leaves() -> None:
    script = ScriptedSmtp({"rcpt": lambda to: "550 5.1.1 unknown" if "dana@" in to else "250 ok"})
    delivery = await attempt(script, COPIED)
    assert delivery.outcome is Outcome.accepted
    assert "dana@example.com: 550 5.1.1 unknown" in delivery.text
    assert len(script.received) == 1


@pytest.mark.parametrize("fault", [Fault.hang_up, Fault.silence])
async def test_a_refused_copy_is_reported_where_the_connection_is_lost_after_it(fault: Fault) -> None:
    refuses = {"rcpt": lambda to: "552 5.2.2 mailbox full" if "dana@" in to else "250 ok", "content": fault}
    delivery = await attempt(ScriptedSmtp(refuses), COPIED, limits=limits_for(fault))
    assert (delivery.outcome, delivery.copy_refused) == (Outcome.uncertain, True)
    assert "dana@example.com: 552 5.2.2 mailbox full" in delivery.text


@pytest.mark.parametrize("fault", ["250 ok", Fault.hang_up])
async def test_a_copy_that_the_server_took_is_not_called_refused(fault: str | Fault) -> None:
    assert not (await attempt(ScriptedSmtp({"content": fault}), COPIED)).copy_refused


async def test_one_wrong_password_is_sent_once_even_by_many_sessions_at_once() -> None:
    script = ScriptedSmtp({"login": "535 5.7.8 no"})
    async with door(script, size=8) as pool:
        outcomes = await asyncio.gather(*(pool.deliver(LETTER) for _ in range(8)))
    assert {delivery.outcome for delivery in outcomes} == {Outcome.account}
    assert script.commands.count("AUTH") == 1


async def test_only_one_mechanism_is_tried_with_a_wrong_password() -> None:
    script = ScriptedSmtp({"login": "535 no"}, offers=("AUTH CRAM-MD5 LOGIN PLAIN",))
    await attempt(script)
    assert script.log[1][1].startswith("AUTH PLAIN")
    assert script.commands.count("AUTH") == 1


@pytest.mark.parametrize(("offer", "expected"), [("AUTH LOGIN", "LOGIN"), ("AUTH CRAM-MD5", "CRAM-MD5")])
async def test_other_mechanisms_serve_where_plain_is_not_offered(offer: str, expected: str) -> None:
    script = ScriptedSmtp(offers=(offer,))
    assert (await attempt(script)).outcome is Outcome.accepted
    assert f"AUTH {expected}" in script.log[1][1]


async def test_a_server_without_a_usable_mechanism_is_named() -> None:
    delivery = await attempt(ScriptedSmtp(offers=("AUTH GSSAPI",)))
    assert (delivery.outcome, delivery.stage) == (Outcome.account, "login")
    assert "GSSAPI" in delivery.text


class Token:
    """A credential whose token changes at each look."""

    username = "dana"

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    def secret(self, refused: Secret | None = None) -> Secret:
        return Secret(self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0], oauth=True)


async def test_an_expired_token_is_replaced_by_a_fresh_one_at_once() -> None:
    script = ScriptedSmtp({"login": ["535 5.7.8 expired", "235 ok"]})
    assert (await attempt(script, credential=Token("old", "new"))).outcome is Outcome.accepted
    assert script.commands.count("AUTH") == 2
    assert "AUTH XOAUTH2" in script.log[1][1]


async def test_a_refused_token_that_stays_the_same_is_not_tried_again() -> None:
    script = ScriptedSmtp({"login": "535 5.7.8 expired"})
    assert (await attempt(script, credential=Token("old"))).outcome is Outcome.account
    assert script.commands.count("AUTH") == 1


async def test_a_secret_that_a_server_echoes_is_hidden() -> None:
    script = ScriptedSmtp({"login": lambda line: f"535 5.7.8 can't parse {line}, password open sesame"})
    delivery = await attempt(script)
    assert "open sesame" not in str(delivery) and "b3BlbiBzZX" not in str(delivery)
    assert "[hidden]" in delivery.text


async def test_a_kept_connection_found_dead_is_replaced_and_costs_nothing() -> None:
    script = ScriptedSmtp({"mail": ["250 ok", Fault.reset, "250 ok"]})
    async with door(script) as pool:
        outcomes = [(await pool.deliver(LETTER)).outcome for _ in range(2)]
    assert outcomes == [Outcome.accepted, Outcome.accepted]
    assert script.connections == 2


@pytest.mark.parametrize("step", ["421 4.4.2 idle too long", Fault.hang_up, Fault.silence, Fault.garbage])
async def test_a_kept_connection_that_ends_at_mail_is_replaced(step: Any) -> None:
    script = ScriptedSmtp({"mail": ["250 ok", step, "250 ok"]})
    async with door(script, limits=limits_for(step)) as pool:
        outcomes = [(await pool.deliver(LETTER)).outcome for _ in range(2)]
    assert outcomes == [Outcome.accepted, Outcome.accepted]


async def test_a_connection_is_reused_and_replaced_after_its_share_of_messages() -> None:
    script = ScriptedSmtp()
    async with door(script, limits=Limits(messages=3)) as pool:
        for _ in range(7):
            assert (await pool.deliver(LETTER)).outcome is Outcome.accepted
    assert script.connections == 3
    assert script.commands.count("QUIT") == 3


async def test_an_unused_connection_is_closed_after_a_while() -> None:
    script = ScriptedSmtp()
    async with door(script, limits=Limits(idle=0.1)) as pool:
        await pool.deliver(LETTER)
        await until(lambda: script.open_connections == 0)
        assert script.commands[-1] == "QUIT"


async def test_never_more_connections_than_the_size_says() -> None:
    script = ScriptedSmtp()
    async with door(script, size=3) as pool:
        await asyncio.gather(*(pool.deliver(LETTER) for _ in range(30)))
    assert script.connections <= 3
    assert len(script.received) == 30


async def test_a_rejected_message_leaves_the_connection_fit_for_the_next() -> None:
    script = ScriptedSmtp({"rcpt": ["550 5.1.1 no", "250 ok"], "content": ["554 5.6.0 no", "250 ok"]})
    async with door(script) as pool:
        outcomes = [(await pool.deliver(LETTER)).outcome for _ in range(3)]
    assert outcomes == [Outcome.rejected, Outcome.rejected, Outcome.accepted]
    assert script.connections == 1


async def test_a_reply_too_many_never_passes_for_the_answer_to_the_content() -> None:
    script = ScriptedSmtp({"data": "354 go on\r\n250 ok", "content": "554 5.6.0 refused"})
    assert (await attempt(script)).outcome is Outcome.later
    assert script.received == []


async def test_two_answers_to_the_content_are_a_doubt() -> None:
    script = ScriptedSmtp({"content": "250 ok\r\n554 5.6.0 refused"})
    assert (await attempt(script)).outcome is Outcome.uncertain


async def test_what_comes_before_the_content_leaves_in_one_write_where_the_server_allows_it() -> None:
    script = ScriptedSmtp()
    async with door(script) as pool:
        await pool.deliver(LETTER)
        sent: list[bytes] = []
        wire = pool._idle[0]._wire
        assert wire is not None
        write, wire.write = wire.write, lambda octets: (sent.append(octets), write(octets))[1]  # type: ignore[method-assign]
        await pool.deliver(LETTER)
    assert [each.split(b" ")[0].split(b"\r")[0] for each in sent][:2] == [b"MAIL", b"From:"]
    assert sent[0].endswith(b"\r\nDATA\r\n")


async def test_commands_leave_one_by_one_where_the_server_does_not_offer_pipelining() -> None:
    script = ScriptedSmtp({"rcpt": "550 5.1.1 no"}, offers=("8BITMIME", "AUTH PLAIN"))
    assert (await attempt(script)).outcome is Outcome.rejected
    assert script.commands == ["EHLO", "AUTH", "MAIL", "RCPT", "RSET", "QUIT"]


async def test_a_server_that_wants_content_for_nobody_gets_none() -> None:
    script = ScriptedSmtp({"rcpt": ["550 5.1.1 no", "250 ok"], "data": "354 go on"})
    async with door(script) as pool:
        outcomes = [(await pool.deliver(LETTER)).outcome for _ in range(2)]
    assert outcomes == [Outcome.rejected, Outcome.accepted]
    assert [len(each.recipients) for each in script.received] == [1]
    assert script.connections == 2


async def test_a_reply_too_many_before_the_content_is_tried_later() -> None:
    script = ScriptedSmtp({"rcpt": "250 ok\r\n354 go on"})
    assert (await attempt(script)).outcome is Outcome.later
    assert script.received == []


INTERNATIONAL = Envelope("dana@example.com", ("søren@example.org",), b"Subject: x\r\n\r\nhi\r\n", smtputf8=True)


async def test_an_international_address_uses_smtputf8_where_offered() -> None:
    script = ScriptedSmtp()
    assert (await attempt(script, INTERNATIONAL)).outcome is Outcome.accepted
    assert any(line.startswith("MAIL") and "SMTPUTF8" in line for _, line in script.log)


async def test_an_international_address_is_rejected_in_plain_words_where_smtputf8_is_missing() -> None:
    delivery = await attempt(ScriptedSmtp(offers=("AUTH PLAIN",)), INTERNATIONAL)
    assert delivery.outcome is Outcome.rejected
    assert "SMTPUTF8" in delivery.text


async def test_eight_bit_content_needs_8bitmime() -> None:
    letter = Envelope("a@example.org", ("b@example.org",), "Subject: é\r\n\r\n".encode())
    assert (await attempt(ScriptedSmtp(offers=("AUTH PLAIN",)), letter)).outcome is Outcome.rejected
    script = ScriptedSmtp()
    assert (await attempt(script, letter)).outcome is Outcome.accepted
    assert any("BODY=8BITMIME" in line for _, line in script.log)


async def test_a_message_above_the_announced_size_is_not_even_offered() -> None:
    script = ScriptedSmtp(offers=("AUTH PLAIN", "SIZE 50"))
    delivery = await attempt(script)
    assert delivery.outcome is Outcome.rejected
    assert "50" in delivery.text and "MAIL" not in script.commands


async def test_a_server_without_extensions_is_good_enough() -> None:
    script = ScriptedSmtp({"ehlo": "502 5.5.1 what?"}, offers=())
    assert (await attempt(script, credential=None)).outcome is Outcome.accepted
    assert script.commands[:3] == ["EHLO", "HELO", "MAIL"]


@pytest.mark.parametrize(
    "address", ["a@example.org> SIZE=1", "a b@example.org", "a@example.org\r\nDATA", "<a@example.org>"]
)
async def test_an_address_cannot_smuggle_commands(address: str) -> None:
    script = ScriptedSmtp()
    delivery = await attempt(script, Envelope("dana@example.com", (address,), CONTENT))
    assert delivery.outcome is Outcome.rejected
    assert "RCPT" not in script.commands


async def test_clear_text_beyond_loopback_is_refused_without_connecting() -> None:
    pool = Pool(Server("mail.example.org", 25, Security.none), Password("dana", "x"))
    delivery = await pool.deliver(LETTER)
    assert (delivery.outcome, delivery.stage) == (Outcome.account, "connect")
    assert "clear text" in delivery.text


async def test_a_port_that_nobody_listens_at_is_tried_later() -> None:
    async with ScriptedSmtp().running() as script:
        port = script.port
    delivery = await Pool(Server("127.0.0.1", port, Security.none), None).deliver(LETTER)
    assert (delivery.outcome, delivery.stage) == (Outcome.later, "connect")


async def test_a_check_signs_in_and_sends_nothing() -> None:
    script = ScriptedSmtp()
    async with door(script) as pool:
        assert (await pool.check()).outcome is Outcome.accepted
    assert script.commands == ["EHLO", "AUTH", "QUIT"]


async def test_a_stopped_pool_takes_nothing_more() -> None:
    async with door(ScriptedSmtp()) as pool:
        await pool.close()
        assert (await pool.deliver(LETTER)).outcome is Outcome.unused


async def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition()` holds."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def content_begins(script: ScriptedSmtp) -> bool:
    return "DATA" in script.commands


def content_is_whole(script: ScriptedSmtp) -> bool:
    return bool(script.received)


async def cancelled_when(
    script: ScriptedSmtp, moment: Callable[[ScriptedSmtp], bool], letter: Envelope = LETTER, *, grace: float = 0.4
) -> Delivery:
    """What comes of a delivery that is cancelled at that moment; the gate opens after it."""
    async with door(script, limits=Limits(grace=grace)) as pool:
        task = asyncio.ensure_future(pool.deliver(letter))
        await until(lambda: moment(script))
        task.cancel()
        await asyncio.sleep(0.1)  # it has heard of it
        script.gate.set()
        return await task


async def test_cancelled_with_the_yes_there_it_is_accepted_though_the_pool_is_closed_and_the_server_slow() -> None:
    script = ScriptedSmtp({"content": Fault.wait, "quit": Fault.silence})
    async with door(script, limits=Limits(grace=20, quit=0.8)) as pool:
        task = asyncio.ensure_future(pool.deliver(LETTER))
        await until(lambda: content_is_whole(script))
        await pool.close()
        script.gate.set()
        await asyncio.wait({task}, timeout=0.3)
        task.cancel()  # long before the server's silence to QUIT is over
        assert (await task).outcome is Outcome.accepted


async def test_cancelled_before_the_content_it_is_simply_cancelled() -> None:
    script = ScriptedSmtp({"data": Fault.silence})
    with pytest.raises(asyncio.CancelledError):
        await cancelled_when(script, content_begins)
    assert script.received == []


async def test_cancelled_while_a_long_content_leaves_it_is_simply_cancelled() -> None:
    script = ScriptedSmtp(content_limit=1000, early=Fault.stuck)
    with pytest.raises(asyncio.CancelledError):
        await cancelled_when(script, content_begins, HUGE)


async def test_cancelled_after_the_final_dot_without_an_answer_it_is_uncertain() -> None:
    script = ScriptedSmtp({"content": Fault.silence})
    assert (await cancelled_when(script, content_is_whole)).outcome is Outcome.uncertain


async def test_cancelled_after_the_final_dot_it_waits_a_little_for_the_answer() -> None:
    script = ScriptedSmtp({"content": Fault.wait})
    assert (await cancelled_when(script, content_is_whole, grace=60)).outcome is Outcome.accepted

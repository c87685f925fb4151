"""What replies mean, and that strangers' words are made fit for a log."""

from __future__ import annotations

import pytest

from mailer.model import Outcome
from mailer.smtp.replies import TEXT_LIMIT, classify, one_line, read_reply
from mailer.smtp.session import dot_stuffed


@pytest.mark.parametrize(
    ("stage", "code", "words", "expected"),
    [
        ("rcpt", 550, "5.1.1 <x@example.org>: Recipient address rejected: User unknown", Outcome.rejected),
        ("rcpt", 550, "user account is disabled", Outcome.rejected),
        ("rcpt", 550, "5.2.1 The email account that you tried to reach is disabled", Outcome.rejected),
        ("rcpt", 550, "5.7.1 recipient's user quota limit exceeded", Outcome.rejected),
        ("rcpt", 553, "5.7.1 Sender address rejected: not owned by user dana", Outcome.account),
        ("rcpt", 554, "5.7.1 Client host rejected: Access denied", Outcome.account),
        ("rcpt", 554, "Service unavailable; Client host [192.0.2.1] blocked using a list", Outcome.account),
        ("rcpt", 550, "5.1.8 Access denied, bad outbound sender", Outcome.account),
        ("rcpt", 550, "5.1.90 you've reached your daily limit for message recipients", Outcome.account),
        ("content", 550, "Your message exceeded the size limit", Outcome.rejected),
        ("content", 554, "5.7.1 You have exceeded your daily sending quota", Outcome.account),
        ("content", 554, "user account is locked", Outcome.account),
        ("content", 550, "5.7.750 Client blocked from sending from unregistered domains", Outcome.account),
        ("content", 550, "5.7.1 This message was rejected by policy", Outcome.rejected),
        ("content", 571, "no", Outcome.rejected),
        ("mail", 550, "no", Outcome.account),
        ("mail", 555, "5.5.4 unsupported parameter", Outcome.rejected),
        ("login", 504, "mechanism unknown", Outcome.account),
        ("data", 600, "what", Outcome.later),
        ("content", 100, "what", Outcome.uncertain),
    ],
)
def test_a_reply_means(stage: str, code: int, words: str, expected: Outcome) -> None:
    assert classify(stage, read_reply(code, words)) is expected


def test_the_lines_of_a_reply_become_one_without_its_codes() -> None:
    reply = read_reply(550, "5.7.1 first\n5.7.1 second\nthird")
    assert (reply.enhanced, reply.text) == ("5.7.1", "first second third")


def test_a_stranger_cannot_write_into_our_log() -> None:
    assert one_line("a\r\nERROR fake\x1b[31m\x00 b\u2028c \udcff") == "a ERROR fake [31m b c ?"
    assert len(one_line("x" * 10_000)) == TEXT_LIMIT


def test_the_longer_form_of_a_secret_is_hidden_first() -> None:
    assert one_line("abc abcdef", "abc", "abcdef") == "[hidden] [hidden]"


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        (b"a\r\n", b"a\r\n"),
        (b"a", b"a\r\n"),
        (b"", b"\r\n"),
        (b".\r\n", b"..\r\n"),
        (b"a\r\n.b\r\n..c\r\n", b"a\r\n..b\r\n...c\r\n"),
        (b"a\n.\nb\r.\r\n", b"a\r\n..\r\nb\r\n..\r\n"),
    ],
)
def test_content_crosses_the_wire_with_doubled_dots(content: bytes, wire: bytes) -> None:
    assert dot_stuffed(content) == wire

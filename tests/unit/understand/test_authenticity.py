"""Senders that the owner's own server found to be forged (RFC 8601)."""

from __future__ import annotations

import pytest

from mailer.model import Classification
from mailer.understand import understand

STOP = "From: Ada <ada@example.org>\r\nTo: dana@example.com\r\nSubject: stop\r\n\r\nPlease take me off your list.\r\n"


def judged(*results: str, **options: object):  # type: ignore[no-untyped-def]
    head = "".join(f"Authentication-Results: {each}\r\n" for each in results)
    return understand((head + STOP).encode(), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "result",
    [
        "mx.example.com; dmarc=fail (p=NONE) header.from=example.org",
        "mx.example.com 1; spf=pass smtp.mailfrom=evil.example; dkim=none; dmarc=fail",
        "mx.example.com; spf=fail smtp.mailfrom=example.org",
        "mx.example.com; spf=softfail smtp.mailfrom=example.org; dkim=fail header.d=example.org",
        "mx.example.com; dkim=pass header.d=evil.example; spf=fail smtp.mailfrom=example.org",
        "spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=example.org; dkim=none; dmarc=none; compauth=fail reason=001",
    ],
)
def test_a_failure_makes_a_request_to_stop_a_question(result: str) -> None:
    verdict = judged(result)
    assert verdict.classification is Classification.reply
    assert verdict.question and verdict.unverified and verdict.opt_out_scope is None
    assert verdict.evidence[-1].rule == "your mail server could not verify the sender"


@pytest.mark.parametrize(
    "result",
    [
        "mx.example.com; dmarc=pass header.from=example.org; spf=softfail smtp.mailfrom=list.example",
        "mx.example.com; spf=fail smtp.mailfrom=forward.example; dkim=pass header.d=example.org",
        "mx.example.com; spf=pass smtp.mailfrom=bounce.example.org; dkim=fail header.d=example.org",
        "mx.example.com; spf=none; dkim=none; dmarc=none",
        "mx.example.com; none",
        "mx.example.com; dkim=temperror; spf=temperror",
        "",
        ";;;=;",
    ],
)
def test_what_passed_or_was_not_decided_changes_nothing(result: str) -> None:
    assert judged(result).classification is Classification.opt_out


def test_only_the_topmost_servers_results_count_unless_others_are_named() -> None:
    mine, forgers = "mx.example.com; dmarc=pass", "mx.evil.example; dmarc=fail"
    assert not judged(mine, forgers).unverified
    assert judged(mine, forgers, trusted_servers=["MX.evil.example"]).unverified
    assert not judged(forgers, mine, trusted_servers=["mx.example.com"]).unverified


def test_a_forged_pass_below_a_failure_helps_nobody() -> None:
    assert judged("mx.example.com; dmarc=fail", "mx.example.com; spf=pass smtp.mailfrom=example.org").unverified


def test_an_answer_of_a_forged_sender_is_a_question_and_a_robots_answer_is_none() -> None:
    head = b"Authentication-Results: mx.example.com; dmarc=fail\r\nFrom: ada@example.org\r\nSubject: Re: hi\r\n"
    assert understand(head + b"\r\nYes, call me.\r\n").question
    assert not understand(head + b"Auto-Submitted: auto-replied\r\n\r\nI am away.\r\n").question

"""Notices that name an address only, which anybody could write: what follows from them, and what never does."""

from __future__ import annotations

import pytest

from mailer.model import Classification, ContactStatus, MatchedBy, MessageStatus, OptOutScope, Outcome
from mailer.services import answers
from mailer.storage.records import MessageRecord
from tests.integration.services.test_inbox import bounce
from tests.integration.world import World

DAEMON = b"From: MAILER-DAEMON@example.com (Mail Delivery System)\r\n"
PERSON = b"From: Eve <eve@example.net>\r\n"


@pytest.fixture
def sent(world: World) -> MessageRecord:
    """A thank-you to Ada that has left."""
    world.add("Ada Lovelace")
    return world.sent()


def complaint(address: str) -> bytes:
    """An abuse report (RFC 5965) that returns nothing, and only says whose it is."""
    return (
        "From: feedback@isp.example\r\nTo: dana@example.com\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n"
        f"Original-Rcpt-To: <{address}>\r\n\r\n--b--\r\n"
    ).encode()


def test_a_complaint_that_names_no_letter_of_ours_is_a_question(world: World, sent: MessageRecord) -> None:
    world.tick(days=6)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    world.receive(complaint("ada@example.org"))
    (reply,) = world.replies()
    assert (reply.classification, reply.matched_by) == (Classification.complaint, MatchedBy.recipient)
    assert "Ada Lovelace" in (reply.question or "")
    assert world.contact("Ada Lovelace").opted_out is None
    assert world.message(waiting.id).status is MessageStatus.held
    answers.answered(world.store, world.desk, reply.id, world.now)
    assert world.contact("Ada Lovelace").opted_out is None
    assert world.message(waiting.id).status is MessageStatus.queued


def test_the_owners_word_makes_such_a_complaint_count(world: World, sent: MessageRecord) -> None:
    world.receive(complaint("ada@example.org"))
    answers.reclassify(world.store, world.desk, world.replies()[0].id, {"classification": "complaint"}, world.now)
    assert world.contact("Ada Lovelace").opted_out is OptOutScope.all


@pytest.mark.parametrize("head", [DAEMON, PERSON + b"Return-Path: <>\r\n"], ids=["a daemon", "no return path"])
def test_a_failure_that_names_an_address_only_counts_where_a_mail_system_sent_it(
    world: World, sent: MessageRecord, head: bytes
) -> None:
    world.receive(bounce(sent, own_id=False).replace(DAEMON, head))
    (reply,) = world.replies()
    assert (reply.matched_by, reply.question) == (MatchedBy.recipient, None)
    assert world.message(sent.id).status is MessageStatus.failed
    assert world.contact("Ada Lovelace").status is ContactStatus.bounced


def test_a_failure_that_a_person_sent_and_that_names_an_address_only_is_a_question(
    world: World, sent: MessageRecord
) -> None:
    head = PERSON + b"Return-Path: <eve@example.net>\r\n"
    world.receive(bounce(sent, own_id=False).replace(DAEMON, head))
    (reply,) = world.replies()
    assert (reply.classification, reply.matched_by) == (Classification.bounce, MatchedBy.recipient)
    assert reply.question
    assert world.message(sent.id).status is MessageStatus.sent
    assert world.contact("Ada Lovelace").status is ContactStatus.contacted


def test_a_notice_that_names_an_address_only_proves_no_uncertain_message(world: World) -> None:
    world.add("Ada Lovelace")
    logged = world.log("Ada Lovelace").message
    assert logged is not None
    world.tick(hours=2)
    world.deliver(Outcome.uncertain)
    world.receive(bounce(world.message(logged.id), status="4.4.1", action="delayed", own_id=False))
    assert world.replies()[0].matched_by is MatchedBy.recipient
    assert world.message(logged.id).status is MessageStatus.uncertain


def with_another_who_failed(notice: bytes) -> bytes:
    """The notice with a second recipient, whom nobody knows."""
    other = b"\r\n\r\nFinal-Recipient: rfc822; other@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    before = b"\r\n\r\n--b\r\nContent-Type: text/rfc822-headers"
    assert before in notice
    return notice.replace(before, other + before[2:])


def test_whom_a_notice_names_as_reached_is_not_matched(world: World, sent: MessageRecord) -> None:
    mail = bounce(sent, status="2.0.0", action="delivered", own_id=False, why="taken")
    world.receive(with_another_who_failed(mail))
    assert world.replies() == []


def test_the_failure_of_somebody_else_in_a_notice_fails_no_letter(world: World, sent: MessageRecord) -> None:
    mail = bounce(sent, status="4.4.1", action="delayed", own_id=False, why="later")
    world.receive(with_another_who_failed(mail))
    (reply,) = world.replies()
    assert [r["action"] for r in (reply.bounce or {})["recipients"]] == ["delayed", "failed"]
    assert world.message(sent.id).status is MessageStatus.sent

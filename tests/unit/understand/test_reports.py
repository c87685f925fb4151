# ruff: noqa: E501
"""RFC 3464 reports field by field; abuse reports; what a bounce is matched by; people are never bounces."""

from __future__ import annotations

import json

import pytest

from mailer.model import Action, BouncedRecipient, Classification, Verdict
from mailer.understand import understand

from .letters import letter, multipart

RETURNED = (
    "From: Dana <dana@example.com>\nTo: ada@example.org\nMessage-ID: <m1@example.com>\nX-Breadcrumb-ID: tok\n\nHi"
)
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example.net>"


def report(*blocks: str, returned: tuple[str, str] = ("message/rfc822", RETURNED), text: str = "It failed.") -> Verdict:
    """A multipart/report with one group of fields a recipient."""
    status = "Reporting-MTA: dns; mx.example.net\n\n" + "\n\n".join(blocks) + "\n"
    raw = multipart(
        "multipart/report; report-type=delivery-status",
        ("text/plain", text),
        ("message/delivery-status", status),
        returned,
        sender=DAEMON,
        subject="Undelivered Mail Returned to Sender",
        thread=False,
    )
    return understand(raw)


def recipients(verdict: Verdict) -> tuple[BouncedRecipient, ...]:
    assert verdict.bounce is not None
    return verdict.bounce.recipients


def one(*fields: str) -> BouncedRecipient:
    (recipient,) = recipients(report("Final-Recipient: rfc822; ada@example.org\n" + "\n".join(fields)))
    return recipient


def test_recipients_are_not_mixed() -> None:
    verdict = report(
        "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown",
        "Final-Recipient: rfc822; bob@example.org\nAction: delayed\nStatus: 4.2.2\nDiagnostic-Code: smtp; 452 4.2.2 full",
        "Final-Recipient: rfc822; cem@example.org\nAction: delivered\nStatus: 2.0.0",
    )
    assert verdict.classification is Classification.bounce
    assert [(r.address, r.action, r.status, r.reply, r.permanent, r.address_dead) for r in recipients(verdict)] == [
        ("ada@example.org", Action.failed, "5.1.1", "550", True, True),
        ("bob@example.org", Action.delayed, "4.2.2", "452", False, False),
        ("cem@example.org", Action.delivered, "2.0.0", None, None, False),
    ]


def test_the_returned_ids_are_read_from_the_message() -> None:
    bounce = report("Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1").bounce
    assert bounce is not None
    assert (bounce.message_id, bounce.breadcrumb_id) == ("<m1@example.com>", "tok")


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/global", "message/global-headers"])
def test_the_returned_ids_are_read_from_every_kind_of_part(kind: str) -> None:
    bounce = report("Final-Recipient: rfc822; ada@example.org\nAction: failed", returned=(kind, RETURNED)).bounce
    assert bounce is not None
    assert bounce.message_id == "<m1@example.com>"


def test_the_address_we_wrote_to_wins_over_where_it_was_forwarded() -> None:
    assert one("Original-Recipient: rfc822; ada@club.example.org", "Action: failed").address == "ada@club.example.org"


def test_an_internationalised_address_is_read() -> None:
    verdict = report("Final-Recipient: utf-8; zo\\x{EB}@example.org\nAction: failed\nStatus: 5.1.1")
    assert recipients(verdict)[0].address == "zo\u00eb@example.org"


def test_a_vague_status_gives_way_to_the_one_in_the_diagnostic() -> None:
    recipient = one("Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 550-5.7.1 blocked\n 550 5.7.1 see page")
    assert (recipient.status, recipient.reply) == ("5.7.1", "550")


@pytest.mark.parametrize(
    ("fields", "permanent"),
    [
        (("Action: failed", "Status: 5.2.2"), True),
        (("Action: failed", "Status: 4.4.7"), False),
        (("Action: failed", "Diagnostic-Code: smtp; 554 no"), True),
        (("Action: failed", "Diagnostic-Code: smtp; 421 later"), False),
        (("Action: failed", "Diagnostic-Code: smtp; mailbox is gone"), True),
        (("Action: failed", "Diagnostic-Code: smtp; retry timeout exceeded"), False),
        (("Action: delayed",), False),
        (("Action: relayed",), None),
    ],
)
def test_permanent_is_by_status_then_reply_then_words(fields: tuple[str, ...], permanent: bool | None) -> None:
    assert one(*fields).permanent is permanent


@pytest.mark.parametrize(
    ("fields", "dead"),
    [
        (("Action: failed", "Status: 5.1.1"), True),
        (("Action: failed", "Status: 5.1.2"), True),
        (("Action: failed", "Status: 5.1.10"), True),
        (("Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 550 No such user here"), True),
        (("Action: failed", "Diagnostic-Code: smtp; 550 unknown recipient"), True),
        (("Action: failed", "Status: 4.0.0", "Diagnostic-Code: smtp; DNS says NXDOMAIN"), True),
        (("Action: failed", "Status: 5.2.2", "Diagnostic-Code: smtp; 552 mailbox full"), False),
        (("Action: failed", "Status: 5.7.1", "Diagnostic-Code: smtp; 550 blocked by policy"), False),
        (("Action: failed", "Status: 5.3.4", "Diagnostic-Code: smtp; 552 too large"), False),
        (("Action: failed", "Status: 5.1.8", "Diagnostic-Code: smtp; 501 sender address unknown"), False),
        (("Action: delayed", "Status: 4.1.1", "Diagnostic-Code: smtp; 450 user unknown"), False),
        (("Action: failed", "Status: 4.4.7"), False),
    ],
)
def test_only_a_missing_mailbox_or_domain_is_dead(fields: tuple[str, ...], dead: bool) -> None:
    assert one(*fields).address_dead is dead


@pytest.mark.parametrize("action", ["failed", "Failed", "failure", "error", "failed (user unknown)"])
def test_actions_that_bend_the_rules_are_read(action: str) -> None:
    assert one(f"Action: {action}").action is Action.failed


def test_fields_without_types_are_read() -> None:
    verdict = report("Original-Recipient: <ada@example.org>\nAction: failed\nDiagnostic-Code: 550 Unknown user")
    assert [(r.address, r.reply) for r in recipients(verdict)] == [("ada@example.org", "550")]


def test_recipients_without_a_blank_line_between_them_are_told_apart() -> None:
    verdict = report(
        "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.2.2"
    )
    assert [(r.address, r.status) for r in recipients(verdict)] == [
        ("ada@example.org", "5.1.1"),
        ("bob@example.org", "5.2.2"),
    ]


def test_a_report_without_recipients_is_completed_from_the_words() -> None:
    verdict = report(text="The following recipients did not receive your message:\n\n     <ada@example.org>\n")
    assert [r.address for r in recipients(verdict)] == ["ada@example.org"]


def test_a_success_is_other_and_tells_the_message() -> None:
    verdict = report("Final-Recipient: rfc822; ada@example.org\nAction: relayed\nStatus: 2.1.9")
    assert verdict.classification is Classification.other
    assert verdict.bounce is not None
    assert verdict.bounce.message_id == "<m1@example.com>"


def test_an_abuse_report_is_a_complaint() -> None:
    raw = multipart(
        "multipart/report; report-type=feedback-report",
        ("text/plain", "This is an email abuse report."),
        ("message/feedback-report", "Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: <ada@example.org>\n"),
        ("message/rfc822", RETURNED),
        sender="fbl@example.net",
    )
    verdict = understand(raw)
    assert verdict.classification is Classification.complaint
    assert recipients(verdict)[0].address == "ada@example.org"
    assert verdict.bounce is not None
    assert verdict.bounce.message_id == "<m1@example.com>"


def test_a_complaint_passed_on_without_a_report_is_one() -> None:
    raw = multipart(
        "multipart/mixed",
        ("message/rfc822", RETURNED),
        sender="staff@hotmail.example.com",
        subject="complaint about message from 192.0.2.1",
    )
    assert understand(raw).classification is Classification.complaint


def test_a_parcel_service_is_no_bounce() -> None:
    raw = letter(
        "We could not deliver your parcel, delivery failed. Questions? help@parcels.example.org",
        sender="no-reply@parcels.example.org",
        subject="Delivery failed",
        thread=False,
    )
    assert understand(raw).classification is Classification.other


def test_an_authentication_report_is_no_complaint() -> None:
    raw = multipart(
        "multipart/report; report-type=feedback-report",
        ("text/plain", "DMARC failure."),
        ("message/feedback-report", "Feedback-Type: auth-failure\nVersion: 1\n"),
        ("message/rfc822", RETURNED),
        sender="noreply-dmarc@example.net",
    )
    assert understand(raw).classification is Classification.other


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("Bounce", Classification.bounce), ("Complaint", Classification.complaint), ("Delivery", Classification.other)],
)
def test_notifications_of_amazon_are_read(kind: str, expected: Classification) -> None:
    people = [{"emailAddress": "ada@example.org", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 unknown"}]
    detail = {"bounceType": "Permanent", "bouncedRecipients": people, "complainedRecipients": people}
    record = {"notificationType": kind, kind.lower(): detail | {"recipients": ["ada@example.org"]}}
    record["mail"] = {"commonHeaders": {"messageId": "<m1@example.com>"}}
    verdict = understand(letter(json.dumps(record), sender="no-reply@sns.example.com", subject="Notification"))
    assert verdict.classification is expected
    assert recipients(verdict)[0].address == "ada@example.org"


@pytest.mark.parametrize(
    "raw",
    [
        letter("I got this back, what shall I do?\n\n> Undelivered Mail Returned to Sender\n> <x@example.org>: 550 5.1.1"),
        letter("Your mail could not be delivered to Bob, he says. Use bob@example.net.", subject="Re: Thank you"),
        letter(
            "See below.\n\n---------- Forwarded message ---------\nFrom: MAILER-DAEMON@example.net\nDate: Mon\nTo: x\n"
            "Subject: failure notice\n\n<x@example.org>: 550 5.1.1 unknown user",
            subject="Fwd: failure notice",
        ),
        letter("The delivery has been delayed again, it did not reach Bob. Ask carl@example.net.", subject="Delivery delayed"),
        letter("Hi Dana, my mail could not be delivered to bob@example.net.", subject="Mail not delivered", thread=False),
        letter("Your message was not delivered to bob@example.net, said Carl.", subject="Re: Undelivered mail"),
        letter("Did you get this?", subject="Re: Undelivered Mail Returned to Sender"),
        multipart(
            "multipart/mixed", ("text/plain", "Is this yours?"), ("message/rfc822", "Subject: failure notice\n\n<a@b.c>: 550")
        ),
    ],
    ids=["quoted", "told", "forwarded", "freight", "greeting", "thread", "answered", "attached"],
)  # fmt: skip
def test_a_person_who_writes_about_a_bounce_is_no_bounce(raw: bytes) -> None:
    verdict = understand(raw)
    assert verdict.classification is Classification.reply, verdict.evidence


def test_the_evidence_of_a_reply_quotes_nothing() -> None:
    verdict = understand(letter("A secret about cranes."))
    assert "secret" not in str(verdict.evidence)


def test_evidence_names_the_rule_and_the_headers() -> None:
    evidence = report("Final-Recipient: rfc822; ada@example.org\nAction: failed").evidence[0]
    assert "RFC 3464" in evidence.rule
    assert "MAILER-DAEMON" in evidence.detail

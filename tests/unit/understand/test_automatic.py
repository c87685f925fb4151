# ruff: noqa: E501
"""Robots' answers are told from people's, in every language, and what they say of an absence is read."""

from __future__ import annotations

import re
from datetime import date

import pytest

from mailer.model import Classification
from mailer.understand import understand

from .absences import ABSENCES, Absence
from .letters import letter, multipart
from .returns import RETURNS

each_language = pytest.mark.parametrize("absence", ABSENCES, ids=lambda a: a.language)


@each_language
def test_the_subject_of_a_program_marks_an_absence(absence: Absence) -> None:
    verdict = understand(letter(absence.body, subject=absence.subject))
    assert verdict.classification is Classification.automatic, verdict.evidence


@each_language
def test_a_null_return_path_and_the_first_sentence_mark_an_absence(absence: Absence) -> None:
    verdict = understand(letter(absence.body, subject="Re: Thank you", Return_Path="<>"))
    assert verdict.classification is Classification.automatic, verdict.evidence


@each_language
def test_the_last_day_away_and_the_substitute_are_read(absence: Absence) -> None:
    verdict = understand(letter(absence.body, Auto_Submitted="auto-replied"))
    assert verdict.away_until == absence.until
    address = re.findall(r"[a-z]+@example\.org", absence.body)[0]
    assert [s.email for s in verdict.substitutes] == [address]


@each_language
def test_the_same_words_from_a_person_are_not_taken_for_a_robots(absence: Absence) -> None:
    first = absence.body.replace("。", ". ").split(". ")[1] if ". " in absence.body else absence.body
    verdict = understand(letter(f"{first}. But yes, call me tomorrow, I would love to hear about the warehouse job!"))
    assert verdict.classification is Classification.reply, verdict.evidence


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (vacation)"},
        {"Auto_Submitted": "Auto-Notified; owner-email=x"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "Re: Thank you"},
        {"X_Autoresponder": "gmx"},
        {"Precedence": "auto_reply"},
        {"X_Precedence": "auto-reply"},
        {"X_MS_Exchange_Generated_Message_Source": "Mailbox Rules Agent"},
        {"X_Mailer": "vacation 1.2.7"},
        {"subject": "AUTO: Ada Lovelace is out of the office (returning 12/07/2026)"},
        {"sender": "Ada <autoreply@example.org>"},
    ],
    ids=str,
)
def test_a_strong_sign_decides_alone(headers: dict[str, str]) -> None:
    verdict = understand(letter("Hello!", **headers))
    assert verdict.classification is Classification.automatic
    assert verdict.evidence[0].detail


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"X_Auto_Response_Suppress": "All"},
        {"Precedence": "bulk"},
        {"Precedence": "list", "List_Id": "<friends.example.org>", "List_Unsubscribe": "<mailto:x@example.org>"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "no"},
        {"subject": "Re: Automatic reply: Thank you"},
        {"subject": "Auto: Abholung am Freitag"},
        {"subject": "Out of office next week, can we meet earlier?"},
    ],
    ids=str,
)
def test_a_weak_sign_decides_nothing(headers: dict[str, str]) -> None:
    verdict = understand(letter("Lovely to hear from you. Shall we meet on Thursday?", **headers))
    assert verdict.classification is Classification.reply, verdict.evidence


def test_a_person_out_of_the_office_today_is_a_person() -> None:
    verdict = understand(letter("I'm out of the office today, but yes, call me."))
    assert verdict.classification is Classification.reply
    assert verdict.question is None


def test_a_template_without_other_signs_is_put_to_the_owner() -> None:
    body = "This is an automatic reply. I have read your message."
    assert understand(letter(body)).question is not None


def test_back_on_a_day_means_away_until_the_day_before() -> None:
    verdict = understand(letter("I am away and will be back on 3 December.", Auto_Submitted="auto-replied"))
    assert verdict.away_until == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("body", "until"),
    [
        ("I am out of the office on Friday.", date(2026, 11, 27)),
        ("I am on leave from 24 November to 2 December and back on 3 December.", date(2026, 12, 2)),
        ("Vom 24.11. bis 2.12. bin ich im Urlaub, ab dem 3.12. wieder erreichbar.", date(2026, 12, 2)),
        ("I am travelling December 10-31.", date(2026, 12, 31)),
        ("I am away until 2 January.", date(2027, 1, 2)),
        ("I am away. For the fair on 5 May write to fair@example.org.", None),
        ("I am away for a while, 3 out of 5 days.", None),
        ("I was away until 2 March 2020.", None),
    ],
)
def test_dates_of_an_absence_are_told_from_others(body: str, until: date | None) -> None:
    assert understand(letter(body, Auto_Submitted="auto-replied")).away_until == until


def test_an_american_puts_the_month_first() -> None:
    verdict = understand(
        letter("I am out until 12/4.", Auto_Submitted="auto-replied", Date="Mon, 23 Nov 2026 10:00:00 -0600")
    )
    assert verdict.away_until == date(2026, 12, 4)


def test_without_a_date_header_today_is_the_anchor() -> None:
    raw = letter("I am away until Friday.", Auto_Submitted="auto-replied", Date="")
    assert understand(raw, today=date(2026, 11, 23)).away_until == date(2026, 11, 27)
    assert understand(raw).away_until is None


@pytest.mark.parametrize("year", ["1970", "9999"])
def test_a_date_header_beyond_the_calendar_gives_no_day(year: str) -> None:
    raw = letter(
        "I am away until 31 December.", Auto_Submitted="auto-replied", Date=f"Fri, 31 Dec {year} 23:59:00 +0000"
    )
    assert understand(raw).away_until is None


def test_a_date_header_in_the_future_gives_way_to_today() -> None:
    raw = letter("I am away until Friday.", Auto_Submitted="auto-replied", Date="Mon, 23 Nov 2037 10:00:00 +0000")
    assert understand(raw, today=date(2026, 11, 23)).away_until == date(2026, 11, 27)


def test_somebody_who_left_names_a_successor() -> None:
    body = "I have left the company. Please contact my successor Grace Hopper, grace@example.org, from now on."
    verdict = understand(letter(body, Auto_Submitted="auto-replied"))
    assert verdict.left_company
    assert [(s.name, s.email) for s in verdict.substitutes] == [("Grace Hopper", "grace@example.org")]


@pytest.mark.parametrize(
    "body",
    [
        "My new email address is ada@new.example.org.",
        "Ich habe eine neue E-Mail-Adresse: ada@new.example.org",
        "Voici ma nouvelle adresse : ada@new.example.org",
        "Please note that my address has changed. You can reach me at ada@new.example.org from now on.",
    ],
)
def test_a_new_address_is_read(body: str) -> None:
    verdict = understand(letter(body))
    assert verdict.new_address == "ada@new.example.org"
    assert verdict.introductions == ()


@pytest.mark.parametrize(
    ("subject", "body", "sender"),
    [
        ("[Ticket #48211] Thank you", "We have received your request and one of our agents will respond soon.", "help@example.org"),
        ("Thank you for contacting us", "Your case number is 4711. We will get back to you shortly.", "noreply@example.org"),
        ("Eingangsbestätigung", "Ihre Anfrage ist bei uns eingegangen. Ticketnummer: 4711", "support@example.org"),
    ],
)  # fmt: skip
def test_an_acknowledgement_of_a_ticket_system_is_automatic(subject: str, body: str, sender: str) -> None:
    assert understand(letter(body, subject=subject, sender=sender)).classification is Classification.automatic


def test_a_support_person_is_a_person() -> None:
    verdict = understand(letter("Hi Dana, I looked into it: the tender is open until May.", subject="[#48211] Tender"))
    assert verdict.classification is Classification.reply


def test_a_challenge_is_automatic() -> None:
    body = "Please confirm that you are a human: https://confirm.example.org/x so that your message can be delivered."
    verdict = understand(letter(body, subject="Please confirm your message"))
    assert verdict.classification is Classification.automatic


@pytest.mark.parametrize(
    "raw",
    [
        multipart(
            "multipart/report; report-type=disposition-notification",
            ("text/plain", "Your message was displayed."),
            ("message/disposition-notification", "Final-Recipient: rfc822; ada@example.org\nDisposition: manual-action/MDN-sent-manually; displayed\n"),
        ),
        letter("Your message was read on Monday, 23 November 2026 10:00.", subject="Read: Thank you"),
        letter("Ihre Nachricht wurde am Montag gelesen.", subject="Gelesen: Danke"),
        multipart("multipart/alternative", ("text/plain", "Ada accepted."), ("text/calendar; method=REPLY", "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR")),
        letter("This month's offers. Unsubscribe here.", subject="Offers", thread=False, List_Id="<offers.example.org>", List_Unsubscribe="<mailto:u@example.org>", Feedback_ID="1:2"),
        letter("You have a new follower.", subject="News", sender="no-reply@example.org", thread=False),
        multipart(
            "multipart/report; report-type=delivery-status",
            ("text/plain", "Your message was successfully delivered."),
            ("message/delivery-status", "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; ada@example.org\nAction: delivered\nStatus: 2.0.0\n"),
            sender="postmaster@example.org",
        ),
    ],
    ids=["read receipt", "receipt in words", "receipt in German", "calendar answer", "newsletter", "notification", "delivery receipt"],
)  # fmt: skip
def test_mail_that_answers_nothing_is_other(raw: bytes) -> None:
    verdict = understand(raw)
    assert verdict.classification is Classification.other, verdict.evidence


def test_an_answer_in_a_thread_through_a_list_is_a_reply() -> None:
    raw = letter("Count me in!", List_Id="<friends.example.org>", List_Post="<mailto:friends@example.org>")
    assert understand(raw).classification is Classification.reply


def test_an_invitation_with_words_is_a_reply() -> None:
    raw = multipart(
        "multipart/alternative",
        ("text/plain", "Let us talk about it on Friday."),
        ("text/calendar; method=REQUEST", "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR"),
    )
    assert understand(raw).classification is Classification.reply


@pytest.mark.parametrize(("said", "until"), RETURNS)
def test_the_last_day_away_is_read_in_every_language(said: str, until: date | None) -> None:
    american = ("11/23" in said or "12/4" in said or "12/07" in said) and "04/12" not in said and "07/12" not in said
    head = f"Auto-Submitted: auto-replied\nDate: Mon, 23 Nov 2026 12:00:00 {'-0600' if american else '+0100'}\n"
    raw = f"From: ada@example.org\n{head}Content-Type: text/plain; charset=utf-8\n\nHello,\n\n{said}\n\nAda\n"
    assert understand(raw.encode()).away_until == until


def test_a_sentence_about_a_return_is_a_robots_with_a_null_return_path_only() -> None:
    body = "From: ada@example.org\nSubject: Re: hi\n\nI will be back on 3 December.\n"
    assert understand(f"Return-Path: <>\n{body}".encode()).classification is Classification.automatic
    assert understand(body.encode()).classification is Classification.reply


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Zugesagt: Kaffee", ""),
        ("Declined: Coffee @ Mon Nov 30, 2026 (Dana)", "Ada has declined this invitation."),
        ("Gelesen: Danke", "Ihre Nachricht\n\n   An: Ada\n   Betreff: Danke\n\nwurde am Montag gelesen."),
        ("Lu : Merci", "Votre message\n\n À : Ada\n\na été lu le lundi."),
    ],
)
def test_receipts_and_calendar_answers_are_known_by_their_words_too(subject: str, body: str) -> None:
    assert understand(letter(body, subject=subject, thread=False)).classification is Classification.other


def test_words_with_an_accepted_invitation_are_a_reply() -> None:
    raw = letter("Glad to, I bring Mary along.", subject="Accepted: Coffee", thread=False)
    assert understand(raw).classification is Classification.reply


def test_a_bounce_that_a_person_passes_on_is_a_reply() -> None:
    body = (
        "Dana, I got this back, did you send it?\n\n---------- Forwarded message ---------\n"
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
        "Subject: Delivery Status Notification (Failure)\n\nAddress not found"
    )
    raw = letter(body, subject="Fwd: Delivery Status Notification (Failure)")
    assert understand(raw).classification is Classification.reply

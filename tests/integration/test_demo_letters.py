"""What the demo's correspondents write is what such people and systems write: the program reads it as meant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mailer.demo import letters
from mailer.demo.cast import CORRESPONDENTS, OWNER_ADDRESS, Does, Habit, Quoting, Received
from mailer.demo.moments import latest_days
from mailer.model import Verdict
from mailer.understand import understand

NOW = datetime(2026, 11, 2, 14, 35, tzinfo=UTC)
SENT = (
    b"From: Dana Reyes <dana@example.com>\r\nTo: you@example.org\r\nSubject: Thank you\r\n"
    b"Message-ID: <first@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Hi,\r\n\r\nthank you for the call. If you would rather not get mail, tell me and I will stop.\r\n"
)


def judged(address: str, kind: Received) -> Verdict:
    raw = SENT if kind is Received.thank_you else b"List-Unsubscribe: <mailto:dana@example.com>\r\n" + SENT
    person = CORRESPONDENTS[address]
    habit, mail = person.habits[kind], letters.read(raw, address)
    match habit.does:
        case Does.is_gone:
            written = letters.bounce(mail, NOW)
        case Does.is_away:
            written = letters.away(mail, person.name, habit, NOW)
        case Does.answers:
            written = letters.answer(mail, person.name, habit, NOW)
    return understand(written, owner=OWNER_ADDRESS)


@pytest.mark.parametrize(
    ("address", "kind", "wanted"),
    [
        ("miriam@lakeshore.example.org", Received.thank_you, "reply"),
        ("ravi@harborpine.example.org", Received.thank_you, "reply"),
        ("hannah@weiss.example.org", Received.thank_you, "reply"),
        ("ben@coldstore.example.org", Received.thank_you, "automatic"),
        ("carol.tan@acmefreight.example.org", Received.thank_you, "bounce"),
        ("george@aegean.example.org", Received.thank_you, "opt_out"),
        ("ingrid@nordhavn.example.org", Received.update, "reply"),
        ("kofi@goldcoast.example.org", Received.update, "reply"),
        ("denise@fournier.example.org", Received.update, "opt_out"),
    ],
)
def test_each_letter_is_taken_for_what_it_is(address: str, kind: Received, wanted: str) -> None:
    assert judged(address, kind).classification == wanted


@pytest.mark.parametrize("quoting", list(Quoting))
def test_an_answer_quotes_the_mail_and_continues_its_thread(quoting: Quoting) -> None:
    mail = letters.read(SENT, "ada@example.org")
    written = letters.answer(mail, "Ada Lovelace", Habit(Does.answers, 0, "With pleasure!\n", quoting), NOW)
    verdict = understand(written, owner=OWNER_ADDRESS)
    assert verdict.in_reply_to == ("<first@example.com>",)
    assert verdict.sender == "ada@example.org"
    assert verdict.text.strip() == "With pleasure!"
    assert b"thank you for the call" in written or quoting is Quoting.above


def test_the_report_names_the_dead_address_and_the_mail() -> None:
    bounce = judged("carol.tan@acmefreight.example.org", Received.thank_you).bounce
    assert bounce is not None
    assert bounce.message_id == "<first@example.com>"
    assert [(r.address, r.status, r.address_dead) for r in bounce.recipients] == [
        ("carol.tan@acmefreight.example.org", "5.1.1", True)
    ]


def test_introductions_name_the_new_person_with_their_address() -> None:
    copied = judged("miriam@lakeshore.example.org", Received.thank_you).introductions
    named = judged("kofi@goldcoast.example.org", Received.update).introductions
    assert [(i.name, i.email) for i in copied] == [("Tomás Silva", "tomas.silva@globex.example.org")]
    assert [(i.name, i.email) for i in named] == [("Priya Nair", "priya.nair@harborline.example.org")]


@pytest.mark.parametrize(
    ("now", "edition"),
    [
        (datetime(2026, 11, 23, 12, tzinfo=UTC), date(2026, 11, 2)),
        (datetime(2026, 11, 2, 12, tzinfo=UTC), date(2026, 10, 1)),  # not over yet
        (datetime(2027, 1, 2, 12, tzinfo=UTC), date(2026, 12, 1)),  # New Year's Day is no business day
        (datetime(2027, 9, 30, 12, tzinfo=UTC), date(2027, 9, 1)),
    ],
)
def test_the_story_takes_place_on_the_latest_edition_day_that_is_over(now: datetime, edition: date) -> None:
    assert latest_days(now).edition == edition


def test_the_days_before_are_business_days() -> None:
    texts = latest_days(datetime(2026, 12, 10, tzinfo=UTC)).texts()  # Thanksgiving was the Thursday before
    assert [texts[f"day_{n}"] for n in (1, 2, 3, 4)] == ["2026-11-30", "2026-11-27", "2026-11-25", "2026-11-24"]

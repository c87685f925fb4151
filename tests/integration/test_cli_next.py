"""`mailer next` and `mailer script`."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest
from icalendar import Calendar

from mailer.services import call_sheet
from tests.integration.cli_owner import Owner, answer, make_owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def test_the_sheet_in_words_and_in_json(owner: Owner) -> None:
    found = owner.json("next")
    assert [(line["name"], line["reason"]) for line in found] == [
        ("Ada Lovelace", "referral"),
        ("Grace Hopper", "warm"),
    ]
    assert found[0]["opening"] == "Charles Babbage suggested I call you."
    assert (found[0]["email"], found[0]["phone"]) == ("ada@example.org", None)
    out = owner.ok("next").out
    assert out.startswith(" 1. Ada Lovelace  (ada@example.org)\n")
    assert "“Charles Babbage suggested I call you.”" in out
    assert owner.json("next", "--limit", "1") == found[:1]
    assert owner.json("next", "--after", str(found[0]["id"])) == found[1:]
    assert owner.json("next", "--after", "999") == []


def test_an_answer_comes_first_and_a_held_thank_you_second(owner: Owner) -> None:
    owner.receive(answer(owner.sent_to_ada(), "Call me on Friday, Dana. What do you do?\n"))
    owner.ok("log", "charles", "--kind", "coffee")
    reasons = [(line["name"], line["reason"]) for line in owner.json("next")]
    assert reasons[:2] == [("Ada Lovelace", "answer"), ("Charles Babbage", "thanks")]


def test_the_calendar_file_has_a_slot_for_each(owner: Owner) -> None:
    file = owner.folder / "calls.ics"
    owner.ok("next", "--ics", str(file))
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Call Ada Lovelace", "Call Grace Hopper"]
    assert events[0]["dtend"].dt == events[1]["dtstart"].dt
    assert "Charles Babbage suggested I call you." in events[0]["description"]
    again = owner.folder / "again.ics"
    owner.ok("next", "--ics", str(again))
    assert [e["uid"] for e in Calendar.from_ical(again.read_bytes()).walk("VEVENT")] == [e["uid"] for e in events]


def test_the_sheet_by_mail_goes_to_the_owner_alone(owner: Owner) -> None:
    owner.ok("next", "--mail")
    (message,) = owner.json("outbox", "list")
    assert (message["kind"], message["to"], message["status"]) == ("preview", "dana@example.com", "queued")
    shown = owner.json("outbox", "show", str(message["id"]))
    assert "Ada Lovelace" in shown["text"] and "suggested I call you" in shown["text"]
    owner.clock = "2026-11-03T16:01:00+00:00"
    assert owner.send_due() == [message["id"]]


def tick(owner: Owner, at: str) -> int:
    owner.clock = at
    app = owner.app()
    call_sheet.tick(app.store, app.desk, app.clock())
    due = call_sheet.next_due(app.desk, app.clock())
    app.close()
    assert due is None or due > app.clock()
    return len(owner.json("outbox", "list"))


def test_each_morning_once_where_the_schedule_says_so(owner: Owner) -> None:
    assert tick(owner, "2026-11-03T14:00:00+00:00") == 0
    config = owner.folder / "config.yaml"
    config.write_text(config.read_text().replace("Chicago}", 'Chicago, call_sheet: "07:30"}'))
    assert tick(owner, "2026-11-03T13:00:00+00:00") == 0  # 07:00 in Chicago
    assert tick(owner, "2026-11-03T13:31:00+00:00") == 1
    assert tick(owner, "2026-11-03T14:00:00+00:00") == 1
    assert tick(owner, "2026-11-04T18:00:00+00:00") == 1  # noon: too late to plan a day
    assert tick(owner, "2026-11-05T13:31:00+00:00") == 2
    assert tick(owner, "2026-11-07T13:31:00+00:00") == 2  # a Saturday


def test_an_answer_and_a_thank_you_are_no_calls_in_the_calendar(owner: Owner) -> None:
    owner.receive(answer(owner.sent_to_ada(), "Call me on Friday, Dana. What do you do?\n"))
    owner.ok("log", "charles", "--kind", "coffee")
    file = owner.folder / "calls.ics"
    owner.ok("next", "--ics", str(file))
    summaries = [str(event["summary"]) for event in Calendar.from_ical(file.read_bytes()).walk("VEVENT")]
    assert summaries == ["Answer Ada Lovelace", "Thank Charles Babbage", "Call Grace Hopper"]


def test_who_mails_the_sheet_without_a_daemon_is_told_that_nothing_leaves(owner: Owner) -> None:
    assert "The daemon is not running" in owner.ok("next", "--mail").err


def test_the_script_of_a_referred_call(owner: Owner) -> None:
    found = owner.json("script", "ada")
    assert (found["opening"], found["referred_by"]) == ("referred", ["Charles Babbage"])
    text = " ".join(found["text"].split())
    for words in (
        "Charles Babbage suggested I call you.",
        "Did I catch you at a bad time?",
        "I am looking for a head of platform role",
        "two or three people I should talk to next",
        "I will let you know how it goes",
    ):
        assert words in text


def test_somebody_named_who_is_not_in_the_roster_has_a_script_too(owner: Owner) -> None:
    owner.ok("log", "charles", "--referred", "Mary Somerville <mary@example.org>", "--no-thank-you")
    found = owner.json("script", "somerville")
    assert (found["contact"], found["opening"]) == ("Mary Somerville", "referred")
    text = " ".join(found["text"].split())
    assert "Charles Babbage suggested I call you." in text
    assert 'mailer contacts add "Mary Somerville <mary@example.org>" --referred-by "Charles Babbage"' in text
    assert owner.run("script", "nobody at all").code == 2


def test_who_was_named_in_an_answer_is_on_the_trail_and_the_sheet_with_their_number(owner: Owner) -> None:
    sent = owner.sent_to_ada()
    words = (
        "You should talk to Priya Nair, who runs logistics at Harborline: priya.nair@example.org, +1 414 555 0176.\n"
    )
    owner.receive(answer(sent, words))
    (line,) = [each for each in owner.json("next") if each["name"] == "Priya Nair"]
    assert (line["email"], line["phone"]) == ("priya.nair@example.org", "+1 414 555 0176")
    assert "Priya Nair  named in an answer, waits for your word" in owner.ok("trail").out
    found = owner.json("script", "priya")
    assert (found["phone"], found["referred_by"]) == ("+1 414 555 0176", ["Ada Lovelace"])
    assert f"mailer contacts add --from-proposal {line['command'].split()[-1]}" in found["text"]
    assert owner.json("stats")["names"]["given"] >= 1
    owner.ok("replies", "answered", "1")
    asked = [each for each in owner.json("next") if each["reason"] == "ask"]
    assert "Ada Lovelace" not in [each["name"] for each in asked]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "de",
            "Guten Tag, spreche ich mit Lena Ruiz? Hier ist Dana Reyes. Charles Babbage hat mir geraten,",
        ),
        ("es", "Hola, ¿hablo con Lena Ruiz? Soy Dana Reyes. Charles Babbage me sugirió que te llamara."),
        ("fr", "Bonjour, êtes-vous bien Lena Ruiz ? Ici Dana Reyes. Charles Babbage m'a conseillé de vous appeler."),
    ],
)
def test_a_script_is_in_the_language_of_who_is_called(owner: Owner, language: str, words: str) -> None:
    lena = ("Lena Ruiz <lena@example.org>", "--language", language, "--referred-by", "Charles Babbage")
    owner.ok("contacts", "add", *lena)
    assert words in " ".join(owner.json("script", "lena")["text"].split())
    for kind in ("call", "meeting", "coffee", "event", "email", "introduction"):
        owner.ok("log", "lena", "--kind", kind, "--about", "Oslo", "--no-thank-you")
        assert "Oslo" in owner.json("script", "lena")["text"]


def test_warm_and_cold_openings(owner: Owner) -> None:
    assert owner.json("script", "charles")["opening"] == "warm"
    assert "about cranes" in owner.ok("script", "charles").out
    cold = owner.json("script", "grace")
    assert cold["opening"] == "cold" and "We have not met" in cold["text"]


def test_a_pitch_that_is_too_long_is_said_where_it_is_used(owner: Owner) -> None:
    config = owner.folder / "config.yaml"
    config.write_text(config.read_text().replace("  looking_for:", f"  pitch: {'I led teams. ' * 40}\n  looking_for:"))
    result = owner.ok("script", "grace", "--json")
    assert "120 words take 48 seconds" in result.err and result.json["pitch_warning"]


def test_the_owners_own_script_template_is_used(owner: Owner) -> None:
    (owner.folder / "templates" / "owner").mkdir(parents=True)
    (owner.folder / "templates" / "owner" / "script.md").write_text(
        "Subject: Mine\n\n{{ opening }} to {{ first_name }}\n"
    )
    assert owner.ok("script", "ada").out == "Mine\n\nreferred to Ada\n"


def test_the_mail_leaves_as_automatic(owner: Owner) -> None:
    owner.ok("next", "--mail")
    raw = owner.ok("outbox", "show", "1", "--raw").out
    parsed = email.message_from_string(raw, policy=email.policy.default)
    assert parsed["Auto-Submitted"] == "auto-generated"


def test_somebody_named_in_an_answer_is_on_the_sheet_until_taken_up(owner: Owner) -> None:
    text = "Good luck! You should talk to Jane Marcet <jane@example.net>, she runs the yard.\n"
    owner.receive(answer(owner.sent_to_ada(), text))
    (line,) = [each for each in owner.json("next") if each["name"] == "Jane Marcet"]
    assert (line["id"], line["reason"]) == (None, "referral")
    owner.ok(*line["command"].split()[1:])
    (line,) = [each for each in owner.json("next") if each["name"] == "Jane Marcet"]
    assert line["id"] and line["command"] == 'mailer script "Jane Marcet"'

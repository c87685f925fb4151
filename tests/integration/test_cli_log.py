"""`mailer log` on a real database: who, when, what follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import Owner, make_owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def test_logging_plans_a_thank_you_and_prints_it_as_json(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    result = owner.ok(
        "log", "ada", "--kind", "coffee", "--date", "yesterday 3pm", "--about", "cranes", "--thanks-for", "the tour",
        "--referred", "Mary Somerville <mary@example.org>", "--referred", "Michael Faraday", "--notes", "secret",
        "--json",
    )  # fmt: skip
    found = result.json
    assert set(found) == {"interaction", "contact", "message", "referrals"}
    logged = found["interaction"]
    assert (logged["date"], logged["time"], logged["kind"]) == ("2026-11-02", "15:00", "coffee")
    assert (logged["about"], logged["thanks_for"], logged["notes"]) == ("cranes", "the tour", "secret")
    assert found["contact"]["name"] == "Ada Lovelace"
    assert found["contact"]["last_interaction_on"] == "2026-11-02"
    assert found["referrals"] == [
        {"name": "Mary Somerville", "email": "mary@example.org", "company": None, "phone": None},
        {"name": "Michael Faraday", "email": None, "company": None, "phone": None},
    ]
    message = found["message"]
    assert (message["kind"], message["status"], message["to"]) == ("thank_you", "queued", "ada@example.org")
    assert message["not_before"].startswith("2026-11-03T17:00")  # an hour later
    assert "Monday 2 November 2026, 15:00" in result.err
    assert "secret" not in owner.ok("outbox", "show", str(message["id"])).out


def test_a_person_is_told_what_was_understood_and_when_the_thank_you_leaves(owner: Owner) -> None:
    out = owner.ok("log", "Lovelace", "--date", "yesterday 3pm", "--thanks-for", "the tour").out
    assert "call with Ada Lovelace <ada@example.org>, yesterday, Monday 2 November 2026, 15:00." in out
    assert "leaves Tue 3 Nov 2026 11:00" in out
    assert "`mailer outbox show 1`" in out


def test_nothing_particular_to_thank_for_is_held_with_a_question(owner: Owner) -> None:
    result = owner.ok("log", "ada", "--json")
    assert result.json["message"]["status"] == "held"
    assert "What would you like to thank for" in result.err


@pytest.mark.parametrize("who", ["ada@example.org", "ADA LOVELACE", "lovel", "1"])
def test_one_match_is_taken(owner: Owner, who: str) -> None:
    assert owner.json("log", who, "--about", "x")["contact"]["name"] == "Ada Lovelace"


def test_several_matches_are_listed_and_nothing_is_logged(owner: Owner) -> None:
    result = owner.run("log", "example.org", "--about", "x")
    assert result.code == 2
    assert "Ada Lovelace <ada@example.org>" in result.err and "Charles Babbage" in result.err
    assert result.out == ""
    assert owner.json("outbox", "list") == []


def test_no_match_says_what_is_near(owner: Owner) -> None:
    result = owner.run("log", "Ada Lovelance")
    assert result.code == 2
    assert "nobody in the roster matches" in result.err and "Ada Lovelace" in result.err


def test_a_number_too_long_for_an_id_is_nobody(owner: Owner) -> None:
    assert owner.run("log", "9" * 30).code == 2


def test_no_thank_you_and_old_ones_are_only_recorded(owner: Owner) -> None:
    skipped = owner.ok("log", "ada", "--about", "x", "--no-thank-you", "--json")
    old = owner.ok("log", "ada", "--about", "x", "--date", "2026-09-03", "--json")
    assert skipped.json["message"] is None and "you said no thank-you" in skipped.err
    assert old.json["message"] is None and "more than 14 days old" in old.err
    assert owner.json("outbox", "list") == []


def test_a_contact_without_an_address_gets_nothing(owner: Owner) -> None:
    result = owner.ok("log", "Grace", "--about", "x", "--json")
    assert result.json["message"] is None
    assert "has no address" in result.err


def test_an_appointment_is_thanked_for_after_it(owner: Owner) -> None:
    found = owner.json("log", "ada", "--about", "x", "--date", "tomorrow 10:00")
    assert found["message"]["not_before"].startswith(
        "2026-11-04T18:00"
    )  # 10:00 in Chicago, an hour long, an hour later


@pytest.mark.parametrize(("option", "value"), [("--date", "blah"), ("--date", "2031-01-01"), ("--referred", "Mary <x")])
def test_what_cannot_be_read_is_refused_and_nothing_logged(owner: Owner, option: str, value: str) -> None:
    result = owner.run("log", "ada", option, value, "--json")
    assert (result.code, result.out) == (2, "")
    assert owner.json("contacts", "show", "ada")["interactions"] == []


def test_a_broken_roster_is_told_with_its_place_and_the_last_good_one_used(owner: Owner) -> None:
    owner.ok("contacts", "list")
    owner.roster.write_text("contacts:\n  - name: Ada\n    emial: a@example.org\n")
    result = owner.ok("log", "ada", "--about", "x", "--json")
    assert result.json["contact"]["name"] == "Ada Lovelace"
    assert "contacts.yaml:3:5" in result.err


def test_the_roster_is_read_before_logging(owner: Owner) -> None:
    owner.ok("contacts", "list")
    with owner.roster.open("a") as file:
        file.write("  - name: Joan Clarke\n    email: joan@example.org\n")
    assert owner.json("log", "joan", "--about", "x")["contact"]["email"] == "joan@example.org"


def test_a_whole_word_of_a_name_wins_over_a_part_of_another(owner: Owner) -> None:
    owner.ok("contacts", "add", "Michael Faraday <michael@example.org>")
    assert owner.json("log", "ada", "--about", "x")["contact"]["name"] == "Ada Lovelace"
    assert owner.run("log", "aday lovelace faraday", "--about", "x").code == 2

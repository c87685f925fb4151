"""`mailer landed`: everyone who helped is thanked, once, and only when the owner says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.config import load_config
from tests.integration.cli_owner import Owner, answer, make_owner

ROSTER = """\
contacts:
  - name: Idle Ida
    email: ida@example.org
  - name: Talking Tom
    email: tom@example.org
    interactions: [{date: 2026-10-05, kind: coffee, about: looms}]
  - name: Ada Lovelace
    email: ada@example.org
    interactions: [{date: 2026-10-06, kind: call, about: cranes, notes: a secret}]
  - name: Charles Babbage
    email: charles@example.org
    interactions:
      - {date: 2026-10-02, kind: call, about: cranes, referrals: [Mary Somerville <mary@example.org>, Bob]}
  - name: Long Ago
    email: ago@example.org
    interactions: [{date: 2026-03-02, kind: call, about: x}]
  - {name: Mary Somerville, email: mary@example.org}
"""


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    made = make_owner(tmp_path / "dana")
    made.roster.write_text(ROSTER)
    return made


def land(owner: Owner, *more: str) -> list[dict[str, object]]:
    found = owner.json("landed", "--company", "Globex", "--role", "head of platform", *more)
    letters: list[dict[str, object]] = found["letters"]
    return letters


def test_who_helped_is_thanked_for_what_they_did_the_best_helpers_first(owner: Owner) -> None:
    owner.receive(answer(owner.sent_to_ada(), "Good luck, Dana. It was a pleasure.\n"))
    letters = land(owner)
    assert [m["contact"] for m in letters] == ["Charles Babbage", "Ada Lovelace", "Talking Tom"]
    assert {m["status"] for m in letters} == {"held"}
    texts = [owner.json("outbox", "show", str(m["id"]))["text"] for m in letters]
    assert "pointed me to Mary Somerville and Bob" in texts[0]
    assert "took the time to write back" in texts[1]
    assert "our coffee about looms" in texts[2]
    assert all("I am joining Globex as head of platform." in text for text in texts)
    assert not any("secret" in text for text in texts)


def test_who_named_somebody_in_an_answer_is_thanked_for_the_name(owner: Owner) -> None:
    words = "You should talk to Priya Nair, who runs logistics at Harborline: priya.nair@example.org.\n"
    owner.receive(answer(owner.sent_to_ada(), words))
    letter = next(each for each in land(owner) if each["contact"] == "Ada Lovelace")
    assert "pointed me to Priya Nair" in owner.json("outbox", "show", str(letter["id"]))["text"]


def test_nothing_leaves_without_a_yes_and_updates_have_stopped(owner: Owner) -> None:
    owner.started()
    land(owner)
    owner.clock = "2026-12-01T16:00:00+00:00"
    owner.tick_updates()
    assert owner.send_due() == []
    config = load_config(owner.folder / "config.yaml")
    assert str(config.search.status) == "landed"
    assert owner.roster.read_text() == ROSTER


def test_with_a_yes_they_leave_the_best_helpers_first(owner: Owner) -> None:
    letters = land(owner, "--yes")
    assert {m["status"] for m in letters} == {"queued"}
    owner.clock = "2026-11-03T16:05:00+00:00"
    assert owner.send_due() == [m["id"] for m in letters]


def test_approval_by_kind(owner: Owner) -> None:
    letters = land(owner)
    owner.ok("outbox", "approve", "--kind", "landed")
    owner.clock = "2026-11-03T16:05:00+00:00"
    assert owner.send_due() == [m["id"] for m in letters]


def test_again_corrects_what_has_not_left_and_doubles_nothing(owner: Owner) -> None:
    first = land(owner)
    owner.ok("outbox", "approve", str(first[0]["id"]))
    owner.clock = "2026-11-03T16:05:00+00:00"
    owner.send_due()
    second = owner.json("landed", "--company", "Acme")["letters"]
    assert [m["id"] for m in second] == [m["id"] for m in first]
    assert [m["status"] for m in second] == ["sent", "held", "held"]
    assert "I am joining Acme." in owner.json("outbox", "show", str(second[1]["id"]))["text"]


def test_what_says_how_the_search_goes_ends_with_it(owner: Owner) -> None:
    config = owner.folder / "config.yaml"
    config.write_text(config.read_text().replace("loop_back: none", "loop_back: wait"))
    owner.ok("log", "mary", "--about", "stars", "--no-thank-you")
    assert [m["kind"] for m in owner.json("outbox", "list")] == ["loop_back"]
    land(owner)
    owner.ok("log", "mary", "--about", "comets", "--no-thank-you")
    assert [m["status"] for m in owner.json("outbox", "list", "--kind", "loop_back")] == ["cancelled"]


def test_a_new_search_takes_letters_back_that_have_not_left(owner: Owner) -> None:
    land(owner)
    owner.ok("search", "start")
    assert {m["status"] for m in owner.json("outbox", "list")} == {"cancelled"}


def test_words_for_a_person(owner: Owner) -> None:
    out = owner.ok("landed", "--company", "Globex").out
    assert "named Mary Somerville, Bob" in out and "mailer outbox approve --kind landed" in out
    assert "I am joining Globex." in out


def test_a_company_is_needed(owner: Owner) -> None:
    assert owner.run("landed", "--company", " ").code == 2
    assert owner.run("landed").code == 2

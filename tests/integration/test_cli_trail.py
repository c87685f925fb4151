"""`mailer trail` from the roster and the log."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.integration.cli_owner import Owner, make_owner

ROSTER = """\
contacts:
  - name: Charles Babbage
    email: charles@example.org
    interactions:
      - {date: 2026-10-02, kind: call, about: cranes, referrals: [Ada Lovelace, Bob]}
  - {name: Ada Lovelace, email: ada@example.org, referred_by: charles@example.org, company: Analytical Engines}
  - {name: Mary Somerville, email: mary@example.org, referred_by: Ada Lovelace}
  - {name: Jane Marcet, referred_by: Somebody Unknown}
  - {name: Mary Fairfax, referred_by: John Smith}
  - {name: John Smith, email: john1@example.org}
  - {name: John Smith, email: john2@example.org}
  - {name: Grace Hopper}
"""


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    made = make_owner(tmp_path / "dana")
    made.roster.write_text(ROSTER)
    return made


def test_the_tree_shows_state_names_and_strangers(owner: Owner) -> None:
    owner.ok("log", "ada", "--kind", "coffee", "--about", "looms", "--no-thank-you")
    out = owner.ok("trail").out
    lines = [line.strip(" │├└─") for line in out.split("\n\n")[0].splitlines()]
    assert lines == [
        "Charles Babbage  spoken 2 Oct 2026  2 names",
        "Ada Lovelace  spoken 3 Nov 2026, Analytical Engines  1 of 2-3 names",
        "Mary Somerville  not contacted yet",
        "Bob  not in the roster yet  cold since 2 Oct 2026",
        "Somebody Unknown  not in the roster yet  1 of 2-3 names",
        "Jane Marcet  not contacted yet",
        "John Smith  one of 2 in the roster, and nobody knows which  1 of 2-3 names",
        "Mary Fairfax  not contacted yet",
    ]
    assert "longest trail    Charles Babbage > Ada Lovelace > Mary Somerville" in out
    assert "Grace" not in out


def test_the_way_to_one_person_and_onward(owner: Owner) -> None:
    out = owner.ok("trail", "mary@example.org").out
    assert out.startswith("Charles Babbage > Ada Lovelace > Mary Somerville\n")
    assert "Jane" not in out and "Bob" not in out
    assert "Bob" in owner.ok("trail", "bob").out
    assert "named nobody yet" in owner.ok("trail", "grace").out
    assert owner.run("trail", "nobody at all").code == 2


def test_json_names_everybody_once_with_links_both_ways(owner: Owner) -> None:
    found = owner.json("trail")
    by_name = {p["name"]: p for p in found["people"]}
    ada, bob = by_name["Ada Lovelace"], by_name["Bob"]
    assert ada["referred_by"] == [by_name["Charles Babbage"]["key"]]
    assert ada["named"] == [by_name["Mary Somerville"]["key"]]
    assert (bob["id"], bob["status"], bob["state"], bob["cold_since"]) == (None, None, "unknown", "2026-10-02")
    assert found["numbers"]["conversations"] == 1
    assert found["numbers"]["names_per_conversation"] == 2.0
    assert owner.ok("trail", "--format", "json").json == found


@pytest.mark.parametrize("path", ["/nonexistent", None])
def test_a_picture_with_and_without_graphviz(owner: Owner, path: str | None) -> None:
    if path:
        owner.environ["PATH"] = path
    file = owner.folder / "trail.svg"
    owner.ok("trail", "--format", "svg", "--output", str(file))
    root = ET.fromstring(file.read_bytes())  # noqa: S314 -- our own
    assert root.tag.endswith("svg")
    assert "Mary Somerville" in {element.text for element in root.iter()}


def test_dot(owner: Owner) -> None:
    assert owner.ok("trail", "--format", "dot").out.startswith("digraph trail {")


def test_an_empty_trail_says_how_to_begin_one(owner: Owner) -> None:
    owner.roster.write_text("contacts: [{name: Ada}]\n")
    result = owner.run("trail")
    assert result.code == 1 and "--referred" in result.err

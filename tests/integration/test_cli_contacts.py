"""`mailer contacts` on a real database and a real roster file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import ROSTER, Owner, make_owner

KEYS = {
    "id", "name", "email", "company", "status", "referred_by", "last_interaction_on", "thanked_at", "updated_at",
    "responded_at", "tags",
}  # fmt: skip


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def test_the_listing_has_exactly_the_contracts_keys(tmp_path: Path, database_url: str) -> None:
    ada, charles, grace = make_owner(tmp_path / "dana", database_url).json("contacts", "list")
    assert set(ada) == KEYS
    assert (ada["name"], ada["email"], ada["company"]) == ("Ada Lovelace", "ada@example.org", "Analytical Engines")
    assert (ada["status"], ada["referred_by"], ada["tags"]) == ("new", "Charles Babbage", ["alumni", "cranes"])
    assert charles["last_interaction_on"] == "2026-10-02"
    assert (grace["email"], grace["company"], grace["tags"]) == (None, None, [])


def test_an_appointment_is_no_last_interaction(owner: Owner) -> None:
    owner.ok("log", "ada", "--date", "tomorrow 10:00", "--about", "x")
    assert owner.json("contacts", "list")[0]["last_interaction_on"] is None


def test_ids_are_stable_and_pages_follow_one_another(owner: Owner) -> None:
    first = owner.json("contacts", "list", "--limit", "2")
    second = owner.json("contacts", "list", "--after", str(first[-1]["id"]))
    assert [c["name"] for c in first + second] == ["Ada Lovelace", "Charles Babbage", "Grace Hopper"]
    assert owner.json("contacts", "list", "--limit", "0") == []


def test_filters_narrow_the_listing(owner: Owner) -> None:
    assert [c["name"] for c in owner.json("contacts", "list", "--tag", "Cranes")] == ["Ada Lovelace"]
    owner.sent_to_ada()
    assert [c["name"] for c in owner.json("contacts", "list", "--status", "contacted")] == ["Ada Lovelace"]


def test_a_table_for_people_cuts_nothing_when_piped(owner: Owner) -> None:
    owner.roster.write_text(ROSTER.replace("Analytical Engines", "A" * 200))
    assert "A" * 200 in owner.ok("contacts", "list").out


def test_show_tells_everything_of_one(owner: Owner) -> None:
    owner.sent_to_ada()
    found = owner.json("contacts", "show", "ada")
    assert set(found) >= KEYS
    assert found["status"] == "contacted" and found["thanked_at"].startswith("2026-11-03T17:31")
    assert [m["status"] for m in found["messages"]] == ["sent"]
    assert [i["thanks_for"] for i in found["interactions"]] == ["the long talk about cranes"]
    assert "thanked" in owner.ok("contacts", "show", "ada").out


def test_adding_splices_the_roster_and_is_listed_at_once(owner: Owner) -> None:
    result = owner.ok(
        "contacts", "add", "Joan Clarke <joan@Example.ORG>", "--company", "GCHQ", "--tag", "uk", "--tag", "crypt",
        "--referred-by", "Ada Lovelace", "--json",
    )  # fmt: skip
    assert (result.json["name"], result.json["email"], result.json["tags"]) == (
        "Joan Clarke",
        "joan@example.org",
        ["uk", "crypt"],
    )
    assert f"{owner.roster}:13:5" in result.err
    assert owner.roster.read_text().startswith(ROSTER)
    assert [c["name"] for c in owner.json("contacts", "list")][-1] == "Joan Clarke"


def test_adding_somebody_twice_is_refused_and_the_file_stays(owner: Owner) -> None:
    result = owner.run("contacts", "add", "Another Ada <ADA@example.org>")
    assert result.code == 2
    assert "Ada Lovelace" in result.err
    assert owner.roster.read_text() == ROSTER


@pytest.mark.parametrize("who", ["joan@example.org", "Joan <joan", "Joan <no address>", ""])
def test_adding_nobody_is_refused(owner: Owner, who: str) -> None:
    assert owner.run("contacts", "add", who).code == 2
    assert owner.roster.read_text() == ROSTER


def test_the_first_contact_makes_the_roster_and_a_refused_one_does_not(owner: Owner) -> None:
    owner.roster.unlink()
    assert owner.run("contacts", "add", "Joan <joan@example.org>", "--timezone", "Europe/Atlantis").code == 2
    assert not owner.roster.exists()
    assert owner.json("contacts", "add", "Joan <joan@example.org>")["email"] == "joan@example.org"
    assert [c["name"] for c in owner.json("contacts", "list")] == ["Joan"]


def test_an_impossible_zone_is_refused_before_anything_is_written(owner: Owner) -> None:
    result = owner.run("contacts", "add", "Joan <joan@example.org>", "--timezone", "Europe/Atlantis")
    assert result.code == 2
    assert owner.roster.read_text() == ROSTER


def test_many_vanishing_at_once_is_refused_until_the_owner_says_so(owner: Owner) -> None:
    many = "contacts:\n" + "".join(f"  - {{name: P{i}, email: p{i}@example.org}}\n" for i in range(10))
    owner.roster.write_text(many)
    owner.ok("contacts", "list")
    owner.roster.write_text("contacts:\n  - {name: P0, email: p0@example.org}\n")
    refused = owner.ok("contacts", "list", "--json")
    assert len(refused.json) == 10
    assert "accept-removal" in refused.err
    assert len(owner.json("contacts", "accept-removal")["removed"]) == 9
    assert len(owner.json("contacts", "list")) == 1


def test_a_thousand_contacts_take_a_handful_of_queries(owner: Owner) -> None:
    from sqlalchemy import event

    from mailer.services.listings import contact_lines

    owner.roster.write_text(
        "contacts:\n" + "".join(f"  - {{name: P{i}, email: p{i}@example.org}}\n" for i in range(1000))
    )
    owner.ok("contacts", "list")
    app = owner.app()
    queries: list[str] = []
    event.listen(app.store.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    with app.store.read() as tx:
        assert len(contact_lines(tx, app.desk.today(app.clock()))) == 1000
    app.close()
    assert len(queries) <= 4

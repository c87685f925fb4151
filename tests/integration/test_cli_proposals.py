"""Proposals at the command line: listed, taken up into the roster, declined."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import Owner, answer, make_owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    owner = make_owner(tmp_path / "dana")
    text = "You should talk to Mary Somerville at Acme Freight, mary@example.net or +1 312 555 0177.\n"
    owner.receive(answer(owner.sent_to_ada(), text))
    return owner


def test_a_named_person_is_proposed_with_the_sentence(owner: Owner) -> None:
    (found,) = owner.json("contacts", "proposals")
    assert (found["kind"], found["name"], found["email"]) == ("introduction", "Mary Somerville", "mary@example.net")
    assert (found["company"], found["phone"], found["contact"]) == ("Acme Freight", "+1 312 555 0177", "Ada Lovelace")
    assert found["sentence"].startswith("You should talk to Mary")
    assert "--from-proposal 1" in owner.ok("replies", "show", "1").out


def test_taking_one_up_writes_the_roster_and_offers_an_opening_and_mails_nobody(owner: Owner) -> None:
    before = owner.roster.read_text()
    result = owner.ok("contacts", "add", "--from-proposal", "1")
    written = owner.roster.read_text()
    assert written.startswith(before.rstrip("\n"))
    for part in ("Mary Somerville", "mary@example.net", "Acme Freight", "referred_by: Ada Lovelace"):
        assert part in written.removeprefix(before.rstrip("\n"))
    assert "Ada Lovelace suggested that I talk to you" in result.out + result.err
    assert owner.json("contacts", "proposals") == []
    assert [m for m in owner.json("outbox", "list") if m["to"] == "mary@example.net"] == []


def test_the_owner_may_correct_what_was_read(owner: Owner) -> None:
    found = owner.json("contacts", "add", "Mary S. <m@example.net>", "--from-proposal", "1", "--company", "Globex")
    assert (found["name"], found["email"], found["company"]) == ("Mary S.", "m@example.net", "Globex")
    assert found["referred_by"] == "Ada Lovelace"


def test_a_new_address_goes_first_into_the_contacts_own_entry(owner: Owner) -> None:
    mail = answer(owner.json("outbox", "show", "1"), "From my phone.\n", sender="Ada Lovelace <ada@example.net>")
    owner.receive(mail)
    proposal = owner.json("contacts", "proposals")[-1]
    assert proposal["kind"] == "new_address"
    owner.ok("contacts", "add", "--from-proposal", str(proposal["id"]))
    shown = owner.json("contacts", "show", "ada lovelace")
    assert [a["address"] for a in shown["addresses"]] == ["ada@example.net", "ada@example.org"]


def test_a_declined_one_is_gone_and_cannot_be_taken_up(owner: Owner) -> None:
    owner.ok("contacts", "decline", "1")
    assert owner.json("contacts", "proposals") == []
    assert [p["status"] for p in owner.json("contacts", "proposals", "--all")] == ["declined"]
    result = owner.run("contacts", "add", "--from-proposal", "1")
    assert (result.code, "declined already" in result.err) == (2, True)


def test_an_unknown_proposal_is_a_wrong_call(owner: Owner) -> None:
    assert owner.run("contacts", "add", "--from-proposal", "99").code == 2
    assert owner.run("contacts", "add").code == 2


def test_a_strangers_name_does_not_reach_roster_or_terminal_as_commands(owner: Owner) -> None:
    mail = answer(owner.json("outbox", "show", "1"), "Yes.\n", sender="Bob \x1b]0;x\x07 Hale <bob@example.net>")
    owner.receive(mail)
    which = str(owner.json("contacts", "proposals")[-1]["id"])
    result = owner.ok("contacts", "add", "--from-proposal", which)
    assert "\x1b" not in result.out + result.err + owner.roster.read_text()

"""`mailer replies` on a real database, with mail that came in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import Owner, answer, make_owner

KEYS = {
    "id", "received_at", "from", "contact_id", "contact", "message_id", "subject", "classification", "question",
    "opt_out_scope", "matched_by", "evidence", "text", "introductions", "needs_answer",
}  # fmt: skip


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def answered_by_ada(owner: Owner, text: str = "Thank you, Dana. Let us talk again in spring.\n") -> str:
    """Ada answers; the id of her answer."""
    owner.receive(answer(owner.sent_to_ada(), text))
    return str(owner.json("replies", "list")[-1]["id"])


def test_the_listing_has_exactly_the_contracts_keys(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    answered_by_ada(owner)
    (found,) = owner.json("replies", "list")
    assert set(found) == KEYS
    assert (found["from"], found["contact"], found["classification"]) == ("ada@example.org", "Ada Lovelace", "reply")
    assert (found["matched_by"], found["needs_answer"]) == ("in_reply_to", True)
    assert "talk again in spring" in found["text"]
    assert all(set(e) == {"rule", "detail"} for e in found["evidence"]) and found["evidence"]
    assert found["received_at"].endswith("Z")


def test_filters_narrow_the_listing(owner: Owner) -> None:
    which = answered_by_ada(owner)
    assert owner.json("replies", "list", "--classification", "bounce") == []
    assert owner.json("replies", "list", "--contact", "charles") == []
    assert len(owner.json("replies", "list", "--contact", "ada", "--needs-answer")) == 1
    assert owner.json("replies", "list", "--after", which) == []


def test_show_gives_their_words_then_the_evidence_in_plain_english(owner: Owner) -> None:
    out = owner.ok("replies", "show", answered_by_ada(owner)).out
    words, _, evidence = out.partition("-" * 60)
    assert "talk again in spring" in words
    assert "a person's own words" in evidence
    assert "it answers our message (In-Reply-To)" in evidence
    assert "mailer replies answered" in evidence


def test_words_from_strangers_do_not_reach_the_terminal_as_commands(owner: Owner) -> None:
    which = answered_by_ada(owner, "Hello \x1b]0;pwned\x07 Dana, see you soon.\n")
    assert "\x1b" not in owner.ok("replies", "show", which).out + owner.ok("replies", "list").out


def test_reclassifying_an_opt_out_stops_the_mail_and_undoing_it_lets_it_go(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    which = answered_by_ada(owner)
    found = owner.json("replies", "reclassify", which, "opt_out", "--scope", "all")
    assert (found["classification"], found["opt_out_scope"], found["needs_answer"]) == ("opt_out", "all", False)
    assert owner.json("contacts", "list")[0]["status"] == "opted_out"
    assert "asked not to be written to" in owner.ok("log", "ada", "--about", "x", "--date", "2 Nov").out
    owner.json("replies", "reclassify", which, "reply")
    assert owner.json("contacts", "list")[0]["status"] == "responded"


def test_an_automatic_answer_is_no_response(owner: Owner) -> None:
    which = answered_by_ada(owner)
    owner.ok("replies", "reclassify", which, "automatic")
    assert owner.json("contacts", "list")[0]["status"] == "contacted"


def test_answered_ones_ask_for_nothing_more(owner: Owner) -> None:
    which = answered_by_ada(owner)
    (found,) = owner.json("replies", "answered", which)
    assert found["needs_answer"] is False
    assert owner.json("replies", "list", "--needs-answer") == []
    assert owner.json("contacts", "list")[0]["status"] == "responded"


def test_a_scope_belongs_to_an_opt_out_only(owner: Owner) -> None:
    assert owner.run("replies", "reclassify", answered_by_ada(owner), "reply", "--scope", "all").code == 2


@pytest.mark.parametrize("args", [("show", "9"), ("answered", "9"), ("reclassify", "9", "reply")])
def test_an_unknown_id_is_a_wrong_call(owner: Owner, args: tuple[str, ...]) -> None:
    result = owner.run("replies", *args, "--json")
    assert (result.code, result.out) == (2, "")
    assert "there is no reply 9" in result.err


def test_words_that_are_not_kept_are_said_to_be_elsewhere_where_the_mailbox_is_out_of_reach(owner: Owner) -> None:
    owner.sent_to_ada()
    mail = answer({"subject": "x", "message_id": ""}, "A mail of its own.\n", In_Reply_To="")
    owner.receive(mail)
    (found,) = owner.json("replies", "list")
    assert (found["matched_by"], found["text"]) == ("sender", "")
    result = owner.ok("replies", "show", str(found["id"]))
    assert "could not be fetched" in result.err
    assert "the folder INBOX" in result.out

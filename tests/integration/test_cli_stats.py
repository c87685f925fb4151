"""`mailer stats`, as a person and as a program read it."""

from __future__ import annotations

from pathlib import Path

from mailer.cli.commands.stats import spark
from tests.integration.cli_owner import Owner, answer, make_owner


def test_the_numbers_are_told_in_words_and_small_pictures(tmp_path: Path) -> None:
    owner = make_owner(tmp_path / "dana")
    owner.started()
    owner.sent_to_ada()
    told = owner.ok("stats", "--weeks", "3").out
    assert told.startswith("Since Tuesday 1 September 2026\n")
    assert "▁▁█  3 weeks, 1 this week" in told
    assert "1 of 1 in time (100%)" in told
    assert "answers to thank-you  0 of 1 (0%)" in told
    assert f"listed         3  {'█' * 30}" in told


def test_the_json_has_its_keys(tmp_path: Path) -> None:
    found = make_owner(tmp_path / "dana").json("stats", "--since", "2026-10-01")
    assert list(found) == ["since", "weeks", "conversations", "thank_yous", "answers", "names", "funnel"]
    assert (found["since"], len(found["weeks"]), found["conversations"]) == ("2026-10-01", 12, 1)


def test_the_largest_number_is_a_full_block_and_every_number_above_none_is_seen() -> None:
    assert spark([0, 1, 50, 100], pictures=True) == "▁▂▅█"
    assert spark([0, 0], pictures=True) == "▁▁"
    assert spark([3, 12], pictures=False) == "3 12"


def test_who_gave_names_is_known_from_the_roster_and_from_answers_too(tmp_path: Path) -> None:
    owner = make_owner(tmp_path / "dana")
    assert _named(owner) == 1  # `referred_by:` says it of Charles
    owner.receive(answer(owner.sent_to_ada(), "Talk to Priya Nair, who runs logistics: priya.nair@example.org.\n"))
    assert _named(owner) == 2
    assert "tags `interview` and `offer`" in owner.ok("stats").out
    owner.roster.write_text(owner.roster.read_text().replace("[alumni, cranes]", "[interview]"))
    assert "tags `interview`" not in owner.ok("stats").out


def _named(owner: Owner) -> int:
    counts: list[int] = [each["count"] for each in owner.json("stats")["funnel"] if each["stage"] == "named"]
    return counts[0]

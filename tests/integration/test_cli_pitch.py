"""`mailer pitch` on the owner's configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import Owner, make_owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def write(owner: Owner, pitch: str) -> None:
    path = owner.folder / "config.yaml"
    text = path.read_text().replace("  looking_for:", f"  pitch: >\n{pitch}\n  looking_for:", 1)
    path.write_text(text)


def test_a_word_is_found_at_its_line_and_column(owner: Owner) -> None:
    write(owner, "    For ten years I ran hubs.\n    I am looking for ERP work, because I love ERP.")
    found = owner.json("pitch")
    told = [(f["line"], f["column"], f["what"]) for f in found["findings"]]
    lines = (owner.folder / "config.yaml").read_text().splitlines()
    number = next(n for n, line in enumerate(lines, 1) if "ERP work" in line)
    assert [(line, column) for line, column, _ in told] == [(number, 22), (number, 47)]
    assert lines[number - 1][46:49] == "ERP"
    assert (found["words"], found["seconds"], found["sentences"]) == (16, 7, 2)


def test_a_long_pitch_is_a_warning_of_check_and_says_what_to_cut(owner: Owner) -> None:
    write(owner, "    " + "I led teams. " * 40)
    checked = owner.run("check")
    assert checked.code == 0 and "120 words take 48 seconds to say" in checked.err
    assert "cut 45 words" in owner.ok("pitch").out


def test_a_long_pitch_in_another_language_is_a_warning_of_check_too(owner: Owner) -> None:
    path = owner.folder / "config.yaml"
    said = f"  translations: [{{language: de, looking_for: eine Stelle, pitch: {'Ich leitete Teams. ' * 40}}}]"
    path.write_text(path.read_text().replace("  looking_for:", f"{said}\n  looking_for:", 1))
    assert "the pitch in de: 120 words take 48 seconds to say" in owner.run("check").err


def test_no_pitch_is_said(owner: Owner) -> None:
    (found,) = owner.json("pitch")["findings"]
    assert found["what"] == "there is no pitch"


def test_another_text_can_be_tried(owner: Owner) -> None:
    text = "For ten years I ran two hubs. I am looking for a third, because I love a full truck."
    out = owner.ok("pitch", "--file", "-", stdin=text).out
    assert "Good as it is." in out


def test_the_owners_list_of_jargon_replaces_the_shipped_one(owner: Owner) -> None:
    write(owner, "    For ten years I ran scalable hubs. I look for a third, because I love trucks.")
    assert owner.json("pitch")["unknown_words"][0]["instead"] == "that can grow"
    (owner.folder / "templates").mkdir()
    (owner.folder / "templates" / "jargon.txt").write_text("hub: place where parcels meet\n")
    (word,) = owner.json("pitch")["unknown_words"]
    assert (word["text"], word["instead"]) == ("hubs", "place where parcels meet")


def test_a_word_of_another_text_has_its_line_and_column_too(owner: Owner) -> None:
    file = owner.folder / "draft.txt"
    file.write_text("For ten years I ran hubs.\nI am looking for ERP work, because I love it.\n")
    (found,) = owner.json("pitch", "--file", str(file))["findings"]
    assert (found["file"], found["line"], found["column"]) == (str(file), 2, 18)

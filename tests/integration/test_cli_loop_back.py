"""A talk with somebody who was named puts a note to the referrer into the outbox."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cli_owner import make_owner


def test_logging_the_first_talk_queues_a_note_to_who_named_them(tmp_path: Path) -> None:
    owner = make_owner(tmp_path / "dana")
    config = owner.folder / "config.yaml"
    config.write_text(config.read_text().replace("loop_back: none", "loop_back: wait"))
    out = owner.ok("log", "ada", "--thanks-for", "the long talk about cranes").out
    assert "Charles Babbage, who named them, hears of it (message 2)." in out
    note = next(m for m in owner.json("outbox", "list") if m["kind"] == "loop_back")
    assert (note["contact"], note["status"]) == ("Charles Babbage", "queued")
    assert "spoken with Ada Lovelace" in owner.ok("outbox", "show", str(note["id"])).out

"""`mailer outbox` on a real database: listings, and the owner's word on messages."""

from __future__ import annotations

import email
import email.policy
import json
import os
from pathlib import Path

import pytest

from mailer.model import Outcome
from tests.integration.cli_owner import Owner, make_owner

KEYS = {
    "id", "kind", "contact_id", "contact", "to", "subject", "status", "not_before", "attempts", "last_error",
    "message_id", "sent_at",
}  # fmt: skip


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def log(owner: Owner, who: str = "ada", *options: str) -> str:
    """Log something to thank for; the id of the thank-you."""
    return str(owner.json("log", who, "--thanks-for", "the tour", *options)["message"]["id"])


def test_the_listing_has_exactly_the_contracts_keys(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    log(owner)
    (found,) = owner.json("outbox", "list")
    assert set(found) == KEYS
    assert (found["kind"], found["contact"], found["to"]) == ("thank_you", "Ada Lovelace", "ada@example.org")
    assert found["not_before"].startswith("2026-11-03T17:00") and found["not_before"].endswith("Z")
    assert (found["attempts"], found["last_error"], found["sent_at"]) == (0, None, None)
    assert found["message_id"].endswith("@example.com>")


def test_filters_narrow_the_listing(owner: Owner) -> None:
    first, second = log(owner), log(owner, "charles")
    owner.ok("outbox", "hold", second)
    assert [m["id"] for m in owner.json("outbox", "list", "--status", "held")] == [int(second)]
    assert [m["id"] for m in owner.json("outbox", "list", "--contact", "ada")] == [int(first)]
    assert owner.json("outbox", "list", "--kind", "update") == []
    assert [m["id"] for m in owner.json("outbox", "list", "--after", first)] == [int(second)]


def test_show_gives_headers_text_and_history(owner: Owner) -> None:
    which = log(owner)
    out = owner.ok("outbox", "show", which).out
    assert "To: Ada Lovelace <ada@example.org>" in out
    assert "the tour" in out
    assert "leaves Tue 3 Nov 2026 11:00" in out
    assert "thank-you for 2026-11-03" in out
    found = owner.json("outbox", "show", which)
    assert found["headers"]["From"] == "Dana Reyes <dana@example.com>"
    assert [(e["from"], e["to"]) for e in found["history"]] == [(None, "queued")]


def test_raw_gives_the_octets_that_left(owner: Owner) -> None:
    sent = owner.sent_to_ada()
    result = owner.ok("outbox", "show", str(sent["id"]), "--raw")
    parsed = email.message_from_string(result.out, policy=email.policy.default)
    assert parsed["Message-ID"] == sent["message_id"]
    assert result.err == ""


def test_html_is_written_to_a_file(owner: Owner) -> None:
    page = owner.folder / "letter.html"
    owner.ok("outbox", "show", log(owner), "--html", str(page))
    assert "the tour" in page.read_text()


def test_hold_and_approve_one(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    which = log(owner)
    assert owner.json("outbox", "hold", which)[0]["status"] == "held"
    assert owner.json("outbox", "approve", which)[0]["status"] == "queued"
    again = owner.run("outbox", "approve", which)
    assert again.code == 2
    assert "is queued, so it can't be approved" in again.err


def test_a_filter_acts_on_what_it_can_act_on(owner: Owner) -> None:
    first, second = log(owner), log(owner, "charles")
    owner.ok("outbox", "cancel", first)
    held = owner.json("outbox", "hold", "--kind", "thank_you")
    assert [m["id"] for m in held] == [int(second)]
    assert owner.json("outbox", "hold", "--kind", "update") == []


def test_several_ids_are_done_each_for_itself(owner: Owner) -> None:
    which = log(owner)
    result = owner.run("outbox", "hold", which, "999", "--json")
    assert result.code == 1
    assert [m["status"] for m in json.loads(result.out)] == ["held"]
    assert "there is no message 999" in result.err


@pytest.mark.parametrize("args", [(), ("1", "--kind", "update")])
def test_an_act_needs_ids_or_a_filter_and_not_both(owner: Owner, args: tuple[str, ...]) -> None:
    assert owner.run("outbox", "cancel", *args).code == 2


def test_a_failed_message_can_be_tried_again(owner: Owner) -> None:
    which = log(owner)
    owner.clock = "2026-11-03T17:30:00+00:00"
    owner.send_due(Outcome.rejected, stage="rcpt", code=550, text="no such user")
    (failed,) = owner.json("outbox", "list", "--status", "failed")
    assert "no such user" in failed["last_error"]
    assert owner.json("outbox", "retry", which)[0]["status"] == "queued"


@pytest.mark.parametrize(("word", "status"), [("--sent", "sent"), ("--resend", "queued")])
def test_the_owner_resolves_what_is_uncertain(owner: Owner, word: str, status: str) -> None:
    which = log(owner)
    owner.clock = "2026-11-03T17:30:00+00:00"
    owner.send_due(Outcome.uncertain, stage="content")
    assert owner.run("outbox", "resolve", which).code == 2
    assert owner.json("outbox", "resolve", which, word)[0]["status"] == status


def test_a_filter_resolves_all_that_is_uncertain_and_nothing_else(owner: Owner) -> None:
    which = [log(owner), log(owner, "charles")]
    owner.clock = "2026-11-03T17:30:00+00:00"
    owner.send_due(Outcome.uncertain, stage="content")
    later = owner.json("log", "ada", "--date", "tomorrow 10:00", "--thanks-for", "the tour")["message"]
    found = owner.json("outbox", "resolve", "--kind", "thank_you", "--sent", "--yes")
    assert {str(m["id"]): m["status"] for m in found} == dict.fromkeys(which, "sent")
    assert later is None or owner.json("outbox", "show", str(later["id"]))["status"] != "sent"


def test_several_are_shown_one_after_another_each_with_its_history(owner: Owner) -> None:
    first, second = log(owner), log(owner, "charles")
    owner.ok("outbox", "hold", second)
    found = owner.json("outbox", "show", "--kind", "thank_you")
    assert [(m["id"], [e["to"] for e in m["history"]]) for m in found] == [
        (int(first), ["queued"]),
        (int(second), ["queued", "held"]),
    ]
    assert owner.ok("outbox", "show", first, second).out.count("Subject:") == 2
    refused = owner.run("outbox", "show", first, second, "--raw")
    assert refused.code == 2
    assert "several" in refused.err


def test_several_are_edited_at_once(owner: Owner) -> None:
    first, second = log(owner), log(owner, "charles")
    found = owner.json("outbox", "edit", first, second, "--subject", "Once more, thank you")
    assert [(m["id"], m["subject"]) for m in found] == [
        (int(first), "Once more, thank you"),
        (int(second), "Once more, thank you"),
    ]


def test_text_and_subject_are_changed_from_a_script(owner: Owner) -> None:
    which = log(owner)
    owner.ok("outbox", "edit", which, "--subject", "Hello", "--body-file", "-", stdin="Dear **Ada**,\n\nthanks.\n")
    found = owner.json("outbox", "show", which)
    assert (found["subject"], found["edited"]) == ("Hello", True)
    assert found["text"] == "Dear *Ada*,\n\nthanks."
    owner.ok("log", "ada", "--about", "something else")  # no longer followed
    assert owner.json("outbox", "show", which)["subject"] == "Hello"


def test_what_is_no_text_in_utf8_is_a_wrong_call(owner: Owner) -> None:
    which = log(owner)
    (owner.folder / "latin1.txt").write_bytes("Grüße\n".encode("latin-1"))
    for call in (
        ("outbox", "edit", which, "--body-file", str(owner.folder / "latin1.txt")),
        ("contacts", "show", os.fsdecode(b"\xff")),
    ):
        done = owner.run(*call)
        assert done.code == 2, done
        assert "UTF-8" in done.err
    assert owner.json("outbox", "show", which)["edited"] is False


def _editor(owner: Owner, script: str) -> None:
    path = owner.folder / "editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    owner.environ["VISUAL"] = str(path)


def test_the_editor_opens_on_subject_and_text(owner: Owner) -> None:
    which = log(owner)
    _editor(
        owner, f'cp "$1" {owner.folder}/seen.md; sed -i "s/^Subject:.*/Subject: Mine/; s/the tour/the long tour/" "$1"'
    )
    owner.ok("outbox", "edit", which)
    found = owner.json("outbox", "show", which)
    assert found["subject"] == "Mine"
    assert "the long tour" in found["text"]
    seen = (owner.folder / "seen.md").read_text()
    assert seen.startswith("Subject: ") and "\n\nHi Ada," in seen


@pytest.mark.parametrize("script", ["true", 'touch "$1"'])
def test_an_unchanged_text_changes_nothing(owner: Owner, script: str) -> None:
    which = log(owner)
    _editor(owner, script)
    assert "Nothing was changed" in owner.ok("outbox", "edit", which).out
    assert owner.json("outbox", "show", which)["edited"] is False


@pytest.mark.parametrize("script", [': > "$1"', 'echo "Subject: x" > "$1"', 'echo "no subject" > "$1"'])
def test_an_empty_text_is_refused(owner: Owner, script: str) -> None:
    which = log(owner)
    _editor(owner, script)
    assert owner.run("outbox", "edit", which).code == 2
    assert owner.json("outbox", "show", which)["edited"] is False


def test_an_editor_that_fails_changes_nothing(owner: Owner) -> None:
    which = log(owner)
    _editor(owner, "exit 3")
    assert owner.run("outbox", "edit", which).code == 1


def test_a_message_that_left_is_not_opened(owner: Owner) -> None:
    sent = owner.sent_to_ada()
    _editor(owner, f"touch {owner.folder}/opened")
    assert owner.run("outbox", "edit", str(sent["id"])).code == 2
    assert not (owner.folder / "opened").exists()


@pytest.mark.parametrize("command", ["show", "edit"])
def test_an_unknown_id_is_a_wrong_call(owner: Owner, command: str) -> None:
    result = owner.run("outbox", command, "77")
    assert (result.code, result.out) == (2, "")
    assert "there is no message 77" in result.err

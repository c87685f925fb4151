"""`mailer status`, `mailer db`, `mailer understand`: looking, without changing anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.daemon.lock import OwnerLock
from mailer.storage import daemons
from tests.integration.cli_owner import ROSTER, Owner, make_owner

STATES = {"held", "queued", "sending", "sent", "uncertain", "failed", "cancelled"}


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def test_the_json_has_exactly_the_contracts_keys(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    owner.ok("log", "ada", "--about", "x")
    found = owner.json("status")
    assert set(found) == {"daemon", "database", "roster", "mailbox", "outbox", "problems"}
    assert set(found["outbox"]) == STATES
    assert found["outbox"]["queued"] == 1
    assert found["roster"]["contacts"] == 3 and found["roster"]["problem"] is None
    assert found["roster"]["files"] == [str(owner.roster)]
    assert found["database"]["schema"]
    assert found["daemon"]["running"] is False
    assert [set(p) for p in found["problems"]] == [{"key", "text", "mend", "since"}]
    assert found["problems"][0]["key"] == "daemon"


def test_no_password_of_the_database_is_shown(owner: Owner) -> None:
    config = owner.folder / "config.yaml"
    config.write_text(
        config.read_text().replace("sqlite:///mailer.db", "postgresql+psycopg://dana:hunter2@127.0.0.1:1/x")
    )
    result = owner.run("-v", "status", "--json")
    assert result.code == 1
    assert "hunter2" not in result.out + result.err
    assert "Traceback" not in result.err


def test_a_person_reads_ten_lines_and_each_problem_with_its_mend(owner: Owner) -> None:
    owner.ok("log", "ada")
    out = owner.ok("status").out
    above, _, below = out.partition("\n\n")
    assert 7 <= len(above.splitlines()) <= 10
    assert "1 held" in above and "3 new" in above
    assert "2 things to see to:" in below
    assert "mailer run" in below and "mailer outbox edit 1" in below


def beat(owner: Owner, **state: object) -> None:
    """The daemon leaves a sign of life."""
    app = owner.app()
    with app.store.write() as tx:
        daemons.beat(tx, pid=4711, host="here", started_at=app.clock(), now=app.clock(), state=state)
    app.close()


def test_all_is_well_where_a_daemon_lives_and_nothing_waits(owner: Owner) -> None:
    beat(owner, mailbox={"connected": True, "idle": True, "error": "", "folders": {"inbox": "INBOX"}})
    app = owner.app()
    state, address = app.state, app.config.owner().email
    app.close()
    with OwnerLock(state, address):
        found = owner.json("status")
        out = owner.ok("status").out
    assert found["problems"] == []
    assert (found["daemon"]["running"], found["daemon"]["pid"]) == (True, 4711)
    assert found["mailbox"]["connected"] is True and found["mailbox"]["folders"] == {"inbox": "INBOX"}
    assert "All is well." in out and "running since" in out and "watched (IDLE): INBOX" in out


def test_a_daemon_that_died_is_not_taken_for_a_living_one(owner: Owner) -> None:
    beat(owner, mailbox={"connected": True})
    found = owner.json("status")
    assert found["daemon"]["running"] is False and found["mailbox"]["connected"] is False
    assert "does not answer" in found["problems"][0]["text"]


def test_a_broken_roster_is_a_problem_and_the_look_ends_well(owner: Owner) -> None:
    owner.ok("contacts", "list")
    owner.roster.write_text(ROSTER + "  - nonsense\n")
    found = owner.json("status")
    assert found["roster"]["contacts"] == 3
    assert "contacts.yaml:13:" in found["roster"]["problem"]
    assert any(p["key"] == "roster.broken" and p["mend"] for p in found["problems"])


# The database


def test_upgrade_makes_the_schema_and_says_so_once(owner: Owner) -> None:
    (owner.folder / "mailer.db").unlink()
    first = owner.json("db", "upgrade")
    assert first["from"] is None and first["to"]
    assert owner.json("db", "upgrade") == {"from": first["to"], "to": first["to"]}


def test_check_finds_a_whole_database_whole(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    owner.ok("db", "upgrade")
    assert owner.json("db", "check")["problems"] == []


def test_check_does_not_make_a_schema_where_there_is_none(owner: Owner) -> None:
    (owner.folder / "mailer.db").unlink()
    result = owner.run("db", "check")
    assert result.code == 1
    assert "mailer db upgrade" in result.err


def test_a_damaged_database_is_said_to_be_so(owner: Owner) -> None:
    (owner.folder / "mailer.db").write_bytes(b"not a database at all" * 100)
    result = owner.run("status")
    assert result.code == 1
    assert "damaged" in result.err and "mailer db backup" in result.err


def test_a_backup_can_be_used_in_place_of_the_database(owner: Owner) -> None:
    owner.ok("log", "ada", "--about", "x")
    copy = owner.folder / "copy.db"
    assert owner.json("db", "backup", str(copy))["file"] == str(copy)
    assert owner.run("db", "backup", str(copy)).code == 1
    (owner.folder / "mailer.db").write_bytes(copy.read_bytes())
    assert len(owner.json("outbox", "list")) == 1


# Understanding files

REPLY = b"From: Ada <ada@example.org>\r\nTo: dana@example.com\r\nSubject: Re: hi\r\n\r\nLet us talk next week.\r\n"
ROBOT = b"From: Ada <ada@example.org>\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nI am away.\r\n"


def test_understand_answers_for_each_file_in_order(owner: Owner) -> None:
    for name, raw in (("b.eml", REPLY), ("a.eml", ROBOT)):
        (owner.folder / name).write_bytes(raw)
    (owner.folder / "config.yaml").unlink()
    files = [str(owner.folder / "b.eml"), str(owner.folder / "a.eml")]
    first, second = owner.json("understand", "--owner", "dana@example.com", *files)
    assert set(first) == {
        "file", "classification", "question", "opt_out_scope", "evidence", "text", "introductions", "bounce",
    }  # fmt: skip
    assert [first["file"], second["file"]] == files
    assert (first["classification"], second["classification"]) == ("reply", "automatic")
    assert first["text"].strip() == "Let us talk next week." and first["bounce"] is None


def test_understand_reads_stdin(owner: Owner) -> None:
    result = owner.ok("understand", "--json", "-", stdin=REPLY.decode())
    assert [(v["file"], v["classification"]) for v in result.json] == [("-", "reply")]


def test_a_missing_file_fails_and_the_others_are_answered(owner: Owner) -> None:
    there = owner.folder / "a.eml"
    there.write_bytes(ROBOT)
    result = owner.run("understand", "--json", str(owner.folder / "gone.eml"), str(there), str(owner.folder))
    assert result.code == 1
    assert [v["classification"] for v in json.loads(result.out)] == ["automatic"]
    assert "gone.eml" in result.err


def test_a_person_reads_the_verdict_and_why(owner: Owner) -> None:
    there = owner.folder / "a.eml"
    there.write_bytes(ROBOT)
    out = owner.ok("understand", str(there)).out
    assert "automatic" in out and "because" in out


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 500, b"Subject: \xed\xa0\x80\r\n\r\n\xed\xa0\x80"])
def test_odd_bytes_still_give_json(owner: Owner, raw: bytes) -> None:
    there = owner.folder / "odd.eml"
    there.write_bytes(raw)
    assert len(owner.json("understand", str(there))) == 1


def test_times_are_rfc_3339_in_utc(owner: Owner) -> None:
    owner.ok("log", "ada", "--about", "x")
    at = owner.json("status")["daemon"]["next_due"]
    assert at.endswith("Z")
    assert datetime.fromisoformat(at).tzinfo == UTC

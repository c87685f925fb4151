"""What a daemon does for years: daily copies that rotate, old words dropped, a disk watched, the owner told."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import sys
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer.daemon.keeping import BACKUP, DISK, Keeping, run_command
from mailer.daemon.wiring import App
from mailer.storage import daemons
from mailer.storage.keeping import file_of, shrink
from mailer.storage.store import open_store
from tests.integration.cli_owner import Owner, answer, make_owner

Usage = namedtuple("Usage", "total used free")


class Days:
    """The parts of a program whose clock the test moves by days."""

    def __init__(self, owner: Owner) -> None:
        self.app: App = owner.app()
        self.start = self.app.clock()
        self.commands: list[tuple[str, str]] = []
        self.keeping = Keeping(self._run)

    def _run(self, command: str, text: str) -> bool:
        self.commands.append((command, text))
        return True

    def look(self, **passed: float) -> None:
        self.app.clock = lambda: self.start + timedelta(**passed)
        self.keeping.look(self.app)

    def problems(self) -> set[str]:
        with self.app.store.read() as tx:
            return {p.key for p in daemons.all_problems(tx)}

    def copies(self) -> list[str]:
        return sorted(path.name for path in (self.app.state / "backups").glob("*"))


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


@pytest.fixture
def days(owner: Owner) -> Days:
    return Days(owner)


def change_config(owner: Owner, text: str) -> None:
    (owner.folder / "config.yaml").write_text((owner.folder / "config.yaml").read_text() + text)


def test_each_day_leaves_one_copy_and_only_so_many_are_kept(owner: Owner) -> None:
    change_config(owner, "keep: {backups: 3}\n")
    days = Days(owner)
    for day in range(5):
        days.look(days=day)
        days.look(days=day, hours=1)
    assert [name[-18:-8] for name in days.copies()] == ["2026-11-05", "2026-11-06", "2026-11-07"]


def test_a_copy_is_whole_and_for_the_owners_eyes_only(days: Days) -> None:
    days.look()
    (copy,) = (days.app.state / "backups").iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    connection = sqlite3.connect(copy)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_no_copies_are_made_where_none_are_wanted(owner: Owner) -> None:
    change_config(owner, "keep: {backups: 0}\n")
    days = Days(owner)
    days.look()
    assert days.copies() == []


def test_files_of_others_in_the_folder_of_copies_stay(days: Days) -> None:
    mine = days.app.state / "backups" / "mine.sqlite3"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    for day in range(10):
        days.look(days=day)
    assert mine.read_text() == "mine"
    assert len(days.copies()) == 8


def test_a_copy_that_fails_is_a_problem_until_one_is_made(days: Days) -> None:
    blocked = days.app.state / "backups"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("no folder")
    days.look()
    assert BACKUP in days.problems()
    blocked.unlink()
    days.look(minutes=1)
    assert BACKUP not in days.problems()
    assert len(days.copies()) == 1


def test_a_disk_that_is_nearly_full_is_a_problem_while_it_is(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 10**12 - 10**8, 10**8))
    days.look()
    assert DISK in days.problems()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, 10**12))
    days.look(minutes=1)
    assert DISK not in days.problems()


def test_words_of_an_old_answer_are_dropped_and_all_else_of_it_stays(owner: Owner) -> None:
    owner.receive(answer(owner.sent_to_ada(), "Meet my friend Mary Somerville <mary@example.org>, a fine person.\n"))
    (before,) = owner.json("replies", "list")
    assert before["text"]
    days = Days(owner)
    days.look(days=364)
    assert owner.json("replies", "list")[0]["text"]
    days.look(days=366)
    (after,) = owner.json("replies", "list")
    assert after["text"] == ""
    assert "fine person" not in str(after)
    same = ("classification", "from", "contact_id", "evidence", "received_at", "matched_by")
    assert {key: after[key] for key in same} == {key: before[key] for key in same}


def test_what_else_quotes_an_old_answer_is_dropped_with_it(owner: Owner) -> None:
    sent = owner.sent_to_ada()
    owner.receive(answer(sent, "Meet my friend Caroline Herschel <caroline@example.org>, a keen mind.\n"))
    owner.receive(answer(sent, "Please take me off your list.\n"))
    assert "keen mind" in str(owner.json("contacts", "proposals"))
    assert "take me off" in str(owner.json("replies", "list")[1]["evidence"]).casefold()
    days = Days(owner)
    days.look(days=366)
    days.app.close()
    left = owner.json("replies", "list")
    assert left[1]["evidence"][0]["rule"] == "asks in own words not to be written to"
    kept = f"{left} {owner.json('contacts', 'proposals')}".casefold()
    assert [w for w in ("take me off", "keen mind") if w in kept] == []


def test_unused_room_is_given_back_to_the_disk(days: Days) -> None:
    path = file_of(days.app.store)
    assert path is not None
    with days.app.store.write() as tx:
        tx.connection.exec_driver_sql("CREATE TABLE ballast (octets BLOB)")
        tx.connection.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(5000000))")
    with days.app.store.write() as tx:
        tx.connection.exec_driver_sql("DROP TABLE ballast")
    with sqlite3.connect(path) as connection:  # what is in the journal goes into the file
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = path.stat().st_size
    assert shrink(days.app.store)
    assert path.stat().st_size < before - 4_000_000
    assert not shrink(days.app.store)


def test_the_owners_command_is_told_what_lasts_where_no_mail_can_leave(owner: Owner) -> None:
    change_config(owner, "notify: {command: tell-me --now, after: 2h}\n")
    days = Days(owner)
    with days.app.store.write() as tx:
        daemons.set_problem(tx, "smtp.unreachable", "the mail server can't be used", "wait", days.start)
    days.look(hours=1)
    assert days.commands == []
    days.look(hours=2)
    days.look(hours=3)
    ((command, text),) = days.commands
    assert command == "tell-me --now"
    assert "the mail server can't be used" in text


def test_a_command_gets_the_words_on_its_input_and_not_as_arguments(tmp_path: Path) -> None:
    got = tmp_path / "got"
    script = "import sys; open(sys.argv[1], 'w').write(repr(sys.argv[2:]) + sys.stdin.read())"
    assert run_command(f'{sys.executable} -c "{script}" {got} two', "it needs you\n")
    assert got.read_text() == "['two']it needs you\n"


@pytest.mark.parametrize("command", ["no-such-command-here", "false", "'"])
def test_a_command_that_can_not_do_it_is_told_apart(command: str) -> None:
    assert not run_command(command, "x")


def test_the_daily_work_is_done_again_where_the_clock_was_set_back(days: Days) -> None:
    days.look(days=1)
    days.look()
    assert len(days.copies()) == 2


def test_who_is_forgotten_is_in_no_copy_that_the_program_made_by_itself(owner: Owner) -> None:
    owner.sent_to_ada()
    days = Days(owner)
    for day in range(3):
        days.look(days=day)
    file = owner.folder / "mailer.db"
    (owner.folder / "mailer.db.schema-0001-20261101T000000Z").write_bytes(file.read_bytes())
    ends = (".replaced-20261101T000000Z", ".replaced-20261101T000000Z-wal", ".part")
    for end in ends:
        (owner.folder / f"mailer.db{end}").write_bytes(file.read_bytes())
    mine = owner.folder / "my-own-copy.sqlite3"
    mine.write_bytes(file.read_bytes())
    assert len(days.copies()) == 3
    half = days.app.state / "backups" / f"{days.copies()[0]}.123.part"
    half.write_bytes(file.read_bytes())
    days.app.close()
    owner.ok("contacts", "forget", "ada", "--yes")
    (copy,) = days.copies()
    assert b"ada@example.org" not in (days.app.state / "backups" / copy).read_bytes()
    assert list(owner.folder.glob("mailer.db.schema-*")) == []
    assert [end for end in ends if (owner.folder / f"mailer.db{end}").exists()] == []
    assert b"ada@example.org" in mine.read_bytes()


def test_forgetting_in_another_database_leaves_the_copies_of_the_state_folders_own(tmp_path: Path) -> None:
    """A kept demo, for one, has its database beside its configuration, under the very same name."""
    (tmp_path / "demo").mkdir()
    owner = make_owner(tmp_path / "dana", f"sqlite:///{tmp_path / 'demo' / 'mailer.sqlite3'}")
    owner.sent_to_ada()
    days = Days(owner)
    own = days.app.state / "backups" / "mailer-2026-11-01.sqlite3"
    days.look()
    own.write_bytes(b"the own one")
    by_its_daemon = tmp_path / "demo" / "backups" / "mailer-2026-11-01.sqlite3"
    by_its_daemon.parent.mkdir()
    by_its_daemon.write_bytes(b"ada@example.org")
    days.app.close()
    owner.ok("contacts", "forget", "ada", "--yes")
    assert own.read_bytes() == b"the own one"
    assert not by_its_daemon.exists()
    assert len(days.copies()) == 2


def test_a_database_that_somebody_writes_to_is_tidied_another_day(tmp_path: Path) -> None:
    path = tmp_path / "mailer.sqlite3"
    store = open_store(f"sqlite:///{path}", "dana@example.com", now=datetime.now(UTC), busy_timeout=0.1)
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE ballast (octets BLOB)")
        other.execute("INSERT INTO ballast VALUES (zeroblob(4000000))")
        other.execute("DROP TABLE ballast")
    other.isolation_level = None
    other.execute("BEGIN IMMEDIATE")
    assert not shrink(store)
    other.execute("ROLLBACK")
    assert shrink(store)
    other.close()
    store.close()

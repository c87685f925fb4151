"""docs/guide.md is true: every command in it runs, in its order, at its time, with what happens in between."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailer.daemon import upkeep
from mailer.services import thank_you
from tests.integration.cli_owner import Owner, Result, answer, make_owner

GUIDE = (Path(__file__).parents[2] / "docs" / "guide.md").read_text(encoding="utf-8")
CHICAGO = ZoneInfo("America/Chicago")
STEPS = re.compile(r"<!-- (clock|answer from) ?:? ?(.*?) -->|```sh\n(.*?)```", re.DOTALL)
FAILS = 'mailer log "Michael Faraday" --kind meeting --date "tomorrow 10:00"'
"""The one command that the guide itself says fails."""

PHONE = """\
BEGIN:VCARD
VERSION:3.0
FN:Grace Hopper
EMAIL:grace@example.org
END:VCARD
"""


def steps() -> Iterator[tuple[str, str]]:
    """(`clock`, a time), (`answer from`, who and what), (`run`, a command), in the order of the page."""
    for found in STEPS.finditer(GUIDE):
        if found[3] is None:
            yield found[1], found[2]
        else:
            yield from (("run", line) for line in found[3].strip().splitlines())


class Reader:
    """Somebody who follows the guide; the daemon's work is done when time passes."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.running = False
        self.sent: list[tuple[str, str]] = []  # kind, to whom
        self.said: dict[str, Result] = {}

    def take(self, what: str, text: str) -> None:
        if what == "clock":
            self._wait(datetime.fromisoformat(text).replace(tzinfo=CHICAGO))
        elif what == "answer from":
            sender, _, words = text.partition(": ")
            to = next(m for m in self.owner.json("outbox", "list") if m["to"] in sender and m["sent_at"])
            self.owner.receive(answer(to, f"{words}\n", sender))
        else:
            self._run(text)

    def _wait(self, until: datetime) -> None:
        """Let the daemon work just before that moment, and at it."""
        self.owner.clock = until.isoformat()
        for _ in range(3 if self.running else 0):
            app = self.owner.app()
            upkeep.tick(app)
            app.close()
            self.owner.clock = datetime.fromisoformat(self.owner.clock).replace(second=59).isoformat()
            gone = set(self.owner.send_due())
            self.sent += [(m["kind"], m["to"]) for m in self.owner.json("outbox", "list") if m["id"] in gone]

    def _run(self, line: str) -> None:
        words = shlex.split(line)
        assert words[0] == "mailer"
        if words == ["mailer", "run"]:  # tests/system runs the real one
            app = self.owner.app()
            thank_you.first_start(app.store, app.desk, app.clock())
            app.close()
            self.running = True
            return
        result = self.owner.run(*words[1:])
        assert (result.code == 2) if line == FAILS else (result.code == 0), (line, result)
        self.said[line] = result


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    owner = make_owner(tmp_path / "dana")
    config = owner.folder / "config.yaml"
    pitch = "For ten years I ran two parcel hubs. I am looking for a third one, because I love a full truck."
    text = config.read_text().replace("loop_back: none", "loop_back: wait").replace("2026-09-01", "2026-11-02")
    config.write_text(text.replace("  looking_for:", f"  pitch: {pitch}\n  looking_for:", 1))
    owner.roster.write_text("# everyone I know\ncontacts:\n")
    (owner.folder / "phone.vcf").write_text(PHONE)
    monkeypatch.chdir(owner.folder)
    return Reader(owner)


def test_the_guide_can_be_followed_from_the_first_command_to_the_last(reader: Reader) -> None:
    for what, text in steps():
        reader.take(what, text)
    said = {line: result.out for line, result in reader.said.items()}
    assert "Good as it is." in said["mailer pitch"]
    assert "Charles Babbage suggested I call you." in said["mailer script Ada"]
    assert "Charles Babbage" in said["mailer outbox list --kind loop_back"]
    assert "Glad to help, Dana." in said["mailer replies show 1"]
    assert "Charles Babbage > Ada Lovelace > Michael Faraday" in said["mailer trail Michael"]
    assert reader.sent[:3] == [
        ("thank_you", "charles@example.org"),
        ("thank_you", "ada@example.org"),
        ("loop_back", "charles@example.org"),
    ]
    kinds = {kind: {to.partition("@")[0] for k, to in reader.sent if k == kind} for kind, _ in reader.sent}
    assert kinds["update"] == {"charles", "ada", "michael"}
    assert kinds["preview"] == {"dana"}
    updates = {m["contact"]: m["id"] for m in reader.owner.json("outbox", "list", "--kind", "update")}
    read = {name: reader.owner.json("outbox", "show", str(pk))["text"] for name, pk in updates.items()}
    assert "met Ada Lovelace" in read["Charles Babbage"] and "Michael" not in read["Charles Babbage"]
    assert "Michael Faraday" in read["Ada Lovelace"] and "Mary" not in read["Ada Lovelace"]
    letters = reader.owner.json("outbox", "list", "--kind", "landed")
    assert {m["contact"] for m in letters} == {"Charles Babbage", "Ada Lovelace", "Michael Faraday"}
    assert {m["status"] for m in letters} == {"queued"}


def test_every_command_of_the_guide_stands_in_a_block_that_is_run() -> None:
    named = re.findall(r"`mailer ([^`]+)`", re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL))
    assert named  # those in running text are only mentioned, and are known commands (tests/unit/test_cli_docs.py)
    assert sum(what == "run" for what, _ in steps()) > 35

"""`mailer update` on a real database and, for the sample, a real connection."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli_owner import Owner, make_owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def waiting(owner: Owner) -> None:
    """The December edition waits for approval: the first one always does."""
    owner.started()
    owner.clock = "2026-11-30T16:00:00+00:00"
    owner.tick_updates()
    owner.tick_updates()


def test_draft_writes_a_starting_text_once(owner: Owner) -> None:
    found = owner.json("update", "draft")
    path = owner.folder / "updates" / "2026-12.md"
    assert found == {"edition": "2026-12", "file": str(path)}
    text = path.read_text()
    assert "second interview with a freight broker" in text and "secret" not in text
    again = owner.run("update", "draft")
    assert again.code == 2
    assert path.read_text() == text


def test_the_starting_text_as_it_stands_changes_nothing(owner: Owner) -> None:
    before = owner.json("update", "preview")
    owner.ok("update", "draft")
    assert owner.json("update", "preview") == before


def test_what_the_owner_wrote_is_in_the_preview(owner: Owner) -> None:
    owner.ok("update", "draft")
    path = owner.folder / "updates" / "2026-12.md"
    path.write_text(path.read_text().replace("## Thanks\n", "## Thanks\n\nWarmest thanks to you.\n"))
    assert "Warmest thanks to you." in owner.ok("update", "preview").out


def test_preview_shows_the_letter_of_one_contact(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    owner.ok("log", "ada", "--about", "cranes")
    found = owner.json("update", "preview", "--contact", "ada")
    assert (found["edition"], found["contact"]["name"]) == ("2026-12", "Ada Lovelace")
    assert found["text"].startswith("Hi Ada,") and "freight broker" in found["text"] and "secret" not in found["text"]
    out = owner.ok("update", "preview").out
    assert "Subject: " in out and "to 2 contacts" in out


def test_preview_as_a_page(owner: Owner) -> None:
    page = owner.folder / "p.html"
    owner.ok("update", "preview", "--html", str(page))
    assert "<html" in page.read_text()


def test_nobody_due_is_said(owner: Owner) -> None:
    owner.roster.write_text("contacts:\n  - {name: Ada, email: ada@example.org}\n")
    assert "nobody in the roster is due an update" in owner.run("update", "preview").err


def test_status_names_the_edition_to_come_and_counts_all_states(owner: Owner) -> None:
    (line,) = owner.json("update", "status")
    assert (line["id"], line["edition"], line["status"]) == (None, "2026-12", "planned")
    assert line["due_at"] == "2026-12-01T15:00:00Z"
    assert set(line["messages"]) == {"held", "queued", "sending", "sent", "uncertain", "failed", "cancelled"}


def test_the_edition_to_come_is_on_the_first_page_alone(owner: Owner) -> None:
    waiting(owner)
    owner.ok("update", "approve")
    owner.clock = "2026-12-05T15:00:00+00:00"
    owner.tick_updates()
    first = owner.json("update", "status", "--limit", "2")
    assert [line["edition"] for line in first] == ["2027-01", "2026-12"]
    assert first[0]["id"] is None
    assert owner.json("update", "status", "--after", str(first[-1]["id"])) == []


def test_approve_and_hold(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    waiting(owner)
    assert owner.json("update", "status")[0]["status"] == "waiting"
    assert owner.json("update", "approve")["status"] == "approved"
    assert owner.json("update", "hold")["status"] == "stopped"
    assert owner.json("update", "approve", "2026-12")["status"] == "approved"


@pytest.mark.parametrize("args", [("approve",), ("hold", "2026-12"), ("preview", "--edition", "december")])
def test_an_edition_that_is_not_there_is_a_wrong_call(owner: Owner, args: tuple[str, ...]) -> None:
    assert owner.run("update", *args).code == 2


def test_watching_ends_when_all_has_left(owner: Owner) -> None:
    owner.ok("log", "ada", "--about", "cranes", "--no-thank-you")
    waiting(owner)
    owner.ok("update", "approve")
    owner.clock = "2026-12-01T15:30:00+00:00"
    owner.tick_updates()
    owner.clock = "2026-12-01T15:31:00+00:00"  # each call begins at this moment anew
    owner.send_due()
    result = owner.ok("update", "status", "--watch")
    assert "2026-12: 2 of 2 (2 sent)" in result.err


class OneMail:
    """An SMTP server for one message, which it keeps."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.said: list[str] = []
        self.content = ""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rwb") as stream:

            def say(line: str) -> None:
                stream.write(line.encode() + b"\r\n")
                stream.flush()

            say("220 test")
            while line := stream.readline().decode().strip():
                self.said.append(line)
                verb = line.split()[0].upper()
                if verb == "EHLO":
                    say("250-test\r\n250 AUTH PLAIN")
                elif verb == "AUTH":
                    say("235 2.7.0 welcome")
                elif verb == "DATA":
                    say("354 go on")
                    lines = iter(stream.readline, b".\r\n")
                    self.content = b"".join(lines).decode()
                    say(self.answer)
                elif verb == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[OneMail]:
    server = OneMail(getattr(request, "param", "250 2.0.0 taken"))
    yield server
    server.close()


def _point_at(owner: Owner, port: int) -> None:
    config = owner.folder / "config.yaml"
    config.write_text(config.read_text().replace("port: 2525", f"port: {port}"))


def test_a_sample_leaves_at_once_through_the_account_marked_as_a_test(owner: Owner, server: OneMail) -> None:
    _point_at(owner, server.port)
    found = owner.json("update", "send", "--test", "me@example.net")
    assert (found["edition"], found["to"]) == ("2026-12", "me@example.net")
    assert "RCPT TO:<me@example.net>" in server.said
    parsed = email.message_from_string(server.content, policy=email.policy.default)
    assert parsed["Subject"].startswith("[test] ")
    assert parsed["To"] == "me@example.net"
    assert owner.json("outbox", "list") == []


@pytest.mark.parametrize("server", ["550 5.7.1 no thanks"], indirect=True)
def test_a_refused_sample_fails_with_the_servers_words(owner: Owner, server: OneMail) -> None:
    _point_at(owner, server.port)
    result = owner.run("update", "send", "--test", "me@example.net", "--json")
    assert (result.code, result.out) == (1, "")
    assert "no thanks" in result.err


def test_a_server_that_cannot_be_reached_is_said(owner: Owner) -> None:
    _point_at(owner, 1)
    result = owner.run("update", "send", "--test", "me@example.net")
    assert result.code == 1
    assert "127.0.0.1:1" in result.err and "Traceback" not in result.err

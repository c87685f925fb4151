"""One owner at the command line: files in a folder, a database, a clock, and the program run in this process."""

from __future__ import annotations

import io
import itertools
import json
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from mailer.cli import main
from mailer.daemon.wiring import App, wire
from mailer.model import Delivery, FetchedMail, FolderRole, Outcome
from mailer.services import outbox, thank_you, updates
from mailer.services.inbox import Inbox
from mailer.storage.store import open_store

CONFIG = """\
profile: {{name: Dana Reyes, email: dana@example.com, phone: "+1 312 555 0100"}}
search:
  started: 2026-09-01
  looking_for: a head of platform role at a logistics company
  target_companies: [Acme Freight, Globex]
  prospects:
    - second interview with a freight broker
    - {{text: a secret talk, private: true}}
account:
  password: {{env: MAILER_TEST_PASSWORD}}
  smtp: {{host: 127.0.0.1, port: 2525, security: none}}
  imap: {{host: 127.0.0.1, port: 1143, security: none}}
database: {database}
schedule: {{timezone: America/Chicago}}
loop_back: none  # one letter for each thing a test does; who tests loops says otherwise
"""

ROSTER = """\
# my people
contacts:
  - name: Ada Lovelace
    email: ada@example.org
    company: Analytical Engines
    referred_by: Charles Babbage
    tags: [alumni, cranes]
  - name: Charles Babbage
    email: charles@example.org   # the elder
    interactions:
      - {date: 2026-10-02, kind: call, about: cranes}
  - name: Grace Hopper
"""

TUESDAY = "2026-11-03T16:00:00+00:00"
"""10 o'clock on a Tuesday morning in Chicago."""


@dataclass(frozen=True)
class Result:
    """What a call printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout, which must be one JSON value and nothing else."""
        return json.loads(self.out)


class _Stream(io.TextIOWrapper):
    """A stream like a pipe's: text with octets under it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self) -> str:
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


class _Keyboard(io.TextIOWrapper):
    """What somebody types at a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass
class Owner:
    """The owner's files; `clock` is when every call happens."""

    folder: Path
    clock: str = TUESDAY
    environ: dict[str, str] = field(default_factory=dict)
    _uids: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def roster(self) -> Path:
        return self.folder / "contacts.yaml"

    def variables(self) -> Mapping[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "MAILER_CONFIG": str(self.folder / "config.yaml"),
            "MAILER_TEST_PASSWORD": "secret",
            "MAILER_CLOCK": self.clock,
            **self.environ,
        }

    def run(self, *args: str, stdin: str = "", typed: str | None = None) -> Result:
        """Call the program; with `typed` at a terminal."""
        out, err = _Stream(), _Stream()
        kind = io.TextIOWrapper if typed is None else _Keyboard
        given = kind(io.BytesIO((typed or stdin).encode()), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name in os.environ.keys() - self.variables().keys():
                patch.delenv(name)
            for name, value in self.variables().items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", given)
            code = main([str(a) for a in args])
        return Result(code, out.text(), err.text())

    def ok(self, *args: str, stdin: str = "") -> Result:
        """Call the program; it must end well."""
        result = self.run(*args, stdin=stdin)
        assert result.code == 0, result
        return result

    def json(self, *args: str) -> Any:
        """The JSON of a call that must end well."""
        return self.ok(*args, "--json").json

    def app(self) -> App:
        """The parts, for what only the daemon does. `close()` it."""
        return wire(self.folder / "config.yaml", self.variables())

    def started(self) -> None:
        """The daemon started for the first time."""
        app = self.app()
        thank_you.first_start(app.store, app.desk, app.clock())
        app.close()

    def send_due(self, outcome: Outcome = Outcome.accepted, **values: Any) -> list[int]:
        """A minute later, what may leave leaves, the server answering always the same.

        Each call begins at `clock` anew, so what a slow call before made due would not be due yet at the same moment.
        """
        self.clock = (datetime.fromisoformat(self.clock) + timedelta(minutes=1)).isoformat()
        app = self.app()
        claimed = list(outbox.step(app.store, app.desk, [], 100, app.clock()).claimed)
        outbox.step(app.store, app.desk, [(c.id, Delivery(outcome, **values)) for c in claimed], 0, app.clock())
        app.close()
        return [c.id for c in claimed]

    def tick_updates(self) -> None:
        """The editions move on by one step."""
        app = self.app()
        updates.tick(app.store, app.desk, app.clock())
        app.close()

    def receive(self, raw: bytes, role: FolderRole = FolderRole.inbox) -> None:
        """A mail arrives in the Inbox, or stands in another folder."""
        app = self.app()
        uid = next(self._uids)
        mail = FetchedMail(uid, app.clock(), raw, len(raw))
        folder = "INBOX" if role is FolderRole.inbox else role.value
        Inbox(app.store, lambda: app.desk, app.clock).receive(folder, role, 7, [mail], uid)
        app.close()

    def sent_to_ada(self) -> dict[str, Any]:
        """A thank-you to Ada that has left."""
        logged = self.json("log", "ada", "--thanks-for", "the long talk about cranes")
        self.clock = "2026-11-03T17:30:00+00:00"
        self.send_due()
        found: dict[str, Any] = self.json("outbox", "show", str(logged["message"]["id"]))
        assert found["status"] == "sent"
        return found


@cache
def _migrated() -> bytes:
    """An SQLite database with the present schema: making one takes longer than most tests."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "mailer.db")
        open_store(f"sqlite:///{file}", "dana@example.com", now=datetime.fromisoformat(TUESDAY)).close()
        return file.read_bytes()


def make_owner(folder: Path, database: str = "") -> Owner:
    """The owner's files in a folder; the database is SQLite's, made already, unless told."""
    folder.mkdir(exist_ok=True)
    if not database:
        database = "sqlite:///mailer.db"
        (folder / "mailer.db").write_bytes(_migrated())
    (folder / "config.yaml").write_text(CONFIG.format(database=database))
    (folder / "contacts.yaml").write_text(ROSTER)
    return Owner(folder)


def answer(to: Mapping[str, Any], text: str, sender: str = "Ada Lovelace <ada@example.org>", **fields: str) -> bytes:
    """An answer to one of our messages, as a mail program writes it."""
    lines = {
        "From": sender,
        "To": "Dana Reyes <dana@example.com>",
        "Subject": f"Re: {to['subject']}",
        "Message-ID": f"<answer-{abs(hash(text)) % 10**8}@example.org>",
        "In-Reply-To": to["message_id"],
        "Date": "Tue, 03 Nov 2026 12:00:00 -0600",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return (head + "\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()

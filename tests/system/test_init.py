"""`mailer init` as a process, against Dovecot and Postfix: in a script, and with somebody at a terminal."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.config import load_config
from tests.servers.mailsystem import MailSystem
from tests.system.program import MAILER

pytestmark = pytest.mark.servers


class Home:
    """A folder of an owner who has nothing yet."""

    def __init__(self, folder: Path, mail: MailSystem, owner: str) -> None:
        self.folder, self.mail = folder, mail
        (self.owner,) = mail.add_users([owner])
        self.config = folder / ".config" / "mailer" / "config.yaml"
        self.environ = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "TERM": "dumb"}
        (folder / "people.csv").write_text("Name,Email\nAda Lovelace,ada@example.org\n")

    def servers(self) -> list[str]:
        imap, smtp = (f"127.0.0.1:{server.port}/starttls" for server in (self.mail.imap, self.mail.smtp))
        return ["--imap", imap, "--smtp", smtp, "--ca-file", self.mail.ca_file]

    def answers(self) -> list[str]:
        return ["--name", "Dana Reyes", "--email", self.owner, "--looking-for", "a platform role", "--timezone", "UTC"]

    def run(self, *arguments: str, typed: str = "", status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [MAILER, *arguments], env=self.environ, input=typed, capture_output=True, text=True, timeout=180
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def files(self) -> set[str]:
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()} - {
            "people.csv"
        }


@pytest.fixture
def home(tmp_path: Path, mail_system: MailSystem, request: pytest.FixtureRequest) -> Home:
    return Home(tmp_path, mail_system, f"init-{abs(hash(request.node.name)) % 10_000_000}@example.com")


def test_a_script_sets_up_a_working_account(home: Home) -> None:
    password = home.mail.password(home.owner)
    pitch = "I keep warehouses shipping.\nI look for: a role, {soon} # and 'more'"
    more = [
        "--pitch",
        pitch,
        "--phone",
        "+1 312 555 0100",
        "--import",
        str(home.folder / "people.csv"),
        "--test-letter",
    ]
    done = home.run(
        "init", *home.servers(), *home.answers(), *more, "--password-stdin", "--json", typed=f"{password}\n"
    )
    told = json.loads(done.stdout)
    assert (told["provider"], told["test_letter"], told["imported"]) == (None, True, True)
    folder = home.config.parent
    assert home.files() >= {f".config/mailer/{name}" for name in ("config.yaml", "contacts.yaml", "password")}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())
    config = load_config(home.config)
    assert (config.search.pitch, config.profile.phone) == (pitch, "+1 312 555 0100")
    assert config.account.password and config.account.password.file == folder / "password"
    assert "ada@example.org" in (folder / "contacts.yaml").read_text()
    assert password not in done.stdout + done.stderr + home.config.read_text()
    assert b"mailer can write for you" in home.mail.wait_for_mail(home.owner)[0]
    for words in ("What will happen by itself", "The first monthly update is due on", "mailer run"):
        assert words in done.stderr
    assert "All is well" in home.run("check").stdout


# At a terminal


HIDDEN = "a command prints it): "
"""The space at its end comes once nothing is shown any more, and what was typed before is thrown away."""


class Terminal:
    """A process on a terminal of its own, and somebody who reads and types."""

    def __init__(self, home: Home, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [MAILER, *arguments], env=home.environ, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self.shown = ""

    def wait_for(self, words: str, patience: float = 90) -> None:
        """Read until these words stand there, after whatever was read before."""
        deadline = time.monotonic() + patience
        while words not in self.shown:
            assert time.monotonic() < deadline and self._read(), f"{words!r} is not in {self.shown!r}"
        self.shown = self.shown.partition(words)[2]

    def _read(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], 1)
        if not ready:
            return True
        try:
            data = os.read(self.master, 4096)
        except OSError:  # the other side is closed
            return False
        self.shown += data.decode().replace("\r\n", "\n")
        return bool(data)

    def type(self, text: str) -> None:
        os.write(self.master, f"{text}\n".encode())

    def interrupt(self) -> None:
        """Press Ctrl-C, and again where it fell into the moment before Python waits for a line and goes unnoticed."""
        for _ in range(20):
            os.killpg(self.process.pid, signal.SIGINT)
            if select.select([self.master], [], [], 5)[0]:
                return

    def end(self) -> int:
        while self._read():
            if self.process.poll() is not None:
                break
        return self.process.wait(30)


@contextlib.contextmanager
def at_terminal(home: Home, *arguments: str) -> Iterator[Terminal]:
    terminal = Terminal(home, *arguments)
    try:
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
        os.close(terminal.master)


def test_somebody_at_a_terminal_is_led_from_a_wrong_password_to_the_end(home: Home) -> None:
    password = home.mail.password(home.owner)
    with at_terminal(home, "init", *home.servers()) as terminal:
        terminal.wait_for("Your name: ")
        terminal.type("Dana Reyes")
        terminal.wait_for("Your email address: ")
        terminal.type("dana")
        terminal.wait_for("no email address")
        terminal.wait_for("Your email address: ")
        terminal.type(home.owner)
        terminal.wait_for(HIDDEN)
        terminal.type("open sesame")
        terminal.wait_for("refuses the sign-in")
        terminal.wait_for("User name [")
        terminal.type("")
        terminal.wait_for(HIDDEN)
        terminal.type(password)
        terminal.wait_for("The mailbox can be read at")
        terminal.wait_for("Mail can be sent through")
        for question, answer in (("Your pitch", ""), ("I am looking for: ", "a platform role"), ("time zone", "UTC")):
            terminal.wait_for(question)
            terminal.type(answer)
        terminal.wait_for("Send a test letter")
        terminal.type("n")
        terminal.wait_for("Import people")
        terminal.type("")
        terminal.wait_for("What will happen by itself")
        assert password not in terminal.shown
        assert terminal.end() == 0
    assert home.files() == {f".config/mailer/{name}" for name in ("config.yaml", "contacts.yaml", "password")}
    assert load_config(home.config).search.looking_for == "a platform role"


def test_ctrl_c_leaves_nothing_behind(home: Home) -> None:
    with at_terminal(home, "init", *home.servers(), "--name", "Dana", "--email", home.owner) as terminal:
        terminal.wait_for(HIDDEN)
        terminal.type(home.mail.password(home.owner))
        terminal.wait_for("(empty: later): ")
        terminal.interrupt()
        terminal.wait_for("Stopped; nothing more was done.")
        assert terminal.end() == 130
    assert home.files() == set() and not home.config.parent.exists()

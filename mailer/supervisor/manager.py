"""Talks to systemd through its own commands, and remembers what was done and how to undo it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mailer.errors import MailerError

SECONDS = 120
"""How long one command of systemd's may take: a start waits until the daemon is ready."""

BOOTED = Path("/run/systemd/system")
"""There where the machine was started by systemd (sd_booted(3))."""

Runner = Callable[[Sequence[str]], tuple[int, str]]
"""Runs a command; gives its status and what it printed."""


def booted(folder: Path = BOOTED) -> bool:
    """Whether there is a systemd to hand anything to."""
    return folder.is_dir()


def run(words: Sequence[str]) -> tuple[int, str]:
    """Run a command of systemd's. Raises MailerError where it can't be run."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MailerError(f"{words[0]} can't be run: {error}", mend="see whether systemd is well here") from error
    return done.returncode, (done.stdout + done.stderr).strip()


@dataclass
class Manager:
    """systemd for the user, or for the system. `done` says what was done, `undo` how to take it back."""

    user: bool
    runner: Runner = run
    done: list[str] = field(default_factory=list)
    undo: list[str] = field(default_factory=list)

    def control(self, *words: str) -> None:
        """Run systemctl. Raises MailerError with what it said where it refuses."""
        command = self.command(*words)
        status, said = self.runner(command)
        if status:
            mend = "sign in to the machine itself; `su` and `sudo` have no user session" if self.user else ""
            raise MailerError(f"`{' '.join(command)}` failed: {said}", mend=mend)
        self.done.append(" ".join(command))

    def asked(self, *words: str) -> str:
        """What systemctl answers, whatever its status says (is-active and is-enabled speak by it)."""
        return self.runner(self.command(*words))[1].partition("\n")[0]

    def command(self, *words: str) -> list[str]:
        """The words of a call of systemctl."""
        return ["systemctl", *(["--user"] if self.user else []), *words]

    def try_to(self, *words: str) -> str:
        """Run a command that may be refused; gives what it said then, and "" where it did its work."""
        status, said = self.runner(words)
        if status:
            return said or f"status {status}"
        self.done.append(" ".join(words))
        return ""


class Service(Protocol):
    """One owner's daemon in the hands of systemd."""

    @property
    def manager(self) -> Manager: ...
    @property
    def name(self) -> str: ...
    @property
    def file(self) -> Path: ...

    def install(self) -> Iterator[str]:
        """Write, enable and start it; gives what is worth a word. Raises MailerError and OSError."""

    def uninstall(self) -> None:
        """Stop it and take its unit away; what it keeps stays. Raises MailerError."""

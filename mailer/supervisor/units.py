"""The units as they are written: the shipped ones, with the paths that are right here."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailer.errors import MailerError, UsageError
from mailer.resources import shipped

MARK = "# Written by `mailer service install`; put your own changes into `systemctl edit`, which it leaves alone.\n"
"""Begins a unit of ours. A unit without it was written by hand, and is put aside before it is replaced."""

_START = re.compile(r"(?m)^ExecStart=\S+")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's name, where its file belongs, and what is in it."""

    name: str
    file: Path
    text: str

    def write(self, *, mode: int = 0o644) -> tuple[bool, Path | None]:
        """Put the file in place; gives whether that changed anything, and where a hand-written one is now."""
        there = self.file.read_text() if self.file.exists() else None
        if there == self.text:
            return False, None
        aside = None
        if there is not None and not there.startswith(MARK):
            aside = self.file.with_name(self.file.name + ".before")
            self.file.replace(aside)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_name(self.file.name + ".new")
        fresh.write_text(self.text)
        fresh.chmod(mode)
        fresh.replace(self.file)
        return True, aside

    def remove(self) -> None:
        """Take the file away, and with it the folder of settings only where that is empty."""
        self.file.unlink(missing_ok=True)


def program() -> Path:
    """This program as it was called, so that a link that upgrades keep (such as pipx's) stays the way to it.

    Raises MailerError where it can't be told.
    """
    called = shutil.which(sys.argv[0]) if sys.argv else None
    for found in (called, str(Path(sys.executable).with_name("mailer")), shutil.which("mailer")):
        if found and Path(found).name == "mailer" and os.access(found, os.X_OK):
            return Path(found).absolute()
    raise MailerError("where this program is can't be told", mend="call it by its path")


def quoted(text: str) -> str:
    """A word of a command line in a unit (systemd.service(5)): specifiers and variables are not meant."""
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{safe}"' if re.search(r"[\s\"'\\]", text) else safe


def user_units(environ: Mapping[str, str]) -> Path:
    """Where a user's own units are (systemd.unit(5))."""
    home = Path(environ.get("HOME") or Path.home())
    base = Path(environ.get("XDG_CONFIG_HOME") or "")
    return (base if base.is_absolute() else home / ".config") / "systemd" / "user"


def user_unit(config: Path | None, environ: Mapping[str, str], start: Path, name: str = "") -> Unit:
    """The unit of a user's own service. `config` is None for the one that is found by itself; every other has a service
    of its own, named for the folder it lies in unless `name` says otherwise."""
    own = name or (named_for(config) if config else "")
    if own and not _NAME.fullmatch(own):
        raise UsageError(f"{own!r} can't name a service", mend="give --name letters, digits, - and _ alone")
    unit = f"mailer-{own}.service" if own else "mailer.service"
    words = [quoted(str(start)), *(["--config", quoted(str(config.absolute()))] if config else []), "run"]
    text = (shipped("systemd") / "mailer.service").read_text()
    text = re.sub(r"(?m)^ExecStart=.*$", lambda _: f"ExecStart={' '.join(words)}", text)
    text = text.replace("[Service]\n", "[Service]\n" + _environment(environ), 1)
    return Unit(unit, user_units(environ) / unit, MARK + text)


def _environment(environ: Mapping[str, str]) -> str:
    """What the service must know of the shell's settings to find the same files."""
    names = ("XDG_CONFIG_HOME", "XDG_STATE_HOME")
    return "".join(
        "Environment=" + quoted(f"{name}={environ[name]}").replace("$$", "$") + "\n"
        for name in names
        if environ.get(name)
    )


def named_for(config: Path) -> str:
    """A name for the service of a configuration that is not the usual one."""
    own = config.absolute().parent.name if config.name == "config.yaml" else config.stem
    return re.sub(r"[^A-Za-z0-9_-]+", "-", own).strip("-") or "other"


def system_unit(start: Path, folder: Path) -> Unit:
    """The template of the system's services, one for each owner."""
    text = (shipped("systemd") / "mailer@.service").read_text()
    text = _START.sub(lambda _: f"ExecStart={quoted(str(start))}", text)
    return Unit("mailer@.service", folder / "mailer@.service", MARK + text)

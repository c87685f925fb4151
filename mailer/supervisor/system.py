"""The services of the system: one for each owner, which run from boot on, as them."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailer.config.places import SERVICE_CREDENTIALS, SERVICE_STATES, SERVICES
from mailer.errors import UsageError
from mailer.supervisor.manager import Manager
from mailer.supervisor.units import Unit, system_unit

HIDDEN = ("/home", "/root", "/run/user")
"""Folders that the service can't see (systemd.exec(5), ProtectHome=)."""

Owning = Callable[[Path, int, int], None]
"""Makes a folder or file somebody's."""


@dataclass(frozen=True)
class Rooms:
    """Where everything of the system's services is."""

    units: Path = Path("/etc/systemd/system")
    configs: Path = SERVICES
    credentials: Path = SERVICE_CREDENTIALS
    states: Path = SERVICE_STATES


def runs_on() -> dict[str, Path]:
    """What this program needs beside itself, wherever its `mailer` is: a virtual environment takes its interpreter and
    its library from the Python it was made with, and an editable installation its code from a checkout."""
    code = Path(__file__).parents[1]
    return {"its interpreter": Path(sys.executable), "its Python": Path(sys.base_prefix), "its code": code}


def hidden(path: Path) -> Path | None:
    """What of this the service can't see: itself, or what its links lead to."""
    both = (path, path.resolve())
    return next((each for each in both if any(each.is_relative_to(folder) for folder in HIDDEN)), None)


@dataclass(frozen=True)
class SystemService:
    """The service of one owner, who has an account on the machine."""

    owner: str
    start: Path  # the program
    manager: Manager
    rooms: Rooms = Rooms()
    owning: Owning = os.chown
    needs: Mapping[str, Path] = field(default_factory=runs_on)

    @property
    def name(self) -> str:
        """The name of this owner's service."""
        return f"mailer@{self.owner}.service"

    @property
    def config(self) -> Path:
        """Their configuration."""
        return self.rooms.configs / self.owner / "config.yaml"

    @property
    def file(self) -> Path:
        """The template that all owners share."""
        return self.rooms.units / "mailer@.service"

    def install(self) -> Iterator[str]:
        """Make the folders, write the unit, enable it, and start it where there is a configuration.

        Raises UsageError for an owner without an account or a program the service can't see, MailerError and OSError.
        """
        person, start = self._person(), self.start
        self._demand_seen()
        for folder in (self.config.parent, self.rooms.states / self.owner):
            self._folder(folder, person)
        self._password()
        yield from self._write(system_unit(start, self.rooms.units))
        self.manager.undo.append(f"mailer service uninstall --system --owner {self.owner}")
        self.manager.control("daemon-reload")
        self.manager.control("enable", self.name)
        if self.config.exists():
            self.manager.control("restart", self.name)
        else:
            how = f"sudo -u {self.owner} {start} --config {self.config} init"
            yield f"{self.owner} has no {self.config} yet: `{how}` makes one; then: systemctl start {self.name}"

    def uninstall(self) -> None:
        """Stop it and, with the last owner, take the unit away; what it keeps stays. Raises MailerError."""
        if not self.file.exists():
            return
        self.manager.control("disable", "--now", self.name)
        if not self.others():
            self.file.unlink()
            self.manager.done.append(f"removed {self.file}")
        self.manager.control("daemon-reload")

    def others(self) -> list[str]:
        """Other owners whose service is enabled."""
        wants = self.rooms.units / "multi-user.target.wants"
        names = [path.name.removeprefix("mailer@").removesuffix(".service") for path in wants.glob("mailer@*.service")]
        return sorted(name for name in names if name != self.owner)

    def _demand_seen(self) -> None:
        """Raises UsageError where the program, or what it runs on, is where the service can't see it."""
        if hidden(self.start):
            mend = "install it elsewhere, such as in /opt/mailer (docs/service.md says how), and call that one"
            raise UsageError(f"the service can't see {self.start}, which is in somebody's home", mend=mend)
        for what, path in self.needs.items():
            if found := hidden(path):
                mend = (
                    "install it anew with a Python that all can see: `/usr/bin/python3 -m venv ...`, and without "
                    "--editable (docs/service.md says how)"
                )
                raise UsageError(f"the service can't see {what}, {found}, which is in somebody's home", mend=mend)

    def _person(self) -> pwd.struct_passwd:
        try:
            return pwd.getpwnam(self.owner)
        except KeyError as error:
            mend = "make one, or name somebody who has one with --owner"
            raise UsageError(f"there is no account {self.owner} on this machine", mend=mend) from error

    def _folder(self, folder: Path, person: pwd.struct_passwd) -> None:
        if folder.exists():
            return
        folder.mkdir(parents=True, mode=0o700)
        self.owning(folder, person.pw_uid, person.pw_gid)
        self.manager.done.append(f"made {folder}, for {self.owner} alone")

    def _password(self) -> None:
        """An empty file where there is none: without it systemd doesn't start the service (LoadCredential=).

        Not in the owner's folder: systemd reads it as root, and would follow a link that the owner put there.
        """
        self.rooms.credentials.mkdir(parents=True, mode=0o700, exist_ok=True)
        file = self.rooms.credentials / self.owner
        if not file.exists():
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self.manager.done.append(f"made {file}, for root alone: put the password into it")

    def _write(self, unit: Unit) -> Iterator[str]:
        changed, aside = unit.write()
        if aside:
            yield f"the unit that was there is {aside} now"
        if changed:
            self.manager.done.append(f"wrote {unit.file}")

"""The service of somebody who runs it on their own machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mailer.supervisor.manager import Manager
from mailer.supervisor.units import Unit


@dataclass(frozen=True)
class UserService:
    """One configuration's service in the user's own systemd."""

    unit: Unit
    manager: Manager

    @property
    def name(self) -> str:
        """The unit's name."""
        return self.unit.name

    @property
    def file(self) -> Path:
        """Where its unit is."""
        return self.unit.file

    def install(self) -> Iterator[str]:
        """Write, enable and start it; gives what is worth a word. Raises MailerError and OSError."""
        changed, aside = self.unit.write()
        if aside:
            yield f"the unit that was there is {aside} now"
        if changed:
            self.manager.done.append(f"wrote {self.unit.file}")
        self.manager.undo.append(f"mailer service uninstall --user{self._which()}")
        self.manager.control("daemon-reload")
        self.manager.control("enable", self.unit.name)
        self.manager.control("restart", self.unit.name)
        if said := self.manager.try_to("loginctl", "enable-linger"):
            yield f"it ends when you sign out: `loginctl enable-linger` said {said}"

    def _which(self) -> str:
        """The option that names this service, where it is not the one meant without: so it is told from anywhere."""
        own = self.unit.name.removesuffix(".service").removeprefix("mailer").removeprefix("-")
        return f" --name {own}" if own else ""

    def uninstall(self) -> None:
        """Stop it and take its unit away; what it keeps stays. Raises MailerError."""
        if self.unit.file.exists():
            self.manager.control("disable", "--now", self.unit.name)
            self.unit.remove()
            self.manager.done.append(f"removed {self.unit.file}")
            self.manager.control("daemon-reload")

"""Notices that configuration, roster or templates changed, by looking at the files every second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mailer.daemon.wiring import App, file_states, sign_in_state
from mailer.errors import ConfigurationError


@dataclass
class Watch:
    """What the files looked like when they were last acted on."""

    app: App
    config: list[list[object]] = field(default_factory=list)
    roster: list[list[object]] = field(default_factory=list)
    texts: list[list[object]] = field(default_factory=list)
    account: list[list[object]] = field(default_factory=list)

    def changed(self) -> frozenset[str]:
        """Which of `config`, `roster`, `templates`, `texts`, `account` changed since the last look. One that fails,
        with OSError, is no look."""
        seen = {
            "config": file_states([self.app.config.path]),
            "roster": file_states(self._roster_paths()),
            "texts": file_states(sorted(self.app.config.updates.folder.glob("*.md"))),
            "account": sign_in_state(self.app),
        }
        found = {"templates"} if self.app.desk.templates.changed() else set()
        for name, now in seen.items():
            if getattr(self, name) != now:
                setattr(self, name, now)
                found.add(name)
        return frozenset(found)

    def _roster_paths(self) -> Sequence[Path]:
        try:
            return self.app.config.roster_paths()
        except ConfigurationError:
            return ()

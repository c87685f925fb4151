"""What the commands of one call share: the parts of the program, wired when first needed, and where words go.

Results go to stdout. With `--json` nothing else does: whatever is for people goes to stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import datetime

    from mailer.config import Config
    from mailer.daemon.wiring import App
    from mailer.errors import ConfigurationError


class Call:
    """One call of the program. `as_json` is set by the command's `--json`, `redacted` where no path may be named."""

    def __init__(self, config: Path | None, environ: Mapping[str, str], *, verbose: bool = False) -> None:
        self.config_path = config
        self.environ = environ
        self.verbose = verbose
        self.as_json = False
        self.redacted = False
        self._app: App | None = None

    def app(self, *, upgrade: bool = True) -> App:
        """The wired parts, the store included."""
        if self._app is None:
            from mailer.daemon.wiring import wire

            self._app = wire(self.config_path, self.environ, upgrade=upgrade)
            if upgraded := self._app.store.upgraded:
                self.note(upgraded.public if self.redacted else str(upgraded))
            self.detail(f"configuration {self._app.config.path}, state in {self._app.state}")
        return self._app

    def synced_app(self) -> App:
        """The same with the store in step with the roster; a broken roster is told, and the last good one used."""
        app = self.app()
        self.sync(app)
        return app

    def sync(self, app: App, **options: bool) -> None:
        """Bring the store in step with the roster."""
        from mailer.errors import ConfigurationError

        try:
            report = app.sync_roster(**options)
        except ConfigurationError as error:
            self.warn_of_roster(error)
            return
        if report is not None and report.refused:
            self.note(f"warning: {report.refused}")
            self.note("  put them back, or confirm with `mailer contacts accept-removal`")
        elif report is not None and not report.empty:
            self.detail(f"roster: {report}")

    def warn_of_roster(self, error: ConfigurationError) -> None:
        """Say where the roster is broken."""
        self.note("warning: the roster can't be used, so the last good one stays in force:")
        for problem in error.problems:
            self.note(f"  {problem}")

    def config(self) -> Config:
        """The configuration alone, without a database."""
        if self._app is not None:
            return self._app.config
        from mailer.config import find_config, load_config

        return load_config(find_config(self.config_path, self.environ))

    def now(self) -> datetime:
        """The present moment by the program's clock, UTC."""
        return self.app().clock()

    def close(self) -> None:
        """Let go of the database."""
        if self._app is not None:
            self._app.close()
            self._app = None

    def say(self, text: str = "") -> None:
        """A line for the person: on stdout, or on stderr where stdout is for JSON."""
        click.echo(text, err=self.as_json)

    def note(self, text: str) -> None:
        """A line beside the result: always on stderr."""
        click.echo(text, err=True)

    def tell(self, text: str) -> None:
        """The same in lines no longer than the terminal is wide: for sentences."""
        from mailer.cli.words import fitted

        self.note(fitted(text, sys.stderr))

    def detail(self, text: str) -> None:
        """A line for who asked for more with -v."""
        if self.verbose:
            self.note(text)

    def emit(self, value: Any) -> None:
        """The JSON of a result, alone on stdout."""
        import json

        ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        click.echo(json.dumps(value, ensure_ascii=ascii_only, indent=2 if sys.stdout.isatty() else None))


pass_call = click.make_pass_decorator(Call)


def make_call(config: Path | None, *, verbose: bool) -> Call:
    """The call of this process."""
    return Call(config, os.environ, verbose=verbose)

"""Where the program's files are: the configuration, the state, the database.

State follows the configuration, so that a command and the daemon that read one configuration meet in one database:

- the owner's own configuration (XDG config folder, or anywhere): state in the XDG state folder's `mailer/`;
- the system service `mailer@NAME` reads `/etc/mailer/NAME/config.yaml` and keeps its state in `/var/lib/mailer/NAME`,
  and so does every command that reads that file.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from pathlib import Path

from mailer.config.model import SQLITE, Config
from mailer.errors import UsageError

DATABASE_FILE = "mailer.sqlite3"
"""The database's name in the state folder. One file serves all of a user's configurations: every table carries the
owner, and every unique key begins with it, so two owners in one file never meet."""

CONFIG_FILE = "config.yaml"

SERVICES = Path("/etc/mailer")
"""Each folder in it, named for its user, is the configuration of the system service `mailer@USER`."""

SERVICE_CREDENTIALS = Path("/etc/mailer.credentials")
"""Where systemd, as root, reads the passwords of system services; only root may write here."""

SERVICE_STATES = Path("/var/lib/mailer")
"""What `StateDirectory=mailer/%i` in systemd/mailer@.service makes."""


def find_config(explicit: Path | None, environ: Mapping[str, str], *, services: Path = SERVICES) -> Path:
    """The configuration file: the one named, else $MAILER_CONFIG, else `mailer/config.yaml` in the XDG config folder,
    else the one of this user's system service. It need not exist.

    Raises UsageError where the last two both exist: to take one would hide what the other's daemon does.
    """
    if explicit is not None:
        return explicit
    if named := environ.get("MAILER_CONFIG"):
        return Path(named)
    own = _xdg(environ, "XDG_CONFIG_HOME", ".config") / "mailer" / CONFIG_FILE
    service = _service_config(services)
    if service is None or not service.exists():
        return own
    if own.exists() and not own.samefile(service):
        raise UsageError(
            f"there are two configurations, {own} and {service}, and each has its own database",
            mend="name one with --config or MAILER_CONFIG, or move away the one you do not use",
        )
    return service


def state_dir(
    config: Config, environ: Mapping[str, str], *, services: Path = SERVICES, states: Path = SERVICE_STATES
) -> Path:
    """The folder for what the program keeps. It need not exist.

    systemd's StateDirectory first ($STATE_DIRECTORY may list several folders; the first is meant, systemd.exec(5)),
    then what belongs to a system service's configuration, else `mailer/` in the XDG state folder.
    """
    if folders := environ.get("STATE_DIRECTORY"):
        return Path(folders.split(":")[0])
    folder = config.path.resolve().parent
    if folder.parent == services.resolve():
        return states / folder.name
    return _xdg(environ, "XDG_STATE_HOME", ".local/state") / "mailer"


def database_url(config: Config, environ: Mapping[str, str]) -> str:
    """The database as SQLAlchemy names it; a relative SQLite path starts at the configuration's folder."""
    if config.database == SQLITE:
        return f"sqlite:///{state_dir(config, environ) / DATABASE_FILE}"
    if config.database.startswith(f"{SQLITE}://"):
        return f"sqlite:///{config.folder.absolute() / config.database.removeprefix(f'{SQLITE}:///')}"
    return config.database


def _service_config(services: Path) -> Path | None:
    """Where the configuration of this user's system service would be; None for a user without a name."""
    try:
        return services / pwd.getpwuid(os.getuid()).pw_name / CONFIG_FILE
    except KeyError:
        return None


def _xdg(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    """A base folder; a relative one is ignored, as the XDG Base Directory Specification demands."""
    folder = Path(environ.get(variable) or "")
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    return folder if folder.is_absolute() else home / usual

"""Writes the example owner's files into a folder: configuration, roster, password; real ones, meant to be read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

from mailer.errors import UsageError

_EXAMPLES = Path(__file__).parent / "example"
CONFIG = "config.yaml"
ROSTER = "contacts.yaml"
LOG = "mailer.log"
STATE = "state"
_PASSWORD = "password"  # noqa: S105 -- a file's name


def write_example(folder: Path, password: str, ports: tuple[int, int], days: Mapping[str, str]) -> Path:
    """Write everything a daemon needs; returns the configuration's path. `ports` are SMTP's and IMAP's."""
    (folder / STATE).mkdir(mode=0o700)
    secret = folder / _PASSWORD
    secret.touch(mode=0o600)
    secret.write_text(f"{password}\n", encoding="utf-8")
    smtp, imap = ports
    values = {**days, "smtp_port": str(smtp), "imap_port": str(imap)}
    for name in (CONFIG, ROSTER):
        text = Template((_EXAMPLES / name).read_text(encoding="utf-8")).substitute(values)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / CONFIG


def empty_folder(folder: Path) -> Path:
    """The folder to keep everything in, made where it isn't there. Raises UsageError for one that holds anything."""
    mend = "name a new or empty folder"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty, and the demo overwrites nothing", mend=mend)
    except OSError as error:
        raise UsageError(f"{folder} can't be used: {error.strerror}", mend=mend) from error
    return folder.resolve()


def environment(folder: Path) -> dict[str, str]:
    """What the demo's daemon sees instead of the user's environment: a home and a state folder of its own."""
    return {"HOME": str(folder), "STATE_DIRECTORY": str(folder / STATE)}

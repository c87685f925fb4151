"""This machine: who can read what is private, and whether the disk has room."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from mailer.config import database_url, state_dir
from mailer.daemon.keeping import room_is_low
from mailer.doctor.patient import Patient
from mailer.doctor.report import Check, ok, skipped, warning

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def permissions(patient: Patient) -> Iterator[Check]:
    """Whether others on this machine can read what only the owner should."""
    name = "permissions"
    private = [path for path in _private(patient) if path.exists()]
    if not private:
        yield skipped(name, "nothing private is on this disk yet")
        return
    open_ones = [path for path in private if path.stat().st_mode & OTHERS]
    for path in open_ones:
        kind = "folder" if path.is_dir() else "file"
        mend = "chmod 700 it" if path.is_dir() else "chmod 600 it"
        yield warning(name, f"others can read a private {kind}", mend, str(path))
    if not open_ones:
        yield ok(name, "nobody else can read state, database or password file")


def _private(patient: Patient) -> Iterator[Path]:
    """What is private. What lies in a private folder is, whatever its own mode."""
    state = state_dir(patient.config, patient.environ)
    yield state
    url = database_url(patient.config, patient.environ)
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        if not file.is_relative_to(state):
            yield file
    source = patient.config.account.password
    if source is not None and source.file is not None:
        yield source.file


def disk(patient: Patient) -> Iterator[Check]:
    """Room for what happens."""
    folder = state_dir(patient.config, patient.environ)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 1024**2
    if room_is_low(folder):
        yield warning("disk", f"nearly full: {free} MB are free where the state is kept", "free some space")
    else:
        yield ok("disk", f"{free} MB are free where the state is kept")

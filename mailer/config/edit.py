"""Edits the configuration file: sets single keys, and keeps every other byte.

The result is read again before it replaces the file: unless it says the old configuration plus the change, the file
stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mailer.config.load import parse_config
from mailer.config.model import Config
from mailer.errors import ConfigurationError, Place, Problem
from mailer.yamlfile import BOM, decode, read_file
from mailer.yamlfile.assign import assign
from mailer.yamlfile.replace import replace_file
from mailer.yamlfile.spans import CannotSpliceError


def set_keys(path: Path, values: Mapping[str, str]) -> Config:
    """Set keys such as `search.status` to plain words; returns the configuration as it is then.

    Raises ConfigurationError where the file can't be used or changed this way, and FileChangedError where somebody else
    changed it in the meantime.
    """
    data, state = read_file(path)
    before, text = parse_config(data, path), decode(data, str(path))
    try:
        for key, value in values.items():
            text = assign(text, key.split("."), value)
        changed = (BOM if data.startswith(BOM) else b"") + text.encode()
        after = parse_config(changed, path)
    except (CannotSpliceError, ConfigurationError) as error:
        raise _refused(path, values) from error
    if not set(after.differences(before)) <= set(values) or not _says(after, values):
        raise _refused(path, values)
    if changed != data:
        replace_file(path, state, changed)
    return after


def _says(config: Config, values: Mapping[str, str]) -> bool:
    tree = config.model_dump(mode="json", by_alias=True)
    for key, value in values.items():
        found = tree
        for step in key.split("."):
            found = found[step]
        if str(found) != value:
            return False
    return True


def _refused(path: Path, values: Mapping[str, str]) -> ConfigurationError:
    what = "this file is written in a way that the program can't change without touching anything else"
    lines = ", ".join(
        f"`{key.rpartition('.')[2]}: {value}` under `{key.partition('.')[0]}:`" for key, value in values.items()
    )
    return ConfigurationError([Problem(Place(str(path)), "", what, f"write {lines} by hand")])

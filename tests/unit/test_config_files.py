"""Where the configuration, the state and the database are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.config import database_url, find_config, parse_config, state_dir
from tests.unit.test_config import MINIMAL

HOME = {"HOME": "/home/dana"}
CONFIG = parse_config(MINIMAL, Path("/home/dana/mail/config.yaml"))


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (HOME, "/home/dana/.config/mailer/config.yaml"),
        ({**HOME, "XDG_CONFIG_HOME": "/cfg"}, "/cfg/mailer/config.yaml"),
        ({**HOME, "XDG_CONFIG_HOME": "relative"}, "/home/dana/.config/mailer/config.yaml"),
        ({**HOME, "XDG_CONFIG_HOME": "/cfg", "MAILER_CONFIG": "/other.yaml"}, "/other.yaml"),
        ({**HOME, "MAILER_CONFIG": ""}, "/home/dana/.config/mailer/config.yaml"),
    ],
)
def test_the_configuration_is_where_the_environment_says(environ: dict[str, str], expected: str) -> None:
    assert find_config(None, environ) == Path(expected)


def test_a_named_configuration_wins() -> None:
    assert find_config(Path("mine.yaml"), {"MAILER_CONFIG": "/other.yaml"}) == Path("mine.yaml")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (HOME, "/home/dana/.local/state/mailer"),
        ({**HOME, "XDG_STATE_HOME": "/state"}, "/state/mailer"),
        ({**HOME, "XDG_STATE_HOME": "/state", "STATE_DIRECTORY": "/var/lib/mailer/dana"}, "/var/lib/mailer/dana"),
        ({**HOME, "STATE_DIRECTORY": "/var/lib/mailer/dana:/var/lib/other"}, "/var/lib/mailer/dana"),
    ],
)
def test_the_state_is_where_systemd_or_xdg_say(environ: dict[str, str], expected: str) -> None:
    assert state_dir(CONFIG, environ) == Path(expected)


@pytest.mark.parametrize(
    ("database", "expected"),
    [
        ("sqlite", "sqlite:////home/dana/.local/state/mailer/mailer.sqlite3"),
        ("sqlite:///mine.db", "sqlite:////home/dana/mail/mine.db"),
        ("sqlite:////srv/mine.db", "sqlite:////srv/mine.db"),
        ("postgresql+psycopg://dana@localhost/mail", "postgresql+psycopg://dana@localhost/mail"),
    ],
)
def test_the_databases_address_is_complete(database: str, expected: str) -> None:
    config = parse_config(f"{MINIMAL}database: {database}\n", CONFIG.path)
    assert database_url(config, HOME) == expected

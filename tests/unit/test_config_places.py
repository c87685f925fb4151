"""A command and the daemon find the same files, whoever runs the daemon."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from mailer.config import Config, database_url, find_config, parse_config, state_dir
from mailer.errors import UsageError

TEXT = """
profile: {name: Dana Reyes, email: dana@example.org}
search: {looking_for: a crane}
account:
  password: {env: PASSWORD}
  smtp: {host: localhost, port: 2525, security: none}
  imap: {host: localhost, port: 1143, security: none}
schedule: {timezone: UTC}
"""
ME = pwd.getpwuid(os.getuid()).pw_name


def config_at(path: Path, extra: str = "") -> Config:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT + extra)
    return parse_config(TEXT + extra, path)


def home(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder / "home")}


def test_a_named_file_wins_over_everything(tmp_path: Path) -> None:
    named = tmp_path / "x.yaml"
    assert find_config(named, {"MAILER_CONFIG": "/else.yaml"}) == named


def test_the_environment_names_a_file_where_the_call_does_not() -> None:
    assert find_config(None, {"MAILER_CONFIG": "/else.yaml", "HOME": "/nowhere"}) == Path("/else.yaml")


def test_a_users_own_configuration_is_in_the_xdg_folder(tmp_path: Path) -> None:
    environ = home(tmp_path) | {"XDG_CONFIG_HOME": str(tmp_path / "conf")}
    assert find_config(None, environ, services=tmp_path / "etc") == tmp_path / "conf/mailer/config.yaml"


def test_a_relative_xdg_folder_is_ignored(tmp_path: Path) -> None:
    environ = home(tmp_path) | {"XDG_CONFIG_HOME": "conf"}
    assert find_config(None, environ, services=tmp_path / "etc") == tmp_path / "home/.config/mailer/config.yaml"


def test_without_an_own_one_the_system_services_configuration_is_found(tmp_path: Path) -> None:
    config = config_at(tmp_path / "etc" / ME / "config.yaml")
    assert find_config(None, home(tmp_path), services=tmp_path / "etc") == config.path


def test_two_configurations_are_refused_rather_than_one_guessed(tmp_path: Path) -> None:
    config_at(tmp_path / "etc" / ME / "config.yaml")
    config_at(tmp_path / "home/.config/mailer/config.yaml")
    with pytest.raises(UsageError, match="two configurations"):
        find_config(None, home(tmp_path), services=tmp_path / "etc")


def test_a_link_to_the_system_services_folder_is_no_second_configuration(tmp_path: Path) -> None:
    config_at(tmp_path / "etc" / ME / "config.yaml")
    (tmp_path / "home/.config").mkdir(parents=True)
    (tmp_path / "home/.config/mailer").symlink_to(tmp_path / "etc" / ME)
    found = find_config(None, home(tmp_path), services=tmp_path / "etc")
    config = parse_config(TEXT, found)
    state = state_dir(config, home(tmp_path), services=tmp_path / "etc", states=tmp_path / "var")
    assert state == tmp_path / "var" / ME


def test_a_command_of_the_user_and_the_system_service_meet_in_one_database(tmp_path: Path) -> None:
    config = config_at(tmp_path / "etc/dana/config.yaml")
    places = {"services": tmp_path / "etc", "states": tmp_path / "var"}
    by_systemd = {"STATE_DIRECTORY": str(tmp_path / "var/dana"), "HOME": "/nonexistent"}
    assert state_dir(config, by_systemd, **places) == state_dir(config, home(tmp_path), **places)


def test_the_shipped_unit_says_the_same_folders_as_the_program() -> None:
    unit = (Path(__file__).parents[2] / "systemd" / "mailer@.service").read_text()
    assert "--config /etc/mailer/%i/config.yaml" in unit
    assert "StateDirectory=mailer/%i" in unit


def test_a_users_own_state_is_in_the_xdg_folder(tmp_path: Path) -> None:
    config = config_at(tmp_path / "home/.config/mailer/config.yaml")
    assert state_dir(config, home(tmp_path)) == tmp_path / "home/.local/state/mailer"


def test_the_first_of_several_state_directories_is_meant(tmp_path: Path) -> None:
    assert state_dir(config_at(tmp_path / "c.yaml"), {"STATE_DIRECTORY": "/a:/b"}) == Path("/a")


def test_a_relative_database_path_starts_at_the_configuration(tmp_path: Path) -> None:
    config = config_at(tmp_path / "c.yaml", "database: sqlite:///data/m.sqlite3\n")
    assert database_url(config, {}) == f"sqlite:///{tmp_path}/data/m.sqlite3"


def test_an_absolute_database_path_stays(tmp_path: Path) -> None:
    config = config_at(tmp_path / "c.yaml", "database: sqlite:////srv/m.sqlite3\n")
    assert database_url(config, {}) == "sqlite:////srv/m.sqlite3"

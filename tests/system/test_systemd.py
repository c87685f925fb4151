"""The shipped units are right and tight, and the installed program tells systemd what the units rely on."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.resources import shipped
from mailer.supervisor import user_unit
from mailer.supervisor.units import system_unit
from tests.conftest import without
from tests.servers.process import ServerMissingError, find_program, free_port, short_folder, stop
from tests.servers.service_manager import ServiceManager
from tests.system.program import STOPS_WITHIN

MAILER = Path(sys.executable).with_name("mailer")
WATCHDOG = 2.0

CONFIG = """
profile: {{name: Dana Reyes, email: dana@example.org}}
search: {{looking_for: a head of platform role, pitch: I keep warehouses shipping.}}
account:
  password: {{credential: password}}
  smtp: {{host: 127.0.0.1, port: {smtp}, security: none}}
  imap: {{host: 127.0.0.1, port: {imap}, security: none}}
schedule: {{timezone: UTC}}
"""
ROSTER = "contacts:\n  - {name: Ada Lovelace, email: ada@example.org}\n"


# The units


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder with the units as they are installed: the paths filled in."""
    folder = tmp_path / "units"
    folder.mkdir()
    for name, instance in (("mailer.service", "mailer.service"), ("mailer@.service", "mailer@dana.service")):
        text = (shipped("systemd") / name).read_text()
        installed = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={MAILER}", text)
        assert installed != text
        (folder / name).write_text(installed)
        (folder / instance).write_text(installed)
    return folder


def analyze(*arguments: str) -> str:
    """What systemd-analyze prints; it fails where systemd-analyze does."""
    try:
        program = find_program("systemd-analyze")
    except ServerMissingError as error:
        without(str(error))
    with short_folder("mailer-run-") as runtime:
        environ = os.environ | {"XDG_RUNTIME_DIR": str(runtime), "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""}
        done = subprocess.run([program, *arguments], env=environ, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def exposure(*arguments: str) -> float:
    said = analyze("security", "--offline=true", "--no-pager", *arguments)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert found, said
    return float(found[1])


@pytest.mark.servers
def test_systemd_finds_nothing_wrong_with_the_system_unit(units: Path) -> None:
    assert analyze("verify", str(units / "mailer@.service"), str(units / "mailer@dana.service")) == ""


@pytest.mark.servers
def test_systemd_finds_nothing_wrong_with_the_user_unit(units: Path) -> None:
    assert analyze("--user", "verify", str(units / "mailer.service")) == ""


@pytest.mark.servers
def test_systemd_finds_nothing_wrong_with_the_user_units_strict_settings(units: Path) -> None:
    extra = units / "mailer.service.d"
    extra.mkdir()
    (extra / "strict.conf").write_bytes((shipped("systemd") / "mailer-strict.conf").read_bytes())
    assert analyze("--user", "verify", str(units / "mailer.service")) == ""


@pytest.mark.servers
def test_the_system_units_exposure_is_low(units: Path) -> None:
    assert exposure(str(units / "mailer@dana.service")) <= 1.5


@pytest.mark.servers
@pytest.mark.parametrize("config", [None, "my search/config.yaml"])
def test_systemd_finds_nothing_wrong_with_the_unit_that_is_installed_for_a_user(
    tmp_path: Path, config: str | None
) -> None:
    environ = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "st ate%")}
    unit = user_unit(tmp_path / config if config else None, environ, MAILER)
    unit.write()
    assert analyze("--user", "verify", str(unit.file)) == ""


@pytest.mark.servers
def test_systemd_finds_nothing_wrong_with_the_unit_that_is_installed_for_the_system(tmp_path: Path) -> None:
    unit = system_unit(MAILER, tmp_path)
    unit.write()
    (tmp_path / "mailer@dana.service").write_text(unit.text)
    assert analyze("verify", str(unit.file), str(tmp_path / "mailer@dana.service")) == ""
    assert exposure(str(tmp_path / "mailer@dana.service")) <= 1.5


def test_the_units_ask_for_nothing_that_debian_12_lacks() -> None:
    for unit in shipped("systemd").glob("*.service"):
        assert "\nType=notify\n" in unit.read_text(), unit.name


def test_the_units_wait_longer_than_the_daemon_needs_to_end() -> None:
    for unit in shipped("systemd").glob("*.service"):
        found = re.search(r"(?m)^TimeoutStopSec=(\d+)s$", unit.read_text())
        assert found, unit.name
        assert int(found[1]) > 10


# The program


@pytest.fixture
def manager() -> Iterator[ServiceManager]:
    with short_folder("mailer-sd-") as folder, ServiceManager(folder / "notify", watchdog=WATCHDOG) as listening:
        yield listening


@pytest.fixture
def setting(tmp_path: Path, manager: ServiceManager) -> dict[str, str]:
    """The environment that systemd gives a service, with its configuration, credential and state folder."""
    (tmp_path / "config.yaml").write_text(CONFIG.format(smtp=free_port(), imap=free_port()))
    (tmp_path / "contacts.yaml").write_text(ROSTER)
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "password").write_text("secret\n")
    return {
        **manager.environ,
        "PATH": "/usr/bin:/bin",
        "STATE_DIRECTORY": str(tmp_path / "state"),
        "CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"),
    }


def launch(folder: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [MAILER, "--config", folder / "config.yaml", "run"],
            env=environ,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@pytest.fixture
def daemon(tmp_path: Path, setting: dict[str, str], manager: ServiceManager) -> Iterator[subprocess.Popen[bytes]]:
    process = launch(tmp_path, setting)
    try:
        manager.hear_until("READY")
        yield process
    except TimeoutError:
        pytest.fail(f"never ready: {(tmp_path / 'log').read_text()}")
    finally:
        stop(process, patience=60)


def test_the_daemon_says_that_it_is_ready_once_it_is(daemon: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert (tmp_path / "state" / "mailer.sqlite3").exists()
    assert "running for dana@example.org" in (tmp_path / "log").read_text()


def test_the_daemon_says_how_things_are(daemon: subprocess.Popen[bytes], manager: ServiceManager) -> None:
    told = next((said["STATUS"] for said in manager.told if "STATUS" in said), None)
    assert told or manager.hear_until("STATUS")["STATUS"]


def test_the_daemon_answers_the_watchdog_again_and_again(
    daemon: subprocess.Popen[bytes], manager: ServiceManager
) -> None:
    for _ in range(3):  # at half of that time: tests/unit/test_notify.py
        manager.hear_until("WATCHDOG")


def test_a_hangup_reloads_and_ends_ready(daemon: subprocess.Popen[bytes], manager: ServiceManager) -> None:
    daemon.send_signal(signal.SIGHUP)
    assert manager.hear_until("RELOADING")["MONOTONIC_USEC"].isdecimal()
    manager.hear_until("READY")


def test_a_broken_configuration_at_reload_leaves_the_daemon_ready(
    daemon: subprocess.Popen[bytes], manager: ServiceManager, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text("profile: {")
    daemon.send_signal(signal.SIGHUP)
    manager.hear_until("RELOADING")
    manager.hear_until("READY")
    assert daemon.poll() is None


def test_told_to_stop_the_daemon_says_so_and_ends_well(
    daemon: subprocess.Popen[bytes], manager: ServiceManager
) -> None:
    daemon.send_signal(signal.SIGTERM)
    manager.hear_until("STOPPING")
    assert daemon.wait(STOPS_WITHIN) == 0


def test_a_wrong_configuration_ends_with_the_status_that_the_units_do_not_restart(
    tmp_path: Path, setting: dict[str, str]
) -> None:
    (tmp_path / "config.yaml").write_text("profile: {name: Dana}\n")
    status = launch(tmp_path, setting).wait(60)
    for unit in shipped("systemd").glob("*.service"):
        assert f"RestartPreventExitStatus={status}" in unit.read_text()


def test_the_journal_gets_one_json_object_a_line_without_the_password(
    daemon: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    stop(daemon, patience=60)
    lines = (tmp_path / "log").read_text().splitlines()
    assert {json.loads(line)["level"] for line in lines} <= {"info", "warning"}
    assert not any("secret" in line for line in lines)

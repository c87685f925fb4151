"""An installed wheel works away from the checkout: templates, units and the example configuration come with it."""

from __future__ import annotations

import site
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; it fails the test, with what it said, where the command fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the unpacked source distribution: both are complete, or this fails."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=CHECKOUT)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh virtual environment with the wheel; its dependencies are taken from the one that runs the tests."""
    folder = tmp_path_factory.mktemp("away")
    environment = folder / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=folder)
    pip = (sys.executable, "-m", "pip", "--python", environment, "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return environment


def shipped_path(installed: Path, name: str) -> Path:
    """Where the installed program finds something shipped; asked in a folder that has nothing to do with it."""
    ask = f"from mailer.resources import shipped; print(shipped({name!r}))"
    return Path(run(installed / "bin" / "python", "-I", "-c", ask, cwd=installed).strip())


@pytest.mark.parametrize("name", ["templates", "systemd"])
def test_an_installed_wheel_has_every_file_of(name: str, installed: Path) -> None:
    folder = shipped_path(installed, name)
    assert folder.is_relative_to(installed)
    here = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    there = CHECKOUT / name
    assert here == {path.relative_to(there): path.read_bytes() for path in there.rglob("*") if path.is_file()}


def test_an_installed_wheel_has_the_example_configuration(installed: Path) -> None:
    found = shipped_path(installed, "config.example.yaml")
    assert found.is_relative_to(installed)
    assert found.read_bytes() == (CHECKOUT / "config.example.yaml").read_bytes()


def test_an_installed_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    listed = run("git", "ls-files", "-z", "mailer", cwd=CHECKOUT) if (CHECKOUT / ".git").exists() else ""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name for name in listed.split("\0") if name and (CHECKOUT / name).exists()} <= names


def test_the_installed_command_runs_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert "Usage: mailer" in run(installed / "bin" / "mailer", "--help", cwd=tmp_path)


def test_the_installed_command_checks_a_configuration_with_the_templates_it_brought(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text(
        """
profile: {name: Dana Reyes, email: dana@example.org}
search: {looking_for: a head of platform role, pitch: I keep warehouses shipping when software would not.}
account:
  password: {env: MAIL_PASSWORD}
  smtp: {host: 127.0.0.1, port: 2525, security: none}
  imap: {host: 127.0.0.1, port: 1143, security: none}
schedule: {timezone: UTC}
"""
    )
    (tmp_path / "contacts.yaml").write_text("contacts:\n  - {name: Ada Lovelace, email: ada@example.org}\n")
    run(installed / "bin" / "mailer", "--config", tmp_path / "config.yaml", "check", cwd=tmp_path)


def test_the_wheel_names_no_registry(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        requirements = [
            line for line in archive.read(metadata).decode().splitlines() if line.startswith("Requires-Dist:")
        ]
    assert requirements
    assert not any("://" in line or " @ " in line for line in requirements)

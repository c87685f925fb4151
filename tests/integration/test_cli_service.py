"""`mailer service`: units are written with the right paths, and systemd is told; a stand-in for it notes the calls."""

from __future__ import annotations

import json
import os
import plistlib
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

import mailer
from mailer.errors import MailerError, UsageError
from mailer.supervisor import Manager, SystemService, UserService, advice, user_unit
from mailer.supervisor import manager as manager_module
from mailer.supervisor.system import Owning, Rooms, runs_on
from mailer.supervisor.units import MARK, quoted
from tests.integration.cli_owner import Owner, make_owner

START = Path("/opt/mailer/bin/mailer")


class Systemd:
    """Notes what it is asked; `refuses` names words of a call that fails."""

    def __init__(self, *refuses: str) -> None:
        self.calls: list[str] = []
        self.refuses = refuses

    def __call__(self, words: Any) -> tuple[int, str]:
        call = " ".join(words)
        self.calls.append(call)
        wrong = any(part in call for part in self.refuses)
        return (1, "Failed to connect to bus") if wrong else (0, "active")


def user_service(folder: Path, systemd: Systemd, config: Path | None = None, **environ: str) -> UserService:
    unit = user_unit(config, {"HOME": str(folder), **environ}, START)
    return UserService(unit, Manager(user=True, runner=systemd))


# For a user


def test_a_users_unit_is_written_enabled_and_started(tmp_path: Path) -> None:
    systemd = Systemd()
    service = user_service(tmp_path, systemd)
    assert list(service.install()) == []
    unit = (tmp_path / ".config/systemd/user/mailer.service").read_text()
    assert f"\nExecStart={START} run\n" in unit
    assert unit.startswith(MARK)
    assert systemd.calls == [
        "systemctl --user daemon-reload",
        "systemctl --user enable mailer.service",
        "systemctl --user restart mailer.service",
        "loginctl enable-linger",
    ]
    assert service.manager.undo == ["mailer service uninstall --user"]


def test_another_configuration_has_a_service_of_its_own(tmp_path: Path) -> None:
    config = tmp_path / "my search" / "config.yaml"
    service = user_service(tmp_path, Systemd(), config)
    list(service.install())
    assert service.name == "mailer-my-search.service"
    assert f'ExecStart={START} --config "{config}" run' in service.file.read_text()
    assert service.manager.undo == ["mailer service uninstall --user --name my-search"]


def test_a_shells_own_xdg_folders_are_known_to_the_service(tmp_path: Path) -> None:
    service = user_service(tmp_path, Systemd(), XDG_CONFIG_HOME=str(tmp_path / "c"), XDG_STATE_HOME="/s/100%")
    list(service.install())
    assert service.file == tmp_path / "c" / "systemd" / "user" / "mailer.service"
    text = service.file.read_text()
    assert f"Environment=XDG_CONFIG_HOME={tmp_path / 'c'}\n" in text
    assert "Environment=XDG_STATE_HOME=/s/100%%\n" in text


def test_installing_again_brings_it_up_to_date_and_starts_it_anew(tmp_path: Path) -> None:
    list(user_service(tmp_path, Systemd()).install())
    again = user_service(tmp_path, Systemd())
    list(again.install())
    assert not any("wrote" in line for line in again.manager.done)
    assert "systemctl --user restart mailer.service" in again.manager.done


def test_a_unit_written_by_hand_is_put_aside_and_not_lost(tmp_path: Path) -> None:
    service = user_service(tmp_path, Systemd())
    service.file.parent.mkdir(parents=True)
    service.file.write_text("[Service]\nExecStart=/my/own\n")
    (note,) = service.install()
    assert "mailer.service.before" in note
    assert "/my/own" in service.file.with_name("mailer.service.before").read_text()


def test_where_systemd_refuses_the_call_and_its_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(MailerError, match="Failed to connect to bus") as caught:
        list(user_service(tmp_path, Systemd("daemon-reload")).install())
    assert caught.value.mend


def test_without_lingering_it_is_installed_and_told_that_it_ends_with_the_session(tmp_path: Path) -> None:
    (note,) = user_service(tmp_path, Systemd("linger")).install()
    assert "sign out" in note


def test_uninstalling_takes_the_unit_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".config/mailer").mkdir(parents=True)
    service = user_service(tmp_path, Systemd())
    list(service.install())
    service.uninstall()
    assert not service.file.exists()
    assert (tmp_path / ".config/mailer").exists()
    systemd = Systemd()
    user_service(tmp_path, systemd).uninstall()
    assert systemd.calls == []


def test_a_word_of_a_command_line_means_itself_to_systemd() -> None:
    assert quoted("/a/100%/$x y") == '"/a/100%%/$$x y"'
    assert quoted("/plain") == "/plain"


# For the system


def system_service(
    folder: Path,
    systemd: Systemd,
    owner: str = "root",
    start: Path = START,
    owning: Owning | None = None,
    **needs: Path,
) -> SystemService:
    rooms = Rooms(folder / "units", folder / "etc", folder / "credentials", folder / "var")
    owning = owning or (lambda path, uid, gid: None)
    return SystemService(owner, start, Manager(user=False, runner=systemd), rooms, owning, needs)


def test_no_owner_can_write_where_systemd_reads_the_password_as_root(tmp_path: Path) -> None:
    owned: list[Path] = []
    service = system_service(tmp_path, Systemd(), owning=lambda path, uid, gid: owned.append(path))
    list(service.install())
    (loaded,) = re.findall(r"(?m)^LoadCredential=password:(.+)$", service.file.read_text())
    assert loaded == f"{Rooms().credentials}/%i"
    password = tmp_path / "credentials" / "root"
    assert password.exists()
    assert owned
    assert not any(password.is_relative_to(each) for each in owned)


def test_a_systems_service_has_its_folders_its_password_file_and_its_unit(tmp_path: Path) -> None:
    systemd = Systemd()
    service = system_service(tmp_path, systemd)
    (note,) = service.install()
    assert f"--config {service.config} init`" in note and "systemctl start mailer@root.service" in note
    assert f"ExecStart={START} --config /etc/mailer/%i/config.yaml run" in service.file.read_text()
    for private in (tmp_path / "etc/root", tmp_path / "var/root", tmp_path / "credentials"):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "credentials/root").stat().st_mode) == 0o600
    assert systemd.calls == ["systemctl daemon-reload", "systemctl enable mailer@root.service"]


def test_it_is_started_where_there_is_a_configuration_and_nothing_there_is_touched(tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "root"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text("mine")
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "root").write_text("secret")
    systemd = Systemd()
    assert list(system_service(tmp_path, systemd).install()) == []
    assert "systemctl restart mailer@root.service" in systemd.calls
    assert (tmp_path / "credentials" / "root").read_text() == "secret"


@pytest.mark.parametrize("start", ["/home/dana/.local/bin/mailer", "/root/x/mailer"])
def test_a_program_in_somebodys_home_is_refused_before_anything_is_made(tmp_path: Path, start: str) -> None:
    with pytest.raises(UsageError, match="can't see"):
        list(system_service(tmp_path, Systemd(), start=Path(start)).install())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["/root/python/bin/python3", "/home/dana/python/bin/python3"])
def test_a_python_in_somebodys_home_is_refused_though_the_program_is_elsewhere(tmp_path: Path, place: str) -> None:
    interpreter = tmp_path / "venv" / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.symlink_to(place)
    with pytest.raises(UsageError, match=f"can't see interpreter, {place}") as caught:
        list(system_service(tmp_path, Systemd(), interpreter=interpreter).install())
    assert "a Python that all can see" in caught.value.mend
    assert [path.name for path in tmp_path.iterdir()] == ["venv"]


def test_the_python_that_is_looked_at_is_the_one_that_runs_and_the_one_it_was_made_with() -> None:
    assert runs_on() == {
        "its interpreter": Path(sys.executable),
        "its Python": Path(sys.base_prefix),
        "its code": Path(mailer.__file__).parent,
    }


def test_an_owner_without_an_account_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no account nobody-here"):
        list(system_service(tmp_path, Systemd(), "nobody-here").install())


def test_the_unit_that_all_share_goes_with_the_last_owner(tmp_path: Path) -> None:
    service = system_service(tmp_path, Systemd())
    list(service.install())
    wants = tmp_path / "units" / "multi-user.target.wants"
    wants.mkdir()
    (wants / "mailer@eve.service").symlink_to(service.file)
    service.uninstall()
    assert service.file.exists()
    (wants / "mailer@eve.service").unlink()
    service.uninstall()
    assert not service.file.exists()


# Without systemd


def test_a_mac_is_given_a_property_list_with_its_paths(tmp_path: Path) -> None:
    said = advice("darwin", START, tmp_path / "config.yaml", tmp_path)
    plist = plistlib.loads(said[said.index("<?xml") : said.index("</plist>") + 8].encode())
    assert plist["ProgramArguments"] == [str(START), "--config", str(tmp_path / "config.yaml"), "run"]
    assert "launchctl bootstrap" in said
    assert "launchctl bootout" in said


def test_on_a_mac_a_second_configuration_has_an_agent_of_its_own(tmp_path: Path) -> None:
    usual, other = (advice("darwin", START, config, tmp_path) for config in (None, tmp_path / "lin" / "config.yaml"))
    for said, name in ((usual, "mailer"), (other, "mailer-lin")):
        assert f"<string>{name}</string>" in said and f"Logs/{name}.log" in said
        assert f"LaunchAgents/{name}.plist" in said and f"bootout gui/$(id -u)/{name}\n" in said


def test_elsewhere_the_foreground_and_the_container_are_named() -> None:
    said = advice("linux", START, None, Path("/x"))
    assert "mailer run" in said
    assert "Containerfile" in said


def test_the_container_is_told_the_folders_the_program_looks_at() -> None:
    text = (Path(__file__).parents[2] / "Containerfile").read_text()
    assert "MAILER_CONFIG=/config/config.yaml" in text
    assert "STATE_DIRECTORY=/state" in text
    assert 'CMD ["run"]' in text


# The command


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """An owner on a machine with a stand-in for systemd's commands."""
    made = make_owner(tmp_path / "dana")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, says in (("systemctl", "active"), ("loginctl", ""), ("journalctl", "")):
        script = f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/calls\n'
        script += f"cat {tmp_path}/journal\n" if name == "journalctl" else f"echo {says}\n"
        (tools / name).write_text(script)
        (tools / name).chmod(0o755)
    made.environ["PATH"] = f"{tools}:{os.environ['PATH']}"
    monkeypatch.setattr(manager_module, "BOOTED", tmp_path)
    monkeypatch.setattr("mailer.supervisor.booted", lambda: True)
    return made


def test_install_says_what_was_done_and_how_to_undo_it(owner: Owner, tmp_path: Path) -> None:
    done = owner.json("service", "install", "--user")
    assert done["units"] == ["mailer-dana.service"]
    assert done["undo"] == ["mailer service uninstall --user --name dana"]
    assert any(line.startswith("wrote ") for line in done["done"])
    assert "--user restart mailer-dana.service" in (tmp_path / "calls").read_text()
    (state,) = owner.json("service", "status", "--user")
    assert state["file"].endswith("mailer-dana.service")
    assert state["active"] == "active"
    owner.ok(*done["undo"][0].split()[1:])
    assert owner.json("service", "status", "--user")[0]["file"] is None
    assert "mailer-dana.service is not installed" in owner.ok("service", "uninstall", "--user").err


def test_a_password_in_the_shells_environment_is_warned_of(owner: Owner) -> None:
    assert "does not see your shell's MAILER_TEST_PASSWORD" in owner.ok("service", "install", "--user").err


def test_a_broken_configuration_is_told_before_anything_is_written(owner: Owner) -> None:
    (owner.folder / "config.yaml").write_text("profile: {name: Dana}\n")
    assert owner.run("service", "install", "--user").code == 2
    assert not (owner.folder / ".config/systemd").exists()


def test_the_system_asks_whose(owner: Owner) -> None:
    done = owner.run("service", "status", "--system")
    assert done.code == 2
    assert "--owner" in done.err


@pytest.mark.parametrize("asked", ["status", "logs", "uninstall", "install"])
def test_root_is_told_of_its_own_service_too_where_nobody_is_named(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    done = owner.run("service", asked)
    assert done.code == 2
    assert "whose service is meant" in done.err and "--owner dana" in done.err and "--user" in done.err
    assert "--user" not in owner.run("service", asked, "--system").err


def test_without_systemd_it_says_what_to_do_and_that_nothing_was_installed(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailer.supervisor.booted", lambda: False)
    done = owner.run("service", "install")
    assert done.code == 1
    assert "nothing was installed" in done.out


@pytest.mark.parametrize("asked", ["status", "logs", "uninstall"])
def test_without_systemd_there_is_no_service_to_ask_about_and_that_is_said(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setattr("mailer.supervisor.booted", lambda: False)
    done = owner.run("service", asked)
    assert (done.code, done.out) == (1, "")
    assert "there is no systemd here" in done.err and "mailer status" in done.err


def test_the_log_is_for_people_or_as_it_was_written(owner: Owner, tmp_path: Path) -> None:
    entry = {"time": "2026-11-03T16:00:00Z", "level": "info", "from": "mailer.daemon", "message": "running\x1b[2J"}
    (tmp_path / "journal").write_text(json.dumps(entry) + "\nStarted mailer.\n")
    assert owner.ok("service", "logs", "--user").out == ("2026-11-03T16:00:00Z  info  running[2J\nStarted mailer.\n")
    (tmp_path / "journal").write_text(json.dumps(entry) + "\nStarted mailer.\n3\n")
    assert [json.loads(line) for line in owner.ok("service", "logs", "--user", "--json").out.splitlines()] == [entry]
    assert "--user-unit=mailer-dana.service" in (tmp_path / "calls").read_text()

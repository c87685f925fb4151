"""Passwords: fetched from where the configuration says, anew each time, and never shown."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from mailer import credentials
from mailer.config import parse_config
from mailer.credentials import make_credential
from mailer.errors import SecretError
from mailer.model import Credential, Secret

PASSWORD = "hünter2 # ' with spaces"


@dataclass(frozen=True)
class Source:
    command: str = ""
    env: str = ""
    file: Path | None = None
    credential: str = ""
    keyring: str = ""


@dataclass(frozen=True)
class Account:
    password: Source
    username: str = "dana@example.com"
    environ: dict[str, str] = field(default_factory=dict)


def credential(source: Source, **environ: str) -> Credential:
    return make_credential(Account(source), environ)


def refusal(source: Source, **environ: str) -> SecretError:
    with pytest.raises(SecretError) as caught:
        credential(source, **environ).secret()
    chain: list[BaseException | None] = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert all("hunter2" not in f"{each!s}{each!r}{getattr(each, 'object', '')}" for each in chain)
    return caught.value


def private(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(0o600)
    return path


def python(code: str) -> Source:
    return Source(command=f'{sys.executable} -c "{code}"')


def test_a_password_comes_from_an_environment_variable() -> None:
    found = credential(Source(env="MAIL"), MAIL=PASSWORD)
    assert (found.username, found.secret()) == ("dana@example.com", Secret(PASSWORD))


def test_an_unset_variable_is_told_by_its_name() -> None:
    error = refusal(Source(env="MAIL"))
    assert "the environment variable MAIL holds no password" in str(error)
    assert "set MAIL" in error.mend


@pytest.mark.parametrize("text", [PASSWORD, f"{PASSWORD}\n", f"{PASSWORD}\r\nuser: dana\n", f"\ufeff{PASSWORD}\n"])
def test_a_password_is_the_first_line_of_a_private_file(text: str, tmp_path: Path) -> None:
    path = private(tmp_path / "password", text)
    assert credential(Source(file=path)).secret() == Secret(PASSWORD)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
def test_a_file_that_others_can_reach_is_refused(mode: int, tmp_path: Path) -> None:
    path = private(tmp_path / "password", "hunter2")
    path.chmod(mode)
    error = refusal(Source(file=path))
    assert "others can read the password file" in str(error)
    assert f"chmod 600 {path}" in error.mend


def test_missing_files_folders_and_pipes_are_told_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "No such file" in str(refusal(Source(file=tmp_path / "nothing")))
    assert "no ordinary file" in str(refusal(Source(file=tmp_path / "pipe")))
    assert "password file" in str(refusal(Source(file=tmp_path)))


@pytest.mark.parametrize(
    ("data", "words"), [(b"", "first line is empty"), (b"\nhunter2", "empty"), (b"hunter2\xff", "UTF-8")]
)
def test_a_file_without_a_usable_password_is_told(data: bytes, words: str, tmp_path: Path) -> None:
    assert words in str(refusal(Source(file=private(tmp_path / "password", data))))


def test_a_password_comes_from_a_systemd_credential(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text(f"{PASSWORD}\n")
    found = credential(Source(credential="mail"), CREDENTIALS_DIRECTORY=str(tmp_path))
    assert found.secret() == Secret(PASSWORD)


def test_a_systemd_credential_elsewhere_or_with_a_path_is_refused(tmp_path: Path) -> None:
    assert "no systemd credentials here" in str(refusal(Source(credential="mail")))
    assert "is no name" in str(refusal(Source(credential="../mail"), CREDENTIALS_DIRECTORY=str(tmp_path)))
    assert "can't be read" in str(refusal(Source(credential="mail"), CREDENTIALS_DIRECTORY=str(tmp_path)))


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]
    kept: dict[tuple[str, str], str] = {}  # noqa: RUF012
    locked = False

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("the vault of hunter2 is locked")
        return self.kept.get((service, username))


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_a_password_comes_from_the_systems_keyring(ring: Ring) -> None:
    ring.kept = {("mail", "dana@example.com"): PASSWORD}
    assert credential(Source(keyring="mail")).secret() == Secret(PASSWORD)


def test_a_keyring_without_the_entry_or_that_is_locked_says_what_mends_it(ring: Ring) -> None:
    error = refusal(Source(keyring="my mail"))
    assert "holds no entry my mail for dana@example.com" in str(error)
    assert error.mend == "keyring set 'my mail' dana@example.com"
    ring.locked = True
    error = refusal(Source(keyring="mail"))
    assert "can't be read (KeyringLocked)" in str(error) and "unlock" in error.mend


def test_a_missing_keyring_library_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    error = refusal(Source(keyring="mail"))
    assert "not installed" in str(error) and "breadcrumb-mailer[keyring]" in error.mend


def test_a_password_is_the_first_line_a_command_prints() -> None:
    assert credential(python("print('a b'); print('more')")).secret() == Secret("a b")


def test_a_command_is_not_run_by_a_shell(tmp_path: Path) -> None:
    found = credential(Source(command=f"echo '$HOME' ; touch {tmp_path}/x > {tmp_path}/y"))
    assert found.secret().value.startswith("$HOME ; touch")
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_fails_is_told_without_what_it_said() -> None:
    error = refusal(python("import sys; print('hunter2'); sys.stderr.write('hunter2'); sys.exit(3)"))
    assert "failed with status 3" in str(error)
    assert sys.executable in str(error)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/nonexistent/pass show", "can't be run: No such file"),
        ("pass 'show", "quote that is not closed"),
        (" ", "is empty"),
        ("true", "gives no password"),
        ("a\0b", "can't be run"),
    ],
)
def test_a_command_that_cannot_be_run_is_told(command: str, words: str) -> None:
    assert words in str(refusal(Source(command=command)))


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "COMMAND_SECONDS", 0.5)
    started = time.monotonic()
    error = refusal(python("import time; print('hunter2', flush=True); time.sleep(60)"))
    assert "did not end within 0.5 seconds" in str(error)
    assert time.monotonic() - started < 45


def test_a_command_that_never_stops_printing_is_bounded() -> None:
    started = time.monotonic()
    assert credential(Source(command="yes hunter2")).secret() == Secret("hunter2")
    assert time.monotonic() - started < 45


def test_an_agent_left_behind_by_a_command_is_not_waited_for() -> None:
    started = time.monotonic()
    code = "import subprocess; print('secret', flush=True); subprocess.Popen(['sleep', '60'])"
    assert credential(python(code)).secret() == Secret("secret")
    assert time.monotonic() - started < 45


def test_the_secret_is_asked_for_anew_each_time(tmp_path: Path) -> None:
    path = private(tmp_path / "password", "old")
    found = credential(Source(file=path))
    assert found.secret() == Secret("old")
    private(path, "new")
    assert found.secret() == Secret("new")


def test_nothing_secret_is_in_any_repr(tmp_path: Path) -> None:
    path = private(tmp_path / "password", "hunter2")
    found = credential(Source(file=path), OTHER="hunter2")
    assert "hunter2" not in repr(found) + repr(found.secret()) + str(found.secret())
    assert "hunter2" not in repr(credential(Source(command="echo hunter2")))


def test_a_configurations_account_makes_a_credential(tmp_path: Path) -> None:
    private(tmp_path / "password", PASSWORD)
    text = """\
        profile: {name: Dana, email: dana@example.com}
        search: {looking_for: work}
        account: {provider: fastmail, password: {file: password}}
        schedule: {timezone: UTC}
        """
    account = parse_config(text, tmp_path / "config.yaml").account
    assert make_credential(account).secret() == Secret(PASSWORD)

"""Fetches the account's password from where the configuration says, anew at every sign-in.

Nothing here ever puts a secret, or what a command printed, into an error, a log or a `repr`.
"""

from __future__ import annotations

import os
import select
import shlex
import stat
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mailer.errors import SecretError
from mailer.model import Credential, Secret

COMMAND_SECONDS = 30
"""How long a password command may take: long enough to unlock a password store by hand."""

MAX_SECRET_BYTES = 64 * 1024
"""More than this is no password file; it is not read further."""


_LOOK_EVERY = 0.1  # seconds between two looks at whether a silent command has ended


class PasswordSource(Protocol):
    """Where a password is found; one of the five is set."""

    @property
    def command(self) -> str: ...
    @property
    def env(self) -> str: ...
    @property
    def file(self) -> Path | None: ...
    @property
    def credential(self) -> str: ...
    @property
    def keyring(self) -> str: ...


class Account(Protocol):
    """What is used of the configuration's account."""

    @property
    def username(self) -> str: ...
    @property
    def password(self) -> PasswordSource | None: ...


@dataclass(frozen=True, slots=True)
class PasswordCredential:
    """A user name, and the place its password is fetched from."""

    username: str
    _source: PasswordSource = field(repr=False)
    _environ: Mapping[str, str] = field(repr=False)

    def secret(self, refused: Secret | None = None) -> Secret:
        """The password now. Raises SecretError where it can't be had. May block while a command runs."""
        return Secret(fetch(self._source, self.username, self._environ))


def make_credential(account: Account, environ: Mapping[str, str] = os.environ) -> Credential:
    """The credential for an account of the configuration that signs in with a password."""
    assert account.password is not None, "checked when the configuration was read"  # noqa: S101
    return PasswordCredential(account.username, account.password, environ)


def fetch(source: PasswordSource, username: str, environ: Mapping[str, str] = os.environ) -> str:
    """A secret from its place, now. Raises SecretError where it can't be had. May block while a command runs."""
    if source.command:
        return _from_command(source.command)
    if source.env:
        return _from_environment(source.env, environ)
    if source.file is not None:
        return _from_private_file(source.file)
    if source.keyring:
        return _from_keyring(source.keyring, username)
    return _from_systemd(source.credential, environ)


def _from_keyring(name: str, username: str) -> str:
    """An entry of the system's keyring (Secret Service, macOS Keychain, Windows), through the `keyring` library."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        mend = 'install it: pip install "breadcrumb-mailer[keyring]"'
        raise SecretError("the keyring library is not installed", mend=mend) from error
    try:
        password = keyring.get_password(name, username)
    except KeyringError as error:
        fault = type(error).__name__  # its words may hold anything
    else:
        fault = ""
    if fault:
        mend = "unlock it; a service without a desktop is better off with a file"
        raise SecretError(f"the keyring can't be read ({fault})", mend=mend)
    if not password:
        what = f"the keyring holds no entry {name} for {username}"
        raise SecretError(what, mend=f"keyring set {shlex.quote(name)} {shlex.quote(username)}")
    return password


def _from_environment(name: str, environ: Mapping[str, str]) -> str:
    password = environ.get(name, "")
    if not password:
        raise SecretError(f"the environment variable {name} holds no password", mend=f"set {name} and start again")
    return password


def _from_private_file(path: Path) -> str:
    return _first_line(_read(path, private=True), f"the password file {path}")


def _from_systemd(name: str, environ: Mapping[str, str]) -> str:
    """A credential that systemd laid out for this service (systemd.exec(5), LoadCredential=)."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    mend = f"add LoadCredential={name}:PATH to the unit, or give the password in another way"
    if not folder:
        raise SecretError(f"there are no systemd credentials here, so the password {name} can't be had", mend=mend)
    if "/" in name or name in {".", ".."}:
        raise SecretError(f"{name} is no name of a credential", mend="write the name alone, without a path")
    return _first_line(_read(Path(folder, name), private=False), f"the systemd credential {name}")


def _read(path: Path, *, private: bool) -> bytes:
    try:
        with open(path, "rb", opener=_open_without_waiting) as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise SecretError(f"{path} is no ordinary file, so no password is read from it")
            if private and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SecretError(
                    f"others can read the password file {path}, so it is not used",
                    mend=f"chmod 600 {shlex.quote(str(path))}, and change the password if somebody may have read it",
                )
            return stream.read(MAX_SECRET_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not possible"
        raise SecretError(
            f"the password file {path} can't be read: {reason}", mend="create it with chmod 600"
        ) from error


def _open_without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_NONBLOCK)  # a named pipe would else wait for somebody to write


def _from_command(command: str) -> str:
    """The first line a command prints. What it says on stderr is not shown: it may hold anything."""
    words = _split(command)
    name = words[0]
    try:
        status, output = _run(words)
    except TimeoutError as error:
        mend = "run it by hand; a password store that asks for its own password must be unlocked first"
        what = f"the password command {name} did not end within {COMMAND_SECONDS} seconds"
        raise SecretError(what, mend=mend) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not possible"
        raise SecretError(f"the password command {name} can't be run: {reason}", mend="check the command") from error
    if status != 0:
        what = f"the password command {name} failed with status {status}"
        raise SecretError(what, mend="run it by hand to see why")
    return _first_line(output, f"the password command {name}")


def _run(words: list[str]) -> tuple[int, bytes]:
    """Exit status and output, at most MAX_SECRET_BYTES of it. Raises TimeoutError, OSError, ValueError.

    An agent that the command leaves behind may hold its output open: once the command ended, that is not waited for.
    """
    ends = time.monotonic() + COMMAND_SECONDS
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
    ) as process:
        try:
            output = _output_until(process, ends)
            if len(output) >= MAX_SECRET_BYTES:
                process.kill()  # it may go on for ever; its first line is what counts
                return 0, output
            return process.wait(max(ends - time.monotonic(), 0)), output
        except subprocess.TimeoutExpired:
            process.kill()
        except BaseException:
            process.kill()
            raise
    raise TimeoutError  # outside the handler: that error would carry what the command was


def _output_until(process: subprocess.Popen[bytes], ends: float) -> bytes:
    assert process.stdout is not None  # noqa: S101  a pipe was asked for
    output, descriptor = b"", process.stdout.fileno()
    ready = select.poll()
    ready.register(descriptor, select.POLLIN)
    while len(output) < MAX_SECRET_BYTES:
        has_ended = process.poll() is not None
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if not ready.poll(min(left, _LOOK_EVERY) * 1000):
            if has_ended:
                break
            continue
        chunk = os.read(descriptor, MAX_SECRET_BYTES)
        if not chunk:
            break
        output += chunk
    return output


def _split(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SecretError("the password command has a quote that is not closed", mend="close the quote") from error
    if not words:
        raise SecretError("the password command is empty", mend="write one, such as pass show mail/dana")
    return [os.path.expanduser(words[0]), *words[1:]]


def _first_line(data: bytes, whence: str) -> str:
    try:
        password = data.decode("utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except UnicodeDecodeError:
        password = None
    if password is None:  # outside the handler: the error would carry the bytes
        raise SecretError(f"{whence} holds no text in UTF-8", mend="save it as UTF-8")
    if not password:
        raise SecretError(f"{whence} gives no password: its first line is empty", mend="put it on the first line")
    return password

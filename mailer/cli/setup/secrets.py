"""The secret the account signs in with, and the place where it is to be found from now on."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from mailer.cli.setup.asking import Asker
from mailer.config.places import SERVICE_CREDENTIALS, SERVICES
from mailer.config.sign_in import PasswordPart
from mailer.credentials import PasswordCredential
from mailer.errors import MailerError, SecretError, UsageError
from mailer.model import Credential, Secret

KEEPS = ("file", "keyring", "systemd-creds")
ENTRY = "breadcrumb-mailer"
"""The name of our entry in a keyring."""

CREDENTIAL = "password"
"""The name of our systemd credential, as systemd/mailer@.service has it."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A model.Credential that holds its secret, until it is kept somewhere."""

    username: str
    _secret: Secret = field(repr=False)

    def secret(self, refused: Secret | None = None) -> Secret:
        return self._secret


@dataclass(frozen=True, slots=True)
class SecretGiven:
    """Where a secret is found already, or the secret itself. `place` is what `account.password` will say."""

    place: Mapping[str, str]
    value: str = field(default="", repr=False)

    def credential(self, username: str, environ: Mapping[str, str], folder: Path) -> Credential:
        """For the first sign-in."""
        if self.value:
            return Fixed(username, Secret(self.value))
        part = PasswordPart.model_validate(dict(self.place), context={"folder": folder})
        return PasswordCredential(username, part, environ)


def places_given(options: Mapping[str, str | None]) -> SecretGiven | None:
    """The place that one of `--password-file`, `-command`, `-env`, `-credential` and `-keyring` names."""
    named = {key: value for key, value in options.items() if value}
    if len(named) > 1:
        raise UsageError("more than one place of the password is given", mend="give one of them")
    for key, value in named.items():
        return SecretGiven({key: str(Path(value).expanduser().absolute()) if key == "file" else value})
    return None


def from_stdin() -> SecretGiven:
    """The first line of standard input: for scripts. Raises UsageError where it is empty, or no text in UTF-8."""
    given = sys.stdin.buffer.readline(65536).rstrip(b"\r\n")
    line = given.decode(errors="replace")  # an error of decoding would hold what was given
    if line.encode() != given:
        raise UsageError("the password on standard input is no text in UTF-8", mend="pipe it in as UTF-8")
    if not line:
        raise UsageError("standard input holds no password on its first line", mend="pipe it in, or name its place")
    return SecretGiven({}, line)


def asked(ask: Asker) -> SecretGiven:
    """The owner types it, or a command that prints it."""
    value = ask.secret("Password (empty: a command prints it)", empty=True)
    if value:
        return SecretGiven({}, value)
    return SecretGiven({"command": ask.text(None, "--password-command", "Command, such as pass show mail/dana")})


def check_keep(wanted: str) -> None:
    """Raises UsageError for a keyring that does not work here."""
    if wanted == "keyring" and not keyring_works():
        mend = 'install it (pip install "breadcrumb-mailer[keyring]") and unlock it, or use --keep file'
        raise UsageError("no keyring works here", mend=mend)


def keep_choice(ask: Asker, given: str | None) -> str:
    """Where a typed password is kept. Raises UsageError for a keyring that does not work here."""
    if given is None:
        if not keyring_works() or not ask.interactive:
            return "file"
        kinds = click.Choice(KEEPS[:2])
        return str(
            click.prompt(
                "Keep the password in a file only you can read, or in the system's keyring",
                type=kinds,
                default="file",
                err=True,
            )
        )
    check_keep(given)
    return given


def keyring_works() -> bool:
    """Whether the system has a keyring that takes secrets. A backend of priority 0 or less only refuses."""
    try:
        import keyring
    except ImportError:
        return False
    return bool(keyring.get_keyring().priority > 0)


def kept_in_keyring(username: str, value: str) -> tuple[dict[str, str], Callable[[], None]]:
    """Put a password into the keyring; the place of it, and how to take it out again. Never replaces another one."""
    import keyring
    from keyring.errors import KeyringError

    name = ENTRY
    try:
        if keyring.get_password(name, username) not in (None, value):
            raise UsageError(
                f"the keyring has another password as {name} for {username}",
                mend=f"keyring del {name} {shlex.quote(username)}",
            )
        keyring.set_password(name, username, value)
    except KeyringError as error:
        fault = type(error).__name__
    else:

        def undo() -> None:
            with contextlib.suppress(KeyringError):  # what else was done is undone all the same
                keyring.delete_password(name, username)

        return {"keyring": name}, undo
    raise SecretError(f"the keyring did not take the password ({fault})", mend="use --keep file")


def sealed_place(folder: Path) -> Path:
    """Where an encrypted password belongs. systemd reads a system service's as root, so it is not where the owner could
    put a link to somebody else's in its place."""
    if folder.resolve().parent == SERVICES.resolve():
        return SERVICE_CREDENTIALS / f"{folder.resolve().name}.cred"
    return folder / f"{CREDENTIAL}.cred"


def encrypted(value: str) -> bytes:
    """The password as a systemd credential for this machine alone (systemd-creds(1)). Raises MailerError."""
    command = ["systemd-creds", "encrypt", f"--name={CREDENTIAL}", "-", "-"]
    try:
        done = subprocess.run(command, input=value.encode(), capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MailerError("systemd-creds can't be run here", mend="use --keep file") from error
    if done.returncode != 0 or not done.stdout:
        raise MailerError(
            f"systemd-creds failed with status {done.returncode}", mend="run it as root, or use --keep file"
        )
    return done.stdout

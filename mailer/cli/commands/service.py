"""`mailer service`: hand the daemon to systemd, and take it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option

if TYPE_CHECKING:
    from mailer.supervisor import Service

F = TypeVar("F", bound=Callable[..., Any])


def scope_options(command: F) -> F:
    """`--system` or `--user`, whose, and which."""
    system = click.option(
        "--system/--user", "system", default=None, help="For the system, or for you; by default the system for root."
    )
    owner = click.option("--owner", "owners", multiple=True, metavar="NAME", help="Whose, with --system; repeatable.")
    name = click.option("--name", default="", metavar="NAME", help="With --user: what the service is called.")
    return json_option(system(owner(name(command))))


@click.group("service")
def command() -> None:
    """Run the daemon as a service."""


@command.command("install")
@scope_options
@pass_call
def install(call: Call, system: bool | None, owners: tuple[str, ...], name: str) -> int:
    """Write the unit with the right paths, enable and start it. Doing it again brings it up to date.

    Says what was done and how to undo it; without systemd, what to do instead.
    """
    from mailer.supervisor import advice, booted
    from mailer.supervisor.units import program

    start = program()
    if not booted():
        import sys

        said = advice(sys.platform, start, _explicit(call), Path.home())
        call.emit({"installed": [], "advice": said}) if call.as_json else call.say(said)
        return 1
    services = _services(call, system, owners, name, change=True)
    if services[0].manager.user:
        _mind_password(call)
    notes = [note for each in services for note in each.install()]
    _told(call, services, notes)
    return 0


@command.command("uninstall")
@scope_options
@pass_call
def uninstall(call: Call, system: bool | None, owners: tuple[str, ...], name: str) -> None:
    """Stop the service and take its unit away. Configuration, roster and database stay."""
    services = _services(call, system, owners, name, change=True)
    notes = [f"{each.name} is not installed, so nothing was done" for each in services if not each.file.exists()]
    for each in services:
        each.uninstall()
    _told(call, services, [*notes, "configuration, roster and database stay where they are"])


@command.command("status")
@scope_options
@pass_call
def status(call: Call, system: bool | None, owners: tuple[str, ...], name: str) -> None:
    """Say whether the service is installed, enabled and running; `mailer status` says how it is."""
    found = []
    for each in _services(call, system, owners, name):
        found.append(
            {
                "unit": each.name,
                "file": str(each.file) if each.file.exists() else None,
                "enabled": each.manager.asked("is-enabled", each.name) == "enabled",
                "active": each.manager.asked("is-active", each.name) or "unknown",
            }
        )
    if call.as_json:
        call.emit(found)
        return
    for one in found:
        where = f"installed as {one['file']}" if one["file"] else "not installed"
        call.say(f"{one['unit']}: {where}, {'enabled' if one['enabled'] else 'not enabled'}, {one['active']}")


@command.command("logs")
@scope_options
@click.option("-n", "--lines", type=click.IntRange(min=0), default=100, metavar="N", help="The last so many lines.")
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@pass_call
def logs(call: Call, system: bool | None, owners: tuple[str, ...], name: str, lines: int, follow: bool) -> int:
    """The service's log: for people, or with --json one object a line as the daemon wrote it."""
    import subprocess

    from mailer.errors import MailerError

    services = _services(call, system, owners, name)
    words = ["journalctl", "--output=cat", f"--lines={lines}", "--no-pager", *(["--follow"] if follow else [])]
    for each in services:
        words += [f"{'--user-unit' if each.manager.user else '--unit'}={each.name}"]
    try:
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, errors="replace") as process:
            assert process.stdout is not None  # noqa: S101 -- a pipe was asked for
            for line in process.stdout:
                if not call.as_json or _is_entry(line):  # systemd puts words of its own between
                    click.echo(line.rstrip("\n") if call.as_json else _readable(line))
    except OSError as error:
        raise MailerError(f"journalctl can't be run: {error.strerror}", mend="see its log elsewhere") from error
    return 1 if process.returncode else 0


def _services(
    call: Call, system: bool | None, owners: Sequence[str], name: str, *, change: bool = False
) -> Sequence[Service]:
    """The services that are meant; `change` where more than a look is. Raises MailerError."""
    import os

    from mailer.errors import MailerError, UsageError
    from mailer.supervisor import Manager, SystemService, UserService, booted, user_unit
    from mailer.supervisor.units import program

    if not booted():
        mend = "`mailer status` says whether the daemon runs; its log is what it writes to stderr"
        raise MailerError("there is no systemd here, and so no service of its", mend=mend)
    root = os.geteuid() == 0
    if system or (system is None and root):
        if not owners:
            mend = "name them with --owner, such as --owner dana"
            own = "" if system else "; where it is root's own, give --user"
            raise UsageError("whose service is meant?", mend=mend + own)
        if change and not root:
            raise UsageError("the system's services are root's to change", mend="sudo mailer service ... --system")
        return [SystemService(owner, program(), Manager(user=False)) for owner in owners]
    if owners:
        raise UsageError("--owner goes with --system", mend="call it as that user, without --owner")
    return [UserService(user_unit(_explicit(call), call.environ, program(), name), Manager(user=True))]


def _explicit(call: Call) -> Path | None:
    """The configuration, where it is not the one that is found by itself."""
    from mailer.config import find_config

    if call.config_path is None and not call.environ.get("MAILER_CONFIG"):
        return None
    return find_config(call.config_path, call.environ)


def _mind_password(call: Call) -> None:
    """A broken configuration is told now, and a password that the service will not see."""
    source = call.config().account.password
    if source is not None and source.env:
        call.note(f"warning: the service does not see your shell's {source.env}")
        call.note("  give the password in another way: account.password: {file: ...} or {command: ...}")


def _told(call: Call, services: Sequence[Service], notes: list[str]) -> None:
    done = [line for each in services for line in each.manager.done]
    undo = [line for each in services for line in each.manager.undo]
    if call.as_json:
        call.emit({"units": [each.name for each in services], "done": done, "undo": undo, "notes": notes})
        return
    for line in done:
        call.say(f"done  {line}")
    for line in notes:
        call.note(line)
    if undo:
        call.say("To undo it: " + "; ".join(undo))


def _is_entry(line: str) -> bool:
    """Whether a line is a JSON object, as the daemon's are."""
    import json

    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _readable(line: str) -> str:
    """A line of the daemon's log for people; any other as it is."""
    import json

    from mailer.cli.words import one_line

    try:
        entry = json.loads(line)
        return f"{entry['time']}  {entry['level']}  {one_line(str(entry['message']))}"
    except (ValueError, KeyError, TypeError):
        return line.rstrip("\n")

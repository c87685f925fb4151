"""`mailer doctor`: live checks of everything the program depends on, each with its mend."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option

if TYPE_CHECKING:
    from mailer.config import Config
    from mailer.doctor import Check, Redactor
    from mailer.errors import ConfigurationError, Problem, UsageError
    from mailer.model import Contact
    from mailer.storage.records import ContactRecord

MARKS = {"ok": "ok", "warning": "warn", "failed": "FAIL", "skipped": "-"}
COLOURS = {"ok": "green", "warning": "yellow", "failed": "red", "skipped": "bright_black"}
BELOW = " " * 8
"""What a mend is indented by."""


@click.command("doctor")
@click.option("--send", is_flag=True, help="Also send one letter to yourself, and see how it arrives.")
@click.option("--redact", is_flag=True, help="Leave out whatever is private: fit for a public issue.")
@json_option
@pass_call
def command(call: Call, send: bool, redact: bool) -> int:
    """Look at everything while it works: servers, certificates, folders, database, daemon, DNS.

    Takes 15 seconds at most. Changes nothing; with --send one letter goes to yourself. Ends with 1 where something
    does not work, with 2 where the configuration can't be used, with 0 where there are only warnings.
    """
    from mailer.errors import ConfigurationError, UsageError

    call.verbose = call.verbose and not redact  # which would name folders
    call.redacted = redact
    try:
        config = call.config()
    except ConfigurationError as error:
        _show(call, None, _of_configuration(error), redactor=_redactor(call, None) if redact else None)
        return error.exit_code
    except UsageError as error:
        _show(call, None, _of_choice(error), redactor=_redactor(call, None) if redact else None)
        return error.exit_code
    checks = _examine(call, config, send=send)
    _show(call, config, checks, redactor=_redactor(call, config) if redact else None)
    return 1 if any(check.result == "failed" for check in checks) else 0


def _examine(call: Call, config: Config, *, send: bool) -> list[Check]:
    from mailer.clock import system_clock
    from mailer.doctor import Patient, examine
    from mailer.doctor.report import failed
    from mailer.errors import StoreError

    app, unusable = None, []
    try:
        app = call.app()
    except StoreError as error:
        unusable = [failed("database", "it can't be used", error.mend, str(error))]
    patient = Patient(config, call.environ, app, clock=app.clock if app else system_clock)
    return [*examine(patient, {"files": lambda: _files(call)}, send=send), *unusable]


def _files(call: Call) -> Iterator[Check]:
    """What `mailer check` says of the files, without network."""
    from mailer.cli.checking import look_at_everything
    from mailer.doctor.report import ok

    yield _pitch(call)
    report = look_at_everything(call)
    for problem in report.problems:
        if problem.key != "search.pitch":
            yield _of_problem(problem, report.config)
    for fine in report.fine:
        yield ok(fine.name, fine.what, fine.where)


def _pitch(call: Call) -> Check:
    """Whether the pitch can be said in its time; `mailer pitch` tells more."""
    from mailer.doctor.report import ok, skipped, warning
    from mailer.pitch import too_long

    pitch = call.config().search.pitch
    if not pitch:
        return skipped("pitch", "there is none", "write what you do and look for into search.pitch")
    if slow := too_long(pitch):
        return warning("pitch", slow, "`mailer pitch` tells which")
    return ok("pitch", "it fits into half a minute")


def _of_configuration(error: ConfigurationError) -> list[Check]:
    return [_of_problem(problem, problem.place.file) for problem in error.problems]


def _of_choice(error: UsageError) -> list[Check]:
    from mailer.doctor.report import failed

    return [failed("configuration", "which one is meant can't be told", error.mend, str(error))]


def _of_problem(problem: Problem, config: str) -> Check:
    from mailer.doctor.report import failed, warning

    if problem.key.startswith(("account.password", "account.oauth")):
        name = "sign-in"
    elif problem.place.file == config:
        name = "configuration"
    else:
        name = "templates" if problem.place.file.endswith(".md") else "roster"
    make = failed if problem.severity == "error" else warning
    where = f"line {problem.place.line}" if problem.place.line else "the file"
    return make(name, f"{where} needs a mend", "`mailer check` says what to write", str(problem))


def _redactor(call: Call, config: Config | None) -> Redactor:
    """What hides everything private that can be known."""
    from mailer.credentials import make_credential
    from mailer.doctor.redact import Redactor, of_config, of_contacts, of_secret

    if config is None:
        return Redactor(())
    source = config.account.password
    free = source is not None and (source.env or source.file is not None)  # a command may ask somebody
    secret = of_secret(make_credential(config.account, call.environ)) if free else ()
    return Redactor([*of_config(config), *of_contacts(_people(call, config)), *secret])


def _people(call: Call, config: Config) -> list[Contact | ContactRecord]:
    """Everybody in the roster, and where that or the database can be read, everybody there ever was."""
    from mailer.errors import ConfigurationError, StoreError
    from mailer.roster import load_roster
    from mailer.storage import contacts

    found: list[Contact | ContactRecord] = []
    with suppress(ConfigurationError):
        found += load_roster(config.roster_paths(), zone=config.schedule.timezone).contacts
    with suppress(StoreError), call.app().store.read() as tx:
        found += contacts.every(tx, in_roster_only=False)
    return found


def _show(call: Call, config: Config | None, checks: list[Check], redactor: Redactor | None) -> None:
    from mailer.cli.words import fitted

    shown = [redactor.check(check) for check in checks] if redactor else checks
    about = _about(config)
    if call.as_json:
        call.emit({**about, "checks": [_shape(check) for check in shown]})
        return
    call.say("  ".join(f"{name} {value}" for name, value in about.items() if value))
    for check in shown:
        call.say(_line(check))
        if check.mend and check.result != "ok":
            call.say(fitted(BELOW + check.mend, sys.stdout, hang=0))
    wrong = sum(check.result == "failed" for check in checks)
    doubtful = sum(check.result == "warning" for check in checks)
    call.say(f"{wrong} to mend, {doubtful} to look at." if wrong or doubtful else "All is well.")


def _line(check: Check) -> str:
    """One check on a line of its own, or on several of a narrow terminal."""
    from mailer.cli.words import fitted, in_colour

    mark = f"{MARKS[check.result]:>4}"
    hang = len(BELOW) - (len(mark) - len(mark.lstrip()))
    line = fitted(f"{mark}  {check.name}: {check}", sys.stdout, hang=hang)
    if not in_colour(sys.stdout):
        return line
    return click.style(
        mark, fg=COLOURS[check.result], bold=True if check.result == "failed" else None
    ) + line.removeprefix(mark)


def _about(config: Config | None) -> dict[str, str | None]:
    """What anybody may know, and who helps needs to."""
    import platform

    from mailer import __version__

    provider = config.account.provider if config else ""
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "provider": provider or None,
    }


def _shape(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "result": check.result.value,
        "reason": str(check),
        "mend": check.mend or None,
        "seconds": check.seconds,
    }

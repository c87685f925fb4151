"""`mailer init`: from nothing to a working account, in two minutes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option, yes_option

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from mailer.cli.setup.flow import Done, Options

TEXT: dict[str, Any] = {"metavar": "TEXT"}
FILE: dict[str, Any] = {"type": click.Path(path_type=Path, dir_okay=False), "metavar": "FILE"}
CERTIFICATES: dict[str, Any] = {**FILE, "type": click.Path(path_type=Path, dir_okay=False, exists=True)}


def _providers(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from mailer.config.providers import BY_NAME

    return [CompletionItem(name, help=known.label) for name, known in BY_NAME.items() if name.startswith(begun)]


def _zones(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    from zoneinfo import available_timezones

    return sorted(zone for zone in available_timezones() if zone.lower().startswith(begun.lower()))


@click.command("init")
@click.option("--name", **TEXT, help="Your name.")
@click.option("--email", metavar="ADDRESS", help="Your address.")
@click.option("--provider", metavar="NAME", shell_complete=_providers, help="Your mail service, such as gmail.")
@click.option(
    "--imap", metavar="HOST[:PORT[/SECURITY]]", help="The server that keeps the mailbox, where none is found."
)
@click.option("--smtp", metavar="HOST[:PORT[/SECURITY]]", help="The server that takes mail, where none is found.")
@click.option("--username", **TEXT, help="The name to sign in with; by default your address.")
@click.option("--ca-file", **CERTIFICATES, help="More certificates to trust.")
@click.option(
    "--auth", type=click.Choice(["password", "oauth2"]), help="How to sign in; by default as the service has it."
)
@click.option("--password-file", metavar="FILE", help="A file that holds the password already.")
@click.option("--password-command", metavar="COMMAND", help="A command that prints it, such as `pass show mail/dana`.")
@click.option("--password-env", metavar="NAME", help="An environment variable that holds it.")
@click.option("--password-credential", metavar="NAME", help="A systemd credential that holds it.")
@click.option("--password-keyring", metavar="NAME", help="An entry of the system's keyring that holds it.")
@click.option("--password-stdin", is_flag=True, help="It comes on standard input.")
@click.option(
    "--keep", type=click.Choice(["file", "keyring", "systemd-creds"]), help="Where to keep it: a private file, or else."
)
@click.option("--client-id", **TEXT, help="OAuth 2.0: the id of the client you registered (docs/oauth.md).")
@click.option("--client-secret-file", metavar="FILE", help="OAuth 2.0: a file with its secret, where it has one.")
@click.option(
    "--tenant", default="", **TEXT, help="OAuth 2.0: your directory at Microsoft, where the client is for it alone."
)
@click.option("--paste", is_flag=True, help="OAuth 2.0: the browser is on another machine.")
@click.option("--pitch", **TEXT, help="What you do and look for, in at most 30 seconds of speech; may be empty.")
@click.option("--looking-for", **TEXT, help="What you look for, to follow the words “I am looking for”.")
@click.option(
    "--started", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day your search began; by default today."
)
@click.option("--timezone", metavar="ZONE", shell_complete=_zones, help="Your time zone; by default this machine's.")
@click.option("--phone", default="", **TEXT, help="Your telephone number.")
@click.option("--location", default="", **TEXT, help="Where you are.")
@click.option("--website", default="", **TEXT, help="Your web page.")
@click.option("--linkedin", default="", **TEXT, help="Your LinkedIn page.")
@click.option("--title", default="", **TEXT, help="Your title.")
@click.option("--company", default="", **TEXT, help="Your company.")
@click.option("--holidays", default="", metavar="COUNTRY", help="Days off as in US, or US-IL.")
@click.option("--import", "import_file", **FILE, help="Then take people in from this vCard or CSV file.")
@click.option("--test-letter/--no-test-letter", default=None, help="Then send a letter to yourself, or don't.")
@yes_option
@json_option
@pass_call
def command(call: Call, /, yes: bool, import_file: Path | None, test_letter: bool | None, **given: Any) -> None:
    """Set up your account: find your mail servers, sign in, write the configuration.

    Nothing is written before both servers have let you in, and nothing is ever overwritten. Each question has an
    option, so that it runs in a script, too; --yes asks nothing, and takes servers outside of your address's domain.
    """
    from mailer.cli.setup.asking import Asker
    from mailer.cli.setup.flow import set_up
    from mailer.config import find_config

    path = find_config(call.config_path, call.environ)
    _refuse_another(path)
    ask = Asker(sys.stdin.isatty() and not given["password_stdin"] and not yes)
    done = set_up(call, ask, path.absolute(), _options(given, yes=yes))
    for place in done.written:
        call.say(f"Written: {place}")
    for note in done.notes:
        call.say(note)
    sent = _letter(call, ask, done, test_letter)
    imported = _people(call, ask, done.config.path, import_file, yes=yes)
    _finish(call, done, sent=sent, imported=imported)


def _refuse_another(path: Path) -> None:
    """Raises UsageError where there is a configuration already."""
    from mailer.errors import UsageError

    if path.exists() or path.is_symlink():
        mend = "look at it with `mailer check`; for another account name another file: mailer --config PATH init"
        raise UsageError(f"there is a configuration already: {path}", mend=mend)


def _options(given: dict[str, Any], *, yes: bool) -> Options:
    from mailer.cli.setup.flow import Options
    from mailer.cli.setup.servers import Named

    card = ("phone", "location", "website", "linkedin", "title", "company")
    places = ("file", "command", "env", "credential", "keyring")
    ca_file = str(given["ca_file"].expanduser().absolute()) if given["ca_file"] else ""
    return Options(
        name=given["name"],
        email=given["email"],
        servers=Named(given["provider"], given["imap"], given["smtp"], given["username"], ca_file, yes),
        auth=given["auth"],
        places={place: given[f"password_{place}"] for place in places},
        password_stdin=given["password_stdin"],
        keep=given["keep"],
        client_id=given["client_id"],
        client_secret_file=given["client_secret_file"],
        tenant=given["tenant"],
        paste=given["paste"],
        pitch=given["pitch"],
        looking_for=given["looking_for"],
        timezone=given["timezone"],
        started=given["started"].date() if given["started"] else None,
        card={key: given[key] for key in card},
        holidays=given["holidays"],
    )


def _letter(call: Call, ask: Any, done: Done, wanted: bool | None) -> bool:
    from mailer.cli.setup.after import send_letter
    from mailer.clock import system_clock

    if not ask.yes(wanted, "Send a test letter to yourself?", default=True):
        return False
    if refusal := send_letter(done.config, done.credential, system_clock()):
        call.tell(f"The test letter was not taken: {refusal}")
        return False
    call.say(f"A test letter is on its way to {done.config.owner().email}.")
    return True


def _people(call: Call, ask: Any, config: Path, file: Path | None, *, yes: bool) -> bool:
    """Offers to take people in; a file that can't be read does not undo the setup."""
    from mailer.cli.setup.after import take_in
    from mailer.errors import MailerError

    if file is None and ask.interactive:
        answer = ask.text(
            None, "--import", "Import people from a vCard or CSV file (its name; empty: later)", needed=False
        )
        file = Path(answer).expanduser() if answer else None
    if file is None:
        return False
    try:
        take_in(call, config, file, yes=yes)
    except MailerError as error:
        call.note(f"Nobody was imported: {error}" + (f"\n  {error.mend}" if error.mend else ""))
        return False
    return True


def _finish(call: Call, done: Done, *, sent: bool, imported: bool) -> None:
    import shlex

    from mailer.cli.setup.after import first_update, next_steps
    from mailer.cli.words import fitted
    from mailer.clock import system_clock

    now, config = system_clock(), done.config
    option = f" --config {shlex.quote(str(config.path))}" if call.config_path is not None else ""
    call.say()
    for line in next_steps(config, option, now):
        is_command = line.strip().startswith(("mailer", "sudo"))  # somebody copies it
        call.say(line if is_command else fitted(line, sys.stderr if call.as_json else sys.stdout))
    if call.as_json:
        from mailer.cli.shapes import instant

        due = first_update(config, now)
        call.emit(
            {
                "config": str(config.path),
                "written": [str(place) for place in done.written],
                "provider": config.account.provider or None,
                "test_letter": sent,
                "imported": imported,
                "first_update_at": instant(due),
            }
        )

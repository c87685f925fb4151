"""The root command, and what becomes of errors: a sentence, its mend and an exit code, never a traceback."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from mailer import __version__
from mailer.cli.call import make_call
from mailer.cli.lazy import LazyGroup

COMPLETE = "_MAILER_COMPLETE"
"""Set by the shell's completion script."""

INTERRUPTED = 130
PIPE_CLOSED = 141
"""128 and the signal's number, as shells report SIGINT and SIGPIPE."""

COMMANDS = {
    "check": "Read configuration, roster and templates, and tell everything that is wrong.",
    "init": "Set up your account: finds your mail servers, signs in, writes the configuration.",
    "login": "Sign in to your mail account with OAuth 2.0.",
    "doctor": "Look at everything while it works: servers, certificates, database, DNS.",
    "run": "Run the daemon in the foreground.",
    "status": "Say whether all is well.",
    "log": "Log a call, meeting or coffee; its thank-you follows by itself.",
    "contacts": "List, show, add, import, export, merge and forget contacts.",
    "outbox": "See, approve, change and stop outgoing mail.",
    "preview": "Show a letter as somebody would read it, and what a careful friend says of it.",
    "templates": "List, show and copy the templates of your letters.",
    "update": "The monthly update: draft, preview, approve.",
    "replies": "What came back, and what it was taken for.",
    "next": "Today's call sheet: whom to talk to next, and why.",
    "script": "What to say to somebody on the phone.",
    "trail": "See who referred whom, and where the trail went cold.",
    "stats": "How the search goes, in numbers.",
    "search": "Pause, resume and start the search.",
    "landed": "The search ended well: thank everyone who helped.",
    "pitch": "Measure your pitch: how long, how plain, what it leaves out.",
    "understand": "Say what a received message is, from files.",
    "demo": "Watch the whole thing work on an example, in half a minute.",
    "service": "Run the daemon as a service: install, uninstall, status, logs.",
    "db": "Upgrade, check, copy and restore the database.",
    "completion": "Print the shell's completion script.",
}


@click.group(
    cls=LazyGroup,
    package="mailer.cli.commands",
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The configuration file; else $MAILER_CONFIG, else mailer/config.yaml in the XDG config folder.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more, on stderr.")
@click.version_option(__version__, "--version", prog_name="mailer", message="%(prog)s %(version)s")
@click.pass_context
def mailer(ctx: click.Context, config: Path | None, verbose: bool) -> None:
    """The follow-up for people who get on by meeting people.

    Thank-yous after every conversation, a monthly update to everyone met, and every answer understood.
    """
    ctx.obj = make_call(config, verbose=verbose)
    ctx.call_on_close(ctx.obj.close)


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status.

    A command lives for half a second, most of it spent on imports: it is done before collecting garbage would pay,
    and what it leaves behind is not looked through for garbage at the end either, which took 0.1 s.
    """
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else every installed package is asked for some
    try:
        code = _guarded(args)
        if args is None:  # the process ends with this call
            _leave_behind(code)
        return code
    finally:
        gc.freeze()
        gc.enable()


def _leave_behind(code: int) -> None:
    """End here where a check of the doctor still hangs: Python would wait for what it waits for (a name's address)."""
    hanging = [thread for thread in threading.enumerate() if thread.name.startswith("doctor-")]
    for thread in hanging:
        thread.join(0.1)  # most are just ending
    if any(thread.is_alive() for thread in hanging):
        sys.stderr.flush()
        os._exit(code)


def _guarded(args: Sequence[str] | None) -> int:
    """Run one command, and answer what ends it early: a signal, a reader that has gone, a full disk."""
    if instruction := os.environ.get(COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(mailer, {}, "mailer", COMPLETE, instruction)
    _tame_streams()
    try:
        code = _run(list(sys.argv[1:] if args is None else args))
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
        return PIPE_CLOSED
    except OSError as error:
        _silence_stdout()
        return _say_of_system(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _run(args: list[str]) -> int:
    from mailer.errors import MailerError

    try:
        with mailer.make_context("mailer", args) as ctx:
            code = mailer.invoke(ctx)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.Abort:
        if sys.stderr.isatty():
            click.echo(err=True)  # below the question, and the ^C that the terminal puts behind it
        click.echo("Stopped; nothing more was done.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except MailerError as error:
        return _tell(error)
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        return _say_of_text(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _say_of_system(error)


def _say_of_text(error: UnicodeDecodeError | UnicodeEncodeError) -> int:
    """Say that a file or a word that was given is no text, and nothing of what it holds."""
    from mailer.errors import UsageError

    if error.encoding.replace("-", "").replace("_", "").lower() != "utf8":
        raise error
    return _tell(UsageError("a file or a word that was given is no text in UTF-8", mend="give it in UTF-8"))


def _say_of_system(error: OSError) -> int:
    """Say what the operating system refused."""
    where = f"{error.filename}: " if error.filename else ""
    click.echo(f"mailer: {where}{error.strerror or error}", err=True)
    return 1


def _tell(error: Exception) -> int:
    """Say what went wrong and what mends it."""
    from mailer.errors import ConfigurationError, MailerError

    if isinstance(error, ConfigurationError):
        for problem in error.problems:
            click.echo(str(problem), err=True)
        return error.exit_code
    click.echo(f"mailer: {error}", err=True)
    if not isinstance(error, MailerError):
        return 1
    if error.mend:
        click.echo(f"  {error.mend}", err=True)
    return error.exit_code


def _tame_streams() -> None:
    """A character that a stream can't show must not end a command; nor must a stream that was closed before."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 -- as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _silence_stdout() -> None:
    """Who read our output has gone; the interpreter's own last flush must not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""`mailer run`: the daemon in the foreground."""

from __future__ import annotations

import gc

import click

from mailer.cli.call import Call, pass_call


@click.command("run")
@pass_call
def command(call: Call) -> int:
    """Run the daemon in the foreground, until Ctrl-C or SIGTERM.

    It sends what is due, listens for answers, and notices by itself when a file changes. A second one for the same
    owner is refused.
    """
    gc.enable()  # this one lives long
    from mailer.daemon import run_daemon

    return run_daemon(call.config_path, call.environ, verbose=call.verbose)

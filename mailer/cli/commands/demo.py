"""`mailer demo`: the whole thing at work on an example."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option


@click.command("demo")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep configuration, roster and database of the example in this folder.",
)
@json_option
@pass_call
def command(call: Call, keep: Path | None) -> int:
    """Watch the whole thing work on an example, in half a minute.

    The real daemon sends to, and reads from, mail servers that live inside this process; people write back as people
    do. Nothing leaves the machine, and nothing of yours is read or changed.
    """
    gc.enable()  # this one lives long
    from mailer.demo import run_demo

    return run_demo(keep, call.as_json)

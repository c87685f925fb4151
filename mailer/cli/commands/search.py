"""`mailer search`: pause, resume and start. Each changes one line of the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option

if TYPE_CHECKING:
    from mailer.model import SearchStatus


@click.group("search")
def command() -> None:
    """Pause, resume and start the search."""


@command.command("pause")
@json_option
@pass_call
def pause(call: Call) -> None:
    """Let the search rest: thank-yous still leave, updates don't."""
    from mailer.model import SearchStatus

    _change(call, SearchStatus.paused, {}, "Paused. Thank-yous still leave; `mailer search resume` goes on.")


@command.command("resume")
@json_option
@pass_call
def resume(call: Call) -> None:
    """Go on with a search that was paused."""
    from mailer.errors import UsageError
    from mailer.model import SearchStatus

    if call.app().config.search.status is SearchStatus.landed:
        raise UsageError("this search has ended well", mend="`mailer search start` begins a new one")
    _change(call, SearchStatus.active, {}, "The search goes on.")


@command.command("start")
@click.option("--date", "when", default="today", metavar="WHEN", show_default=True, help="The day it began.")
@json_option
@pass_call
def start(call: Call, when: str) -> None:
    """Begin a new search: updates go to everybody you meet from that day on."""
    from mailer.cli.words import day
    from mailer.dates import parse_when
    from mailer.model import SearchStatus
    from mailer.services.landed import take_back

    app = call.app()
    on = parse_when(when, app.clock(), app.desk.window.zone).on
    _change(call, SearchStatus.active, {"search.started": on.isoformat()}, f"A search that began {day(on)}. Good luck!")
    take_back(app.store, app.clock())


def _change(call: Call, status: SearchStatus, more: dict[str, str], words: str) -> None:
    """Set the status (and what else changes with it), tell it, and note it in the log."""
    from mailer.config.edit import set_keys
    from mailer.services.search import note

    app = call.app()
    old = app.config.search.status
    config = set_keys(app.config.path, {"search.status": str(status), **more})
    if old is not status or more:
        note(app.store, old, status, ", ".join(f"{key}: {value}" for key, value in more.items()), app.clock())
    call.say(words if old is not status or more else f"It is {status} already.")
    if call.as_json:
        started = config.search.started
        call.emit({"status": str(status), "started": started.isoformat() if started else None})

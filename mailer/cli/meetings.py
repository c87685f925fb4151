"""`mailer log --from-calendar`: meetings with people of the roster, taken up one by one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.call import Call
from mailer.cli.options import Answer

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.services.log import Logged
    from mailer.services.meetings import Proposed

BACK = timedelta(days=30)
"""How far back meetings are looked for without --since."""


def from_calendar(call: Call, file: Path, since: str | None, accept: Sequence[str], decline: Sequence[str]) -> None:
    """Show the proposals, and take them up as told, or as answered on the terminal."""
    from mailer.dates import parse_when
    from mailer.importers import read_calendar
    from mailer.services import meetings

    app = call.synced_app()
    now, zone = app.clock(), app.desk.window.zone
    today = app.desk.today(now)
    first = parse_when(since, now, zone).on if since else today - BACK
    found = read_calendar(file, since=first, until=today, zone=zone)
    with app.store.read() as tx:
        proposals = meetings.proposed(tx, app.desk, found, now)
    logged: dict[str, Logged] = {}
    if accept or decline:
        yes, no = meetings.chosen(proposals, accept), meetings.chosen(proposals, decline)
        with app.store.write() as tx:
            logged = {each.id: meetings.accept(tx, app.desk, each, now) for each in yes}
            for each in no:
                meetings.decline(tx, each, now)
        for each in yes:
            call.say(f"Logged: {_words(app, each)}.")
        proposals = [each for each in proposals if each not in yes and each not in no]
    elif sys.stdin.isatty() and not call.as_json:
        _ask(call, app, proposals)
        return
    _list(call, app, proposals)
    if call.as_json:
        entries = [{"id": key, "interaction": done.interaction.id} for key, done in logged.items()]
        call.emit({"logged": entries, "proposals": [_shape(each) for each in proposals]})


def _words(app: App, each: Proposed) -> str:
    from mailer.cli.words import day_and_time, one_line

    when = day_and_time(each.meeting.on, each.meeting.at, app.desk.today(app.clock()))
    return one_line(f"{each.kind} with {each.contact.name}, {when}: “{each.meeting.title}”")


def _list(call: Call, app: App, proposals: Sequence[Proposed]) -> None:
    if not proposals:
        call.say("No meeting with anybody of your roster is left to log.")
        return
    for each in proposals:
        call.say(f"{each.id}  {_words(app, each)} ({each.contact.name} {each.why})")
    call.say("Log one with `--accept ID`, or never see it again with `--decline ID`.")


def _ask(call: Call, app: App, proposals: Sequence[Proposed]) -> None:
    """One by one; what is left undecided is proposed again next time."""
    from mailer.services import meetings

    if not proposals:
        _list(call, app, proposals)
    for number, each in enumerate(proposals, 1):
        click.echo(f"\n{number} of {len(proposals)}: {_words(app, each)}", err=True)
        choice = Answer(["yes", "no", "later", "quit"])
        answer = click.prompt("Log it? (no: never propose it again)", type=choice, default="later", err=True)
        if answer == "quit":
            return
        if answer == "no":
            with app.store.write() as tx:
                meetings.decline(tx, each, app.clock())
        if answer == "yes":
            question = "What are you thankful for? (they will read it; nothing: the thank-you waits for you)"
            thanks_for = str(click.prompt(question, default="", show_default=False, err=True)).strip()
            with app.store.write() as tx:
                meetings.accept(tx, app.desk, each, app.clock(), thanks_for)
            call.say(f"Logged: {_words(app, each)}.")


def _shape(each: Proposed) -> dict[str, Any]:
    from mailer.cli import shapes

    return {
        "id": each.id,
        "date": shapes.iso(each.meeting.on),
        "time": f"{each.meeting.at:%H:%M}" if each.meeting.at else None,
        "kind": each.kind.value,
        "contact_id": each.contact.id,
        "contact": each.contact.name,
        "title": each.meeting.title,
        "why": each.why,
    }

"""`mailer log`: an interaction, and the thank-you that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.completing import complete_who
from mailer.cli.options import INTERACTIONS, json_option

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.model import Interaction
    from mailer.services.listings import ContactLine
    from mailer.services.log import Logged


@click.command("log")
@click.argument("who", required=False, shell_complete=complete_who)
@click.option("--kind", type=click.Choice(INTERACTIONS, case_sensitive=False), default="call", show_default=True)
@click.option(
    "--date", "when", default="today", metavar="WHEN", show_default=True, help='Such as 2026-11-02 or "yesterday 3pm".'
)
@click.option("--about", default="", metavar="TEXT", help="What it was about; the contact will read it.")
@click.option("--thanks-for", default="", metavar="TEXT", help="What you are thankful for; the contact will read it.")
@click.option(
    "--referred",
    multiple=True,
    metavar='"NAME <ADDRESS>"',
    help="Somebody they pointed you to; may be given several times. The name alone will do.",
)
@click.option("--no-thank-you", is_flag=True, help="Only record it.")
@click.option("--notes", default="", metavar="TEXT", help="For yourself; never leaves this machine.")
@click.option("--undo", is_flag=True, help="Take the last entry back, or the last with WHO, or the one of that number.")
@click.option(
    "--from-calendar",
    "calendar",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Propose the meetings of an .ics file with people of the roster.",
)
@click.option("--since", metavar="WHEN", help="Meetings since then; by default of the last 30 days.")
@click.option("--accept", multiple=True, metavar="ID", help="Log this proposal; may be given several times.")
@click.option("--decline", multiple=True, metavar="ID", help="Never propose this one again.")
@json_option
@pass_call
def command(
    call: Call,
    who: str | None,
    kind: str,
    when: str,
    about: str,
    thanks_for: str,
    referred: tuple[str, ...],
    no_thank_you: bool,
    notes: str,
    undo: bool,
    calendar: Path | None,
    since: str | None,
    accept: tuple[str, ...],
    decline: tuple[str, ...],
) -> None:
    """Log a call, meeting or coffee with WHO: a name, an address or a part of one. Without WHO it asks.

    Its thank-you leaves by itself, an hour later unless configured otherwise, inside your sending hours. A time to
    come is an appointment: its thank-you leaves after it.
    """
    if calendar is not None:
        from mailer.cli.meetings import from_calendar

        from_calendar(call, calendar, since, accept, decline)
        return
    if undo:
        _undo(call, who or "")
        return
    from mailer.services.listings import contact_line
    from mailer.services.log import find_contact, log

    app = call.synced_app()
    now = app.clock()
    if who is None:
        from mailer.cli.asking import ask_for_entry

        contact, item = ask_for_entry(app, INTERACTIONS, now)
    else:
        item = _item(app, kind, when, about, thanks_for, referred, notes, thank_you=not no_thank_you)
        with app.store.read() as tx:
            contact = find_contact(tx, who)
    logged = log(app.store, app.desk, contact.id, item, now)
    with app.store.read() as tx:
        line = contact_line(tx, logged.contact, app.desk.today(now))
    _tell(call, app, logged, line, item)


def _item(
    app: App, kind: str, when: str, about: str, thanks_for: str, referred: Sequence[str], notes: str, *, thank_you: bool
) -> Interaction:
    from mailer.cli.people import parse_person
    from mailer.dates import parse_when
    from mailer.model import Interaction, InteractionKind

    moment = parse_when(when, app.clock(), app.desk.window.zone)
    return Interaction(
        on=moment.on,
        at=moment.at,
        kind=InteractionKind(kind.lower()),
        about=about.strip(),
        thanks_for=thanks_for.strip(),
        referrals=tuple(parse_person(text) for text in referred),
        thank_you=thank_you,
        notes=notes.strip(),
    )


def _undo(call: Call, who: str) -> None:
    """Take an entry back."""
    from mailer.cli import shapes
    from mailer.cli.words import day
    from mailer.services.log import find_entry, undo

    app = call.synced_app()
    with app.store.write() as tx:
        back = undo(tx, app.desk, find_entry(tx, who), app.clock(), "owner")
    call.say(f"Taken back: {back.interaction.kind} with {back.contact.name}, {day(back.interaction.day)}.")
    if back.message is not None:
        call.say(f"The thank-you of that day (message {back.message.id}) is {back.message.status} now.")
    if call.as_json:
        message = shapes.message(back.message) if back.message else None
        call.emit({"interaction": shapes.interaction(back.interaction), "message": message})


def _tell(call: Call, app: App, logged: Logged, line: ContactLine, item: Interaction) -> None:
    from mailer.cli import shapes
    from mailer.cli.words import day_and_time, one_line, person

    now = app.clock()
    when = day_and_time(item.on, item.at, app.desk.today(now))
    call.say(f"Logged: {item.kind} with {person(line.record.name, line.email)}, {when}.")
    if logged.message is None:
        call.say(f"No thank-you follows: {logged.why_no_message}.")
    else:
        call.say(_about_message(app, logged))
    for message in logged.told:
        call.say(f"{one_line(message.to_name)}, who named them, hears of it (message {message.id}).")
    if call.as_json:
        call.emit(
            {
                "interaction": shapes.interaction(logged.interaction),
                "contact": shapes.contact(line),
                "message": shapes.message(logged.message) if logged.message else None,
                "referrals": shapes.people(logged.interaction.referrals),
            }
        )


def _about_message(app: App, logged: Logged) -> str:
    from mailer.cli.running import without_daemon
    from mailer.cli.words import moment, one_line
    from mailer.model import MessageStatus

    message = logged.message
    assert message is not None  # noqa: S101 -- the caller looked
    which, zone = f"The thank-you (message {message.id})", app.desk.window.zone
    if message.status is MessageStatus.queued:
        when = moment(max(message.not_before, app.clock()), zone)
        told = f"{which} leaves {when}. `mailer outbox show {message.id}` shows it."
        return told + without_daemon(app)
    if message.status is MessageStatus.held:
        return (
            f"{which} is held: {one_line(message.why or 'it waits for your approval')}\n"
            f"  `mailer outbox show {message.id}` shows it, and `approve {message.id}` lets it go."
        )
    if message.status is MessageStatus.cancelled:
        return f"{which} for that day was cancelled: {one_line(message.why or 'you said so')}"
    return f"{which} for that day is {message.status} already; no second one follows."

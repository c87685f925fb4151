"""`mailer update`: the monthly update."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option, listing_options

if TYPE_CHECKING:
    from mailer.compose import Draft
    from mailer.daemon.wiring import App
    from mailer.services.listings import EditionLine
    from mailer.services.sample import Sample
    from mailer.storage.records import ContactRecord, EditionRecord

edition_option = click.option("--edition", metavar="NAME", help="Such as 2026-11; else the one that comes next.")


@click.group("update")
def command() -> None:
    """The monthly update: draft, preview, approve."""


@command.command("draft")
@edition_option
@json_option
@pass_call
def draft(call: Call, edition: str | None) -> None:
    """Write a starting text for the next edition into your updates folder, for you to fill in.

    Without such a text the update is written from the log and the configuration alone. Never overwrites.
    """
    from mailer.cli.editions import write_starting_text
    from mailer.services.edition_news import news_of
    from mailer.services.listings import edition as find_edition

    app = call.app()
    with app.store.read() as tx:
        found = find_edition(tx, app.desk, edition, app.clock())
        doubt = news_of(tx, app.desk, found, app.clock()).doubt
    path = write_starting_text(app, found)
    if doubt:
        call.note(doubt)
    call.say(f"Written to {path}; see it with `mailer update preview{f' --edition {edition}' if edition else ''}`.")
    if call.as_json:
        call.emit({"edition": found.name, "file": str(path)})


@command.command("preview")
@click.option("--contact", "who", metavar="WHO", help="As this contact will read it; else a typical one.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it as a web page.")
@edition_option
@json_option
@pass_call
def preview(call: Call, who: str | None, html: Path | None, edition: str | None) -> None:
    """Show the update as one contact will read it."""
    from mailer.cli import careful
    from mailer.compose import to_html, to_text

    app = call.synced_app()
    found, sample = _sample(app, edition, who)
    if html is not None:
        html.write_text(to_html(sample.draft.body, app.desk.templates.css), encoding="utf-8")
        call.note(f"Written to {html}, as {sample.contact.name} will read it.")
    if call.as_json:
        contact = {"id": sample.contact.id, "name": sample.contact.name, "email": sample.contact.address or None}
        text = to_text(sample.draft.body)
        call.emit(
            {
                "edition": found.name,
                "contact": contact,
                "subject": sample.draft.subject,
                "text": text,
                "findings": careful.as_json(sample.findings),
                "changes": careful.changes_as_json(sample.changes),
            }
        )
    elif html is None:
        call.say(_previewed(app, found, sample, to_text(sample.draft.body)))
    for line in (*careful.told(sample.findings), *careful.changes_told(sample.changes)):
        call.note(line)


def _sample(app: App, edition: str | None, who: str | None) -> tuple[EditionRecord, Sample]:
    from mailer.services.listings import edition as find_edition
    from mailer.services.log import find_contact
    from mailer.services.sample import sample

    now = app.clock()
    with app.store.read() as tx:
        contact: ContactRecord | None = find_contact(tx, who) if who else None
        found = find_edition(tx, app.desk, edition, now)
        return found, sample(tx, app.desk, found, now, contact)


def _previewed(app: App, found: EditionRecord, sample: Sample, text: str) -> str:
    from mailer.cli.words import harmless, moment, one_line, person, plural

    lines = [
        f"Edition {found.name}, {found.status}, due {moment(found.due_at, app.desk.window.zone)}, "
        f"to {plural(sample.of, 'contact')}.",
        "",
        f"To: {person(sample.contact.name, sample.contact.address)}",
        f"Subject: {one_line(sample.draft.subject)}",
        "",
        harmless(text),
    ]
    return "\n".join(lines)


@command.command("approve")
@click.argument("edition", required=False)
@json_option
@pass_call
def approve(call: Call, edition: str | None) -> None:
    """Let an edition go (the one that waits, unless named); it leaves at its time, or now where that is past."""
    from mailer.services import updates

    app = call.synced_app()
    found = updates.approve(app.store, app.desk, edition, app.clock())
    _tell_edition(call, app, found, "approved")


@command.command("hold")
@click.argument("edition", required=False)
@json_option
@pass_call
def hold(call: Call, edition: str | None) -> None:
    """Stop an edition: nothing more of it leaves until you approve it."""
    from mailer.services import updates

    app = call.synced_app()
    found = updates.stop(app.store, edition, app.clock())
    _tell_edition(call, app, found, "stopped")


def _tell_edition(call: Call, app: App, found: EditionRecord, done: str) -> None:
    from mailer.cli import shapes
    from mailer.cli.words import moment
    from mailer.services.listings import EditionLine, edition_counts

    when = f", due {moment(found.due_at, app.desk.window.zone)}" if done == "approved" else ""
    call.say(f"The update of {found.name} is {done}{when}.")
    if call.as_json:
        with app.store.read() as tx:
            call.emit(shapes.edition(EditionLine(found, edition_counts(tx, found.name))))


@command.command("send")
@click.option("--test", "address", required=True, metavar="ADDRESS", help="Where the sample goes.")
@click.option("--contact", "who", metavar="WHO", help="As this contact would read it; else a typical one.")
@edition_option
@json_option
@pass_call
def send(call: Call, address: str, who: str | None, edition: str | None) -> None:
    """Send one sample to an address at once, through the real account, marked [test]. No contact gets anything."""
    from mailer.cli.editions import deliver
    from mailer.cli.people import parse_address
    from mailer.services.sample import marked_envelope

    to = parse_address(address)
    app = call.synced_app()
    found, sample = _sample(app, edition, who)
    envelope = marked_envelope(app.desk, sample.draft, to, app.clock())
    delivery = deliver(app, envelope)
    call.say(f"Sent to {to}: {_subject(sample.draft)}")
    if call.as_json:
        call.emit({"edition": found.name, "to": to, "reply": str(delivery)})


def _subject(draft: Draft) -> str:
    from mailer.services.sample import MARK

    return f"{MARK} {draft.subject}"


@command.command("status")
@click.option("--watch", is_flag=True, help="Show how the edition leaves, until all of it has.")
@listing_options
@pass_call
def status(call: Call, watch: bool, limit: int | None, after: int) -> None:
    """Say how each edition stands, and the one that comes next."""
    from mailer.cli import shapes
    from mailer.cli.editions import show_editions, watch_edition
    from mailer.services.listings import edition_lines

    app = call.app()
    if watch:
        watch_edition(call, app)
    with app.store.read() as tx:
        lines = _page(edition_lines(tx, app.desk, app.clock()), after)[:limit]
    if call.as_json:
        call.emit([shapes.edition(line) for line in lines])
    else:
        show_editions(app, lines)


def _page(lines: list[EditionLine], after: int) -> list[EditionLine]:
    """What comes behind an id. The coming edition has none yet: it begins the first page and is on no other."""
    coming = [line for line in lines if not (line.edition.id or after)]
    return coming + [line for line in lines if line.edition.id > after]

"""`mailer contacts export`, `merge` and `forget`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.completing import complete_who
from mailer.cli.options import json_option, sure, yes_option

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.model import Contact
    from mailer.services.forgetting import Forgotten


@click.command("export")
@click.option("--format", "form", type=click.Choice(["csv", "vcard", "json", "yaml"]), default="csv", show_default=True)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only with this tag; may be repeated.")
@click.option("--without-notes", is_flag=True, help="Leave your notes out, for a file that others will see.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this new file.")
@json_option
@pass_call
def export(call: Call, form: str, tags: tuple[str, ...], without_notes: bool, output: Path | None) -> None:
    """Print the people of the roster for another program."""
    from dataclasses import replace

    from mailer.cli.setup.files import Writing
    from mailer.cli.words import plural
    from mailer.roster import load_roster

    config = call.config()
    wanted = {tag.casefold() for tag in tags}
    people = [
        replace(each, notes="", interactions=()) if without_notes else each
        for each in load_roster(config.roster_paths(), zone=config.schedule.timezone).contacts
        if wanted <= {tag.casefold() for tag in each.tags}
    ]
    text = _written(people, "json" if call.as_json else form)
    if output is None:
        click.echo(text, nl=False)
        return
    with Writing() as writing:
        writing.file(output, text.encode(), mode=0o600)
    call.note(f"{plural(len(people), 'contact')} written to {output}.")


def _written(people: Sequence[Contact], form: str) -> str:
    from mailer.importers import to_csv, to_vcard

    if form == "csv":
        return to_csv(people)
    if form == "vcard":
        return to_vcard(people)
    from mailer.roster.splice import add_entries
    from mailer.roster.write import contact_values

    values = [contact_values(each) for each in people]
    if form == "yaml":
        return add_entries("", values) if values else "contacts: []\n"
    return (
        json.dumps([{**v, "emails": e.emails} for v, e in zip(values, people, strict=True)], ensure_ascii=False) + "\n"
    )


@click.command("merge")
@click.argument("keep", metavar="WHO", shell_complete=complete_who)
@click.argument("other", metavar="OTHER", shell_complete=complete_who)
@click.option("--dry-run", is_flag=True, help="Only show what it would change in the roster.")
@yes_option
@json_option
@pass_call
def merge(call: Call, keep: str, other: str, dry_run: bool, yes: bool) -> None:
    """Make one of two: what is known of OTHER goes to WHO, and OTHER leaves the roster."""
    from mailer.cli import shapes
    from mailer.cli.words import person
    from mailer.services import merging
    from mailer.services.listings import contact_line
    from mailer.services.log import find_contact
    from mailer.storage import contacts

    app = call.synced_app()
    with app.store.read() as tx:
        one, two = find_contact(tx, keep), find_contact(tx, other)
    paths, now = app.config.roster_paths(), app.clock()
    rehearsed = merging.merge(app.store, app.desk, paths, one, two, now, dry_run=True)
    for edit in rehearsed:
        call.say(edit.diff().rstrip("\n"))
    call.say(f"{person(two.name, two.address)} goes into {person(one.name, one.address)}.")
    if dry_run or not sure("Merge them?", yes=yes):
        call.say("Nothing was changed.")
    else:
        merging.merge(app.store, app.desk, paths, one, two, now)
        call.sync(app)
        call.say("Done.")
    if call.as_json:
        with app.store.read() as tx:
            found = contacts.get(tx, one.id)
            call.emit(shapes.contact(contact_line(tx, found, app.desk.today(now))) if found else None)


@click.command("forget")
@click.argument("who", shell_complete=complete_who)
@yes_option
@json_option
@pass_call
def forget(call: Call, who: str, yes: bool) -> None:
    """Erase WHO everywhere: roster, database, the mails to and from them. There is no way back.

    Of the address only a digest stays, so that it is never mailed again, whoever puts it back.
    """
    from mailer.daemon.keeping import renew_copies
    from mailer.services import forgetting

    app = call.synced_app()
    with app.store.read() as tx:
        lost = forgetting.find_lost(tx, app.desk, who)
    if not sure(f"Erase {lost.name or 'this address'} everywhere, for good?", yes=yes):
        call.say("Nothing was changed.")
        return
    done = forgetting.forget(app.store, app.desk, app.config.roster_paths(), lost, _other_files(app), app.clock())
    call.sync(app)
    renew_copies(app)
    _tell_forgotten(call, done)


def _other_files(app: App) -> list[Path]:
    """The owner's own texts, which may name somebody."""
    folder = app.config.path.parent
    return [app.config.path, *sorted((folder / "updates").glob("*.md"))]


def _tell_forgotten(call: Call, done: Forgotten) -> None:
    from mailer.cli.words import plural

    call.say(
        f"Forgotten: {plural(done.interactions, 'interaction')}, {plural(done.messages, 'mail')} to them and "
        f"{plural(done.replies, 'answer')} are erased, and the address is never mailed again."
    )
    if done.places:
        call.say("Your own files still name them; look yourself:")
        for place in done.places:
            call.say(f"  {place}")
    if not done.clean:
        call.say("Another program uses the database, so old pages of its file may still hold something of them.")
        call.say("  Stop the daemon and call `mailer contacts forget` with the address once more.")
    call.say("Copies of the database and of your files that you made yourself are untouched.")
    if call.as_json:
        counts = {"interactions": done.interactions, "messages": done.messages, "replies": done.replies}
        call.emit({**counts, "places": list(done.places), "clean": done.clean})

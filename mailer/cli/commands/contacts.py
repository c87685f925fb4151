"""`mailer contacts`: the people of the roster, and what happened with each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.completing import complete_who
from mailer.cli.everyone import export, forget, merge
from mailer.cli.importing import import_
from mailer.cli.options import ID, json_option, listing_options

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.errors import Place
    from mailer.model import Contact
    from mailer.services.listings import ContactFile

STATUSES = ("new", "contacted", "responded", "bounced", "opted_out")


@click.group("contacts")
def command() -> None:
    """List, show, add, import, export, merge and forget contacts."""


@command.command("list")
@click.option("--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="Only these; may be repeated.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only with this tag; may be repeated.")
@listing_options
@pass_call
def list_(call: Call, statuses: tuple[str, ...], tags: tuple[str, ...], limit: int | None, after: int) -> None:
    """List the contacts of the roster."""
    from mailer.cli import shapes, tables
    from mailer.model import ContactStatus
    from mailer.services.listings import contact_lines

    app = call.synced_app()
    today = app.desk.today(app.clock())
    wanted = [ContactStatus(status) for status in statuses]
    with app.store.read() as tx:
        lines = contact_lines(tx, today, after=after, limit=limit, statuses=wanted, tags=tags)
    if call.as_json:
        call.emit([shapes.contact(line) for line in lines])
        return
    columns = [
        tables.ID_COLUMN,
        *(tables.Column(t) for t in ("name", "email", "company", "status", "last met", "tags")),
    ]
    rows = [
        (
            line.record.id,
            line.record.name,
            line.email,
            line.record.company,
            line.record.status.value.replace("_", " "),
            line.last_interaction_on,
            ", ".join(line.record.details["tags"]),
        )
        for line in lines
    ]
    tables.show(columns, rows, empty='Nobody is here yet; add somebody with `mailer contacts add "Name <address>"`.')


@command.command("show")
@click.argument("who", shell_complete=complete_who)
@json_option
@pass_call
def show(call: Call, who: str) -> None:
    """Show everything known of WHO: a name, an address or a part of one, or an id."""
    from mailer.cli import shapes
    from mailer.services.listings import contact_file
    from mailer.services.log import find_contact

    app = call.synced_app()
    with app.store.read() as tx:
        file = contact_file(tx, find_contact(tx, who), app.desk.today(app.clock()))
    if call.as_json:
        call.emit(shapes.contact_file(file))
    else:
        call.say(_told(call, file))


def _told(call: Call, file: ContactFile) -> str:
    from mailer.cli.tables import facts
    from mailer.cli.words import day, moment, one_line

    zone = call.app().desk.window.zone
    record, details = file.line.record, file.line.record.details
    status = record.status.value.replace("_", " ")
    met = [
        f"{day(i.day)}{f' {i.at}' if i.at else ''}: {i.kind}"
        + "".join(f"; {label} {one_line(text)}" for label, text in (("about", i.about), ("for", i.thanks_for)) if text)
        for i in file.interactions
    ]
    mails = [
        f"{m.id}: {m.kind.replace('_', '-')} {m.status}"
        + (f" {moment(m.sent_at, zone)}" if m.sent_at else "")
        + f", “{one_line(m.subject)}”"
        for m in file.messages
    ]
    answers = [
        f"{r.id}: {r.classification.replace('_', '-')} {moment(r.received_at, zone)}, “{one_line(r.subject)}”"
        for r in file.replies
    ]
    pairs = [
        ("id", record.id),
        ("name", record.name),
        ("addresses", "\n".join(_address(a.spelling, bool(a.dead_at), a.in_roster) for a in file.addresses)),
        ("company", ", ".join(p for p in (details.get("title"), record.company) if p)),
        ("phone", details.get("phone")),
        ("referred by", details.get("referred_by")),
        ("tags", ", ".join(details.get("tags", []))),
        ("status", status + (f" ({record.opted_out})" if record.opted_out else "")),
        ("question", record.question),
        ("away until", day(record.away_until) if record.away_until else ""),
        ("you wrote", moment(record.written_at, zone) if record.written_at else ""),
        ("thanked", moment(record.thanked_at, zone) if record.thanked_at else ""),
        ("updated", moment(record.updated_at, zone) if record.updated_at else ""),
        ("responded", moment(record.responded_at, zone) if record.responded_at else ""),
        ("met", "\n".join(met)),
        ("mail", "\n".join(mails)),
        ("answers", "\n".join(answers)),
    ]
    return facts(pairs)


def _address(spelling: str, dead: bool, in_roster: bool) -> str:
    notes = [note for note, holds in (("dead", dead), ("no longer in the roster", not in_roster)) if holds]
    return spelling + (f" ({', '.join(notes)})" if notes else "")


@command.command("add")
@click.argument("who", metavar='"NAME <ADDRESS>"', default="")
@click.option("--from-proposal", "proposal", type=ID, metavar="N", help="Take up a proposal; WHO may correct it.")
@click.option("--company", default="", metavar="TEXT")
@click.option("--title", default="", metavar="TEXT")
@click.option("--phone", default="", metavar="TEXT")
@click.option("--referred-by", default="", metavar="WHO", help="Who gave you this name.")
@click.option("--relationship", default="", metavar="TEXT", help="How you know each other.")
@click.option("--salutation", default="", metavar="TEXT", help="How letters address them, such as Dr. Lovelace.")
@click.option("--timezone", default="", metavar="ZONE", help="Their time zone, such as Europe/London.")
@click.option("--language", default="", metavar="TAG", help="Their language, such as de.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="May be given several times.")
@click.option("--notes", default="", metavar="TEXT", help="For yourself; never leaves this machine.")
@click.option("--id", "roster_id", default="", metavar="ID", help="A name of your own for this person.")
@click.option("--updates/--no-updates", default=None, help="Updates always, or never; by default once you have met.")
@click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="Which file of the roster; else the last."
)
@json_option
@pass_call
def add(
    call: Call,
    /,
    who: str,
    proposal: int | None,
    tags: tuple[str, ...],
    roster_id: str,
    file: Path | None,
    **fields: str | bool | None,
) -> None:
    """Add somebody to the roster file; every other byte of it stays. The address may be left out.

    With --from-proposal N somebody whom an answer named (`mailer contacts proposals`) is added, or an address that a
    contact gave. Nobody is written to because of it.
    """
    from mailer.cli import shapes
    from mailer.cli.people import parse_person
    from mailer.cli.rosterfile import which_file
    from mailer.cli.taking import taken_up
    from mailer.errors import UsageError
    from mailer.model import Contact, Person
    from mailer.services.listings import contact_line
    from mailer.storage import contacts

    app = call.app()
    taken = taken_up(app, proposal) if proposal is not None else None
    named = parse_person(who) if who else Person("")
    if taken is not None:
        named, fields = taken.completed(named, fields)
    if not named.name:
        raise UsageError("a contact needs a name", mend='write such as "Ada Lovelace <ada@example.org>"')
    emails = (named.email,) if named.email else ()
    new = Contact(name=named.name, emails=emails, id=roster_id, tags=tags, **fields)  # type: ignore[arg-type]
    place = taken.add_address(app) if taken and taken.is_address else _write(app, which_file(call, file), new)
    call.sync(app)
    if taken is not None:
        taken.accept(app)
    with app.store.read() as tx:
        newest = max(contacts.find(tx, named.email or named.name), key=lambda c: c.id, default=None)
        line = contact_line(tx, newest, app.desk.today(app.clock())) if newest else None
    call.say(f"Added {named.name} at {place}.")
    if taken is not None and not taken.is_address:
        call.say(taken.opening(app, named.name))
    if call.as_json:
        call.emit(shapes.contact(line) if line else None)


@command.command("proposals")
@click.option("--all", "everything", is_flag=True, help="Also those that were taken up or declined.")
@listing_options
@pass_call
def proposals(call: Call, everything: bool, limit: int | None, after: int) -> None:
    """List people and addresses that answers named; nobody is written to before you add them."""
    from mailer.cli import shapes, tables
    from mailer.cli.words import one_line
    from mailer.model import ProposalStatus
    from mailer.services.listings import contact_names
    from mailer.storage import proposals as stored

    with call.app().store.read() as tx:
        found = stored.listing(tx, statuses=() if everything else (ProposalStatus.open,), after=after, limit=limit)
        names = contact_names(tx)
    if call.as_json:
        call.emit([shapes.proposal(p, names.get(p.contact_id or 0)) for p in found])
        return
    columns = [tables.ID_COLUMN, *(tables.Column(t) for t in ("what", "name", "email", "company", "from", "said"))]
    rows = [
        (
            p.id,
            p.kind.replace("_", " ") + ("" if p.status is ProposalStatus.open else f" ({p.status})"),
            p.name,
            p.email or p.phone,
            p.company,
            names.get(p.contact_id or 0),
            one_line(p.sentence)[:80],
        )
        for p in found
    ]
    tables.show(columns, rows, empty="No answer named anybody new.")


@command.command("decline")
@click.argument("ids", nargs=-1, required=True, type=ID, metavar="N...")
@json_option
@pass_call
def decline(call: Call, ids: tuple[int, ...]) -> None:
    """Say no to proposals; the same person is not proposed again."""
    from mailer.cli import shapes
    from mailer.cli.words import one_line
    from mailer.model import ProposalStatus
    from mailer.services.listings import contact_names
    from mailer.services.proposals import decide

    app = call.app()
    found = [decide(app.store, each, ProposalStatus.declined, app.clock()) for each in dict.fromkeys(ids)]
    for each in found:
        call.say(f"Proposal {each.id} ({one_line(each.name or each.email)}) is declined.")
    if call.as_json:
        with app.store.read() as tx:
            names = contact_names(tx)
        call.emit([shapes.proposal(p, names.get(p.contact_id or 0)) for p in found])


def _write(app: App, path: Path, new: Contact) -> Place:
    """Add the contact to the file, which is made where there is none; says where it stands."""
    from mailer.cli.rosterfile import first_file
    from mailer.errors import Place, UsageError
    from mailer.roster import add_contact, load_roster

    zone = app.config.schedule.timezone
    with first_file(path):
        roster = load_roster(app.config.roster_paths(), zone=zone)
        if new.emails and (there := roster.named(new.emails[0])):
            raise UsageError(f"{new.emails[0]} is in the roster already: {there[0].name}", mend=f"see {there[0].place}")
        add_contact(path, new)
    return load_roster(path, zone=zone).contacts[-1].place or Place(str(path))


@command.command("accept-removal")
@json_option
@pass_call
def accept_removal(call: Call) -> None:
    """Say that the contacts who vanished from the roster all at once are really gone.

    A half-saved file looks the same, so the program keeps the last good roster until you say so.
    """
    app = call.app()
    report = app.sync_roster(force=True, accept_loss=True)
    removed = report.removed if report else []
    if call.as_json:
        call.emit({"removed": removed})
    else:
        call.say(f"The roster is read: {report}." if report and not report.empty else "Nobody had vanished.")


for each in (import_, export, merge, forget):
    command.add_command(each)

"""`mailer contacts import`: shows what it would do with the people of a file or the mailbox, asks, and does it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import Answer, json_option, sure, yes_option

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.importers import Reading
    from mailer.services.import_plan import Decision, Item

SHOWN = 15
"""People of one kind that are shown without -v."""


@click.command("import")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from-mailbox", "mailbox", is_flag=True, help="Those you wrote to and heard from, by headers alone.")
@click.option("--since", metavar="WHEN", help="With --from-mailbox: only mail since then.")
@click.option("--min", "at_least", type=click.IntRange(min=1), default=2, metavar="N", help="... with so many mails.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="... at most so many people.")
@click.option("--map", "columns", multiple=True, metavar="KEY=COLUMN", help="Which column of a CSV file is what.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Give all of them this tag; may be repeated.")
@click.option(
    "--duplicates",
    type=click.Choice(["ask", "join", "add", "skip"]),
    default="ask",
    show_default=True,
    help="People whose name is like that of somebody there; in a script, ask means skip.",
)
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="Which file of the roster.")
@click.option("--dry-run", is_flag=True, help="Only show what it would do.")
@click.option("--undo", is_flag=True, help="Undo the last import.")
@yes_option
@json_option
@pass_call
def import_(
    call: Call,
    file: Path | None,
    mailbox: bool,
    since: str | None,
    at_least: int,
    limit: int | None,
    columns: tuple[str, ...],
    tags: tuple[str, ...],
    duplicates: str,
    target: Path | None,
    dry_run: bool,
    undo: bool,
    yes: bool,
) -> None:
    """Take people in from FILE: vCard, or CSV of Google Contacts, Outlook, LinkedIn or any other program; or from
    your mailbox, with --from-mailbox.

    Shows first what it would do, then does it in one edit of the roster, which --undo takes back. Nobody is ever
    mailed because of an import.
    """
    from mailer.errors import UsageError
    from mailer.importers import read_people
    from mailer.importers.table import parse_mapping

    if undo:
        _undo(call, yes=yes)
        return
    if mailbox == (file is not None):
        raise UsageError("there is nothing to import", mend="name a file (vCard or CSV), or say --from-mailbox")
    if file is not None:
        reading = read_people(file, parse_mapping(columns))
    else:
        from mailer.cli.mailbox_people import read_mailbox

        reading = read_mailbox(call, since, at_least, limit)
    _take_in(call, reading, tags, duplicates, target, yes=yes, dry_run=dry_run)


def _take_in(
    call: Call,
    reading: Reading,
    tags: Sequence[str],
    duplicates: str,
    target: Path | None,
    *,
    yes: bool,
    dry_run: bool,
) -> None:
    """Plan, show, ask, do, tell."""
    from mailer.cli.rosterfile import first_file, which_file
    from mailer.services.import_plan import Action, decided

    app = call.app()
    path = which_file(call, target)
    with first_file(path):
        call.sync(app)
        items = _planned(app, reading, tags)
        _show(call, reading, items)
        asks = not yes and not dry_run and sys.stdin.isatty()
        answers = _answers(items, duplicates, ask=asks)
        final = decided(items, answers)
        work = [item for item in final if item.action in (Action.add, Action.merge)]
        does = bool(work) and not dry_run and sure(f"Do this to {path.name}?", yes=yes)
        if does:
            from mailer.services.importing import carry_out

            carry_out(app.store, app.config.roster_paths(), path, final, reading.file, app.clock())
            call.sync(app)
    unasked = 0 if asks or dry_run or duplicates != "ask" else sum(item.action is Action.ask for item in items)
    _tell(call, reading, items, final, does=does, dry_run=dry_run, unasked=unasked)


def _planned(app: App, reading: Reading, tags: Sequence[str]) -> list[Item]:
    from mailer.roster import load_roster
    from mailer.services.import_plan import plan
    from mailer.services.importing import barred

    people = [replace(each, tags=tuple(dict.fromkeys((*each.tags, *tags)))) for each in reading.people]
    roster = load_roster(app.config.roster_paths(), zone=app.config.schedule.timezone)
    return plan(people, roster.contacts, barred(app.store, people))


def _answers(items: Sequence[Item], duplicates: str, *, ask: bool) -> Decision:
    """What the owner says of people who may be there already."""
    from mailer.services.import_plan import Action, Decision

    questions = [item for item in items if item.action is Action.ask]
    numbers = {item.number for item in questions}
    if duplicates == "join":
        return Decision(join=numbers - {item.number for item in questions if _opens_a_way(item)})
    if duplicates == "add":
        return Decision(add=numbers)
    if duplicates == "skip" or not ask:
        return Decision()
    return _asked(questions)


def _opens_a_way(item: Item) -> bool:
    """Whether joining would give a first address to somebody met, so that mail could leave: never done in bulk."""
    known = item.known
    return known is not None and not known.emails and bool(known.interactions) and bool(item.found.emails)


def _asked(questions: Sequence[Item]) -> Decision:
    from mailer.services.import_plan import Decision

    join, add = set[int](), set[int]()
    for item in questions:
        click.echo(f"\n{_person(item)} {item.why}.", err=True)
        if _opens_a_way(item):
            click.echo("  You have met, and have no address yet: with this one, your mail to them can leave.", err=True)
        answer = click.prompt(
            "  The same person, another one, or leave out?",
            type=Answer(["same", "another", "leave"]),
            default="leave",
            err=True,
        )
        {"same": join, "another": add}.get(answer, set()).add(item.number)
    return Decision(join, add)


def _person(item: Item) -> str:
    from mailer.cli.words import one_line, person

    company = f", {item.found.company}" if item.found.company else ""
    return one_line(person(item.found.name, next(iter(item.found.emails), "")) + company)


def _show(call: Call, reading: Reading, items: Sequence[Item]) -> None:
    """What would be done, in words."""
    from mailer.cli.words import one_line, plural
    from mailer.services.import_plan import Action

    call.say(f"{reading.file}: {reading.kind}, {plural(len(reading.people), 'person', 'people')}.")
    words = {
        Action.add: "new",
        Action.merge: "known already, and more is learnt",
        Action.ask: "may be known already",
        Action.skip: "left out",
    }
    for action, what in words.items():
        chosen = [item for item in items if item.action is action]
        if not chosen:
            continue
        call.say(f"{len(chosen):,} {what}:")
        _list(call, [_line(item, reading) for item in chosen])
        if action is Action.add and (without := sum(not item.found.emails for item in chosen)):
            call.say(f"  ({without:,} of them without an address: people to ask, and never to mail)")
    if reading.untaken:
        columns = ", ".join(f'"{column[:40]}"' for column in reading.untaken[:SHOWN])
        call.say(f"Left alone, since nothing says what they are (--map KEY=COLUMN does): {one_line(columns)}")
    if reading.problems:
        call.say(f"{plural(len(reading.problems), 'problem')} in the file:")
        _list(call, [str(problem) for problem in reading.problems])


def _line(item: Item, reading: Reading) -> str:
    remark = reading.remarks.get(next(iter(item.found.emails), ""), "")
    said = "; ".join(filter(None, (item.why, remark)))
    return f"{_person(item)}: {said}" if said else _person(item)


def _list(call: Call, lines: Sequence[str]) -> None:
    from mailer.cli.words import one_line

    shown = lines if call.verbose else lines[:SHOWN]
    for line in shown:
        call.say(f"  {one_line(line)}")
    if len(lines) > len(shown):
        call.say(f"  and {len(lines) - len(shown):,} more (mailer -v shows all)")


def _tell(
    call: Call,
    reading: Reading,
    items: Sequence[Item],
    final: Sequence[Item],
    *,
    does: bool,
    dry_run: bool,
    unasked: int,
) -> None:
    from mailer.services.import_plan import Action

    counts = {action: sum(item.action is action for item in final) for action in (Action.add, Action.merge)}
    done = f"{counts[Action.add]:,} new, {counts[Action.merge]:,} merged"
    if does:
        call.say(f"Done: {done}. Nobody is mailed because of this. `mailer contacts import --undo` takes it back.")
    elif dry_run:
        call.say(f"It would be: {done}. Nothing was changed.")
    else:
        call.say("Nothing was changed.")
    if unasked:
        who = "1 person who may be known already is" if unasked == 1 else f"{unasked:,} who may be known already are"
        call.say(f"{who} left out. Without --yes you are asked; --duplicates join or add answers for all.")
    if call.as_json:
        call.emit(_shape(reading, items, final, done=does))


def _shape(reading: Reading, items: Sequence[Item], final: Sequence[Item], *, done: bool) -> dict[str, Any]:
    from mailer.cli import shapes
    from mailer.services.import_plan import Action

    asked = {item.number for item in items if item.action is Action.ask}
    return {
        "file": reading.file,
        "kind": reading.kind,
        "done": done,
        "new": [_item(i) for i in final if i.action is Action.add],
        "merged": [_item(i) for i in final if i.action is Action.merge],
        "questions": [_item(i) for i in final if i.action is Action.skip and i.number in asked],
        "skipped": [_item(i) for i in final if i.action is Action.skip and i.number not in asked],
        "problems": [shapes.problem(problem) for problem in reading.problems],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "line": item.found.place.line if item.found.place else None,
        "name": item.found.name,
        "emails": list(item.found.emails),
        "company": item.found.company or None,
        "why": item.why or None,
        "known": item.known.name if item.known else None,
    }


def _undo(call: Call, *, yes: bool) -> None:
    """Take the last import back."""
    from mailer.cli.words import one_line, plural
    from mailer.services.importing import undo

    app = call.app()
    call.sync(app)
    if not sure("Undo the last import?", yes=yes):
        call.say("Nothing was changed.")
        return
    done = undo(app.store, app.config.roster_paths(), app.clock())
    app.sync_roster(force=True, accept_loss=True)
    call.say(
        f"Undone: {one_line(done.source)}. {plural(done.removed, 'person', 'people')} taken out again, "
        f"{plural(done.restored, 'other')} as before."
    )
    if done.kept:
        call.say(f"Changed since, and therefore still there: {one_line(', '.join(done.kept[:20]))}")
    if call.as_json:
        call.emit({"file": done.source, "removed": done.removed, "restored": done.restored, "kept": list(done.kept)})

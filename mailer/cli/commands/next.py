"""`mailer next`: today's call sheet, on the terminal, in a calendar file or by mail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import listing_options, rows_after

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.services.call_sheet import SheetEntry

SHOWN = 12
"""Lines unless told; more than anybody calls in a day."""


@click.command("next")
@click.option("--ics", type=click.Path(path_type=Path), metavar="FILE", help="Write the calls into a calendar file.")
@click.option("--mail", is_flag=True, help="Send the sheet to yourself.")
@listing_options
@pass_call
def command(call: Call, ics: Path | None, mail: bool, limit: int | None, after: int) -> None:
    """Show whom to see to next, in order of worth, with the reason on each line."""
    from mailer.services.call_sheet import entries

    app = call.synced_app()
    with app.store.read() as tx:
        everything = entries(tx, app.desk, app.clock())
    left = rows_after(everything, after, lambda entry: entry.line.contact_id)
    found = left[: SHOWN if limit is None and not call.as_json else limit]
    if ics is not None:
        _write(call, app, found, ics)
    if mail:
        _send(call, app, everything)
    if call.as_json:
        call.emit([_as_json(entry) for entry in found])
    elif not mail and ics is None:
        _show(call, found, len(left) - len(found))


def _write(call: Call, app: App, found: Sequence[SheetEntry], path: Path) -> None:
    from mailer.cli.calendars import ics
    from mailer.cli.words import plural
    from mailer.services.call_sheet import first_slot

    now = app.clock()
    path.write_bytes(ics(found, first_slot(app.desk, now), now, app.config.owner().email))
    call.note(f"{plural(len(found), 'entry', 'entries')} written to {path}.")


def _send(call: Call, app: App, everything: Sequence[SheetEntry]) -> None:
    from mailer.cli.running import without_daemon
    from mailer.services.call_sheet import put_mail

    if not everything:
        call.note("There is nothing on the sheet, so no mail was made.")
        return
    with app.store.write() as tx:
        message_pk = put_mail(tx, app.desk, everything, app.clock(), "owner")
    call.note(f"The sheet is on its way to you (message {message_pk}).{without_daemon(app)}")


def _show(call: Call, found: Sequence[SheetEntry], more: int) -> None:
    from mailer.cli.words import one_line, plural

    if not found:
        call.note("Nobody waits. `mailer contacts add` or `mailer contacts import` brings people to talk to.")
        return
    for number, entry in enumerate(found, 1):
        reach = ", ".join(part for part in (entry.phone, entry.email) if part)
        call.say(f"{number:2}. {one_line(entry.line.name)}" + (f"  ({one_line(reach)})" if reach else ""))
        call.say(f"    {one_line(entry.line.why)}")
        if entry.line.opening:
            call.say(f"    “{one_line(entry.line.opening)}”")
        if entry.line.act:
            call.say(f"    {one_line(entry.line.act)}")
    if more > 0:
        call.note(f"And {plural(more, 'more line')}; --limit shows them.")


def _as_json(entry: SheetEntry) -> dict[str, Any]:
    from mailer.cli import shapes

    line = entry.line
    return {
        "id": line.contact_id,
        "key": line.key,
        "name": line.name,
        "reason": line.reason.value,
        "why": line.why,
        "opening": line.opening or None,
        "command": line.act or None,
        "since": shapes.iso(line.since),
        "phone": entry.phone or None,
        "email": entry.email or None,
    }

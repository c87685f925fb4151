"""What the commands of the monthly update need: the starting text, the way to the mail server, the watching."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli import tables
from mailer.cli.words import moment
from mailer.errors import MailerError, UsageError
from mailer.model import Delivery, Envelope, Outcome

if TYPE_CHECKING:
    from mailer.cli.call import Call
    from mailer.daemon.wiring import App
    from mailer.services.listings import EditionLine
    from mailer.storage.records import EditionRecord

LOOK_EVERY = 0.5
"""Seconds between two looks while watching."""

_STARTING_TEXT = """\
# Update {name}, due {due}

<!-- Comments like this one, and the title above, appear in no mail. Text before the first heading opens the letter. -->


## Activity

<!-- Added after what the program says by itself of your conversations, new people and introductions.
     Write "## Activity (instead)" to say it all yourself; with nothing under it, the part is left out.
     The same holds for every part below. -->


## Prospects

<!-- Added after these, out of the configuration:
{prospects}
     Everybody who gets the update reads what you write here: `private` and `not_to` hold for the list alone. -->


## Target companies

<!-- Added after these, out of the configuration: {companies} -->


## Thanks

<!-- Added to the thanks and the question for ideas and names. -->


<!-- Any other heading becomes a part of its own. See it all with `mailer update preview`. -->
"""


def write_starting_text(app: App, edition: EditionRecord) -> Path:
    """Write the owner's file for an edition; returns where. Raises UsageError where it is there already."""
    folder = app.config.updates.folder
    path = folder / f"{edition.name}.md"
    search = app.config.search
    prospects = [p.text for p in search.prospects if not p.private]
    text = _STARTING_TEXT.format(
        name=edition.name,
        due=moment(edition.due_at, app.desk.window.zone),
        prospects="\n".join(f"     - {_quiet(p)}" for p in prospects) or "     (none)",
        companies=_quiet(", ".join(search.target_companies)) or "(none)",
    )
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", mend="change it as you like; it is never overwritten") from error
    return path


def _quiet(text: str) -> str:
    """Text that can't end a comment."""
    return text.replace("-->", "-- >")


def deliver(app: App, envelope: Envelope) -> Delivery:
    """Hand one message to the owner's mail server at once. Raises MailerError with its words where it isn't taken."""
    from mailer.daemon.wiring import make_pool

    async def once() -> Delivery:
        pool = make_pool(app, 1)
        try:
            return await pool.deliver(envelope)
        finally:
            await pool.close()

    delivery = asyncio.run(once())
    if delivery.outcome is Outcome.accepted:
        return delivery
    server = app.config.smtp_server()
    where = f"{server.host}:{server.port}"
    if delivery.outcome is Outcome.account:
        raise MailerError(f"{where} refuses the account: {delivery}", mend="see account: in the configuration")
    if delivery.outcome is Outcome.uncertain:
        raise MailerError(f"the connection to {where} was lost, and the sample may have left or not: {delivery}")
    raise MailerError(f"{where} did not take it (at {delivery.stage}): {delivery}")


def show_editions(app: App, lines: Sequence[EditionLine]) -> None:
    """The editions as a table."""
    zone = app.desk.window.zone
    rows = [
        (
            line.edition.name,
            line.edition.status,
            moment(line.edition.due_at, zone),
            ", ".join(f"{n} {status}" for status, n in line.counts.items() if n),
            line.edition.why,
        )
        for line in lines
    ]
    columns = [tables.Column("edition", firm=True), *(tables.Column(t) for t in ("status", "due", "messages", "why"))]
    tables.show(columns, rows, empty="There is no edition yet.")


def watch_edition(call: Call, app: App) -> None:
    """Show a running edition until all of it has left, or it stands still. Ends at once where none is running."""
    name = _running(app)
    if name is None:
        call.note("No edition is leaving now.")
        return
    if sys.stderr.isatty():
        _progress(app, name)
    else:
        for done, total, words in _steps(app, name):
            call.note(f"{name}: {done} of {total} ({words})")


def _running(app: App) -> str | None:
    from mailer.storage import editions

    with app.store.read() as tx:
        found = [e.name for e in editions.every(tx) if e.status == "sending"]
    return found[-1] if found else None


def _steps(app: App, name: str) -> Iterator[tuple[int, int, str]]:
    """(left or ended, all, in words) at every change, until nothing is queued or on its way."""
    from mailer.services.listings import edition_counts

    last = None
    while True:
        with app.store.read() as tx:
            counts = edition_counts(tx, name)
        moving = counts["queued"] + counts["sending"]
        total = sum(counts.values())
        if counts != last:
            last = counts
            yield total - moving, total, ", ".join(f"{n} {s}" for s, n in counts.items() if n)
        if not moving:
            return
        time.sleep(LOOK_EVERY)


def _progress(app: App, name: str) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn(name),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)
        for done, total, words in _steps(app, name):
            progress.update(task, completed=done, total=total, description=words)

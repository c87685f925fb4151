"""The people of the owner's mailbox, as a reading that can be imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailer.addresses import normalise_address
from mailer.importers import Reading
from mailer.model import Contact, FolderRole
from mailer.understand.acquaintances import Acquaintance, Acquaintances

if TYPE_CHECKING:
    from mailer.cli.call import Call


def read_mailbox(call: Call, since: str | None, at_least: int, limit: int | None) -> Reading:
    """Whom the owner wrote to, out of the headers in Sent and Inbox, most-written first.

    Raises MailerError where the mailbox can't be read.
    """
    from mailer.daemon.wiring import account_credential
    from mailer.dates import parse_when
    from mailer.mailbox import FolderNames, Limits
    from mailer.mailbox.client import open_client
    from mailer.mailbox.headers import read_headers

    app = call.app()
    config = app.config
    first = parse_when(since, app.clock(), app.desk.window.zone).on if since else None
    counted = Acquaintances([config.owner().email])
    folders = config.account.folders
    names = FolderNames(folders.sent, folders.junk, folders.archive)
    client = open_client(config.imap_server(), account_credential(app), Limits().within(app.patience), app.clock)
    try:
        with _bar() as progress:
            for role, header in read_headers(client, names, first, progress):
                (counted.sent if role is FolderRole.sent else counted.received)(header)
    finally:
        client.close(politely=True)
    return _reading(counted.people(at_least=at_least)[:limit])


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, where somebody looks."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading headers", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _reading(people: list[Acquaintance]) -> Reading:
    reading = Reading("your mailbox", "headers of Sent and Inbox")
    nameless = 0
    for each in people:
        try:
            address = normalise_address(each.address)
        except ValueError:
            continue
        if not each.name:
            nameless += 1
            continue
        reading.people.append(Contact(each.name, emails=(address,)))
        last = f", last {each.last}" if each.last else ""
        reading.remarks[address] = f"{each.written} written, {each.heard} heard{last}"
    if nameless:
        reading.problem(0, "", f"{nameless} addresses stand there without a name, and were left out")
    return reading

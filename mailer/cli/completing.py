"""What a shell's Tab key offers for WHO: addresses of the roster, each with its name (names have spaces)."""

from __future__ import annotations

import os

import click
from click.shell_completion import CompletionItem

MOST = 50


def complete_who(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Contacts whose name or address begins with what was typed, as the database knows them; nothing on any trouble."""
    from mailer.daemon.wiring import wire
    from mailer.errors import MailerError
    from mailer.storage import contacts

    try:
        app = wire(ctx.find_root().params.get("config"), os.environ, upgrade=False)
    except (MailerError, OSError):
        return []
    try:
        with app.store.read() as tx:
            known = contacts.every(tx)
    except MailerError:
        return []
    finally:
        app.close()
    begun = incomplete.casefold()
    found = [
        CompletionItem(each.address or each.name, help=each.name)
        for each in known
        if each.address.casefold().startswith(begun)
        or any(part.startswith(begun) for part in each.name.casefold().split())
    ]
    return found[:MOST]

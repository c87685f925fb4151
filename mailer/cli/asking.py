"""`mailer log` without arguments: asks what happened, with completion of names by the Tab key."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import click

from mailer.cli.options import Answer
from mailer.errors import UsageError

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.model import Interaction, Person
    from mailer.storage.records import ContactRecord

T = TypeVar("T")


def ask_for_entry(app: App, kinds: Sequence[str], now: datetime) -> tuple[ContactRecord, Interaction]:
    """Who it was with, and what it was. Raises UsageError where there is no terminal to ask on."""
    from mailer.dates import parse_when
    from mailer.model import Interaction, InteractionKind
    from mailer.services.log import find_contact
    from mailer.storage import contacts

    if not sys.stdin.isatty():
        raise UsageError("who was it with?", mend='name somebody, such as `mailer log "Ada Lovelace"`')
    with app.store.read() as tx:
        known = contacts.every(tx)
    _complete_with([each.name for each in known] + [each.address for each in known if each.address])

    def found(words: str) -> ContactRecord:
        with app.store.read() as tx:
            return find_contact(tx, words)

    contact = _until_right("Who was it with?", found)
    click.echo(f"  {contact.name}{f' <{contact.address}>' if contact.address else ''}", err=True)
    _complete_with(kinds)
    kind = click.prompt("What was it?", type=Answer(kinds), default="call", err=True)
    _complete_with(["today", "yesterday", "yesterday 3pm"])
    moment = _until_right("When?", lambda words: parse_when(words, now, app.desk.window.zone), "today")
    _complete_with([])
    thanks_for = _line("What are you thankful for? (they will read it)")
    about = _line("What was it about? (they will read it)")
    referrals = _referrals()
    notes = _line("A note for yourself?")
    item = Interaction(
        on=moment.on,
        at=moment.at,
        kind=InteractionKind(kind),
        about=about,
        thanks_for=thanks_for,
        referrals=referrals,
        notes=notes,
    )
    return contact, item


def _until_right(question: str, read: Callable[[str], T], default: str | None = None) -> T:
    """Ask until the answer can be used; each that can't is told why."""
    while True:
        try:
            return read(str(click.prompt(question, default=default, err=True)).strip())
        except UsageError as error:
            click.echo(f"  {error}{f'; {error.mend}' if error.mend else ''}", err=True)


def _line(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, err=True)).strip()


def _referrals() -> tuple[Person, ...]:
    """Whom they named, one by one; an empty answer ends it."""
    from mailer.cli.people import parse_person

    found: list[Person] = []
    while True:
        question = "Whom did they name? (Name <address>, or nothing)" if not found else "Who else?"
        person = _until_right(question, lambda words: parse_person(words) if words else None, "")
        if person is None:
            return tuple(found)
        found.append(person)


def completions(words: Sequence[str], begun: str) -> list[str]:
    """The words that what was typed may become: they begin with it, or one of their parts does."""
    start = begun.casefold().lstrip()
    whole = [word for word in words if word.casefold().startswith(start)]
    parts = [word for word in words if any(part.startswith(start) for part in word.casefold().split()[1:])]
    return list(dict.fromkeys([*whole, *parts]))


def _complete_with(words: Sequence[str]) -> None:
    """What the Tab key offers from now on, where the system has readline."""
    try:
        import readline
    except ImportError:
        return

    def complete(begun: str, state: int) -> str | None:
        found = completions(words, begun)
        return found[state] if state < len(found) else None

    readline.set_completer(complete)
    readline.set_completer_delims("")  # a name has spaces: the whole line is what is completed
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")

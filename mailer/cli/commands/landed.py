"""`mailer landed`: the search ended well, and everyone who helped is thanked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option, sure, yes_option

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.services.landed import Helper
    from mailer.storage.records import MessageRecord

    Letters = Sequence[tuple[Helper, MessageRecord]]


@click.command("landed")
@click.option("--company", required=True, metavar="NAME", help="Where you start.")
@click.option("--role", default="", metavar="TEXT", help="As what, to follow “I am joining ... as”.")
@yes_option
@json_option
@pass_call
def command(call: Call, company: str, role: str, yes: bool) -> None:
    """End the search: a last personal thank-you to everyone who helped, shown first, sent when you approve.

    Updates stop. The roster stays, for life.
    """
    from mailer.config.edit import set_keys
    from mailer.errors import UsageError
    from mailer.model import SearchStatus
    from mailer.services.landed import draft
    from mailer.services.search import note

    company, role = " ".join(company.split()), " ".join(role.split())
    if not company:
        raise UsageError("the company's name is empty", mend="give it: --company Globex")
    app = call.synced_app()
    old = app.config.search.status
    set_keys(app.config.path, {"search.status": str(SearchStatus.landed)})
    if old is not SearchStatus.landed:
        note(app.store, old, SearchStatus.landed, company, app.clock())
    drafts = draft(app.store, app.desk, company, role, app.clock())
    _show(call, drafts)
    letters = _decide(call, app, drafts, yes=yes)
    if call.as_json:
        call.emit({"status": "landed", "company": company, "role": role or None, "letters": _as_json(letters)})


def _show(call: Call, letters: Letters) -> None:
    from mailer.cli import tables
    from mailer.cli.words import harmless
    from mailer.compose import to_text

    call.say("Congratulations! Updates have stopped, and your roster stays.")
    if not letters or call.as_json:
        return
    rows = [(m.id, m.to_name, _did(helper), m.status) for helper, m in letters]
    columns = [tables.ID_COLUMN, *(tables.Column(title) for title in ("to", "what they did", "status"))]
    tables.show(columns, rows, empty="")
    first = letters[0][1]
    call.say(f"\nTo {first.to_name}, under the subject “{first.subject}”:\n\n{harmless(to_text(first.body))}")


def _did(helper: Helper) -> str:
    parts = [f"named {', '.join(person.name for person in helper.named)}"] if helper.named else []
    parts += ["answered"] if helper.answered else []
    return "; ".join(parts) or "gave you their time"


def _decide(call: Call, app: App, letters: Letters, *, yes: bool) -> Letters:
    """Let them go with the owner's yes; else they wait."""
    from sys import stdin

    from mailer.cli.words import plural
    from mailer.model import Hold, MessageStatus
    from mailer.services.decisions import approve

    waiting = [m for _, m in letters if m.status is MessageStatus.held and m.hold == Hold.review]
    if not waiting:
        return letters
    what = plural(len(waiting), "letter")
    if not (yes or (stdin.isatty() and sure(f"Send {what}?", yes=False))):
        call.say(f"{what} wait: see them with `mailer outbox show ID`, then `mailer outbox approve --kind landed`.")
        return letters
    now = app.clock()
    gone = {m.id: approve(app.store, app.desk, m.id, now) for m in waiting}
    call.say(f"{what} leave in your next window.")
    if others := sum(m.status is MessageStatus.held for _, m in letters) - len(waiting):
        call.say(f"{plural(others, 'letter')} wait for something else: `mailer status` says for what.")
    return [(helper, gone.get(m.id, m)) for helper, m in letters]


def _as_json(letters: Letters) -> list[dict[str, Any]]:
    from mailer.cli import shapes

    return [
        {**shapes.message(m), "named": [person.name for person in helper.named], "answered": helper.answered}
        for helper, m in letters
    ]

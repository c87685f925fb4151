"""`mailer preview`: a letter as somebody would read it, and what a careful friend says of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import INTERACTIONS, json_option

if TYPE_CHECKING:
    from mailer.services.letter_preview import Previewed

LETTERS = (
    "thank_you",
    *(f"thank_you/{kind}" for kind in INTERACTIONS),
    "update",
    "follow_up",
    "loop_back",
    "landed",
)


@click.command("preview")
@click.argument("who")
@click.argument("letter", type=click.Choice(LETTERS), default="thank_you", metavar="[LETTER]")
@click.option("--about", default="", metavar="TEXT", help="What it was about, in place of what you logged.")
@click.option("--thanks-for", default="", metavar="TEXT", help="What you are thankful for, in the same way.")
@click.option("--referred", multiple=True, metavar='"NAME <ADDRESS>"', help="Whom they named; may be repeated.")
@click.option("--company", default="", metavar="NAME", help="Where you start, in the letter of the happy end.")
@click.option("--role", default="", metavar="TEXT", help="... and as what.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it as a web page.")
@json_option
@pass_call
def command(
    call: Call,
    who: str,
    letter: str,
    about: str,
    thanks_for: str,
    referred: tuple[str, ...],
    company: str,
    role: str,
    html: Path | None,
) -> None:
    """Show a letter as WHO would read it: thank_you, thank_you/meeting, update, follow_up, loop_back or landed.

    A thank-you is about your last interaction (of that kind) with them, unless you say what about. Nothing is written
    or sent.
    """
    from mailer.cli.people import parse_person
    from mailer.compose import to_html
    from mailer.services.letter_preview import Given, preview_letter
    from mailer.services.log import find_contact

    given = Given(about, thanks_for, tuple(parse_person(text) for text in referred), company, role)
    app = call.synced_app()
    with app.store.read() as tx:
        shown = preview_letter(tx, app.desk, find_contact(tx, who), letter, given, app.clock())
    if html is not None:
        html.write_text(to_html(shown.draft.body, app.desk.templates.css), encoding="utf-8")
        call.note(f"Written to {html}, as {shown.contact.name} would read it.")
    _tell(call, letter, shown, text=html is None)


def _tell(call: Call, letter: str, shown: Previewed, *, text: bool) -> None:
    from mailer.cli import careful
    from mailer.cli.words import harmless, one_line, person
    from mailer.compose import to_text

    body = to_text(shown.draft.body)
    if call.as_json:
        contact = {"id": shown.contact.id, "name": shown.contact.name, "email": shown.contact.address or None}
        call.emit(
            {
                "letter": letter,
                "contact": contact,
                "subject": shown.draft.subject,
                "text": body,
                "findings": careful.as_json(shown.findings),
                "changes": careful.changes_as_json(shown.changes),
            }
        )
    elif text:
        call.say(f"To: {person(shown.contact.name, shown.contact.address)}")
        call.say(f"Subject: {one_line(shown.draft.subject)}\n\n{harmless(body)}")
    for line in (*careful.told(shown.findings), *careful.changes_told(shown.changes)):
        call.note(line)

"""`mailer script`: what to say to somebody on the phone."""

from __future__ import annotations

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.completing import complete_who
from mailer.cli.options import json_option


@click.command("script")
@click.argument("who", shell_complete=complete_who)
@json_option
@pass_call
def command(call: Call, who: str) -> None:
    """Say what to say to WHO on the phone: opening, pitch, the question for names, and a line to close with."""
    from mailer.cli.words import harmless
    from mailer.compose import to_text
    from mailer.pitch import too_long
    from mailer.services.call_sheet import script_for
    from mailer.services.log import find_contact

    app = call.synced_app()
    with app.store.read() as tx:
        contact = find_contact(tx, who)
        opening, draft = script_for(tx, app.desk, contact, app.clock())
    text = to_text(draft.body)
    slow = too_long(app.config.search.pitch)
    if slow:
        call.note(f"warning: the pitch is too long: {slow}; `mailer pitch` tells which")
    if call.as_json:
        call.emit(
            {
                "contact": contact.name,
                "phone": contact.details.get("phone") or None,
                "opening": opening.opening,
                "referred_by": [person.name for person in opening.referrers],
                "title": draft.subject,
                "text": text,
                "pitch_warning": slow or None,
            }
        )
        return
    phone = contact.details.get("phone")
    call.say(f"{draft.subject}{f', {phone}' if phone else ''}\n")
    call.say(harmless(text).rstrip())

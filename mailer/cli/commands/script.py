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
    from mailer.cli.words import harmless, one_line
    from mailer.compose import to_text
    from mailer.pitch import too_long
    from mailer.services.call_sheet import script_for

    app = call.synced_app()
    with app.store.read() as tx:
        found = script_for(tx, app.desk, who, app.clock())
    text = to_text(found.draft.body)
    slow = too_long(found.pitch)
    if slow:
        call.note(f"warning: the pitch is too long: {slow}; `mailer pitch` tells which")
    if call.as_json:
        call.emit(
            {
                "contact": found.name,
                "phone": found.phone or None,
                "opening": found.call.opening,
                "referred_by": [person.name for person in found.call.referrers],
                "title": found.draft.subject,
                "text": text,
                "pitch_warning": slow or None,
            }
        )
        return
    call.say(f"{found.draft.subject}{f', {one_line(found.phone)}' if found.phone else ''}\n")
    call.say(harmless(text).rstrip())

"""What the owner alone is given: the script of one call, and the call sheet of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mailer.compose.languages import language_of
from mailer.compose.letters import Speaker, common
from mailer.compose.message import Draft
from mailer.compose.templates import Templates
from mailer.compose.words import Recipient, phrase
from mailer.model import Interaction, Person


@dataclass(frozen=True, slots=True)
class Call:
    """A call to make. `opening` is `warm` (you know each other), `referred` or `cold`."""

    opening: str
    referrers: tuple[Person, ...] = ()
    last_interaction: Interaction | None = None
    log: str = ""  # the command that logs it afterwards


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of the call sheet as its template reads it. Empty parts are left out."""

    name: str
    why: str
    phone: str = ""
    opening: str = ""
    act: str = ""  # the command to use


def script(templates: Templates, speaker: Speaker, recipient: Recipient, call: Call) -> Draft:
    """What to say on the phone, in the language of who is called; the subject says to whom. Raises TemplateError."""
    chosen = templates.choose("owner/script.md", recipient.language, speaker.language)
    return templates.render(chosen.name, script_context(speaker, recipient, call, chosen.language))


def script_context(speaker: Speaker, recipient: Recipient, call: Call, language: str = "en") -> dict[str, Any]:
    """The values that the script's template may use (docs/templates.md)."""
    last, words = call.last_interaction, language_of(language)
    return common(speaker, recipient, 0, words) | {
        "opening": call.opening,
        "referrers": list(call.referrers),
        "last_kind": last.kind.value if last else "",
        "last_about": phrase(last.about, words) if last else "",
        "log": call.log,
    }


def call_sheet(templates: Templates, speaker: Speaker, day: str, lines: Sequence[SheetLine], left: int) -> Draft:
    """The mail with the day's calls; `left` more are not in it. Raises TemplateError."""
    return templates.render("owner/call_sheet.md", call_sheet_context(speaker, day, lines, left))


def call_sheet_context(speaker: Speaker, day: str, lines: Sequence[SheetLine], left: int) -> dict[str, Any]:
    """The values that the call sheet's template may use (docs/templates.md)."""
    owner = Recipient(speaker.profile.name, speaker.profile.email)
    return common(speaker, owner, 0, language_of("en")) | {"day": day, "lines": list(lines), "left": left}

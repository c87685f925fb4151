"""Letters that close a loop: to a referrer when the person named was spoken to, and to everyone who helped at the end.

Like the other letters (`letters.py`): values in, a draft out, the phrasing decided by `choice`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mailer.compose.letters import Speaker, Spoken, common, distinct_people
from mailer.compose.message import Draft
from mailer.compose.templates import Templates
from mailer.compose.words import Recipient, phrase
from mailer.model import Interaction, Person


@dataclass(frozen=True, slots=True)
class LandedFacts:
    """What the last letter of a search says to one person: the job, and what this person did for it."""

    company: str
    role: str = ""
    named: tuple[Person, ...] = ()
    answered: bool = False
    last_interaction: Interaction | None = None


def loop_back(
    templates: Templates, speaker: Speaker, recipient: Recipient, spoken: Sequence[Spoken], choice: int
) -> Draft:
    """I spoke with Mary, thank you: to who named her. Raises TemplateError."""
    return templates.render("loop_back.md", loop_back_context(speaker, recipient, spoken, choice), recipient.language)


def loop_back_context(speaker: Speaker, recipient: Recipient, spoken: Sequence[Spoken], choice: int) -> dict[str, Any]:
    """The values that this letter's template may use (docs/templates.md)."""
    if not spoken:
        raise ValueError("closing a loop needs somebody who was spoken to")
    return common(speaker, recipient, choice) | {"spoken": list(spoken)}


def landed(templates: Templates, speaker: Speaker, recipient: Recipient, facts: LandedFacts, choice: int) -> Draft:
    """The last personal thank-you of a search that ended well. Raises TemplateError."""
    return templates.render("landed.md", landed_context(speaker, recipient, facts, choice), recipient.language)


def landed_context(speaker: Speaker, recipient: Recipient, facts: LandedFacts, choice: int) -> dict[str, Any]:
    """The values that this letter's template may use (docs/templates.md)."""
    last = facts.last_interaction
    return common(speaker, recipient, choice) | {
        "company": " ".join(facts.company.split()),
        "role": " ".join(facts.role.split()),
        "named": distinct_people(facts.named),
        "answered": facts.answered,
        "last_kind": last.kind.value if last else "",
        "last_about": phrase(last.about) if last else "",
    }

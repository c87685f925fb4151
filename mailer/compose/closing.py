"""Letters that close a loop: to a referrer when the person named was spoken to, to who did not answer yet, and to
everyone who helped at the end.

Like the other letters (`letters.py`): values in, a draft out, the phrasing decided by `choice`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mailer.compose.languages import language_of
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
    chosen = templates.choose("loop_back.md", recipient.language, speaker.language)
    return templates.render(chosen.name, loop_back_context(speaker, recipient, spoken, choice, chosen.language))


def loop_back_context(
    speaker: Speaker, recipient: Recipient, spoken: Sequence[Spoken], choice: int, language: str = "en"
) -> dict[str, Any]:
    """The values that this letter's template may use (docs/templates.md)."""
    if not spoken:
        raise ValueError("closing a loop needs somebody who was spoken to")
    return common(speaker, recipient, choice, language_of(language)) | {"spoken": list(spoken)}


def landed(templates: Templates, speaker: Speaker, recipient: Recipient, facts: LandedFacts, choice: int) -> Draft:
    """The last personal thank-you of a search that ended well. Raises TemplateError."""
    chosen = templates.choose("landed.md", recipient.language, speaker.language)
    return templates.render(chosen.name, landed_context(speaker, recipient, facts, choice, chosen.language))


def landed_context(
    speaker: Speaker, recipient: Recipient, facts: LandedFacts, choice: int, language: str = "en"
) -> dict[str, Any]:
    """The values that this letter's template may use (docs/templates.md)."""
    last, words = facts.last_interaction, language_of(language)
    return common(speaker, recipient, choice, words) | {
        "company": " ".join(facts.company.split()),
        "role": " ".join(facts.role.split()),
        "named": distinct_people(facts.named),
        "answered": facts.answered,
        "last_kind": last.kind.value if last else "",
        "last_about": phrase(last.about, words) if last else "",
    }


@dataclass(frozen=True, slots=True)
class Earlier:
    """A letter that drew no answer: its subject and the day it left, in the owner's zone."""

    subject: str
    on: date


def follow_up(templates: Templates, speaker: Speaker, recipient: Recipient, earlier: Earlier, choice: int) -> Draft:
    """The one gentle second letter, in the thread of the first. Raises TemplateError."""
    chosen = templates.choose("follow_up.md", recipient.language, speaker.language)
    return templates.render(chosen.name, follow_up_context(speaker, recipient, earlier, choice, chosen.language))


def follow_up_context(
    speaker: Speaker, recipient: Recipient, earlier: Earlier, choice: int, language: str = "en"
) -> dict[str, Any]:
    """The values that this letter's template may use (docs/templates.md)."""
    subject = re.sub(r"^(?:re:\s*)+", "", " ".join(earlier.subject.split()), flags=re.IGNORECASE)
    return common(speaker, recipient, choice, language_of(language)) | {
        "earlier_subject": subject,
        "earlier_on": earlier.on,
    }

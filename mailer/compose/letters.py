"""The letters: a thank-you after an interaction, the monthly update, the preview for the owner.

What services know goes into the templates as plain values; docs/templates.md lists them. Nothing here knows the clock,
and `choice`, a number that the caller derives from contact and day, decides among phrasings, so that a draft made
again reads the same.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

from mailer.compose.languages import ENGLISH, Language, base, language_of
from mailer.compose.message import Draft
from mailer.compose.sections import PARTS, own_parts, part_of
from mailer.compose.templates import Templates
from mailer.compose.words import Recipient, first_name, greeting, phrase, sentences, visible
from mailer.model import Interaction, InteractionKind, Person, Profile

RESTATED = 2
"""Sentences at most in which a letter restates what the owner looks for."""

_WEIGHT = (
    InteractionKind.coffee,
    InteractionKind.meeting,
    InteractionKind.event,
    InteractionKind.call,
    InteractionKind.introduction,
    InteractionKind.email,
)
"""Which kind a letter about several interactions of one day speaks of; the first that took place."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the owner says of themselves in one language."""

    looking_for: str = ""
    pitch: str = ""
    language: str = ""  # a tag such as `de`


@dataclass(frozen=True, slots=True)
class Speaker:
    """The owner as letters need them. `language` is the one of `looking_for` and `pitch`; empty for English."""

    profile: Profile
    looking_for: str = ""
    pitch: str = ""
    language: str = ""
    translations: tuple[Said, ...] = ()

    def said(self, language: str) -> Said:
        """The same in a language where the owner gave it, else in their own."""
        wanted = language_of(language).code
        found = next((each for each in self.translations if base(each.language) == wanted), Said())
        own = Said(self.looking_for, self.pitch, base(self.language) or "en")
        if not found.looking_for or wanted == own.language:
            return replace(own, pitch=found.pitch or own.pitch)
        return Said(found.looking_for, found.pitch or own.pitch, wanted)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Somebody whom the recipient named, and how the owner first talked with them: `spoken` (a call) or `met`."""

    name: str
    how: str


@dataclass(frozen=True, slots=True)
class UpdateFacts:
    """What one contact's copy of an edition says. Private prospects and those not meant for them are left out already.

    `referred` are people this recipient named, each with what came of it: `spoken`, `met`, `written`, empty for not
    yet, or a clause of the owner's own (`she showed me the yard`). `parts` come from `parse_update_text`.
    """

    edition: str  # 2026-11
    conversations: int = 0
    new_people: int = 0
    introductions: int = 0
    prospects: tuple[str, ...] = ()
    target_companies: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    last_interaction: Interaction | None = None
    referred: tuple[tuple[Person, str], ...] = ()
    stop_address: str = ""  # where to write to stop; empty: the owner's address


@dataclass(frozen=True, slots=True)
class PreviewFacts:
    """What a preview tells the owner. Commands and times come ready to be shown."""

    what: str  # the November update
    to: tuple[str, ...]  # names of everybody who is to get it
    sample_to: str
    sample: Draft
    leaves: str = ""  # Monday 2 November at 09:00; empty where it waits for approval
    waits: bool = False  # it leaves only when approved
    approve: str = ""  # mailer update approve 2026-11
    hold: str = ""  # mailer update hold 2026-11
    show: str = ""  # mailer update preview --contact NAME
    notes: tuple[str, ...] = ()  # anything else worth knowing, a sentence each


def thank_you(
    templates: Templates,
    speaker: Speaker,
    recipient: Recipient,
    interactions: Sequence[Interaction],
    choice: int,
    told: Sequence[Spoken] = (),
) -> Draft:
    """The thank-you for one contact's interactions of one day. Raises TemplateError.

    `told` are people whom this contact named before and who were spoken to since.

    The main phrasing goes by `choice % 3`, so a number that grows by one with each thank-you to a contact never
    repeats it twice running; the other places vary independently.
    """
    name = f"thank_you/{main_kind(interactions)}.md"
    chosen = templates.choose(name, recipient.language, speaker.language)
    context = thank_you_context(speaker, recipient, interactions, choice, told, chosen.language)
    return templates.render(chosen.name, context)


def main_kind(interactions: Sequence[Interaction]) -> InteractionKind:
    """The kind that a letter about several interactions of one day speaks of."""
    if not interactions:
        raise ValueError("a thank-you needs an interaction")
    return min((each.kind for each in interactions), key=_WEIGHT.index)


def thank_you_context(
    speaker: Speaker,
    recipient: Recipient,
    interactions: Sequence[Interaction],
    choice: int,
    told: Sequence[Spoken] = (),
    language: str = "en",
) -> dict[str, Any]:
    """The values that a thank-you's template may use (docs/templates.md)."""
    words = language_of(language)
    return common(speaker, recipient, choice, words) | {
        "kind": main_kind(interactions).value,
        "kinds": _unique(each.kind.value for each in interactions),
        "on": interactions[0].on,
        "about": _unique(phrase(each.about, words) for each in interactions),
        "thanks_for": _unique(phrase(each.thanks_for, words) for each in interactions),
        "referrals": distinct_people(person for each in interactions for person in each.referrals),
        "told": list(told),
    }


def missing_particulars(interactions: Sequence[Interaction]) -> str | None:
    """The question to the owner where nothing particular is there to thank for, else None."""
    if any(phrase(each.thanks_for) or phrase(each.about) or distinct_people(each.referrals) for each in interactions):
        return None
    kinds = _unique(each.kind.value for each in interactions) or ["interaction"]
    return (
        f"What would you like to thank for after this {' and '.join(kinds)}? "
        "Add what it was about, what you are thankful for, or whom they named."
    )


def update(templates: Templates, speaker: Speaker, recipient: Recipient, facts: UpdateFacts, choice: int) -> Draft:
    """One contact's copy of the monthly update. Raises TemplateError, and ValueError for a wrong edition's name."""
    chosen = templates.choose("update.md", recipient.language, speaker.language)
    return templates.render(chosen.name, update_context(speaker, recipient, facts, choice, chosen.language))


def update_context(
    speaker: Speaker, recipient: Recipient, facts: UpdateFacts, choice: int, language: str = "en"
) -> dict[str, Any]:
    """The values that the update's template may use (docs/templates.md)."""
    year, month = _edition(facts.edition)
    last = facts.last_interaction
    words = language_of(language)
    return common(speaker, recipient, choice, words) | {
        "edition": facts.edition,
        "month": words.months[month - 1],
        "year": str(year),
        "conversations": facts.conversations,
        "new_people": facts.new_people,
        "introductions": facts.introductions,
        "prospects": _unique(text.strip().rstrip(".") for text in facts.prospects),
        "target_companies": _unique(name.strip() for name in facts.target_companies),
        "part": {name: part_of(facts.parts, name) for name in PARTS},
        "own_parts": own_parts(facts.parts),
        "last_kind": last.kind.value if last else "",
        "last_about": phrase(last.about, words) if last else "",
        "referred": [
            {"name": person.name, "outcome": outcome.strip().rstrip(".")}
            for each, outcome in facts.referred
            for person in distinct_people([each])
        ],
        "stop_address": facts.stop_address or speaker.profile.email,
    }


def preview(templates: Templates, speaker: Speaker, facts: PreviewFacts) -> Draft:
    """The mail to the owner that shows what is about to leave. Raises TemplateError."""
    owner = Recipient(speaker.profile.name, speaker.profile.email, first_name(speaker.profile.name))
    chosen = templates.choose("preview.md", speaker.language, speaker.language)
    context = common(speaker, owner, 0, language_of(chosen.language))
    return templates.render(chosen.name, context | {"facts": facts, "to": list(facts.to)})


def vary(choice: int, ways: int, place: str = "") -> int:
    """A stable number from 0 up to `ways`: by `choice` alone, or independently at each named place of a letter."""
    return (zlib.crc32(f"{place} {choice}".encode()) >> 8 if place else choice) % ways


def common(speaker: Speaker, recipient: Recipient, choice: int, language: Language = ENGLISH) -> dict[str, Any]:
    """The values that every letter may use (docs/templates.md)."""
    said = speaker.said(language.code)
    looking_for, restated = _restatement(said)
    opening, name = greeting(recipient, language), speaker.profile.name
    formal = language.formal.match(opening) is not None
    return {
        "language": language.code,
        "greeting": opening,
        "formal": formal,
        "tone": partial(_tone, formal),
        "signed": name if formal else first_name(name) or name,
        "first_name": first_name(recipient.name),
        "recipient": recipient,
        "profile": speaker.profile,
        "looking_for": looking_for,
        "restated": restated,
        "foreign": said.language != language.code,
        "pitch": " ".join(said.pitch.split()),
        "choice": choice,
        "vary": partial(vary, choice),
    }


def _tone(formal: bool, familiar: str, polite: str) -> str:
    """One of two ways to say it: as among friends, or as among strangers."""
    return polite if formal else familiar


@lru_cache(maxsize=64)
def _restatement(said: Said) -> tuple[str, str]:
    """What the owner looks for, as a phrase to follow `I am looking for`, or else in whole sentences of their own."""
    language = language_of(said.language)
    text = " ".join(said.looking_for.split())
    seeking = language.seeking.match(text)
    words = text[seeking.end() :] if seeking else text
    short = sentences(words, RESTATED)
    whole = language.speaking.match(text) is not None
    if (whole and not seeking) or short.rstrip(".").count(". "):
        return "", (sentences(text, RESTATED) if whole else f"{language.seek} {short}")
    return short.rstrip("."), ""


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if visible(value)))


def distinct_people(people: Iterable[Person]) -> list[Person]:
    """Each person once, by address or else by name, in order; who has no name goes by the address."""
    named = (each if visible(each.name) else replace(each, name=each.email) for each in people)
    return list({(each.email or each.name).casefold(): each for each in named if visible(each.name)}.values())


def _edition(name: str) -> tuple[int, int]:
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", name) is None:
        raise ValueError(f'"{name}" names no edition; write a year and a month, such as 2026-11')
    return int(name[:4]), int(name[5:])

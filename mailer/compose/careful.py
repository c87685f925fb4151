"""A letter is read like a careful friend would before it leaves: each finding has its place and a mend.

What is serious holds the letter; the rest is said where letters are shown. Pure: what the last mail to this person said
comes in. A reading costs well under a millisecond, since what letters share is read once (`blemishes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailer.compose.blemishes import in_links, in_paragraph
from mailer.compose.languages import base, language_of
from mailer.compose.letters import RESTATED, Speaker, distinct_people, missing_particulars
from mailer.compose.markdown import render, safe_link
from mailer.compose.message import Draft
from mailer.compose.words import Recipient, first_name, phrase, sentence
from mailer.model import Interaction, MessageKind, Profile

LONGEST = 200
"""Words of a thank-you, its signature not counted, that are still read."""

SAME = 92
"""From this likeness on (0 to 100) two letters to one person are nearly the same."""

FRESH = 75
"""Below this likeness a letter is in other words than the last one: two phrasings are at 68 on average."""

_SEPARATOR = "\n-- \n"
_RESTATING = frozenset({MessageKind.thank_you, MessageKind.update})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a friend would point out. `serious` ones hold the letter."""

    rule: str  # placeholder name contact particulars looking_for language long same link
    place: str  # subject | greeting | paragraph 2 | signature | letter
    what: str
    mend: str
    serious: bool = False
    words: str = ""  # of the letter, which go into no log

    def __str__(self) -> str:
        said = f"“{self.words}” {self.what}" if self.words else self.what
        return f"{self.place}: {said}; {self.mend}"

    @property
    def without_words(self) -> str:
        """The same for a log: nothing of the letter's own words in it."""
        return f"{self.place}: {self.what}; {self.mend}"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is read: the draft, and what it ought to say. `last` is the body of the last mail to this person."""

    kind: MessageKind
    draft: Draft
    recipient: Recipient
    speaker: Speaker
    language: str = "en"
    interactions: tuple[Interaction, ...] = ()
    last: str = ""
    by_hand: bool = False  # the owner wrote it: it need not say what the template would


def read(letter: Letter) -> tuple[Finding, ...]:
    """Everything a careful friend would say of this letter, the serious first."""
    found = sorted(_findings(letter), key=lambda finding: not finding.serious)
    return tuple(found)


def asks(body: str) -> bool:
    """Whether a letter (Markdown) asks something of its reader: a sentence of it is a question."""
    return "?" in _own_words(render(body).text)


def _findings(letter: Letter) -> Iterator[Finding]:
    rendered = render(letter.draft.body)
    own = _own_words(rendered.text)
    paragraphs = [part for part in own.split("\n\n") if part]
    yield from _blemished(letter.draft.subject, paragraphs)
    yield from (
        Finding(each.rule, _where(each.words, paragraphs), each.what, each.mend, each.serious, each.words)
        for each in in_links(rendered.html, rendered.text)
    )
    yield from _greeted(paragraphs[0] if paragraphs else "", letter.recipient)
    yield from _reachable(rendered.text, letter.speaker.profile, by_hand=letter.by_hand)
    yield from _linked(letter.speaker.profile)
    if letter.kind in _RESTATING and not letter.by_hand:
        yield from _restated(own, paragraphs, letter.speaker, letter.language)
    if letter.kind is MessageKind.thank_you:
        yield from _thanked(own, letter)
        yield from _brief(own)
    if letter.last and letter.kind is not MessageKind.update:
        yield from _new(letter.draft.body, letter.last)


def _own_words(text: str) -> str:
    """The letter without its signature."""
    return text.partition(_SEPARATOR)[0]


def _where(words: str, paragraphs: Sequence[str]) -> str:
    number = next((n for n, each in enumerate(paragraphs, 1) if words in each), 0)
    return f"paragraph {number}" if number else "letter"


def _blemished(subject: str, paragraphs: Sequence[str]) -> Iterator[Finding]:
    for number, text in enumerate((subject, *paragraphs)):
        place = "subject" if number == 0 else "greeting" if number == 1 else f"paragraph {number}"
        for each in in_paragraph(text):
            yield Finding(each.rule, place, each.what, each.mend, each.serious, each.words)


_GREETING = re.compile(r".{1,80}[,:!]")
_NOT_NAMES = frozenset(
    re.findall(
        r"\w+",
        """dear hi hello hey good morning afternoon evening greetings there all everybody everyone team folks dr prof mr
        mrs ms friend friends colleague colleagues
        hallo guten tag morgen abend liebe lieber sehr geehrte geehrter grüß gott moin servus zusammen herr frau kollege
        kollegin kollegen freund freundin freunde
        hola querida querido estimada estimado buenos buenas días tardes noches buen día sr sra amigo amiga amigos
        bonjour bonsoir salut chère cher coucou madame monsieur ami amie amis collègue collègues""",
    )
)
"""Words of a greeting that are nobody's name."""


def _greeted(line: str, recipient: Recipient) -> Iterator[Finding]:
    """Whom the letter greets is who gets it."""
    line = line.partition("\n")[0]
    if not _GREETING.fullmatch(line) or not recipient.name:
        return
    known = _names(recipient.name) | _names(recipient.salutation)
    if not _names(line.partition(" ")[0]) <= known | _NOT_NAMES:
        return  # a sentence, and no greeting
    strange = [each for each in re.findall(r"[^\W\d_][\w'\u2019-]*", line) if each[0].isupper()]
    strange = [each for each in strange if each.casefold() not in known | _NOT_NAMES]
    if strange:
        what = f"greets somebody else than {recipient.name}, who gets it"
        yield Finding("name", "greeting", what, "greet the right person", serious=True, words=line)
    elif first_name(recipient.name) and not known & {each.casefold() for each in re.findall(r"[\w'\u2019-]+", line)}:
        yield Finding("name", "greeting", "greets nobody by name", f"greet {recipient.name} by name", words=line)


@lru_cache(maxsize=1_024)
def _names(text: str) -> frozenset[str]:
    return frozenset(each.casefold() for each in re.findall(r"[^\W\d_][\w'\u2019-]*", text))


def _reachable(text: str, profile: Profile, *, by_hand: bool) -> Iterator[Finding]:
    """Full contact information stands in the letter: all that the profile holds. By hand it may be left out."""
    parts = {
        "name": profile.name,
        "address": profile.email,
        "telephone number": profile.phone,
        "place": profile.location,
        "web page": profile.website,
        "LinkedIn page": profile.linkedin,
    }
    lacking = [what for what, value in parts.items() if value and value not in text]
    if not lacking:
        return
    unreachable = "name" in lacking or ("address" in lacking and (not profile.phone or "telephone number" in lacking))
    mend = 'end the letter with {% include "signature.md" %}, or write it there'
    serious = unreachable and not by_hand
    yield Finding("contact", "signature", f"your {sentence(lacking)} is missing", mend, serious)


@lru_cache(maxsize=64)
def _linked(profile: Profile) -> tuple[Finding, ...]:
    """The pages of the profile are links."""
    pages = {"profile.website": profile.website, "profile.linkedin": profile.linkedin}
    return tuple(
        Finding("link", "signature", "is no link", f"write https:// in front of it in {key}", words=page)
        for key, page in pages.items()
        if page and not safe_link(page)
    )


def _restated(own: str, paragraphs: Sequence[str], speaker: Speaker, language: str) -> Iterator[Finding]:
    """What is looked for is there, in two sentences at most and in the letter's own language."""
    said = speaker.said(language)
    if not said.looking_for:
        return
    if core(said.looking_for) not in own:
        yield Finding("looking_for", "letter", "it does not say what you look for", "put {{ looking_for }} into it")
    if _sentences(said.looking_for) > RESTATED:
        what = f"what you look for takes more than {RESTATED} sentences; only the first are told"
        yield Finding("looking_for", "letter", what, "say it shorter in search.looking_for")
    elif (told := sum(map(_seeking, paragraphs))) > RESTATED:
        what = f"{told} sentences say what you look for; {RESTATED} are enough"
        yield Finding("looking_for", "letter", what, "leave the others out")
    if base(said.language) != base(language):
        what = f"what you look for is told in another language ({said.language}) than the letter ({language})"
        yield Finding("language", "letter", what, f"write it for `language: {language}` into search.translations")


_LOOKING = re.compile(
    r"\bI(?:'m|\u2019m| am| have been|)(?: still)? (?:look(?:ing)? for|seek(?:ing)?|search(?:ing)? for|want)\b"
    r"|\b(?:ich suche|suche ich|busco|je (?:re)?cherche)\b",
    re.IGNORECASE,
)
"""How a sentence begins that says what is looked for."""


@lru_cache(maxsize=1_024)  # of paragraphs that an edition's letters share
def _seeking(paragraph: str) -> int:
    """How many sentences say what is looked for."""
    return len(_LOOKING.findall(paragraph))


@lru_cache(maxsize=64)
def core(looking_for: str) -> str:
    """The first words of what is looked for that every form of it has: four from its end of the first sentence."""
    first = re.split(r"[.!?](?:\s|$)", " ".join(looking_for.split()), maxsplit=1)[0]
    return " ".join(first.split()[-4:])


@lru_cache(maxsize=64)
def _sentences(text: str) -> int:
    return len(re.findall(r"[.!?…](?=\s+[^\sa-z])", " ".join(text.split()))) + 1


_VAGUE = re.compile(
    r"(?:all |for )*(?:your |the |this |our )?"
    r"(?:time|help|support|call|meeting|talk|chat|conversation|coffee|everything|all|kindness)"
    r"|(?:(?:deine|ihre|die) )?(?:zeit|hilfe)|alles"
    r"|(?:(?:tu|su|el|la) )?(?:tiempo|ayuda)|todo"
    r"|(?:(?:ton|votre|le) )?(?:temps|aide)|tout",
    re.IGNORECASE,
)
"""Thanks that fit everybody."""


def _thanked(own: str, letter: Letter) -> Iterator[Finding]:
    """It thanks for something particular."""
    if letter.by_hand or not letter.interactions:
        return
    if question := missing_particulars(letter.interactions):
        yield Finding("particulars", "letter", "it thanks for nothing particular", question, serious=True)
        return
    language = language_of(letter.language)
    reasons = [phrase(text, language) for each in letter.interactions for text in (each.thanks_for, each.about)]
    named = [each.name for each in distinct_people(p for i in letter.interactions for p in i.referrals)]
    particular = [reason for reason in (*reasons, *named) if reason and not _VAGUE.fullmatch(reason)]
    said = " ".join(own.split())
    if not any(" ".join(reason.split()) in said for reason in (*reasons, *named) if reason):
        words = sentence([each for each in (*reasons, *named) if each], "or")
        mend = "put {{ thanks_for|sentence }}, {{ about|sentence }} or {{ referrals }} into the template, or approve it"
        yield Finding("particulars", "letter", "is not mentioned", mend, serious=True, words=words)
    elif not particular:
        mend, words = "name one thing that only this person did", next(each for each in reasons if each)
        yield Finding("particulars", "letter", "is said to everybody", mend, words=words)


def _brief(own: str) -> Iterator[Finding]:
    words = len(own.split())
    if words > LONGEST:
        yield Finding("long", "letter", f"it has {words} words; {LONGEST} are read", "leave out what can wait")


def _new(body: str, last: str) -> Iterator[Finding]:
    """It is not nearly what the last mail to this person said."""
    if nearly_same(body, last):
        what = "it says nearly the same as your last mail to this person"
        yield Finding("same", "letter", what, "say something that is new", serious=True)


def nearly_same(body: str, last: str) -> bool:
    """Whether two letters (Markdown), their signatures not counted, say nearly the same."""
    return bool(last) and likeness(body, last) >= SAME


def likeness(body: str, last: str) -> float:
    """How alike two letters (Markdown) are, from 0 to 100, their signatures not counted."""
    from rapidfuzz import fuzz

    return float(fuzz.ratio(_own_words(render(body).text), _own_words(render(last).text)))

"""Small rules of polite letters: whom to call what, lists, counts, phrases that fit into a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailer.compose.languages import ENGLISH, Language, joined
from mailer.compose.languages import number as in_words


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is for, as far as the letter itself needs it."""

    name: str
    address: str = ""
    salutation: str = ""
    language: str = ""


_TITLES = re.compile(
    r"(?:dr|prof|professor|mr|mrs|ms|miss|mx|sir|dame|lord|lady|rev|reverend|fr|hon|judge|rabbi|imam|capt|captain|col|maj"
    r"|lt|sgt|herrn?|frau|mme|mlle|madame|monsieur|docteur|sr|sra|srta|señora?|doña|dra|dott|ing|mag|dipl-ing)\.?",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?d|m\.?d|mba|esq|i{2,3})\.?", re.IGNORECASE)


def _is_title(word: str) -> bool:
    return _TITLES.fullmatch(word) is not None


def _is_initial(word: str) -> bool:
    return re.fullmatch(r"(?:[^\W\d_]\.)+(?:-[^\W\d_]\.)*|[^\W\d_]", word) is not None


@lru_cache(maxsize=1_024)
def first_name(name: str) -> str:
    """The name to call somebody by: `Ada` for `Ada Lovelace`, `Lovelace, Ada` and `Dr. Ada Lovelace`.

    Where only a title and a family name, or only initials, are known, the whole name; empty where there is no name.
    """
    text = " ".join(name.split())
    if not text or "@" in text:
        return ""
    family, _, given = text.partition(",")
    if given.strip() and not _SUFFIX.fullmatch(given.strip()):
        text = f"{given.strip()} {family.strip()}"
    words = text.partition(",")[0].split()
    if not words or not any(sign.isalnum() for sign in words[0]):
        return ""
    titled = _is_title(words[0]) and len(words) > 1
    while len(words) > 1 and _is_title(words[0]):
        words = words[1:]
    if (titled and len(words) == 1) or (_is_initial(words[0]) and len(words) > 1):
        return text
    first = words[0]
    return first.capitalize() if first.isascii() and first.isalpha() and len(first) > 2 and first.isupper() else first


def whole_name(name: str) -> str:
    """The name as it is read out: `Ada Lovelace` for `Lovelace, Ada`; empty where there is none."""
    text = " ".join(name.split())
    if not first_name(text):
        return ""
    family, _, given = text.partition(",")
    return f"{given.strip()} {family.strip()}" if given.strip() and not _SUFFIX.fullmatch(given.strip()) else text


def greeting(recipient: Recipient, language: Language = ENGLISH) -> str:
    """The line that opens a letter: the salutation wins; a title asks for `Dear`, a first name for `Hi`."""
    said = " ".join(recipient.salutation.split()).rstrip(",: ")
    said = said if any(sign.isalnum() for sign in said) else ""
    if said.lower().startswith(language.openers):
        return f"{said}{language.end}"
    if called := said or first_name(recipient.name):
        return f"{_called(called, said, recipient.name, language)}{language.end}"
    return f"{language.nameless}{language.end}"


def _called(called: str, said: str, name: str, language: Language) -> str:
    first = called.split()[0]
    if courteous := language.courteous.get(first.lower().rstrip(".")):
        return f"{courteous} {called}"
    if len(called.split()) > 1 and (_is_title(first) or _is_initial(first)):
        return language.polite.format(called)
    if not said and language.by_whole_name:
        return language.polite.format(whole_name(name))
    return language.casual.format(called)


def visible(text: str) -> bool:
    """Whether a reader sees anything of the text; spaces, control and format characters alone leave a gap."""
    if text[:1].isalnum():
        return True
    return any(not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc", "Cs"} for sign in text)


def sentence(items: Iterable[object], last: str = "", language: Language = ENGLISH) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return joined([str(item) for item in items], language, last)


def count(number: int, one: str, many: str = "") -> str:
    """`one conversation`, `three conversations`, `14 conversations`."""
    return f"{in_words(number, ENGLISH)} {one if number == 1 else many or one + 's'}"


def phrase(text: str, language: Language = ENGLISH) -> str:
    """What the owner wrote, fit to follow `thank you for` or `about`: no such words of its own, no full stop."""
    words = " ".join(text.split())
    for _ in range(2):  # "Thank you", then "for"
        words = language.thanking.sub("", words, count=1) if language.thanking.match(words) else words
    words = words.rstrip(" .!;,")
    first = words.partition(" ")[0]
    small = first.istitle() and language.small.fullmatch(first)
    words = words[:1].lower() + words[1:] if small else words
    return words if visible(words) else ""


def sentences(text: str, at_most: int) -> str:
    """The first sentences of a text, `at_most` of them, with a full stop at the end."""
    line = " ".join(text.split())
    found = re.findall(r".+?(?:[.!?…]+[\"')\]]*(?=\s+[^\sa-z])|$)", line)
    kept = " ".join(part.strip() for part in found[:at_most])
    return kept if not kept or kept.endswith((".", "!", "?", "…")) else f"{kept}."


def near(word: str, known: Sequence[str]) -> list[str]:
    """Up to three known words that look like the given one."""
    import difflib

    return difflib.get_close_matches(word, known, n=3, cutoff=0.6)


def warm_opening(name: str, introduced_by: str, looking_for: str = "") -> str:
    """A first sentence to somebody whom a contact named, for the owner to write."""
    why = f" about {looking_for}" if looking_for else ""
    return f"Dear {first_name(name)}, {introduced_by} suggested that I talk to you{why}; may I ask for fifteen minutes?"

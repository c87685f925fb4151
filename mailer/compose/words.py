"""Small rules of polite English: whom to call what, lists, counts, phrases that fit into a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is for, as far as the letter itself needs it."""

    name: str
    address: str = ""
    salutation: str = ""
    language: str = ""


_TITLES = re.compile(
    r"(?:dr|prof|professor|mr|mrs|ms|miss|mx|sir|dame|lord|lady|rev|reverend|fr|hon|judge|rabbi|imam|capt|captain|col|maj"
    r"|lt|sgt|herr|frau|mme|mlle|sr|sra|dott|ing|mag|dipl-ing)\.?",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?d|m\.?d|mba|esq|i{2,3})\.?", re.IGNORECASE)
_GREETINGS = ("dear ", "hi ", "hello ", "hey ", "good morning", "good afternoon", "good evening", "greetings")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _is_title(word: str) -> bool:
    return _TITLES.fullmatch(word) is not None


def _is_initial(word: str) -> bool:
    return re.fullmatch(r"(?:[^\W\d_]\.)+(?:-[^\W\d_]\.)*|[^\W\d_]", word) is not None


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


def greeting(recipient: Recipient) -> str:
    """The line that opens a letter: the salutation wins; a title asks for `Dear`, a first name for `Hi`."""
    said = " ".join(recipient.salutation.split()).rstrip(", ")
    said = said if any(sign.isalnum() for sign in said) else ""
    if said.lower().startswith(_GREETINGS):
        return f"{said},"
    called = said or first_name(recipient.name)
    if not called:
        return "Hello,"
    first = called.split()[0]
    formal = len(called.split()) > 1 and (_is_title(first) or _is_initial(first))
    return f"{'Dear' if formal else 'Hi'} {called},"


def visible(text: str) -> bool:
    """Whether a reader sees anything of the text; spaces, control and format characters alone leave a gap."""
    if text[:1].isalnum():
        return True
    return any(not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc", "Cs"} for sign in text)


def sentence(items: Iterable[object], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = [str(item) for item in items]
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def count(number: int, one: str, many: str = "") -> str:
    """`one conversation`, `three conversations`, `14 conversations`."""
    said = _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)
    return f"{said} {one if number == 1 else many or one + 's'}"


def phrase(text: str) -> str:
    """What the owner wrote, fit to follow `thank you for` or `about`: no such words of its own, no full stop."""
    words = re.sub(
        r"^(?:(?:many )?thanks|thank you|thankful|grateful)\s+(?=for\b)", "", " ".join(text.split()), flags=re.I
    )
    words = re.sub(r"^(?:for|about)\s+", "", words, flags=re.I).rstrip(" .!;,")
    first = words.partition(" ")[0]
    small = first.istitle() and _SMALL.fullmatch(first)
    words = words[:1].lower() + words[1:] if small else words
    return words if visible(words) else ""


_SMALL = re.compile(r"\w+ing|the|an?|your|my|our|his|her|their|how|what|why|when|who|all|that|this|both|some", re.I)


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

"""People named in sentences: names, addresses, numbers and companies, as far as they can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from mailer.understand.dates import month_of, weekday_of
from mailer.understand.headers import clean_address
from mailer.understand.phrases import Table, naming

_TOKEN = re.compile(r"[^\W\d_][\w'\u2019.\-]*|\S")
_BEFORE, _AFTER = r"(?<![^\W\d_])", r"(?![^\W\d_])"
_POINTER = Table(naming.POINTERS, before=_BEFORE, after=rf"{_AFTER}[:,]?\s{{0,2}}")
_COPYING = Table(naming.COPYING, before=_BEFORE, after=rf"{_AFTER}[:,]?\s{{0,2}}")
_OF_WHOM = rf"{_BEFORE}{naming.POSSESSIVES}\s(?:[^\W\d_]{{2,14}}\s){{0,3}}?"
_THEN_NAME = rf"{_AFTER}(?: (?:at|from|bei|chez|von) [^\W\d_][\w&.\-]{{1,30}})?,?\s{{0,2}}"
_RELATION = Table(naming.RELATIONS, before=_OF_WHOM, after=_THEN_NAME)
_FAMILY = Table(naming.FAMILY, before=_OF_WHOM, after=_THEN_NAME)
_JAPANESE = re.compile(
    r"((?:[\u4e00-\u9fff\u3005]{1,4}|[\u30a1-\u30fa\u30fc]{2,12}))\s?(?:\u3055\u3093|\u69d8|\u6c0f)(?=[\u306b\u3092\u3068\u306e\u3078\u304c\u306f\u3001\uff08(\s]|$)"
)
EMAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_PHONE = re.compile(
    r"(?<![\w.@/\-])(?:\+|00)?\(?\d{1,5}\)?(?:[\s./\-\u2011]{1,2}\(?\d{1,8}\)?){1,7}(?![\w@])|(?<!\w)\+\d{8,15}(?!\w)"
)
_COMPANY = re.compile(
    rf"(?<![^\W_]){naming.PREPOSITIONS}\s{{1,2}}(?:the |der |die |dem |la |le |el |il )?(?=[^\W\d_])", re.IGNORECASE
)
_CONTACT = re.compile(r"\s?[(<\[][^()<>\[\]\n]{3,80}[)>\]]")
_LEGAL_FORM = re.compile(r"\s(?:AG|SE|KG|GmbH|Ltd|Inc|LLC|BV|B\.V|NV|SA|S\.A|SpA|Oy|AB|AS|A/S|plc|Corp|Co)\b")
_MAX_NAME = 4
_LONGEST = 500
_MAX_ADDRESSES = 20


@dataclass(slots=True)
class Named:
    """A person found in a sentence; `end` is where the name ends in it."""

    name: str
    end: int
    sure: bool  # whether a first name alone is believed
    email: str = ""
    phone: str = ""
    company: str = ""


def people_in(sentence: str) -> list[Named]:
    """The people a sentence points the reader to, with what stands beside them. Addresses alone have no name."""
    sentence = sentence[:_LONGEST]
    found = _pointed_at(sentence)
    for match in islice(EMAIL.finditer(sentence), _MAX_ADDRESSES):
        _give_email(found, match, sentence)
    for match in islice(_PHONE.finditer(sentence), _MAX_ADDRESSES):
        _give_phone(found, match)
    for person in found:
        following = min((p.end - len(p.name) for p in found if p.end > person.end and p.name), default=len(sentence))
        person.company = _company(sentence[:following], person) or person.company
    return [p for p in found if p.email or p.phone or p.company or p.sure or " " in p.name]


def _pointed_at(sentence: str) -> list[Named]:
    found: list[Named] = []
    for pattern, sure in ((_COPYING, True), (_RELATION, True), (_FAMILY, False), (_POINTER, False)):
        for match in pattern.finditer(sentence):
            _read_names(sentence, match.end(), found, sure=sure)
    for match in _JAPANESE.finditer(sentence):
        _add(found, Named(match[1], match.end(), sure=True))
    return found


def _read_names(sentence: str, at: int, found: list[Named], *, sure: bool) -> None:
    """The name that begins at `at`, and those joined to it by commas and ands."""
    for _ in range(6):
        person = _name_at(sentence, at, sure=sure)
        if person is None:
            return
        _add(found, person)
        following = _TOKEN.match(sentence, _skip_space(sentence, _after_company(sentence, person.end)))
        if following is None or following[0].lower() not in naming.ANDS:
            return
        at = following.end()
        # ", Acme" is no second person: after a comma alone only a first and a last name are believed.
        if following[0] == ",":
            second = _name_at(sentence, at, sure=False)
            if second is None or " " not in second.name:
                return


def _after_company(sentence: str, at: int) -> int:
    """The end of `at Maersk` or `(mary@...)`, where that stands right behind a name."""
    start = _skip_space(sentence, at)
    contact = _CONTACT.match(sentence, at)
    if contact:
        return contact.end()
    match = _COMPANY.match(sentence, start)
    words = _company_words(sentence[match.end() :]) if match else ""
    return match.end() + len(words) if match and words else at


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _add(found: list[Named], person: Named) -> None:
    """Add a person unless the name is there; the longer form of a name wins."""
    for other in found:
        if (
            other.name == person.name
            or other.name.endswith(" " + person.name)
            or other.name.startswith(person.name + " ")
        ):
            other.sure = other.sure or person.sure
            return
        if person.name.startswith(other.name + " "):
            other.name, other.end, other.sure = person.name, person.end, other.sure or person.sure
            return
    found.append(person)


def _name_at(sentence: str, at: int, *, sure: bool) -> Named | None:
    """Up to four capitalised words from `at` on, fillers and titles before them skipped."""
    words: list[str] = []
    end, skipped, before = at, 0, ""
    for match in _TOKEN.finditer(sentence, at):
        word = match[0].rstrip(".") if len(match[0]) > 2 else match[0]
        lowered = match[0].lower()
        if words and sentence[end : match.start()].strip():
            break
        if not words:
            if lowered in naming.TITLES:
                sure, skipped = True, skipped + 1
            elif lowered in naming.FILLERS and not _is_name(word, first=True) and skipped < 6:
                skipped, before = skipped + 1, lowered
            elif _is_name(word, first=True):
                words.append(word)
                end = match.start() + len(word)
            else:
                return None
            continue
        if lowered in naming.PARTICLES and _goes_on(words, sentence, match.end()):
            words.append(match[0])
        elif _is_name(word, first=False) and len(words) < _MAX_NAME:
            words.append(word)
        else:
            break
        end = match.start() + len(word)
        if match[0].endswith(".") and len(match[0]) > 2:
            break
    if before == "the" and not sure:
        return None  # "contact the Chicago Transit Authority": no person
    name = " ".join(words).removesuffix("'s").removesuffix("\u2019s")
    return Named(name, end, sure) if len(name) > 1 else None


def _goes_on(words: list[str], sentence: str, at: int) -> bool:
    """Whether a small word is inside a name ("Jan de Vries") and not between name and company ("... van Philips")."""
    if len(words) >= _MAX_NAME or sum(word[0].isupper() for word in words) > 1:
        return False
    for match in _TOKEN.finditer(sentence, at):
        if match[0].lower() not in naming.PARTICLES:
            return match[0][0].isupper() and not _LEGAL_FORM.match(sentence, match.end())
    return False


def _is_name(word: str, *, first: bool) -> bool:
    """Whether a word can be part of a name: capitalised, and no day, month, pronoun or department."""
    lowered = word.lower()
    if not word[:1].isupper() or lowered.removesuffix("'s") in naming.NOT_NAMES or lowered.startswith("e-mail"):
        return False
    if len(word) > 3 and word.isupper():
        return False
    if first and (
        weekday_of(word) is not None
        or (len(word) > 3 and month_of(word) is not None and word not in naming.MONTH_NAMESAKES)
    ):
        return False
    return len(word) > 1 or not first


def _give_email(found: list[Named], match: re.Match[str], sentence: str) -> None:
    """To the nearest person named before it who has none, else the first who has none, else to the words before it."""
    address = clean_address(match[0].rstrip("."))
    if not address:
        return
    before = [p for p in found if p.end <= match.start() and not p.email]
    target = before[-1] if before else next((p for p in found if not p.email), None)
    if target is None or (before == [] and target.end > match.end() + 60):
        target = Named(_name_before(sentence, match.start()), match.start(), sure=True)
        found.append(target)
    target.email = address
    if not target.company:
        target.company = _company_of_domain(sentence[target.end : match.start()], address)


def _name_before(sentence: str, end: int) -> str:
    """The capitalised words right before an address: `Mary Somerville <mary@...>`, `Mary: mary@...`."""
    lead = sentence[max(0, end - 80) : end].rstrip(" <([:,;-\u2013\u2014=\t\"'")
    words: list[str] = []
    for word in reversed(lead.split()[-_MAX_NAME:]):
        bare = word.strip("\"'(*")
        ended = word[-1:] in ",;:.!?" and bool(words)
        if ended or not _is_name(bare.rstrip(","), first=True):
            break
        words.insert(0, bare.rstrip(","))
    return " ".join(words)


def _company_of_domain(between: str, address: str) -> str:
    """`Mary Somerville, Acme, mary@acme.test`: a word between name and address that the domain repeats."""
    label = address.rpartition("@")[2].split(".")[0].lower()
    for match in re.finditer(r"[^\W\d_][\w&\-]{1,30}", between):
        word: str = match[0]
        if word.lower() == label and word[:1].isupper():
            return word
    return ""


def _give_phone(found: list[Named], match: re.Match[str]) -> None:
    digits = sum(map(str.isdigit, match[0]))
    if not 7 <= digits <= 15 or re.fullmatch(r"\s*\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}\s*", match[0]):
        return
    before = [p for p in found if p.end <= match.start() and not p.phone]
    target = before[-1] if before else None
    if target is not None:
        number = re.sub(r"\s+", " ", match[0]).strip(" .-")
        target.phone = number.removesuffix(")") if number.count(")") > number.count("(") else number


def _company(sentence: str, person: Named) -> str:
    """The capitalised words behind `at`, `from`, `bei`... near the name, or in brackets right after it."""
    rest = sentence[person.end : person.end + 100]
    bracket = re.match(r"\s?\(([^()@\d]{2,40})\)", rest)
    inside: str = bracket[1].rpartition(",")[2].strip() if bracket else ""
    if inside[:1].isupper() and len(inside.split()) <= 4 and inside.startswith(person.company):
        return inside
    for match in _COMPANY.finditer(rest):
        if re.search(r"[.;!?](?:\s|$)", rest[: match.start()]):
            return ""
        words = _company_words(rest[match.end() :])
        # the "Acme" of an address is part of the "Acme Freight" that the sentence speaks of
        if words and words.startswith(person.company):
            return words
    return ""


def _company_words(text: str) -> str:
    words: list[str] = []
    for match in re.finditer(r"\S+", text[:80]):
        raw = match[0]
        word = raw.strip(",.;:!?()\"'\u201c\u201d")
        joins = raw == "&" and words
        if not joins and (not word or "@" in word or not (word[0].isupper() or word[0].isdigit())):
            break
        if not words and (
            word.lower() in naming.NOT_NAMES or weekday_of(word) is not None or _is_month(word) or word[0].isdigit()
        ):
            break
        words.append(raw if joins else word)
        if len(words) == _MAX_NAME or raw[-1] in ",.;:!?)":
            break
    while words and words[-1] == "&":
        words.pop()
    return " ".join(words)


def _is_month(word: str) -> bool:
    return len(word) > 2 and month_of(word) is not None and word not in naming.MONTH_NAMESAKES

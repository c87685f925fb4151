"""New people in an answer: copied, named in the text, or on an attached card. Each is a proposal, never a contact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailer import model
from mailer.understand import limits
from mailer.understand.automatic import is_unread_sender
from mailer.understand.body import cards
from mailer.understand.headers import Address, clean_address, parse_addresses
from mailer.understand.mime import Part
from mailer.understand.people import EMAIL, people_in
from mailer.understand.phrases import Table, absence, naming
from mailer.understand.sentences import sentences

_FIRST_PERSON = Table(naming.FIRST_PERSON)
_NEW_ADDRESS = Table(absence.NEW_ADDRESS)
_COPY_WORDS = Table(naming.COPY_WORDS)
_PRONOUN = re.compile(
    r"^\W*(?:her|his|their|she|he|they|you can (?:reach|call|e-?mail|contact|find)|e-?mail|mail|phone|tel|mobile|cell|"
    r"seine?|ihre?|sie|er|erreichbar|son|sa|elle|il|su|suo|sua|zijn|haar|hans|hendes|hennes|jego|jej|его|её|ее)\b",  # noqa: RUF001
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(
    r"^(?:post-?master|mailer-daemon|abuse|unsubscribe|list-?(?:owner|request|unsubscribe)?|.{1,60}-(?:owner|request|bounces|"
    r"unsubscribe|subscribe|help)|root|webmaster|hostmaster|bounces?)@",
    re.IGNORECASE,
)
_ROLE = re.compile(r"^(?:support|help(?:desk)?|info|admin|sales|service|kontakt|contact|office|hello)@", re.IGNORECASE)
"""Addresses of an office: nobody, unless a name stands beside."""
_CARD_LINE = re.compile(r"^(?:[\w\-]{1,20}\.)?([A-Za-z\-]{1,20})((?:;[^:\n]{0,200})?):(.*)$", re.MULTILINE)
_LONGEST_SENTENCE = 300


@dataclass(frozen=True, slots=True)
class Known:
    """Who is nobody new: addresses (lower case) and names (lower case)."""

    addresses: frozenset[str]
    names: frozenset[str]

    def has(self, person: model.Introduction) -> bool:
        """Whether a person is known by address or name, or the address is nobody's."""
        email, name = (person.email or "").lower(), (person.name or "").lower()
        if email and (email in self.addresses or is_unread_sender(email) or _IMPERSONAL.match(email)):
            return True
        if email and not name and _ROLE.match(email):
            return True
        return bool(name) and (name in self.names or any(full.startswith(name + " ") for full in self.names))


def find_introductions(
    message: Part, text: str, *, sender: Address, ours: frozenset[str], known: frozenset[str]
) -> tuple[model.Introduction, ...]:
    """The new people of an answer, each once, with the sentence that speaks of them."""
    copied = _others_copied(message)
    owner_names = frozenset(a.name.lower() for a in copied if a.email.lower() in ours and a.name)
    nobody_new = Known(
        addresses=ours | known | {sender.email.lower()} | _list_addresses(message),
        names=owner_names | ({sender.name.lower()} if sender.name else frozenset()),
    )
    text = text[: limits.MAX_PHRASES]
    spoken = sentences(text)
    found = [*_named(spoken), *_copied(copied, spoken), *_on_cards(message)]
    merged = _merge(person for person in found[: limits.MAX_NAMED] if not nobody_new.has(person))
    named = [_name_by_address(person, text) for person in merged[: limits.MAX_INTRODUCTIONS]]
    return tuple(_merge(named))


def find_substitutes(
    text: str, pattern: Table, *, ours: frozenset[str], sender: Address
) -> tuple[model.Introduction, ...]:
    """Whom an absent or departed person names instead: people in sentences that `pattern` finds."""
    nobody = Known(ours | {sender.email.lower()}, frozenset({sender.name.lower()}) if sender.name else frozenset())
    spoken = sentences(text[: limits.MAX_PHRASES])
    chosen = [
        s
        for s, before in zip(spoken, ["", *spoken], strict=False)
        if pattern.search(s) or (pattern.search(before) and "@" in s)
    ]
    return tuple(_merge(p for p in _named(chosen) if not nobody.has(p))[:5])


def find_new_address(text: str, sender: str) -> str:
    """The address that the writer asks to be written to from now on; empty where none is given."""
    spoken = sentences(text[: limits.MAX_PHRASES])[:200]
    for sentence, following in zip(spoken, [*spoken[1:], ""], strict=False):
        if not _NEW_ADDRESS.search(sentence):
            continue
        for words in (sentence, following):
            addresses = [clean_address(a.rstrip(".")) for a in EMAIL.findall(words[:600])]
            others = [a for a in addresses if a and a.lower() != sender.lower()]
            if others:
                return others[-1]
    return ""


def _named(spoken: Sequence[str]) -> list[model.Introduction]:
    """People in the text; an address or number in the next sentence ("Her mail is ...") goes with the last one."""
    found: list[model.Introduction] = []
    since = 9
    for sentence in spoken[:200]:
        if len(found) >= limits.MAX_NAMED:
            break
        people = [p for p in people_in(sentence) if p.name or p.email]
        since += 1
        anonymous = bool(people) and not any(p.name for p in people)
        if anonymous and (_FIRST_PERSON.search(sentence) or _NEW_ADDRESS.search(sentence)):
            continue
        follows = (since <= 2 and _PRONOUN.match(sentence)) or (since <= 1 and _is_bare(sentence))
        if found and follows and (anonymous or not people):
            found[-1] = _completed(found[-1], sentence)
            continue
        for person in people:
            found.append(
                model.Introduction(
                    name=person.name or None,
                    email=person.email or None,
                    company=person.company or None,
                    phone=person.phone or None,
                    sentence=sentence[:_LONGEST_SENTENCE],
                )
            )
            since = 0
    return found


def _name_by_address(person: model.Introduction, text: str) -> model.Introduction:
    """`susan.lee@...` is Susan Lee, where the text speaks of a Susan Lee."""
    if person.name:
        return person
    pieces = re.findall(r"[^\W\d_]{2,30}", (person.email or "").partition("@")[0])
    if not 1 <= len(pieces) <= 3:
        return person
    pattern = r"(?<!\w)" + r"\s{1,3}".join(map(re.escape, pieces)) + r"(?:\s{1,2}[^\W\d_]{2,30})?(?!\w)"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        words = [word for word in match[0].split() if word[0].isupper()]
        if len(words) >= 2:
            return replace(person, name=" ".join(words))
    return person


def _is_bare(sentence: str) -> bool:
    """Whether a sentence is an address with next to nothing around it."""
    return "@" in sentence and len(EMAIL.sub("", sentence[:600])) < 12


def _completed(person: model.Introduction, sentence: str) -> model.Introduction:
    """A person with what a following sentence adds."""
    extra = people_in(f"contact {person.name or 'X'} X: {sentence}")
    email = next((p.email for p in extra if p.email), None)
    phone = next((p.phone for p in extra if p.phone), None)
    return replace(person, email=person.email or email, phone=person.phone or phone)


def _others_copied(message: Part) -> list[Address]:
    values = [value for name in ("to", "cc") for value in message.headers.all(name)]
    return [address for value in values for address in parse_addresses(value)]


def _copied(copied: list[Address], spoken: Sequence[str]) -> list[model.Introduction]:
    """Everybody in To and Cc, with the sentence that mentions them or speaks of copying."""
    about_copies = next((s for s in spoken if _COPY_WORDS.search(s)), None)
    found = []
    for address in copied:
        name = _straight(address.name)
        first = name.split(" ")[0] if name else ""
        sentence = None
        if len(first) > 2:
            mention = re.compile(rf"(?<!\w){re.escape(first)}(?!\w)")
            sentence = next((s for s in spoken if mention.search(s)), None)
        sentence = (sentence or about_copies or "")[:_LONGEST_SENTENCE]
        found.append(model.Introduction(name=name or None, email=address.email, sentence=sentence or None))
    return found


def _straight(name: str) -> str:
    """`Somerville, Mary` the right way round; an address given as a name is no name."""
    if "@" in name:
        return ""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() and "," not in first else name


def _list_addresses(message: Part) -> frozenset[str]:
    found = re.findall(r"mailto:([^>?\s]{3,320})", " ".join(message.headers.all("list-post")))
    return frozenset(clean_address(address).lower() for address in found)


def _on_cards(message: Part) -> list[model.Introduction]:
    """The people on attached vCards (RFC 6350)."""
    found = []
    for card in cards(message):
        for one in re.split(r"(?i)END:VCARD", card)[:10]:
            person = _card(one)
            if person is not None:
                found.append(person)
    return found


def _card(text: str) -> model.Introduction | None:
    fields: dict[str, str] = {}
    for match in _CARD_LINE.finditer(re.sub(r"\n[ \t]", "", text)):
        fields.setdefault(match[1].upper(), re.sub(r"\\([,;\\n])", r"\1", match[3]).strip())
    name = fields.get("FN") or " ".join(reversed([part for part in fields.get("N", "").split(";")[:2] if part]))
    email = clean_address(fields.get("EMAIL", ""))
    if not name and not email:
        return None
    company = fields.get("ORG", "").split(";")[0]
    phone = fields.get("TEL", "").removeprefix("tel:")
    return model.Introduction(name or None, email or None, company or None, phone or None, "attached card")


def _merge(people: Iterable[model.Introduction]) -> list[model.Introduction]:
    """Each person once: same address, or one name the beginning or end of the other."""
    merged: list[model.Introduction] = []
    for person in people:
        for at, other in enumerate(merged):
            if _same(person, other):
                merged[at] = _joined(other, person)
                break
        else:
            merged.append(person)
    return merged


def _same(one: model.Introduction, other: model.Introduction) -> bool:
    if one.email and other.email:
        return one.email.lower() == other.email.lower()
    first, second = (one.name or "").lower(), (other.name or "").lower()
    if not first or not second:
        return False
    short, long = sorted((first, second), key=len)
    return short == long or long.startswith(short + " ") or long.endswith(" " + short)


def _joined(one: model.Introduction, other: model.Introduction) -> model.Introduction:
    name = max((one.name or "", other.name or ""), key=len)
    return model.Introduction(
        name=name or None,
        email=one.email or other.email,
        company=one.company or other.company,
        phone=one.phone or other.phone,
        sentence=one.sentence or other.sentence,
    )

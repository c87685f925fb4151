"""What must not stand in any paragraph of a letter: values left empty, placeholders, links that are none.

Most letters share most of their paragraphs, so each is looked at once and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

_KEPT = 4_096  # paragraphs and links remembered

_MARKS = re.compile(r"\{\{.*?(?:\}\}|$)|\}\}|\{%.*?(?:%\}|$)|%\}|\{#")
_WORDS = re.compile(
    r"\b(?:undefined|NaN|TODO(?=:)|TBD|FIXME|X{4,}|lorem ipsum)\b|(?<=[\w,;] )None\b|^(?:None|null)\W*$"
)
_BRACKETS = re.compile(
    r"\[(?:your|my|first|last|the|insert|add|company|contact|person|date|name|vor|nach|firma|datum|nombre|empresa|fecha"
    r"|prénom|nom|entreprise)\b[^\]\n]{0,30}\](?!\()"
    r"|<(?:first |last |your )?(?:name|company|date|vorname|nombre|prénom)>",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"(?<=\S)_{3,}|_{4,}|\u2026{2,}")
_EMPTY = re.compile(r"(?<=[^\W_]) ,(?=\s|$)|(?<=[^\W_]) \.(?=\s|$)|(?<= )\(\s*\)|,\s*,|“\s*”|„\s*“|«\s*»")
_BROKEN_LINK = re.compile(r"\[[^\]\n]{1,80}\]\([^)\n]{0,200}\)|\]\(")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"']*[^\s<>()\[\]\"'.,;:!?]", re.IGNORECASE)
_ANCHOR = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_BARE_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+([a-z]{2,})(?:/\S*)?", re.IGNORECASE)
_FILES = frozenset(
    re.findall(r"\w+", "pdf doc docx odt txt rtf md html jpg png gif svg zip xls xlsx csv ppt pptx ics vcf")
)
"""What ends the name of a file, and no host's."""

_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}|\[[0-9a-f:.]+\]|\d{1,3}(?:\.\d{1,3}){3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Blemish:
    """One thing wrong in a paragraph: the words, and what is wrong with them."""

    rule: str  # placeholder | link
    words: str
    what: str
    mend: str
    serious: bool = True


@lru_cache(maxsize=_KEPT)
def in_paragraph(text: str) -> tuple[Blemish, ...]:
    """What is wrong with one paragraph as its reader sees it."""
    return tuple(_blemishes(text))


def _blemishes(text: str) -> Iterator[Blemish]:
    for pattern, what in (
        (_MARKS, "holds the marks of a template"),
        (_WORDS, "holds a word that programs write where a value is missing"),
        (_BRACKETS, "holds a placeholder"),
        (_BLANKS, "holds a blank to be filled in"),
        (_EMPTY, "looks as if a value were missing here"),
    ):
        if found := pattern.search(text):
            around = text[max(0, found.start() - 20) : found.end() + 10]
            yield Blemish("placeholder", around.strip(), what, "give the value, or write the sentence anew")
    if found := _BROKEN_LINK.search(text):
        mend = "write [words](https://...), with an address of the web or of mail"
        yield Blemish("link", found[0], "is meant to be a link, and is none", mend)


@lru_cache(maxsize=_KEPT)
def _links(html: str) -> tuple[tuple[str, str], ...]:
    """Where the links of a paragraph go, and the words that stand for them."""
    from html import unescape

    return tuple((unescape(href), unescape(inside)) for href, inside in _ANCHOR.findall(html))


@lru_cache(maxsize=_KEPT)
def bare_addresses(text: str) -> tuple[str, ...]:
    """Addresses of the web in a line of text."""
    return tuple(_ADDRESS.findall(text))


def in_links(html: str, text: str) -> Iterator[Blemish]:
    """What is wrong with the links of a letter, given in both its forms."""
    linked = set()
    for url, shown in (link for part in html.split("</p>\n") for link in _links(part)):
        linked |= {url, shown}
        yield from _of_link(url, shown)
    for address in (address for line in text.split("\n") for address in bare_addresses(line)):
        if address not in linked and not any(address in each for each in linked):
            yield Blemish(
                "link", address, "is no link in the letter's HTML", f"write <{_whole(address)}>", serious=False
            )


def _whole(address: str) -> str:
    return address if "://" in address else f"https://{address}"


@lru_cache(maxsize=_KEPT)
def _of_link(url: str, shown: str) -> tuple[Blemish, ...]:
    """A link goes somewhere, and to where its words say."""
    if url.startswith("mailto:"):
        if "@" not in url:
            return (
                Blemish(
                    "link",
                    url.removeprefix("mailto:"),
                    "leads to no mail address",
                    "write mailto: and the whole address",
                ),
            )
        return ()
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if not _HOST.fullmatch(host.rstrip(".")):
        words = url or re.sub(r"<[^>]+>", "", shown).strip()
        return (Blemish("link", words, "leads nowhere: it names no host", "write the whole address"),)
    said = _named_host(re.sub(r"<[^>]+>", "", shown).strip())
    if said and said != host.rstrip(".").casefold().removeprefix("www."):
        what = "leads elsewhere than the words of its link say"
        return (Blemish("link", url, what, "let words and address agree: filters take this for a fraud"),)
    return ()


def _named_host(words: str) -> str:
    """The host that the words of a link name: `https://dana.example`, or `dana.example` alone; empty where none."""
    plain = _BARE_HOST.fullmatch(words)
    if not _ADDRESS.fullmatch(words) and (plain is None or plain[1].casefold() in _FILES):
        return ""
    try:
        return (urlsplit(_whole(words)).hostname or "").removeprefix("www.")
    except ValueError:
        return ""

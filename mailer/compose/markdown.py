"""Markdown to plain text and to HTML, and people's words made harmless in it.

A letter is cut at blank lines into blocks that mean the same alone; each block is rendered once and kept, since most
letters share most of theirs. HTML in the source is shown as text, pictures are not loaded, links go to the web or to
a mail address only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mailer.compose.headers import BIDI

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_KEPT = 1_024  # blocks remembered; a block of a letter is a few hundred characters

_WHOLE = 256  # letters remembered: each is read and then built, an edition's in chunks

_SPECIAL = re.compile(r"[\\`*\[\]]|<(?=\S)|<$|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])|(?<= )#(?=#*\s*$)")
_SPACES = re.compile(r"\s+")
_LEADING = re.compile(r" ?(?:[-+](?=\s|$)|[-=](?=[-=\s]*$)|>|~(?=~~)|#(?=#{0,5}(?:\s|$))|\d{1,9}(?=[.)](?:\s|$)))")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

SIGNATURE = re.compile(r"(?:\A|\n[ \t]*\n)-- ?\n")
"""A line `--` after a blank line begins the signature: each line after it stands on its own."""


@lru_cache(maxsize=_KEPT)
def escape(text: str) -> str:
    """Text from people, fit to stand anywhere in Markdown as just that text, on one line; spaces run together."""
    line = _SPACES.sub(" ", BIDI.sub("", _UNWANTED.sub("", text)))
    line = _SPECIAL.sub(r"\\\g<0>", line)
    if (lead := _LEADING.match(line)) is None:
        return line
    at = lead.end() if lead[0][-1].isdigit() else lead.end() - 1
    return f"{line[:at]}\\{line[at:]}"


def unescape(text: str) -> str:
    """The plain text that `escape` was given, out of a line that is not Markdown after all (a subject)."""
    return _ESCAPED.sub(r"\1", text)


def tidy(markdown: str) -> str:
    """Line ends are `\\n`, control characters are gone, and there are no blank lines at either end."""
    return _UNWANTED.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A block, or a letter, in both forms. In `text` each paragraph is one line."""

    text: str
    html: str


@lru_cache(maxsize=_WHOLE)
def render(markdown: str) -> Rendered:
    """The letter as text and as an HTML fragment without styles."""
    body, signature = _cut_signature(tidy(markdown))
    parts = [_block(block) for block in blocks(body)]
    texts, htmls = [part.text for part in parts if part.text], [part.html for part in parts]
    if signature:
        lines = [_line(line) for line in signature.split("\n") if line.strip()]
        texts.append("\n".join(["-- ", *(line.text for line in lines)]))
        htmls.append('<p class="signature">' + "<br>\n".join(line.html for line in lines) + "</p>\n")
    return Rendered("\n\n".join(texts), "".join(htmls))


def to_text(markdown: str) -> str:
    """The letter as plain text: one line a paragraph, links as `text <address>`, list items after `- `."""
    return render(markdown).text


def _cut_signature(markdown: str) -> tuple[str, str]:
    match = None if _has_fence(markdown) else SIGNATURE.search(markdown + "\n")
    return (markdown[: match.start()], markdown[match.end() :].strip("\n")) if match else (markdown, "")


_CONTINUES = re.compile(r"[ \t]|(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)", re.MULTILINE)
_FENCE = re.compile(r"^[ >\-+*0-9.)\t]*(?:```|~~~)", re.MULTILINE)
_REFERENCE = re.compile(r"^[ >\-+*0-9.)\t]*\[[^\]]*\]:", re.MULTILINE)
_GAP = re.compile(r"(\n(?:[ \t]*\n)+)")


def _has_fence(markdown: str) -> bool:
    """The rare signs are looked for first: where a line may begin is slow to tell."""
    return ("```" in markdown or "~~~" in markdown) and _FENCE.search(markdown) is not None


def _has_reference(markdown: str) -> bool:
    return "]:" in markdown and _REFERENCE.search(markdown) is not None


def blocks(markdown: str) -> list[str]:
    """The Markdown cut where a cut changes nothing: at blank lines outside lists, fences and references."""
    if _has_fence(markdown) or _has_reference(markdown):
        return [markdown]
    pieces = ["", *_GAP.split(markdown)]  # a gap, what follows it, a gap...
    found: list[str] = []
    for gap, piece in zip(pieces[::2], pieces[1::2], strict=True):
        if found and _CONTINUES.match(piece):
            found[-1] += gap + piece
        elif piece.strip():
            found.append(piece)
    return found


_PLAIN = re.compile(r"[^\s\\`*_\[\]<>&#~+=0-9-][^\\`*_\[\]<>&\n]*\Z")


@lru_cache(maxsize=_KEPT)
def _block(markdown: str) -> Rendered:
    if _PLAIN.match(markdown):
        line = markdown.rstrip(" \t")
        return Rendered(line, f"<p>{line.replace(chr(34), '&quot;')}</p>\n")
    parser = _parser()
    tokens = parser.parse(markdown)
    return Rendered(_Writer().write(tokens), parser.renderer.render(tokens, parser.options, {}))


@lru_cache(maxsize=_KEPT)
def _line(markdown: str) -> Rendered:
    parser = _parser()
    tokens = parser.parseInline(markdown.strip())
    return Rendered(_inline_text(tokens[0].children or ()), parser.renderer.render(tokens, parser.options, {}))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": False}).disable("image")
    parser.validateLink = safe_link  # type: ignore[method-assign]
    return parser


def safe_link(url: str) -> bool:
    """Whether a link may stand in a letter: the web or a mail address, nothing else."""
    return url.lower().startswith(("http://", "https://", "mailto:"))


class _Writer:
    """Plain text out of parsed Markdown. `marks` are what stands before each line: list indents and quote signs."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.marks: list[str] = []
        self.pending = ""  # a list item's sign, waiting for the item's first line
        self.numbers: list[int | None] = []
        self.loose = False

    def write(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            self._token(token)
        return "\n".join(self.lines)

    def _token(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._list(None)
            case "ordered_list_open":
                start = token.attrGet("start")
                self._list(1 if start is None else int(start))
            case "bullet_list_close" | "ordered_list_close":
                self.numbers.pop()
            case "list_item_open":
                self._item()
            case "blockquote_open":
                self.marks.append("> ")
            case "list_item_close" | "blockquote_close":
                self.marks.pop()
            case "paragraph_open":
                self.loose = not token.hidden
            case "heading_open":
                self.loose = True
            case "inline":
                self._emit(_inline_text(token.children or ()))
            case "fence" | "code_block":
                self.loose = True
                self._emit(token.content.rstrip("\n"))
            case "hr":
                self.loose = True
                self._emit("* * *")

    def _list(self, start: int | None) -> None:
        if self.lines and not self.numbers:
            self.lines.append("".join(self.marks).rstrip())
        self.numbers.append(start)

    def _item(self) -> None:
        number = self.numbers[-1]
        sign = "- " if number is None else f"{number}. "
        if number is not None:
            self.numbers[-1] = number + 1
        self.pending = "".join(self.marks) + self.pending[len("".join(self.marks)) :] + sign
        self.marks.append(" " * len(sign))

    def _emit(self, text: str) -> None:
        before = "".join(self.marks)
        if self.lines and self.loose:
            self.lines.append(before.rstrip())
        for number, line in enumerate(text.split("\n")):
            start = self.pending if number == 0 and self.pending else before
            self.lines.append((start + line).rstrip())
        self.pending = ""


def _inline_text(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(parts)))
        elif token.type == "link_close":
            url, start = links.pop()
            parts.append(_address("".join(parts[start:]), url))
        else:
            parts.append(_INLINE.get(token.type, token.content))
    return "".join(parts)


_INLINE = {"softbreak": " ", "hardbreak": "\n", "strong_open": "*", "strong_close": "*", "em_open": "", "em_close": ""}


def _address(shown: str, url: str) -> str:
    """What follows a link's words in plain text: nothing where they say the address already."""
    if shown.casefold() in {url.casefold(), url.casefold().removeprefix("mailto:")}:
        return ""
    return f" <{url.removeprefix('mailto:')}>" if shown else url

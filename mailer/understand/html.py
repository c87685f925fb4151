"""HTML to plain text in one pass, bounded: a line where a reader sees a line, quotes marked with `>`.

Layout beyond that says nothing of a reply. Hostile markup (endless nesting, broken tags) costs no more than its length.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from mailer.understand import limits

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div br tr li ul ol table h1 h2 h3 h4 h5 h6 hr pre blockquote body section article header footer dd dt dl "
        "center address form fieldset figure tbody thead",
    )
)
_APART = frozenset({"p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"})
"""Elements with a blank line around them."""
_DROPPED = frozenset({"style", "script", "head", "title", "noscript", "template", "xml"})
_SIGNATURE = re.compile(
    r"(?:class|id)\s*=\s*[\"']?[^\"'>]{0,60}(?:gmail_signature|moz-signature|protonmail_signature_block|x_?signature|"
    r"mobile-signature|ms-outlook-mobile-signature|applemailsignature|zmail_signature|(?<![\w-])signature(?![\w-]))",
    re.IGNORECASE,
)
_INDENT = re.compile(
    r"border\s*:\s*(?:none|0)|margin(?:-left)?\s*:\s*(?:0(?:px)? 0(?:px)? 0(?:px)? )?40px", re.IGNORECASE
)
_CITED = re.compile(r"type\s*=\s*[\"']?cite|quote|cite\s*=|border-left", re.IGNORECASE)
_MAILTO = re.compile(r"href\s*=\s*[\"']?\s*mailto:([^\"'?>\s]{3,320})", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0\u200b]+")
_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:]{0,20}")


@dataclass(slots=True)
class _Page:
    """The text so far."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    marks: list[bool] = field(default_factory=list)  # open blockquotes: whether each is a quote
    depth: int = 0
    dropping: str = ""
    preformatted: int = 0
    link: str = ""
    link_at: int = 0

    def end_line(self, *, apart: bool = False) -> None:
        """Finish the line; `apart` leaves a blank one below."""
        text = "".join(self.line)
        self.line.clear()
        text = text if self.preformatted else _SPACE.sub(" ", text).strip()
        prefix = ">" * self.depth + " " if self.depth else ""
        if text:
            self.lines += [prefix + each for each in text.split("\n")]
        if (apart or not text) and self.lines and self.lines[-1].strip("> "):
            self.lines.append(prefix.rstrip())


def html_to_text(markup: str) -> str:
    """The words of `markup`; what stands in quotes carries `>`, a marked signature begins with `-- `."""
    page = _Page()
    pieces = markup[: limits.MAX_MARKUP].split("<", limits.MAX_TAGS)
    if len(pieces) > limits.MAX_TAGS:
        pieces.pop()
    _add_text(page, pieces[0])
    commented = False
    for piece in pieces[1:]:
        if commented or piece.startswith("!--"):
            commented = "-->" not in piece
            _add_text(page, "" if commented else piece.rpartition("-->")[2])
            continue
        tag, closed, text = piece.partition(">")
        name = _NAME.match(tag)
        if not closed or (name is None and not tag.startswith(("!", "?"))):
            _add_text(page, "<" + piece)
            continue
        if name is not None:
            _tag(page, name[0].lower(), tag)
        _add_text(page, text)
    page.end_line()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(page.lines)).strip("\n")


def _add_text(page: _Page, text: str) -> None:
    if text and not page.dropping:
        text = html.unescape(text) if "&" in text else text
        page.line.append(text if page.preformatted else text.replace("\n", " "))


def _tag(page: _Page, name: str, tag: str) -> None:
    closing = name[0] == "/"
    element = name[1:] if closing else name
    if page.dropping:
        page.dropping = "" if closing and element == page.dropping else page.dropping
        return
    if element in _DROPPED:
        page.dropping = "" if closing or tag.endswith("/") else element
    elif element in _BLOCKS:
        page.end_line(apart=element in _APART)
        _block(page, element, tag, closing=closing)
    elif element in ("td", "th"):
        page.line.append(" ")
    elif element == "a":
        _link(page, tag, closing=closing)
    if not closing and len(tag) > 12 and page.depth == 0 and "sign" in tag.lower() and _SIGNATURE.search(tag[:300]):
        page.end_line()
        page.lines.append("-- ")


def _block(page: _Page, element: str, tag: str, *, closing: bool) -> None:
    if element == "pre":
        page.preformatted = max(0, page.preformatted + (-1 if closing else 1))
    elif element == "li" and not closing:
        page.line.append("- ")
    elif element == "blockquote" and closing:
        page.depth -= page.marks.pop() if page.marks else 0
    elif element == "blockquote":
        attributes = tag[len("blockquote") : 600]
        quote = bool(_CITED.search(attributes)) or not _INDENT.search(attributes)
        page.marks.append(quote and page.depth < limits.MAX_NESTING)
        page.depth += page.marks[-1]


def _link(page: _Page, tag: str, *, closing: bool) -> None:
    """A mailto link whose words don't hold the address has it added: it may be an introduction."""
    if not closing:
        found = _MAILTO.search(tag[:1000])
        page.link, page.link_at = (found[1] if found else ""), len(page.line)
    elif page.link:
        words = "".join(page.line[page.link_at :])
        if page.link.lower() not in words.lower():
            page.line.append(f" <{page.link}>")
        page.link = ""

"""HTML to plain text by inscriptis, bounded; quotes are marked with `>`, a marked signature begins with `-- `.

inscriptis and lxml are imported when the first HTML is read. lxml stops at 256 levels of nesting, so that inscriptis,
which calls itself for each level, stays shallow.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from mailer.understand import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OPEN, _CLOSE, _SIGNED, _ADDRESS = "\ue000", "\ue001", "\ue002", "\ue003"
"""Written into the text where a quote begins and ends, a signature begins, around the address of a link.

Those that stand in the markup are taken out first.
"""
_MARKS = re.compile(f"([{_OPEN}{_CLOSE}{_SIGNED}])")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ue000-\ue003\ud800-\udfff]")
"""What XML can't hold, and our marks."""
_SIGNATURE = re.compile(
    r"gmail_signature|moz-signature|protonmail_signature_block|x_?signature|mobile-signature|ms-outlook-mobile-signature|"
    r"applemailsignature|zmail_signature|(?<![\w-])signature(?![\w-])",
    re.IGNORECASE,
)
_INDENT = re.compile(
    r"border\s*:\s*(?:none|0)|margin(?:-left)?\s*:\s*(?:0(?:px)? 0(?:px)? 0(?:px)? )?40px", re.IGNORECASE
)
_MAILTO = re.compile(r"^\s*mailto:([^?>\s]{3,320})", re.IGNORECASE)
_LINKED = re.compile(f"{_ADDRESS}([^{_ADDRESS}\n]{{1,330}}){_ADDRESS}")
_SPACE = re.compile(r"[ \t\xa0\u200b]+")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_LINES = "table tr tbody thead center form fieldset section dl dt dd hr html nav main"


def html_to_text(markup: str) -> str:
    """The words of `markup`, up to the limits; empty where there are none."""
    from inscriptis import get_text

    pieces = _NO_TEXT.sub(" ", markup[: limits.MAX_MARKUP]).split("<", limits.MAX_TAGS)
    bounded = "<".join(pieces[: limits.MAX_TAGS]).strip()
    if not bounded:
        return ""
    try:
        text = get_text(bounded, _config(_Page()))
    except (ValueError, SyntaxError, RecursionError):
        return _TAG.sub(" ", bounded)  # markup that no parser takes
    return _marked(_LINKED.sub(_linked, text))


def is_over(markup: str) -> bool:
    """Whether markup is longer than what is read of it."""
    return len(markup) > limits.MAX_MARKUP or markup.count("<") > limits.MAX_TAGS


class _Page:
    """What is open while the tree is walked: which blockquotes are quotes, and the link whose words are read."""

    def __init__(self) -> None:
        self.quotes: list[bool] = []
        self.link = ""

    def blockquote(self, state: Any, attributes: Mapping[str, str]) -> None:
        style = attributes.get("style") or ""
        cited = attributes.get("type") == "cite" or "cite" in attributes or "border-left" in style.lower()
        quote = cited or "quote" in (attributes.get("class") or "").lower() or not _INDENT.search(style[:600])
        self.quotes.append(quote and len(self.quotes) < limits.MAX_NESTING)
        if self.quotes[-1]:
            state.tags[-1].write(_OPEN)

    def end_blockquote(self, state: Any) -> None:
        if self.quotes and self.quotes.pop():
            state.tags[-1].write(_CLOSE)

    def marked(self, state: Any, attributes: Mapping[str, str]) -> None:
        """A signature, where a program says that it is one."""
        named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:300]
        if not self.quotes and "sign" in named.lower() and _SIGNATURE.search(named):
            state.tags[-1].write(_SIGNED)

    def anchor(self, state: Any, attributes: Mapping[str, str]) -> None:
        """The address of a mailto link may be an introduction."""
        found = _MAILTO.match(attributes.get("href") or "")
        self.link = found[1] if found else ""

    def end_anchor(self, state: Any) -> None:
        if self.link:
            state.tags[-1].write(f"{_ADDRESS}{self.link}{_ADDRESS}")
        self.link = ""


def _config(page: _Page) -> Any:
    """How inscriptis lays a letter out: a line where a reader sees one, no columns."""
    from inscriptis.model.config import ParserConfig
    from inscriptis.model.tag import CustomHtmlTagHandlerMapping

    def nothing(*_: Any) -> None:
        return None

    start: dict[str, Callable[..., None]] = dict.fromkeys(("table", "tr"), nothing)
    start |= dict.fromkeys(("td", "th"), lambda state, _: state.tags[-1].write(" "))
    start |= dict.fromkeys(("div", "span", "p", "section"), page.marked)
    start |= {"blockquote": page.blockquote, "a": page.anchor}
    end: dict[str, Callable[..., None]] = dict.fromkeys(("table", "td", "th"), nothing)
    end |= {"blockquote": page.end_blockquote, "a": page.end_anchor}
    return ParserConfig(css=_styles(), custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping(start, end))


@cache
def _styles() -> dict[str, Any]:
    from inscriptis.css_profiles import STRICT_CSS_PROFILE
    from inscriptis.html_properties import Display
    from inscriptis.model.html_element import HtmlElement

    lines = {name: HtmlElement(display=Display.block) for name in _LINES.split()}
    lines |= {name: HtmlElement(display=Display.block) for name in ("ul", "ol")}
    apart = HtmlElement(display=Display.block, margin_before=1, margin_after=1)
    unseen = {name: HtmlElement(display=Display.none) for name in ("noscript", "template", "xml")}
    return {**STRICT_CSS_PROFILE, **lines, **unseen, "blockquote": apart}


def _linked(match: re.Match[str]) -> str:
    """The address of a link, where its words don't hold it."""
    before = match.string[max(0, match.start() - 330) : match.start()].rpartition("\n")[2]
    return "" if match[1].lower() in before.lower() else f" <{match[1]}>"


def _marked(text: str) -> str:
    """The text with `>` before the lines of quotes, and `-- ` before a signature."""
    out: list[str] = []
    depth = 0
    for piece in _MARKS.split(text):
        if piece == _OPEN:
            depth += 1
        elif piece == _CLOSE:
            depth -= 1
        elif piece == _SIGNED:
            out.append("-- ")
        else:
            lines = [_SPACE.sub(" ", line).strip() for line in piece.strip("\n").split("\n")]
            out += [f"{'>' * depth} {line}".rstrip() if depth else line for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip("\n")

"""A letter as an HTML document: small, styled within its elements, loading nothing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.compose.markdown import render

if TYPE_CHECKING:
    from css_inline import CSSInliner

_HEAD = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '</head>\n<body style="margin: 0; padding: 16px;">\n'
)
_TAIL = "\n</body></html>\n"


@lru_cache(maxsize=1)
def default_css() -> str:
    """The style sheet that letters have where the owner's templates folder holds no `letter.css`."""
    return Path(__file__).with_name("letter.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False)


def to_html(markdown: str, css: str | None = None) -> str:
    """The letter as a whole HTML document, as it leaves. `css` None means the shipped style sheet."""
    return document(render(markdown).html, css)


def document(fragment: str, css: str | None = None) -> str:
    """The HTML document around a rendered letter, its styles written into the elements."""
    inside = f'<div class="letter">\n{fragment}</div>'
    styled = _inliner().inline_fragment(inside, default_css() if css is None else css)
    return f"{_HEAD}{styled}{_TAIL}".replace("\nFrom ", "\n&#70;rom ")  # which mailbox files would alter

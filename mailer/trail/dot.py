"""The trail in Graphviz's language (https://graphviz.org/doc/info/lang.html), which its `dot` makes a picture of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from mailer.trail.graph import Someone, Trail
from mailer.trail.look import INK, LINE, QUIET, colours_of, lines_of, shortened

_FACE = "Helvetica"
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def to_dot(trail: Trail, today: date, title: str = "") -> str:
    """The whole trail, left to right; who neither named anybody nor was named is left out."""
    return "\n".join(_lines(trail, today, title)) + "\n"


def _lines(trail: Trail, today: date, title: str) -> Iterator[str]:
    yield "digraph trail {"
    yield "  rankdir=LR; bgcolor=white; pad=0.3; nodesep=0.18; ranksep=0.6; splines=true;"
    if title:
        yield f'  label={_quoted(title)}; labelloc=t; labeljust=l; fontname="{_FACE}"; fontsize=16; fontcolor="{INK}";'
    yield f'  node [shape=box, style="rounded,filled", fontname="{_FACE}", margin="0.16,0.08", penwidth=1.2];'
    yield f'  edge [color="{LINE}", arrowsize=0.6, penwidth=1.2];'
    numbers = {row.someone.key: number for number, row in enumerate(trail.rows) if not row.again}
    for row in trail.rows:
        if not row.again:
            yield f"  p{numbers[row.someone.key]} [{_node(trail, row.someone, today)}];"
    for row in trail.rows:
        if row.under:
            dashed = " [style=dashed]" if row.again else ""
            yield f"  p{numbers[row.under]} -> p{numbers[row.someone.key]}{dashed};"
    yield "}"


def _node(trail: Trail, someone: Someone, today: date) -> str:
    colours = colours_of(someone)
    rows = [f'<FONT POINT-SIZE="12" COLOR="{INK}"><B>{_html(shortened(someone.name))}</B></FONT>']
    rows += [f'<FONT POINT-SIZE="10" COLOR="{QUIET}">{_html(line)}</FONT>' for line in lines_of(trail, someone, today)]
    edge = ', style="rounded,filled,dashed"' if someone.status is None else ""
    return f'label=<{"<BR/>".join(rows)}>, fillcolor="{colours.fill}", color="{colours.edge}"{edge}'


def _html(text: str) -> str:
    plain = _UNSEEN.sub("", " ".join(text.split()))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") or "?"


def _quoted(text: str) -> str:
    plain = _UNSEEN.sub("", " ".join(text.split()))
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'

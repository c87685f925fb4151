"""The trail as a picture (SVG 1.1) without Graphviz: a tree from left to right, every person in a box of their own.

Leaves stand below one another; whoever named somebody stands in the middle of those they named. Columns are as wide as
their widest box. A dashed line leads to somebody whom another person named as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from mailer.trail.graph import Row, Trail
from mailer.trail.look import COLOURS, FONT, INK, LINE, PAPER, QUIET, colours_of, lines_of, shortened
from mailer.trail.words import State, state_of

NAME_SIZE, LINE_SIZE, LINE_HEIGHT = 13, 11, 15
PAD, GAP, BETWEEN, MARGIN = 10, 14, 56, 24
TIP, DIP = 2, 20  # how far an arrow ends from a box, and how far a line that leads back hangs below
BOLD = 1.12  # how much wider bold letters are
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Box:
    """One person's box; `y` is its top."""

    row: Row
    lines: tuple[str, ...]
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.height / 2


def to_svg(trail: Trail, today: date, title: str = "") -> str:
    """The whole trail; who neither named anybody nor was named is left out."""
    boxes = _placed(trail, today, MARGIN + (34 if title else 0))
    bottom = max((box.y + box.height for box in boxes.values()), default=MARGIN) + GAP
    legend, legend_width = _legend(boxes, bottom + 10)
    right = max((box.x + box.width for box in boxes.values()), default=MARGIN)
    width, height = max(right, legend_width, MARGIN + _width(title, 16)) + MARGIN, bottom + 34 + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FONT}" role="img">',
        f"<title>{_text(title or 'The trail')}</title>",
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0.8 L8 4 L0 7.2 z" fill="{LINE}"/></marker></defs>',
    ]
    if title:
        parts.append(f'<text x="{MARGIN}" y="{MARGIN + 12}" font-size="16" fill="{INK}">{_text(title)}</text>')
    parts += [*_curves(trail, boxes), *(part for box in boxes.values() for part in _drawn(box)), *legend, "</svg>"]
    return "\n".join(parts) + "\n"


def _placed(trail: Trail, today: date, top: float) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    for row in trail.rows:
        if not row.again:
            lines = lines_of(trail, row.someone, today)
            widest = max(
                _width(shortened(row.someone.name), NAME_SIZE) * BOLD, *(_width(line, LINE_SIZE) for line in lines)
            )
            boxes[row.someone.key] = Box(row, lines, widest + 2 * PAD, (1 + len(lines)) * LINE_HEIGHT + 2 * PAD - 4)
    _columns(list(boxes.values()))
    _heights(boxes, top)
    return boxes


def _columns(boxes: Sequence[Box]) -> None:
    """Every step of the trail is a column, as wide as its widest box."""
    widths: dict[int, float] = {}
    for box in boxes:
        widths[box.row.depth] = max(widths.get(box.row.depth, 0.0), box.width)
    starts, at = {}, float(MARGIN)
    for depth in sorted(widths):
        starts[depth] = at
        at += widths[depth] + BETWEEN
    for box in boxes:
        box.x = starts[box.row.depth]


def _heights(boxes: dict[str, Box], top: float) -> None:
    """Leaves one below the other; then, from the leaves up, everybody in the middle of those they named.

    A box that is higher than what follows from it pushes the rest down, so that none lies upon another.
    """
    below: dict[str, list[Box]] = {}
    for box in boxes.values():
        below.setdefault(box.row.under, []).append(box)
    free: dict[int, float] = {}  # in each column, where the next box may begin
    order = list(boxes.values())
    at = top
    for box in order:
        if not below.get(box.row.someone.key):
            box.y = at
            at += box.height + GAP
    for box in reversed(order):
        if children := below.get(box.row.someone.key):
            box.y = (children[0].middle + children[-1].middle) / 2 - box.height / 2
    for box in order:
        start = max(box.y, free.get(box.row.depth, top))
        if start > box.y:
            _push(box, start - box.y, below)
        free[box.row.depth] = box.y + box.height + GAP


def _push(box: Box, by: float, below: dict[str, list[Box]]) -> None:
    """Move a box and all that follows from it down."""
    waiting = [box]
    while waiting:
        each = waiting.pop()
        each.y += by
        waiting += below.get(each.row.someone.key, [])


def _curves(trail: Trail, boxes: dict[str, Box]) -> Iterator[str]:
    """A line with an arrow from everybody to each of those they named."""
    for row in trail.rows:
        if row.under:
            start, end = boxes[row.under], boxes[row.someone.key]
            dash = ' stroke-dasharray="5 4"' if row.again else ""
            yield (
                f'<path d="{_curve(start, end)}" fill="none" stroke="{LINE}" stroke-width="1.4" '
                f'marker-end="url(#arrow)"{dash}/>'
            )


def _curve(start: Box, end: Box) -> str:
    """From right to left side; back to an earlier column, where a circle closes, from below to below."""
    x, to = start.x + start.width, end.x - TIP
    if end.row.depth > start.row.depth:
        bend = max((to - x) / 2, 28)
        y, there = start.middle, end.middle
        return f"M{x:.1f} {y:.1f} C{x + bend:.1f} {y:.1f} {to - bend:.1f} {there:.1f} {to:.1f} {there:.1f}"
    x, to = start.x + start.width / 2, end.x + end.width / 2
    y, there = start.y + start.height, end.y + end.height + TIP
    return f"M{x:.1f} {y:.1f} C{x:.1f} {y + DIP:.1f} {to:.1f} {there + DIP:.1f} {to:.1f} {there:.1f}"


def _drawn(box: Box) -> Iterator[str]:
    someone, colours = box.row.someone, colours_of(box.row.someone)
    dash = ' stroke-dasharray="4 3"' if state_of(someone) is State.unknown else ""
    yield (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="8" '
        f'fill="{colours.fill}" stroke="{colours.edge}" stroke-width="1.2"{dash}/>'
    )
    y = box.y + PAD + NAME_SIZE - 3
    yield (
        f'<text x="{box.x + PAD:.1f}" y="{y:.1f}" font-size="{NAME_SIZE}" font-weight="bold" '
        f'fill="{INK}">{_text(shortened(someone.name))}</text>'
    )
    for number, line in enumerate(box.lines, 1):
        yield (
            f'<text x="{box.x + PAD:.1f}" y="{y + number * LINE_HEIGHT:.1f}" font-size="{LINE_SIZE}" '
            f'fill="{QUIET}">{_text(line)}</text>'
        )


def _legend(boxes: dict[str, Box], y: float) -> tuple[list[str], float]:
    """The states that occur, and how far right that reaches."""
    present = {state_of(box.row.someone) for box in boxes.values()}
    parts, x = [], float(MARGIN)
    for state, colours in COLOURS.items():
        if state in present:
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="12" height="12" rx="3" fill="{colours.fill}" '
                f'stroke="{colours.edge}"/>'
            )
            parts.append(
                f'<text x="{x + 18:.1f}" y="{y + 10:.1f}" font-size="{LINE_SIZE}" fill="{QUIET}">{colours.words}</text>'
            )
            x += 18 + _width(colours.words, LINE_SIZE) + 20
    return parts, x


def _width(text: str, size: int) -> float:
    """About how wide a text is in a common sans-serif, in pixels; rather too wide than too narrow."""
    units = 0.0
    for sign in text:
        if unicodedata.east_asian_width(sign) in "WF":
            units += 1.05
        elif sign in "ilj.,:;'|!() ":
            units += 0.34
        elif sign.isupper() or sign in "mwMW@":
            units += 0.76
        else:
            units += 0.0 if unicodedata.combining(sign) else 0.58
    return units * size


def _text(text: str) -> str:
    return escape(_UNSEEN.sub("", " ".join(text.split()))) or "?"

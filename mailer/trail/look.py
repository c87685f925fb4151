"""How the pictures of the trail look: one colour for each state, the same with Graphviz and without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mailer.trail.graph import Someone, Trail
from mailer.trail.words import State, cold, names_given, said, state_of

INK, QUIET, LINE, PAPER = "#1f2933", "#52606d", "#9aa5b1", "#ffffff"
FONT = "Helvetica, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Colours:
    """Of one state: the box, its edge, and the state in words for the legend."""

    fill: str
    edge: str
    words: str


COLOURS = {
    State.spoken: Colours("#d9f2e3", "#2f9e63", "spoken to"),
    State.answered: Colours("#dcebfb", "#2f74c0", "answered"),
    State.written: Colours("#eef0fb", "#7a86c9", "written to"),
    State.named: Colours("#fff4d6", "#d49b1f", "not contacted yet"),
    State.unknown: Colours("#ffffff", "#9aa5b1", "not in the roster yet"),
    State.closed: Colours("#f1f1f1", "#9aa5b1", "no mail any more"),
}


LONGEST = 44
"""Signs of one line in a picture; one endless name would push everybody else off the paper."""


def shortened(text: str) -> str:
    """A text that fits into a box."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"


def lines_of(trail: Trail, someone: Someone, today: date) -> tuple[str, ...]:
    """What stands in somebody's box, below the name."""
    second = ", ".join(part for part in (said(someone), names_given(trail, someone)) if part)
    return tuple(part for part in (shortened(someone.company), second, cold(trail, someone, today)) if part)


def colours_of(someone: Someone) -> Colours:
    """The colours of somebody's box."""
    return COLOURS[state_of(someone)]

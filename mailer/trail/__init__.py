"""The trail: who referred whom, how far it has been followed, and whom to talk to next. Pure."""

from mailer.trail.graph import COLD, GOAL, Link, Row, Someone, Trail
from mailer.trail.numbers import Connector, Numbers, numbers
from mailer.trail.sheet import Facts, Line, Proposal, Reason, Waiting, adding, in_quotes, sheet
from mailer.trail.words import State, cold, day_of, names_given, said, state_of

__all__ = [
    "COLD",
    "GOAL",
    "Connector",
    "Facts",
    "Line",
    "Link",
    "Numbers",
    "Proposal",
    "Reason",
    "Row",
    "Someone",
    "State",
    "Trail",
    "Waiting",
    "adding",
    "cold",
    "day_of",
    "in_quotes",
    "names_given",
    "numbers",
    "said",
    "sheet",
    "state_of",
]

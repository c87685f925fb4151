"""The demo's correspondents: what each of them does with a mail from Dana, and how it all has to end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

OWNER_NAME = "Dana Reyes"
OWNER_ADDRESS = "dana@example.com"


class Received(StrEnum):
    """Which of Dana's mails somebody got."""

    thank_you = "thank_you"
    update = "update"


class Does(StrEnum):
    """What somebody does with it; who isn't in the script stays silent."""

    answers = "answers"
    is_away = "is_away"  # their mail system answers by itself
    is_gone = "is_gone"  # the address is dead: a report comes back


class Quoting(StrEnum):
    """How their mail program quotes what it answers."""

    below = "below"  # the answer on top, `On ..., Dana wrote:` and > lines below
    outlook = "outlook"  # the answer on top, the old mail's From, Sent, To and Subject below
    html = "html"  # text and HTML, the old mail in a blockquote
    above = "above"  # a few quoted lines first, the answer below


@dataclass(frozen=True, slots=True)
class Habit:
    """One reaction, and after how many seconds it comes. `$back` in a text is the day they are back."""

    does: Does
    after: float
    text: str = ""
    quoting: Quoting = Quoting.below
    cc: str = ""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody who writes back."""

    name: str
    habits: Mapping[Received, Habit]


_MIRIAM = """\
Dana, the pleasure was mine. The night shift still talks about your questions.

I am copying Tomás Silva, who is building the platform group at Globex Logistics. Tomás, this is Dana Reyes, of whom I
told you on Friday. I will let the two of you take it from here.

Miriam
"""

_RAVI = """\
Any time! Call me once you have talked to them, and don't take their first offer.
Lunch on Thursday?

Ravi

Sent from my phone
"""

_HANNAH = """\
What a nice note to find between two invoices. I have put your name in front of my brother-in-law, who sits on the board
of a cold chain company. Will tell you when he says something useful.

Hannah
"""

_GEORGE = """\
Dana,

no hard feelings, but I have left the business and don't want this kind of mail. Please take me off your list.

George Papas
"""

_BEN = """\
Thank you for your mail. I am out of the office until $back, with no access to email.
In urgent cases please call our front desk at +1 312 555 0160.

Ben Whitlock
Great Lakes Cold Storage
"""

_INGRID = """\
Hej Dana,

good to read that it moves. We have nothing in Chicago, but our Rotterdam office is looking, and they are open to remote
work. Shall I send them your pitch?

Best from Copenhagen
Ingrid
"""

_KOFI = """\
Great progress, Dana. You should talk to Priya Nair, who runs logistics technology at Harborline:
priya.nair@harborline.example.org, +1 414 555 0176. Tell her that I sent you.

Kofi
"""

_DENISE = """\
I am so glad for you! But my inbox is drowning, so no more updates, please. Just call me when there is something to
celebrate.

Denise
"""


def _person(name: str, **habits: Habit) -> Correspondent:
    return Correspondent(name, MappingProxyType({Received(kind): habit for kind, habit in habits.items()}))


CORRESPONDENTS: Mapping[str, Correspondent] = MappingProxyType(
    {
        "miriam@lakeshore.example.org": _person(
            "Miriam Okafor",
            thank_you=Habit(Does.answers, 1.1, _MIRIAM, Quoting.html, "Tomás Silva <tomas.silva@globex.example.org>"),
        ),
        "ravi@harborpine.example.org": _person("Ravi Menon", thank_you=Habit(Does.answers, 0.9, _RAVI)),
        "hannah@weiss.example.org": _person(
            "Hannah Weiss", thank_you=Habit(Does.answers, 0.8, _HANNAH, Quoting.outlook)
        ),
        "ben@coldstore.example.org": _person("Ben Whitlock", thank_you=Habit(Does.is_away, 0.4, _BEN)),
        "carol.tan@acmefreight.example.org": _person("Carol Tan", thank_you=Habit(Does.is_gone, 0.7)),
        "george@aegean.example.org": _person(
            "George Papas", thank_you=Habit(Does.answers, 1.2, _GEORGE, Quoting.below)
        ),
        "ingrid@nordhavn.example.org": _person(
            "Ingrid Sørensen", update=Habit(Does.answers, 1.0, _INGRID, Quoting.above)
        ),
        "kofi@goldcoast.example.org": _person("Kofi Mensah", update=Habit(Does.answers, 0.8, _KOFI)),
        "denise@fournier.example.org": _person(
            "Denise Fournier", update=Habit(Does.answers, 0.7, _DENISE, Quoting.outlook)
        ),
    }
)

EXPECTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "thanked": (
            *("Aisha Rahman", "Ben Whitlock", "George Papas", "Hannah Weiss", "Ingrid Sørensen"),
            *("Kofi Mensah", "Miriam Okafor", "Peter Lindqvist", "Ravi Menon"),
        ),
        "updated": (
            *("Aisha Rahman", "Denise Fournier", "Hannah Weiss", "Ingrid Sørensen", "Julian Ortega"),
            *("Kofi Mensah", "Mei-Ling Chao", "Miriam Okafor", "Peter Lindqvist", "Ravi Menon"),
        ),
        "answered": ("Hannah Weiss", "Ingrid Sørensen", "Kofi Mensah", "Miriam Okafor", "Ravi Menon"),
        "automatic": ("Ben Whitlock",),
        "put_off": ("Ben Whitlock",),
        "bounced": ("Carol Tan",),
        "opted_out": ("Denise Fournier", "George Papas"),
        "introduced": ("Priya Nair", "Tomás Silva"),
        "held": ("Julian Ortega",),
    }
)
"""Who must be where at the end; anything else is a failure of the program, and the demo says so."""

AFTER_THANK_YOUS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "thanked": EXPECTED["thanked"],
        "answered": ("Hannah Weiss", "Miriam Okafor", "Ravi Menon"),
        "automatic": ("Ben Whitlock",),
        "bounced": ("Carol Tan",),
        "opted_out": ("George Papas",),
        "introduced": ("Tomás Silva",),
    }
)
"""What must be known before the update may leave."""

"""The trail as a person sees it: a tree on the terminal, a picture, or JSON."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any

from mailer.cli import shapes
from mailer.cli.words import one_line, plural
from mailer.errors import MailerError
from mailer.trail import (
    GOAL,
    Numbers,
    Row,
    State,
    Trail,
    cold,
    names_given,
    numbers,
    said,
    state_of,
)
from mailer.trail.dot import to_dot
from mailer.trail.svg import to_svg

if TYPE_CHECKING:
    from rich.text import Text

PATIENCE = 60
"""Seconds that Graphviz may take; past that our own layout does."""

_STYLES = {
    State.spoken: "green",
    State.answered: "blue",
    State.written: "cyan",
    State.named: "yellow",
    State.unknown: "dim",
    State.closed: "dim strike",
}


def picture(trail: Trail, today: date, title: str) -> str:
    """An SVG of the trail: by Graphviz where it is installed, else with the program's own layout."""
    dot = shutil.which("dot")
    if dot is None:
        return to_svg(trail, today, title)
    try:
        done = subprocess.run(
            [dot, "-Tsvg"],
            input=to_dot(trail, today, title).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):  # one that is broken is as good as none
        return to_svg(trail, today, title)
    return done.stdout.decode()


def as_json(trail: Trail, today: date) -> dict[str, Any]:
    """For `--json` and `--format json`."""
    shown = [row.someone for row in trail.rows if not row.again]
    return {
        "people": [
            {
                "key": someone.key,
                "id": someone.contact_id,
                "name": someone.name,
                "company": someone.company or None,
                "status": someone.status.value if someone.status else None,
                "state": state_of(someone).value,
                "referred_by": [link.referrer for link in trail.referrers_of(someone.key)],
                "named": [link.named for link in trail.named_by(someone.key)],
                "names_given": len(trail.named_by(someone.key)),
                "goal": list(GOAL),
                "depth": trail.depths[someone.key],
                "spoken_on": shapes.iso(someone.spoken_on),
                "cold_since": shapes.iso(trail.cold_since(someone.key, today)),
            }
            for someone in shown
        ],
        "numbers": _numbers_as_json(numbers(trail)),
    }


def _numbers_as_json(found: Numbers) -> dict[str, Any]:
    return {
        "people": found.people,
        "names": found.names,
        "conversations": found.talks,
        "names_per_conversation": found.names_per_talk,
        "referred_people": found.named_people,
        "contacted": found.contacted,
        "contacted_share": found.contacted_share,
        "longest_trail": list(found.longest),
        "best_connectors": [
            {"key": c.key, "name": c.name, "named": c.named, "contacted": c.contacted} for c in found.connectors
        ],
    }


def tree(trail: Trail, today: date, highlighted: str = "") -> str:
    """The tree as text, coloured on a terminal. Raises MailerError where nothing is on the trail."""
    from rich.console import Console
    from rich.tree import Tree

    if not trail.rows:
        mend = "`mailer log WHO --referred NAME`, or `referred_by:` in the roster, begins it"
        raise MailerError("nobody has referred anybody yet", mend=mend)
    root = Tree("", hide_root=True)
    path = [root]
    for row in trail.rows:
        del path[row.depth + 1 :]
        path.append(path[-1].add(_label(trail, row, today, highlighted)))
    deepest = max(row.depth for row in trail.rows)
    out = StringIO()
    terminal = sys.stdout.isatty()
    room = Console().width if terminal else 200
    console = Console(file=out, force_terminal=terminal, width=max(room, 4 * deepest + 100), highlight=False)
    console.print(root, soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _label(trail: Trail, row: Row, today: date, highlighted: str) -> Text:
    from rich.text import Text

    someone = row.someone
    name = Text(one_line(someone.name), style="bold reverse" if someone.key == highlighted else "bold")
    if row.again:
        return name.append(" (goes round in a circle)" if row.circle else " (see above or below)", style="dim not bold")
    state = said(someone) + (f", {one_line(someone.company)}" if someone.company else "")
    name.append(f"  {state}", style=f"not bold {_STYLES[state_of(someone)]}")
    if given := names_given(trail, someone):
        name.append(f"  {given}", style="not bold")
    if since := cold(trail, someone, today):
        name.append(f"  {since}", style="not bold blue")
    return name


def told(trail: Trail) -> str:
    """The numbers in words."""
    from mailer.cli.tables import facts

    found = numbers(trail)
    share = f" ({found.contacted_share:.0%})" if found.contacted_share is not None else ""
    per = f", {found.names_per_talk:g} for each conversation" if found.names_per_talk is not None else ""
    connectors = [f"{one_line(c.name)} ({c.named}, {c.contacted} contacted)" for c in found.connectors]
    return facts(
        [
            ("on the trail", plural(found.people, "person", "people")),
            ("names given", f"{found.names}{per}; the goal is {GOAL[0]} or {GOAL[1]}"),
            ("contacted", f"{found.contacted} of {found.named_people} who were named{share}"),
            ("longest trail", " > ".join(one_line(name) for name in _shortened(found.longest))),
            ("best connectors", ", ".join(connectors)),
        ]
    )


def _shortened(names: tuple[str, ...]) -> list[str]:
    """A long trail by its beginning and its end."""
    return list(names) if len(names) <= 8 else [*names[:4], f"... {len(names) - 7} more ...", *names[-3:]]

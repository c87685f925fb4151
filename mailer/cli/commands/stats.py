"""`mailer stats`: how the search goes, in numbers and small pictures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option

if TYPE_CHECKING:
    from mailer.services.stats import Stats

BLOCKS = "▁▂▃▄▅▆▇█"
BAR = 30
"""Places that the longest bar takes."""


BY_TAG = ("interview", "offered")
"""Stages that only the owner knows."""


@click.command("stats")
@click.option("--since", metavar="WHEN", help="Count from then on; by default since the search started.")
@click.option("--weeks", type=click.IntRange(1, 520), default=12, show_default=True, metavar="N", help="Weeks shown.")
@json_option
@pass_call
def command(call: Call, since: str | None, weeks: int) -> None:
    """Conversations a week, punctuality, answers, names for each conversation, and the way from listed to offered."""
    from mailer.dates import parse_when
    from mailer.services.stats import stats

    app = call.synced_app()
    now = app.clock()
    first = parse_when(since, now, app.desk.window.zone).on if since else app.config.search.started
    with app.store.read() as tx:
        found = stats(tx, app.desk, now, since=first, weeks=weeks)
    if call.as_json:
        call.emit(_shape(found))
        return
    pictures = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    for line in _lines(found, pictures=pictures):
        call.say(line)


def _lines(found: Stats, *, pictures: bool) -> list[str]:
    from mailer.cli.tables import facts
    from mailer.cli.words import day

    told = "Since " + day(found.since) if found.since else "Since ever"
    week = [each.conversations for each in found.weeks]
    pairs = [
        ("conversations", f"{spark(week, pictures=pictures)}  {len(week)} weeks, {week[-1]} this week"),
        ("", f"{found.conversations} since then"),
        ("thank-yous", _punctual(found)),
        *(
            (f"answers to {each.kind.replace('_', '-')}", f"{each.answered} of {each.sent}{_share(each.rate)}")
            for each in found.answers
        ),
        ("names", _names(found)),
    ]
    lines = [told, "", facts([(name or " ", value) for name, value in pairs]), "", *_funnel(found, pictures=pictures)]
    if not any(count for stage, count in found.funnel if stage in BY_TAG):
        lines.append("\nThe last two count contacts with the tags `interview` and `offer` in the roster.")
    return lines


def _punctual(found: Stats) -> str:
    one = found.thank_yous
    if not one.sent:
        return "none has left yet" + (f"; {one.overdue} overdue" if one.overdue else "")
    rate = _share(one.in_time / one.sent)
    return f"{one.in_time} of {one.sent} in time{rate}, half within {one.median_hours:g} h; {one.overdue} overdue now"


def _names(found: Stats) -> str:
    if found.names_per_talk is None:
        return f"{found.names} given; no conversation yet"
    return f"{found.names} given, {found.names_per_talk:g} for each conversation; the goal is two or three"


def _share(rate: float | None) -> str:
    return "" if rate is None else f" ({rate:.0%})"


def _funnel(found: Stats, *, pictures: bool) -> list[str]:
    from mailer.cli.tables import facts

    most = max((count for _, count in found.funnel), default=0) or 1
    block = "█" if pictures else "#"
    rows = [
        (stage.replace("_", " "), f"{count:>5}  {block * -(-count * BAR // most)}".rstrip())
        for stage, count in found.funnel
    ]
    return facts(rows).splitlines()


def spark(values: Sequence[int], *, pictures: bool) -> str:
    """One small block for each number, the largest one full; plain numbers where blocks can't be shown."""
    if not pictures:
        return " ".join(map(str, values))
    most = max(values, default=0) or 1
    return "".join(BLOCKS[-(-value * (len(BLOCKS) - 1) // most)] for value in values)


def _shape(found: Stats) -> dict[str, Any]:
    from mailer.cli import shapes

    one = found.thank_yous
    return {
        "since": shapes.iso(found.since),
        "weeks": [{"begins": shapes.iso(w.begins), "conversations": w.conversations} for w in found.weeks],
        "conversations": found.conversations,
        "thank_yous": {
            "sent": one.sent,
            "in_time": one.in_time,
            "median_hours": one.median_hours,
            "overdue": one.overdue,
        },
        "answers": [
            {"kind": a.kind.value, "sent": a.sent, "answered": a.answered, "rate": a.rate} for a in found.answers
        ],
        "names": {"given": found.names, "conversations": found.talks, "per_conversation": found.names_per_talk},
        "funnel": [{"stage": stage, "count": count} for stage, count in found.funnel],
    }

"""`mailer trail`: who referred whom, in the terminal or as a picture."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.completing import complete_who
from mailer.cli.options import json_option
from mailer.cli.words import one_line

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.trail import Trail

FORMATS = ("tree", "dot", "svg", "json")


@click.command("trail")
@click.argument("who", required=False, shell_complete=complete_who)
@click.option("--format", "form", type=click.Choice(FORMATS), default="tree", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
@json_option
@pass_call
def command(call: Call, who: str | None, form: str, output: Path | None) -> None:
    """Show who referred whom, each person's state, and where the trail went cold; with WHO the way to them."""
    app = call.synced_app()
    trail, key = _trail(app, who)
    today = app.desk.today(app.clock())
    text = _text(trail, today, "json" if call.as_json else form, key)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        output.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
        call.note(f"Written to {output}.")


def _trail(app: App, who: str | None) -> tuple[Trail, str]:
    from mailer.services.finding import find_someone
    from mailer.services.trails import read

    with app.store.read() as tx:
        trail = read(tx, app.desk, app.clock(), proposed=True).trail
        if who is None:
            return trail, ""
        key = find_someone(tx, trail, who).key
    return trail.around(key), key


def _text(trail: Trail, today: date, form: str, key: str) -> str:
    from mailer.cli import trailing
    from mailer.trail.dot import to_dot

    title = f"The trail to and from {trail.people[key].name}" if key else "The trail: who referred whom"
    if form == "json":
        import json

        return json.dumps(trailing.as_json(trail, today), indent=2, ensure_ascii=False)
    if form == "dot":
        return to_dot(trail, today, title)
    if form == "svg":
        return trailing.picture(trail, today, title)
    if key and not trail.rows:
        from mailer.trail import said

        someone = trail.people[key]
        return f"{one_line(someone.name)}: {said(someone)}. Nobody named them, and they named nobody yet."
    way = _way(trail, key) if key else ""
    return f"{way}{trailing.tree(trail, today, key)}\n\n{trailing.told(trail)}"


def _way(trail: Trail, key: str) -> str:
    names = [one_line(trail.people[each].name) for each in trail.path_to(key)]
    return f"{' > '.join(names)}\n\n" if len(names) > 1 else ""

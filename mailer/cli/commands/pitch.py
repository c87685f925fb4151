"""`mailer pitch`: how long the pitch takes, how easy it is to follow, and what a neighbour wouldn't understand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option

if TYPE_CHECKING:
    from mailer.pitch import Pitch


@click.command("pitch")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Measure the text of this file (- for stdin) instead of the configured pitch.",
)
@json_option
@pass_call
def command(call: Call, file: Path | None) -> None:
    """Measure your pitch: words, seconds, reading ease, words a neighbour wouldn't know, and what it leaves out."""
    from mailer.cli.pitching import as_json, findings, pitch_of, places_in, places_of_file

    config = call.config()
    text = _text_of(file) if file else None
    pitch = pitch_of(config, text)
    found = list(findings(pitch, places_of_file(file, text) if file and text is not None else places_in(config)))
    if call.as_json:
        call.emit(as_json(pitch, found))
        return
    call.say(_told(pitch))
    for problem in found:
        call.say(f"\n{problem.what}\n  {problem.place}\n  {problem.mend}")
    if not found:
        call.say("\nGood as it is.")


def _text_of(file: Path) -> str:
    from mailer.errors import UsageError

    try:
        with click.open_file(str(file), encoding="utf-8-sig") as stream:
            return str(stream.read())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} can't be read: {error}", mend="name a text file") from error


def _told(pitch: Pitch) -> str:
    from mailer.cli.tables import facts
    from mailer.pitch import LONGEST, PLAIN

    ease = (
        "" if pitch.reading_ease is None else f"{pitch.reading_ease:.0f} (Flesch; plain English has {PLAIN} and more)"
    )
    return facts(
        [
            ("words", pitch.words or "none"),
            ("spoken", f"{pitch.seconds} seconds of {LONGEST}, at 150 words a minute"),
            ("sentences", pitch.sentences or "none"),
            ("reading ease", ease),
            ("background", pitch.background),
            ("looked for", pitch.looked_for),
            ("why", pitch.why),
        ]
    )

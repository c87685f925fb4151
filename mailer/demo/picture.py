"""The demo's live picture, drawn with rich: people and their states, mails leaving, answers coming in.

`python -m mailer.demo.picture docs/demo.svg` plays the demo and draws its last moment into a file, for the README.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from rich.box import ASCII, ROUNDED, Box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from mailer.demo.moments import ZONE
from mailer.demo.scene import Incoming, Outgoing, Row, Scene
from mailer.model import Classification, MessageStatus

CHAPTERS = 5
ALL_MAILS = 22 + 9
"""Mails that leave and come in over the whole story; the bar measures against it."""

PHOTO_AT = 7
"""Answers that are there when the README's picture is taken; the seventh is the first one to the update."""

PEOPLE = 36  # columns
NAME = 16
HEAD, FOOT = 3, 2
LOWEST, HIGHEST = 20, 27
WIDEST = 140
NARROW = 100
"""Below this many columns an answer takes two lines."""

_STATES: Mapping[str, str] = MappingProxyType(
    {
        "new": "dim",
        "contacted": "cyan",
        "responded": "bold green",
        "bounced": "red",
        "opted out": "yellow",
        "no updates": "yellow",
        "is away": "blue",
        "what for?": "magenta",
        "no address": "dim",
    }
)
_VERDICTS: Mapping[Classification, tuple[str, str]] = MappingProxyType(
    {
        Classification.reply: ("answers", "green"),
        Classification.automatic: ("is away", "blue"),
        Classification.bounce: ("address is dead", "red"),
        Classification.opt_out: ("wants no more mail", "yellow"),
        Classification.complaint: ("complains", "red"),
        Classification.other: ("something else", "dim"),
    }
)
_STATUS_STYLES: Mapping[MessageStatus | None, str] = MappingProxyType(
    {
        None: "dim",
        MessageStatus.held: "magenta",
        MessageStatus.queued: "dim",
        MessageStatus.sending: "bold yellow",
        MessageStatus.sent: "green",
        MessageStatus.uncertain: "red",
        MessageStatus.failed: "red",
        MessageStatus.cancelled: "dim",
    }
)
_STOPPED = (MessageStatus.held, MessageStatus.failed, MessageStatus.cancelled, MessageStatus.uncertain)


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters of the picture. `statuses` are in the order of `_STATUS_STYLES`, `verdicts` of `_VERDICTS`."""

    statuses: str
    verdicts: str
    done: str
    rest: str
    quotes: str
    dots: str
    box: Box

    def status(self, status: MessageStatus | None) -> tuple[str, str]:
        """A mail's sign and its style."""
        return self.statuses[list(_STATUS_STYLES).index(status)], _STATUS_STYLES[status]

    def verdict(self, kind: Classification) -> tuple[str, str]:
        """An answer's sign and its style."""
        return self.verdicts[list(_VERDICTS).index(kind)], _VERDICTS[kind][1]


FINE = Signs("·?○→✓?✗ø", "←↺✗⊘✗·", "━", "━", "“”", "…", ROUNDED)
ASCII_ONLY = Signs(".?o>+?x-", "<~x!x.", "=", "-", '""', "...", ASCII)


def signs_for(console: Console) -> Signs:
    """The fine ones where the terminal can show them."""
    return FINE if console.encoding.lower().startswith("utf") else ASCII_ONLY


class Picture:
    """Draws a scene in whatever size the terminal has."""

    def __init__(self, scene: Scene, signs: Signs = FINE) -> None:
        self.scene = scene
        self.signs = signs

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(options.max_width, WIDEST)
        height = max(min(console.height - 1, HIGHEST), LOWEST)
        body = height - HEAD - FOOT
        layout = Layout()
        layout.split_column(
            Layout(self._head(width), size=HEAD),
            Layout(self._body(body, width), size=body),
            Layout(self._foot(), size=FOOT),
        )
        yield from console.render(layout, options.update(width=width, height=height))

    def _body(self, lines: int, width: int) -> Layout:
        leaving = lines // 2 if width >= NARROW else lines * 4 // 9
        mails = Layout()
        mails.split_column(
            Layout(self._leaving(leaving - 2, width), size=leaving), Layout(self._coming(lines - leaving - 2, width))
        )
        body = Layout()
        body.split_row(Layout(self._people(lines - 2), size=PEOPLE), mails)
        return body

    # Above and below

    def _head(self, width: int) -> RenderableType:
        scene = self.scene
        moment = scene.moment.astimezone(ZONE) if scene.moment else None
        clock = f"{moment:%A} {moment.day} {moment:%B %Y}  {moment:%H:%M:%S}" if moment else ""
        going = "" if scene.is_over else self.signs.dots
        return Group(
            _ends(Text("mailer demo", "bold"), Text(clock, "cyan")),
            _ends(Text(f"{scene.title}{going}", "bold"), Text(f"{scene.chapter}/{CHAPTERS}", "dim")),
            self._bar(width),
        )

    def _bar(self, width: int) -> Text:
        happened = len(self.scene.incoming) + self.scene.counts.get("sent", 0)
        done = width * min(happened, ALL_MAILS) // ALL_MAILS
        return Text.assemble((self.signs.done * done, "green"), (self.signs.rest * (width - done), "bright_black"))

    def _foot(self) -> RenderableType:
        counts = Text(" ", no_wrap=True, overflow="ellipsis")
        for key, word, style in (
            ("sent", "sent", "green"),
            ("reply", "answers", "green"),
            ("introduced", "introduced", "cyan"),
            ("automatic", "away", "blue"),
            ("bounce", "bounced", "red"),
            ("opt_out", "opted out", "yellow"),
        ):
            counts.append(f"{self.scene.counts.get(key, 0)} ", f"bold {style}").append(f"{word}   ", "dim")
        command = Text(no_wrap=True, overflow="ellipsis")
        if self.scene.command:
            command = Text.assemble((" you would type: ", "dim"), (self.scene.command, "bold"), overflow="ellipsis")
        return Group(counts, command)

    def _panel(self, content: RenderableType, title: str, style: str, subtitle: str = "") -> Panel:
        return Panel(
            content,
            box=self.signs.box,
            border_style="bright_black",
            padding=(0, 1),
            title=Text(f" {title} ", f"bold {style}"),
            subtitle=Text(subtitle, "dim") if subtitle else None,
        )

    # People

    def _people(self, lines: int) -> Panel:
        table = Table.grid(expand=True, padding=0)
        table.add_column(width=NAME, no_wrap=True, overflow="ellipsis")
        table.add_column(width=3, no_wrap=True)
        table.add_column(width=3, no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis")
        table.add_row("", Text("T", "dim"), Text("U", "dim"), "")
        for row in self.scene.rows[: lines - 1]:
            table.add_row(*self._person(row))
        return self._panel(table, f"{len(self.scene.rows)} people", "white", " T thank-you, U update ")

    def _person(self, row: Row) -> Iterator[Text]:
        yield Text(row.name, "dim" if row.state in ("new", "no address") else "")
        yield Text(*self.signs.status(row.thanks))
        yield Text(*self.signs.status(row.update))
        yield Text(row.state, _STATES.get(row.state, ""))

    # Mails

    def _leaving(self, lines: int, width: int) -> Panel:
        shown = [self._outgoing(mail, width) for mail in _window(self.scene.outgoing, lines)]
        return self._panel(Group(*shown), "Leaving", "green")

    def _outgoing(self, mail: Outgoing, width: int) -> Text:
        sign, style = self.signs.status(mail.status)
        quiet = "dim" if mail.status is MessageStatus.queued else ""
        text = _line(sign, style, mail.to, quiet or "bold")
        if mail.status in _STOPPED and mail.why:
            return text.append(mail.why, style)
        return text.append(f"{mail.kind}: {mail.subject}" if width >= NARROW else mail.subject, quiet)

    def _coming(self, lines: int, width: int) -> Panel:
        each = 1 if width >= NARROW else 2
        shown: list[Text] = []
        for mail in self.scene.incoming[-(lines // each) :]:
            who, words = self._who(mail), self._words(mail)
            shown += [who.append(words)] if each == 1 else [who, Text("  ").append(words)]
        for line in shown:
            line.no_wrap, line.overflow = True, "ellipsis"
        return self._panel(Group(*shown), "Coming in", "cyan")

    def _who(self, mail: Incoming) -> Text:
        sign, style = self.signs.verdict(mail.classification)
        return _line(sign, style, mail.who, "bold").append(f"{_says(mail)} ", style)

    def _words(self, mail: Incoming) -> Text:
        quotes = self.signs.quotes
        return Text(f"{quotes[0]}{mail.words}{quotes[-1]}", "italic")


def _says(mail: Incoming) -> str:
    if mail.only_updates:
        return "wants no updates"
    return f"introduces {' and '.join(mail.introduces)}" if mail.introduces else _VERDICTS[mail.classification][0]


def _line(sign: str, style: str, name: str, name_style: str) -> Text:
    return Text.assemble(
        (f"{sign} ", style), (f"{name:<{NAME}.{NAME - 1}}", name_style), overflow="ellipsis", no_wrap=True
    )


def _ends(left: Text, right: Text) -> Table:
    """A line with something at either end; the left one gives way."""
    line = Table.grid(expand=True)
    line.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    line.add_column(justify="right", no_wrap=True)
    line.add_row(left, right)
    return line


def _window(mails: Sequence[Outgoing], lines: int) -> Sequence[Outgoing]:
    """As many as fit around the one that leaves now: what left above it, what waits below."""
    gone = sum(mail.status not in (MessageStatus.queued, MessageStatus.sending) for mail in mails)
    start = max(min(gone - lines * 2 // 3, len(mails) - lines), 0)
    return mails[start : start + lines]


class _Camera:
    """Keeps the picture of the moment at which most is to be seen."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.is_taken = False

    def changed(self, scene: Scene) -> None:
        """Take it while the updates leave and the first answers to them are there; else of the end."""
        leaving = any(mail.status is MessageStatus.sending for mail in scene.outgoing)
        if not self.is_taken and (scene.is_over or (leaving and len(scene.incoming) >= PHOTO_AT)):
            self.is_taken = True
            self._console.print(Picture(scene))


def draw(target: Path) -> None:
    """Play the demo and write its picture as SVG, which needs nothing from the network."""
    from mailer.demo.story import tell

    console = Console(record=True, width=110, height=28, file=io.StringIO(), force_terminal=True)
    with TemporaryDirectory(prefix="mailer-demo-") as folder:
        tell(Path(folder), _Camera(console), pace=0.3)
    svg = console.export_svg(title="mailer demo", unique_id="mailer-demo")
    target.write_text(re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m mailer.demo.picture FILE.svg")
    draw(Path(sys.argv[1]))

"""Ways to show the demo while it runs: the live picture, plain lines, or nothing."""

from __future__ import annotations

import sys
from typing import TextIO

from rich.console import Console
from rich.live import Live

from mailer.demo.moments import ZONE
from mailer.demo.picture import Picture, signs_for
from mailer.demo.scene import Incoming, Outgoing, Scene
from mailer.model import Classification, MessageStatus

FRAMES = 12
"""Frames a second."""

SMALLEST = (72, 21)
"""Columns and lines that the picture needs."""

_TOLD = {
    MessageStatus.sent: "sent",
    MessageStatus.held: "waits",
    MessageStatus.failed: "came back",
    MessageStatus.cancelled: "cancelled",
    MessageStatus.uncertain: "uncertain",
}
_VERDICTS = {
    Classification.reply: "answer",
    Classification.automatic: "away",
    Classification.bounce: "bounce",
    Classification.opt_out: "opt-out",
    Classification.complaint: "complaint",
    Classification.other: "other",
}


def fits(console: Console) -> bool:
    """Whether the live picture can be shown there."""
    big = console.width >= SMALLEST[0] and console.height >= SMALLEST[1]
    return console.is_terminal and not console.is_dumb_terminal and big


class LivePicture:
    """The picture in a terminal; the last one stays."""

    def __init__(self, console: Console) -> None:
        self._picture = Picture(Scene(), signs_for(console))
        self._live = Live(self._picture, console=console, refresh_per_second=FRAMES, vertical_overflow="crop")

    def __enter__(self) -> LivePicture:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def changed(self, scene: Scene) -> None:
        """The next frame shows this."""
        self._picture.scene = scene


class PlainLines:
    """One line for everything that happens, for files and pipes."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._chapter = Scene().title
        self._command = ""
        self._statuses: dict[int, MessageStatus] = {}
        self._told = 0

    def __enter__(self) -> PlainLines:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.flush()

    def changed(self, scene: Scene) -> None:
        """Tell what is new."""
        if scene.title != self._chapter:
            self._chapter = scene.title
            self._say(scene, f"-- {scene.title}")
        if scene.command and scene.command != self._command:
            self._command = scene.command
            self._say(scene, f"   you would type: {scene.command}")
        for mail in scene.outgoing:
            if self._statuses.get(mail.id) is not mail.status and mail.status in _TOLD:
                self._say(scene, _outgoing(mail))
            self._statuses[mail.id] = mail.status
        for answer in scene.incoming[self._told :]:
            self._say(scene, _incoming(answer))
        self._told = len(scene.incoming)

    def _say(self, scene: Scene, text: str) -> None:
        clock = f"{scene.moment.astimezone(ZONE):%H:%M:%S}" if scene.moment else " " * 8
        print(f"{clock}  {text}", file=self._stream, flush=True)


def _outgoing(mail: Outgoing) -> str:
    more = mail.why if mail.status is not MessageStatus.sent and mail.why else mail.subject
    return f"{_TOLD[mail.status]:<10} {mail.kind} to {mail.to}: {more}"


def _incoming(mail: Incoming) -> str:
    named = f" (introduces {', '.join(mail.introduces)})" if mail.introduces else ""
    return f"{_VERDICTS[mail.classification]:<10} {mail.who}{named}: {mail.words}"


class Silence:
    """Nothing, for `--json`."""

    def __enter__(self) -> Silence:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def changed(self, scene: Scene) -> None:
        """Nobody looks."""

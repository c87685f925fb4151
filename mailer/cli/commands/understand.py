"""`mailer understand`: what received messages are, out of files; needs no configuration and no network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option

if TYPE_CHECKING:
    from mailer.model import Verdict

MOST = 32 * 1024 * 1024
"""Octets of a file that are read; understanding looks at far fewer."""


@click.command("understand")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--owner", metavar="ADDRESS", help="Whose mail it is; else Delivered-To says, else the first To.")
@json_option
@pass_call
def command(call: Call, files: tuple[str, ...], owner: str | None) -> int:
    """Say what received messages are and what they say; - reads one from stdin.

    A bounce, a robot's answer, a request to stop, or a person's own words: each verdict comes with its evidence.
    """
    from mailer.cli import shapes
    from mailer.clock import system_clock
    from mailer.understand import understand

    today = system_clock().astimezone().date()
    answers, failed = [], False
    for file in files:
        try:
            raw = _read(file)
        except OSError as error:
            call.note(f"mailer: {file}: {error.strerror or error}")
            failed = True
            continue
        found = understand(raw[:MOST], owner=owner, truncated=len(raw) > MOST, today=today)
        if call.as_json:
            answers.append(shapes.verdict(file, found))
        else:
            call.say(_told(file, found))
    if call.as_json:
        call.emit(answers)
    return 1 if failed else 0


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST + 1)
    with open(file, "rb") as stream:
        return stream.read(MOST + 1)


def _told(file: str, found: Verdict) -> str:
    from mailer.cli.tables import facts
    from mailer.cli.words import one_line, person

    bounce = found.bounce
    recipients = [
        one_line(f"{r.address} {r.action} {r.status or r.reply or ''} {r.diagnostic}")
        + (" (permanent)" if r.permanent else "")
        + (", address dead" if r.address_dead else "")
        for r in (bounce.recipients if bounce else ())
    ]
    people = [
        one_line(", ".join(p for p in (person(i.name or "", i.email or ""), i.company, i.phone) if p))
        for i in found.introductions
    ]
    pairs = [
        (file, found.classification.replace("_", "-")),
        ("question", found.question or ""),
        ("scope", found.opt_out_scope or ""),
        ("because", "\n".join(one_line(f"{e.rule}: {e.detail}" if e.detail else e.rule) for e in found.evidence)),
        ("about", bounce.message_id if bounce else ""),
        ("recipients", "\n".join(recipients)),
        ("introduces", "\n".join(people)),
        ("away until", found.away_until or ""),
        ("says", found.text.strip()),
    ]
    return facts(pairs) + "\n"

"""After the files are written: a letter to oneself, the people one knows, and what will happen when."""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mailer.cli.call import Call
from mailer.compose import Draft, Head, build, message_id
from mailer.config import Config, UpdateReview
from mailer.config.places import SERVICES
from mailer.config.providers import limits_known
from mailer.model import Credential, Envelope, Outcome
from mailer.schedule import Window, editions_due, holiday_calendar, parse_day_rule
from mailer.smtp import Limits, Pool

SUBJECT = "mailer can write for you"
BODY = """\
This letter was sent by mailer, through your own account, to yourself. So your account works.

What happens next: you list the people you know, and log your conversations. Their thank-yous leave by themselves; the
first monthly update waits for your word.
"""
SECONDS = 60.0


def send_letter(config: Config, credential: Credential, now: datetime) -> str:
    """Send one letter from the owner to the owner; empty where the server took it, else what it said."""
    owner, token = config.owner(), secrets.token_hex(16)
    head = Head(
        profile=owner,
        to_name=owner.name,
        to_address=owner.email,
        date=now.astimezone(config.schedule.timezone),
        message_id=message_id(token, owner.email),
        breadcrumb_id=token,
        automatic=True,
    )
    envelope = Envelope(owner.email, (owner.email,), build(Draft(SUBJECT, BODY), head))

    async def send() -> str:
        pool = Pool(config.smtp_server(), credential, limits=Limits().within(SECONDS))
        try:
            delivery = await pool.deliver(envelope)
        finally:
            await pool.close()
        return "" if delivery.outcome is Outcome.accepted else str(delivery)

    return asyncio.run(send())


class _Within(Call):
    """A command that another one runs: its words are said, its JSON is not."""

    def emit(self, value: Any) -> None:
        """The outer command prints its own."""


def take_in(call: Call, config: Path, file: Path, *, yes: bool) -> None:
    """`mailer contacts import FILE`."""
    from mailer.cli.importing import import_

    inner = _Within(config, call.environ, verbose=call.verbose)
    inner.as_json = call.as_json
    arguments = [str(file), *(["--yes"] if yes else [])]
    try:
        with import_.make_context("mailer contacts import", arguments, obj=inner) as context:
            import_.invoke(context)
    finally:
        inner.close()


def first_update(config: Config, now: datetime) -> datetime | None:
    """When the first edition is due, in the owner's zone."""
    schedule, updates = config.schedule, config.updates
    window = Window(
        schedule.timezone, schedule.weekdays, schedule.opens, schedule.closes, holiday_calendar(schedule.holidays)
    )
    rule, until = parse_day_rule(updates.day), now + timedelta(days=100)
    due = editions_due(rule, updates.at, window.zone, window.is_business_day, now, until)
    return due[0][1].astimezone(window.zone) if due else None


def next_steps(config: Config, config_option: str, now: datetime) -> list[str]:
    """What to do now, and what will happen by itself when. `config_option` names the file in each command."""
    from mailer.cli.words import day

    schedule, command = config.schedule, f"mailer{config_option}"
    days = f"{schedule.days[0].capitalize()} to {schedule.days[-1].capitalize()}"
    hours = f"{days}, {schedule.opens:%H:%M} to {schedule.closes:%H:%M} ({schedule.timezone})"
    steps = [
        "What to do now:",
        f'  {command} contacts add "Ada Lovelace <ada@example.org>"',
        f"  {command} contacts import FILE     everybody at once, from vCard or CSV",
        f"  {command} run                      start, until Ctrl-C",
        _for_years(config, command),
        f'  {command} log ada --about "the crane tender" --thanks-for "walking me through it"',
        "",
        "What will happen by itself:",
        f"  A thank-you leaves an hour after the conversation you logged, {hours}.",
        f"  Until then you can read, change or stop it: `{command} outbox list`.",
    ]
    steps.append(f"  {_at_most(config)}: {limits_known(config.sender())}.")
    due = first_update(config, now)
    if due is not None:
        steps.append(
            f"  The first monthly update is due on {day(due.date())}, {due:%H:%M}, to everybody you have met by then."
        )
        if config.updates.review is UpdateReview.preview:
            lead = config.updates.preview_lead.days
            steps.append(f"  You get its preview {lead} days before. The first one ever waits for your yes.")
    steps.append(f"  Answers are read as they come: `{command} replies list`, `{command} status`.")
    return steps


def _at_most(config: Config) -> str:
    limits = config.limits
    letters = "1 letter leaves" if limits.per_minute == 1 else f"{limits.per_minute} letters leave"
    return f"At most {letters} in a minute and {limits.per_day} in a day (`limits`)"


def _for_years(config: Config, command: str) -> str:
    """How it is handed to systemd. A system's service is there already where a configuration lies in its folder."""
    folder = config.folder.resolve()
    if folder.parent == SERVICES.resolve():
        return f"  sudo systemctl start mailer@{folder.name}.service     start, and have it run for years"
    return f"  {command} service install          start, and have it run for years"

"""`mailer status`: whether all is well, in ten lines, and what mends what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.services.status import Status, Trouble

SHOWN = 20
"""Problems that are listed; the rest is counted."""


@click.command("status")
@json_option
@pass_call
def command(call: Call) -> None:
    """Say whether all is well, and name each problem with its mend.

    Ends with 0 where it could look; `problems` in the JSON is empty where all is well.
    """
    from dataclasses import replace

    from mailer.cli import shapes
    from mailer.config import database_url, redact_url
    from mailer.daemon.lock import is_held, told
    from mailer.services.status import Trouble, status
    from mailer.storage.store import version_of

    app = call.app()
    roster, trouble = _roster(call, app)
    now = app.clock()
    owner = app.config.owner().email
    found = status(app.store, app.desk, now, running=is_held(app.state, owner))
    if is_held(app.state, owner) and any(words := told(app.state, owner)):
        held_up = Trouble(f"the daemon is held up: {words[0]}", words[1], key="daemon.trouble")
        found = replace(found, problems=(held_up, *found.problems))
    if trouble is not None and not any(p.key == trouble.key for p in found.problems):
        found = replace(found, problems=(trouble, *found.problems))
    database = {
        "url": redact_url(database_url(app.config, app.environ)),
        "schema": version_of(app.store.engine),
    }
    if call.as_json:
        call.emit(shapes.status(found, database, roster))
    else:
        call.say(_told(app, found, database, roster))


def _roster(call: Call, app: App) -> tuple[dict[str, Any], Trouble | None]:
    """The roster's files, and what is wrong with them; the store is brought in step where they can be read."""
    from mailer.errors import ConfigurationError, StoreBusyError
    from mailer.services.status import Trouble

    files: list[str] = []
    try:
        files = [str(path) for path in app.config.roster_paths()]
        app.sync_roster()
    except ConfigurationError as error:
        text = "; ".join(str(p) for p in error.problems[:3]) + ("; ..." if len(error.problems) > 3 else "")
        trouble = Trouble(
            f"the roster is broken, the last good one stays in force: {text}",
            "mend it there; `mailer check` tells all",
            key="roster.broken",
        )
        return {"files": files, "problem": text}, trouble
    except StoreBusyError as error:  # to look is possible all the same
        return {"files": files, "problem": None}, Trouble(str(error), error.mend, key="database.busy")
    return {"files": files, "problem": None}, None


def _told(app: App, found: Status, database: dict[str, Any], roster: dict[str, Any]) -> str:
    from mailer.cli.tables import facts
    from mailer.cli.words import moment, plural

    zone = app.desk.window.zone
    people = ", ".join(f"{n} {status.replace('_', ' ')}" for status, n in sorted(found.people.items()) if n)
    outbox = ", ".join(f"{n} {status}" for status, n in found.outbox.items() if n)
    edition = found.edition
    lines = [
        ("daemon", _daemon(app, found)),
        ("mailbox", _mailbox(found)),
        ("database", f"{database['url']} (schema {database['schema']})"),
        ("roster", f"{plural(found.contacts, 'contact')} in {', '.join(roster['files'])}"),
        ("people", people or "nobody yet"),
        ("outbox", outbox or "empty"),
        ("next mail", moment(found.next_due, zone) if found.next_due else "none is waiting for its time"),
        ("last mail", moment(found.last_sent, zone) if found.last_sent else "none yet"),
        ("update", f"{edition['name']}: {edition['status']}, due {moment(edition['due_at'], zone)}" if edition else ""),
        (
            "answers",
            f"{found.needs_answer} to answer: mailer replies list --needs-answer" if found.needs_answer else "",
        ),
    ]
    return f"{facts(lines)}\n\n{_problems(found.problems)}"


def _daemon(app: App, found: Status) -> str:
    from mailer.cli.words import moment, span

    daemon = found.daemon
    if daemon is None:
        return "has never run"
    zone = app.desk.window.zone
    if found.alive:
        quiet = span((app.clock() - daemon.beat_at).total_seconds())
        return f"running since {moment(daemon.started_at, zone)} (process {daemon.pid}), seen {quiet} ago"
    return f"stopped {moment(daemon.stopped_at, zone)}" if daemon.stopped_at else "does not answer"


def _mailbox(found: Status) -> str:
    state = found.daemon.state.get("mailbox", {}) if found.daemon else {}
    if not found.alive:
        return "not watched"
    if state.get("connected"):
        folders = ", ".join(str(name) for name in state.get("folders", {}).values())
        return f"watched{' (IDLE)' if state.get('idle') else ''}: {folders}"
    return f"not connected: {state.get('error') or 'still trying'}"


def _problems(problems: tuple[Trouble, ...]) -> str:
    from mailer.cli.words import one_line, plural

    if not problems:
        return "All is well."
    lines = [f"{plural(len(problems), 'thing')} to see to:"]
    for problem in problems[:SHOWN]:
        lines += [f"- {one_line(problem.text)}", f"    {one_line(problem.mend)}"]
    if len(problems) > SHOWN:
        lines.append(f"... and {len(problems) - SHOWN} more; --json lists them all")
    return "\n".join(lines)

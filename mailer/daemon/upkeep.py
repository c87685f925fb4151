"""What the daemon does in its worker threads: start-up, what is due, reloading, heartbeat. All of it blocks."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime
from typing import Any

from mailer.daemon.copies import REFUSED
from mailer.daemon.watch import Watch
from mailer.daemon.wiring import App, reload, restart_needed
from mailer.errors import ConfigurationError, TemplateError
from mailer.mailbox import MailboxState
from mailer.model import MAY_LEAVE, FolderRole
from mailer.schedule import editions_due, parse_day_rule
from mailer.services import call_sheet, follow_up, loop_back, outbox, proof, thank_you, updates
from mailer.storage import contacts, daemons, events, messages
from mailer.storage.store import Store, Tx

log = logging.getLogger("mailer.daemon")

CONFIG, ROSTER, TEMPLATES = "config.broken", "roster.broken", "templates.broken"
SMTP, IMAP, IMAP_FOLDER = "smtp.unreachable", "imap.unreachable", "imap.folder"
RESTART = "config.restart"


def recover(app: App, watch: Watch) -> None:
    """Before anything else: see to what a dead process left."""
    watch.changed()
    with app.store.write() as tx:
        for key in (CONFIG, TEMPLATES, SMTP, IMAP, RESTART, REFUSED, outbox.SECRET):
            daemons.clear_problem(tx, key)
    if left := outbox.recover(app.store, app.clock()):
        log.warning("%d messages were on their way when the last daemon ended; they are uncertain now", left)
    outbox.retry_account(app.store, app.clock())
    proof.mind_account(app.store, app.config, app.clock())


def read_in(app: App) -> None:
    """Before the first loop runs: read the roster, mind a first start, draw anew what waits. Broken off, it may be done
    again."""
    sync_roster(app, force=False)
    if held := thank_you.first_start(app.store, app.desk, app.clock()):
        log.info("first start: %d thank-yous were due already (first_start: %s)", held, app.config.first_start)
    thank_you.redraw(app.store, app.desk, app.clock())
    loop_back.redraw(app.store, app.desk, app.clock())


def sync_roster(app: App, *, force: bool) -> None:
    """Bring the store in step with the roster files; a broken one leaves the last good one in force."""
    try:
        report = app.sync_roster(force=force)
    except ConfigurationError as error:
        first = str(error.problems[0]) if error.problems else str(error)
        more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
        problem(app, ROSTER, f"the roster is broken, the last good one stays in force: {first}{more}", "mend it there")
        return
    solved(app, ROSTER)
    if report is not None and not report.empty:
        log.info("roster: %s", report)


def problem(app: App, key: str, text: str, mend: str) -> None:
    """Something is wrong; logged once, when it is on record."""
    with app.store.write() as tx:
        news = daemons.set_problem(tx, key, text, mend, app.clock())
    if news:
        log.warning("%s; %s", text, mend)


def solved(app: App, key: str) -> None:
    """It is not wrong any more."""
    with app.store.write() as tx:
        news = daemons.clear_problem(tx, key)
    if news:
        log.info("mended: %s", key)


def last_event(store: Store) -> int:
    """The number of the newest event: it moves when any process changes anything."""
    with store.read() as tx:
        return events.last_id(tx)


def tell(store: Store, after: int) -> int:
    """Log what happened since event `after`, whoever did it; returns the newest event's number.

    Of many messages that left only their number: while an edition drains, lines for each would fill the log.
    """
    with store.read() as tx:
        last = events.last_id(tx)
        many = events.count(tx, after, last, *SENT) > TOLD_ONE_BY_ONE
        fresh = events.after(tx, after, TOLD_AT_ONCE, but=UNTOLD | {SENT} if many else UNTOLD)
        if len(fresh) == TOLD_AT_ONCE:
            last = fresh[-1].id
        sent = events.count(tx, after, last, *SENT) if many else 0
        wanted = {e.subject_id for e in fresh if e.subject == "message"}
        about = messages.titles(tx, wanted)
        people = contacts.many(tx, [e.subject_id for e in fresh if e.subject == "contact"])
    for event in fresh:
        name = f"{event.subject} {event.subject_id}"
        if message := about.get(event.subject_id) if event.subject == "message" else None:
            kind, to_name = message
            name = f"{kind.replace('_', ' ')} {event.subject_id} to {to_name}"
        elif person := people.get(event.subject_id) if event.subject == "contact" else None:
            name = person.name
        log.info("%s: %s%s", name, event.new, f" ({event.why})" if event.why and event.subject != "reply" else "")
    if sent:
        log.info("%d messages were sent; `mailer outbox list` names them", sent)
    return last


TOLD_AT_ONCE = 2000
"""Lines of the log written in one look; what is left comes with the next."""

TOLD_ONE_BY_ONE = 100
"""Messages sent between two looks that get a line each."""

SENT = ("message", "sent")


UNTOLD = frozenset(
    {
        ("message", "queued"),
        ("message", "sending"),
        ("contact", "in_roster"),
        ("contact", "removed"),
        ("reply", "text dropped"),
    }
)
"""Changes that need no line: they are on the way to one that has it, or the roster's own line told them."""


def tick(app: App, flying: Collection[int] = (), write: updates.Writer | None = None) -> datetime | None:
    """Do what is due now; returns when the next thing is. `flying`: messages that are on the wire. `write` as in
    `updates.tick`."""
    now = app.clock()
    outbox.expire(app.store, now, flying=flying)
    updates.tick(app.store, app.desk, now, write)
    call_sheet.tick(app.store, app.desk, now)
    follow_up.tick(app.store, app.desk, now)
    with app.store.read() as tx:
        message = messages.next_due(tx, MAY_LEAVE[app.config.search.status])
    moments = [
        m for m in (message, _next_edition(app, now), call_sheet.next_due(app.desk, now)) if m is not None and m > now
    ]
    return min(moments, default=None)


def _next_edition(app: App, now: datetime) -> datetime | None:
    """When the next edition or its preview comes due."""
    settings = app.config.updates
    year = now.replace(day=1, year=now.year + 1)
    coming = editions_due(
        parse_day_rule(settings.day), settings.at, app.desk.window.zone, app.desk.window.is_business_day, now, year
    )
    moments = [m for _, due in coming for m in (due - settings.preview_lead, due) if m > now]
    return min(moments, default=None)


def broken(app: App) -> frozenset[str]:
    """Which kinds of files could not be used when they were read last."""
    with app.store.read() as tx:
        wrong = {p.key for p in daemons.all_problems(tx)}
    kinds = {CONFIG: "templates", TEMPLATES: "templates", ROSTER: "roster"}  # with templates, the configuration is read
    return frozenset(kind for key, kind in kinds.items() if key in wrong)


def reload_all(app: App, changed: frozenset[str]) -> list[str]:
    """Read again what changed; returns the keys of the configuration that did."""
    keys: list[str] = []
    if changed & {"config", "templates"}:
        keys = _reload_config(app)
    if changed & {"config", "roster"}:
        sync_roster(app, force="config" in changed)
    now = app.clock()
    thank_you.redraw(app.store, app.desk, now)
    loop_back.redraw(app.store, app.desk, now)
    if changed & {"templates", "texts", "roster", "config"}:
        updates.redraw(app.store, app.desk, now)
    return keys


def _reload_config(app: App) -> list[str]:
    try:
        keys = reload(app)
    except ConfigurationError as error:
        first = str(error.problems[0])
        problem(app, CONFIG, f"the configuration is broken, the last good one stays in force: {first}", "mend it there")
        return []
    except TemplateError as error:
        problem(app, TEMPLATES, f"a template is broken, the last good ones stay in force: {error}", "mend it there")
        return []
    solved(app, CONFIG)
    solved(app, TEMPLATES)
    if waits := restart_needed(keys):
        problem(app, RESTART, f"a change of {', '.join(waits)} needs a restart", "restart the daemon")
        return []
    solved(app, RESTART)
    proof.mind_account(app.store, app.config, app.clock())
    if keys:
        log.info("configuration: %s changed", ", ".join(keys))
    return keys


def beat(app: App, pid: int, host: str, started_at: datetime, state: dict[str, Any], mailbox: MailboxState) -> None:
    """Leave a sign of life, and note how the mailbox is."""
    now = app.clock()
    with app.store.write() as tx:
        daemons.beat(tx, pid=pid, host=host, started_at=started_at, now=now, state=state)
        if mailbox.connected:
            daemons.clear_problem(tx, IMAP)
            if daemons.owner(tx)["paused_at"] is None:  # else it is sending that can't have it: resume() ends that
                daemons.clear_problem(tx, outbox.SECRET)
            _folders(tx, mailbox, now)
        elif mailbox.refused and mailbox.mend:  # the secret can't be had: sending says the same, under the same key
            daemons.clear_problem(tx, IMAP)
            daemons.set_problem(tx, outbox.SECRET, mailbox.error, mailbox.mend, now)
        elif mailbox.error:
            mend = "mend the account or its password" if mailbox.refused else "it is tried again by itself"
            daemons.set_problem(tx, IMAP, f"the mailbox can't be read: {mailbox.error}", mend, now)


def _folders(tx: Tx, mailbox: MailboxState, now: datetime) -> None:
    """Folders that can't be read, or were read with a gap, while the mailbox itself can."""
    for role in FolderRole:
        if text := mailbox.problems.get(role, ""):
            daemons.set_problem(
                tx, f"{IMAP_FOLDER}.{role}", text, "see to the folder; it is tried again by itself", now
            )
        else:
            daemons.clear_problem(tx, f"{IMAP_FOLDER}.{role}")


def mailbox_state(state: MailboxState) -> dict[str, Any]:
    """The mailbox's state as the heartbeat stores it."""
    return {
        "connected": state.connected,
        "error": state.error,
        "refused": state.refused,
        "idle": state.idle,
        "folders": {str(role): name for role, name in state.folders.items()},
    }


def server_state(app: App, trouble: str) -> None:
    """The SMTP server can't be used, or can again."""
    if trouble:
        problem(app, SMTP, f"the mail server can't be used: {trouble}", "sending goes on by itself when it is back")
    else:
        solved(app, SMTP)


def say_stopped(app: App) -> None:
    """The end was orderly."""
    with app.store.write() as tx:
        daemons.stopped(tx, app.clock())


def one_line(app: App, mailbox: MailboxState) -> str:
    """How things are, for `systemctl status`."""
    with app.store.read() as tx:
        counts = messages.counts(tx)
        wrong = len(daemons.all_problems(tx))
    parts = [f"{counts.get(s, 0)} {s}" for s in ("queued", "held", "sent", "uncertain", "failed") if counts.get(s)]
    parts.append("mailbox connected" if mailbox.connected else "mailbox not connected")
    if wrong:
        parts.append(f"{wrong} problem{'s' if wrong > 1 else ''}: see `mailer status`")
    return "; ".join(parts)

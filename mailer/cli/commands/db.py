"""`mailer db`: the database itself."""

from __future__ import annotations

from pathlib import Path

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option


@click.group("db")
def command() -> None:
    """Upgrade, check, copy and restore the database."""


@command.command("upgrade")
@json_option
@pass_call
def upgrade(call: Call) -> None:
    """Bring the database to the schema this program works with. Every command does this by itself when needed."""
    from mailer.config import database_url
    from mailer.storage.store import make_engine, version_of

    config = call.config()
    engine = make_engine(database_url(config, call.environ))
    try:
        before = version_of(engine) if _is_there(engine.url.get_backend_name(), engine.url.database) else None
    finally:
        engine.dispose()
    after = version_of(call.app().store.engine)
    if call.as_json:
        call.emit({"from": before, "to": after})
    elif before == after:
        call.say(f"The database has schema {after} already.")
    else:
        call.say(f"The database has schema {after} now; before it {f'had {before}' if before else 'was empty'}.")


def _is_there(backend: str, file: str | None) -> bool:
    """Whether there is a database to look at: a look must not make an SQLite file in a folder that isn't there."""
    return backend != "sqlite" or (file is not None and Path(file).exists())


@command.command("check")
@json_option
@pass_call
def check(call: Call) -> int:
    """Look whether the database is whole."""
    from mailer.storage.store import integrity, version_of

    store = call.app(upgrade=False).store
    wrong = integrity(store)
    schema = version_of(store.engine)
    if call.as_json:
        call.emit({"schema": schema, "problems": wrong})
    for line in wrong:
        call.note(line)
    if wrong:
        call.note("  restore a copy made by `mailer db backup`")
        return 1
    if not call.as_json:
        call.say(f"The database is whole (schema {schema}).")
    return 0


@command.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@pass_call
def backup(call: Call, file: Path) -> None:
    """Write a consistent copy of the database to FILE, also while the daemon runs. Never overwrites."""
    from mailer.storage.store import backup as make_copy

    make_copy(call.app().store, file)
    size = file.stat().st_size
    if call.as_json:
        call.emit({"file": str(file), "size": size})
    else:
        call.say(f"Copied to {file} ({size:,} octets).")


@command.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@pass_call
def restore(call: Call, file: Path) -> None:
    """Put a copy made by `db backup` in the database's place. Nothing is deleted, and the daemon must not run.

    What may have left since the copy was made is not sent again by itself: it is looked for in the mailbox, or waits
    for you.
    """
    from datetime import UTC, datetime

    from mailer.config import database_url, state_dir
    from mailer.daemon.lock import OwnerLock
    from mailer.services.restored import doubt
    from mailer.storage.restore import REPLACED, put_back

    config = call.config()
    url, state = database_url(config, call.environ), state_dir(config, call.environ)
    with OwnerLock(state, config.owner().email):
        aside = put_back(file, url, datetime.now(UTC).strftime(f"{REPLACED}%Y%m%dT%H%M%SZ"))
        app = call.app()
        doubts = doubt(app.store, app.desk, lambda: app.sync_roster(force=True), app.clock())
    if call.as_json:
        moved = str(aside) if aside else None
        made = {"uncertain": doubts.uncertain, "held": doubts.held, "editions": list(doubts.editions)}
        call.emit({"file": str(file), "replaced": moved, **made})
        return
    call.say(f"Restored from {file}." + (f" The database that was there is now {aside}." if aside else ""))
    waiting = doubts.uncertain + doubts.held
    if waiting or doubts.editions:
        call.say(f"What may have left since then is in doubt ({waiting} messages, {len(doubts.editions)} editions):")
        call.say("start the daemon, which looks for them in your mailbox; `mailer status` says what is left for you.")

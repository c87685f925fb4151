"""The one place that puts the parts together, for the daemon and for every command alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.clock import Clock, make_clock, make_patience
from mailer.compose import Templates
from mailer.config import Auth, Config, database_url, find_config, is_loopback, load_config, state_dir
from mailer.credentials import make_credential
from mailer.daemon.lock import OwnerLock
from mailer.errors import StoreLostError
from mailer.model import Credential
from mailer.resources import shipped
from mailer.services.desk import Desk, make_desk
from mailer.services.roster_sync import SyncReport, seen_files, sync
from mailer.storage.store import BUSY_TIMEOUT, RESTORE, Store, open_store

if TYPE_CHECKING:  # heavy doors, opened only by who needs them
    from mailer.mailbox import Mailbox, MailboxState, Receiver
    from mailer.smtp import Pool, SecretRunner


@dataclass
class App:
    """Everything a face of the program needs. `close()` when done."""

    config: Config
    environ: Mapping[str, str]
    state: Path
    clock: Clock
    store: Store
    desk: Desk
    patience: float = math.inf  # the longest wait for a server or another program, seconds; for tests

    def sync_roster(self, *, force: bool = False, accept_loss: bool = False) -> SyncReport | None:
        """Bring the store in step with the roster files; None where they are as they were read last.

        Raises RosterError where they can't be used; the store then keeps the last good roster.
        """
        paths = self.config.roster_paths()
        before = seen_files(self.store)
        if not force and not accept_loss and before is not None and before == file_states(paths):
            return None
        from mailer.roster import load_roster  # most commands find nothing changed and need no reader

        states, now = file_states(paths), self.clock()
        roster = load_roster(paths, zone=self.config.schedule.timezone, today=self.desk.today(now))
        return sync(self.store, self.desk, roster.contacts, now, files=states, accept_loss=accept_loss)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def file_states(paths: Sequence[Path]) -> list[list[object]]:
    """What tells cheaply whether a file changed: (path, modification time in ns, size, inode)."""
    states: list[list[object]] = []
    for path in paths:
        try:
            seen = path.stat()
        except OSError:
            continue
        states.append([str(path), seen.st_mtime_ns, seen.st_size, seen.st_ino])
    return states


def template_folders(config: Config) -> list[Path]:
    """The owner's own template folder first, where there is one; the shipped ones come last."""
    return [*([config.templates] if config.templates.is_dir() else []), shipped("templates")]


def reload(app: App) -> list[str]:
    """Read configuration and templates again into the same App; returns the keys that changed.

    Raises ConfigurationError or TemplateError and changes nothing where they can't be used. What needs a restart (the
    owner, the database) keeps its old value.
    """
    config = load_config(app.config.path)
    desk = make_desk(config, Templates(template_folders(config)))
    changed = list(config.differences(app.config))
    if not restart_needed(changed):
        app.config, app.desk = config, desk
    return changed


def restart_needed(changed: Sequence[str]) -> list[str]:
    """Which of these keys a running daemon can't change."""
    return [key for key in changed if key in ("profile.email", "database")]


def account_credential(app: App) -> Credential:
    """What the mail doors ask for the secret at every sign-in: a password, or an OAuth 2.0 token."""
    return config_credential(app.config, app.environ, app.state, app.clock)


def config_credential(config: Config, environ: Mapping[str, str], state: Path, clock: Clock) -> Credential:
    """The same without a database."""
    account = config.account
    if account.auth is not Auth.oauth2:
        return make_credential(account, environ)
    from mailer.oauth import OAuthCredential, TokenStore, make_client

    client = make_client(account, environ)
    return OAuthCredential(account.username, client, TokenStore(state, client), clock)


def sign_in_state(app: App) -> list[list[object]]:
    """What tells cheaply that the owner gave a new password, or signed in again; a renewed token is no news."""
    account = app.config.account
    if account.auth is not Auth.oauth2:
        return file_states([account.password.file] if account.password and account.password.file else [])
    from mailer.oauth import TokenStore, make_client

    return [[TokenStore(app.state, make_client(account, app.environ)).granted_at()]]


def make_pool(app: App, sessions: int, secret_runner: SecretRunner | None = None) -> Pool:
    """The door to the owner's SMTP server. `secret_runner` runs what fetches the password, by default in a thread."""
    from mailer.smtp import Limits, Pool

    credential = account_credential(app)
    limits = Limits(grace=1.5, quit=1).within(app.patience)  # the daemon ends within ten seconds
    return Pool(app.config.smtp_server(), credential, size=sessions, limits=limits, secret_runner=secret_runner)


def make_mailbox(app: App, receiver: Receiver, on_change: Callable[[MailboxState], None]) -> Mailbox:
    """The door to the owner's mailbox. `on_change` is called in its thread."""
    from mailer.mailbox import FolderNames, Limits, Mailbox

    account, reading = app.config.account, app.config.reading
    return Mailbox(
        app.config.imap_server(),
        account_credential(app),
        folders=FolderNames(account.folders.sent, account.folders.junk, account.folders.archive),
        receiver=receiver,
        poll_every=reading.check_every,
        max_message=reading.max_size,
        on_change=on_change,
        now=app.clock,
        limits=Limits().within(app.patience),
    )


def wire(explicit: Path | None, environ: Mapping[str, str], *, upgrade: bool = True) -> App:
    """Load the configuration, open the store and make the desk.

    Raises ConfigurationError with every problem of the configuration, StoreError where the database can't be used.
    """
    config = load_config(find_config(explicit, environ))
    clock, patience = config_clock(config, environ), make_patience(environ, loopback_only=_is_local(config))
    state = state_dir(config, environ)
    url, owner = database_url(config, environ), config.owner().email
    _mind_lost_database(url, OwnerLock(state, owner).path)
    desk = make_desk(config, Templates(template_folders(config)))
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    busy_timeout = min(BUSY_TIMEOUT, patience)
    store = open_store(url, owner, now=clock(), upgrade=upgrade, busy_timeout=busy_timeout)
    return App(config, environ, state, clock, store, desk, patience)


def config_clock(config: Config, environ: Mapping[str, str]) -> Clock:
    """The program's one clock. Raises UsageError where it is to be moved, and not every host is this machine."""
    return make_clock(environ, loopback_only=_is_local(config))


def _is_local(config: Config) -> bool:
    return all(is_loopback(host) for host in config.hosts())


def _mind_lost_database(url: str, lock: Path) -> None:
    """Refuse to begin with an empty database where a daemon has used one: everybody would be written to again.

    Raises StoreLostError.
    """
    path = Path(url.partition("?")[0].removeprefix("sqlite:///"))
    if url.startswith("sqlite:") and lock.exists() and not path.exists():
        mend = f"{RESTORE}; to begin anew, delete {lock} as well"
        raise StoreLostError(f"the database {path} is gone, and a daemon has used it already", mend=mend)

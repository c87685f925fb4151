"""A small world for tests of the services: a store, a desk, a clock that the test moves, and a roster it writes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from mailer.compose import Templates
from mailer.config import Config, parse_config
from mailer.model import (
    Contact,
    Delivery,
    FetchedMail,
    FolderRole,
    Interaction,
    InteractionKind,
    MessageKind,
    MessageStatus,
    Outcome,
)
from mailer.resources import shipped
from mailer.services import log, outbox, thank_you, updates
from mailer.services.desk import Desk, make_desk
from mailer.services.inbox import Inbox
from mailer.services.roster_sync import SyncReport, sync
from mailer.storage import contacts, messages, replies
from mailer.storage.records import ContactRecord, MessageRecord, ReplyRecord
from mailer.storage.store import Store, open_store

CONFIG = """
profile: {name: Dana Reyes, email: dana@example.com, phone: "+1 312 555 0100"}
search:
  started: 2026-09-01
  pitch: I keep warehouses shipping when their software would rather not.
  looking_for: a head of platform role at a logistics company
  target_companies: [Acme Freight, Globex]
  prospects:
    - second interview with a freight broker
    - {text: final round at Acme, not_to: [Acme Freight, press]}
    - {text: a secret talk, private: true}
account:
  username: dana@example.com
  password: {env: MAILER_TEST_PASSWORD}
  smtp: {host: 127.0.0.1, port: 2525, security: none}
  imap: {host: 127.0.0.1, port: 1143, security: none}
schedule: {timezone: America/Chicago, days: [mon, tue, wed, thu, fri], from: "08:30", to: "17:30"}
limits: {per_minute: 1000, per_day: 10000}
"""

TUESDAY = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
"""10 o'clock on a Tuesday morning in Chicago."""


def config_of(folder: Path, text: str = CONFIG, **parts: dict[str, Any]) -> Config:
    """The configuration with some keys changed: `config_of(tmp, thank_you={"review": "approve"})`."""
    import yaml

    tree = yaml.safe_load(text)
    for name, values in parts.items():
        tree[name] = {**tree.get(name, {}), **values} if isinstance(values, dict) else values
    return parse_config(yaml.safe_dump(tree, sort_keys=False), folder / "config.yaml")


@dataclass
class World:
    """One owner's store and desk."""

    store: Store
    desk: Desk
    now: datetime = TUESDAY
    roster: list[Contact] = field(default_factory=list)

    def tick(self, **delta: float) -> None:
        """Let time pass."""
        self.now += timedelta(**delta)

    def settings(self, folder: Path, **parts: Any) -> None:
        """Change the configuration."""
        self.desk = replace(make_desk(config_of(folder, **parts), self.desk.templates), token=self.desk.token)

    def add(self, name: str, email: str = "", **values: Any) -> ContactRecord:
        """One more contact in the roster."""
        first = name.split()[0].lower()
        emails = values.pop("emails", (email or f"{first}@example.org",))
        self.roster.append(Contact(name, emails=emails, **values))
        self.sync()
        return self.contact(name)

    def change(self, name: str, /, **values: Any) -> SyncReport:
        """Edit a contact of the roster."""
        self.roster = [replace(c, **values) if c.name == name else c for c in self.roster]
        return self.sync()

    def sync(self, **options: Any) -> SyncReport:
        """Read the roster."""
        return sync(self.store, self.desk, self.roster, self.now, **options)

    def started(self) -> None:
        """The daemon started for the first time, long ago."""
        thank_you.first_start(self.store, self.desk, self.now)

    def contact(self, name: str) -> ContactRecord:
        """A contact by name, of the roster or not."""
        with self.store.read() as tx:
            return next(c for c in contacts.every(tx, in_roster_only=False) if c.name == name)

    def log(self, name: str, thanks_for: str = "the long talk about cranes", **values: Any) -> log.Logged:
        """Log an interaction of today, unless told otherwise."""
        item = Interaction(
            on=values.pop("on", self.desk.today(self.now)),
            kind=values.pop("kind", InteractionKind.call),
            thanks_for=thanks_for,
            **values,
        )
        return log.log(self.store, self.desk, self.contact(name).id, item, self.now)

    def outbox(self, kind: MessageKind = MessageKind.thank_you) -> list[MessageRecord]:
        """All messages of a kind."""
        with self.store.read() as tx:
            return messages.listing(tx, messages.Filter(kinds=(kind,)))

    def message(self, message_pk: int) -> MessageRecord:
        """One message as it is now."""
        with self.store.read() as tx:
            found = messages.get(tx, message_pk)
        assert found is not None
        return found

    def claim(self, want: int = 100) -> tuple[outbox.Claimed, ...]:
        """Claim what may leave now."""
        for _ in range(10):
            step = outbox.step(self.store, self.desk, [], want, self.now)
            if step.claimed or step.next_at is None or step.next_at > self.now:
                return step.claimed
        return ()

    def deliver(self, outcome: Outcome = Outcome.accepted, **values: Any) -> list[int]:
        """Send everything that may leave now, the server answering always the same."""
        claimed = self.claim()
        results = [(c.id, Delivery(outcome, **values)) for c in claimed]
        outbox.step(self.store, self.desk, results, 0, self.now)
        return [c.id for c in claimed]

    def sent(self, name: str = "Ada Lovelace") -> MessageRecord:
        """A thank-you to this contact that has left."""
        logged = self.log(name)
        assert logged.message is not None
        self.tick(hours=1, minutes=1)
        self.deliver()
        message = self.message(logged.message.id)
        assert message.status is MessageStatus.sent
        return message

    def receive(self, *raw: bytes, role: FolderRole = FolderRole.inbox, folder: str = "INBOX") -> None:
        """Mail arrives."""
        uids = itertools.count(self._uid)
        mails = [FetchedMail(next(uids), self.now, octets, len(octets)) for octets in raw]
        self._uid += len(raw)
        self.inbox.receive(folder, role, 1, mails, self._uid - 1)

    _uid: int = 1

    @property
    def inbox(self) -> Inbox:
        """The receiving service."""
        return Inbox(self.store, lambda: self.desk, lambda: self.now)

    def replies(self) -> list[ReplyRecord]:
        """Everything recorded of incoming mail."""
        with self.store.read() as tx:
            return replies.listing(tx)

    def update(self) -> None:
        """Let the editions move on."""
        updates.tick(self.store, self.desk, self.now)


@cache
def shipped_templates() -> Templates:
    """The shipped templates, compiled once for all tests."""
    return Templates([shipped("templates")])


def make_world(url: str, folder: Path, **parts: Any) -> World:
    """A new world; its tokens count, so that a test can name them."""
    config = config_of(folder, **parts)
    counter = itertools.count(1)
    desk = replace(
        make_desk(config, shipped_templates()),
        token=lambda: f"token{next(counter):04d}",
        jitter=lambda: 0.5,
    )
    return World(open_store(url, "dana@example.com", now=TUESDAY), desk)


def answer(to: MessageRecord, text: str, sender: str = "ada@example.org", **fields: str) -> bytes:
    """A person's answer to one of our messages, as a mail program writes it."""
    lines = {
        "From": f"Ada Lovelace <{sender}>",
        "To": "Dana Reyes <dana@example.com>",
        "Subject": f"Re: {to.subject}",
        "Message-ID": f"<answer-{abs(hash(text)) % 10**8}@example.org>",
        "In-Reply-To": to.message_id,
        "References": to.message_id,
        "Date": "Tue, 03 Nov 2026 12:00:00 -0600",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
    }
    lines.update({name.replace("_", "-"): value for name, value in fields.items()})
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return (head + "\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()


def dated(day: str) -> date:
    """A date, short."""
    return date.fromisoformat(day)

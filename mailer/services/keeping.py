"""What a service that runs for years drops: the words of old answers."""

from __future__ import annotations

from datetime import datetime

from mailer.services.desk import Desk
from mailer.storage import events, keeping
from mailer.storage.store import Store


def drop_old_texts(store: Store, desk: Desk, now: datetime) -> int:
    """Drop the words of answers older than `keep.texts`; returns of how many."""
    before, dropped = now - desk.config.keep.texts, 0
    while True:
        with store.write() as tx:
            ids = keeping.drop_texts(tx, before)
            why = f"kept for {desk.config.keep.texts.days} days (keep.texts)"
            rows = [events.event(tx, now, "daemon", "reply", i, old="text", new="text dropped", why=why) for i in ids]
            events.record(tx, rows)
        dropped += len(ids)
        if not ids:
            return dropped

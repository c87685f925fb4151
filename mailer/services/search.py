"""The search begins, rests and goes on: the owner's word, in the event log beside what else happened."""

from __future__ import annotations

from datetime import datetime

from mailer.model import SearchStatus
from mailer.storage import events
from mailer.storage.store import Store


def note(store: Store, old: SearchStatus, new: SearchStatus, why: str, now: datetime) -> None:
    """Write down that the search's status changed; a running daemon looks at once."""
    with store.write() as tx:
        events.record(tx, [events.event(tx, now, "owner", "search", tx.owner_id, old=old, new=new, why=why)])

"""The owner's word on incoming mail: that it was answered."""

from __future__ import annotations

from datetime import datetime

from mailer.errors import UsageError
from mailer.services.desk import Desk
from mailer.services.verdicts import recompute
from mailer.storage import events, replies
from mailer.storage.records import ReplyRecord
from mailer.storage.store import Store


def answered(store: Store, desk: Desk, reply_id: int, now: datetime) -> ReplyRecord:
    """The owner answered this one: it no longer asks for anything, and a question in it holds no mail any more.

    Raises UsageError where there is none of that id.
    """
    with store.write() as tx:
        old = replies.get(tx, reply_id)
        if old is None:
            raise UsageError(f"there is no reply {reply_id}", mend="see `mailer replies list`")
        if old.needs_answer:
            replies.change(tx, reply_id, needs_answer=False)
            row = events.event(
                tx, now, "owner", "reply", reply_id, old="needs an answer", new="answered", why="you said so"
            )
            events.record(tx, [row])
            if old.contact_id is not None:
                recompute(tx, desk, old.contact_id, now, "owner", f"reply {reply_id} answered")
        found = replies.get(tx, reply_id)
        assert found is not None  # noqa: S101 -- it was there a moment ago
        return found

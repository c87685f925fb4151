"""The owner's word on incoming mail: that it was answered, or that it is something else than it was taken for."""

from __future__ import annotations

from datetime import datetime

from mailer.errors import UsageError
from mailer.model import Classification, Hold, MessageStatus
from mailer.services import proposals
from mailer.services.desk import Desk
from mailer.services.transitions import move
from mailer.services.verdicts import asked, dead_in, recompute
from mailer.storage import contacts, events, messages, opt_outs, replies
from mailer.storage.records import ReplyRecord
from mailer.storage.store import Store, Tx


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


def reclassify(store: Store, desk: Desk, reply_id: int, values: dict[str, object], now: datetime) -> ReplyRecord:
    """The owner overrules a verdict; every consequence of the wrong one is undone."""
    with store.write() as tx:
        old = replies.get(tx, reply_id)
        if old is None:
            raise UsageError(f"there is no reply {reply_id}", mend="see `mailer replies list`")
        replies.change(tx, reply_id, overruled=True, question=None, **values)
        new = replies.get(tx, reply_id)
        assert new is not None  # noqa: S101 -- changed just now
        row = events.event(
            tx, now, "owner", "reply", reply_id, old=old.classification, new=new.classification, why="overruled"
        )
        events.record(tx, [row])
        if old.contact_id is not None:
            _restore_message(tx, old, new, now)
            proposals.settle(tx, new, now)
            for contact_id in sorted({old.contact_id} | _also_bound(tx, new, now) | _also_dead(tx, new)):
                recompute(tx, desk, contact_id, now, "owner", f"reply {reply_id} overruled")
        return new


def _also_bound(tx: Tx, reply: ReplyRecord, now: datetime) -> set[int]:
    """Whom a request binds besides who wrote it, since an address of theirs moved in the roster: it ends for them as
    well, or reaches as far as the owner says now, or begins, where the address that asked is theirs by now."""
    bound = opt_outs.bound_by(tx, reply.id)
    scope = asked(reply)
    opt_outs.change(tx, reply.id, scope)
    holder = contacts.by_address(tx, reply.sender)
    if scope is not None and holder is not None:
        opt_outs.bind(tx, holder.id, [reply.sender], {reply.id: scope}, now)
        bound.add(holder.id)
    return bound


def _also_dead(tx: Tx, reply: ReplyRecord) -> set[int]:
    """Who has, by now, an address that this mail says is dead, or said so by a wrong verdict."""
    return {holder.id for address in dead_in(reply) if (holder := contacts.by_address(tx, address))}


def _restore_message(tx: Tx, old: ReplyRecord, new: ReplyRecord, now: datetime) -> None:
    """What a wrong bounce verdict failed counts as sent again; what a right one should have failed, fails."""
    message = messages.get(tx, old.message_pk) if old.message_pk else None
    if message is None:
        return
    was, now_bounce = (r.classification is Classification.bounce for r in (old, new))
    if was and not now_bounce and message.status is MessageStatus.failed and message.hold == Hold.bounced:
        move(
            tx, message, MessageStatus.sent, now, "owner", "it did not come back", why=None, last_error=None, hold=None
        )
    elif now_bounce and not was and message.status is MessageStatus.sent:
        move(
            tx, message, MessageStatus.failed, now, "owner", "it came back", why="it came back", hold=Hold.bounced.value
        )

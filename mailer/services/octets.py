"""A message's octets: the body from its draft, the head when it leaves."""

from __future__ import annotations

from datetime import datetime

from mailer.compose import Head, build_body, build_head, card
from mailer.model import MessageKind
from mailer.services.desk import Desk
from mailer.storage import claims
from mailer.storage.records import MessageRecord
from mailer.storage.store import Tx


def body_of(desk: Desk, message: MessageRecord) -> bytes:
    """What stands below the head. Raises MessageError where it can't be built."""
    return body_from(desk, message.body, message.token, message.kind, to_contact=message.contact_id is not None)


def body_from(desk: Desk, text: str, token: str, kind: MessageKind, *, to_contact: bool) -> bytes:
    """The same from a draft that is no message yet."""
    profile = desk.config.owner()
    attached = card(profile) if to_contact and kind is not MessageKind.update else b""
    return build_body(text, token, profile, attached, desk.templates.css)


def head_of(desk: Desk, message: MessageRecord, now: datetime) -> bytes:
    """The head as of now. Raises MessageError where a value can't stand in one."""
    profile = desk.config.owner()
    head = Head(
        profile=profile,
        to_name=message.to_name,
        to_address=message.to_address,
        date=now.astimezone(desk.window.zone),
        message_id=message.message_id,
        breadcrumb_id=message.token,
        in_reply_to=message.thread[-1] if message.thread else "",
        references=tuple(message.thread),
        list_unsubscribe=f"<mailto:{profile.email}?subject=unsubscribe%20updates>"
        if message.kind is MessageKind.update
        else "",
        automatic=message.contact_id is None,
    )
    return build_head(message.subject, head)


def octets_of(tx: Tx, desk: Desk, message: MessageRecord, now: datetime) -> tuple[bytes, bool]:
    """A message as it leaves, and whether that is frozen already; else as it would leave now.

    Raises MessageError where it can't be built.
    """
    frozen = claims.frozen(tx, [message.id]).get(message.id)
    return (frozen, True) if frozen else (head_of(desk, message, now) + body_of(desk, message), False)

"""Letters are read before they are queued, and where they are shown; a serious finding holds the message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mailer.compose import Draft, Recipient, main_kind
from mailer.compose.careful import Finding, Letter, read
from mailer.model import Interaction, MessageKind
from mailer.services.desk import Desk, recipient
from mailer.storage import contacts, interactions, messages
from mailer.storage.records import ContactRecord, MessageRecord
from mailer.storage.store import Tx

LONG_AGO = timedelta(days=365)
"""Who was written to before that remembers no wording."""

TO_CONTACTS = tuple(kind for kind in MessageKind if kind is not MessageKind.preview)


def last_words(tx: Tx, contact_id: int, now: datetime) -> str:
    """The body (Markdown) of the last mail to this contact; empty where there is none, or none lately."""
    last = messages.last_sent_to(tx, contact_id, TO_CONTACTS, now - LONG_AGO)
    return last.body if last else ""


def read_for(
    desk: Desk,
    kind: MessageKind,
    to: Recipient,
    draft: Draft,
    *,
    met: Sequence[Interaction] = (),
    last: str = "",
    by_hand: bool = False,
) -> tuple[Finding, ...]:
    """What a careful friend would say of a draft. `last` is what `last_words` found."""
    native = desk.config.profile.language
    language = desk.templates.choose(_template(kind, met), to.language, native).language
    return read(Letter(kind, draft, to, desk.speaker, language, tuple(met), last, by_hand))


def _template(kind: MessageKind, met: Sequence[Interaction]) -> str:
    if kind is MessageKind.thank_you:
        return f"thank_you/{main_kind(met)}.md" if met else "thank_you/call.md"
    return f"{kind}.md"


def findings(tx: Tx, desk: Desk, message: MessageRecord, now: datetime) -> tuple[Finding, ...]:
    """The same for a message that has not left; nothing for what goes to the owner, or was never written."""
    contact = contacts.get(tx, message.contact_id) if message.contact_id else None
    if contact is None or not message.body.strip():
        return ()
    draft = Draft(message.subject, message.body)
    return read_for(
        desk,
        message.kind,
        recipient(contact),
        draft,
        met=_met(tx, contact, message),
        last=last_words(tx, contact.id, now),
        by_hand=message.edited,
    )


def _met(tx: Tx, contact: ContactRecord, message: MessageRecord) -> list[Interaction]:
    if message.kind is not MessageKind.thank_you or message.day is None:
        return []
    return [i.interaction() for i in interactions.of_day(tx, contact.id, message.day) if i.thank_you]


def why_held(found: Sequence[Finding]) -> str:
    """Why a letter must wait for the owner's word: its serious findings, fit for a log; empty where it need not."""
    return "; ".join(finding.without_words for finding in found if finding.serious)


def must_wait(
    desk: Desk,
    kind: MessageKind,
    contact: ContactRecord,
    draft: Draft,
    message: MessageRecord | None,
    last: str = "",
    met: Sequence[Interaction] = (),
) -> str:
    """Why a letter that is planned must wait; empty where it need not, or is settled: the owner approved it, or its
    octets are made. `message` is what is in the outbox of it already."""
    if message is not None and (message.approved_at is not None or message.attempts):
        return ""
    by_hand = message is not None and message.edited
    if message is not None and message.edited:
        draft = Draft(message.subject, message.body)
    return why_held(read_for(desk, kind, recipient(contact), draft, met=met, last=last, by_hand=by_hand))

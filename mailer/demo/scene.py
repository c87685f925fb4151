"""What the demo's picture shows, read from the program's own event log and tables; nothing in it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mailer.model import BEFORE_SENDING, Classification, Hold, MessageKind, MessageStatus, OptOutScope
from mailer.storage import contacts, events, messages, replies
from mailer.storage.records import ContactRecord, MessageRecord, ReplyRecord
from mailer.storage.store import Store

KINDS = {MessageKind.thank_you: "thank-you", MessageKind.update: "update", MessageKind.preview: "preview"}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail of ours, as it is now."""

    id: int
    kind: str
    to: str
    subject: str
    status: MessageStatus
    why: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail that came in, and what the program took it for."""

    id: int
    who: str
    classification: Classification
    words: str
    only_updates: bool = False  # an opt-out from nothing but updates
    introduces: tuple[str, ...] = ()  # names of new people in it


@dataclass(frozen=True, slots=True)
class Row:
    """One person. `thanks` and `update` are the states of their mails, None where there is none."""

    name: str
    thanks: MessageStatus | None
    update: MessageStatus | None
    state: str


@dataclass
class Scene:
    """Everything the picture shows. `look` brings it up to date; the story tells chapter and moment."""

    chapter: int = 0
    title: str = "The mail servers and the daemon start"
    command: str = ""
    moment: datetime | None = None
    is_over: bool = False
    rows: Sequence[Row] = ()
    outgoing: Sequence[Outgoing] = ()
    incoming: Sequence[Incoming] = ()
    counts: dict[str, int] = field(default_factory=dict)
    _last_event: int = 0
    _order: dict[int, int] = field(default_factory=dict)

    def look(self, store: Store) -> bool:
        """Follow the event log; True where anything happened since the last look."""
        with store.read() as tx:
            happened = events.after(tx, self._last_event)
            if not happened:
                return False
            people = contacts.every(tx)
            ours = messages.listing(tx, messages.Filter())
            theirs = replies.listing(tx)
        self._last_event = happened[-1].id
        for event in happened:
            if event.subject == "message" and event.new in ("sending", "held"):
                self._order.setdefault(event.subject_id, len(self._order))  # in the order in which they left
        names = {person.id: person.name for person in people}
        self.outgoing = [_outgoing(m) for m in sorted(ours, key=self._place)]
        self.incoming = [_incoming(reply, names.get(reply.contact_id or 0, reply.sender)) for reply in theirs]
        self.rows = [_row(person, ours, theirs) for person in people]
        self.counts = _counts(ours, theirs)
        return True

    def _place(self, message: MessageRecord) -> tuple[int, datetime, int]:
        return self._order.get(message.id, 1_000_000), message.not_before, message.id


def _outgoing(message: MessageRecord) -> Outgoing:
    kind = KINDS.get(message.kind, message.kind.value)
    return Outgoing(message.id, kind, message.to_name, message.subject, message.status, message.why or "")


def _incoming(reply: ReplyRecord, who: str) -> Incoming:
    words = " ".join(reply.text.split())
    if reply.classification is Classification.bounce:
        failed = (reply.bounce or {}).get("recipients", [])
        words = " ".join(str(failed[0]["diagnostic"] or failed[0]["status"]).split()) if failed else reply.subject
    elif reply.classification is Classification.opt_out:
        words = next((e["detail"] for e in reply.evidence if e["detail"]), words)
    only_updates = reply.opt_out_scope is OptOutScope.updates
    introduces = tuple(i["name"] or i["email"] or "" for i in reply.introductions)
    return Incoming(reply.id, who, reply.classification, words or reply.subject, only_updates, introduces)


def _row(person: ContactRecord, ours: Sequence[MessageRecord], theirs: Sequence[ReplyRecord]) -> Row:
    def status(kind: MessageKind) -> MessageStatus | None:
        return next((m.status for m in reversed(ours) if m.contact_id == person.id and m.kind is kind), None)

    return Row(person.name, status(MessageKind.thank_you), status(MessageKind.update), _state(person, ours, theirs))


def _state(person: ContactRecord, ours: Sequence[MessageRecord], theirs: Sequence[ReplyRecord]) -> str:
    """The status that `mailer contacts list` shows, and where it says little, why."""
    if person.opted_out:
        return "opted out" if person.opted_out is OptOutScope.all else "no updates"
    if person.status.value in ("responded", "bounced"):
        return person.status.value
    if any(r.contact_id == person.id and r.classification is Classification.automatic for r in theirs):
        return "is away"
    if any(m.contact_id == person.id and m.hold == Hold.particulars for m in ours if m.status in BEFORE_SENDING):
        return "what for?"
    if not person.address:
        return "no address"
    return person.status.value


def _counts(ours: Sequence[MessageRecord], theirs: Sequence[ReplyRecord]) -> dict[str, int]:
    counts = {kind.value: sum(r.classification is kind for r in theirs) for kind in Classification}
    counts["sent"] = sum(m.sent_at is not None for m in ours)
    counts["waiting"] = sum(m.status in BEFORE_SENDING for m in ours)
    counts["introduced"] = sum(len(r.introductions) for r in theirs)
    return counts

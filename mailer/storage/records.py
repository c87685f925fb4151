"""Frozen rows, as the services see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, ClassVar, Self

from sqlalchemy import Row

from mailer.model import (
    Classification,
    ContactStatus,
    Interaction,
    InteractionKind,
    MatchedBy,
    MessageKind,
    MessageStatus,
    OptOutScope,
    Person,
    ProposalKind,
    ProposalStatus,
)


@cache
def names_of(record: type) -> tuple[str, ...]:
    """The columns that a record takes, in order."""
    return tuple(f.name for f in fields(record))


@lru_cache(maxsize=64)
def _picker(record: type, columns: tuple[str, ...]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Takes a record's values out of a row of these columns, by position: names cost ten times it."""
    return itemgetter(*(columns.index(name) for name in names_of(record)))


@dataclass(frozen=True, kw_only=True)
class Record:
    """Built from a row that has (at least) the columns named as its fields."""

    ENUMS: ClassVar[dict[str, Callable[[Any], Any]]] = {}

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The record of one row; enums become enums."""
        return cls.read(_picker(cls, row._fields)(row))  # type: ignore[arg-type]

    @classmethod
    def read(cls, picked: Sequence[Any]) -> Self:
        """The record of these values, in the order of `names_of`."""
        values = dict(zip(names_of(cls), picked, strict=True))  # type: ignore[arg-type]
        for name, enum in cls.ENUMS.items():
            if values[name] is not None:
                values[name] = enum(values[name])
        record = cls.__new__(cls)
        record.__dict__.update(values)  # what the frozen __init__ does, at a third of its cost
        return record


@dataclass(frozen=True, kw_only=True)
class ContactRecord(Record):
    """A contact as the database knows it: what the roster said last, and what happened."""

    ENUMS: ClassVar[dict[str, Callable[[Any], Any]]] = {"opted_out": OptOutScope}

    id: int
    roster_id: str
    name: str
    company: str
    details: dict[str, Any]
    in_roster: bool
    contacted_at: datetime | None
    thanked_at: datetime | None
    updated_at: datetime | None
    responded_at: datetime | None
    bounced_at: datetime | None
    opted_out: OptOutScope | None
    question: str | None
    away_until: date | None
    written_at: datetime | None
    address: str  # the first living address in the roster, as spelt; empty where there is none

    @property
    def status(self) -> ContactStatus:
        """What a listing shows."""
        if self.opted_out:
            return ContactStatus.opted_out
        if self.bounced_at:
            return ContactStatus.bounced
        if self.responded_at:
            return ContactStatus.responded
        return ContactStatus.contacted if self.contacted_at or self.written_at else ContactStatus.new

    @property
    def timezone(self) -> str:
        """The contact's own zone, or empty."""
        return str(self.details.get("timezone", ""))


@dataclass(frozen=True, kw_only=True)
class InteractionRecord(Record):
    """An interaction, from the roster or from the log."""

    ENUMS: ClassVar[dict[str, Callable[[Any], Any]]] = {"kind": InteractionKind}

    id: int
    contact_id: int
    source: str
    day: date
    at: str | None
    kind: InteractionKind
    position: int
    about: str
    thanks_for: str
    notes: str
    thank_you: bool = True
    referrals: list[dict[str, str]]
    logged_at: datetime
    removed_at: datetime | None

    def interaction(self) -> Interaction:
        """The same in the words of the model."""
        return Interaction(
            on=self.day,
            at=time.fromisoformat(self.at) if self.at else None,
            kind=self.kind,
            about=self.about,
            thanks_for=self.thanks_for,
            notes=self.notes,
            thank_you=self.thank_you,
            position=self.position,
            referrals=tuple(Person(**r) for r in self.referrals),
        )


@dataclass(frozen=True, kw_only=True)
class MessageRecord(Record):
    """An outgoing message, without its octets."""

    ENUMS: ClassVar[dict[str, Callable[[Any], Any]]] = {"kind": MessageKind, "status": MessageStatus}

    id: int
    kind: MessageKind
    contact_id: int | None
    day: date | None
    edition: str | None
    to_name: str
    to_address: str
    subject: str
    body: str
    inputs: str
    edited: bool
    status: MessageStatus
    hold: str | None
    approved_at: datetime | None
    why: str | None
    earlier_hold: str | None
    earlier_why: str | None
    put_off_from: datetime | None
    not_before: datetime
    overdue_at: datetime | None
    token: str
    message_id: str
    learnt_id: str | None
    thread: list[str]
    attempts: int
    first_attempt_at: datetime | None
    claimed_at: datetime | None
    lease_until: datetime | None
    last_error: str | None
    sent_at: datetime | None
    uncertain_at: datetime | None
    copied_at: datetime | None
    copy: str | None
    strikes: int
    blind_copy: bool
    handed_over: bool
    created_at: datetime

    @property
    def may_have_left(self) -> bool:
        """Whether a server may have its octets, of whatever attempt: then they are the same for ever."""
        return self.handed_over or self.sent_at is not None or self.uncertain_at is not None


@dataclass(frozen=True, kw_only=True)
class ReplyRecord(Record):
    """An incoming message and the verdict on it."""

    ENUMS: ClassVar[dict[str, Callable[[Any], Any]]] = {
        "classification": Classification,
        "opt_out_scope": OptOutScope,
        "matched_by": MatchedBy,
    }

    id: int
    message_id: str
    folder: str
    uidvalidity: int
    uid: int
    received_at: datetime
    recorded_at: datetime
    sender: str
    contact_id: int | None
    message_pk: int | None
    subject: str
    classification: Classification
    question: str | None
    opt_out_scope: OptOutScope | None
    matched_by: MatchedBy
    evidence: list[dict[str, Any]]
    text: str
    introductions: list[dict[str, str | None]]
    bounce: dict[str, Any] | None
    needs_answer: bool
    overruled: bool
    unverified: bool
    away_until: date | None


@dataclass(frozen=True, kw_only=True)
class ProposalRecord(Record):
    """A person or an address read out of an answer, with the reply's sender and contact. Unknown parts are empty."""

    ENUMS: ClassVar[dict[str, Callable[[Any], Any]]] = {"kind": ProposalKind, "status": ProposalStatus}

    id: int
    reply_pk: int
    contact_id: int | None
    position: int
    kind: ProposalKind
    name: str
    email: str
    company: str
    phone: str
    sentence: str
    status: ProposalStatus
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class EditionRecord(Record):
    """One month's update."""

    id: int
    name: str
    due_at: datetime
    status: str
    why: str | None
    approved_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class EventRecord(Record):
    """One change of state."""

    id: int
    at: datetime
    actor: str
    subject: str
    subject_id: int
    old: str | None
    new: str | None
    why: str


@dataclass(frozen=True, kw_only=True)
class DaemonRecord(Record):
    """The owner's daemon, as of its last heartbeat."""

    pid: int
    host: str
    started_at: datetime
    beat_at: datetime
    state: dict[str, Any]
    stopped_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ProblemRecord(Record):
    """Something that is wrong now, and what mends it."""

    key: str
    text: str
    mend: str
    since: datetime

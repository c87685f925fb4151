"""Every table. Each carries the owner's id, and every unique key begins with it: one database may serve many owners.

The constraints here are the last word against doubles: one thank-you for a contact's day, one update for a contact's
edition, whatever the code above believes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts by itself only for INTEGER PRIMARY KEY


class Utc(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC and read back aware. A naive one is a mistake and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone can't be stored")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _owner() -> Column[int]:
    return Column("owner_id", Id, ForeignKey("owners.id"), nullable=False)


def owner_beside_ids(table: Table) -> ColumnElement[int]:
    """The owner's column for a question that names rows by their ids: an expression, which no index has, so that they
    are looked up by their primary key. With the bare column SQLite walks all that the owner has in some other index."""
    return table.c.owner_id + 0


owners = Table(
    "owners",
    metadata,
    _id(),
    Column("email", String(320), nullable=False, unique=True),
    Column("created_at", Utc, nullable=False),
    Column("first_started_at", Utc),  # when the daemon first ran on this roster; before it nothing was "missed"
    Column("paused_at", Utc),  # the account refused us: nothing leaves until it is mended
    Column("paused_why", Text),
    Column("paused_until", Utc),  # when one more sign-in may be tried
    Column("pauses", Integer, nullable=False, default=0),  # refusals in a row; spaces the tries out
    Column("account", String(64)),  # which account, as a digest: another one has other habits
    Column("account_since", Utc),
    Column("roster", JSON),  # the state of the files that were read last
    sqlite_autoincrement=True,
)

contacts = Table(
    "contacts",
    metadata,
    _id(),
    _owner(),
    Column("roster_id", String(200), nullable=False, default=""),
    Column("name", Text, nullable=False),
    Column("company", Text, nullable=False, default=""),
    Column("details", JSON, nullable=False),  # title, phone, salutation, timezone, language, tags, referred_by, updates
    Column("in_roster", Boolean, nullable=False, default=True),
    Column("contacted_at", Utc),
    Column("thanked_at", Utc),
    Column("updated_at", Utc),
    Column("responded_at", Utc),
    Column("bounced_at", Utc),
    Column("opted_out", String(16)),
    Column("question", Text),  # the contact's mail waits for the owner's answer to this
    Column("away_until", Date),  # the last day away, as their newest automatic answer says
    Column("written_at", Utc),  # when the owner last wrote to them by hand
    Column("created_at", Utc, nullable=False),
    Index(None, "owner_id", "name"),
    sqlite_autoincrement=True,
)

addresses = Table(
    "addresses",
    metadata,
    _id(),
    _owner(),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    Column("address", String(320), nullable=False),  # as matched: case-folded
    Column("spelling", String(320), nullable=False),  # as written
    Column("position", Integer, nullable=False, default=0),
    Column("in_roster", Boolean, nullable=False, default=True),
    Column("dead_at", Utc),
    UniqueConstraint("owner_id", "address"),
    Index(None, "owner_id", "contact_id"),
    sqlite_autoincrement=True,
)

opt_outs = Table(
    "opt_outs",  # which request binds whom: a contact, at an address, because of a mail
    metadata,
    _id(),
    _owner(),
    Column("address", String(320), nullable=False),  # as matched; empty: a contact without one
    Column("contact_id", Id, ForeignKey("contacts.id")),  # who had it; the request sticks to both. null: the address's
    Column("reply_pk", Id, ForeignKey("replies.id")),  # the mail that asked; null: not known any more, so it stays
    Column("scope", String(16), nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("owner_id", "address", "contact_id", "reply_pk"),
    Index(None, "owner_id", "contact_id"),
    sqlite_autoincrement=True,
)

interactions = Table(
    "interactions",
    metadata,
    _id(),
    _owner(),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    Column("source", String(16), nullable=False),  # roster | log
    Column("day", Date, nullable=False),  # in the owner's zone
    Column("at", String(5)),  # HH:MM in the owner's zone
    Column("kind", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("about", Text, nullable=False, default=""),
    Column("thanks_for", Text, nullable=False, default=""),
    Column("notes", Text, nullable=False, default=""),
    Column("thank_you", Boolean, nullable=False, default=True),
    Column("referrals", JSON, nullable=False),  # [{name, email, company, phone}]
    Column("logged_at", Utc, nullable=False),
    Column("removed_at", Utc),
    UniqueConstraint("owner_id", "contact_id", "source", "day", "kind", "position"),
    Index(None, "owner_id", "day"),
    sqlite_autoincrement=True,
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _owner(),
    Column("kind", String(16), nullable=False),
    Column("contact_id", Id, ForeignKey("contacts.id")),  # null: to the owner
    Column("day", Date),  # of the interaction, for a thank-you
    Column("edition", String(7)),  # for an update or its preview
    Column("to_name", Text, nullable=False),
    Column("to_address", String(320), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),  # Markdown
    Column("inputs", String(64), nullable=False, default=""),  # digest of what the draft was rendered from
    Column("edited", Boolean, nullable=False, default=False),  # by the owner's hand: follows nothing any more
    Column("status", String(16), nullable=False),
    Column("hold", String(16)),  # why it is held or was cancelled, for the program
    Column("approved_at", Utc),  # the owner said yes; no rule holds it again
    Column("why", Text),  # why it is held, failed or cancelled, for people
    Column("earlier_hold", String(16)),  # what it was held for before something stopped it that may end
    Column("earlier_why", Text),
    Column("put_off_from", Utc),  # its not_before, before the contact's absence put it off
    Column("not_before", Utc, nullable=False),
    Column("overdue_at", Utc),
    Column("token", String(64), nullable=False),  # X-Breadcrumb-ID
    Column("message_id", String(400), nullable=False),
    Column("learnt_id", String(998)),  # the Message-ID the service gave it instead
    Column("thread", JSON, nullable=False),  # References, oldest first; the last is In-Reply-To
    Column("attempts", Integer, nullable=False, default=0),
    Column("first_attempt_at", Utc),
    Column("claimed_at", Utc),
    Column("lease_until", Utc),
    Column("last_error", Text),
    Column("sent_at", Utc),
    Column("uncertain_at", Utc),
    Column("copied_at", Utc),  # the sent copy is where it belongs
    Column("copy", String(8)),  # server | append | bcc | moved (a blind copy); all but append show the server's habit
    Column("strikes", Integer, nullable=False, default=0),  # mistakes of this program while handling it
    Column("blind_copy", Boolean, nullable=False, default=False),  # the last attempt's went to the owner, too
    Column("handed_over", Boolean, nullable=False, default=False),  # the server has seen content of it and said no
    Column("created_at", Utc, nullable=False),
    UniqueConstraint("owner_id", "kind", "contact_id", "day"),
    UniqueConstraint("owner_id", "kind", "contact_id", "edition"),
    UniqueConstraint("owner_id", "token"),
    Index("ix_messages_claim", "owner_id", "status", "not_before", "id"),
    Index(None, "owner_id", "message_id"),
    Index(None, "owner_id", "learnt_id"),
    Index(None, "owner_id", "contact_id", "sent_at"),
    sqlite_autoincrement=True,
)

contents = Table(
    "contents",  # apart from messages, so that a change of state does not rewrite the octets
    metadata,
    Column("message_pk", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    _owner(),
    Column("body", LargeBinary, nullable=False),
)

heads = Table(
    "heads",  # made at the first claim; the octets are head + body from then on
    metadata,
    Column("message_pk", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    _owner(),
    Column("head", LargeBinary, nullable=False),
)

usage = Table(
    "usage",  # messages handed to the server, by second: what the rolling limits count
    metadata,
    Column("owner_id", Id, ForeignKey("owners.id"), primary_key=True),
    Column("second", BigInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)

editions = Table(
    "editions",
    metadata,
    _id(),
    _owner(),
    Column("name", String(7), nullable=False),  # 2026-11
    Column("due_at", Utc, nullable=False),
    Column("status", String(16), nullable=False),
    Column("why", Text),
    Column("approved_at", Utc),
    Column("started_at", Utc),
    Column("finished_at", Utc),
    UniqueConstraint("owner_id", "name"),
    sqlite_autoincrement=True,
)

replies = Table(
    "replies",
    metadata,
    _id(),
    _owner(),
    Column("fingerprint", String(998), nullable=False),  # Message-ID, or a digest where there is none
    Column("message_id", String(998), nullable=False, default=""),
    Column("folder", Text, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("sender", String(998), nullable=False),
    Column("contact_id", Id, ForeignKey("contacts.id")),
    Column("message_pk", Id, ForeignKey("messages.id")),
    Column("subject", Text, nullable=False),
    Column("classification", String(16), nullable=False),
    Column("question", Text),
    Column("opt_out_scope", String(16)),
    Column("matched_by", String(16), nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("introductions", JSON, nullable=False),
    Column("bounce", JSON),
    Column("needs_answer", Boolean, nullable=False, default=False),
    Column("overruled", Boolean, nullable=False, default=False),
    Column("unverified", Boolean, nullable=False, default=False),  # may be forged: nothing follows without the owner
    Column("away_until", Date),
    Column("recorded_at", Utc, nullable=False),
    UniqueConstraint("owner_id", "fingerprint"),
    Index(None, "owner_id", "contact_id"),
    sqlite_autoincrement=True,
)

proposals = Table(
    "proposals",  # people and addresses read out of answers; nobody is written to before the owner takes one up
    metadata,
    _id(),
    _owner(),
    Column("reply_pk", Id, ForeignKey("replies.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("email", Text, nullable=False, default=""),
    Column("company", Text, nullable=False, default=""),
    Column("phone", Text, nullable=False, default=""),
    Column("sentence", Text, nullable=False, default=""),
    Column("status", String(16), nullable=False),
    Column("created_at", Utc, nullable=False),
    UniqueConstraint("owner_id", "reply_pk", "position"),
    sqlite_autoincrement=True,
)

cursors = Table(
    "cursors",
    metadata,
    Column("owner_id", Id, ForeignKey("owners.id"), primary_key=True),
    Column("folder", String(500), primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("checked_at", Utc, nullable=False),
)

events = Table(
    "events",  # append-only
    metadata,
    _id(),
    _owner(),
    Column("at", Utc, nullable=False),
    Column("actor", String(32), nullable=False),  # owner | daemon | mailbox | roster
    Column(
        "subject", String(16), nullable=False
    ),  # message | contact | reply | proposal | edition | interaction | account
    Column("subject_id", Id, nullable=False),
    Column("old", String(32)),
    Column("new", String(32)),
    Column("why", Text, nullable=False, default=""),
    Index(None, "owner_id", "subject", "subject_id"),
    sqlite_autoincrement=True,
)

daemons = Table(
    "daemons",
    metadata,
    Column("owner_id", Id, ForeignKey("owners.id"), primary_key=True),
    Column("pid", Integer, nullable=False),
    Column("host", Text, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("beat_at", Utc, nullable=False),
    Column("state", JSON, nullable=False),
    Column("stopped_at", Utc),
)

problems = Table(
    "problems",
    metadata,
    Column("owner_id", Id, ForeignKey("owners.id"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("text", Text, nullable=False),
    Column("mend", Text, nullable=False),
    Column("since", Utc, nullable=False),
)

alerts = Table(
    "alerts",  # of which lasting problems the owner was told, so that each is told once a day at most
    metadata,
    Column("owner_id", Id, ForeignKey("owners.id"), primary_key=True),
    Column("key", String(200), primary_key=True),  # the problem's
    Column("told_at", Utc, nullable=False),
    Column("times", Integer, nullable=False),  # how often already: each next time is further off
    Column("message_pk", Id, ForeignKey("messages.id")),  # the mail that told it; null: the command did
)

forgotten = Table(
    "forgotten",  # addresses that must never be mailed again, of which nothing else is kept
    metadata,
    Column("owner_id", Id, ForeignKey("owners.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),  # SHA-256 of salt and address
    Column("salt", String(64), nullable=False),  # the owner's, the same in every row
    Column("at", Utc, nullable=False),
)

imports = Table(
    "imports",  # what each import did to the roster, so that it can be undone
    metadata,
    _id(),
    _owner(),
    Column("at", Utc, nullable=False),
    Column("source", Text, nullable=False),
    Column("files", JSON, nullable=False),  # [{path, digest, start, length, text}]: how to get the old bytes back
    Column("added", JSON, nullable=False),  # [{name, emails}]
    Column("merged", JSON, nullable=False),  # [{name, emails, keys: {key: [before, after]}}]
    Column("undone_at", Utc),
    sqlite_autoincrement=True,
)

logged_from = Table(
    "logged_from",  # which mails to oneself and which meetings of a calendar have been dealt with
    metadata,
    Column("owner_id", Id, ForeignKey("owners.id"), primary_key=True),
    Column("source", String(16), primary_key=True),  # mail | calendar
    Column("key", String(64), primary_key=True),  # digest of the Message-ID, or of the meeting and the contact
    Column("interaction_id", Id, ForeignKey("interactions.id")),  # null: declined, or not understood
    Column("at", Utc, nullable=False),
    Index(None, "owner_id", "interaction_id"),
)

loops = Table(
    "loops",  # whom a referrer was told of: each person they named once, in one message
    metadata,
    Column("owner_id", Id, ForeignKey("owners.id"), primary_key=True),
    Column("referrer_id", Id, ForeignKey("contacts.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("contacts.id"), primary_key=True),
    Column("message_pk", Id, ForeignKey("messages.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # of the first talk
    Column("day", Date, nullable=False),
    Index(None, "owner_id", "message_pk"),
)

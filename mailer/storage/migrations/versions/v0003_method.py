"""What the method beyond the mails keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make what is new."""
    _people()
    _loops()


def _people() -> None:
    """Imports and their undoing, people forgotten, where log entries came from."""
    op.create_table(
        "forgotten",
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_forgotten_owner_id")),
        sa.PrimaryKeyConstraint("owner_id", "digest", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "imports",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("merged", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_imports_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "logged_from",
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("interaction_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["interaction_id"], ["interactions.id"], name=op.f("fk_logged_from_interaction_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_logged_from_owner_id")),
        sa.PrimaryKeyConstraint("owner_id", "source", "key", name=op.f("pk_logged_from")),
    )
    op.create_index(
        op.f("ix_logged_from_owner_id_interaction_id"), "logged_from", ["owner_id", "interaction_id"], unique=False
    )


def _loops() -> None:
    """Whom a referrer was told of."""
    op.create_table(
        "loops",
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("referrer_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("message_pk", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["message_pk"], ["messages.id"], name=op.f("fk_loops_message_pk")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_loops_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["contacts.id"], name=op.f("fk_loops_person_id")),
        sa.ForeignKeyConstraint(["referrer_id"], ["contacts.id"], name=op.f("fk_loops_referrer_id")),
        sa.PrimaryKeyConstraint("owner_id", "referrer_id", "person_id", name=op.f("pk_loops")),
    )
    op.create_index(op.f("ix_loops_owner_id_message_pk"), "loops", ["owner_id", "message_pk"], unique=False)

"""What a service that runs for years keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Of which lasting problems the owner was told."""
    op.create_table(
        "alerts",
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("message_pk", _ID, nullable=True),
        sa.ForeignKeyConstraint(["message_pk"], ["messages.id"], name=op.f("fk_alerts_message_pk")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_alerts_owner_id")),
        sa.PrimaryKeyConstraint("owner_id", "key", name=op.f("pk_alerts")),
    )

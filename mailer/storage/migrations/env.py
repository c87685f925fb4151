"""Alembic's entry: runs on the connection that `mailer.storage.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from mailer.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()

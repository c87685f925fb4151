"""Brings a database to the schema this program works with. Imported only where it is behind: Alembic is slow."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from mailer.storage.store import VERSIONS, translated


def upgrade(engine: Engine, target: str = VERSIONS[-1]) -> None:
    """Run every migration up to `target` in one transaction. Raises StoreError where the database refuses."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with translated(), engine.connect().execution_options(immediate=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, target)

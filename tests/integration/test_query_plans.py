"""How the databases answer what the sender asks for each handful of messages: by an index, however long the queue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, event

from mailer.model import MessageKind
from mailer.storage import claims, contacts, messages, prepared
from mailer.storage.store import Store, Tx, open_store

NOW = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
MANY = 1_500  # enough that PostgreSQL would rather not read them all
KINDS = (MessageKind.update, MessageKind.follow_up)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A long queue of one owner's, half of it sent. PostgreSQL counts it, as it does by itself; SQLite never does."""
    opened = open_store(database_url, "dana@example.com", now=NOW)
    with opened.write() as tx:
        (ada,) = contacts.create(tx, [{"name": "Ada", "details": {}, "created_at": NOW}])
        messages.create(tx, [_row(n, ada, "queued" if n % 2 else "sent") for n in range(MANY)])
    if opened.engine.dialect.name == "postgresql":
        with opened.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    yield opened
    opened.close()


def _row(number: int, contact_id: int, status: str) -> dict[str, Any]:
    return {
        "kind": "follow_up",
        "contact_id": contact_id,
        "edition": f"{number:07}",
        "to_name": "Ada",
        "to_address": "ada@example.org",
        "subject": "hello",
        "body": "hello " * 20,
        "token": f"token{number}",
        "message_id": f"<token{number}@example.com>",
        "thread": [],
        "status": status,
        "not_before": NOW + timedelta(minutes=number),
        "created_at": NOW,
    }


def plans(tx: Tx, ask: Any) -> list[str]:
    """How the database would answer each question that `ask` asks, in its own words."""
    asked: list[tuple[str, Any]] = []
    execute = prepared._Made.execute

    def note(_: Connection, __: Any, statement: str, parameters: Any, ___: Any, ____: bool) -> None:
        asked.append((statement, parameters))

    def note_prepared(made: Any, tx: Tx, values: Any, *, many: bool = False) -> Any:
        asked.append((made.text, values))
        return execute(made, tx, values, many=many)

    event.listen(tx.connection, "before_cursor_execute", note)
    with patch.object(prepared._Made, "execute", note_prepared):
        ask()
    event.remove(tx.connection, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if tx.connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = [
        tx.connection.exec_driver_sql(f"{explain} {sql}", tuple(values) if isinstance(values, list) else values).all()
        for sql, values in asked
    ]
    return ["\n".join(str(row[-1]) for row in each) for each in rows]


def test_the_claim_walks_the_index_in_its_order(store: Store) -> None:
    with store.write() as tx:
        (plan,) = plans(tx, lambda: claims.due(tx, NOW + timedelta(days=9), KINDS, 10))
    assert "ix_messages_claim" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Seq Scan on messages" not in plan


def test_the_next_due_message_is_the_first_in_the_index(store: Store) -> None:
    with store.read() as tx:
        (plan,) = plans(tx, lambda: messages.next_due(tx, KINDS))
    assert "ix_messages_claim" in plan
    assert "TEMP B-TREE" not in plan


def test_claimed_and_sent_messages_are_found_by_their_ids(store: Store) -> None:
    """Not by walking the owner's whole queue in another index: each claim would cost as much as the queue is long."""
    with store.write() as tx:
        ids = [m.id for m in claims.due(tx, NOW + timedelta(days=9), KINDS, 10).messages]
        assert len(ids) == 10
        found = plans(tx, lambda: (claims.claim(tx, ids, NOW, timedelta(hours=1)), claims.mark_sent(tx, ids, NOW)))
    for plan in found:
        assert "INTEGER PRIMARY KEY (rowid=?)" in plan or "pk_messages" in plan
        assert "ix_messages_claim" not in plan

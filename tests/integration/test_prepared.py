"""Statements that go straight to the driver answer as SQLAlchemy does, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from mailer.errors import StoreError
from mailer.model import MessageKind
from mailer.storage import claims, contacts, messages
from mailer.storage.prepared import Prepared
from mailer.storage.records import MessageRecord
from mailer.storage.schema import events, owners
from mailer.storage.schema import messages as table
from mailer.storage.store import Store, open_store

NOW = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
KINDS = tuple(MessageKind)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url, "dana@example.com", now=NOW)
    yield opened
    opened.close()


def queued(store: Store, count: int) -> None:
    with store.write() as tx:
        (ada,) = contacts.create(tx, [{"name": "Ada", "details": {}, "created_at": NOW}])
        rows = [
            {
                "kind": "update", "contact_id": ada, "edition": f"{n:07}", "to_name": "Ada", "body": "hello",
                "to_address": "ada@example.org", "subject": "hello", "token": f"token{n}", "status": "queued",
                "message_id": f"<{n}@example.com>", "thread": [f"<{n}a@example.com>"], "created_at": NOW,
                "not_before": NOW + timedelta(seconds=n), "first_attempt_at": NOW if n % 2 else None,
            }
            for n in range(count)
        ]  # fmt: skip
        messages.create(tx, rows)


def test_rows_come_with_the_values_that_sqlalchemy_gives(store: Store) -> None:
    """Moments, JSON, booleans and what is empty alike."""
    queued(store, 3)
    with store.write() as tx:
        usual = tuple(MessageRecord.of(row) for row in tx.connection.execute(select(table).order_by(table.c.id)))
        assert claims.due(tx, NOW + timedelta(hours=1), KINDS, 10).messages == usual
    assert usual[1].first_attempt_at == NOW


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_list_may_have_any_length(store: Store, count: int) -> None:
    queued(store, 8)
    with store.write() as tx:
        ids = [m.id for m in claims.due(tx, NOW + timedelta(hours=1), KINDS, count).messages]
        assert claims.claim(tx, ids, NOW, timedelta(minutes=1)) == set(ids)
        assert len(ids) == count


def test_a_list_inside_the_statement_is_refused_before_a_database_sees_it(store: Store) -> None:
    wrong = Prepared(lambda: select(owners.c.id).where(owners.c.email.in_(["ada@example.org"])))
    with pytest.raises(ValueError, match="among"), store.read() as tx:
        wrong.rows(tx, {})


def test_what_a_row_does_not_name_is_an_error_and_not_empty(store: Store) -> None:
    rename = Prepared(lambda: update(owners).where(owners.c.id == bindparam("pk")).values(email=bindparam("new")))
    with pytest.raises(KeyError), store.write() as tx:
        rename.run(tx, {"pk": 1})


def test_many_rows_keep_their_own_values(store: Store) -> None:
    """What follows each other and is the same is converted once; what differs is not mistaken for it."""
    append = Prepared(lambda: insert(events).inline(), columns=tuple(_event(NOW)))
    moments = [NOW, NOW, NOW + timedelta(hours=1), NOW]
    with store.write() as tx:
        append.run_each(tx, [{**_event(at), "owner_id": tx.owner_id} for at in moments])
    with store.read() as tx:
        assert list(tx.connection.execute(select(events.c.at).order_by(events.c.id)).scalars()) == moments


def test_a_constraint_speaks_as_it_does_through_sqlalchemy(store: Store) -> None:
    add = Prepared(lambda: insert(owners).inline(), columns=("email", "created_at", "pauses"))
    with pytest.raises(IntegrityError), store.write() as tx:
        add.run_each(tx, [{"email": "dana@example.com", "created_at": NOW, "pauses": 0}])


def test_a_fault_of_the_database_is_the_stores_and_tells_no_values(store: Store) -> None:
    broken = Prepared(lambda: select(owners.c.email).where(owners.c.email == bindparam("who")))
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE owners RENAME COLUMN email TO mail")
    with pytest.raises(StoreError) as caught, store.read() as tx:
        broken.rows(tx, {"who": "ada@example.org"})
    assert "ada@example.org" not in f"{caught.value} {caught.value.__cause__}"


def _event(at: datetime) -> dict[str, Any]:
    return {
        "owner_id": 1, "at": at, "actor": "daemon", "subject": "message", "subject_id": 1, "old": None, "new": "sent",
        "why": "",
    }  # fmt: skip

"""What a search of the mailbox means: which folders count, and that one that can't be searched proves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mailer.daemon.evidence import Evidence
from mailer.errors import MailboxError
from mailer.mailbox import MailboxState
from mailer.model import FolderRole, MessageStatus, Outcome
from mailer.services import proof
from mailer.storage import messages
from mailer.storage.records import MessageRecord
from tests.integration.world import World

ALL = tuple(FolderRole)


@dataclass
class Folders:
    """A mailbox of which only searches matter: where something is, and what can't be searched."""

    there: Mapping[FolderRole, list[int]]
    known: tuple[FolderRole, ...] = ALL
    broken: tuple[FolderRole, ...] = ()

    @property
    def state(self) -> MailboxState:
        return MailboxState(connected=True, folders={role: str(role) for role in self.known})

    def find(self, role: FolderRole, message_ids: tuple[str, ...], tokens: tuple[str, ...] = ()) -> Future[list[int]]:
        answer: Future[list[int]] = Future()
        if role in self.broken or role not in self.known:
            answer.set_exception(MailboxError("it can't be searched"))
        else:
            answer.set_result(self.there.get(role, []))
        return answer

    def append_sent(self, raw: bytes, when: Any) -> Future[None]:
        raise NotImplementedError


@pytest.fixture(params=["server", "bcc"])
def doubtful(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> MessageRecord:
    """A message in doubt for an hour, where the account's habits are known."""
    world.settings(tmp_path, account={"sent_copy": request.param})
    proof.mind_account(world.store, world.desk.config, world.now)
    world.add("Charles Babbage")
    earlier = world.sent("Charles Babbage")
    with world.store.write() as tx:
        proof.copy_seen(tx, earlier, request.param, world.now)
    world.add("Ada Lovelace")
    logged = world.log("Ada Lovelace").message
    assert logged is not None
    world.tick(hours=1, minutes=1)
    world.deliver(Outcome.uncertain)
    world.tick(hours=1)
    return world.message(logged.id)


def app_of(world: World) -> Any:
    return SimpleNamespace(store=world.store, desk=world.desk, config=world.desk.config)


def watched(world: World, skipped: list[timedelta] | None = None) -> Evidence:
    """`skipped`: what a clock that nobody sets did not see of the world's."""
    began = world.now
    return Evidence(lambda: world.now, lambda: (world.now - began - sum(skipped or [], timedelta())).total_seconds())


def look(world: World, folders: Folders, message: MessageRecord) -> MessageStatus:
    watched(world).look(app_of(world), folders)
    return world.message(message.id).status


def test_absent_from_every_folder_it_was_not_sent(world: World, doubtful: MessageRecord) -> None:
    assert look(world, Folders({}), doubtful) is MessageStatus.queued


@pytest.mark.parametrize("role", ALL)
def test_found_in_any_folder_it_was_sent(world: World, doubtful: MessageRecord, role: FolderRole) -> None:
    assert look(world, Folders({role: [7]}), doubtful) is MessageStatus.sent


@pytest.mark.parametrize("role", ALL)
def test_a_folder_that_cannot_be_searched_may_hold_it(world: World, doubtful: MessageRecord, role: FolderRole) -> None:
    assert look(world, Folders({}, broken=(role,)), doubtful) is MessageStatus.uncertain


def test_a_folder_that_the_account_does_not_have_is_not_asked_for(world: World, doubtful: MessageRecord) -> None:
    known = (FolderRole.inbox, FolderRole.sent)
    assert look(world, Folders({}, known=known), doubtful) is MessageStatus.queued


def test_without_the_folder_that_copies_come_into_nothing_is_proven(world: World, doubtful: MessageRecord) -> None:
    _, *others = proof.where_to_look(world.desk.config)
    assert look(world, Folders({}, known=tuple(others)), doubtful) is MessageStatus.uncertain


def test_what_lies_in_the_trash_says_nothing_of_the_servers_habits(world: World, doubtful: MessageRecord) -> None:
    with world.store.read() as tx:
        before = proof.provable(tx, world.desk.config)
    look(world, Folders({FolderRole.trash: [7]}), doubtful)
    with world.store.read() as tx:
        assert proof.provable(tx, world.desk.config) == before


@pytest.fixture
def fresh(world: World, doubtful: MessageRecord) -> MessageRecord:
    """The same doubt, come up just now."""
    with world.store.write() as tx:
        messages.change(tx, doubtful.id, uncertain_at=world.now)
    return world.message(doubtful.id)


def test_the_look_that_counts_does_not_wait_for_its_turn(world: World, fresh: MessageRecord) -> None:
    evidence = watched(world)
    for seconds in (0, 14 * 60, 50, 15):  # the third look would put off the next one for a minute
        assert world.message(fresh.id).status is MessageStatus.uncertain
        world.tick(seconds=seconds)
        evidence.look(app_of(world), Folders({}))
    assert world.message(fresh.id).status is MessageStatus.queued


def leap(world: World, skipped: list[timedelta]) -> None:
    """The clock is set forward a month."""
    skipped.append(timedelta(days=30))
    world.tick(days=30)


def test_time_that_the_clock_skipped_does_not_count(world: World, fresh: MessageRecord) -> None:
    skipped: list[timedelta] = []
    evidence = watched(world, skipped)
    leap(world, skipped)
    evidence.look(app_of(world), Folders({}))
    assert world.message(fresh.id).status is MessageStatus.uncertain
    world.tick(minutes=16)
    evidence.look(app_of(world), Folders({}))
    assert world.message(fresh.id).status is MessageStatus.queued


def test_a_doubt_that_came_after_the_clock_was_set_waits_no_longer_for_it(world: World, fresh: MessageRecord) -> None:
    skipped: list[timedelta] = []
    evidence = watched(world, skipped)
    leap(world, skipped)
    evidence.look(app_of(world), Folders({}, broken=ALL))
    with world.store.write() as tx:
        messages.change(tx, fresh.id, uncertain_at=world.now)
    world.tick(minutes=16)
    evidence.look(app_of(world), Folders({}))
    assert world.message(fresh.id).status is MessageStatus.queued

"""Uncertain messages: what proves, and what proves nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailer.errors import UsageError
from mailer.model import Delivery, FolderRole, MessageStatus, Outcome
from mailer.services import decisions, outbox, proof, transitions
from mailer.storage import claims
from mailer.storage.records import MessageRecord
from tests.integration.world import World, answer


def lost(world: World, **delivery: Any) -> MessageRecord:
    """A message whose connection was lost at the last moment."""
    proof.mind_account(world.store, world.desk.config, world.now)
    world.add("Ada Lovelace")
    logged = world.log("Ada Lovelace").message
    assert logged is not None
    world.tick(hours=2)
    world.deliver(Outcome.uncertain, stage="content", **delivery)
    return world.message(logged.id)


@pytest.fixture
def doubtful(world: World) -> MessageRecord:
    """One without a blind copy."""
    return lost(world)


@pytest.fixture
def copied_blind(world: World, tmp_path: Path) -> MessageRecord:
    """One whose blind copy went along."""
    world.settings(tmp_path, account={"sent_copy": "bcc"})
    return lost(world)


def confirm(world: World, source: str = "server") -> None:
    """An earlier message whose copy was seen."""
    world.add("Charles Babbage")
    earlier = world.sent("Charles Babbage")
    with world.store.write() as tx:
        proof.copy_seen(tx, earlier, source, world.now)


def absent(world: World, message: MessageRecord) -> MessageRecord:
    proof.was_absent(world.store, world.desk, message.id, world.now, world.now)
    return world.message(message.id)


def test_found_in_sent_it_was_sent(world: World, doubtful: MessageRecord) -> None:
    proof.was_found(world.store, world.desk, doubtful.id, FolderRole.sent, world.now)
    assert world.message(doubtful.id).status is MessageStatus.sent


def test_absence_from_a_server_known_and_confirmed_puts_it_back(
    world: World, doubtful: MessageRecord, tmp_path: Path
) -> None:
    world.settings(tmp_path, account={"sent_copy": "server"})
    confirm(world)
    world.tick(minutes=16)
    assert absent(world, doubtful).status is MessageStatus.queued


def test_absence_proves_nothing_before_its_time(world: World, doubtful: MessageRecord, tmp_path: Path) -> None:
    world.settings(tmp_path, account={"sent_copy": "server", "uncertain_after": "3h"})
    confirm(world)
    assert absent(world, doubtful).status is MessageStatus.uncertain


def test_the_owners_word_alone_proves_nothing(world: World, doubtful: MessageRecord, tmp_path: Path) -> None:
    world.settings(tmp_path, account={"sent_copy": "server"})
    world.tick(days=1)
    assert absent(world, doubtful).status is MessageStatus.uncertain


def test_copies_alone_prove_nothing(world: World, doubtful: MessageRecord) -> None:
    confirm(world)  # sent_copy is auto, and nothing is known of this server
    world.tick(days=1)
    assert absent(world, doubtful).status is MessageStatus.uncertain


def test_copies_of_another_account_prove_nothing(world: World, doubtful: MessageRecord, tmp_path: Path) -> None:
    world.settings(tmp_path, account={"sent_copy": "server"})
    confirm(world)
    world.settings(tmp_path, account={"sent_copy": "server", "username": "other@example.com"})
    world.tick(days=1)
    proof.mind_account(world.store, world.desk.config, world.now)
    assert absent(world, doubtful).status is MessageStatus.uncertain


def test_our_own_appended_copies_confirm_nothing(world: World, doubtful: MessageRecord, tmp_path: Path) -> None:
    world.settings(tmp_path, account={"sent_copy": "server"})
    confirm(world, "append")
    world.tick(days=1)
    assert absent(world, doubtful).status is MessageStatus.uncertain


def test_a_blind_copy_makes_every_server_provable(world: World, copied_blind: MessageRecord) -> None:
    confirm(world, "bcc")
    world.tick(minutes=16)
    assert absent(world, copied_blind).status is MessageStatus.queued


def test_a_missing_blind_copy_proves_nothing_where_none_was_to_come(
    world: World, doubtful: MessageRecord, tmp_path: Path
) -> None:
    world.settings(tmp_path, account={"sent_copy": "bcc"})
    confirm(world, "bcc")
    world.tick(days=1)
    assert absent(world, doubtful).status is MessageStatus.uncertain


def test_a_missing_blind_copy_proves_nothing_where_it_was_refused(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, account={"sent_copy": "bcc"})
    message = lost(world, copy_refused=True)
    confirm(world, "bcc")
    world.tick(days=1)
    assert absent(world, message).status is MessageStatus.uncertain


def test_copies_before_one_was_refused_are_no_habit_any_more(
    world: World, copied_blind: MessageRecord, tmp_path: Path
) -> None:
    confirm(world, "bcc")
    world.add("Grace Hopper")
    world.log("Grace Hopper")
    world.tick(hours=2)
    world.deliver(copy_refused=True)
    world.tick(minutes=16)
    assert absent(world, copied_blind).status is MessageStatus.uncertain


def test_a_switch_to_blind_copies_elsewhere_leaves_the_servers_habit_to_be_seen(
    world: World, copied_blind: MessageRecord, tmp_path: Path
) -> None:
    confirm(world, "bcc")
    world.settings(tmp_path, account={"sent_copy": "server"})
    world.tick(days=1)
    assert absent(world, copied_blind).status is MessageStatus.uncertain


def test_a_message_put_back_leaves_with_the_same_octets(world: World, doubtful: MessageRecord, tmp_path: Path) -> None:
    with world.store.read() as tx:
        before = claims.frozen(tx, [doubtful.id])[doubtful.id]
    world.settings(tmp_path, account={"sent_copy": "server"})
    confirm(world)
    world.tick(minutes=16)
    absent(world, doubtful)
    assert [c.envelope.content for c in world.claim() if c.id == doubtful.id] == [before]


def test_a_search_that_began_before_the_time_was_over_proves_nothing(
    world: World, doubtful: MessageRecord, tmp_path: Path
) -> None:
    world.settings(tmp_path, account={"sent_copy": "server"})
    confirm(world)
    assert doubtful.uncertain_at is not None
    asked = doubtful.uncertain_at + timedelta(minutes=14)
    world.tick(days=1)  # it took that long to be answered
    proof.was_absent(world.store, world.desk, doubtful.id, asked, world.now)
    assert world.message(doubtful.id).status is MessageStatus.uncertain


def copy_of(message: MessageRecord) -> bytes:
    """What a server that rewrites Message-ID files."""
    fields = (
        "From: Dana Reyes <dana@example.com>",
        f"To: {message.to_address}",
        f"Subject: {message.subject}",
        "Message-ID: <rewritten@service.test>",
        f"X-Breadcrumb-ID: {message.token}",
    )
    return "\r\n".join((*fields, "", "text", "")).encode()


def put_back(world: World, message: MessageRecord, folder: Path, **account: str) -> None:
    """Its absence proved that it was not sent."""
    world.settings(folder, account={"sent_copy": "server", **account})
    confirm(world, account.get("sent_copy", "server"))
    world.tick(minutes=16)
    assert absent(world, message).status is MessageStatus.queued


def test_a_copy_that_comes_after_all_keeps_it_from_leaving_again(
    world: World, doubtful: MessageRecord, tmp_path: Path
) -> None:
    put_back(world, doubtful, tmp_path)
    world.receive(copy_of(doubtful), role=FolderRole.sent, folder="Sent")
    assert world.message(doubtful.id).status is MessageStatus.sent
    assert doubtful.id not in [c.id for c in world.claim()]
    assert world.contact("Ada Lovelace").thanked_at is not None


def test_a_blind_copy_that_comes_after_all_keeps_it_from_leaving_again(
    world: World, copied_blind: MessageRecord, tmp_path: Path
) -> None:
    put_back(world, copied_blind, tmp_path, sent_copy="bcc")
    world.receive(copy_of(copied_blind))
    assert world.message(copied_blind.id).status is MessageStatus.sent


@pytest.mark.parametrize("evidence", ["copy", "answer"])
def test_what_shows_it_sent_while_it_is_cancelled_keeps_it_from_leaving_after_a_revival(
    world: World, doubtful: MessageRecord, tmp_path: Path, evidence: str
) -> None:
    put_back(world, doubtful, tmp_path)
    decisions.cancel_message(world.store, world.desk, doubtful.id, world.now)
    if evidence == "copy":
        world.receive(copy_of(doubtful), role=FolderRole.sent, folder="Sent")
    else:
        world.receive(answer(doubtful, "Thanks, talk soon."))
    assert world.message(doubtful.id).status is MessageStatus.sent
    with pytest.raises(UsageError, match="is sent"):
        decisions.retry(world.store, world.desk, doubtful.id, world.now)
    assert doubtful.id not in [c.id for c in world.claim()]


@pytest.mark.parametrize("while_it_is", ["sending", "queued"])
@pytest.mark.parametrize("outcome", [Outcome.unused, Outcome.later])
def test_a_copy_of_the_doubted_attempt_counts_after_another_that_was_not_accepted(
    world: World, doubtful: MessageRecord, tmp_path: Path, outcome: Outcome, while_it_is: str
) -> None:
    put_back(world, doubtful, tmp_path)
    assert doubtful.id in [c.id for c in world.claim()]
    world.tick(minutes=1)
    if while_it_is == "sending":
        world.receive(copy_of(doubtful), role=FolderRole.sent, folder="Sent")
    outbox.step(world.store, world.desk, [(doubtful.id, Delivery(outcome, "mail"))], 0, world.now)
    if while_it_is == "queued":
        world.receive(copy_of(doubtful), role=FolderRole.sent, folder="Sent")
    world.tick(hours=1)
    assert doubtful.id not in [c.id for c in world.claim()]
    assert world.message(doubtful.id).status is MessageStatus.sent


def test_a_cancelled_message_that_never_was_in_doubt_is_not_made_sent(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None
    decisions.cancel_message(world.store, world.desk, message.id, world.now)
    world.receive(copy_of(message), role=FolderRole.sent, folder="Sent")
    assert world.message(message.id).status is MessageStatus.cancelled


def test_a_copy_seen_while_it_was_on_its_way_counts_though_it_is_gone_since(
    world: World, doubtful: MessageRecord, tmp_path: Path
) -> None:
    with world.store.write() as tx:
        proof.copy_seen(tx, doubtful, "server", world.now)
    world.settings(tmp_path, account={"sent_copy": "server"})
    world.tick(minutes=16)
    assert absent(world, doubtful).status is MessageStatus.sent


def failed_and_tried_again(world: World, last: Outcome) -> MessageRecord:
    """A message that came back after its copy was seen, and that the owner had tried again."""
    world.add("Ada Lovelace")
    message = world.sent()
    with world.store.write() as tx:
        proof.copy_seen(tx, message, "server", world.now)
        transitions.move(tx, message, MessageStatus.failed, world.now, "mailbox", "it came back")
    world.tick(hours=1)
    decisions.retry(world.store, world.desk, message.id, world.now)
    world.deliver(last)
    return world.message(message.id)


def test_the_copy_of_an_earlier_attempt_proves_nothing_of_this_one(world: World) -> None:
    message = failed_and_tried_again(world, Outcome.uncertain)
    proof.was_found(world.store, world.desk, message.id, FolderRole.sent, world.now)
    world.receive(copy_of(message), role=FolderRole.sent, folder="Sent")
    assert world.message(message.id).status is MessageStatus.uncertain


def test_the_copy_of_an_earlier_attempt_does_not_end_a_plain_retry(world: World) -> None:
    message = failed_and_tried_again(world, Outcome.later)
    world.receive(copy_of(message), role=FolderRole.sent, folder="Sent")
    assert world.message(message.id).status is MessageStatus.queued

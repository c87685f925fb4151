"""After an older copy of the database was put back: what follows from what is found again waits for the owner."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mailer.model import FolderRole, Hold, MessageKind, MessageStatus
from mailer.services import follow_up, restored
from tests.integration.services.test_follow_up import DUE, ON
from tests.integration.world import World

LOG = b"""From: Dana Reyes <dana@example.com>\r
To: dana@example.com\r
Subject: log: Ada, coffee, thanks for the tour\r
Message-ID: <phone@example.com>\r
Date: %s\r
\r
"""


def restore(world: World) -> restored.Doubts:
    return restored.doubt(world.store, world.desk, world.sync, world.now)


@pytest.mark.parametrize(("minutes", "status"), [(-10, MessageStatus.held), (10, MessageStatus.queued)])
def test_a_log_by_mail_from_before_the_restore_thanks_nobody_by_itself(
    world: World, minutes: int, status: MessageStatus
) -> None:
    world.started()
    world.add("Ada Lovelace")
    world.tick(hours=2)
    restore(world)
    written = world.now + timedelta(minutes=minutes)
    world.tick(minutes=15)
    world.receive(LOG % written.strftime("%a, %d %b %Y %H:%M:%S +0000").encode(), role=FolderRole.sent)
    (message,) = world.outbox()
    assert message.status is status
    (answer,) = world.outbox(MessageKind.preview)
    assert ("may have left" in answer.body) is (minutes < 0)
    world.tick(hours=2)
    assert (message.id in {c.id for c in world.claim()}) is (minutes > 0)


def test_a_follow_up_that_was_due_since_the_copy_waits(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, follow_up=ON)
    world.started()
    world.add("Ada Lovelace")
    world.sent()
    world.now = DUE + timedelta(days=2)
    assert restore(world).held == 1
    follow_up.tick(world.store, world.desk, world.now)
    (message,) = world.outbox(MessageKind.follow_up)
    assert (message.status, message.hold) == (MessageStatus.held, Hold.first_start)


def test_a_follow_up_to_a_thank_you_that_the_restore_left_in_doubt_waits(world: World, tmp_path: Path) -> None:
    from mailer.services import decisions

    world.settings(tmp_path, follow_up=ON)
    world.started()
    world.add("Ada Lovelace")
    thanks = world.log("Ada Lovelace").message
    assert thanks is not None
    world.tick(days=7)
    assert restore(world).uncertain == 1
    decisions.resolve(world.store, world.desk, thanks.id, sent=True, now=world.now)
    world.tick(days=8)
    follow_up.tick(world.store, world.desk, world.now)
    (message,) = world.outbox(MessageKind.follow_up)
    assert (message.status, message.hold) == (MessageStatus.held, Hold.first_start)

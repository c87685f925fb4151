"""The owner's own mail in the Sent folder: contact made, marks answered, thank-yous that became silly."""

from __future__ import annotations

from datetime import datetime, time
from email.utils import format_datetime
from pathlib import Path

from mailer.model import ContactStatus, FolderRole, Hold, MessageStatus
from mailer.services import decisions
from mailer.storage import events
from tests.integration.world import World, answer


def by_hand(at: datetime, to: str = "Ada Lovelace <ada@example.org>", subject: str = "Hello", **fields: str) -> bytes:
    """A mail that the owner wrote in their own mail program."""
    lines = {"From": "dana@example.com", "To": to, "Subject": subject, "Date": format_datetime(at), **fields}
    lines["Message-ID"] = f"<{abs(hash((at, to, subject)))}@example.com>"
    return "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in lines.items()).encode() + b"\r\nHello again.\r\n"


def wrote(world: World, **fields: str) -> None:
    world.receive(by_hand(world.now, **fields), role=FolderRole.sent, folder="Sent")


def test_a_mail_by_hand_counts_as_contact(world: World) -> None:
    world.add("Ada Lovelace")
    wrote(world)
    contact = world.contact("Ada Lovelace")
    assert (contact.status, contact.written_at) == (ContactStatus.contacted, world.now)
    with world.store.read() as tx:
        assert events.history(tx, "contact", contact.id)[-1].why == "you wrote to them by hand"


def test_a_mail_by_hand_does_not_open_the_door_to_a_friends_other_mail(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None
    wrote(world)
    world.tick(minutes=1)
    world.receive(answer(message, "Dinner?", In_Reply_To="", References="", Subject="Dinner"))
    assert world.replies() == []


def test_a_mail_by_hand_answers_what_waited(world: World) -> None:
    world.add("Ada Lovelace")
    world.receive(answer(world.sent(), "Call me on Friday."))
    assert world.replies()[0].needs_answer
    world.tick(hours=1)
    wrote(world)
    assert not world.replies()[0].needs_answer


def test_a_mail_to_somebody_else_answers_nothing(world: World) -> None:
    world.add("Ada Lovelace")
    world.receive(answer(world.sent(), "Call me on Friday."))
    world.tick(hours=1)
    wrote(world, to="bob@example.org")
    assert world.replies()[0].needs_answer


def test_a_mail_by_hand_leaves_a_question_to_the_owner(world: World) -> None:
    world.add("Ada Lovelace")
    world.receive(answer(world.sent(), "Sorry, I am not interested."))
    assert world.replies()[0].question
    world.tick(hours=1)
    wrote(world)
    assert world.replies()[0].needs_answer


def test_a_newer_mail_by_hand_cancels_the_thank_you(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None
    world.tick(minutes=30)
    wrote(world)
    found = world.message(message.id)
    assert (found.status, found.hold) == (MessageStatus.cancelled, Hold.written)


def test_an_older_mail_by_hand_cancels_nothing(world: World) -> None:
    world.add("Ada Lovelace")
    wrote(world)
    world.tick(minutes=30)
    message = world.log("Ada Lovelace").message
    assert message is not None and message.status is MessageStatus.queued


def test_the_time_of_the_interaction_counts_where_it_was_logged_late(world: World) -> None:
    world.add("Ada Lovelace")
    wrote(world)  # at 10:00
    world.tick(hours=1)
    logged = world.log("Ada Lovelace", at=time(9))
    assert logged.message is None
    assert "you wrote to Ada Lovelace yourself" in logged.why_no_message
    later = world.log("Ada Lovelace", at=time(10, 30)).message
    assert later is not None and later.status is MessageStatus.queued


def test_a_thank_you_can_wait_for_the_owner_instead(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, thank_you={"own_mail": "hold"})
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None
    world.tick(minutes=30)
    wrote(world)
    found = world.message(message.id)
    assert (found.status, found.hold) == (MessageStatus.held, Hold.written)
    decisions.approve(world.store, world.desk, message.id, world.now)
    world.tick(hours=1)
    assert world.deliver() == [message.id]


def test_a_thank_you_can_leave_all_the_same(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, thank_you={"own_mail": "ignore"})
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None
    world.tick(minutes=30)
    wrote(world)
    assert world.message(message.id).status is MessageStatus.queued


def test_our_own_letter_in_sent_is_no_mail_by_hand(world: World) -> None:
    world.add("Ada Lovelace")
    sent = world.sent()
    copy = by_hand(world.now, X_Breadcrumb_ID=sent.token)
    world.receive(copy, role=FolderRole.sent, folder="Sent")
    assert world.contact("Ada Lovelace").written_at is None

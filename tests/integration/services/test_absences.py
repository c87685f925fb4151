"""A contact's absence holds their mail until the day after; whom they name instead is proposed; undoing is exact."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailer.model import Hold, MessageKind, MessageStatus, ProposalKind, ProposalStatus
from mailer.services import answers, decisions
from mailer.storage import events
from mailer.storage.records import MessageRecord
from tests.integration.services.test_updates import meet, run_first_edition
from tests.integration.services.test_whose_answer import proposed
from tests.integration.world import World, answer

AWAY = "I am out of the office until Friday, 13 November.\nIn urgent cases contact Mary Somerville, mary@example.org."


@pytest.fixture
def sent(world: World) -> MessageRecord:
    """A thank-you to Ada that has left."""
    world.add("Ada Lovelace")
    return world.sent()


def away(world: World, sent: MessageRecord, text: str = AWAY) -> None:
    world.receive(answer(sent, text, Auto_Submitted="auto-replied", Subject=f"Automatic reply: {sent.subject}"))


def test_mail_to_an_absent_contact_waits_until_the_day_after(world: World, sent: MessageRecord) -> None:
    world.tick(days=4)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    away(world, sent)
    contact = world.contact("Ada Lovelace")
    assert contact.away_until == date(2026, 11, 13)
    with world.store.read() as tx:
        assert events.history(tx, "contact", contact.id)[-1].new == "away until 2026-11-13"
        assert events.history(tx, "message", waiting.id)[-1].why == "Ada Lovelace is away until 2026-11-13"
    monday = datetime(2026, 11, 16, 14, 30, tzinfo=UTC)  # 8:30 in Chicago, after the weekend
    assert world.message(waiting.id).not_before == monday
    world.now = datetime(2026, 11, 13, 18, 0, tzinfo=UTC)
    assert world.claim() == ()
    world.now = monday
    assert [c.id for c in world.claim()] == [waiting.id]


def test_what_is_queued_during_the_absence_waits_too(world: World, sent: MessageRecord) -> None:
    away(world, sent)
    world.tick(days=4)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None and waiting.not_before == datetime(2026, 11, 16, 14, 30, tzinfo=UTC)


def test_an_approved_letter_waits_too_and_a_misread_absence_gives_its_time_back(
    world: World, sent: MessageRecord
) -> None:
    world.tick(days=4)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    decisions.hold_back(world.store, waiting.id, world.now)
    before = decisions.approve(world.store, world.desk, waiting.id, world.now).not_before
    away(world, sent)
    assert world.message(waiting.id).not_before > before
    answers.reclassify(world.store, world.desk, world.replies()[0].id, {"classification": "reply"}, world.now)
    assert world.message(waiting.id).not_before == before
    assert world.contact("Ada Lovelace").away_until is None


def test_a_newer_absence_replaces_an_older_one(world: World, sent: MessageRecord) -> None:
    away(world, sent)
    world.tick(hours=1)
    away(world, sent, "I am back on Monday.")
    assert world.contact("Ada Lovelace").away_until == date(2026, 11, 8)


def test_a_substitute_is_proposed_and_withdrawn_with_the_verdict(world: World, sent: MessageRecord) -> None:
    away(world, sent)
    (found,) = proposed(world)
    assert (found.kind, found.name, found.email) == (ProposalKind.substitute, "Mary Somerville", "mary@example.org")
    assert found.sentence.startswith("In urgent cases")
    reply_id = world.replies()[0].id
    answers.reclassify(world.store, world.desk, reply_id, {"classification": "other"}, world.now)
    assert proposed(world)[0].status is ProposalStatus.withdrawn
    answers.reclassify(world.store, world.desk, reply_id, {"classification": "automatic"}, world.now)
    assert proposed(world)[0].status is ProposalStatus.open


def test_who_left_the_company_proposes_successor_and_new_address(world: World, sent: MessageRecord) -> None:
    text = (
        "I have left Analytical Engines. Please contact my successor Mary Somerville, mary@example.org.\n"
        "You can reach me at ada.new@example.net."
    )
    away(world, sent, text)
    assert {(p.kind, p.email) for p in proposed(world)} == {
        (ProposalKind.successor, "mary@example.org"),
        (ProposalKind.new_address, "ada.new@example.net"),
    }


def test_the_same_person_is_not_proposed_twice(world: World, sent: MessageRecord) -> None:
    away(world, sent)
    away(world, sent, AWAY + "\nRegards")
    assert len(proposed(world)) == 1


def test_what_the_owner_held_is_held_again_after_a_question(world: World, sent: MessageRecord) -> None:
    world.tick(days=6)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    decisions.hold_back(world.store, waiting.id, world.now)
    world.receive(answer(sent, "Sorry, I am not interested."))
    assert world.message(waiting.id).hold == Hold.question
    answers.answered(world.store, world.desk, world.replies()[0].id, world.now)
    found = world.message(waiting.id)
    assert (found.status, found.hold, found.why) == (MessageStatus.held, Hold.owner, "you held it")


def test_what_the_owner_held_is_held_again_after_a_misread_opt_out(world: World, sent: MessageRecord) -> None:
    world.tick(days=6)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    decisions.hold_back(world.store, waiting.id, world.now)
    world.receive(answer(sent, "Please take me off your list."))
    assert world.message(waiting.id).status is MessageStatus.cancelled
    answers.reclassify(
        world.store, world.desk, world.replies()[0].id, {"classification": "reply", "opt_out_scope": None}, world.now
    )
    assert world.message(waiting.id).hold == Hold.owner


def test_after_a_long_absence_only_the_newest_update_leaves(world: World, tmp_path: Path) -> None:
    world.settings(tmp_path, updates={"review": "none"})
    world.started()
    meet(world, "Ada Lovelace")
    run_first_edition(world)
    world.deliver()
    (first,) = world.outbox(MessageKind.update)
    away(world, first, "I am on leave until 10 March 2027.")
    for month in (1, 2, 3):
        world.now = datetime(2027, month, 1, 16, 0, tzinfo=UTC)
        world.update()
        world.update()
        assert world.claim() == ()
    world.now = datetime(2027, 3, 11, 15, 0, tzinfo=UTC)
    world.deliver()
    found = {m.edition: m.status for m in world.outbox(MessageKind.update)}
    assert found.get("2027-03") is MessageStatus.sent, found
    assert {found["2027-01"], found["2027-02"]} == {MessageStatus.cancelled}

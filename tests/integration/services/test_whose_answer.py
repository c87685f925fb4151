"""Whose answer it is (each case with what the owner would expect), and senders that may be forged."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.model import Classification, ContactStatus, MatchedBy, MessageStatus, OptOutScope, ProposalKind
from mailer.services import answers
from mailer.storage import proposals
from mailer.storage.records import MessageRecord, ProposalRecord
from tests.integration.services.test_inbox import bounce
from tests.integration.world import World, answer

FORGED = "mx.example.com; spf=fail smtp.mailfrom=evil.example; dkim=none; dmarc=fail header.from=example.org"


@pytest.fixture
def sent(world: World) -> MessageRecord:
    """A thank-you to Ada that has left."""
    world.add("Ada Lovelace")
    return world.sent()


def proposed(world: World) -> list[ProposalRecord]:
    with world.store.read() as tx:
        return proposals.listing(tx)


def test_another_address_that_the_roster_knows_proposes_nothing(world: World, sent: MessageRecord) -> None:
    world.change("Ada Lovelace", emails=("ada@example.org", "countess@example.org"))
    world.receive(answer(sent, "Yes.", sender="countess@example.org"))
    assert world.contact("Ada Lovelace").status is ContactStatus.responded
    assert proposed(world) == []


def test_another_address_of_the_same_person_is_proposed_as_a_new_address(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "From my phone: yes.", sender="ada.private@example.com"))
    assert world.contact("Ada Lovelace").status is ContactStatus.responded
    (found,) = proposed(world)
    assert (found.kind, found.email) == (ProposalKind.new_address, "ada.private@example.com")


def test_an_assistants_answer_counts_for_the_contact_and_introduces_the_assistant(
    world: World, sent: MessageRecord
) -> None:
    world.receive(answer(sent, "Ada asks you to call on Friday.", From="Bob Hale <bob@example.org>"))
    assert world.contact("Ada Lovelace").status is ContactStatus.responded
    (found,) = proposed(world)
    assert (found.kind, found.name) == (ProposalKind.introduction, "Bob Hale")


def test_somebody_else_cannot_opt_a_contact_out_without_the_owner(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Please take me off your list.", From="Bob Hale <bob@example.org>"))
    (reply,) = world.replies()
    assert (reply.classification, reply.opt_out_scope) == (Classification.reply, None)
    assert reply.question and "Bob Hale" in reply.question
    assert world.contact("Ada Lovelace").opted_out is None


def test_a_contact_who_answers_in_another_ones_thread_answers_for_themselves(world: World, sent: MessageRecord) -> None:
    world.add("Grace Hopper")
    world.receive(answer(sent, "Please take me off your list.", From="Grace Hopper <grace@example.org>"))
    assert world.contact("Grace Hopper").opted_out is OptOutScope.all
    assert world.contact("Ada Lovelace").status is ContactStatus.contacted


def test_in_a_merged_thread_the_senders_own_message_is_answered(world: World, sent: MessageRecord) -> None:
    world.add("Grace Hopper")
    other = world.sent("Grace Hopper")
    mail = answer(
        sent, "Both of us say yes.", From="Grace Hopper <grace@example.org>", References=f"{other.message_id} <x@y>"
    )
    world.receive(mail)
    (reply,) = world.replies()
    assert (reply.contact_id, reply.message_pk) == (other.contact_id, other.id)


def test_two_contacts_in_one_mail_only_its_writer_responded_and_nobody_is_introduced(
    world: World, sent: MessageRecord
) -> None:
    world.add("Grace Hopper")
    world.receive(answer(sent, "Grace knows more.", Cc="Grace Hopper <grace@example.org>"))
    assert world.contact("Ada Lovelace").status is ContactStatus.responded
    assert world.contact("Grace Hopper").status is ContactStatus.new
    assert proposed(world) == []


def test_an_answer_to_an_old_mail_counts_as_one_to_the_newest(world: World, sent: MessageRecord) -> None:
    world.tick(days=120)
    world.sent()
    world.receive(answer(sent, "Months later: yes."))
    assert world.replies()[0].message_pk == sent.id
    assert world.contact("Ada Lovelace").status is ContactStatus.responded


def test_an_answer_without_thread_headers_is_known_by_sender_and_subject(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Yes.", In_Reply_To="", References="", Subject=f"Antwort: {sent.subject}"))
    (reply,) = world.replies()
    assert (reply.matched_by, reply.message_pk, reply.text) == (MatchedBy.subject, sent.id, "Yes.")


def test_a_known_name_at_an_unknown_address_is_a_question(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Stop writing to me.", sender="ada@example.net", In_Reply_To="", References=""))
    (reply,) = world.replies()
    assert (reply.matched_by, reply.classification) == (MatchedBy.name, Classification.reply)
    assert reply.question and "Ada Lovelace" in reply.question
    assert reply.text == ""
    assert world.contact("Ada Lovelace").opted_out is None


def test_a_known_name_under_another_subject_leaves_no_trace(world: World, sent: MessageRecord) -> None:
    world.receive(
        answer(sent, "Hello", sender="ada@example.net", In_Reply_To="", References="", Subject="Re: lunch on Friday")
    )
    assert world.replies() == []


def test_a_forged_opt_out_is_a_question_and_holds_the_mail(world: World, sent: MessageRecord) -> None:
    world.tick(days=6)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    world.receive(answer(sent, "Please take me off your list.", Authentication_Results=FORGED))
    (reply,) = world.replies()
    assert (reply.classification, reply.needs_answer) == (Classification.reply, True)
    contact = world.contact("Ada Lovelace")
    assert (contact.opted_out, contact.status) == (None, ContactStatus.contacted)
    assert world.message(waiting.id).status is MessageStatus.held
    answers.reclassify(
        world.store, world.desk, reply.id, {"classification": "opt_out", "opt_out_scope": "all"}, world.now
    )
    assert world.contact("Ada Lovelace").opted_out is OptOutScope.all


def test_a_forged_bounce_kills_no_address_before_the_owner_says_so(world: World, sent: MessageRecord) -> None:
    world.receive(f"Authentication-Results: {FORGED}\r\n".encode() + bounce(sent))
    (reply,) = world.replies()
    assert (reply.classification, reply.needs_answer) == (Classification.bounce, True)
    assert world.contact("Ada Lovelace").status is ContactStatus.contacted
    assert world.message(sent.id).status is MessageStatus.sent
    answers.reclassify(
        world.store, world.desk, reply.id, {"classification": "bounce", "needs_answer": False}, world.now
    )
    assert world.contact("Ada Lovelace").status is ContactStatus.bounced


def test_what_the_owners_server_is_not_named_for_is_not_believed(
    world: World, sent: MessageRecord, tmp_path: Path
) -> None:
    world.settings(tmp_path, reading={"trusted_servers": ["mail.example.net"]})
    world.receive(answer(sent, "Please take me off your list.", Authentication_Results=FORGED))
    assert world.contact("Ada Lovelace").opted_out is OptOutScope.all


def test_what_no_database_keeps_is_left_out_of_a_proposal(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Talk to Mary\0 Somerville, mary@example.net.", From="Bob\0 Hale <bob@example.org>"))
    assert all("\0" not in p.name + p.sentence for p in proposed(world))
    assert len(world.replies()) == 1

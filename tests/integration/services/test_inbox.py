"""Incoming mail: matched to a contact, judged, obeyed; and everything else leaves no trace."""

from __future__ import annotations

from datetime import date

import pytest

import mailer.understand as understanding
from mailer.errors import MailboxError
from mailer.model import (
    Classification,
    ContactStatus,
    FetchedMail,
    FolderRole,
    Hold,
    MatchedBy,
    MessageStatus,
    OptOutScope,
    Outcome,
    Start,
)
from mailer.services import answers
from mailer.storage import daemons, events
from mailer.storage.records import MessageRecord
from tests.integration.world import World, answer


@pytest.fixture
def sent(world: World) -> MessageRecord:
    """A thank-you to Ada that has left."""
    world.add("Ada Lovelace")
    return world.sent()


def bounce(
    to: MessageRecord, status: str = "5.1.1", action: str = "failed", own_id: bool = True, why: str = "no such user"
) -> bytes:
    """An RFC 3464 report, as Postfix writes it."""
    returned = f"Message-ID: {to.message_id}\r\n" if own_id else ""
    return (
        "From: MAILER-DAEMON@example.com (Mail Delivery System)\r\nTo: dana@example.com\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Message-ID: <report-1@example.com>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; {to.to_address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} {why}\r\n"
        f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}To: {to.to_address}\r\n"
        "Subject: x\r\n\r\n--b--\r\n"
    ).encode()


def test_an_answer_makes_the_contact_responded(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Good to hear from you. Call me on Friday."))
    (reply,) = world.replies()
    assert (reply.classification, reply.matched_by) == (Classification.reply, MatchedBy.in_reply_to)
    assert reply.text == "Good to hear from you. Call me on Friday."
    assert reply.needs_answer
    assert world.contact("Ada Lovelace").status is ContactStatus.responded


def test_references_alone_are_enough(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Yes.", In_Reply_To="", References=f"<x@example.org> {sent.message_id}"))
    assert world.replies()[0].matched_by is MatchedBy.references


def test_an_answer_from_an_unknown_address_in_the_thread_counts_for_the_contact(
    world: World, sent: MessageRecord
) -> None:
    world.receive(answer(sent, "From my phone: yes.", sender="ada.private@example.com"))
    assert world.contact("Ada Lovelace").status is ContactStatus.responded


def test_a_fresh_mail_from_a_contact_counts_by_its_sender_and_keeps_no_text(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "A new thought.", In_Reply_To="", References="", Subject="Cranes"))
    (reply,) = world.replies()
    assert reply.matched_by is MatchedBy.sender
    assert reply.text == ""


@pytest.mark.parametrize("text", ["Please take me off your list.", "Who are you? How did you get my address?"])
def test_no_word_of_a_mail_matched_by_its_sender_is_kept(world: World, sent: MessageRecord, text: str) -> None:
    world.receive(answer(sent, text, In_Reply_To="", References="", Subject="Cranes"))
    (reply,) = world.replies()
    assert reply.matched_by is MatchedBy.sender
    assert reply.evidence
    with world.store.read() as tx:
        told = [e.why for e in events.after(tx, 0)]
    kept = f"{reply} {told} {world.contact('Ada Lovelace')}".casefold()
    assert [words for words in ("take me off", "who are you", "how did you get") if words in kept] == []


def test_the_log_of_changes_quotes_no_answer(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Please take me off your list."))
    assert "take me off" in str(world.replies()[0].evidence).casefold()
    with world.store.read() as tx:
        assert "take me off" not in str(events.after(tx, 0)).casefold()


def test_mail_from_a_contact_before_our_first_mail_leaves_no_trace(world: World) -> None:
    world.add("Ada Lovelace")
    message = world.log("Ada Lovelace").message
    assert message is not None
    world.receive(answer(message, "About dinner", In_Reply_To="", References=""))
    assert world.replies() == []


def test_mail_from_strangers_leaves_no_trace(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Buy now", From="Some One <spam@example.com>", In_Reply_To="", References=""))
    assert world.replies() == []


def test_a_robot_does_not_make_a_contact_responded(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "I am away until Monday.", Auto_Submitted="auto-replied"))
    assert world.replies()[0].classification is Classification.automatic
    assert world.contact("Ada Lovelace").status is ContactStatus.contacted


def test_a_dead_address_makes_the_contact_bounced_and_fails_the_message(world: World, sent: MessageRecord) -> None:
    world.receive(bounce(sent))
    assert world.replies()[0].matched_by is MatchedBy.returned
    assert world.contact("Ada Lovelace").status is ContactStatus.bounced
    assert world.message(sent.id).status is MessageStatus.failed


def test_a_full_mailbox_fails_the_message_and_leaves_the_contact_alive(world: World, sent: MessageRecord) -> None:
    world.receive(bounce(sent, status="5.2.2", why="mailbox full"))
    assert world.contact("Ada Lovelace").status is ContactStatus.contacted
    assert world.message(sent.id).status is MessageStatus.failed


def test_a_delay_changes_nothing(world: World, sent: MessageRecord) -> None:
    world.receive(bounce(sent, status="4.4.1", action="delayed"))
    assert world.contact("Ada Lovelace").status is ContactStatus.contacted
    assert world.message(sent.id).status is MessageStatus.sent


def test_a_bounce_without_our_id_is_matched_by_its_recipient(world: World, sent: MessageRecord) -> None:
    world.receive(bounce(sent, own_id=False))
    assert world.replies()[0].matched_by is MatchedBy.recipient


def test_a_bounce_of_somebody_elses_mail_leaves_no_trace(world: World, sent: MessageRecord) -> None:
    world.receive(bounce(sent).replace(sent.message_id.encode(), b"<other@example.com>"))
    assert world.replies() == []


def test_a_dead_first_address_moves_on_to_the_second(world: World, sent: MessageRecord) -> None:
    world.change("Ada Lovelace", emails=("ada@example.org", "countess@example.org"))
    world.receive(bounce(sent))
    contact = world.contact("Ada Lovelace")
    assert contact.status is ContactStatus.contacted
    assert contact.address == "countess@example.org"


def test_please_stop_is_obeyed_for_everything_that_has_not_left(world: World, sent: MessageRecord) -> None:
    world.tick(days=6)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    world.receive(answer(sent, "Please take me off your list."))
    assert world.contact("Ada Lovelace").status is ContactStatus.opted_out
    assert world.message(waiting.id).status is MessageStatus.cancelled
    world.log("Ada Lovelace", "one more")
    world.tick(days=1)
    assert world.claim() == ()


def test_an_opted_out_contact_with_a_new_address_stays_opted_out(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Please take me off your list."))
    world.change("Ada Lovelace", emails=("ada@example.org", "new@example.com"))
    world.change("Ada Lovelace", emails=("new@example.com",))
    assert world.contact("Ada Lovelace").status is ContactStatus.opted_out


def test_overruling_an_opt_out_undoes_every_consequence(world: World, sent: MessageRecord) -> None:
    world.tick(days=6)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    world.receive(answer(sent, "Please take me off your list."))
    values: dict[str, object] = {"classification": "reply", "opt_out_scope": None}
    answers.reclassify(world.store, world.desk, world.replies()[0].id, values, world.now)
    assert world.contact("Ada Lovelace").status is ContactStatus.responded
    assert world.message(waiting.id).status is MessageStatus.queued
    world.roster = []
    world.sync()
    assert world.add("Ada King", "ada@example.org").opted_out is None


def test_overruling_a_bounce_brings_contact_and_message_back(world: World, sent: MessageRecord) -> None:
    world.receive(bounce(sent))
    answers.reclassify(world.store, world.desk, world.replies()[0].id, {"classification": "automatic"}, world.now)
    assert world.contact("Ada Lovelace").status is ContactStatus.contacted
    assert world.contact("Ada Lovelace").address == "ada@example.org"
    assert world.message(sent.id).status is MessageStatus.sent


def test_the_same_mail_seen_in_another_folder_counts_once(world: World, sent: MessageRecord) -> None:
    mail = answer(sent, "Yes.")
    world.receive(mail)
    world.receive(mail, folder="Archive", role=FolderRole.archive)
    assert len(world.replies()) == 1


def test_an_answer_in_junk_is_found(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Yes."), folder="Junk", role=FolderRole.junk)
    assert len(world.replies()) == 1


def test_the_owners_own_mail_is_no_answer(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "A note to myself", sender="dana@example.com"))
    assert world.replies() == []


@pytest.fixture
def doubtful(world: World) -> MessageRecord:
    """A message whose connection was lost at the last moment."""
    world.add("Ada Lovelace")
    logged = world.log("Ada Lovelace")
    assert logged.message is not None
    world.tick(hours=2)
    world.deliver(Outcome.uncertain)
    return world.message(logged.message.id)


def test_an_answer_proves_that_an_uncertain_message_left(world: World, doubtful: MessageRecord) -> None:
    world.receive(answer(doubtful, "Thanks for your note."))
    assert world.message(doubtful.id).status is MessageStatus.sent


def test_its_copy_in_sent_proves_that_an_uncertain_message_left(world: World, doubtful: MessageRecord) -> None:
    copy = f"From: dana@example.com\r\nMessage-ID: {doubtful.message_id}\r\n\r\nHi\r\n".encode()
    world.receive(copy, folder="Sent", role=FolderRole.sent)
    assert world.message(doubtful.id).status is MessageStatus.sent
    assert world.contact("Ada Lovelace").thanked_at is not None


def test_a_rewritten_message_id_is_learnt_from_the_sent_copy(world: World, sent: MessageRecord) -> None:
    head = f"From: dana@example.com\r\nMessage-ID: <new@ses.example>\r\nX-Breadcrumb-ID: {sent.token}\r\n\r\nHi\r\n"
    world.receive(head.encode(), folder="Sent", role=FolderRole.sent)
    world.receive(answer(sent, "Yes.", In_Reply_To="<new@ses.example>", References=""))
    assert world.replies()[0].matched_by is MatchedBy.in_reply_to


def test_a_first_look_at_a_folder_starts_at_its_end(world: World) -> None:
    assert world.inbox.start("INBOX", FolderRole.inbox, 7, 100_001) == Start(100_000)
    with world.store.read() as tx:
        assert daemons.cursor(tx, "INBOX") == (7, 100_000)


def test_a_folder_found_later_is_read_from_the_day_of_the_first_mail(world: World, sent: MessageRecord) -> None:
    assert world.inbox.start("Junk", FolderRole.junk, 7, 500) == Start(0, date(2026, 11, 2))


def test_a_known_folder_goes_on_where_it_was(world: World, sent: MessageRecord) -> None:
    world.inbox.start("INBOX", FolderRole.inbox, 1, 1)
    world.receive(answer(sent, "Yes."))
    assert world.inbox.start("INBOX", FolderRole.inbox, 1, 50) == Start(1)


def test_a_changed_uidvalidity_reads_again_and_counts_nothing_twice(world: World, sent: MessageRecord) -> None:
    mail = answer(sent, "Yes.")
    world.receive(mail)
    assert world.inbox.start("INBOX", FolderRole.inbox, 2, 50).since is not None
    world.receive(mail)
    assert len(world.replies()) == 1


def test_a_question_holds_the_contacts_mail_until_the_owner_answers(world: World, sent: MessageRecord) -> None:
    world.tick(days=6)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    world.receive(answer(sent, "Hello again."))
    reply_id = world.replies()[0].id
    values: dict[str, object] = {"classification": "reply"}
    with world.store.write() as tx:
        from mailer.services.verdicts import recompute
        from mailer.storage import replies

        replies.change(tx, reply_id, question="Does she want out?", needs_answer=True)
        recompute(tx, world.desk, world.contact("Ada Lovelace").id, world.now, "mailbox", "test")
    assert world.message(waiting.id).hold == Hold.question
    answers.reclassify(world.store, world.desk, reply_id, values, world.now)
    assert world.message(waiting.id).status is MessageStatus.queued


def test_a_mail_that_cannot_be_handled_is_passed_over_after_three_tries_and_told(
    world: World, sent: MessageRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = understanding.understand

    def stumbles(raw: bytes, **options: object) -> object:
        if b"poison" in raw:
            raise KeyError("a mistake of this program")
        return real(raw, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(understanding, "understand", stumbles)
    receiver = world.inbox
    mails = [FetchedMail(1, world.now, answer(sent, "poison")), FetchedMail(2, world.now, answer(sent, "Yes."))]
    for _ in range(2):
        with pytest.raises(MailboxError):
            receiver.receive("INBOX", FolderRole.inbox, 1, mails, 2)
    receiver.receive("INBOX", FolderRole.inbox, 1, mails, 2)
    assert [r.text for r in world.replies()] == ["Yes."]
    with world.store.read() as tx:
        assert daemons.cursor(tx, "INBOX") == (1, 2)
        assert any("UID 1" in p.text for p in daemons.all_problems(tx))


def test_what_no_database_keeps_is_left_out_of_the_text(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, "Yes\0 indeed."))
    assert "\0" not in world.replies()[0].text
    assert len(world.replies()) == 1


def complaint(about: MessageRecord) -> bytes:
    """An abuse report (RFC 5965) on one of our messages."""
    return (
        "From: feedback@isp.example\r\nTo: dana@example.com\r\nSubject: FW: Thank you\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {about.message_id}\r\nTo: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()


def test_a_complaint_counts_as_an_opt_out_of_everything(world: World, sent: MessageRecord) -> None:
    world.receive(complaint(sent))
    assert world.replies()[0].classification is Classification.complaint
    assert world.contact("Ada Lovelace").opted_out is OptOutScope.all
    assert world.message(sent.id).status is MessageStatus.sent


@pytest.mark.parametrize(
    ("subject", "scope"), [("unsubscribe", OptOutScope.all), ("unsubscribe updates", OptOutScope.updates)]
)
def test_the_unsubscribe_address_works_by_itself(
    world: World, sent: MessageRecord, subject: str, scope: OptOutScope
) -> None:
    world.tick(days=6)
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    world.receive(answer(sent, "", In_Reply_To="", References="", Subject=subject))
    assert world.contact("Ada Lovelace").opted_out is scope
    stopped = MessageStatus.cancelled if scope is OptOutScope.all else MessageStatus.queued
    assert world.message(waiting.id).status is stopped
    assert {m.id for m in world.outbox()} == {sent.id, waiting.id}  # no confirmation

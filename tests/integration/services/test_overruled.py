"""The owner overrules an opt-out: it ends wherever the roster took it meanwhile, and no other request does."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.model import Contact, ContactStatus, Hold, MessageStatus, OptOutScope
from mailer.roster import load_roster
from mailer.services import answers, forgetting, merging
from mailer.services.roster_sync import sync
from mailer.storage import contacts
from mailer.storage.records import MessageRecord
from tests.integration.services.test_inbox import bounce
from tests.integration.world import World, answer

STOP = "Please take me off your list."
NO_UPDATES = "No more updates please."


@pytest.fixture
def sent(world: World) -> MessageRecord:
    """A thank-you to Ada that has left; another Ada is in the roster, and each has two addresses."""
    world.add("Ada Lovelace", emails=("ada@example.org", "countess@example.org"))
    world.add("Ada King", emails=("king@example.org", "king@example.com"))
    return world.sent()


def overrule(world: World, number: int = 0, verdict: str = "reply", scope: str | None = None) -> None:
    """The owner says what the mail of this number is."""
    values: dict[str, object] = {"classification": verdict, "opt_out_scope": scope}
    answers.reclassify(world.store, world.desk, world.replies()[number].id, values, world.now)


def entries(world: World, **emails: tuple[str, ...]) -> None:
    """These are the entries of the roster now, each with its addresses."""
    world.roster = [Contact(name.replace("_", " "), emails=theirs) for name, theirs in emails.items()]
    world.sync()


def moved(world: World) -> None:
    """Ada's first address now stands in the other entry."""
    entries(
        world,
        Ada_Lovelace=("countess@example.org",),
        Ada_King=("king@example.org", "king@example.com", "ada@example.org"),
    )


def scopes(world: World, *names: str) -> tuple[OptOutScope | None, ...]:
    return tuple(world.contact(name).opted_out for name in names)


def forget(world: World, folder: Path, address: str) -> None:
    """The owner has somebody forgotten, who is the only one in the file."""
    file = folder / "contacts.yaml"
    file.write_text(f"contacts:\n  - {{name: Ada, email: {address}}}\n")
    with world.store.read() as tx:
        lost = forgetting.find_lost(tx, world.desk, address)
    forgetting.forget(world.store, world.desk, [file], lost, [], world.now)


def test_an_opt_out_ends_also_for_the_entry_that_its_address_moved_to(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, STOP))
    moved(world)
    assert scopes(world, "Ada Lovelace", "Ada King") == (OptOutScope.all, OptOutScope.all)
    overrule(world)
    assert scopes(world, "Ada Lovelace", "Ada King") == (None, None)


def test_an_opt_out_ends_also_for_an_entry_that_its_address_only_passed_through(
    world: World, sent: MessageRecord
) -> None:
    world.receive(answer(sent, STOP))
    moved(world)
    entries(
        world,
        Ada_Lovelace=("countess@example.org",),
        Ada_King=("king@example.org",),
        Mary_Somerville=("ada@example.org",),
        Grace_Hopper=("king@example.com",),
    )
    names = ("Ada Lovelace", "Ada King", "Mary Somerville", "Grace Hopper")
    assert set(scopes(world, *names)) == {OptOutScope.all}
    overrule(world)
    assert set(scopes(world, *names)) == {None}


def test_who_lost_their_only_address_and_got_another_is_freed_as_well(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, STOP))
    world.change("Ada King", id="king")
    world.change("Ada Lovelace", emails=("countess@example.org",))
    world.change("Ada King", emails=("ada@example.org",))
    world.change("Ada King", emails=())
    world.roster.append(Contact("Mary Somerville", emails=("ada@example.org",)))
    world.sync()
    world.change("Ada King", emails=("new@example.org",))
    assert scopes(world, "Ada King", "Mary Somerville") == (OptOutScope.all, OptOutScope.all)
    overrule(world)
    assert scopes(world, "Ada King", "Mary Somerville") == (None, None)


def test_an_opt_out_ends_for_entries_that_were_joined(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, STOP))
    entries(world, Ada_King=("king@example.org", "ada@example.org", "countess@example.org"))
    assert scopes(world, "Ada Lovelace", "Ada King") == (OptOutScope.all, OptOutScope.all)
    overrule(world)
    assert scopes(world, "Ada Lovelace", "Ada King") == (None, None)
    world.roster.append(Contact("Ada Lovelace", emails=("new@example.org",)))
    world.sync()
    assert world.contact("Ada Lovelace").opted_out is None


def test_an_opt_out_that_an_address_brought_ends_after_its_entry_was_merged_away(
    world: World, sent: MessageRecord, tmp_path: Path
) -> None:
    world.receive(answer(sent, STOP))
    moved(world)
    file = tmp_path / "contacts.yaml"
    file.write_text(
        "contacts:\n  - {name: Ada Lovelace, email: countess@example.org}\n"
        "  - {name: Ada King, emails: [king@example.org, king@example.com, ada@example.org]}\n"
        "  - {name: Mary Somerville, email: mary@example.org}\n"
    )
    world.roster = list(load_roster([file]).contacts)
    world.sync()
    king, mary = world.contact("Ada King"), world.contact("Mary Somerville")
    merging.merge(world.store, world.desk, [file], mary, king, world.now)
    sync(world.store, world.desk, load_roster([file]).contacts, world.now)
    names = ("Ada Lovelace", "Ada King", "Mary Somerville")
    assert set(scopes(world, *names)) == {OptOutScope.all}
    overrule(world)
    assert set(scopes(world, *names)) == {None}


def test_an_opt_out_ends_for_both_halves_of_an_entry_that_was_split(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, STOP))
    entries(world, Ada_Lovelace=("ada@example.org",), Countess_Ada=("countess@example.org",))
    assert scopes(world, "Ada Lovelace", "Countess Ada") == (OptOutScope.all, OptOutScope.all)
    overrule(world)
    assert scopes(world, "Ada Lovelace", "Countess Ada") == (None, None)


def test_an_opt_out_ends_where_its_address_was_removed_and_comes_back(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, STOP))
    world.change("Ada Lovelace", emails=("countess@example.org",))
    overrule(world)
    world.change("Ada Lovelace", emails=("countess@example.org", "ada@example.org"))
    assert world.contact("Ada Lovelace").opted_out is None
    assert world.contact("Ada Lovelace").status is ContactStatus.responded


def test_a_second_request_of_the_same_person_stays_wherever_the_first_one_went(
    world: World, sent: MessageRecord
) -> None:
    world.receive(answer(sent, STOP), answer(sent, "Again: please take me off your list."))
    moved(world)
    overrule(world)
    assert scopes(world, "Ada Lovelace", "Ada King") == (OptOutScope.all, OptOutScope.all)
    overrule(world, 1)
    assert scopes(world, "Ada Lovelace", "Ada King") == (None, None)


def test_what_the_other_person_asked_for_themselves_stays(world: World, sent: MessageRecord) -> None:
    other = world.sent("Ada King")
    world.receive(answer(sent, STOP), answer(other, NO_UPDATES, "king@example.org"))
    moved(world)
    assert scopes(world, "Ada Lovelace", "Ada King") == (OptOutScope.all, OptOutScope.all)
    overrule(world)
    assert scopes(world, "Ada Lovelace", "Ada King") == (None, OptOutScope.updates)


def test_an_opt_out_by_the_owners_own_word_stays(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, STOP), answer(sent, "I'd rather hear from you by phone."))
    overrule(world, 1, "opt_out", "updates")
    overrule(world)
    assert world.contact("Ada Lovelace").opted_out is OptOutScope.updates


def test_whom_the_owner_had_forgotten_stays_unwritten(world: World, sent: MessageRecord, tmp_path: Path) -> None:
    world.receive(answer(sent, STOP))
    forget(world, tmp_path, "king@example.org")
    entries(world, Ada_Lovelace=("countess@example.org", "ada@example.org", "king@example.org"))
    overrule(world)
    assert world.contact("Ada Lovelace").opted_out is OptOutScope.all


def test_mail_to_who_was_forgotten_is_stopped_for_the_owners_word(world: World, tmp_path: Path) -> None:
    world.add("Ada King", "king@example.org")
    forget(world, tmp_path, "king@example.org")
    world.roster = []
    king = world.add("Ada Lovelace", "ada@example.org", id="ada")
    waiting = world.log("Ada Lovelace").message
    assert waiting is not None
    with world.store.write() as tx:  # as a crash between two steps may leave it
        contacts.set_addresses(tx, king.id, ["king@example.org"])
    world.tick(hours=2)
    assert world.claim() == ()
    assert "you had Ada Lovelace forgotten" in (world.message(waiting.id).why or "")


def test_an_opt_out_outlives_the_person_who_asked_and_was_forgotten(
    world: World, sent: MessageRecord, tmp_path: Path
) -> None:
    other = world.sent("Ada King")
    world.receive(answer(sent, STOP))
    moved(world)
    forget(world, tmp_path, "countess@example.org")
    world.receive(answer(other, "Thanks, that was good to read.", "king@example.org"))
    assert world.contact("Ada King").opted_out is OptOutScope.all


def test_the_scope_is_again_what_it_was_before_the_overruled_request(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, NO_UPDATES))
    moved(world)
    assert scopes(world, "Ada Lovelace", "Ada King") == (OptOutScope.updates, OptOutScope.updates)
    world.receive(answer(sent, STOP, "countess@example.org"))
    entries(world, Ada_King=("king@example.org", "countess@example.org", "ada@example.org"))
    assert world.contact("Ada King").opted_out is OptOutScope.all
    overrule(world, 1)
    assert world.contact("Ada King").opted_out is OptOutScope.updates


def test_a_scope_that_the_owner_corrects_is_corrected_wherever_it_went(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, STOP))
    moved(world)
    overrule(world, 0, "opt_out", "updates")
    assert scopes(world, "Ada Lovelace", "Ada King") == (OptOutScope.updates, OptOutScope.updates)


def test_a_request_that_was_overruled_by_mistake_binds_the_address_that_asked_again(
    world: World, sent: MessageRecord
) -> None:
    world.receive(answer(sent, STOP))
    moved(world)
    overrule(world)
    overrule(world, 0, "opt_out", "all")
    assert scopes(world, "Ada Lovelace", "Ada King") == (OptOutScope.all, OptOutScope.all)


def test_mail_that_was_stopped_where_the_address_went_goes_its_way_again(world: World, sent: MessageRecord) -> None:
    world.receive(answer(sent, STOP))
    waiting = world.log("Ada King").message
    assert waiting is not None
    moved(world)
    world.tick(hours=2)
    assert world.claim() == ()
    stopped = world.message(waiting.id)
    assert (stopped.status, stopped.hold) == (MessageStatus.cancelled, Hold.opt_out)
    overrule(world)
    assert world.message(waiting.id).status is MessageStatus.queued
    assert [each.id for each in world.claim()] == [waiting.id]


def test_an_address_that_moved_stays_dead_until_its_bounce_is_overruled(world: World, sent: MessageRecord) -> None:
    other = world.sent("Ada King")
    world.receive(bounce(sent))
    entries(world, Ada_Lovelace=("countess@example.org",), Ada_King=("ada@example.org", "king@example.org"))
    world.receive(answer(other, "Thanks, that was good to read.", "king@example.org"))
    assert world.contact("Ada King").address == "king@example.org"
    overrule(world, 0, "automatic")
    assert world.contact("Ada King").address == "ada@example.org"


def test_whose_only_address_is_dead_is_bounced_whoever_had_it_then(world: World, sent: MessageRecord) -> None:
    world.change("Ada King", id="king")
    other = world.sent("Ada King")
    world.receive(bounce(sent))
    world.change("Ada Lovelace", emails=("countess@example.org",))
    world.change("Ada King", emails=("ada@example.org",))
    world.receive(answer(other, "Thanks, that was good to read.", "king@example.org"))
    assert world.contact("Ada King").status is ContactStatus.bounced
    overrule(world, 0, "automatic")
    assert world.contact("Ada King").status is ContactStatus.responded


def test_a_bounce_of_a_letter_to_one_person_says_nothing_of_anothers_address(world: World, sent: MessageRecord) -> None:
    other = world.sent("Ada King")
    forged = bounce(sent).replace(b"Final-Recipient: rfc822; ada@", b"Final-Recipient: rfc822; king@")
    world.receive(forged, answer(other, "Thanks, that was good to read.", "king@example.org"))
    assert world.contact("Ada King").address == "king@example.org"

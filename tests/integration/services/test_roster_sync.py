"""The roster into the store: who is who, what vanished, what sticks."""

from __future__ import annotations

from mailer.model import Contact, Hold, Interaction, InteractionKind, MessageStatus, OptOutScope
from mailer.services import answers
from mailer.services.roster_sync import VANISHED
from mailer.storage import daemons, opt_outs
from tests.integration.world import World, answer


def test_a_contact_keeps_its_history_when_its_name_is_corrected(world: World) -> None:
    before = world.add("Ada Lovelase", "ada@example.org")
    world.change("Ada Lovelase", name="Ada Lovelace")
    assert world.contact("Ada Lovelace").id == before.id


def test_a_contact_is_the_same_as_long_as_one_address_overlaps(world: World) -> None:
    before = world.add("Ada Lovelace")
    world.change("Ada Lovelace", emails=("countess@example.org", "ada@example.org"))
    world.change("Ada Lovelace", name="Countess Lovelace", emails=("countess@example.org",))
    after = world.contact("Countess Lovelace")
    assert after.id == before.id
    assert after.address == "countess@example.org"


def test_an_explicit_id_keeps_the_person_when_name_and_address_change(world: World) -> None:
    before = world.add("Ada Lovelace", id="ada")
    world.change("Ada Lovelace", name="Countess", emails=("c@example.com",))
    assert world.contact("Countess").id == before.id


def test_addresses_differ_in_more_than_case(world: World) -> None:
    before = world.add("Ada Lovelace", "Ada@Example.org")
    world.change("Ada Lovelace", emails=("ada@example.org",))
    assert world.contact("Ada Lovelace").id == before.id


def test_contacts_without_an_address_are_known_by_name(world: World) -> None:
    before = world.add("Ada Lovelace", emails=())
    world.change("Ada Lovelace", company="Analytical Engines")
    assert world.contact("Ada Lovelace").id == before.id


def test_reading_the_same_roster_again_changes_nothing(world: World) -> None:
    met = Interaction(on=world.desk.today(world.now), kind=InteractionKind.call, about="cranes")
    world.add("Ada Lovelace", interactions=(met,), tags=("alumni",), referred_by="Charles Babbage")
    assert world.sync().empty


def test_a_half_saved_roster_changes_nothing_and_asks_the_owner(world: World) -> None:
    for n in range(10):
        world.add(f"Person {n}", f"p{n}@example.org")
    world.roster = world.roster[:5]
    report = world.sync()
    assert "vanished" in report.refused
    assert world.contact("Person 9").in_roster
    with world.store.read() as tx:
        assert VANISHED in {p.key for p in daemons.all_problems(tx)}


def test_the_owners_yes_lets_them_vanish_and_ends_the_problem(world: World) -> None:
    for n in range(10):
        world.add(f"Person {n}", f"p{n}@example.org")
    world.roster = world.roster[:5]
    world.sync()
    world.sync(accept_loss=True)
    assert not world.contact("Person 9").in_roster
    with world.store.read() as tx:
        assert daemons.all_problems(tx) == []


def test_four_contacts_may_vanish_without_a_question(world: World) -> None:
    for n in range(6):
        world.add(f"Person {n}", f"p{n}@example.org")
    world.roster = world.roster[:2]
    assert len(world.sync().removed) == 4


def test_removing_a_contact_cancels_what_waits_for_them(world: World) -> None:
    world.add("Ada Lovelace")
    world.add("Charles Babbage")
    world.log("Ada Lovelace")
    world.roster = world.roster[1:]
    world.sync()
    (message,) = world.outbox()
    assert message.status is MessageStatus.cancelled


def test_an_opt_out_sticks_to_the_address_when_the_contact_is_entered_anew(world: World) -> None:
    with world.store.write() as tx:
        opt_outs.bind(tx, None, ["ADA@example.org"], {None: OptOutScope.all}, world.now)
    assert world.add("A. Lovelace", "ada@example.org").opted_out is OptOutScope.all


def test_a_contact_that_swaps_addresses_with_another_stays_one_person_each(world: World) -> None:
    world.add("Ada Lovelace", "a@example.org", id="ada")
    world.add("Charles Babbage", "c@example.org", id="charles")
    world.roster = [
        Contact("Ada Lovelace", emails=("c@example.org",), id="ada"),
        Contact("Charles Babbage", emails=("a@example.org",), id="charles"),
    ]
    world.sync()
    assert world.contact("Ada Lovelace").address == "c@example.org"
    assert world.contact("Charles Babbage").address == "a@example.org"


def test_two_interactions_of_a_day_keep_apart_by_position(world: World) -> None:
    day = world.desk.today(world.now)
    first = Interaction(on=day, kind=InteractionKind.call, about="cranes", position=0)
    second = Interaction(on=day, kind=InteractionKind.call, about="docks", position=1)
    world.add("Ada Lovelace", interactions=(first, second))
    (message,) = world.outbox()
    assert "cranes" in message.body and "docks" in message.body


def test_an_address_that_moves_to_a_new_contact_moves(world: World) -> None:
    world.add("Ada Lovelace", emails=("ada@example.org", "shared@example.org"))
    world.change("Ada Lovelace", emails=("ada@example.org",))
    world.add("Joan Clarke", emails=("shared@example.org",))
    assert world.contact("Joan Clarke").address == "shared@example.org"
    assert world.contact("Ada Lovelace").address == "ada@example.org"


def test_an_opt_out_goes_along_with_an_address_into_an_entry_that_is_there(world: World) -> None:
    world.add("Ada Lovelace", "ada@new.example")
    with world.store.write() as tx:
        opt_outs.bind(tx, None, ["ada@old.example"], {None: OptOutScope.all}, world.now)
    world.change("Ada Lovelace", emails=("ada@new.example", "ada@old.example"))
    assert world.contact("Ada Lovelace").opted_out is OptOutScope.all


def test_who_opted_out_and_was_deleted_stays_so_when_their_address_joins_another_entry(world: World) -> None:
    world.add("Ada Lovelace", "ada@old.example")
    world.receive(answer(world.sent(), "Please take me off your list.", "ada@old.example"))
    world.roster = []
    world.sync()
    world.add("Countess Ada", "ada@new.example")
    before = world.log("Countess Ada").message
    world.change("Countess Ada", emails=("ada@new.example", "ada@old.example"))
    assert world.contact("Countess Ada").opted_out is OptOutScope.all
    assert {r.contact_id for r in world.replies()} == {world.contact("Countess Ada").id}
    assert before is not None and world.message(before.id).status is MessageStatus.cancelled


def test_a_reply_without_an_opt_out_keeps_the_one_that_an_address_brought_along(world: World) -> None:
    with world.store.write() as tx:
        opt_outs.bind(tx, None, ["ada@example.org"], {None: OptOutScope.updates}, world.now)
    world.add("Ada Lovelace")
    world.tick(hours=2)
    world.receive(answer(world.sent(), "It was a pleasure, Dana."))
    assert world.contact("Ada Lovelace").opted_out is OptOutScope.updates
    world.tick(minutes=1)
    (reply,) = world.replies()
    as_opt_out = {"classification": "opt_out", "opt_out_scope": "updates"}
    answers.reclassify(world.store, world.desk, reply.id, as_opt_out, world.now)
    answers.reclassify(world.store, world.desk, reply.id, {"classification": "reply"}, world.now)
    assert world.contact("Ada Lovelace").opted_out is OptOutScope.updates


def test_the_claim_looks_at_the_opt_outs_of_every_address_last(world: World) -> None:
    world.add("Ada Lovelace", emails=("ada@new.example", "ada@old.example"))
    waiting = world.log("Ada Lovelace").message
    with world.store.write() as tx:
        opt_outs.bind(tx, None, ["ada@old.example"], {None: OptOutScope.all}, world.now)
    world.tick(hours=1, minutes=1)
    assert world.claim() == ()
    assert waiting is not None and world.message(waiting.id).hold == Hold.opt_out

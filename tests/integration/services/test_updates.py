"""The monthly update: one edition a month, once to each, whatever happens in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from mailer.model import (
    Contact,
    Delivery,
    Hold,
    Interaction,
    InteractionKind,
    MessageKind,
    MessageStatus,
    OptOutScope,
    Outcome,
    Person,
)
from mailer.services import landed, outbox, updates
from mailer.storage import contacts, editions, messages
from mailer.storage.records import EditionRecord, MessageRecord
from tests.integration.world import World, dated

DUE = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
"""9 o'clock in Chicago on the first business day of December."""


def edition(world: World, name: str = "2026-12") -> EditionRecord:
    with world.store.read() as tx:
        found = editions.get(tx, name)
    assert found is not None
    return found


def letters(world: World) -> list[MessageRecord]:
    return world.outbox(MessageKind.update)


def meet(world: World, name: str, day: str = "2026-11-03", **values: object) -> None:
    met = Interaction(on=dated(day), kind=InteractionKind.call, about="cranes", thank_you=False)
    world.add(name, interactions=(met,), **values)


@pytest.fixture
def ready(world: World, tmp_path: Path) -> World:
    """An owner with two people met, started in November, past their first edition's approval."""
    world.started()
    meet(world, "Ada Lovelace")
    meet(world, "Charles Babbage")
    return world


def run_first_edition(world: World) -> None:
    world.now = DUE - timedelta(days=2)
    world.update()
    world.deliver()
    updates.approve(world.store, world.desk, None, world.now)
    world.now = DUE
    world.update()


def test_the_first_edition_ever_waits_whatever_review_says(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, updates={"review": "none"})
    ready.now = DUE
    ready.update()
    assert edition(ready).status == "waiting"
    ready.tick(days=1)
    ready.update()
    assert letters(ready) == []


def test_an_approved_edition_leaves_on_its_day_to_everyone_met(ready: World) -> None:
    run_first_edition(ready)
    assert {m.to_name for m in letters(ready)} == {"Ada Lovelace", "Charles Babbage"}
    assert all(m.not_before == DUE for m in letters(ready))


def test_an_edition_approved_early_waits_for_its_day(ready: World) -> None:
    ready.now = DUE - timedelta(days=2)
    ready.update()
    updates.approve(ready.store, ready.desk, None, ready.now)
    ready.update()
    assert letters(ready) == []


def test_asking_again_never_writes_a_second_letter(ready: World) -> None:
    run_first_edition(ready)
    for _ in range(3):
        ready.update()
        ready.deliver()
    updates.enqueue(ready.store, ready.desk, edition(ready), ready.now)
    assert len(letters(ready)) == 2


def test_the_database_itself_refuses_a_second_update_of_an_edition(ready: World) -> None:
    run_first_edition(ready)
    first = letters(ready)[0]
    row = {
        "kind": "update", "contact_id": first.contact_id, "edition": "2026-12", "to_name": "A",
        "to_address": "a@example.org",
        "subject": "s", "body": "b", "status": "queued", "not_before": ready.now, "token": "other",
        "message_id": "<o>", "thread": [], "created_at": ready.now,
    }  # fmt: skip
    with pytest.raises(IntegrityError), ready.store.write() as tx:
        messages.create(tx, [row])


def test_a_crash_while_writing_is_made_good_without_doubles(ready: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "CHUNK", 1)
    written = []
    real = updates._write

    def fails_after_one(*arguments: object) -> None:
        if written:
            raise RuntimeError("the process died")
        real(*arguments)  # type: ignore[arg-type]
        written.append(1)

    monkeypatch.setattr(updates, "_write", fails_after_one)
    with pytest.raises(RuntimeError):
        run_first_edition(ready)
    assert len(letters(ready)) == 1
    monkeypatch.setattr(updates, "_write", real)
    ready.update()
    assert len(letters(ready)) == 2


def test_a_preview_comes_first_and_the_update_follows_after_its_lead(ready: World) -> None:
    run_first_edition(ready)
    ready.deliver()
    january = datetime(2027, 1, 1, 15, 0, tzinfo=UTC)
    ready.now = january - timedelta(days=2)
    ready.update()
    assert edition(ready, "2027-01").status == "previewed"
    preview = ready.outbox(MessageKind.preview)[-1]
    assert preview.to_address == "dana@example.com"
    ready.deliver()
    ready.now = january
    ready.update()
    assert edition(ready, "2027-01").status == "sending"


def test_a_preview_that_left_late_moves_the_update(ready: World) -> None:
    run_first_edition(ready)
    ready.deliver()
    january = datetime(2027, 1, 1, 15, 0, tzinfo=UTC)
    ready.now = january + timedelta(days=1)  # the daemon was down
    ready.update()
    ready.deliver()
    ready.tick(days=1)
    ready.update()
    assert edition(ready, "2027-01").status == "previewed"
    ready.tick(days=1)
    ready.update()
    assert edition(ready, "2027-01").status == "sending"


def test_a_preview_that_never_left_lets_nothing_leave(ready: World) -> None:
    run_first_edition(ready)
    ready.deliver()
    ready.now = datetime(2027, 1, 1, 15, 0, tzinfo=UTC)
    ready.update()
    ready.tick(days=5)
    ready.update()
    assert edition(ready, "2027-01").status == "previewed"


def test_review_approve_waits_each_time(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, updates={"review": "approve"})
    run_first_edition(ready)
    ready.deliver()
    ready.now = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
    ready.update()
    assert edition(ready, "2027-01").status == "waiting"


def test_without_review_the_second_edition_leaves_by_itself(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, updates={"review": "none"})
    run_first_edition(ready)
    ready.deliver()
    ready.now = datetime(2027, 1, 1, 15, 0, tzinfo=UTC)
    ready.update()
    ready.update()
    assert edition(ready, "2027-01").status == "sending"


def test_a_missed_edition_leaves_up_to_ten_days_late(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, updates={"review": "none"})
    run_first_edition(ready)
    ready.deliver()
    ready.now = datetime(2027, 1, 11, 14, 0, tzinfo=UTC)
    ready.update()
    ready.update()
    assert edition(ready, "2027-01").status == "sending"


def test_an_edition_missed_by_more_is_reported_and_not_sent(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, updates={"review": "none"})
    run_first_edition(ready)
    ready.deliver()
    ready.now = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)
    ready.update()
    assert edition(ready, "2027-01").status == "missed"
    assert len(letters(ready)) == 2


def test_an_edition_before_the_first_start_is_not_missed(world: World) -> None:
    world.started()  # on 3 November, after the first business day
    world.update()
    with world.store.read() as tx:
        assert editions.get(tx, "2026-11") is None


@pytest.mark.parametrize("status", ["paused", "landed"])
def test_no_edition_while_the_search_rests(ready: World, tmp_path: Path, status: str) -> None:
    ready.settings(tmp_path, search={"status": status})
    ready.now = DUE
    ready.update()
    assert ready.outbox(MessageKind.preview) == []


def test_who_opted_out_bounced_or_said_no_gets_none(ready: World) -> None:
    meet(ready, "Mary Somerville", updates=False)
    ready.add("Michael Faraday")  # never met
    ready.add("Grace Hopper", updates=True)  # never met, but wanted
    with ready.store.write() as tx:
        contacts.change(tx, ready.contact("Ada Lovelace").id, opted_out=OptOutScope.updates.value)
        contacts.change(tx, ready.contact("Charles Babbage").id, bounced_at=ready.now)
    run_first_edition(ready)
    assert [m.to_name for m in letters(ready)] == ["Grace Hopper"]


def test_people_met_before_the_search_began_get_none(ready: World) -> None:
    meet(ready, "Mary Somerville", "2026-08-31")
    run_first_edition(ready)
    assert "Mary Somerville" not in {m.to_name for m in letters(ready)}


def test_a_prospect_is_not_told_to_whom_it_is_not_for(ready: World) -> None:
    ready.change("Ada Lovelace", company="Acme Freight")
    ready.change("Charles Babbage", tags=("press",))
    meet(ready, "Mary Somerville")
    run_first_edition(ready)
    told = {m.to_name: "final round at Acme" in m.body for m in letters(ready)}
    assert told == {"Ada Lovelace": False, "Charles Babbage": False, "Mary Somerville": True}
    assert not any("secret talk" in m.body for m in letters(ready))


def test_an_update_says_nothing_of_other_peoples_interactions(ready: World) -> None:
    met = Interaction(on=dated("2026-11-10"), kind=InteractionKind.coffee, about="her divorce", thank_you=False)
    ready.add("Mary Somerville", interactions=(met,))
    run_first_edition(ready)
    for letter in letters(ready):
        if letter.to_name != "Mary Somerville":
            assert "Somerville" not in letter.body
            assert "divorce" not in letter.body


def test_a_referrer_reads_what_came_of_their_introduction(ready: World) -> None:
    met = Interaction(on=dated("2026-11-10"), kind=InteractionKind.call, about="docks", thank_you=False)
    ready.add("Mary Somerville", interactions=(met,), referred_by="Ada Lovelace")
    named = Interaction(
        on=dated("2026-11-05"),
        kind=InteractionKind.call,
        referrals=(Person("Mary Somerville", "mary@example.org"),),
        thank_you=False,
    )
    ready.change("Ada Lovelace", interactions=(named,))
    run_first_edition(ready)
    bodies = {m.to_name: m.body for m in letters(ready)}
    assert "Mary" in bodies["Ada Lovelace"]
    assert "Mary" not in bodies["Charles Babbage"]


def test_the_owners_own_text_for_the_month_is_in_it(ready: World) -> None:
    folder = ready.desk.config.updates.folder
    folder.mkdir()
    (folder / "2026-12.md").write_text("## Activity\n\nI moved to the new office.\n")
    run_first_edition(ready)
    assert all("I moved to the new office" in m.body for m in letters(ready))


def test_own_text_and_prospects_come_in_the_readers_language_where_they_are_given(ready: World, tmp_path: Path) -> None:
    prospects = ["second interview", {"text": "zweites Gespräch", "language": "de"}]
    ready.settings(tmp_path, search={"prospects": prospects})
    meet(ready, "Hans Maier", language="de")
    folder = ready.desk.config.updates.folder
    folder.mkdir()
    (folder / "2026-12.md").write_text("I moved.\n")
    (folder / "2026-12.de.md").write_text("Ich bin umgezogen.\n")
    run_first_edition(ready)
    bodies = {m.to_name: m.body for m in letters(ready)}
    assert "Ich bin umgezogen." in bodies["Hans Maier"] and "zweites Gespräch" in bodies["Hans Maier"]
    assert "second interview" not in bodies["Hans Maier"]
    assert "I moved." in bodies["Ada Lovelace"] and "second interview" in bodies["Ada Lovelace"]
    assert "zweites" not in bodies["Ada Lovelace"]


def test_a_slip_in_the_owners_text_holds_the_letters_until_it_is_mended(ready: World) -> None:
    folder = ready.desk.config.updates.folder
    folder.mkdir()
    (folder / "2026-12.md").write_text("I will see you at [place](http:/wrong).\n")
    run_first_edition(ready)
    assert {(m.status, m.hold) for m in letters(ready)} == {(MessageStatus.held, Hold.reading)}
    (folder / "2026-12.md").write_text("I will see you at [the port](https://port.example).\n")
    updates.redraw(ready.store, ready.desk, ready.now)
    assert {m.status for m in letters(ready)} == {MessageStatus.queued}


def test_updates_to_one_contact_are_a_thread_of_their_own(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, updates={"review": "none"})
    run_first_edition(ready)
    ready.deliver()
    (first,) = [m for m in letters(ready) if m.to_name == "Ada Lovelace"]
    ready.now = datetime(2027, 1, 1, 15, 0, tzinfo=UTC)
    ready.update()
    ready.update()
    second = [m for m in letters(ready) if m.to_name == "Ada Lovelace"][-1]
    assert second.thread == [first.message_id]


def test_an_update_carries_a_mailto_unsubscribe_and_no_one_click(ready: World) -> None:
    run_first_edition(ready)
    for claimed in ready.claim():
        head = claimed.envelope.content.split(b"\r\n\r\n", 1)[0]
        assert b"List-Unsubscribe: <mailto:dana@example.com" in head
        assert b"List-Unsubscribe-Post" not in head


def test_stopping_an_edition_holds_what_has_not_left_and_approving_frees_it(ready: World) -> None:
    run_first_edition(ready)
    updates.stop(ready.store, None, ready.now)
    assert {m.hold for m in letters(ready)} == {Hold.edition}
    assert ready.claim() == ()
    updates.approve(ready.store, ready.desk, None, ready.now)
    assert {m.status for m in letters(ready)} == {MessageStatus.queued}


def test_an_edition_is_done_when_its_last_letter_is(ready: World) -> None:
    run_first_edition(ready)
    ready.deliver()
    ready.update()
    assert edition(ready).status == "done"


def test_a_contact_met_between_two_editions_counts_once_as_new(ready: World, tmp_path: Path) -> None:
    ready.settings(tmp_path, updates={"review": "none"})
    run_first_edition(ready)
    ready.deliver()
    ready.now = datetime(2026, 12, 10, 16, 0, tzinfo=UTC)
    meet(ready, "Mary Somerville", "2026-12-10")
    ready.now = datetime(2027, 1, 1, 15, 0, tzinfo=UTC)
    ready.update()
    ready.update()
    with ready.store.read() as tx:
        from mailer.services.edition_letters import month

        found = editions.get(tx, "2027-01")
        assert found is not None
        counted = month(tx, ready.desk, found, ready.now)
    assert (counted.conversations, counted.new_people) == (1, 1)


def many(world: World, count: int) -> None:
    for n in range(count):
        met = Interaction(on=dated("2026-11-03"), kind=InteractionKind.call, about="cranes", thank_you=False)
        world.roster.append(Contact(f"Person {n}", emails=(f"p{n}@example.org",), interactions=(met,)))
    world.sync()


def refuse(world: World, count: int) -> None:
    claimed = world.claim(count)
    results = [(c.id, Delivery(Outcome.rejected, "rcpt", 550)) for c in claimed]
    outbox.step(world.store, world.desk, results, 0, world.now)


def test_five_refused_of_the_first_twenty_stop_the_edition(world: World) -> None:
    world.started()
    many(world, 30)
    run_first_edition(world)
    refuse(world, 4)
    assert edition(world).status == "sending"
    refuse(world, 1)
    assert edition(world).status == "stopped"
    assert {m.status for m in letters(world)} == {MessageStatus.failed, MessageStatus.held}


def test_a_tenth_may_come_back_later_on_and_no_more(world: World) -> None:
    world.started()
    many(world, 60)
    run_first_edition(world)
    for claimed in (world.claim(40),):
        outbox.step(world.store, world.desk, [(c.id, Delivery(Outcome.accepted)) for c in claimed], 0, world.now)
    refuse(world, 4)
    assert edition(world).status == "sending"  # 4 of 44
    refuse(world, 1)
    assert edition(world).status == "stopped"  # 5 of 45


def test_an_edition_let_go_on_counts_anew(world: World) -> None:
    world.started()
    many(world, 30)
    run_first_edition(world)
    refuse(world, 5)
    world.tick(minutes=1)
    updates.approve(world.store, world.desk, None, world.now)
    refuse(world, 4)
    assert edition(world).status == "sending"


def test_an_edition_approved_before_a_long_pause_is_missed_after_it(ready: World, tmp_path: Path) -> None:
    ready.now = DUE - timedelta(days=2)
    ready.update()
    updates.approve(ready.store, ready.desk, None, ready.now)
    ready.settings(tmp_path, search={"status": "paused"})
    ready.now = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
    ready.update()
    ready.settings(tmp_path)
    ready.update()
    assert edition(ready).status == "missed"
    assert letters(ready) == []


def test_a_late_edition_that_is_approved_now_still_leaves(ready: World) -> None:
    ready.now = DUE
    ready.update()
    updates.stop(ready.store, None, ready.now)
    ready.tick(days=20)
    updates.approve(ready.store, ready.desk, None, ready.now)
    ready.update()
    ready.deliver()
    assert {m.status for m in letters(ready)} == {MessageStatus.sent}


def test_letters_that_waited_out_a_pause_give_way_to_a_newer_edition(ready: World, tmp_path: Path) -> None:
    run_first_edition(ready)
    ready.settings(tmp_path, search={"status": "paused"})
    ready.now = datetime(2027, 2, 27, 16, 0, tzinfo=UTC)
    ready.update()
    ready.settings(tmp_path)
    ready.now = datetime(2027, 3, 1, 16, 0, tzinfo=UTC)
    ready.update()
    ready.deliver()
    assert {(m.edition, m.status, m.hold) for m in letters(ready)} == {
        ("2026-12", MessageStatus.cancelled, Hold.pointless)
    }


def test_no_older_letter_comes_after_a_newer_one_has_left(ready: World) -> None:
    run_first_edition(ready)
    older = letters(ready)[0]
    with ready.store.write() as tx:
        messages.change(tx, older.id, not_before=datetime(2027, 1, 2, tzinfo=UTC))
    ready.deliver()
    ready.now = datetime(2027, 1, 1, 15, 0, tzinfo=UTC)
    ready.update()
    updates.approve(ready.store, ready.desk, "2027-01", ready.now)
    ready.update()
    ready.deliver()
    ready.now = datetime(2027, 1, 4, 16, 0, tzinfo=UTC)
    ready.deliver()
    of_theirs = {m.edition: m.status for m in letters(ready) if m.contact_id == older.contact_id}
    assert of_theirs == {"2026-12": MessageStatus.cancelled, "2027-01": MessageStatus.sent}


def test_an_edition_stopped_while_it_was_written_goes_on_whole(ready: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "CHUNK", 1)
    real = updates._write

    def stops_after_one(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        updates.stop_now(arguments[0], edition(ready), ready.now, "you stopped it", "owner")  # type: ignore[arg-type]

    monkeypatch.setattr(updates, "_write", stops_after_one)
    run_first_edition(ready)
    assert [m.hold for m in letters(ready)] == [Hold.edition]
    monkeypatch.setattr(updates, "_write", real)
    updates.approve(ready.store, ready.desk, None, ready.now)
    ready.update()
    assert len(ready.deliver()) == 2
    ready.update()
    assert edition(ready).status == "done"


def test_landing_stops_the_edition_that_was_to_leave(ready: World) -> None:
    ready.now = DUE - timedelta(days=2)
    ready.update()
    updates.approve(ready.store, ready.desk, None, ready.now)
    landed.draft(ready.store, ready.desk, "Globex", "", ready.now)
    ready.now = DUE
    ready.update()
    assert edition(ready).status == "stopped"
    assert letters(ready) == []


def test_an_edition_missed_after_a_crash_in_the_middle_ends_the_letters_that_were_written(
    ready: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "CHUNK", 1)
    real = updates._write

    def dies_after_one(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(updates, "_still_wanted", lambda *_: 1 / 0)

    monkeypatch.setattr(updates, "_write", dies_after_one)
    with pytest.raises(ZeroDivisionError):
        run_first_edition(ready)
    ready.tick(days=11)
    ready.update()
    assert edition(ready).status == "missed"
    assert [m.status for m in letters(ready)] == [MessageStatus.cancelled]

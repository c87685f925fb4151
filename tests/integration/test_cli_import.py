"""`mailer contacts import`: what comes in, what doesn't and why, one edit of the roster, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import ROSTER, Owner, make_owner

NEW = "Name,Email,Company,Title,Phone\nJoan Clarke,joan@example.org,GCHQ,Analyst,+44 1\nNo Address,,,,\n"


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def put(owner: Owner, text: str, name: str = "people.csv") -> str:
    file = owner.folder / name
    file.write_text(text)
    return str(file)


def names(rows: list[dict[str, object]]) -> list[object]:
    return [row["name"] for row in rows]


def test_people_come_in_behind_the_last_and_every_other_byte_stays(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    done = owner.json("contacts", "import", put(owner, NEW), "--tag", "address book")
    assert done["done"] is True
    assert names(done["new"]) == ["Joan Clarke", "No Address"]
    assert owner.roster.read_text() == ROSTER + (
        "  - name: Joan Clarke\n    email: joan@example.org\n    company: GCHQ\n    title: Analyst\n"
        '    phone: "+44 1"\n    tags: [address book]\n  - name: No Address\n    tags: [address book]\n'
    )
    assert names(owner.json("contacts", "list"))[-2:] == ["Joan Clarke", "No Address"]


def test_it_shows_first_and_a_dry_run_changes_nothing(owner: Owner) -> None:
    told = owner.ok("contacts", "import", put(owner, NEW), "--dry-run").out
    assert "2 new:\n  Joan Clarke <joan@example.org>, GCHQ\n" in told
    assert "1 of them without an address" in told
    assert "Nothing was changed." in told
    assert owner.roster.read_text() == ROSTER


def test_the_same_address_fills_what_is_empty_and_overwrites_nothing(owner: Owner) -> None:
    text = (
        "Name,Email,Company,Title,Phone\nA. King,ADA@example.org; countess@example.org,Other,Countess,1\n"
        "Charles B,charles@example.org,,,\n"
    )
    done = owner.json("contacts", "import", put(owner, text))
    assert [(m["known"], m["why"]) for m in done["merged"]] == [
        ("Ada Lovelace", "adds the title, the phone, an address")
    ]
    assert [(m["name"], m["why"]) for m in done["skipped"]] == [("Charles B", "is there already")]
    assert "emails: [ada@example.org, countess@example.org]" in owner.roster.read_text()
    ada = owner.json("contacts", "show", "ada")
    assert (ada["name"], ada["company"], ada["title"]) == ("Ada Lovelace", "Analytical Engines", "Countess")


LIKE = "Name,Email,Company\nLovelace Ada,a.lovelace@example.net,Analytical Engines\nGrace Höpper,grace@example.net,\n"


def test_a_like_name_is_a_question_which_a_script_leaves_open(owner: Owner) -> None:
    done = owner.json("contacts", "import", put(owner, LIKE))
    assert [(q["name"], q["known"]) for q in done["questions"]] == [
        ("Lovelace Ada", "Ada Lovelace"),
        ("Grace Höpper", "Grace Hopper"),
    ]
    assert owner.roster.read_text() == ROSTER


def test_a_script_is_told_of_questions_that_it_left_open(owner: Owner) -> None:
    told = owner.ok("contacts", "import", put(owner, LIKE), "--yes")
    assert "may be known already" in told.out + told.err
    assert "--duplicates join or add" in told.out + told.err
    answered = owner.ok("contacts", "import", put(owner, LIKE), "--yes", "--duplicates", "skip")
    assert "--duplicates" not in answered.out + answered.err


def test_questions_may_be_answered_for_all(owner: Owner) -> None:
    done = owner.json("contacts", "import", put(owner, LIKE), "--duplicates", "join")
    assert [m["known"] for m in done["merged"]] == ["Ada Lovelace", "Grace Hopper"]
    assert [c["email"] for c in owner.json("contacts", "list")] == [
        "ada@example.org",
        "charles@example.org",
        "grace@example.net",
    ]
    owner.ok("contacts", "import", "--undo")
    assert owner.roster.read_text() == ROSTER
    assert names(owner.json("contacts", "import", put(owner, LIKE), "--duplicates", "add")["new"]) == [
        "Lovelace Ada",
        "Grace Höpper",
    ]


def test_two_of_one_file_with_one_address_are_one(owner: Owner) -> None:
    text = "Name,Email,Phone\nJoan,joan@example.org,\nJoan Clarke,joan@example.org; jc@example.org,1\n"
    done = owner.json("contacts", "import", put(owner, text))
    assert [(n["name"], n["emails"]) for n in done["new"]] == [("Joan", ["joan@example.org", "jc@example.org"])]
    assert done["skipped"][0]["why"] == "stands there twice: goes with Joan (line 2)"


def test_importing_twice_adds_nobody_twice(owner: Owner) -> None:
    file = put(owner, NEW)
    owner.ok("contacts", "import", file)
    text = owner.roster.read_text()
    again = owner.json("contacts", "import", file)
    assert (again["new"], again["merged"], again["questions"], again["done"]) == ([], [], [], False)
    assert owner.roster.read_text() == text


def test_undo_brings_the_very_bytes_back(owner: Owner) -> None:
    text = ROSTER.replace("\n", "\r\n") + "  # the end"
    owner.roster.write_bytes(text.encode())
    owner.ok("contacts", "import", put(owner, NEW + "Ada,ada@example.org,,Countess,\n"))
    assert owner.roster.read_bytes() != text.encode()
    undone = owner.json("contacts", "import", "--undo")
    assert undone == {"file": str(owner.folder / "people.csv"), "removed": 2, "restored": 1, "kept": []}
    assert owner.roster.read_bytes() == text.encode()
    assert names(owner.json("contacts", "list")) == ["Ada Lovelace", "Charles Babbage", "Grace Hopper"]
    assert owner.run("contacts", "import", "--undo").code == 2


def test_undo_after_an_edit_by_hand_keeps_what_was_edited(owner: Owner) -> None:
    owner.ok("contacts", "import", put(owner, NEW + "Third,third@example.org,,,\nAda,ada@example.org,,Countess,\n"))
    with owner.roster.open("a") as file:
        file.write("    interactions: [{date: 2026-11-02, kind: call, about: x}]\n  - name: By Hand\n")
    undone = owner.json("contacts", "import", "--undo")
    assert (undone["removed"], undone["restored"], undone["kept"]) == (2, 1, ["Third"])
    assert names(owner.json("contacts", "list"))[2:] == ["Grace Hopper", "Third", "By Hand"]
    assert "Countess" not in owner.roster.read_text()


def test_undoing_most_of_the_roster_is_no_half_saved_file(owner: Owner) -> None:
    many = "Name,Email\n" + "".join(f"Person {n},p{n}@example.org\n" for n in range(40))
    owner.ok("contacts", "import", put(owner, many))
    owner.ok("contacts", "import", "--undo")
    assert len(owner.json("contacts", "list")) == 3
    assert not any("vanished" in p["text"] for p in owner.json("status")["problems"])


def test_a_broken_roster_is_told_and_nothing_is_imported(owner: Owner) -> None:
    owner.roster.write_text(ROSTER + "  - email: nobody@example.org\n")
    result = owner.run("contacts", "import", put(owner, NEW))
    assert result.code == 2
    assert "contacts.yaml:13:5: contacts[3]: the contact has no name" in result.err
    assert "Joan" not in owner.roster.read_text()


def test_the_first_import_makes_the_roster_file(owner: Owner) -> None:
    owner.roster.unlink()
    owner.ok("contacts", "import", put(owner, NEW))
    assert owner.roster.read_text().startswith("contacts:\n  - name: Joan Clarke\n")
    owner.roster.unlink()
    owner.ok("contacts", "import", put(owner, NEW), "--dry-run")
    assert not owner.roster.exists()


def test_nobody_is_mailed_because_of_an_import(owner: Owner) -> None:
    owner.started()
    owner.ok("contacts", "import", put(owner, NEW))
    for moment in ("2026-11-04T16:00:00+00:00", "2026-12-01T16:00:00+00:00", "2026-12-02T16:00:00+00:00"):
        owner.clock = moment
        owner.tick_updates()
    assert {m["contact"] for m in owner.json("outbox", "list")} <= {None, "Charles Babbage"}


def test_who_was_taken_out_after_a_talk_does_not_come_back_by_an_import(owner: Owner) -> None:
    owner.ok("log", "ada", "--thanks-for", "the tour")
    owner.roster.write_text(ROSTER.replace("ada@", "other@").replace("Ada Lovelace", "Somebody Else"))
    owner.ok("contacts", "list")
    done = owner.json("contacts", "import", put(owner, "Name,Email\nAda Lovelace,ada@example.org\n"))
    assert "taken out of your roster" in done["skipped"][0]["why"]
    owner.roster.write_text("contacts:\n  - name: Somebody Else\n    email: other@example.org\n")
    assert done["done"] is False


def test_no_address_is_given_in_bulk_to_somebody_met(owner: Owner) -> None:
    owner.roster.write_text(ROSTER + "    interactions: [{date: 2026-11-02, kind: call, thanks_for: the tour}]\n")
    done = owner.json(
        "contacts", "import", put(owner, "Name,Email\nGrace Hopper,grace@example.org\n"), "--duplicates", "join"
    )
    assert (names(done["questions"]), done["merged"]) == (["Grace Hopper"], [])
    assert owner.json("outbox", "list") == []


def test_a_file_of_another_kind_and_a_wrong_map_are_told(owner: Owner) -> None:
    assert "names no column" in owner.run("contacts", "import", put(owner, NEW), "--map", "name").err
    assert owner.run("contacts", "import").code == 2
    unknown = owner.run("contacts", "import", put(owner, "a,b\n1,2\n"))
    assert (unknown.code, "--map name=" in unknown.err) == (2, True)


def test_on_a_terminal_each_question_is_asked_and_then_whether_to_do_it(owner: Owner) -> None:
    file = put(owner, LIKE)
    result = owner.run("contacts", "import", file, typed="same\nanother\nn\n")
    assert result.code == 0, result
    assert "Nothing was changed." in result.out
    assert owner.roster.read_text() == ROSTER
    result = owner.run("contacts", "import", file, typed="s\nAn\ny\n")  # the beginning of an answer will do
    assert "Done: 1 new, 1 merged." in result.out
    assert names(owner.json("contacts", "list"))[-1] == "Grace Höpper"
    assert "emails: [ada@example.org, a.lovelace@example.net]" in owner.roster.read_text()


def test_a_file_that_changes_meanwhile_is_left_alone_and_no_import_is_on_record(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailer.storage import imports

    create = imports.create

    def meanwhile(*args: object) -> int:
        owner.roster.write_text(ROSTER + "  - name: By Hand\n")
        return create(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "create", meanwhile)
    result = owner.run("contacts", "import", put(owner, NEW))
    assert result.code == 1
    assert "changed in the meantime" in result.err
    assert owner.roster.read_text() == ROSTER + "  - name: By Hand\n"
    assert owner.run("contacts", "import", "--undo").code == 2

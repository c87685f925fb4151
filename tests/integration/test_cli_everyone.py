"""`mailer contacts export`, `merge` and `forget`, on real files and a real database."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from mailer.cli.setup import files
from tests.integration.cli_owner import ROSTER, Owner, answer, make_owner

MORE = (
    ROSTER + "  - name: Joan Clarke\n    email: joan@example.org\n    referred_by: Ada Lovelace\n"
    "    notes: Ada Lovelace likes her\n"
    "    interactions:\n      - {date: 2026-10-05, kind: call, referrals: [Ada Lovelace <ada@example.org>, Bob]}\n"
)


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


@pytest.mark.parametrize("form", ["csv", "vcard", "yaml"])
def test_what_is_exported_can_be_imported_again(owner: Owner, tmp_path: Path, form: str) -> None:
    owner.ok("contacts", "export", "--format", form, "--output", str(tmp_path / f"people.{form}"))
    other = make_owner(tmp_path / "other")
    if form == "yaml":
        other.roster.write_text((tmp_path / "people.yaml").read_text())
    else:
        other.roster.unlink()
        other.ok("contacts", "import", str(tmp_path / f"people.{form}"))
    was, found = owner.json("contacts", "list"), other.json("contacts", "list")
    keys = ("name", "email", "company", "tags")
    assert [[c[k] for k in keys] for c in found] == [[c[k] for k in keys] for c in was]


def test_json_has_every_key_that_says_something(owner: Owner) -> None:
    owner.roster.write_text(MORE)
    joan = json.loads(owner.ok("contacts", "export", "--format", "json").out)[-1]
    assert joan["emails"] == ["joan@example.org"]
    assert joan["interactions"][0]["referrals"] == ["Ada Lovelace <ada@example.org>", "Bob"]
    bare = json.loads(owner.ok("contacts", "export", "--format", "json", "--without-notes").out)[-1]
    assert "notes" not in bare
    assert "interactions" not in bare


def test_an_export_overwrites_nothing_and_takes_only_a_tag(owner: Owner) -> None:
    file = owner.folder / "config.yaml"
    assert owner.run("contacts", "export", "--output", str(file)).code == 2
    assert owner.ok("contacts", "export", "--tag", "CRANES").out.count("\n") == 2


def test_an_export_is_its_owners_alone_and_leaves_nothing_half_done(owner: Owner, tmp_path: Path) -> None:
    file = tmp_path / "new" / "people.csv"
    file.parent.mkdir()
    made: list[int] = []

    def linked(spare: Path, place: Path) -> None:
        made.append(stat.S_IMODE(os.stat(spare).st_mode))
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_put", linked)
        assert owner.run("contacts", "export", "--output", str(file)).code == 1
    assert made == [0o600]
    assert list(file.parent.iterdir()) == []
    owner.ok("contacts", "export", "--output", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["people.csv"]


def test_where_an_export_can_not_be_written_the_file_that_was_named_is_told(owner: Owner, tmp_path: Path) -> None:
    done = owner.run("contacts", "export", "--output", str(tmp_path / "nowhere" / "people.csv"))
    assert done.code == 2
    assert f"{tmp_path}/nowhere/people.csv can't be made: its folder isn't there" in done.err
    (tmp_path / "file").touch()
    done = owner.run("contacts", "export", "--output", str(tmp_path / "file" / "people.csv"))
    assert (done.code, done.err) == (1, f"mailer: {tmp_path}/file/people.csv: Not a directory\n")


def merged_owner(owner: Owner) -> None:
    owner.roster.write_text(
        MORE + "  - name: A. King\n    email: king@example.org\n    phone: '5'\n    updates: false\n"
        "    interactions:\n      - {date: 2026-11-02, kind: coffee, thanks_for: the cake}\n"
    )


def test_merging_leaves_one_entry_with_all_and_every_other_line_as_it_was(owner: Owner) -> None:
    merged_owner(owner)
    owner.ok("contacts", "merge", "ada@example.org", "king@example.org")
    lines = owner.roster.read_text()
    assert lines.startswith(
        "# my people\ncontacts:\n  - name: Ada Lovelace\n    emails: [ada@example.org, king@example.org]\n"
        '    company: Analytical Engines\n    phone: "5"\n'
    )
    assert "A. King" not in lines
    assert lines.endswith(MORE[MORE.index("  - name: Charles") :])
    ada = owner.json("contacts", "show", "ada")
    assert [a["address"] for a in ada["addresses"]] == ["ada@example.org", "king@example.org"]
    assert [(i["date"], i["kind"]) for i in ada["interactions"]] == [("2026-11-02", "coffee")]
    assert ada["updates"] is False


def test_a_merge_never_thanks_twice(owner: Owner) -> None:
    merged_owner(owner)
    owner.started()
    owner.ok("log", "ada", "--date", "2026-11-02", "--thanks-for", "the tour")
    owner.ok("log", "king", "--thanks-for", "the cake")  # waits: so near to the one of yesterday
    owner.clock = "2026-11-03T17:30:00+00:00"
    ada = next(m["id"] for m in owner.json("outbox", "list") if m["contact"] == "Ada Lovelace")
    owner.ok(
        "outbox",
        "cancel",
        *(str(m["id"]) for m in owner.json("outbox", "list", "--status", "queued") if m["id"] != ada),
    )
    assert owner.send_due() == [ada]
    owner.ok("contacts", "merge", "ada@example.org", "king@example.org")
    owner.clock = "2026-11-05T17:30:00+00:00"
    assert owner.send_due() == []
    assert len(owner.json("contacts", "show", "ada")["messages"]) == len(owner.json("outbox", "list"))


def test_an_answer_to_the_one_is_an_answer_of_both_after_a_merge(owner: Owner) -> None:
    merged_owner(owner)
    sent = owner.sent_to_ada()
    owner.ok("contacts", "merge", "king@example.org", "ada@example.org")
    owner.receive(answer(sent, "Please never write to me again.\n"))
    king = owner.json("contacts", "list")[-1]
    assert (king["name"], king["status"]) == ("A. King", "opted_out")


def test_moving_an_address_by_hand_joins_the_histories(owner: Owner) -> None:
    merged_owner(owner)
    sent = owner.sent_to_ada()
    by_hand = owner.roster.read_text().replace("email: king@example.org", "emails: [king@example.org, ada@example.org]")
    owner.roster.write_text(by_hand.replace(MORE[MORE.index("  - name: Ada") : MORE.index("  - name: Charles")], ""))
    messages = owner.json("contacts", "show", "A. King")["messages"]
    assert sent["id"] in [m["id"] for m in messages]


def test_one_and_the_same_is_not_merged(owner: Owner) -> None:
    assert owner.run("contacts", "merge", "ada", "ada@example.org").code == 2


def everything(owner: Owner) -> str:
    """All the database says, and every octet of its files."""
    app = owner.app()
    with app.store.engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        rows = "\n".join(str(r) for t in tables for r in connection.execute(text(f"SELECT * FROM {t}")).all())
    app.close()
    octets = b"".join(file.read_bytes() for file in owner.folder.glob("mailer.db*"))
    return rows + octets.decode("latin-1")


def test_a_person_forgotten_is_nowhere_any_more(owner: Owner) -> None:
    owner.roster.write_text(MORE)
    owner.started()
    sent = owner.sent_to_ada()
    owner.receive(answer(sent, "Ada here. Talk to my friend Mary Somerville (mary@example.org).\n"))
    owner.ok(
        "log", "charles", "--thanks-for", "the word to Ada Lovelace", "--referred", "Ada Lovelace <ada@example.org>"
    )
    assert "ada@example.org" in everything(owner).lower()
    done = owner.json("contacts", "forget", "ada")
    assert (done["messages"], done["replies"], done["interactions"]) == (1, 1, 1)
    assert done["clean"] is True
    left = everything(owner).lower()
    assert "ada@example.org" not in left
    assert "ada lovelace" not in left
    assert "lovelace" not in owner.roster.read_text().lower()
    assert owner.json("contacts", "list")[0]["name"] == "Charles Babbage"


def test_an_entry_that_went_into_theirs_is_forgotten_with_them(owner: Owner) -> None:
    merged_owner(owner)
    owner.started()
    owner.ok("log", "charles", "--thanks-for", "the word to A. King")
    owner.ok("contacts", "merge", "ada@example.org", "king@example.org")
    assert "A. King" in everything(owner)
    owner.ok("contacts", "forget", "ada")
    assert "A. King" not in everything(owner)


def test_who_was_forgotten_and_put_back_is_not_said_to_have_asked_for_it(owner: Owner) -> None:
    before = owner.roster.read_text()
    owner.ok("contacts", "forget", "ada")
    owner.roster.write_text(before)
    said = owner.ok("log", "ada", "--about", "x", "--date", "2 Nov").out
    assert "you had Ada Lovelace forgotten" in said
    assert "asked" not in said


def test_what_the_program_mailed_to_the_owner_keeps_no_letter_to_who_is_forgotten(owner: Owner) -> None:
    owner.started()
    owner.ok("log", "charles", "--about", "a telescope", "--no-thank-you")
    owner.clock = "2026-11-30T16:00:00+00:00"
    owner.tick_updates()
    owner.send_due()
    (preview,) = [m for m in owner.json("outbox", "list") if m["kind"] == "preview" and m["status"] == "sent"]
    assert "Hi Charles," in owner.json("outbox", "show", str(preview["id"]))["text"]
    owner.ok("contacts", "forget", "charles@example.org")
    assert not re.search("Hi Charles|telescope", everything(owner))


def test_every_other_line_of_the_roster_stays(owner: Owner) -> None:
    owner.roster.write_text(MORE)
    owner.ok("contacts", "forget", "ada")
    expected = MORE.replace(MORE[MORE.index("  - name: Ada") : MORE.index("  - name: Charles")], "")
    expected = expected.replace("    referred_by: Ada Lovelace\n", "").replace(
        "notes: Ada Lovelace likes", "notes: somebody likes"
    )
    assert owner.roster.read_text() == expected.replace("[Ada Lovelace <ada@example.org>, Bob]", "[Bob]")


def test_who_was_forgotten_is_never_mailed_again(owner: Owner) -> None:
    owner.started()
    owner.ok("contacts", "forget", "ada")
    file = owner.folder / "people.csv"
    file.write_text("Name,Email\nAda Lovelace,ADA@example.org\n")
    assert "forgotten" in owner.json("contacts", "import", str(file))["skipped"][0]["why"]
    owner.ok("contacts", "add", "Ada Lovelace <Ada@example.org>")
    logged = owner.json("log", "ada", "--thanks-for", "the tour")
    assert logged["message"] is None
    assert logged["contact"]["status"] == "opted_out"
    owner.roster.write_text(owner.roster.read_text().replace("charles@example.org", "charles@example.org\n    id: c"))
    owner.ok("log", "charles", "--thanks-for", "the tour")
    owner.roster.write_text(
        owner.roster.read_text()
        .replace("Ada@example.org", "x@example.org")
        .replace("charles@example.org", "ada@example.org")
    )
    owner.clock = "2026-11-03T17:30:00+00:00"
    owner.ok("contacts", "list")
    assert owner.send_due() == []


def test_an_address_alone_can_be_forgotten_before_it_ever_comes(owner: Owner) -> None:
    owner.ok("contacts", "forget", "zed@example.net")
    owner.ok("contacts", "add", "Zed <zed@example.net>")
    assert owner.json("contacts", "list")[-1]["status"] == "opted_out"


def test_lines_of_the_owners_own_files_are_named(owner: Owner) -> None:
    owner.roster.write_text(MORE.replace("# my people", "# Ada Lovelace first"))
    (owner.folder / "updates").mkdir()
    (owner.folder / "updates" / "2026-11.md").write_text("News.\n\nada@example.org helped.\n")
    places = owner.json("contacts", "forget", "ada")["places"]
    assert [Path(p).name for p in places] == ["contacts.yaml:1", "2026-11.md:3"]


def test_a_namesake_keeps_the_name(owner: Owner) -> None:
    owner.roster.write_text(MORE + "  - name: Ada Lovelace\n    email: other@example.org\n")
    owner.ok("contacts", "forget", "ada@example.org")
    names = [c["name"] for c in owner.json("contacts", "list")]
    assert names == ["Charles Babbage", "Grace Hopper", "Joan Clarke", "Ada Lovelace"]


def test_forgetting_works_on_every_database(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    owner.sent_to_ada()
    assert owner.json("contacts", "forget", "ada")["messages"] == 1
    assert owner.json("outbox", "list") == []


def test_nobody_is_forgotten_while_a_mail_to_them_is_on_its_way(owner: Owner) -> None:
    from mailer.services import outbox

    owner.started()
    owner.ok("log", "ada", "--thanks-for", "the tour")
    owner.clock = "2026-11-03T17:30:00+00:00"
    app = owner.app()
    assert len(outbox.step(app.store, app.desk, [], 100, app.clock()).claimed) == 1
    app.close()
    result = owner.run("contacts", "forget", "ada")
    assert (result.code, "on its way" in result.err) == (1, True)
    assert owner.roster.read_text() == ROSTER
    assert owner.json("contacts", "show", "ada")["messages"] != []


def test_the_owner_is_not_forgotten(owner: Owner) -> None:
    owner.roster.write_text(MORE + "  - name: Dana Reyes\n    email: dana@example.com\n")
    result = owner.run("contacts", "forget", "dana")
    assert (result.code, "your own address" in result.err) == (2, True)


def test_an_id_of_the_second_goes_to_the_first_and_leads_to_the_same_person(owner: Owner) -> None:
    merged_owner(owner)
    owner.roster.write_text(owner.roster.read_text().replace("email: king@", "id: king\n    email: king@"))
    before = owner.json("contacts", "list")[0]["id"]
    owner.ok("contacts", "merge", "ada@example.org", "king@example.org")
    ada = owner.json("contacts", "show", "king")
    assert (ada["id"], ada["name"]) == (before, "Ada Lovelace")
    assert len(ada["interactions"]) == 1

"""`mailer preview` and `mailer templates`, and what a careful friend says wherever a letter is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import Owner, make_owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def test_a_preview_shows_the_letter_about_the_last_interaction_of_that_kind(owner: Owner) -> None:
    owner.ok("log", "ada", "--kind", "meeting", "--about", "looms", "--no-thank-you")
    owner.ok("log", "ada", "--kind", "call", "--about", "engines", "--no-thank-you")
    out = owner.ok("preview", "ada", "thank_you/meeting").out
    assert out.startswith("To: Ada Lovelace <ada@example.org>\nSubject: ")
    assert "Hi Ada," in out and "looms" in out and "engines" not in out
    assert "looms and engines" in owner.json("preview", "ada")["text"]


def test_a_preview_of_what_would_be_said_needs_no_interaction(owner: Owner) -> None:
    found = owner.json("preview", "grace", "thank_you/coffee", "--thanks-for", "the book", "--referred", "Joan Clarke")
    assert "the book" in found["text"] and "Joan Clarke" in found["text"]
    assert found["contact"] == {"id": found["contact"]["id"], "name": "Grace Hopper", "email": None}
    assert found["findings"] == [] and found["changes"] is None


def test_a_preview_without_anything_particular_asks_what_to_thank_for(owner: Owner) -> None:
    result = owner.ok("preview", "grace", "thank_you/call")
    assert "! letter: it thanks for nothing particular; What would you like to thank for" in result.err
    assert owner.json("outbox", "list") == []


def test_a_preview_as_a_page_in_the_contacts_language(owner: Owner) -> None:
    owner.ok("contacts", "add", "Hans Maier <hans@example.org>", "--language", "de")
    page = owner.folder / "letter.html"
    result = owner.ok("preview", "hans", "--about", "die Krane", "--html", str(page))
    assert "Guten Tag Hans Maier," in page.read_text(encoding="utf-8") and "<html" in page.read_text(encoding="utf-8")
    assert "search.translations" in result.err  # what is looked for is there in English only


@pytest.mark.parametrize("args", [("ada", "follow_up"), ("ada", "loop_back"), ("ada", "thank_you/lunch"), ("nobody",)])
def test_a_letter_that_there_is_nothing_for_is_a_wrong_call(owner: Owner, args: tuple[str, ...]) -> None:
    assert owner.run("preview", *args).code == 2


def test_an_update_and_a_follow_up_can_be_previewed(owner: Owner) -> None:
    owner.sent_to_ada()
    assert "looking for a head of platform role" in owner.json("preview", "ada", "update")["text"]
    assert "my note of Tuesday 3 November" in owner.json("preview", "ada", "follow_up")["text"].replace("My", "my")


def test_the_last_letter_of_a_search_can_be_previewed_before_there_is_one(owner: Owner) -> None:
    owner.ok("log", "charles", "--about", "cranes", "--referred", "Mary Somerville", "--no-thank-you")
    found = owner.json("preview", "charles", "landed", "--company", "Globex", "--role", "head of platform")
    assert "Globex" in found["text"] and "head of platform" in found["text"] and "Mary Somerville" in found["text"]
    assert owner.ok("preview", "charles", "landed").out
    assert "would get no such letter" in owner.run("preview", "grace", "landed").err
    assert owner.json("outbox", "list") == []


def test_a_note_to_a_referrer_is_previewed_with_whom_the_roster_says_they_named(owner: Owner) -> None:
    assert "Ada Lovelace" in owner.json("preview", "charles", "loop_back")["text"]  # `referred_by:`


def test_a_thank_you_that_has_left_is_not_called_a_repetition_of_itself(owner: Owner) -> None:
    owner.sent_to_ada()
    assert owner.json("preview", "ada")["findings"] == []


def test_a_letter_that_reads_wrong_is_held_and_says_where_and_how_to_mend_it(owner: Owner) -> None:
    template = owner.folder / "templates" / "thank_you" / "call.md"
    template.parent.mkdir(parents=True)
    template.write_text(
        'Subject: Hi\n\nDear Bob,\n\nthank you for {{ thanks_for|sentence }}.\n\n{% include "signature.md" %}'
    )
    message = owner.json("log", "ada", "--thanks-for", "the tour")["message"]
    assert message["status"] == "held"
    shown = owner.json("outbox", "show", str(message["id"]))
    assert shown["hold"] == "reading" and "somebody else than Ada Lovelace" in shown["why"]
    assert "Bob" not in shown["why"]  # it is logged
    (serious,) = [f for f in shown["findings"] if f["serious"]]
    assert (serious["rule"], serious["place"]) == ("name", "greeting")
    told = owner.ok("outbox", "show", str(message["id"])).out
    assert "! greeting: “Dear Bob,” greets somebody else than Ada Lovelace, who gets it; greet the right person" in told
    assert f"mailer outbox edit {message['id']}" in owner.ok("status").out


def test_a_slip_in_an_edit_holds_and_a_mended_one_goes(owner: Owner, tmp_path: Path) -> None:
    message = owner.json("log", "ada", "--thanks-for", "the tour")["message"]
    body = owner.json("outbox", "show", str(message["id"]))["body"]
    text = tmp_path / "letter.md"
    text.write_text(body.replace("Hi Ada,", "Hi {{ name }},"))
    result = owner.ok("outbox", "edit", str(message["id"]), "--body-file", str(text))
    assert "! greeting: " in result.err
    assert owner.json("outbox", "list")[0]["status"] == "held"
    text.write_text(body.replace("Hi Ada,", "Hello Ada,"))
    owner.ok("outbox", "edit", str(message["id"]), "--body-file", str(text))
    assert owner.json("outbox", "list")[0]["status"] == "queued"


def test_templates_are_listed_shown_and_copied(owner: Owner) -> None:
    listed = owner.json("templates", "list")
    assert {"id", "name", "language", "own", "file"} == set(listed[0])
    assert {each["language"] for each in listed} == {"en", "de", "es", "fr"}
    assert owner.json("templates", "list", "--limit", "2", "--after", str(listed[0]["id"])) == listed[1:3]
    assert "{% block thanks %}" in owner.ok("templates", "show", "call").out
    assert "vielen Dank" in owner.ok("templates", "show", "thank_you/call.md", "--language", "de-AT").out
    copied = owner.json("templates", "copy", "call", "--language", "de")
    assert copied == {"file": str(owner.folder / "templates" / "de" / "thank_you" / "call.md")}
    assert Path(copied["file"]).read_text() == owner.json("templates", "show", "de/thank_you/call")["text"]
    assert owner.run("templates", "copy", "call", "--language", "de").code == 2
    assert "scalable: that can grow" in owner.ok("templates", "show", "jargon").out
    assert owner.json("templates", "copy", "jargon.txt")["file"] == str(owner.folder / "templates" / "jargon.txt")
    assert "Did I catch you" in owner.ok("templates", "show", "script").out
    own = [each for each in owner.json("templates", "list") if each["own"]]
    assert [each["name"] for each in own] == ["de/thank_you/call.md", "jargon.txt"]


def test_a_templates_id_stays_its_own_whichever_others_come(owner: Owner) -> None:
    before = {each["name"]: each["id"] for each in owner.json("templates", "list")}
    own = owner.folder / "templates" / "thank_you" / "aaa.md"
    own.parent.mkdir(parents=True)
    own.write_text("subject: Hello\n\nThank you.\n")
    listed = owner.json("templates", "list")
    assert {each["name"]: each["id"] for each in listed}.items() >= before.items()
    assert len({each["id"] for each in listed}) == len(listed) == len(before) + 1
    assert owner.json("templates", "list", "--after", "3") == []


def test_a_template_that_is_not_there_is_a_wrong_call(owner: Owner) -> None:
    result = owner.run("templates", "show", "lunch")
    assert result.code == 2 and "mailer templates list" in result.err


def two_editions(owner: Owner, prospect: str) -> None:
    """November's update has left; the next one is due."""
    owner.roster.write_text(
        "contacts:\n  - {name: Ada Lovelace, email: ada@example.org,"
        " interactions: [{date: 2026-10-02, kind: call, about: cranes}]}\n"
    )
    owner.clock = "2026-10-31T16:00:00+00:00"
    owner.ok("contacts", "list")
    owner.started()
    owner.tick_updates()
    owner.ok("update", "approve")
    owner.clock = "2026-11-02T15:30:00+00:00"
    owner.tick_updates()
    owner.clock = "2026-11-02T15:31:00+00:00"  # each call starts its clock anew
    owner.send_due()
    owner.tick_updates()
    config = owner.folder / "config.yaml"
    config.write_text(config.read_text().replace("second interview with a freight broker", prospect))
    owner.clock = "2026-11-30T16:00:00+00:00"


def test_an_edition_without_news_waits_and_says_so(owner: Owner) -> None:
    two_editions(owner, "second interview with a freight broker")
    owner.tick_updates()
    edition = owner.json("update", "status")[-1]
    assert (edition["status"], edition["edition"]) == ("waiting", "2026-12")
    assert "says nothing that the last one did not" in edition["why"]
    (preview,) = [m for m in owner.json("outbox", "list", "--kind", "preview", "--edition", "2026-12")]
    assert "says nothing that the last one did not" in owner.json("outbox", "show", str(preview["id"]))["text"]
    assert "says nothing that the last one did not" in owner.ok("update", "draft").err


def test_an_edition_with_news_goes_on_and_its_preview_shows_the_changes(owner: Owner) -> None:
    two_editions(owner, "final round at the port")
    owner.tick_updates()
    assert owner.json("update", "status")[-1]["status"] == "previewed"
    (preview,) = owner.json("outbox", "list", "--kind", "preview", "--edition", "2026-12")
    told = owner.json("outbox", "show", str(preview["id"]))["text"]
    assert "New since the last update: What I am pursuing at the moment: final round at the port." in told
    assert told.count("New since the last update") == 1
    found = owner.json("update", "preview")
    assert {"sign": "+", "text": "What I am pursuing at the moment: final round at the port."} in found["changes"]
    assert "  + What I am pursuing at the moment: final round at the port." in owner.ok("update", "preview").err


def test_check_tells_what_a_careful_friend_would_say_of_a_template_once(owner: Owner) -> None:
    template = owner.folder / "templates" / "thank_you" / "call.md"
    template.parent.mkdir(parents=True)
    template.write_text("Subject: Hi\n\n{{ greeting }}\n\nthank you about cranes. See www.dana.example\n")
    found = owner.json("check")["problems"]
    mine = [p for p in found if p["file"] == str(template)]
    assert {p["severity"] for p in mine} == {"warning"}
    assert len([p for p in mine if "signature: your name" in p["what"]]) == 1
    assert len([p for p in mine if "is no link" in p["what"]]) == 1

"""Logging where life happens: by questions, by mail to oneself, out of a calendar; and taking it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.model import FolderRole
from tests.integration.cli_owner import Owner, make_owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    owner = make_owner(tmp_path / "dana")
    owner.ok("contacts", "list")  # the daemon, too, has read the roster before it reads mail
    return owner


def met(owner: Owner, who: str = "ada") -> list[tuple[str, str, str]]:
    return [(i["date"], i["kind"], i["thanks_for"]) for i in owner.json("contacts", "show", who)["interactions"]]


# Taking back


def test_an_entry_is_taken_back_and_its_thank_you_never_leaves(tmp_path: Path, database_url: str) -> None:
    owner = make_owner(tmp_path / "dana", database_url)
    owner.ok("log", "ada", "--thanks-for", "the tour")
    back = owner.json("log", "--undo")
    assert back["message"]["status"] == "cancelled"
    assert met(owner) == []
    owner.clock = "2026-11-03T17:30:00+00:00"
    assert owner.send_due() == []


def test_taking_one_of_two_back_leaves_the_other_to_be_thanked_for(owner: Owner) -> None:
    owner.ok("log", "ada", "--thanks-for", "the tour")
    owner.ok("log", "ada", "--kind", "coffee", "--thanks-for", "the cake")
    message = owner.json("log", "ada", "--undo")["message"]
    assert message["status"] == "queued"
    shown = owner.json("outbox", "show", str(message["id"]))["text"]
    assert "the tour" in shown
    assert "the cake" not in shown


def test_once_the_thank_you_has_left_nothing_is_undone(owner: Owner) -> None:
    owner.sent_to_ada()
    result = owner.run("log", "--undo")
    assert result.code == 2
    assert "has left" in result.err
    assert len(met(owner)) == 1


def test_an_entry_is_meant_by_its_number_and_the_rosters_are_not_the_logs(owner: Owner) -> None:
    first = owner.json("log", "ada", "--no-thank-you")["interaction"]["id"]
    owner.ok("log", "charles", "--no-thank-you")
    owner.ok("log", "--undo", str(first))
    assert met(owner) == []
    assert "delete its line" in owner.run("log", "--undo", "1").err
    assert owner.run("log", "--undo", "999").code == 2
    owner.ok("log", "--undo")
    assert owner.run("log", "--undo").code == 2


def test_a_name_whose_talks_stand_in_the_roster_is_told_so(owner: Owner) -> None:
    result = owner.run("log", "charles", "--undo")
    assert result.code == 2
    assert "with Charles Babbage stands in the roster" in result.err


# By questions


def test_without_arguments_it_asks_and_asks_again_where_an_answer_can_not_be_used(owner: Owner) -> None:
    typed = "nobody\nada\ncoffee\nyesterdy 25\nyesterday\nthe tour\ncranes\n"
    typed += "Bob <bob@example>\nBob <bob@example.org>\n\nnice\n"
    result = owner.run("log", typed=typed)
    assert result.code == 0, result
    assert "nobody in the roster matches" in result.err
    assert met(owner) == [("2026-11-02", "coffee", "the tour")]
    (item,) = owner.json("contacts", "show", "ada")["interactions"]
    assert (item["about"], item["notes"]) == ("cranes", "nice")
    assert [(p["name"], p["email"]) for p in item["referrals"]] == [("Bob", "bob@example.org")]


def test_without_a_terminal_it_asks_nothing(owner: Owner) -> None:
    result = owner.run("log")
    assert (result.code, "who was it with?" in result.err) == (2, True)


def test_the_tab_key_offers_names_by_any_of_their_words() -> None:
    from mailer.cli.asking import completions

    names = ["Ada Lovelace", "Mary Adams", "Bob"]
    assert completions(names, "ad") == ["Ada Lovelace", "Mary Adams"]
    assert completions(names, "ada l") == ["Ada Lovelace"]


def test_the_shell_offers_contacts_by_name_or_address(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    import click

    from mailer.cli.completing import complete_who
    from mailer.cli.root import mailer

    owner.ok("contacts", "list")
    for name, value in owner.variables().items():
        monkeypatch.setenv(name, value)
    context = click.Context(mailer)
    found = complete_who(context, click.Argument(["who"]), "lov")
    assert [(item.value, item.help) for item in found] == [("ada@example.org", "Ada Lovelace")]
    monkeypatch.setenv("MAILER_CONFIG", "/nowhere")
    assert complete_who(context, click.Argument(["who"]), "lov") == []


# By mail


def to_self(subject: str, message_id: str = "<phone-1@example.com>", **fields: str) -> bytes:
    lines = {
        "From": "Dana Reyes <dana@example.com>",
        "To": "dana@example.com",
        "Subject": subject,
        "Message-ID": message_id,
        "Date": "Tue, 03 Nov 2026 09:59:00 -0600",
        **fields,
    }
    return ("".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\nSent from my phone\r\n").encode()


LINE = "log: Ada, coffee yesterday, thanks for the tour, referred Bob <bob@example.org>"


def answers(owner: Owner) -> list[dict[str, object]]:
    found = [m for m in owner.json("outbox", "list") if m["to"] == "dana@example.com"]
    return [owner.json("outbox", "show", str(m["id"])) for m in found]


def test_a_mail_to_oneself_in_sent_logs_once_and_is_answered_in_its_thread(owner: Owner) -> None:
    for _ in range(2):
        owner.receive(to_self(LINE), FolderRole.sent)
    assert met(owner) == [("2026-11-02", "coffee", "the tour")]
    (answer,) = answers(owner)
    assert answer["subject"] == f"Re: {LINE}"
    assert answer["headers"]["In-Reply-To"] == "<phone-1@example.com>"
    assert "Logged: coffee with Ada Lovelace, Monday 2 November 2026." in answer["text"]
    assert "referred: Bob bob@example.org" in answer["text"]
    assert answer["id"] in owner.send_due()


@pytest.mark.parametrize(
    ("raw", "role"),
    [
        (to_self(LINE), FolderRole.inbox),
        (to_self(LINE, To="dana@example.com, ada@example.org"), FolderRole.sent),
        (to_self(LINE, Cc="ada@example.org"), FolderRole.sent),
        (to_self(f"Re: {LINE}"), FolderRole.sent),
        (to_self(LINE, From="Ada <ada@example.org>"), FolderRole.sent),
    ],
    ids=["in the inbox", "also to others", "copied to others", "an answer", "of somebody else"],
)
def test_no_other_mail_logs_anything(owner: Owner, raw: bytes, role: FolderRole) -> None:
    owner.receive(raw, role)
    assert met(owner) == []
    assert answers(owner) == []


def test_what_can_not_be_logged_is_answered_with_the_reason(owner: Owner) -> None:
    owner.receive(to_self("log: Nobody Known, coffee"), FolderRole.sent)
    owner.receive(to_self("log: a, coffee", "<phone-2@example.com>"), FolderRole.sent)
    first, second = answers(owner)
    assert "Nothing was logged: nobody in the roster matches" in first["text"]
    assert "could be any of" in second["text"]


def test_a_mail_takes_the_last_mails_entry_back(owner: Owner) -> None:
    owner.receive(to_self(LINE), FolderRole.sent)
    owner.ok("log", "charles", "--no-thank-you")
    owner.receive(to_self("log: undo", "<phone-2@example.com>"), FolderRole.sent)
    assert met(owner) == []
    assert len(met(owner, "charles")) == 2
    assert "Taken back: coffee with Ada Lovelace" in answers(owner)[-1]["text"]
    owner.receive(to_self(LINE), FolderRole.sent)
    assert met(owner) == [], "the same mail read again logs nothing anew"
    owner.receive(to_self("log: undo", "<phone-3@example.com>"), FolderRole.sent)
    assert "Nothing was logged" in answers(owner)[-1]["text"]


# Out of a calendar


def event(uid: str, *lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261001T000000Z", *lines, "END:VEVENT", ""])


ADA = "ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ADA@example.org"
EVENTS = (
    event("1", "DTSTART:20261102T160000Z", "DTEND:20261102T170000Z", "SUMMARY:Coffee and the salary", ADA)
    + event("2", "DTSTART:20261029T160000Z", "SUMMARY:Talk with Charles Babbage about gears")
    + event("3", "DTSTART:20261103T180000Z", "DTEND:20261103T190000Z", "SUMMARY:Not over yet", ADA)
    + event(
        "4", "DTSTART:20261101T160000Z", "SUMMARY:I said no", ADA, "ATTENDEE;PARTSTAT=DECLINED:mailto:dana@example.com"
    )
    + event("5", "DTSTART:20260101T160000Z", "SUMMARY:Long ago", ADA)
    + event("6", "DTSTART:20261030T160000Z", "SUMMARY:With a stranger", "ATTENDEE:mailto:zed@example.net")
)


@pytest.fixture
def calendar(owner: Owner) -> str:
    file = owner.folder / "calendar.ics"
    file.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{EVENTS}END:VCALENDAR\r\n")
    return str(file)


def test_meetings_with_people_of_the_roster_are_proposed_and_logged_one_by_one(owner: Owner, calendar: str) -> None:
    found = owner.json("log", "--from-calendar", calendar)["proposals"]
    assert [(p["contact"], p["date"], p["time"], p["kind"], p["why"]) for p in found] == [
        ("Charles Babbage", "2026-10-29", "11:00", "meeting", "stands in its title"),
        ("Ada Lovelace", "2026-11-02", "10:00", "coffee", "was asked to it"),
    ]
    assert met(owner) == []
    done = owner.json("log", "--from-calendar", calendar, "--accept", found[1]["id"], "--decline", found[0]["id"])
    assert len(done["logged"]) == 1
    assert done["proposals"] == []
    assert owner.json("log", "--from-calendar", calendar)["proposals"] == []
    (item,) = owner.json("contacts", "show", "ada")["interactions"]
    assert (item["notes"], item["about"]) == ("Coffee and the salary", "")
    assert [m["status"] for m in owner.json("outbox", "list")] == ["held"], "what it is for is the owner's to say"


def test_a_meeting_taken_back_is_proposed_again_and_one_logged_by_hand_is_not(owner: Owner, calendar: str) -> None:
    first = owner.json("log", "--from-calendar", calendar)["proposals"][1]["id"]
    owner.ok("log", "--from-calendar", calendar, "--accept", first)
    owner.ok("log", "--undo")
    assert first in [p["id"] for p in owner.json("log", "--from-calendar", calendar)["proposals"]]
    owner.ok("log", "ada", "--kind", "coffee", "--date", "2026-11-02", "--thanks-for", "x")
    assert first not in [p["id"] for p in owner.json("log", "--from-calendar", calendar)["proposals"]]


def test_on_a_terminal_each_is_asked_for(owner: Owner, calendar: str) -> None:
    result = owner.run("log", "--from-calendar", calendar, "--since", "2026-10-15", typed="n\nyes\nthe cake\n")
    assert result.code == 0, result
    assert met(owner) == [("2026-11-02", "coffee", "the cake")]
    assert len(met(owner, "charles")) == 1, "only what the roster says"


def test_a_proposal_that_is_not_there_is_refused_and_nothing_logged(owner: Owner, calendar: str) -> None:
    first = owner.json("log", "--from-calendar", calendar)["proposals"][0]["id"]
    assert owner.run("log", "--from-calendar", calendar, "--accept", first, "--accept", "nonsense").code == 2
    assert len(owner.json("log", "--from-calendar", calendar)["proposals"]) == 2

"""Cards as phones and mail services write them: whatever can be read is, and what can't is told with its line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mailer.importers import Reading, read_people, to_vcard
from mailer.importers import reading as limits
from mailer.model import Contact


def read(folder: Path, text: str | bytes) -> Reading:
    file = folder / "people.vcf"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_people(file)


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def test_a_card_of_an_old_phone(tmp_path: Path) -> None:
    text = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;",
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg=20=",
        "M=C3=BCller",
        "TEL;CELL:+49 171 5550100",
        "TEL;WORK;PREF:+49 30 5550100",
        "EMAIL;HOME:joerg@example.org",
        "ORG;ENCODING=QUOTED-PRINTABLE:Kr=E4ne;CHARSET=none",
        "NOTE;ENCODING=QUOTED-PRINTABLE:from the fair=0D=0Ain Bremen",
        version="2.1",
    )
    (person,) = read(tmp_path, text).people
    assert person.name == "Jörg Müller"
    assert person.emails == ("joerg@example.org",)
    assert person.phone == "+49 30 5550100"
    assert person.company == "Kräne"
    assert person.notes == "from the fair\nin Bremen"


def test_a_named_charset_of_old_cards_is_believed_where_the_octets_are_not_utf_8(tmp_path: Path) -> None:
    text = card("FN;CHARSET=windows-1251:\xc0\xed\xed\xe0", version="2.1")
    assert [p.name for p in read(tmp_path, text.encode("latin-1")).people] == ["Анна"]


def test_a_card_of_a_newer_phone(tmp_path: Path) -> None:
    text = card(
        "N:Lovelace;Ada;;Dr.;",
        "FN:Dr. Ada Lovelace",
        "ORG:Analytical Engines\\, Ltd.;Research",
        "item1.EMAIL;type=INTERNET:second@example.org",
        "EMAIL;type=INTERNET;type=pref:ada@example.org",
        "TITLE:Head of",
        "  engines",
        "CATEGORIES:alumni,cranes",
    )
    (person,) = read(tmp_path, text).people
    assert person == Contact(
        "Ada Lovelace",
        emails=("ada@example.org", "second@example.org"),
        company="Analytical Engines, Ltd.",
        title="Head of engines",
        tags=("alumni", "cranes"),
    )


def test_a_card_of_version_4(tmp_path: Path) -> None:
    text = card(
        "FN:Mary Somerville",
        "EMAIL;PREF=2:other@example.org",
        'EMAIL;TYPE="work,home";PREF=1:mary@example.org',
        "TEL;VALUE=uri;TYPE=cell:tel:+44-20-5550100",
        "LANG:en-GB",
        "TZ:Europe/London",
        version="4.0",
    )
    (person,) = read(tmp_path, text).people
    assert person.emails[0] == "mary@example.org"
    assert (person.phone, person.language, person.timezone) == ("+44-20-5550100", "en-GB", "Europe/London")


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_a_letter_of_several_octets_may_be_folded_in_the_middle(tmp_path: Path, version: str) -> None:
    text = card("FN:Zo\u00eb Quist", "EMAIL:zoe@example.org", version=version).encode()
    text = text.replace("ë".encode(), "ë".encode()[:1] + b"\r\n " + "ë".encode()[1:])
    names = [p.name for p in read(tmp_path, text).people]
    assert names == (["Zoë Quist"] if version != "2.1" else names)
    assert len(names) == 1


def test_photos_are_skipped_however_they_are_written(tmp_path: Path) -> None:
    text = (
        card("FN:One Person", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ", " SkZJRgABAQAAAQABAAD", "EMAIL:one@example.org")
        + card("FN:Two Person", "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ", "SkZJRgABAQAAAQABAAD", "", version="2.1")
        + card("FN:Three Person", "PHOTO:data:image/jpeg;base64,/9j/" + "A" * 200_000, version="4.0")
        + card("FN:Four Person", "LABEL;ENCODING=QUOTED-PRINTABLE:12 Main St=", "FN:no name=", "EMAIL:x", version="2.1")
    )
    found = read(tmp_path, text)
    assert [p.name for p in found.people] == ["One Person", "Two Person", "Three Person", "Four Person"]
    assert found.problems == []


def test_who_has_no_name_or_is_no_person_is_left_out_and_told(tmp_path: Path) -> None:
    text = (
        card("FN:", "ORG:Pizza Roma", "TEL:1")
        + card("FN:ada@example.org", "EMAIL:ada@example.org")
        + card("FN:Friends", "X-ADDRESSBOOKSERVER-KIND:group")
        + card("FN:Ada Lovelace", "EMAIL:ada at example", "EMAIL:Ada <ada@example.org>")
    )
    found = read(tmp_path, text)
    assert [(p.name, p.emails) for p in found.people] == [("Ada Lovelace", ("ada@example.org",))]
    assert [(p.place.line, p.what, p.severity) for p in found.problems] == [
        (1, "names no person, only Pizza Roma", "error"),
        (7, "names nobody", "error"),
        (12, "is no person but a group", "error"),
        (17, "an address that can't be one was left out", "warning"),
    ]


def test_a_broken_card_costs_nobody_else(tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Not Closed\r\n"
        + card("FN:Whole Card", 'EMAIL;TYPE="never closed:ada@example.org', "not a line at all", "TEL;no colon")
        + "BEGIN:VCARD\r\nFN:Cut Off"
    )
    found = read(tmp_path, text)
    assert [p.name for p in found.people] == ["Not Closed", "Whole Card", "Cut Off"]
    assert found.people[1].emails == ("ada@example.org",)
    assert {p.place.line for p in found.problems} == {1, 9, 11}


@pytest.mark.parametrize(
    "line", ["TEL;" + "a=" * 9000, "TEL;" + 'a="b' * 9000 + ":x", "N:" + ";" * 60_000, "A;" + '"' * 60_001]
)
def test_no_line_takes_long(tmp_path: Path, line: str) -> None:
    began = time.perf_counter()
    assert [p.name for p in read(tmp_path, card("FN:Ada Lovelace", line)).people] == ["Ada Lovelace"]
    assert time.perf_counter() - began < 60  # a pattern that backtracks takes hours


def test_a_card_within_a_card_is_no_contact_of_its_own(tmp_path: Path) -> None:
    text = card("FN:The Boss", "AGENT:", *card("FN:The Assistant", version="2.1").split("\r\n")[:-1], "TEL:1")
    (person,) = read(tmp_path, text).people
    assert (person.name, person.phone) == ("The Boss", "1")


def test_what_no_roster_could_hold_is_cleaned(tmp_path: Path) -> None:
    text = card(f"FN:Ada\u202e\x07 {'x' * 100_000}", "NOTE:a\\nb\x00c\\n", f"TITLE:{'y ' * 5000}")
    (person,) = read(tmp_path, text).people
    assert person.name.startswith("Ada xxx")
    assert len(person.name) <= 300
    assert person.notes == "a\nb c"
    assert len(person.title) <= 300


def test_more_people_than_an_address_book_has_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PEOPLE", 2)
    found = read(tmp_path, card("FN:A B") * 4)
    assert len(found.people) == 2
    assert found.problems[-1].what == "only the first 2 people are taken"


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    people = [
        Contact(
            "Zoë van der Quist",
            emails=("zoe@example.org", "zq@example.com"),
            company="Cranes; Hooks, Ltd.",
            title="Head \\ of",
            phone="+1 312 555 0100",
            tags=("alumni", "cranes"),
            notes="one\ntwo; three",
            timezone="Europe/Berlin",
            language="de",
        ),
        Contact("Cher"),
    ]
    assert read(tmp_path, to_vcard(people)).people == people


def test_the_groups_that_google_puts_everybody_into_are_no_tags(tmp_path: Path) -> None:
    (person,) = read(tmp_path, card("FN:Ada Lovelace", "CATEGORIES:myContacts,alumni,starred")).people
    assert person.tags == ("alumni",)


def test_a_number_written_as_a_link_is_read_as_a_number(tmp_path: Path) -> None:
    (person,) = read(tmp_path, card("FN:Ada Lovelace", "TEL;VALUE=uri:tel:+1-555-0100;ext=55")).people
    assert person.phone == "+1-555-0100 ext. 55"

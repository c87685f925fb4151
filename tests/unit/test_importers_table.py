"""CSV files of address books, known ones and others; and files that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.errors import ConfigurationError, UsageError
from mailer.importers import Reading, read_people, to_csv
from mailer.importers.table import parse_mapping
from mailer.model import Contact


def read(folder: Path, text: str | bytes, **columns: str) -> Reading:
    file = folder / "people.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_people(file, columns)


GOOGLE = (
    "First Name,Middle Name,Last Name,Nickname,Organization Name,Organization Title,Notes,Labels,"
    "E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value\n"
    "Ada,King,Lovelace,,Analytical Engines,Head,met 1840,Alumni ::: * myContacts,* Work,ada@example.org,,"
    "al@example.com ::: countess@example.org,Mobile,+44 20 5550100\n"
)
OLD_GOOGLE = (
    "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name,"
    "Organization 1 - Title\nAda Lovelace,Ada,Lovelace,* myContacts,*,ada@example.org,Engines,Head\n"
)
OUTLOOK = (
    '"Title","First Name","Middle Name","Last Name","Suffix","Company","Department","Job Title","Business Street",'
    '"Business City","Business State","Business Postal Code","Business Country","Business Fax","Business Phone",'
    '"Home Phone","Mobile Phone","Categories","E-mail Address","E-mail Type","E-mail Display Name",'
    '"E-mail 2 Address","Notes"\r\n'
    '"Dr.","Ada","","Lovelace","","Engines","","Head","","","","","","","1","","2","Red;Blue","ada@example.org","SMTP",'
    '"Ada Lovelace (ada@example.org)","al@example.com","two\r\nlines"\r\n'
)
LINKEDIN = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing."\n\n'
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    "Ada,Lovelace,https://www.linkedin.com/in/ada-example,,Engines,Head,02 Nov 2026\n"
    "Mary,Somerville,https://www.linkedin.com/in/mary-example,mary@example.org,,,01 Nov 2026\n"
)


def test_google_contacts(tmp_path: Path) -> None:
    found = read(tmp_path, GOOGLE)
    assert found.kind == "Google Contacts"
    assert found.people == [
        Contact(
            "Ada Lovelace",
            emails=("ada@example.org", "al@example.com", "countess@example.org"),
            company="Analytical Engines",
            title="Head",
            phone="+44 20 5550100",
            notes="met 1840",
            tags=("Alumni",),
        )
    ]


def test_google_contacts_as_they_were_until_2024(tmp_path: Path) -> None:
    (person,) = read(tmp_path, OLD_GOOGLE).people
    assert person == Contact("Ada Lovelace", emails=("ada@example.org",), company="Engines", title="Head")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_outlook(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, OUTLOOK.encode(encoding))
    assert found.kind == "Outlook"
    (person,) = found.people
    assert (person.name, person.title, person.phone) == ("Ada Lovelace", "Head", "2")
    assert person.emails == ("ada@example.org", "al@example.com")
    assert person.tags == ("Red", "Blue")
    assert person.notes == "two\nlines"


def test_connections_mostly_have_no_address_and_none_is_invented(tmp_path: Path) -> None:
    found = read(tmp_path, LINKEDIN)
    assert found.kind == "LinkedIn's Connections"
    ada, mary = found.people
    assert (ada.emails, mary.emails) == ((), ("mary@example.org",))
    assert (ada.company, ada.title) == ("Engines", "Head")
    assert ada.notes == "https://www.linkedin.com/in/ada-example"
    assert ada.place is not None
    assert ada.place.line == 5


def test_a_table_of_a_german_office_with_semicolons(tmp_path: Path) -> None:
    text = "Vorname;Nachname;Firma;E-Mail-Adresse;Mobiltelefon\nJörg;Müller;Kräne GmbH;joerg@example.org;0171\n"
    (person,) = read(tmp_path, text.encode("cp1252")).people
    assert person == Contact("Jörg Müller", emails=("joerg@example.org",), company="Kräne GmbH", phone="0171")


def test_any_other_table_by_a_map(tmp_path: Path) -> None:
    text = "Who\tWhere to\tknown from\nAda Lovelace\tada@example.org\tschool\n\t\t\n"
    (person,) = read(tmp_path, text, name="who", email="Where to", relationship="Known From").people
    assert person == Contact("Ada Lovelace", emails=("ada@example.org",), relationship="school")


def test_a_table_that_is_not_known_is_refused_with_its_columns(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, "Who,Where to\nAda,ada@example.org\n")
    assert 'its columns are: "Who", "Where to"' in caught.value.mend


def test_a_map_to_a_column_that_is_not_there_is_refused_with_the_near_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Fullname") as caught:
        read(tmp_path, "Full Name,Mail\nAda,ada@example.org\n", name="Fullname")
    assert caught.value.mend == 'did you mean "Full Name"?'


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (["nam=Who"], "nothing that a contact has"),
        (["name"], "names no column"),
        (["email=Mail"], "no column is said to be the name"),
    ],
)
def test_a_wrong_map_is_refused(items: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_mapping(items)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04whatever", "spreadsheet"),
        (b"", "is empty"),
        (b"%PDF-1.7", "a PDF"),
        (b"<html>", "HTML"),
        (b"BEGIN:VCALENDAR\r\n", "is a calendar"),
        (b"a\0b\0c", "no text file"),
    ],
)
def test_what_is_no_list_of_people_is_refused_by_its_name(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        read(tmp_path, data)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no such file"):
        read_people(tmp_path / "nothing.vcf")


def test_a_quote_that_is_never_closed_is_told_and_ends(tmp_path: Path) -> None:
    text = "Name,Email\nAda,ada@example.org\n" + '"' + "x,y\n" * 100_000
    found = read(tmp_path, text)
    assert found.people[0].name == "Ada"
    assert any("quote" in p.what and p.place.line == 3 for p in found.problems)


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    people = [
        Contact("Ada Lovelace", emails=("ada@example.org", "al@example.com"), company="A, B", tags=("x", "y")),
        Contact("Mary", phone="+1 312 555 0100", notes="one\ntwo", language="de", referred_by="Ada Lovelace"),
        Contact("Dr. Grace Hopper", salutation="Dr. Hopper", timezone="Europe/Berlin", updates=False),
    ]
    assert read(tmp_path, to_csv(people)).people == people


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    assert "'=HYPERLINK" in to_csv([Contact("=HYPERLINK(1)")])


def test_a_yes_to_updates_does_not_come_in_by_a_file(tmp_path: Path) -> None:
    (person,) = read(tmp_path, to_csv([Contact("Ada Lovelace", updates=True)])).people
    assert person.updates is None


def test_degrees_after_a_last_name_are_no_part_of_the_name(tmp_path: Path) -> None:
    (person,) = read(tmp_path, LINKEDIN[: LINKEDIN.index("Ada")] + 'Ada,"Lovelace, PhD, 🚀",,,,,01 Nov 2026\n').people
    assert person.name == "Ada Lovelace"


def test_columns_that_nobody_knows_are_told_for_a_table_of_no_known_program(tmp_path: Path) -> None:
    found = read(tmp_path, "Full Name;Mail;Shoe size\nAda Lovelace;ada@example.org;5\n")
    assert found.people == [Contact("Ada Lovelace", emails=("ada@example.org",))]
    assert found.untaken == ("Shoe size",)
    assert read(tmp_path, GOOGLE).untaken == ()

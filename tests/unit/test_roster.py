"""The roster: every field read, every problem told at its place."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.errors import ConfigurationError, RosterError
from mailer.model import Contact, Interaction, InteractionKind, Person
from mailer.roster import Roster, load_roster
from mailer.roster.read import read_document
from mailer.yamlfile import parse_yaml


def roster(text: str) -> Roster:
    return read_document(parse_yaml(dedent(text).encode(), "contacts.yaml"))


def faults(text: str) -> list[str]:
    with pytest.raises(RosterError) as caught:
        roster(text)
    return [str(problem).removeprefix("contacts.yaml:") for problem in caught.value.problems]


def contact(line: str) -> Contact:
    (only,) = roster(f"contacts: [{{name: Ada, {line}}}]").contacts
    return only


def interaction(line: str) -> Interaction:
    (only,) = contact(f"interactions: [{{{line}}}]").interactions
    return only


def fault(line: str) -> str:
    (only,) = faults(f"contacts: [{{name: Ada, {line}}}]")
    return only


def test_everything_a_contact_says_is_read() -> None:
    found = roster("""\
        contacts:
          - name: Ada Lovelace
            id: ada
            email: Ada@Example.org
            company: Analytical Engines
            title: Countess
            phone: +13125550100
            relationship: sat beside me
            salutation: Dr. Lovelace
            timezone: Europe/London
            language: en
            referred_by: Charles Babbage
            tags: [alumni, 1843]
            updates: false
            notes: |
              likes
              cranes
            interactions:
              - {date: 2026-11-02, kind: call, about: cranes, thanks_for: the tender, thank_you: false, notes: x,
                 referrals: [Mary Somerville <mary@example.org>, Michael Faraday]}
          - {name: Charles Babbage}
        """)
    assert found.contacts[0] == Contact(
        name="Ada Lovelace",
        emails=("Ada@example.org",),
        id="ada",
        company="Analytical Engines",
        title="Countess",
        phone="+13125550100",
        relationship="sat beside me",
        salutation="Dr. Lovelace",
        timezone="Europe/London",
        language="en",
        notes="likes\ncranes",
        referred_by="Charles Babbage",
        tags=("alumni", "1843"),
        updates=False,
        interactions=(
            Interaction(
                date(2026, 11, 2),
                InteractionKind.call,
                about="cranes",
                thanks_for="the tender",
                referrals=(Person("Mary Somerville", "mary@example.org"), Person("Michael Faraday")),
                thank_you=False,
                notes="x",
            ),
        ),
    )
    assert str(found.contacts[0].place) == "contacts.yaml:2:5"
    assert found.contacts[1] == Contact("Charles Babbage")
    assert found.warnings == ()


@pytest.mark.parametrize("text", ["", "# nobody yet\n", "contacts:\n", "contacts: []\n", "contacts: ~\n", "{}"])
def test_nobody_yet_is_fine(text: str) -> None:
    assert roster(text).contacts == ()


@pytest.mark.parametrize(
    ("line", "emails"),
    [
        ("email: a@example.org", ("a@example.org",)),
        ("emails: [a@example.org, b@example.org]", ("a@example.org", "b@example.org")),
        ("email: [b@example.org, a@example.org]", ("b@example.org", "a@example.org")),
        ("email: c@example.org, emails: [a@example.org, C@example.org]", ("c@example.org", "a@example.org")),
        ("email: ~", ()),
        ("emails: [~]", ()),
        ("email: zoë@exämple.org", ("zoë@exämple.org",)),
    ],
)
def test_addresses_may_be_one_several_or_none(line: str, emails: tuple[str, ...]) -> None:
    assert contact(line).emails == emails


@pytest.mark.parametrize("text", ["NO", "007", "1.10", "true", "0x10", "9:30", "2026-11-02", "'null'"])
def test_a_text_is_taken_as_written(text: str) -> None:
    assert contact(f"company: {text}").company == text.strip("'")


@pytest.mark.parametrize(
    ("line", "updates"), [("updates: true", True), ("updates: false", False), ("updates: ~", None)]
)
def test_updates_may_be_asked_for_or_refused(line: str, updates: bool | None) -> None:
    assert contact(line).updates is updates


@pytest.mark.parametrize(
    ("written", "on", "at"),
    [
        ("2026-11-02", date(2026, 11, 2), None),
        ("2026-11-02 15:00", date(2026, 11, 2), time(15)),
        ("2026-11-02T09:05:30", date(2026, 11, 2), time(9, 5, 30)),
        ("2026-11-02 9:05", date(2026, 11, 2), time(9, 5)),
    ],
)
def test_an_interaction_has_a_date_and_perhaps_a_time(written: str, on: date, at: time | None) -> None:
    found = interaction(f"date: {written}, kind: Coffee")
    assert (found.on, found.at, found.kind) == (on, at, InteractionKind.coffee)


def test_a_time_with_an_offset_is_put_into_the_owners_zone(tmp_path: Path) -> None:
    path = tmp_path / "contacts.yaml"
    path.write_text("contacts: [{name: Ada, interactions: [{date: 2026-11-02T02:30:00Z, kind: call}]}]")
    (found,) = load_roster(path, zone=ZoneInfo("America/Chicago")).contacts[0].interactions
    assert (found.on, found.at) == (date(2026, 11, 1), time(20, 30))
    with pytest.raises(RosterError, match="offset from UTC"):
        load_roster(path)


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("Mary Somerville <Mary@Example.org>", Person("Mary Somerville", "Mary@example.org")),
        ("'\"Somerville, Mary\" <mary@example.org>'", Person("Somerville, Mary", "mary@example.org")),
        ("Mary Somerville", Person("Mary Somerville")),
        ("mary@example.org", Person("", "mary@example.org")),
        ("{name: Mary, company: Acme, phone: +1312}", Person("Mary", "", "Acme", "+1312")),
        ("{email: mary@example.org}", Person("", "mary@example.org")),
    ],
)
def test_a_referral_is_written_in_any_of_these_ways(written: str, person: Person) -> None:
    assert interaction(f"date: 2026-11-02, kind: call, referrals: [{written}]").referrals == (person,)
    assert interaction(f"date: 2026-11-02, kind: call, referrals: {written}").referrals == (person,)


def test_interactions_of_one_day_and_kind_are_told_apart_by_their_order() -> None:
    found = contact(
        "interactions: [{date: 2026-11-02, kind: call}, {date: 2026-11-02, kind: coffee},"
        " {date: 2026-11-02, kind: call}]"
    )
    assert [each.position for each in found.interactions] == [0, 0, 1]


def test_all_problems_come_in_one_report() -> None:
    text = """\
        contact: []
        contacts:
          - name: Ada
            email: ada@example
            emial: ada@example.org
            tags: [a, {b: c}]
            updates: maybe
            timezone: Europe/Lodnon
            language: English language
            interactions:
              - {date: 2026-13-02, kind: cal}
              - {kind: call, thank_you: 1}
              - call
          - email: bob@example.org
          - Bob
          - name: |
              two
              lines
        """
    assert faults(text) == [
        '1:1: contact: this key is not known; did you mean "contacts"?',
        '4:12: contacts[0].email: "ada@example" is no email address: the part after the @-sign is not valid. It should '
        "have a period; write an address such as ada@example.org",
        '5:5: contacts[0].emial: this key is not known; did you mean "email"?',
        "6:15: contacts[0].tags[1]: a text belongs here, not a mapping; write a text",
        '7:14: contacts[0].updates: "maybe" is neither true nor false; write true or false',
        '8:15: contacts[0].timezone: there is no time zone "Europe/Lodnon"; did you mean "Europe/London"?',
        '9:15: contacts[0].language: "English language" is no language; write a language tag such as en, de or pt-BR',
        '11:16: contacts[0].interactions[0].date: "2026-13-02" is no date; write year, month and day, such as '
        '2026-11-02, or "2026-11-02 15:00"',
        '11:34: contacts[0].interactions[0].kind: "cal" is no kind of interaction; did you mean "call"?',
        "12:9: contacts[0].interactions[1]: the interaction has no date; write `date:`",
        '12:33: contacts[0].interactions[1].thank_you: "1" is neither true nor false; write true or false',
        '13:9: contacts[0].interactions[2]: an interaction belongs here, not "call"; write `key: value` lines',
        "14:5: contacts[1]: the contact has no name; write `name:`",
        '15:5: contacts[2]: a contact belongs here, not "Bob"; write `key: value` lines',
        "16:11: contacts[3].name: has more than one line; write it on one line",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("email: Ada <ada@example.org>", "write the address alone, without a name"),
        ("emails: [a@example.org, b]", "contacts[0].emails[1]"),
        ("name: Bob", "the key stands twice in one mapping: here and at contacts.yaml:1:13"),
        ("interactions: {a: b}", "a list belongs here, not a mapping"),
        (
            "interactions: [{date: 2026-11-02, kind: call, referrals: [{nam: x}]}]",
            "referrals[0].nam: this key is not known",
        ),
        ("interactions: [{date: 2026-11-02, kind: call, referrals: [{phone: 1}]}]", "names nobody"),
        ("interactions: [{date: 2026-11-02, kind: call, referrals: [Mary <mary>]}]", '"mary" is no email address'),
        ("interactions: [{date: 2026-11-02, kind: call, referrals: [Mary <]}]", "write Name <address>"),
        ("interactions: [{date: 2026-11-02 25:00, kind: call}]", "is no date"),
        ("interactions: [{date: 02.11.2026, kind: call}]", "is no date"),
    ],
)
def test_a_wrong_value_is_told_with_what_to_write_instead(line: str, words: str) -> None:
    assert words in fault(line)


@pytest.mark.parametrize("text", ["[{name: Ada}]", "Ada", "contacts: {Ada: x}"])
def test_another_shape_is_told(text: str) -> None:
    assert "belongs here" in faults(text)[0] or "begins with `contacts:`" in faults(text)[0]


def test_one_address_on_two_contacts_is_an_error_that_names_both_places() -> None:
    (only,) = faults("""\
        contacts:
          - {name: Ada, emails: [ada@example.org, a@example.org]}
          - name: Countess
            emails:
              - c@example.org
              - A@Example.org
        """)
    assert only == (
        "6:9: contacts[1].emails[1]: the address A@example.org stands on Ada too, at contacts.yaml:2:43; a person "
        "stands in the roster once: join the two entries, or correct one of them"
    )


def test_one_id_on_two_contacts_is_an_error() -> None:
    (only,) = faults("contacts: [{name: Ada, id: x}, {name: Bob, id: x}]")
    assert "1:48: contacts[1].id: the id x stands on Ada too, at contacts.yaml:1:28" in only


def test_doubles_are_found_across_files(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("contacts: [{name: Ada, email: ada@example.org}]")
    with pytest.raises(RosterError) as caught:
        load_roster([tmp_path / "a.yaml", tmp_path / "b.yaml"])
    (only,) = caught.value.problems
    assert only.place.file == str(tmp_path / "b.yaml")
    assert str(tmp_path / "a.yaml") in only.what


def test_the_problems_of_all_files_come_in_one_report(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("broken.yaml", "wrong.yaml", "missing.yaml", "good.yaml")]
    paths[0].write_text("contacts: [")
    paths[1].write_text("contacts: [{nam: x}]")
    paths[3].write_text("contacts: [{name: Ada}]")
    with pytest.raises(RosterError) as caught:
        load_roster(paths)
    assert [Path(problem.place.file).name for problem in caught.value.problems] == [
        "broken.yaml",
        "wrong.yaml",
        "wrong.yaml",
        "missing.yaml",
    ]


def test_several_files_are_one_roster_and_their_states_are_known(tmp_path: Path) -> None:
    paths = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    paths[0].write_text("contacts: [{name: Ada}]")
    paths[1].write_text("contacts: [{name: Bob, referred_by: ada}]")
    found = load_roster(paths)
    assert [each.name for each in found.contacts] == ["Ada", "Bob"]
    assert found.referrer_of(found.contacts[1]) == found.contacts[0]
    assert [state.path for state in found.files] == paths
    assert found.files[0].size == paths[0].stat().st_size
    assert found.files[0].mtime_ns == paths[0].stat().st_mtime_ns


def test_a_referrer_is_found_by_name_address_or_id() -> None:
    found = roster("""\
        contacts:
          - {name: Charles Babbage, id: cb, emails: [charles@example.org, cb@example.org]}
          - {name: A, referred_by: charles  BABBAGE}
          - {name: B, referred_by: CB@example.org}
          - {name: C, referred_by: cb}
          - {name: D}
        """)
    assert found.warnings == ()
    assert [found.referrer_of(each) for each in found.contacts[1:]] == [*[found.contacts[0]] * 3, None]


def test_a_referrer_who_is_unknown_ambiguous_or_oneself_is_a_warning_with_its_place() -> None:
    found = roster("""\
        contacts:
          - {name: Bob}
          - {name: Bob}
          - {name: A, referred_by: Bob}
          - {name: B, referred_by: nobody}
          - {name: C, referred_by: C}
        """)
    assert [str(each) for each in found.warnings] == [
        'contacts.yaml:4:28: warning: contacts[2].referred_by: "Bob" may be any of 2 contacts (contacts.yaml:2:5, '
        "contacts.yaml:3:5); write the address instead of the name",
        'contacts.yaml:5:28: warning: contacts[3].referred_by: "nobody" is nobody in the roster; add them, or write '
        "the name or address as it stands there",
        "contacts.yaml:6:28: warning: contacts[4].referred_by: C can't be referred by themselves; write who gave you "
        "the name",
    ]
    assert [found.referrer_of(each) for each in found.contacts[2:]] == [None, None, None]


def test_an_implausible_year_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "contacts.yaml"
    path.write_text(
        "contacts:\n- name: Ada\n  interactions:\n"
        "  - {date: 0206-11-02, kind: call}\n  - {date: 2062-11-02, kind: call}\n"
    )
    assert [each.place.line for each in load_roster(path).warnings] == [4]
    assert [each.place.line for each in load_roster(path, today=date(2026, 11, 2)).warnings] == [4, 5]


def test_an_anchor_may_be_shared() -> None:
    found = roster("contacts:\n- {name: Ada, tags: &t [a, b]}\n- {name: Bob, tags: *t}\n")
    assert found.contacts[1].tags == ("a", "b")


_PARTS = st.sampled_from(
    [*"{}[]<>~'", "contacts:", "- ", "name: Ada", "email: ", "a@b.org", "interactions:", "\n", "\n  ", "\n    ", ", "]
)
_MORE_PARTS = st.sampled_from(["date: 2026-11-02", "kind: call", "referrals: ", "&a ", "*a", "tags: ", "true", "|\n"])


@given(
    st.one_of(
        st.binary(max_size=150), st.lists(_PARTS | _MORE_PARTS, max_size=30).map(lambda parts: "".join(parts).encode())
    )
)
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_a_roster_or_a_clear_error(data: bytes) -> None:
    try:
        read_document(parse_yaml(data, "contacts.yaml"))
    except ConfigurationError as error:
        assert all(problem.what and problem.place.file == "contacts.yaml" for problem in error.problems)

"""What the letters say."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.compose import (
    Draft,
    PreviewFacts,
    Recipient,
    Speaker,
    Templates,
    UpdateFacts,
    missing_particulars,
    parse_update_text,
    preview,
    thank_you,
    to_html,
    to_text,
    update,
)
from mailer.model import Interaction, InteractionKind, Person, Profile
from mailer.resources import shipped

TEMPLATES = Templates([shipped("templates")])
PROFILE = Profile(
    "Dana Reyes",
    "dana@example.com",
    "+1 312 555 0100",
    "Chicago",
    "https://dana.example",
    "https://www.linkedin.com/in/d_r",
)
SPEAKER = Speaker(PROFILE, "a head of platform role at a logistics company")
ADA = Recipient("Ada Lovelace", "ada@example.org")
MARY, MICHAEL = Person("Mary Somerville", "mary@example.org"), Person("Michael Faraday")
DAY = date(2026, 11, 2)
CALL = Interaction(DAY, InteractionKind.call, about="cranes", thanks_for="walking me through the tender")
FACTS = UpdateFacts("2026-11")

PARTICULARS = [
    dict(zip(("about", "thanks_for", "referrals"), combination, strict=True))
    for combination in itertools.product(("", "cranes"), ("", "walking me through the tender"), ((), (MARY, MICHAEL)))
]


def thanks(*interactions: Interaction, choice: int = 0, recipient: Recipient = ADA, speaker: Speaker = SPEAKER) -> str:
    return to_text(thank_you(TEMPLATES, speaker, recipient, interactions, choice).body)


def monthly(facts: UpdateFacts, choice: int = 0, speaker: Speaker = SPEAKER) -> str:
    return to_text(update(TEMPLATES, speaker, ADA, facts, choice).body)


@pytest.mark.parametrize("kind", list(InteractionKind))
@pytest.mark.parametrize("said", PARTICULARS)
def test_a_thank_you_is_short_and_says_everything_without_gush(kind: InteractionKind, said: dict[str, object]) -> None:
    for choice in range(30):
        text = thanks(Interaction(DAY, kind, **said), choice=choice)  # type: ignore[arg-type]
        assert text.startswith("Hi Ada,\n\n")
        assert "looking for a head of platform role at a logistics company" in text
        assert len(text.split()) < 200
        assert "!" not in text and "  " not in text and " ." not in text and " ," not in text
        assert "\n-- \nDana Reyes\n+1 312 555 0100\ndana@example.com\nChicago\nhttps://dana.example\n" in text
        if said["about"]:
            assert "cranes" in text
        if said["thanks_for"]:
            assert "for walking me through the tender" in text
        if said["referrals"]:
            assert text.count("Mary Somerville and Michael Faraday") == 1


@pytest.mark.parametrize("kind", list(InteractionKind))
@pytest.mark.parametrize("said", PARTICULARS)
def test_there_are_three_phrasings_of_each_kind(kind: InteractionKind, said: dict[str, object]) -> None:
    def particular(choice: int) -> str:
        return thanks(Interaction(DAY, kind, **said), choice=choice).split("\n\n")[1]  # type: ignore[arg-type]

    assert len({particular(choice) for choice in range(3)}) == 3


def test_the_same_choice_gives_the_same_letter_and_many_choices_many_letters() -> None:
    assert thanks(CALL, choice=7) == thanks(CALL, choice=7)
    assert len({thanks(CALL, choice=choice) for choice in range(300)}) > 60


def test_interactions_of_one_day_share_one_letter() -> None:
    coffee = Interaction(DAY, InteractionKind.coffee, about="ports", thanks_for="the book tip", referrals=(MARY,))
    again = replace(CALL, referrals=(replace(MARY, name="M. Somerville"), MICHAEL))
    text = thanks(coffee, again)
    assert "coffee" in text
    assert "ports and cranes" in text
    assert "for the book tip and for walking me through the tender" in text
    assert text.count("Somerville") == 1  # one address is one person
    assert "Michael Faraday" in text


def test_a_referral_without_a_name_goes_by_the_address() -> None:
    text = thanks(replace(CALL, referrals=(Person("", "m@example.org"),)))
    assert "m@example.org" in text


def test_a_formal_salutation_makes_a_formal_close() -> None:
    text = thanks(CALL, recipient=Recipient("Ada Lovelace", salutation="Dr. Lovelace"))
    assert text.startswith("Dear Dr. Lovelace,")
    assert re.search(r"(?:thanks|regards),\nDana Reyes\n", text)


@pytest.mark.parametrize(
    ("looking_for", "said", "unsaid"),
    [
        ("I am looking for a port to run.", "I am looking for a port to run.", "looking for I am"),
        ("I want to run a port. I know cranes. I also sing.", "I want to run a port. I know cranes.", "sing"),
        (
            "a port to run. Anywhere on the lakes. Or the sea.",
            "I am looking for a port to run. Anywhere on the lakes.",
            "sea",
        ),
        ("", "", "looking for"),
    ],
)
def test_what_is_looked_for_is_restated_in_two_sentences_at_most(looking_for: str, said: str, unsaid: str) -> None:
    text = thanks(CALL, speaker=Speaker(PROFILE, looking_for))
    assert said in text
    assert unsaid not in text


def test_notes_never_leave() -> None:
    assert "secret" not in thanks(replace(CALL, notes="secret"))
    assert "secret" not in monthly(replace(FACTS, last_interaction=replace(CALL, notes="secret")))


def test_missing_contact_information_leaves_no_gap() -> None:
    text = thanks(CALL, speaker=Speaker(Profile("Dana Reyes", "dana@example.com"), "a role"))
    assert text.endswith("-- \nDana Reyes\ndana@example.com")


def test_a_website_without_a_scheme_is_written_as_plain_words() -> None:
    draft = thank_you(TEMPLATES, Speaker(replace(PROFILE, website="javascript:alert(1)"), "a role"), ADA, [CALL], 0)
    assert "javascript:alert(1)" in to_text(draft.body)
    assert 'href="javascript' not in to_html(draft.body)


@pytest.mark.parametrize(("said", "missing"), [(said, not any(said.values())) for said in PARTICULARS])
def test_nothing_particular_to_thank_for_is_a_question_to_the_owner(said: dict[str, object], missing: bool) -> None:
    question = missing_particulars([Interaction(DAY, InteractionKind.coffee, **said)])  # type: ignore[arg-type]
    assert (question is not None) == missing
    assert question is None or ("coffee" in question and question.count("?") == 1)


def test_one_particular_among_the_interactions_of_a_day_is_enough() -> None:
    assert missing_particulars([Interaction(DAY, InteractionKind.call), CALL]) is None


SIGNS = "ab1 *_`[](<)>#.+-=\\&;:!/\"'{}%\né\t\r\u202e"
SAID = st.text(st.sampled_from(SIGNS), max_size=30) | st.just("{{ 1 / 0 }}")


@given(SAID, SAID, SAID, SAID)
@settings(max_examples=150)
def test_what_people_say_is_never_a_template_or_markup(name: str, about: str, thanks_for: str, person: str) -> None:
    met = Interaction(
        DAY, InteractionKind.call, about=about, thanks_for=thanks_for, referrals=(Person(person, "x@y.example"),)
    )
    draft = thank_you(TEMPLATES, SPEAKER, Recipient(name), [met], 1)
    assert "\n" not in draft.subject
    fragment = to_html(draft.body).partition('<p class="signature"')[0]
    assert set(re.findall(r"</?(\w+)", fragment.partition("<body")[2])) <= {"p", "div", "br"}
    shown = " ".join(to_text(draft.body).split())
    assert (" ".join(person.replace("\u202e", "").split()) or "x@y.example") in shown


def test_an_update_has_the_four_parts_of_the_method() -> None:
    facts = replace(
        FACTS,
        conversations=14,
        new_people=1,
        introductions=2,
        prospects=("second interview with a freight broker.",),
        target_companies=("Acme Freight", "Globex"),
    )
    for choice in range(9):
        text = monthly(facts, choice)
        assert "I have had 14 conversations, met one new person and been given two introductions." in text
        assert "second interview with a freight broker." in text and "broker.." not in text
        assert "Acme Freight and Globex" in text
        assert re.search(r"(?:idea|try next).*name|name.*idea|anyone I should talk to", text)
        assert re.search(r"[Tt]hank you for|grateful", text)
        assert "tell me in a reply" in text
        assert "still looking for a head of platform role" in text


def test_a_count_that_is_zero_is_left_out() -> None:
    assert "I have had one conversation and been given one introduction." in monthly(
        replace(FACTS, conversations=1, introductions=1)
    )
    nothing = monthly(FACTS)
    assert "conversation" not in nothing and "introduction" not in nothing and "weeks" not in nothing


def test_several_prospects_are_a_list() -> None:
    assert "\n\n- one\n- two\n\n" in monthly(replace(FACTS, prospects=("one", "two")))


@pytest.mark.parametrize(
    ("referred", "line"),
    [
        (((MARY, "spoken"),), "Thank you again for pointing me to Mary Somerville. We have since spoken."),
        (((MARY, "met"),), "Thank you again for pointing me to Mary Somerville. We have since met."),
        (((MARY, "written"),), "Mary Somerville. I have written, and I will tell you what comes of it."),
        (((MARY, ""),), "Thank you again for pointing me to Mary Somerville. I will tell you what comes of it."),
        (((MARY, "she showed me the yard."),), "Mary Somerville. Mary Somerville: she showed me the yard."),
        (((MARY, "met"), (MICHAEL, "spoken")), "I have since spoken with Michael Faraday and met Mary Somerville."),
    ],
)
def test_a_referrer_hears_what_came_of_their_introduction(referred: tuple[tuple[Person, str], ...], line: str) -> None:
    assert line in monthly(replace(FACTS, referred=referred, last_interaction=CALL)).replace("\n", " ")


@pytest.mark.parametrize("kind", list(InteractionKind))
def test_others_hear_what_was_talked_about_last(kind: InteractionKind) -> None:
    for choice in range(9):
        line = monthly(replace(FACTS, last_interaction=replace(CALL, kind=kind)), choice).split("\n\n")[1]
        assert line.endswith("about cranes.")
        assert len(re.findall(r"[.] ", line)) == 0


def test_the_personal_line_needs_nothing() -> None:
    assert "I hope you are well." in monthly(FACTS)
    assert "since our coffee" in monthly(replace(FACTS, last_interaction=Interaction(DAY, InteractionKind.coffee)))


def test_where_to_stop_is_named_if_it_is_another_address() -> None:
    assert "or at stop@example.com <" not in monthly(replace(FACTS, stop_address="stop@example.com"))
    assert "in a reply or at stop@example.com, and" in monthly(replace(FACTS, stop_address="stop@example.com"))
    assert "in a reply, and" in monthly(replace(FACTS, stop_address="dana@example.com"))


OWN = """# November, for me

An opening *word*.
<!-- not for them -->

## Activity
More on activity.

## companies (Instead)
None this month.

## Prospects (instead)

## What I read
A book.

```
## not a heading
```
"""


def test_the_owners_text_adds_to_replaces_or_removes_parts() -> None:
    facts = replace(
        FACTS, conversations=2, prospects=("secret",), target_companies=("Acme",), parts=parse_update_text(OWN)
    )
    text = monthly(facts)
    opening, activity, own, added = (
        text.index(t) for t in ("An opening word.", "I have had two", "A book.", "More on")
    )
    assert opening < activity < added < text.index("None this month.") < own
    assert "secret" not in text and "Acme" not in text
    assert "not for them" not in text and "for me" not in text
    assert "What I read\n\nA book.\n\n## not a heading" in text


def test_the_parts_of_the_owners_text() -> None:
    assert list(parse_update_text(OWN)) == [
        "opening",
        "activity",
        "companies (instead)",
        "prospects (instead)",
        "What I read",
    ]
    assert parse_update_text("") == {}
    assert parse_update_text("\ufeffHi\r\n\r\nthere\r\n") == {"opening": "Hi\n\nthere"}
    assert parse_update_text("## Target companies\nAcme") == {"companies": "Acme"}


@given(st.text(st.sampled_from("a# \n`~<!->()instead"), max_size=120))
def test_any_text_of_the_owner_can_be_read(text: str) -> None:
    parse_update_text(text)


@pytest.mark.parametrize("edition", ["2026-13", "november", ""])
def test_an_update_needs_a_real_edition(edition: str) -> None:
    with pytest.raises(ValueError, match="2026-11"):
        update(TEMPLATES, SPEAKER, ADA, UpdateFacts(edition), 0)


def test_a_preview_says_what_leaves_to_whom_and_how_to_stop_it() -> None:
    sample = Draft("My search in November", "Hi Ada,\n\nan *update*\n\n--\nDana Reyes\n")
    facts = PreviewFacts(
        "the November update",
        tuple(f"Person {n}" for n in range(30)),
        "Ada Lovelace",
        sample,
        leaves="Monday 2 November at 09:00",
        hold="mailer update hold 2026-11",
        show="mailer update preview --contact `x`",
        notes=("One prospect is kept from Acme Freight.",),
    )
    draft = preview(TEMPLATES, SPEAKER, facts)
    text = to_text(draft.body)
    assert draft.subject == "Preview: the November update, to 30 people"
    assert "leaves on Monday 2 November at 09:00 unless you stop it" in text
    assert "- To stop it: mailer update hold 2026-11" in text
    assert "preview --contact `x`" in text
    assert "Person 9 and 20 others" in text
    assert "One prospect is kept from Acme Freight." in text
    assert text.endswith("Hi Ada,\n\nan update\n\n-- \nDana Reyes")


def test_a_preview_of_what_waits_says_so_and_how_to_let_it_go() -> None:
    facts = PreviewFacts(
        "the November update", ("Ada",), "Ada", Draft("s", "b"), waits=True, approve="mailer update approve"
    )
    text = to_text(preview(TEMPLATES, SPEAKER, facts).body)
    assert "one person. It waits for your word" in text
    assert "- To let it go: mailer update approve" in text
    assert "unless you stop it" not in text

"""A letter read like a careful friend would: what is found, where, and what holds it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from mailer.compose import Draft, Recipient, Said, Speaker, Templates, UpdateFacts, thank_you, update
from mailer.compose.careful import Finding, Letter, asks, nearly_same, read
from mailer.compose.news import changes, news
from mailer.model import Interaction, InteractionKind, MessageKind, Person, Profile
from mailer.resources import shipped

PROFILE = Profile("Dana Reyes", "dana@example.com", "+1 312 555 0100", "Chicago", "https://dana.example")
SPEAKER = Speaker(
    PROFILE, "a head of platform role at a logistics company", translations=(Said("eine Stelle", "", "de"),)
)
ADA = Recipient("Ada Lovelace", "ada@example.org")
CALL = Interaction(date(2026, 11, 2), InteractionKind.call, about="cranes", thanks_for="the tour of the tower crane")
TEMPLATES = Templates([shipped("templates")])
DRAFT = thank_you(TEMPLATES, SPEAKER, ADA, [CALL], 0)
GOOD = Letter(MessageKind.thank_you, DRAFT, ADA, SPEAKER, interactions=(CALL,))


def findings(letter: Letter, rule: str) -> list[Finding]:
    return [found for found in read(letter) if found.rule == rule]


def saying(text: str, letter: Letter = GOOD) -> Letter:
    """The good letter with one more paragraph, the third."""
    body = letter.draft.body.replace("cranes", "cranes", 1)
    head, _, rest = body.partition("\n\n")
    first, _, rest = rest.partition("\n\n")
    return replace(letter, draft=Draft(letter.draft.subject, "\n\n".join([head, first, text, rest])))


@pytest.mark.parametrize("kind", list(InteractionKind))
@pytest.mark.parametrize("language", ["", "de", "es", "fr"])
def test_nothing_is_found_in_any_shipped_letter(kind: InteractionKind, language: str) -> None:
    to = replace(ADA, language=language)
    speaker = replace(SPEAKER, translations=tuple(Said("Xyz Abc", "", each) for each in ("de", "es", "fr")))
    for choice in range(6):
        for said in ({"about": "Xyz"}, {"thanks_for": "Abc"}, {"referrals": (Person("Mary"),)}):
            met = Interaction(CALL.on, kind, **said)  # type: ignore[arg-type]
            draft = thank_you(TEMPLATES, speaker, to, [met], choice)
            assert read(Letter(MessageKind.thank_you, draft, to, speaker, language or "en", (met,))) == ()
        facts = UpdateFacts("2026-11", 2, 1, 1, ("Xyz",), ("Acme",), last_interaction=met)
        draft = update(TEMPLATES, speaker, to, facts, choice)
        assert read(Letter(MessageKind.update, draft, to, speaker, language or "en")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "I enjoyed {{ about }}.",
        "I enjoyed {% if about %}it.",
        "We spoke about None today.",
        "My phone is undefined.",
        "TODO: say more.",
        "It was good to meet you at [company].",
        "Yours, <name>",
        "We met at ____ and talked.",
        "I enjoyed our talk about .",
        "I spoke with Mary, , and Bob.",
        "You said “” and I agree.",
    ],
)
def test_an_empty_or_placeholder_value_holds_the_letter(text: str) -> None:
    (found,) = findings(saying(text.replace("<", "\\<").replace("[", "\\[")), "placeholder")
    assert found.serious
    assert found.place == "paragraph 3"
    assert found.mend


@pytest.mark.parametrize(
    "text",
    [
        "None of them answered.",
        "The TODOs of the harbour (all 12) are done.",
        "I use .NET and C++ at work, since 2019.",
        "See [my page](https://dana.example).",
        "Ich fange wieder bei null an.",
        "El congreso, en su XXX edición, lo tuvo TODO.",
        "We do e.g. cranes, i.e. lifts; 3 of 4.",
    ],
)
def test_what_only_looks_odd_is_left_alone(text: str) -> None:
    assert findings(saying(text), "placeholder") == []


def test_an_empty_name_in_the_greeting_or_the_subject_is_found() -> None:
    body = DRAFT.body.replace("Hi Ada,", "Hi ,")
    assert findings(replace(GOOD, draft=Draft("Thank you", body)), "placeholder")[0].place == "greeting"
    assert findings(replace(GOOD, draft=Draft("For {{ name }}", DRAFT.body)), "placeholder")[0].place == "subject"


@pytest.mark.parametrize("greeting", ["Hi Bob,", "Dear Dr. Babbage,", "Guten Tag Charles Babbage,", "Dear Bob"])
def test_somebody_elses_name_holds_the_letter(greeting: str) -> None:
    found = findings(replace(GOOD, draft=Draft("x", DRAFT.body.replace("Hi Ada,", greeting))), "name")
    if greeting.endswith(","):
        assert found[0].serious and "Ada Lovelace" in found[0].what
    else:
        assert found == []  # that is no greeting but a sentence


@pytest.mark.parametrize(
    ("greeting", "to"),
    [
        ("Dear Dr. Lovelace,", ADA),
        ("Good morning, Ada,", ADA),
        ("Hi Auntie,", replace(ADA, salutation="Auntie")),
        ("Sehr geehrte Frau Lovelace,", ADA),
        ("Hi Jean-Luc,", Recipient("Jean-Luc Picard")),
        ("Hello,", Recipient("")),
    ],
)
def test_the_right_name_is_no_finding(greeting: str, to: Recipient) -> None:
    assert (
        findings(replace(GOOD, recipient=to, draft=Draft("x", DRAFT.body.replace("Hi Ada,", greeting))), "name") == []
    )


@pytest.mark.parametrize("line", ["Thank you so much!", "Liebe Kollegin,", "Dear friends,", "My news, in short:"])
def test_what_greets_nobody_in_particular_holds_nothing(line: str) -> None:
    found = findings(replace(GOOD, draft=Draft("x", DRAFT.body.replace("Hi Ada,", line))), "name")
    assert not any(each.serious for each in found)


def test_a_greeting_without_a_name_is_only_said() -> None:
    (found,) = findings(replace(GOOD, draft=Draft("x", DRAFT.body.replace("Hi Ada,", "Hello,"))), "name")
    assert not found.serious


def test_missing_contact_information_is_named_and_holds_where_nobody_could_answer() -> None:
    without_phone = DRAFT.body.replace("+1 312 555 0100\n", "")
    (found,) = findings(replace(GOOD, draft=Draft("x", without_phone)), "contact")
    assert (found.place, found.what, found.serious) == ("signature", "your telephone number is missing", False)
    without_signature = DRAFT.body.partition("\n--")[0] + "\n"
    (found,) = findings(replace(GOOD, draft=Draft("x", without_signature)), "contact")
    assert found.serious


def test_what_is_looked_for_must_be_there_short_and_in_the_letters_language() -> None:
    silent = replace(GOOD, draft=Draft("x", DRAFT.body.replace("logistics company", "company")))
    assert "does not say what you look for" in findings(silent, "looking_for")[0].what
    long = replace(SPEAKER, looking_for="A port to run. On a lake. Or the sea.")
    letter = replace(GOOD, speaker=long, draft=thank_you(TEMPLATES, long, ADA, [CALL], 0))
    assert "more than 2 sentences" in findings(letter, "looking_for")[0].what
    often = saying("I'm looking for a port. I want a lake. I am looking for a sea.")
    assert "sentences say what you look for" in findings(often, "looking_for")[0].what
    french = replace(ADA, language="fr")
    letter = replace(GOOD, language="fr", recipient=french, draft=thank_you(TEMPLATES, SPEAKER, french, [CALL], 0))
    assert "search.translations" in findings(letter, "language")[0].mend
    assert not any(each.serious for each in read(letter))


def test_thanks_for_nothing_particular_holds_with_a_question() -> None:
    bare = Interaction(CALL.on, InteractionKind.call)
    (found,) = findings(replace(GOOD, interactions=(bare,)), "particulars")
    assert found.serious and found.mend.startswith("What would you like to thank for")


def test_a_template_that_leaves_the_particular_out_holds() -> None:
    (found,) = findings(replace(GOOD, interactions=(replace(CALL, about="ports", thanks_for=""),)), "particulars")
    assert found.serious and "“ports” is not mentioned" in str(found)


def test_thanks_that_fit_everybody_are_only_said() -> None:
    vague = replace(CALL, about="", thanks_for="your time")
    draft = thank_you(TEMPLATES, SPEAKER, ADA, [vague], 0)
    (found,) = findings(replace(GOOD, draft=draft, interactions=(vague,)), "particulars")
    assert not found.serious


def test_a_letter_by_hand_need_not_say_what_the_template_would() -> None:
    body = f"Hi Ada,\n\nmy own words.\n{DRAFT.body[DRAFT.body.index(chr(10) + '--') :]}"
    assert read(replace(GOOD, by_hand=True, draft=Draft("x", body))) == ()


def test_a_long_thank_you_is_said_to_be_long() -> None:
    (found,) = findings(saying("word " * 190), "long")
    assert "200 are read" in found.what and not found.serious


def test_the_last_mail_said_again_holds() -> None:
    assert findings(replace(GOOD, last=DRAFT.body), "same")[0].serious
    other = thank_you(TEMPLATES, SPEAKER, ADA, [replace(CALL, about="ports", thanks_for="the book")], 1)
    assert findings(replace(GOOD, last=other.body), "same") == []


def test_other_words_are_always_found_for_a_second_letter() -> None:
    """The three phrasings of one letter are never nearly the same."""
    for kind in InteractionKind:
        met = [replace(CALL, kind=kind)]
        drafts = [thank_you(TEMPLATES, SPEAKER, ADA, met, choice).body for choice in range(3)]
        assert not nearly_same(drafts[0], drafts[1]) and not nearly_same(drafts[1], drafts[2])


@pytest.mark.parametrize(
    ("text", "serious"),
    [
        ("See [https://one.example](https://two.example).", True),
        ("See [one.example](https://two.example).", True),
        ("See [my page]().", True),
        ("See [my page](htp://dana.example).", True),
        ("See [my page](https://dana).", True),
        ("See [me](mailto:dana).", True),
        ("See https://dana.example/talk for more.", False),
        ("See www.dana.example for more.", False),
    ],
)
def test_a_link_that_is_none_is_found(text: str, serious: bool) -> None:
    found = findings(saying(text), "link")
    assert found and found[0].serious == serious
    assert found[0].place == "paragraph 3"


@pytest.mark.parametrize(
    "text",
    [
        "See [it](https://dana.example/a?b=c&d=e).",
        "<https://x.example/y>",
        "[me](mailto:d@x.example)",
        "[x.example/cv](https://www.x.example/cv)",
        "[cv.pdf](https://x.example/cv.pdf)",
    ],
)
def test_a_real_link_is_no_finding(text: str) -> None:
    assert findings(saying(text), "link") == []


@pytest.mark.parametrize(
    "text",
    ["I met {{ him }} at Xyz.", "See [https://one.example](https://two.example).", "See [Xyz](htp://dana.example)."],
)
def test_what_goes_into_a_log_holds_none_of_the_letters_words(text: str) -> None:
    strange = replace(saying(text), draft=Draft("x", saying(text).draft.body.replace("Hi Ada,", "Dear Bob,")))
    serious = [found for found in read(strange) if found.serious]
    assert len(serious) == 2
    for found in serious:
        assert not re.search(r"Xyz|him|one\.example|two\.example|Bob", found.without_words)
        assert f"“{found.words}”" in str(found)


def test_a_page_of_the_profile_without_https_is_said_to_be_no_link() -> None:
    speaker = replace(SPEAKER, profile=replace(PROFILE, website="dana.example"))
    letter = replace(GOOD, speaker=speaker, draft=thank_you(TEMPLATES, speaker, ADA, [CALL], 0))
    assert [str(each) for each in read(letter)] == [
        "signature: “dana.example” is no link; write https:// in front of it in profile.website"
    ]


def test_the_serious_come_first() -> None:
    letter = saying("See www.dana.example, {{ name }}.")
    assert [each.serious for each in read(letter)] == sorted((each.serious for each in read(letter)), reverse=True)


def test_a_letter_asks_where_a_sentence_of_its_own_is_a_question() -> None:
    assert asks("Hi Ada,\n\nwhom should I talk to?\n\n--\nDana\n")
    assert not asks("Hi Ada,\n\nthank you.\n\n--\nDana, why not?\n")


FACTS = UpdateFacts("2026-11", 0, 0, 0, ("second interview",), ("Acme",), last_interaction=CALL)


def edition(facts: UpdateFacts, choice: int) -> str:
    return update(TEMPLATES, SPEAKER, ADA, facts, choice).body


def bare(choice: int) -> Draft:
    nothing = UpdateFacts("2026-12", last_interaction=CALL)
    return update(TEMPLATES, replace(SPEAKER, looking_for=""), ADA, nothing, choice)


@pytest.mark.parametrize(
    ("facts", "new"),
    [
        (replace(FACTS, edition="2026-12"), False),
        (replace(FACTS, edition="2026-12", prospects=("final round",)), True),
        (replace(FACTS, edition="2026-12", conversations=3), True),
        (replace(FACTS, edition="2026-12", parts={"opening": "I moved."}), True),
        (replace(FACTS, edition="2026-12", referred=((Person("Mary"), "met"),)), True),
    ],
)
def test_an_update_says_something_new_or_does_not(facts: UpdateFacts, new: bool) -> None:
    for choice in range(6):
        assert bool(news(edition(FACTS, choice), edition(facts, choice + 1), bare)) is new


def test_the_changes_between_two_updates_are_shown() -> None:
    after = edition(replace(FACTS, prospects=("final round",)), 0)
    assert [str(each) for each in changes(edition(FACTS, 0), after)] == [
        "- What I am pursuing at the moment: second interview.",
        "+ What I am pursuing at the moment: final round.",
    ]

"""The letters that close a loop: to who named somebody, and to everyone at the end of the search."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from mailer.compose import LandedFacts, Recipient, Speaker, Spoken, Templates, landed, loop_back, thank_you, to_text
from mailer.model import Interaction, InteractionKind, Person, Profile
from mailer.resources import shipped

TEMPLATES = Templates([shipped("templates")])
SPEAKER = Speaker(Profile("Dana Reyes", "dana@example.com", "+1 312 555 0100"), "a role")
CHARLES = Recipient("Charles Babbage", "charles@example.org")
MARY, MICHAEL = Spoken("Mary Somerville", "spoken"), Spoken("Michael Faraday", "met")


@pytest.mark.parametrize("choice", range(12))
def test_a_loop_back_says_who_was_spoken_to_and_thanks(choice: int) -> None:
    draft = loop_back(TEMPLATES, SPEAKER, CHARLES, [MARY], choice)
    text = to_text(draft.body)
    assert "spoken with Mary Somerville" in text
    assert "hank" in text and "Mary Somerville" in draft.subject
    assert text.startswith("Hi Charles,") and "+1 312 555 0100" in text
    assert len(text.split()) < 80


def test_a_loop_back_tells_calls_from_meetings() -> None:
    text = to_text(loop_back(TEMPLATES, SPEAKER, CHARLES, [MARY, MICHAEL], 0).body)
    assert "spoken with Mary Somerville and met Michael Faraday" in text


def test_a_loop_back_about_nobody_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="somebody"):
        loop_back(TEMPLATES, SPEAKER, CHARLES, [], 0)


@pytest.mark.parametrize(("kind", "choice"), list(product(InteractionKind, range(3))))
def test_a_thank_you_closes_a_loop_along_the_way(kind: InteractionKind, choice: int) -> None:
    met = Interaction(date(2026, 11, 2), kind, thanks_for="the tour")
    with_it = to_text(thank_you(TEMPLATES, SPEAKER, CHARLES, [met], choice, [MARY]).body)
    without = to_text(thank_you(TEMPLATES, SPEAKER, CHARLES, [met], choice).body)
    assert "spoken with Mary Somerville" in with_it
    assert "Mary" not in without


CALL = Interaction(date(2026, 11, 2), InteractionKind.call, about="cranes")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"named": (Person("Mary Somerville"),), "answered": True}, "pointed me to Mary Somerville, and you took"),
        ({"named": (Person("Mary Somerville"), Person("Bob"))}, "pointed me to Mary Somerville and Bob"),
        ({"answered": True}, "took the time to write back"),
        ({"last_interaction": CALL}, "our call about cranes"),
        ({}, "the time you gave me"),
    ],
)
def test_the_last_letter_says_what_this_person_did(facts: dict[str, object], said: str) -> None:
    draft = landed(TEMPLATES, SPEAKER, CHARLES, LandedFacts("Globex", "head of platform", **facts), 1)  # type: ignore[arg-type]
    text = to_text(draft.body)
    assert "I am joining Globex as head of platform." in text
    assert said in text


def test_the_last_letter_without_a_role_says_where() -> None:
    assert "I am joining Globex." in to_text(landed(TEMPLATES, SPEAKER, CHARLES, LandedFacts("Globex"), 0).body)

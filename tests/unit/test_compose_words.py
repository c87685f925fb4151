"""Whom to call what, lists, counts, and phrases that fit into a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose import Recipient, first_name, greeting
from mailer.compose.words import count, phrase, sentence, sentences


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ada Lovelace", "Ada"),
        ("  Ada   Lovelace ", "Ada"),
        ("Lovelace, Ada", "Ada"),
        ("Dr. Ada Lovelace", "Ada"),
        ("Prof. Dr. Hans Maier", "Hans"),
        ("Sammy Davis, Jr.", "Sammy"),
        ("ADA LOVELACE", "Ada"),
        ("JP Morgan", "JP"),
        ("Jean-Luc Picard", "Jean-Luc"),
        ("Ada", "Ada"),
        ("Mr. Smith", "Mr. Smith"),
        ("J. R. Hartley", "J. R. Hartley"),
        ("山田太郎", "山田太郎"),
        ("", ""),
        ("ada@example.org", ""),
    ],
)
def test_the_name_to_call_somebody_by(name: str, first: str) -> None:
    assert first_name(name) == first


@pytest.mark.parametrize(
    ("name", "salutation", "opening"),
    [
        ("Ada Lovelace", "", "Hi Ada,"),
        ("Ada Lovelace", "Dr. Lovelace", "Dear Dr. Lovelace,"),
        ("Ada Lovelace", "Auntie Ada", "Hi Auntie Ada,"),
        ("Ada Lovelace", "Dear Ada", "Dear Ada,"),
        ("Ada Lovelace", "Good morning, Ada,", "Good morning, Ada,"),
        ("Mr. Smith", "", "Dear Mr. Smith,"),
        ("J. R. Hartley", "", "Dear J. R. Hartley,"),
        ("", "", "Hello,"),
        ("Ada Lovelace", "\u200b ,", "Hi Ada,"),
        ("ada@example.org", "", "Hello,"),
    ],
)
def test_the_greeting(name: str, salutation: str, opening: str) -> None:
    assert greeting(Recipient(name, salutation=salutation)) == opening


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_breaks_the_greeting(name: str, salutation: str) -> None:
    opening = greeting(Recipient(name, salutation=salutation))
    assert opening.endswith(",")
    assert "\n" not in opening
    assert len(opening.strip()) > 3


def test_lists_read_as_english() -> None:
    assert [sentence("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert sentence(["a", "b"], "or") == "a or b"


def test_counts_read_as_english() -> None:
    assert count(1, "person", "people") == "one person"
    assert count(12, "call") == "twelve calls"
    assert count(13, "person", "people") == "13 people"


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ("walking me through the tender", "walking me through the tender"),
        ("Walking me through the tender.", "walking me through the tender"),
        ("Thank you for the book tip!", "the book tip"),
        ("thanks for your patience", "your patience"),
        ("For listening", "listening"),
        ("about cranes", "cranes"),
        ("The port of Gary", "the port of Gary"),
        ("Mary's patience", "Mary's patience"),
        ("IT in ports", "IT in ports"),
        ("Bing's   advice\n", "Bing's advice"),
        (" . ", ""),
    ],
)
def test_what_the_owner_wrote_is_made_to_fit_after_thank_you_for(written: str, fits: str) -> None:
    assert phrase(written) == fits


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("One. Two. Three.", "One. Two."),
        ("Only one", "Only one."),
        ("I fix e.g. cranes at Acme. I like it! And more", "I fix e.g. cranes at Acme. I like it!"),
        ("", ""),
    ],
)
def test_at_most_two_sentences_are_kept(text: str, kept: str) -> None:
    assert sentences(text, 2) == kept

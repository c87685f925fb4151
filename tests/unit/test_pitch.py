"""The pitch, measured: length, ease, words a neighbour wouldn't know, and what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.pitch import measure, parse_jargon, sentences_of, syllables, too_long
from mailer.resources import shipped

GOOD = (
    "I keep warehouses shipping when their software would rather not. For ten years I led the teams behind two of the "
    "busiest parcel hubs in the Midwest. I am looking for a company that ships things, because I love a full truck."
)


def test_words_and_seconds_at_150_words_a_minute() -> None:
    found = measure("One two three four five. " * 15, {})
    assert (found.words, found.seconds, found.sentences, found.too_long_by) == (75, 30, 15, 0)


def test_one_word_more_is_too_long_and_says_by_how_much() -> None:
    text = "word " * 85
    assert measure(text, {}).too_long_by == 10
    assert too_long(text) == "85 words take 34 seconds to say, more than 30; cut 10"
    assert too_long("word " * 75) == ""


def test_the_published_formula() -> None:
    """Six words, six syllables, one sentence: 206.835 - 1.015 * 6 - 84.6 * 1."""
    assert measure("The cat sat on the mat.", {}).reading_ease == 116.1


def test_plain_words_are_easier_than_long_ones() -> None:
    hard = measure("Organizational transformation necessitates interdepartmental communication methodologies.", {})
    easy = measure(GOOD, {})
    assert hard.reading_ease is not None and easy.reading_ease is not None
    assert hard.reading_ease < 0 < 60 < easy.reading_ease


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("make", 1),
        ("software", 2),
        ("looking", 2),
        ("logistics", 3),
        ("company", 3),
        ("houses", 2),
        ("handled", 2),
        ("science", 2),
        ("worked", 1),
        ("wanted", 2),
        ("table", 2),
        ("idea", 3),
        ("nation", 2),
        ("being", 2),
        ("people", 2),
        ("queue", 1),
        ("ERP", 3),
        ("well-kept", 2),
        ("create", 2),
        ("the", 1),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_what_a_good_pitch_says() -> None:
    found = measure(GOOD, {})
    assert found.background.startswith("I keep warehouses")
    assert found.looked_for == found.why == "I am looking for a company that ships things, because I love a full truck."


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("I am looking for a job, because I love trucks.", "background"),
        ("I led two hubs for ten years, because I love trucks.", "looked_for"),
        ("I led two hubs for ten years. I am looking for a third one.", "why"),
    ],
)
def test_what_is_lacking(text: str, lacks: str) -> None:
    found = measure(text, {})
    assert {name for name in ("background", "looked_for", "why") if not getattr(found, name)} == {lacks}


def test_capitals_without_an_explanation_are_told_with_their_place() -> None:
    (word,) = measure("I build things. They run on our ERP every day.", {}).unknown
    assert (word.text, word.sentence, word.word) == ("ERP", 2, 5)


@pytest.mark.parametrize(
    "text",
    [
        "I know ERP (the program that runs a factory) well.",
        "I know enterprise resource planning (ERP), and ERP knows me.",
        "I sell ERP, which is software for factories.",
        "I am OK with a TV from the USA. I do.",
        "I live in Chicago. A B is no word.",
    ],
)
def test_what_is_explained_or_known_is_not_told(text: str) -> None:
    assert measure(text, {}).unknown == ()


def test_jargon_is_told_with_what_to_say_instead_in_any_case_and_number() -> None:
    found = measure(
        "Scalable Workflows leverage the cloud. A workflow.", parse_jargon("workflow: way of working\nscalable")
    )
    assert [(w.text, w.sentence, w.word, w.instead) for w in found.unknown] == [
        ("Scalable", 1, 1, ""),
        ("Workflows", 1, 2, "way of working"),
        ("workflow", 2, 2, "way of working"),
    ]


def test_a_word_inside_another_is_none() -> None:
    assert measure("A space-saving spaceship.", {"space": ""}).unknown == ()


def test_the_jargon_list_takes_comments_and_words_alone() -> None:
    assert parse_jargon("# nothing\n\nsynergy\nbig  data: numbers # so many\n") == {
        "synergy": "",
        "big data": "numbers",
    }


def test_the_shipped_list_can_be_read() -> None:
    jargon = parse_jargon((shipped("templates") / "jargon.txt").read_text())
    assert jargon["scalable"] and 30 < len(jargon) < 100


def test_an_empty_pitch_has_no_ease_and_says_nothing() -> None:
    found = measure("  \n", {})
    assert (found.words, found.seconds, found.reading_ease, found.background) == (0, 0, None, "")


def test_abbreviations_and_numbers_do_not_end_a_sentence() -> None:
    assert len(sentences_of("I worked at Acme Inc. for 3.5 years. Now I look on.")) == 2


@given(st.text())
def test_any_text_can_be_measured(text: str) -> None:
    found = measure(text, {"workflow": "x"})
    assert found.words >= found.sentences
    assert all(word.sentence >= 1 and word.word >= 1 for word in found.unknown)


def test_jargon_is_known_however_it_is_bent() -> None:
    jargon = parse_jargon("leverage: use\nsynergy\nstreamline")
    found = [word.text for word in measure("Leveraging synergies we streamlined. Synergy.", jargon).unknown]
    assert found == ["Leveraging", "synergies", "streamlined", "Synergy"]

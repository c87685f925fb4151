"""Layouts of many mail programs and languages: the own words are found, whatever stands around them."""

from __future__ import annotations

import textwrap

import pytest

from mailer.understand.newtext import own_words

from .attributions import ATTRIBUTIONS
from .endings import ENDINGS

OWN = "The talk was good, and I would gladly go on with it.\nCould we meet next week?"
TAIL = "Hi Ada,\n\nit was good to talk to you about cranes.\nDana"
MARKED = "\n".join(f"> {line}" for line in TAIL.split("\n"))
ENGLISH = "On Mon, Nov 23, 2026 at 9:05 AM Dana Reyes <dana@example.com> wrote:"


def unescaped(text: str) -> str:
    return text.replace("\\n", "\n")


@pytest.mark.parametrize("head", ATTRIBUTIONS)
def test_what_introduces_a_quote_ends_the_own_words(head: str) -> None:
    for tail in (TAIL, MARKED):
        assert own_words(f"{OWN}\n\n{unescaped(head)}\n\n{tail}") == OWN


ONE_LINE = [head for head in ATTRIBUTIONS if "\\n" not in head and len(head) > 60 and not head.startswith("-")]


@pytest.mark.parametrize("head", ONE_LINE)
def test_an_introduction_may_be_wrapped(head: str) -> None:
    wrapped = textwrap.fill(head, 60, break_long_words=False, break_on_hyphens=False)
    assert own_words(f"{OWN}\n\n{wrapped}\n\n{TAIL}") == OWN


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_ends_a_letter_is_left_out(ending: str) -> None:
    for tail in ("", f"\n\n{ENGLISH}\n\n> Hi"):
        assert own_words(f"{OWN}\n\n{unescaped(ending)}{tail}", sender_name="Ada Lovelace") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "I saw this on Monday.\n\nHere is what Bob said:\n\nthe talk is moved to 10:30.",
        "Sent from my desk, this is much easier than from a phone.",
        "From my side it is fine.\n\nTo: be clear, that was a joke.",
        "I wrote on 3 December:\n\nnothing came back.",
        "Thanks for the call, Dana; it was great to hear from you.",
        "You received this message because I like your work, and I mean it: call me, will you, some time this week.",
        "- first point\n- second point\n- third point",
        "The meeting is at 10:00:\n\nroom 5, second floor.",
        "My address is ada@example.org:\n\nwrite to it.",
        "In 2026 we grew:\n\nten people joined, and 5 left at 10:30.",
        "Dana, as Mary <mary@example.org> wrote to me, it is done.",
    ],
)
def test_words_that_only_look_like_layout_are_kept(text: str) -> None:
    assert own_words(text) == text

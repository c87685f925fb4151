"""Markdown to text and HTML; people's words stay just words."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mailer.compose.markdown import blocks, escape, render, safe_link, to_text, unescape

TRICKY = st.sampled_from("ab1 \n-*_>`[](<)#.+=\\~&;:!/\"'é|")
SOURCE = st.lists(
    TRICKY | st.sampled_from(["\n\n", "- ", "1. ", "```\n", "    ", "[a]: b\n", "> ", "--\n"]), max_size=60
).map("".join)
SAID = st.text(TRICKY | st.sampled_from("\t\r\u202e\x00<script>"), max_size=40)


def reference(markdown: str) -> str:
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.validateLink = safe_link  # type: ignore[method-assign]
    return str(parser.render(markdown))


def shown(fragment: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", fragment))


@given(SOURCE)
@settings(max_examples=400)
@example("- a\n\n- b")
@example("a\n\n    code\n\nb")
@example("> a\n\n> b")
@example("1. a\n\n   b\n\nc")
@example("-\n\n  a")
@example("[a]\n\n[a]: https://dana.example")
@example("- ```\n  a\n\n  b")
def test_cutting_a_letter_into_blocks_changes_nothing(markdown: str) -> None:
    source = "\n".join(line for line in markdown.split("\n") if line.strip() != "--").strip("\n")
    assert render(source).html == reference(source)


def test_paragraphs_are_blocks_of_their_own_and_a_list_is_one() -> None:
    assert blocks("a\n\nb\n\n- c\n\n- d\n\ne") == ["a", "b\n\n- c\n\n- d", "e"]


AROUND = [
    ("{}", "{}"),
    ("before {} after", "before {} after"),
    ("- {}", "{}"),
    ("a\n{}", "a {}"),
    ("{}\nb", "{} b"),
    ("# {}", "{}"),
    ("**{}**", "{}"),
    ("--\n{}", "{}"),
    ("> {}", "{}"),
    ("[{}](https://dana.example)", "{}"),
]
TAGS = {"p", "ul", "li", "h1", "strong", "blockquote", "a"}


@pytest.mark.parametrize(("around", "seen"), AROUND)
@given(said=SAID)
def test_what_people_say_is_shown_as_they_said_it_and_is_never_markup(around: str, seen: str, said: str) -> None:
    plain = " ".join(re.sub("[\x00\u202e]", "", said).split()) or "x"
    rendered = render(around.replace("{}", escape(said).strip() or "x"))
    assert " ".join(shown(rendered.html).split()) == seen.replace("{}", plain)
    assert set(re.findall(r"</?(\w+)", rendered.html)) <= TAGS - (set() if "](" in around else {"a"})


@given(SAID)
def test_a_subject_gets_back_the_words_as_they_were(said: str) -> None:
    assert unescape(escape(said)).split() == re.sub("[\x00\u202e]", "", said).split()


@pytest.mark.parametrize(
    "said", ["+1 312 555 0100", "C# and F#", "snake_case_name", "Acme & Co.", "5-10 people", "a < b"]
)
def test_harmless_words_stay_as_they_are_so_that_a_draft_is_pleasant_to_edit(said: str) -> None:
    assert escape(said) == said


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("one\ntwo", "one two"),
        ("one\\\ntwo", "one\ntwo"),
        ("a\n\n\nb", "a\n\nb"),
        ("# Title\n\ntext", "Title\n\ntext"),
        ("*soft* and **loud**", "soft and *loud*"),
        ("see [my page](https://dana.example)", "see my page <https://dana.example>"),
        ("<https://dana.example>", "https://dana.example"),
        ("[dana@example.com](mailto:dana@example.com)", "dana@example.com"),
        ("[write](mailto:dana@example.com)", "write <dana@example.com>"),
        ("- a\n- b\n  - c\n- d", "- a\n- b\n  - c\n- d"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- a\n\n- b", "- a\n\n- b"),
        ("intro\n- a\n- b", "intro\n\n- a\n- b"),
        ("> a\n> b", "> a b"),
        ("> - a\n> - b", "> - a\n> - b"),
        ("```\ncode  here\n```", "code  here"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("`mailer run`", "mailer run"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("![pixel](https://e.example/p.png)", "!pixel <https://e.example/p.png>"),
        ("Hello\n\n--\nDana\n+1 312", "Hello\n\n-- \nDana\n+1 312"),
        ("Hello\n\n-- \nDana", "Hello\n\n-- \nDana"),
    ],
)
def test_the_text_form_reads_as_people_write_mail(markdown: str, text: str) -> None:
    assert to_text(markdown) == text


def test_each_line_of_a_signature_stands_on_its_own() -> None:
    assert render("Hi\n\n--\nDana\n<https://dana.example>").html == (
        '<p>Hi</p>\n<p class="signature">Dana<br>\n<a href="https://dana.example">https://dana.example</a></p>\n'
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//e.example/x", "x.html"]
)
def test_a_link_to_anything_but_web_or_mail_is_no_link(url: str) -> None:
    assert "<a" not in render(f"[x]({url})").html


def test_a_very_long_letter_is_rendered_in_bounded_time() -> None:
    assert len(render("word *word* [" * 5_000).text) > 50_000


@pytest.mark.parametrize("bomb", ["[" * 20_000, "*a " * 20_000, "> " * 5_000, "- " * 3_000, "`" * 20_000, "<" * 20_000])
def test_markup_bombs_are_survived(bomb: str) -> None:
    render(bomb)

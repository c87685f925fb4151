"""Templates: the owner's before the shipped ones, every gap an error with its place."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from markupsafe import Markup

from mailer.compose import Draft, Recipient, Speaker, Templates, thank_you, to_html
from mailer.errors import TemplateError
from mailer.model import Interaction, InteractionKind, Profile
from mailer.resources import shipped

PROFILE = Profile("Dana Reyes", "dana@example.com")
CALL = Interaction(date(2026, 11, 2), InteractionKind.call, about="cranes")


def owners(folder: Path, body: str, name: str = "thank_you/call.md", subject: str = "Hello") -> Templates:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Subject: {subject}\n\n{body}\n", encoding="utf-8")
    return Templates([folder, shipped("templates")])


def letter(templates: Templates, *, language: str = "") -> Draft:
    recipient = Recipient("Ada *Star* Lovelace", "ada@example.org", language=language)
    return thank_you(templates, Speaker(PROFILE, "a role"), recipient, [CALL], 0)


def failure(templates: Templates) -> str:
    with pytest.raises(TemplateError) as caught:
        letter(templates)
    return str(caught.value)


def test_every_shipped_template_can_be_read() -> None:
    templates = Templates([shipped("templates")])
    assert templates.problems() == ()
    assert {f"thank_you/{kind.value}.md" for kind in InteractionKind} < set(templates.names)


def test_the_owners_template_replaces_the_shipped_one_and_may_use_the_others(tmp_path: Path) -> None:
    draft = letter(owners(tmp_path, "{{ greeting }} about {{ about|sentence }}\n\n{% include 'signature.md' %}"))
    assert draft.subject == "Hello"
    assert draft.body.startswith("Hi Ada, about cranes\n\n--\nDana Reyes")


def test_an_owners_block_changes_one_paragraph_only(tmp_path: Path) -> None:
    path = tmp_path / "thank_you" / "call.md"
    path.parent.mkdir()
    path.write_text("{% extends 'thank_you/base.md' %}{% block thanks %}Cheers.{% endblock %}")
    draft = letter(Templates([tmp_path, shipped("templates")]))
    assert draft.subject == "Thank you"
    assert "\n\nCheers.\n\n" in draft.body and "looking for a role" in draft.body


def test_a_missing_folder_is_no_error(tmp_path: Path) -> None:
    assert letter(Templates([tmp_path / "none", shipped("templates")])).subject


def test_an_unknown_name_is_an_error_that_names_file_line_and_near_names(tmp_path: Path) -> None:
    said = failure(owners(tmp_path, "Hi\n\n{{ gretting }}"))
    assert said == f'{tmp_path / "thank_you/call.md"}:5:1: there is no "gretting"; did you mean greeting?'


def test_an_unknown_attribute_names_the_near_ones(tmp_path: Path) -> None:
    assert 'there is no "phon"; did you mean phone?' in failure(owners(tmp_path, "{{ profile.phon }}"))


@pytest.mark.parametrize("empty", ["", "\u200b ", Markup("")], ids=["nothing", "unseen", "marked up"])
def test_a_value_of_which_nothing_is_seen_is_an_error_whatever_kind_of_text_it_is(tmp_path: Path, empty: str) -> None:
    profile = Profile("Dana Reyes", "dana@example.com", phone=empty)
    templates = owners(tmp_path, "Call me at {{ profile.phone }}.")
    with pytest.raises(TemplateError, match='"phone" is empty'):
        thank_you(templates, Speaker(profile, "a role"), Recipient("Ada", "ada@example.org"), [CALL], 0)


def test_a_value_that_is_empty_is_an_error_where_it_is_written_out(tmp_path: Path) -> None:
    said = failure(owners(tmp_path, "Call me at {{ profile.phone }}."))
    assert ':3:1: "phone" is empty; put it inside {% if ... %}' in said


def test_an_empty_value_can_be_asked_for(tmp_path: Path) -> None:
    body = (
        "a{% if profile.phone %}b{% endif %}{% if profile['phone'] == '' %}c{% endif %}{{ profile.phone|default('d') }}"
    )
    assert letter(owners(tmp_path, body)).body == "acd\n"


def test_an_unknown_name_is_an_error_in_a_condition_too(tmp_path: Path) -> None:
    assert 'there is no "fone"' in failure(owners(tmp_path, "{% if fone %}x{% endif %}"))


def test_a_name_is_written_as_it_is_and_never_as_markup_or_template(tmp_path: Path) -> None:
    draft = letter(owners(tmp_path, "{{ recipient.name }} {{ '{{ greeting }}' }}", subject="To {{ recipient.name }}"))
    assert draft.subject == "To Ada *Star* Lovelace"
    assert "<em>" not in to_html(draft.body)
    assert "{{ greeting }}" in draft.body


def test_what_a_template_itself_writes_is_markup_also_through_macros_and_set(tmp_path: Path) -> None:
    body = (
        "{% macro m(x) %}**{{ x }}**{% endmacro %}{% set s %}*{{ recipient.name }}*{% endset %}{{ m('a*b') }} {{ s }}"
    )
    assert letter(owners(tmp_path, body)).body == "**a\\*b** *Ada \\*Star\\* Lovelace*\n"


def test_a_syntax_error_has_its_place(tmp_path: Path) -> None:
    templates = owners(tmp_path, "one\n\n{% if %}")
    assert ":5:1: the template is wrong" in failure(templates)
    (problem,) = templates.problems()
    assert problem.place.line == 5
    assert problem.place.file == str(tmp_path / "thank_you/call.md")


def test_a_mistake_in_an_expression_has_its_place(tmp_path: Path) -> None:
    assert ":4:1: the template is wrong: " in failure(owners(tmp_path, "one\n{{ 1 / 0 }}"))
    assert ":3:1: the template is wrong: " in failure(owners(tmp_path, "{{ greeting + 1 }}"))


def test_a_missing_include_is_named(tmp_path: Path) -> None:
    assert 'there is no template "sig.md"' in failure(owners(tmp_path, "{% include 'sig.md' %}"))


@pytest.mark.parametrize("probe", ["''.__class__.__mro__", "profile.__init__.__globals__", "vary.func.__globals__"])
def test_a_template_can_not_reach_out_of_the_sandbox(tmp_path: Path, probe: str) -> None:
    assert failure(owners(tmp_path, f"{{{{ {probe} }}}}"))


def test_a_template_must_begin_with_a_subject(tmp_path: Path) -> None:
    (tmp_path / "thank_you").mkdir()
    (tmp_path / "thank_you/call.md").write_text("Hello\n\nthere")
    assert "must begin with a line such as" in failure(Templates([tmp_path]))


def test_a_template_without_a_text_is_refused(tmp_path: Path) -> None:
    assert "no text under it" in failure(owners(tmp_path, " "))


def test_a_template_in_the_contacts_language_is_taken_first(tmp_path: Path) -> None:
    owners(tmp_path, "Guten Tag", "thank_you/call.de.md", "Danke")
    templates = Templates([tmp_path, shipped("templates")])
    assert letter(templates, language="de-AT").subject == "Danke"
    assert letter(templates, language="DE").subject == "Danke"
    assert letter(templates, language="fr").subject != "Danke"


def test_the_owners_style_sheet_is_found(tmp_path: Path) -> None:
    assert Templates([shipped("templates")]).css is None
    (tmp_path / "letter.css").write_text("p { color: red; }")
    assert Templates([tmp_path]).css == "p { color: red; }"


def test_a_changed_new_or_vanished_file_is_noticed(tmp_path: Path) -> None:
    templates = owners(tmp_path, "one")
    assert not templates.changed()
    os.utime(tmp_path / "thank_you/call.md", ns=(1, 1))
    assert templates.changed()
    templates = Templates([tmp_path])
    (tmp_path / "new.md").write_text("x")
    assert templates.changed()
    templates = Templates([tmp_path])
    (tmp_path / "new.md").unlink()
    assert templates.changed()


def test_templates_stay_as_they_were_read(tmp_path: Path) -> None:
    templates = owners(tmp_path, "one")
    owners(tmp_path, "two")
    assert letter(templates).body == "one\n"


def test_a_file_that_is_not_utf8_or_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match="UTF-8"):
        Templates([tmp_path])
    (tmp_path / "a.md").write_bytes(b"x" * 300_000)
    with pytest.raises(TemplateError, match="too large"):
        Templates([tmp_path])


def test_a_name_that_is_not_there_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=str(tmp_path)):
        Templates([tmp_path]).source("nothing.md")


def test_source_and_path_tell_where_a_template_comes_from(tmp_path: Path) -> None:
    templates = owners(tmp_path, "one")
    assert templates.path("thank_you/call.md") == tmp_path / "thank_you/call.md"
    assert templates.path("update.md") == shipped("templates") / "update.md"
    assert "one" in templates.source("thank_you/call.md")

"""docs/templates.md is held in step with the code, and what it shows works."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path

import pytest

from mailer.compose import (
    Call,
    Earlier,
    LandedFacts,
    PreviewFacts,
    Recipient,
    Speaker,
    Spoken,
    Templates,
    UpdateFacts,
    parse_update_text,
    thank_you,
)
from mailer.compose.closing import follow_up_context, landed_context, loop_back_context
from mailer.compose.letters import thank_you_context, update_context
from mailer.compose.speaking import call_sheet_context, script_context
from mailer.model import Interaction, InteractionKind, Person, Profile
from mailer.resources import shipped

PAGE = (shipped("templates").parent / "docs" / "templates.md").read_text(encoding="utf-8")
SPEAKER = Speaker(Profile("Dana Reyes", "dana@example.com"), "a role")
ADA = Recipient("Ada Lovelace")
CALL = Interaction(date(2026, 11, 2), InteractionKind.call, thanks_for="the tip", referrals=(Person("Mary"),))
EXAMPLES = re.findall(r"```jinja\n(.*?)```", PAGE, re.DOTALL)


def explained() -> set[str]:
    return {name for cell in re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE) for name in re.findall(r"`(\w+)`", cell)}


def test_every_value_is_explained() -> None:
    contexts = thank_you_context(SPEAKER, ADA, [CALL], 0) | update_context(SPEAKER, ADA, UpdateFacts("2026-11"), 0)
    contexts |= loop_back_context(SPEAKER, ADA, [Spoken("Mary", "met")], 0)
    contexts |= script_context(SPEAKER, ADA, Call("cold")) | call_sheet_context(SPEAKER, "Monday", [], 0)
    contexts |= landed_context(SPEAKER, ADA, LandedFacts("Globex"), 0)
    contexts |= follow_up_context(SPEAKER, ADA, Earlier("Thank you", CALL.on), 0)
    assert set(contexts) <= explained() | set(re.findall(r"`(\w+)`", PAGE.partition("In `owner/script.md`")[2][:1000]))


@pytest.mark.parametrize("record", [Profile, Recipient, PreviewFacts])
def test_every_part_of_a_value_is_named(record: type) -> None:
    for field in dataclasses.fields(record):
        assert re.search(rf"\.{field.name}\b", PAGE)


def test_every_filter_and_function_of_the_programs_own_is_explained() -> None:
    for name in ("sentence", "phrase", "first_name", "link", "code", "markdown", "day"):
        assert f"\\|{name}" in PAGE
    assert "`vary(" in PAGE and "`count(" in PAGE and "`number(" in PAGE


def test_every_block_of_the_shipped_templates_is_named() -> None:
    templates = Templates([shipped("templates")])
    for name in ("thank_you/base.md", "update.md", "loop_back.md", "landed.md"):
        for block in re.findall(r"{% block (\w+)", templates.source(name)):
            assert f"`{block}`" in PAGE


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_work(example: str, tmp_path: Path) -> None:
    (tmp_path / "thank_you").mkdir()
    (tmp_path / "thank_you" / "call.md").write_text(example)
    draft = thank_you(Templates([tmp_path, shipped("templates")]), SPEAKER, ADA, [CALL], 0)
    assert draft.subject in {"Our call", "Thank you"}
    assert "Thank you for the tip." in draft.body


def test_the_example_of_a_months_own_text_does_what_it_says() -> None:
    (example,) = re.findall(r"```markdown\n(.*?)```", PAGE, re.DOTALL)
    assert list(parse_update_text(example)) == ["opening", "activity", "prospects (instead)", "What I read this month"]

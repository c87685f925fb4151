"""Bounces that follow no standard: each format is recognised, with whom it is about and what became of the message."""

from __future__ import annotations

import pytest

from mailer.model import Classification
from mailer.understand import understand

from .notices import SAMPLES, Sample


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.name)
def test_a_notice_names_its_recipients_and_what_became_of_the_message(sample: Sample) -> None:
    verdict = understand(sample.raw.encode())
    assert verdict.classification is Classification.bounce, verdict.evidence
    assert verdict.bounce is not None
    first = verdict.bounce.recipients[0]
    assert tuple(r.address for r in verdict.bounce.recipients) == sample.recipients
    assert (first.action, first.permanent, first.address_dead) == (sample.action, sample.permanent, sample.dead), first


@pytest.mark.parametrize("sample", [s for s in SAMPLES if "m1.token" in s.raw], ids=lambda s: s.name)
def test_the_returned_message_is_identified(sample: Sample) -> None:
    bounce = understand(sample.raw.encode()).bounce
    assert bounce is not None
    assert (bounce.message_id, bounce.breadcrumb_id) == ("<m1.token@example.com>", "token")

"""Bounces that follow no standard: each format is recognised, with whom it is about and what became of the message."""

from __future__ import annotations

import base64
import html

import pytest

from mailer.model import Classification
from mailer.understand import understand

from .notices import SAMPLES, Sample
from .notices_more import MORE


@pytest.mark.parametrize("sample", [*SAMPLES, *MORE], ids=lambda s: s.name)
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


def as_base64(raw: str) -> str:
    head, _, body = raw.partition("\n\n")
    return f"{head}\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(body.encode()).decode()}"


def as_html(raw: str) -> str:
    head, _, body = raw.partition("\n\n")
    lines = "<br>\n".join(html.escape(line) for line in body.split("\n"))
    return f"{head.replace('text/plain', 'text/html')}\n\n<html><body>{lines}</body></html>"


@pytest.mark.parametrize("sample", [s for s in MORE if "multipart" not in s.raw], ids=lambda s: s.name)
def test_a_notice_is_read_in_every_coat(sample: Sample) -> None:
    coats = (as_base64(sample.raw), as_html(sample.raw), sample.raw.replace("Return-Path: <>\n", ""))
    for raw in (*coats, sample.raw.replace("\n", "\r\n")):
        bounce = understand(raw.encode()).bounce
        assert bounce is not None
        found = [(r.address, r.permanent, r.address_dead) for r in bounce.recipients]
        assert found == [(a, sample.permanent, sample.dead) for a in sample.recipients]

"""Whatever is in roster, log and configuration: no mail says what its recipient must not read.

Every text that could leak is a word of its own, so that finding it in a mail says where it came from.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.compose import to_text
from mailer.model import Contact, Interaction, InteractionKind, MessageKind, Person
from mailer.services import landed, updates
from tests.integration.world import World, make_world

NAMES = tuple(f"Person{letter} Surname{letter}" for letter in "ABCDEF")
TAGS = ("press", "alumni")
COMPANIES = ("", "Acmecorp", "Globexcorp")


@dataclass
class Town:
    """People, and who may read which word."""

    people: list[Contact]
    readers: dict[str, set[str]] = field(default_factory=dict)  # a secret word -> names of who may read it


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Up to six people who refer one another, meet the owner, and have notes, companies and tags."""
    count = draw(st.integers(2, len(NAMES)))
    words = (f"zq{n}x" for n in itertools.count(100))
    town = Town([])
    for name in NAMES[:count]:
        met = tuple(draw(interactions(town, name, words)))
        note = next(words)
        town.readers[note] = set()
        town.people.append(
            Contact(
                name,
                emails=(f"{name.split()[0].lower()}@example.org",),
                company=draw(st.sampled_from(COMPANIES)),
                tags=tuple(draw(st.sets(st.sampled_from(TAGS)))),
                referred_by=draw(st.sampled_from(["", *NAMES[:count], "Somebody Else"])),
                notes=note,
                interactions=met,
            )
        )
    return town


@st.composite
def interactions(draw: st.DrawFn, town: Town, name: str, words: Iterator[str]) -> list[Interaction]:
    """What happened with one contact: `about` and `thanks_for` are for them alone, notes for nobody."""
    found = []
    for position in range(draw(st.integers(0, 2))):
        about, thanks, note = next(words), next(words), next(words)
        town.readers |= {about: {name}, thanks: {name}, note: set()}
        on = date(2026, 11, 3) - timedelta(days=draw(st.integers(0, 20)))
        named = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
        people = tuple(Person(each) for each in named if each != name)
        kind = draw(st.sampled_from(InteractionKind))
        found.append(
            Interaction(on, kind, about=about, thanks_for=thanks, notes=note, referrals=people, position=position)
        )
    return found


PROSPECTS: list[Any] = [
    "talk with zqpublicx",
    {"text": "round at zqacmex", "not_to": ["Acmecorp", "press"]},
    {"text": "still zqprivatex", "private": True},
]


def may_read(town: Town, word: str, contact: Contact) -> bool:
    if word == "zqacmex":
        return contact.company != "Acmecorp" and "press" not in contact.tags
    if word in ("zqpublicx", "zqprivatex"):
        return word == "zqpublicx"
    return contact.name in town.readers[word]


def may_be_named(town: Town, other: str, contact: Contact) -> bool:
    """Whether one contact's mail may name another: only who referred whom."""
    by_name = {each.name: each for each in town.people}
    named = {person.name for item in contact.interactions for person in item.referrals}
    referred = other in by_name and by_name[other].referred_by == contact.name
    naming = {p.name for i in by_name[other].interactions for p in i.referrals} if other in by_name else set()
    return other in named or referred or other == contact.referred_by or contact.name in naming


def everything_said(world: World, folder: Path) -> None:
    """Let every kind of mail to contacts be written: thank-yous and notes by the sync, an edition, the last letters."""
    world.started()
    world.now += timedelta(days=28)
    for _ in range(3):
        updates.tick(world.store, world.desk, world.now)
    updates.approve(world.store, world.desk, None, world.now)
    world.now += timedelta(days=1)
    updates.tick(world.store, world.desk, world.now)
    landed.draft(world.store, world.desk, "Initech", "head of platform", world.now)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    make_world(f"sqlite:///{folder / 'mailer.db'}", folder).store.close()
    return folder / "mailer.db"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(town=towns())
def test_no_mail_says_what_is_nobody_elses_business(empty: Path, town: Town) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(empty, folder / "mailer.db")
        world = make_world(f"sqlite:///{folder / 'mailer.db'}", folder, search={"prospects": PROSPECTS})
        world.roster = list(town.people)
        world.sync()
        everything_said(world, folder)
        look(world, town)
        world.store.close()


def look(world: World, town: Town) -> None:
    by_name = {each.name: each for each in town.people}
    kinds = (MessageKind.thank_you, MessageKind.loop_back, MessageKind.update, MessageKind.landed)
    for message in (m for kind in kinds for m in world.outbox(kind)):
        contact = by_name[message.to_name]
        said = f"{message.subject}\n{to_text(message.body)}"
        for word in set(re.findall(r"zq\w+x", said)):
            assert may_read(town, word, contact), (message.kind, contact.name, word)
        for other in NAMES:
            if other != contact.name and (other in said or other.split()[0] in said):
                assert may_be_named(town, other, contact), (message.kind, contact.name, other)


def test_the_tries_reach_every_kind_of_mail(empty: Path, tmp_path: Path) -> None:
    """Else the property could hold since nothing was written."""
    shutil.copy(empty, tmp_path / "mailer.db")
    world = make_world(f"sqlite:///{tmp_path / 'mailer.db'}", tmp_path, search={"prospects": PROSPECTS})
    met = Interaction(date(2026, 11, 3), InteractionKind.call, about="zq1x", thanks_for="zq2x", notes="zq3x")
    world.roster = [
        Contact(NAMES[0], emails=("a@example.org",)),
        Contact(NAMES[1], emails=("b@example.org",), referred_by=NAMES[0], interactions=(met,)),
    ]
    world.sync()
    everything_said(world, tmp_path)
    for kind in (MessageKind.thank_you, MessageKind.loop_back, MessageKind.update, MessageKind.landed):
        assert world.outbox(kind), kind
    assert any("zqacmex" in m.body for m in world.outbox(MessageKind.update))

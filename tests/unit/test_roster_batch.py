"""Many changes in one edit come to the same bytes as one after the other, in a thousandth of the time."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from mailer.errors import RosterChangedError, RosterError, UsageError
from mailer.model import Contact, Interaction, InteractionKind, Person
from mailer.roster import Batch, add_contact, edit_contact, edit_roster, load_roster, remove_contact
from mailer.yamlfile import read_file
from tests.unit.test_roster_edit import EDITED, ODD_FILES, Odd, contacts_of, put


@given(odd=ODD_FILES)
@EDITED
def test_a_batch_comes_to_the_same_as_single_edits(odd: Odd, tmp_path: Path) -> None:
    single = put(tmp_path, odd.data)
    last = len(odd.names) - 1
    edit_contact(single, odd.names[0], {"company": "Globex", "phone": "+1 312 555 0199"})
    if last > 0:
        remove_contact(single, odd.names[last])
    add_contact(single, Contact("New One"))
    expected = single.read_bytes()
    path = put(tmp_path, odd.data)
    changed = {0: {"company": "Globex", "phone": "+1 312 555 0199"}}
    removed = frozenset({last}) if last > 0 else frozenset[int]()
    edit_roster(path, Batch(added=[Contact("New One")], changed=changed, removed=removed))
    assert path.read_bytes() == expected


@given(odd=ODD_FILES)
@EDITED
def test_every_entry_may_change_at_once(odd: Odd, tmp_path: Path) -> None:
    path = put(tmp_path, odd.data)
    before = contacts_of(path)
    new = [f"new{number}@example.net" for number in range(len(before))]
    edit_roster(path, Batch(changed={n: {"emails": [*each.emails, new[n]]} for n, each in enumerate(before)}))
    assert contacts_of(path) == [replace(each, emails=(*each.emails, new[n])) for n, each in enumerate(before)]


ROSTER = """\
# people
contacts:
  - name: Ada Lovelace      # the countess
    email: ada@example.org
    interactions:
      - {date: 2026-11-02, kind: call, referrals: [Mary <mary@example.org>, Bob]}  # long
      # and one more
      - date: 2026-11-03
        kind: coffee   # black
  - name: Charles Babbage

  - name: Mary
"""


def test_interactions_are_changed_and_added_one_by_one(tmp_path: Path) -> None:
    path = put(tmp_path, ROSTER)
    ada = load_roster(path).contacts[0]
    first = replace(ada.interactions[0], referrals=(Person("Bob"),))
    new = Interaction(date(2026, 11, 4), InteractionKind.email, about="cranes")
    batch = Batch(interactions={0: [first, ada.interactions[1], new], 1: [new]})
    edit_roster(path, batch)
    assert path.read_text() == ROSTER.replace(
        "- {date: 2026-11-02, kind: call, referrals: [Mary <mary@example.org>, Bob]}  # long",
        "- {date: 2026-11-02, kind: call, referrals: [Bob]}  # long",
    ).replace(
        "kind: coffee   # black\n",
        "kind: coffee   # black\n      - date: 2026-11-04\n        kind: email\n        about: cranes\n",
    ).replace(
        "Charles Babbage\n",
        "Charles Babbage\n    interactions:\n      - {date: 2026-11-04, kind: email, about: cranes}\n",
    )


def test_nothing_is_written_where_one_change_can_not_be(tmp_path: Path) -> None:
    path = put(tmp_path, ROSTER)
    with pytest.raises(UsageError):
        edit_roster(path, Batch(added=[Contact("New One")], changed={1: {"email": "no address"}}))
    with pytest.raises(RosterError):
        edit_roster(path, Batch(added=[Contact("New One", emails=("ada@example.org",))]))
    state = read_file(path)[1]
    path.write_text(ROSTER + "  - name: Zed\n")
    with pytest.raises(RosterChangedError):
        edit_roster(path, Batch(added=[Contact("New One")]), expected=state)
    assert path.read_text() == ROSTER + "  - name: Zed\n"


def test_a_thousand_changes_take_no_longer_than_a_few_reads(tmp_path: Path) -> None:
    text = "contacts:\n" + "".join(f"  - name: Person {n}\n    email: p{n}@example.org\n" for n in range(1000))
    path = put(tmp_path, text)
    began = time.perf_counter()
    edit_roster(path, Batch(changed={n: {"phone": f"+1 {n}"} for n in range(1000)}, added=[Contact("New One")]))
    assert time.perf_counter() - began < 60  # one by one it takes minutes
    assert [c.phone for c in load_roster(path).contacts][:1000] == [f"+1 {n}" for n in range(1000)]

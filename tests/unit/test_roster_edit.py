"""Edits of the roster: what is meant changes, every other byte stays, and nothing is ever half-written."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailer.errors import RosterChangedError, RosterError, UsageError
from mailer.model import Contact, Interaction, InteractionKind, Person
from mailer.roster import Edit, add_contact, add_contacts, edit_contact, load_roster, remove_contact
from mailer.roster.write import scalar
from mailer.yamlfile import parse_yaml

MARY = Contact(
    name="Mary Somerville",
    emails=("Mary@Example.org", "m@example.org"),
    company="Acme: the firm",
    phone="+1 312 555 0100",
    tags=("yes", "a, b"),
    updates=True,
    notes="likes cranes\n\n  and # hashes",
    interactions=(
        Interaction(
            date(2026, 11, 2),
            InteractionKind.coffee,
            time(15),
            about='the "tender"',
            referrals=(Person("Bob", "bob@example.org"), Person("Zed", "", "Acme"), Person("", "x@example.org")),
        ),
        Interaction(date(2026, 11, 2), InteractionKind.coffee, thank_you=False, position=1),
    ),
)
AS_READ = replace(MARY, emails=("Mary@example.org", "m@example.org"))


def put(folder: Path, text: str | bytes) -> Path:
    path = folder / "contacts.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# Odd but valid files, made of pieces whose places are known.


@dataclass(frozen=True)
class Odd:
    """A file: what stands before, each entry, and after. `flow` entries are parted by `joint`."""

    head: str
    entries: tuple[str, ...]
    tail: str
    names: tuple[str, ...]
    joint: str = ""
    data_head: bytes = b""

    def span(self, number: int) -> tuple[int, int]:
        """The bytes of an entry."""
        before = self.head + "".join(each + self.joint for each in self.entries[:number])
        start = len(self.data_head) + len(before.encode())
        return start, start + len(self.entries[number].encode())

    @property
    def data(self) -> bytes:
        return self.data_head + (self.head + self.joint.join(self.entries) + self.tail).encode()


_EXTRA_LINES = st.sampled_from(
    [
        ("company: Acme  # a note",),
        ("'company': \"Acme, Inc.\"",),
        ("notes: |", "  two", "", "   lines"),
        ("notes: |+", "  kept", "", ""),
        ("notes: >-", "  folded", "  text"),
        ("notes: plain text", "  over two lines"),
        ("tags:", "  - a  # first", "  - b"),
        ("tags:", "- a", "- b"),
        ("tags: [a,", "  b]  # flow"),
        ("# a comment", "phone: +1312"),
        ("interactions:", "  - {date: 2026-11-02, kind: call}", "  # here", "  - date: 2026-11-03", "    kind: coffee"),
        ("title: &t{n} Dr. & Mrs.",),
        ("updates: true",),
        ("salutation:",),
        ("relationship: 'it''s old'",),
        ("language: !!str de",),
    ]
)


@st.composite
def block_files(draw: st.DrawFn) -> Odd:
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    column = draw(st.sampled_from([0, 1, 2, 4]))
    gap = draw(st.integers(1, 3))
    head = draw(st.sampled_from(["", "# people\n", "---\n", "%YAML 1.2\n---  # start\n", "\n\n# é\n"]))
    head += draw(st.sampled_from(["contacts:\n", "contacts:   # all of them\n", '"contacts":\n\n', "contacts: &all\n"]))
    names, entries = [], []
    for number in range(draw(st.integers(1, 4))):
        name = f"Person {number}"
        lines = [f"name: {name}"]
        if draw(st.booleans()):
            lines.append(f"email: p{number}@example.org")
        extras = draw(st.lists(_EXTRA_LINES, max_size=3, unique_by=lambda each: _key_of(each)))
        for extra in sorted(extras, key=lambda each: "|+" in each[0]):
            lines += [each.replace("{n}", str(number)) for each in extra]
        if draw(st.booleans()) and not lines[0].startswith("#"):
            lines[0] += "  # who"
        indent = " " * (column + 1 + gap)
        way = draw(st.sampled_from(["beside", "below", "anchored", "flow"]))
        dash = " " * column + "-"
        if way == "flow":
            email = [line for line in lines if line.startswith("email:")]
            lines = [f"{{{', '.join([f'name: {name}', *email])}}}  # in one line"]
        if way in {"below", "anchored"}:
            text = [dash + (f" &p{number}" if way == "anchored" else "  # below"), indent + lines[0]]
        else:
            text = [dash + " " * gap + lines[0]]
        text += [indent + each if each else "" for each in lines[1:]]
        if draw(st.booleans()) and "|+" not in "".join(lines):
            text.append(indent + "# of this one")
        if number:
            between = draw(st.sampled_from([(), ("",), (" " * column + "# next",), ("", "# far left", "")]))
            entries[-1] += "".join(each + "\n" for each in between)
        entries.append("".join(each + "\n" for each in text))
        names.append(name)
    tail = draw(st.sampled_from(["", "\n\n", "# the end\n", "\n# the end", "...\n"]))
    if "|+" in entries[-1]:
        tail = tail.lstrip("\n")  # empty lines there would be part of the text
    if tail == "" and draw(st.booleans()) and not entries[-1].endswith("\n\n"):
        entries[-1] = entries[-1].removesuffix("\n")
    bom = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return Odd(
        head.replace("\n", end),
        tuple(each.replace("\n", end) for each in entries),
        tail.replace("\n", end),
        tuple(names),
        data_head=bom,
    )


def _key_of(lines: tuple[str, ...]) -> str:
    return next(line for line in lines if not line.startswith("#")).partition(":")[0].strip("'")


@st.composite
def flow_files(draw: st.DrawFn) -> Odd:
    names, entries = [], []
    for number in range(draw(st.integers(1, 3))):
        parts = [f"name: Person {number}"]
        if draw(st.booleans()):
            parts.append(f"emails: [p{number}@example.org]")
        more = ["company: 'A, {B}'", '"title": "x]"', "phone: ", "tags: [a, b]", "relationship"]
        parts += draw(st.lists(st.sampled_from(more), unique=True))
        joint = draw(st.sampled_from([", ", ",", ",\n    "]))
        last = draw(st.sampled_from(["", ",", " "]))
        entries.append("{" + joint.join(parts) + last + "}")
        names.append(f"Person {number}")
    head = draw(st.sampled_from(["contacts: [", "{contacts: [", "# x\ncontacts: &c [ ", "contacts:\n  [\n   "]))
    tail = draw(st.sampled_from(["]", " ]  # end\n", ",]\n", "\n  ]\n"])) + ("}" if head.startswith("{") else "")
    tail = tail.replace("# end\n}", "\n}")
    return Odd(head, tuple(entries), tail, tuple(names), joint=draw(st.sampled_from([", ", ",\n  ", ",  # then\n  "])))


ODD_FILES = block_files() | flow_files()
EDITED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def contacts_of(path: Path) -> list[Contact]:
    return list(load_roster(path).contacts)


@given(odd=ODD_FILES)
@EDITED
def test_adding_puts_one_piece_in_and_keeps_every_byte_around_it(odd: Odd, tmp_path: Path) -> None:
    path = put(tmp_path, odd.data)
    before = contacts_of(path)
    edit = add_contact(path, MARY)
    after = path.read_bytes()
    assert contacts_of(path) == [*before, AS_READ]
    same = next((at for at, byte in enumerate(odd.data) if after[at] != byte), len(odd.data))
    assert after.endswith(odd.data[same:])
    assert len(after) > len(odd.data)
    assert (edit.before, edit.after) == (odd.data, after)


@given(odd=ODD_FILES, data=st.data())
@EDITED
def test_removing_takes_one_entry_and_keeps_every_byte_around_it(odd: Odd, data: st.DataObject, tmp_path: Path) -> None:
    path = put(tmp_path, odd.data)
    before = contacts_of(path)
    number = data.draw(st.integers(0, len(before) - 1))
    remove_contact(path, odd.names[number])
    after = path.read_bytes()
    assert contacts_of(path) == before[:number] + before[number + 1 :]
    start, end = odd.span(number)
    if odd.joint:  # a comma goes too, from before the last one or from behind another
        start, end = max(start - len(odd.joint), 0), end + len(odd.joint) + 1
    assert after.startswith(odd.data[:start])
    assert after.endswith(odd.data[end:])


CHANGES: list[dict[str, str | bool | list[str] | None]] = [
    {"company": "New: firm"},
    {"company": None},
    {"emails": ["New@Example.org", "b@example.org"]},
    {"email": "new@example.org", "phone": "+44 20", "title": None},
    {"email": None},
    {"notes": "one\ntwo"},
    {"notes": None, "tags": ["x", "no"]},
    {"tags": None, "salutation": "Dr. X", "relationship": None},
    {"updates": False},
    {"updates": None, "language": "fr"},
    {"name": "Somebody else"},
]


@given(odd=ODD_FILES, changes=st.sampled_from(CHANGES), data=st.data())
@EDITED
def test_changing_touches_one_entry_and_keeps_every_byte_around_it(
    odd: Odd, changes: dict[str, str | bool | list[str] | None], data: st.DataObject, tmp_path: Path
) -> None:
    path = put(tmp_path, odd.data)
    before = contacts_of(path)
    number = data.draw(st.integers(0, len(before) - 1))
    edit_contact(path, odd.names[number], changes)
    after = path.read_bytes()
    start, end = odd.span(number)
    assert after.startswith(odd.data[:start])
    assert after.endswith(odd.data[end:])
    assert contacts_of(path) == [*before[:number], changed(before[number], changes), *before[number + 1 :]]


def changed(contact: Contact, changes: dict[str, str | bool | list[str] | None]) -> Contact:
    """What the contact should say afterwards, put together independently of the program."""
    for key, value in changes.items():
        if key in {"email", "emails"}:
            emails = [value] if isinstance(value, str) else value if isinstance(value, list) else []
            contact = replace(contact, emails=tuple(each.replace("Example", "example") for each in emails))
        elif key == "tags":
            contact = replace(contact, tags=tuple(value) if isinstance(value, list) else ())
        elif key == "updates":
            contact = replace(contact, updates=value if isinstance(value, bool) else None)
        else:
            contact = replace(contact, **{key: value or ""})  # type: ignore[arg-type]
    return contact


@given(st.text(max_size=30))
@example("yes")
@example("2026-11-02")
@example("1e5")
@example("a: b")
@example("a #b")
@example("- a")
@example("\u2028\u0085\xa0\ufeff")
@settings(max_examples=400, deadline=None)
def test_a_text_written_as_yaml_reads_back_the_same(text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        return  # no file can hold half of a pair
    written = f"a: {scalar(text)}\nb: [{scalar(text)}, {{c: {scalar(text)}}}]\n"
    root = parse_yaml(written.encode(), "x").root
    assert root == {"a": text, "b": [text, {"c": text}]}


# The rest, one by one.


@pytest.mark.parametrize(
    "text",
    [
        *("", "# nobody yet", "contacts:\n", "contacts:  # none\n", "contacts: []\n", "contacts: [ ]", "{}\n", "---\n"),
        *("contacts: null  # none\n", "{contacts: }", "contacts: ~\n# end\n", "\ufeff"),
    ],
)
def test_the_first_contact_can_be_added(text: str, tmp_path: Path) -> None:
    path = put(tmp_path, text)
    if text == "{}\n":
        with pytest.raises(RosterError, match="by hand"):
            add_contact(path, MARY)
        return
    add_contact(path, MARY)
    assert contacts_of(path) == [AS_READ]


def test_a_new_entry_is_written_as_people_write_it(tmp_path: Path) -> None:
    path = put(tmp_path, "contacts:\n  - name: Ada\n\n  - name: Bob\n\n# end\n")
    edit = add_contact(path, MARY)
    assert edit.after.decode() == (
        "contacts:\n  - name: Ada\n\n  - name: Bob\n\n"
        "  - name: Mary Somerville\n"
        "    emails: [Mary@example.org, m@example.org]\n"
        '    company: "Acme: the firm"\n'
        '    phone: "+1 312 555 0100"\n'
        '    tags: ["yes", "a, b"]\n'
        "    updates: true\n"
        "    notes: |-\n      likes cranes\n\n        and # hashes\n"
        "    interactions:\n"
        '      - {date: "2026-11-02 15:00", kind: coffee, about: "the \\"tender\\"",'
        ' referrals: ["Bob <bob@example.org>", {name: Zed, company: Acme}, x@example.org]}\n'
        "      - {date: 2026-11-02, kind: coffee, thank_you: false}\n"
        "\n# end\n"
    )


def test_several_contacts_are_added_in_one_edit(tmp_path: Path) -> None:
    path = put(tmp_path, "contacts: [{name: Ada}]")
    add_contacts(path, [Contact("Bob"), Contact("Cyd")])
    assert [each.name for each in contacts_of(path)] == ["Ada", "Bob", "Cyd"]


def test_a_contact_is_found_by_name_address_or_id(tmp_path: Path) -> None:
    path = put(tmp_path, "contacts: [{name: Ada, email: ada@example.org, id: al}, {name: Bob}, {name: bob}]")
    for who in ("ada", "ADA@example.org", "al"):
        assert edit_contact(path, who, {"company": who}).after != b""
    with pytest.raises(UsageError, match="may be any of 2 contacts"):
        remove_contact(path, "Bob")
    with pytest.raises(UsageError, match="is nobody in"):
        remove_contact(path, "Cyd")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phon": "1"}, 'no key "phon"'),
        ({"name": None}, "needs a name"),
        ({"company": "two\nlines"}, "more than one line"),
        ({"email": "ada"}, "no email address"),
        ({"timezone": "Nowhere"}, "no time zone"),
        ({"company": True}, "a text belongs here"),
        ({"updates": "perhaps"}, "neither true nor false"),
    ],
)
def test_an_impossible_change_is_refused(changes: dict[str, str | bool | None], words: str, tmp_path: Path) -> None:
    path = put(tmp_path, "contacts: [{name: Ada}]")
    with pytest.raises(UsageError, match=words):
        edit_contact(path, "Ada", changes)
    assert path.read_text() == "contacts: [{name: Ada}]"


def test_an_address_that_stands_on_another_contact_is_refused(tmp_path: Path) -> None:
    text = "contacts: [{name: Ada, email: ada@example.org}]"
    path = put(tmp_path, text)
    with pytest.raises(RosterError, match="stands on Ada too"):
        add_contact(path, Contact("Countess", ("Ada@example.org",)))
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("contacts:\n- {name: Ada, tags: &t [a]}\n- {name: Bob, tags: *t}\n", lambda path: remove_contact(path, "Ada")),
        (
            "contacts:\n- {name: Ada, tags: &t [a]}\n- {name: Bob, tags: *t}\n",
            lambda path: edit_contact(path, "Ada", {"tags": ["x"]}),
        ),
        ("? contacts\n: - name: Ada\n", lambda path: remove_contact(path, "Ada")),
        ("contacts:\n- ? name\n  : Ada\n", lambda path: edit_contact(path, "Ada", {"company": "x"})),
    ],
)
def test_what_cannot_be_changed_alone_is_refused_and_stays(
    text: str, edit: Callable[[Path], Edit], tmp_path: Path
) -> None:
    path = put(tmp_path, text)
    with pytest.raises(RosterError, match="by hand"):
        edit(path)
    assert path.read_text() == text


@pytest.mark.parametrize(
    "text", ["contacts: [{name: Ada}]\n---\ncontacts: []\n", "contacts: [{nam: Ada}]", "contacts: ["]
)
def test_a_file_with_problems_is_not_edited(text: str, tmp_path: Path) -> None:
    path = put(tmp_path, text)
    with pytest.raises(RosterError):
        add_contact(path, MARY)
    assert path.read_text() == text


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="no such file"):
        add_contact(tmp_path / "contacts.yaml", MARY)


def test_an_edit_of_an_older_version_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "contacts: [{name: Ada}]")
    seen = load_roster(path).files[0]
    path.write_text("contacts: [{name: Bob}]")
    with pytest.raises(RosterChangedError, match="changed in the meantime"):
        add_contact(path, MARY, expected=seen)
    assert path.read_text() == "contacts: [{name: Bob}]"


def test_a_change_while_the_edit_is_made_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "contacts: [{name: Ada}]")
    real = os.replace

    def written_to_just_before(*args: object, **kwargs: object) -> None:
        raise AssertionError("replaced")

    def fsync(descriptor: int) -> None:  # the owner's editor saves while ours is being written
        path.write_text("contacts: [{name: Bob}]")

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", written_to_just_before)
    with pytest.raises(RosterChangedError):
        add_contact(path, MARY)
    monkeypatch.setattr(os, "replace", real)
    assert path.read_text() == "contacts: [{name: Bob}]"
    assert [each.name for each in tmp_path.iterdir()] == ["contacts.yaml"]


def test_two_edits_at_once_lose_nothing(tmp_path: Path) -> None:
    path = put(tmp_path, "contacts:\n")
    done: list[str] = []

    def add(name: str) -> None:
        while True:
            try:
                add_contact(path, Contact(name))
            except RosterChangedError:
                continue
            done.append(name)
            return

    threads = [threading.Thread(target=add, args=(f"P{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.name for each in contacts_of(path)) == sorted(done)
    assert len(done) == 8


def test_mode_and_links_stay(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = put(tmp_path / "real", "contacts:\n")
    real.chmod(0o640)
    link = tmp_path / "contacts.yaml"
    link.symlink_to("real/contacts.yaml")
    add_contact(link, MARY)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert contacts_of(real) == [AS_READ]


def test_a_disk_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "contacts:\n")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RosterError, match="can't be written: No space left on device"):
        add_contact(path, MARY)
    assert path.read_text() == "contacts:\n"
    assert [each.name for each in tmp_path.iterdir()] == ["contacts.yaml"]


def test_an_edit_can_be_shown_before_and_undone_after(tmp_path: Path) -> None:
    path = put(tmp_path, "contacts: [{name: Ada}]\n")
    planned = add_contact(path, Contact("Bob"), dry_run=True)
    assert path.read_bytes() == planned.before
    assert "+contacts: [{name: Ada}, {name: Bob}]" in planned.diff()
    edit = add_contact(path, Contact("Bob"))
    assert path.read_bytes() == edit.after
    edit.undo()
    assert path.read_bytes() == edit.before
    add_contact(path, Contact("Cyd"))
    with pytest.raises(RosterChangedError):
        edit.undo()


def test_an_edit_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    path = put(tmp_path, "contacts: [{name: Ada}]")
    before = path.stat()
    edit_contact(path, "Ada", {"company": None})
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

"""The graph of who referred whom: trees, circles, two referrers, cold ends, numbers, pictures."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model import ContactStatus
from mailer.trail import Link, Someone, State, Trail, names_given, numbers, said, state_of
from mailer.trail.dot import to_dot
from mailer.trail.svg import MARGIN, _placed, to_svg

TODAY = date(2026, 11, 24)
NEW = ContactStatus.new


def people(*names: str, **facts: object) -> dict[str, Someone]:
    return {n: Someone(n, n.title(), 1, NEW, **facts) for n in names}  # type: ignore[arg-type]


def trail(*links: str, **facts: object) -> Trail:
    """`trail("ab", "ac")`: a named b and c."""
    keys = dict.fromkeys("".join(links))
    return Trail(people(*keys, **facts), tuple(Link(a, b) for a, b in links))


def shape(made: Trail) -> list[str]:
    marks = {(False, False): "", (True, False): "*", (True, True): "@"}
    return ["-" * r.depth + r.someone.key + marks[r.again, r.circle] for r in made.rows]


def test_a_tree_from_the_top_in_the_order_given() -> None:
    assert shape(trail("ab", "ac", "bd", "ef")) == ["a", "-b", "--d", "-c", "e", "-f"]


def test_somebody_with_two_referrers_is_shown_in_full_once_and_named_twice() -> None:
    assert shape(trail("ac", "bc", "cd")) == ["a", "-c", "--d", "b", "-c*"]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (["ab", "ba"], ["a", "-b", "--a@"]),
        (["ab", "bc", "ca"], ["a", "-b", "--c", "---a@"]),
        (["xa", "ab", "ba"], ["x", "-a", "--b", "---a@"]),
    ],
)
def test_circles_are_shown_and_end(links: list[str], expected: list[str]) -> None:
    assert shape(trail(*links)) == expected


def test_who_names_themselves_or_somebody_twice_is_no_news() -> None:
    assert shape(trail("aa", "ab", "ab")) == ["a", "-b"]


def test_a_very_long_trail_does_not_break_it() -> None:
    keys = [f"k{n}" for n in range(3000)]
    made = Trail(people(*keys), tuple(Link(a, b) for a, b in pairwise(keys)))
    assert made.rows[-1].depth == 2999
    assert len(numbers(made).longest) == 3000
    assert len(made.path_to("k2999")) == 3000
    assert to_svg(made, TODAY) and to_dot(made, TODAY)


def test_the_way_to_somebody_and_what_follows() -> None:
    made = trail("ab", "bc", "cd", "be", "xy", "xc")
    assert made.path_to("d") == ("x", "c", "d")
    assert shape(made.around("c")) == ["a", "-b", "--c", "---d", "x", "-c*"]
    assert shape(made.around("e")) == ["a", "-b", "--e"]


def test_the_way_to_somebody_in_a_circle_is_themselves() -> None:
    assert trail("ab", "ba").path_to("a") == ("a",)


def test_an_end_goes_cold_thirty_days_after_the_last_sign() -> None:
    made = Trail(
        {
            "a": Someone("a", "A", 1, NEW, sign_on=date(2026, 6, 1), contacted=True),
            "b": Someone("b", "B", 2, NEW, sign_on=date(2026, 10, 24), contacted=True),
            "c": Someone("c", "C", 3, NEW, sign_on=date(2026, 10, 25), contacted=True),
            "d": Someone("d", "D"),
            "e": Someone("e", "E"),
        },
        (Link("a", "b"), Link("a", "c"), Link("a", "d", date(2026, 9, 1)), Link("a", "e")),
    )
    cold = {key: made.cold_since(key, TODAY) for key in "abcde"}
    assert cold == {"a": None, "b": date(2026, 10, 24), "c": None, "d": date(2026, 9, 1), "e": None}


def test_numbers() -> None:
    made = Trail(
        {
            "a": Someone("a", "A", 1, NEW, talks=3, contacted=True),
            "b": Someone("b", "B", 2, NEW, talks=1, contacted=True),
            "c": Someone("c", "C", 3, NEW),
            "d": Someone("d", "D"),
            "z": Someone("z", "Z", 4, NEW, talks=1, contacted=True),
        },
        (Link("a", "b"), Link("a", "c"), Link("b", "d")),
    )
    found = numbers(made)
    assert (found.people, found.names, found.talks, found.names_per_talk) == (4, 3, 5, 0.6)
    assert (found.contacted, found.named_people, found.contacted_share) == (1, 3, 0.33)
    assert found.longest == ("A", "B", "D")
    assert [(c.name, c.named, c.contacted) for c in found.connectors] == [("A", 2, 1), ("B", 1, 0)]


def test_numbers_of_nothing() -> None:
    found = numbers(Trail({}, ()))
    assert (found.names_per_talk, found.contacted_share, found.longest) == (None, None, ())


@pytest.mark.parametrize(
    ("someone", "state", "words"),
    [
        (Someone("a", "A"), State.unknown, "not in the roster yet"),
        (Someone("a", "A", 1, NEW), State.named, "not contacted yet"),
        (Someone("a", "A", 1, ContactStatus.contacted, contacted=True), State.written, "written to"),
        (Someone("a", "A", 1, ContactStatus.responded, contacted=True), State.answered, "answered"),
        (Someone("a", "A", 1, NEW, spoken_on=date(2026, 11, 2), contacted=True), State.spoken, "spoken 2 Nov 2026"),
        (Someone("a", "A", 1, ContactStatus.opted_out), State.closed, "not to be written to"),
        (Someone("a", "A", 1, ContactStatus.bounced), State.closed, "the address is dead"),
    ],
)
def test_states_in_words(someone: Someone, state: State, words: str) -> None:
    assert (state_of(someone), said(someone)) == (state, words)


def test_names_are_counted_against_the_goal() -> None:
    spoken = trail("ab", "xb", "xc", spoken_on=date(2026, 11, 2))
    assert [names_given(spoken, spoken.people[k]) for k in "axb"] == ["1 of 2-3 names", "2 names", "0 of 2-3 names"]
    fresh = trail("ab")
    assert names_given(fresh, fresh.people["b"]) == ""


def test_a_line_that_closes_a_circle_stays_on_the_paper_and_shows_where_it_leads() -> None:
    root = ET.fromstring(to_svg(trail("ab", "bc", "ca", "cb"), TODAY).encode())  # noqa: S314 -- our own
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    paths = [each for each in root.iter() if each.tag.endswith("path") and "marker-end" in each.attrib]
    assert len(paths) == 4
    for path in paths:
        points = [float(n) for n in re.findall(r"-?[\d.]+", path.attrib["d"])]
        assert all(0 <= x <= width for x in points[::2])
        assert all(0 <= y <= height for y in points[1::2])


def test_an_endless_name_is_shortened_in_a_picture() -> None:
    made = Trail({"a": Someone("a", "x" * 500, 1, NEW), "b": Someone("b", "B")}, (Link("a", "b"),))
    assert "x" * 50 not in to_svg(made, TODAY)
    assert "x" * 50 not in to_dot(made, TODAY)


HOSTILE = '<b>&"\\]]></b>\x00\ud800\u202e'


def test_pictures_take_any_name() -> None:
    made = Trail({"a": Someone("a", HOSTILE, 1, NEW, company=HOSTILE), "b": Someone("b", "")}, (Link("a", "b"),))
    root = ET.fromstring(to_svg(made, TODAY, HOSTILE).encode())  # noqa: S314 -- our own
    assert any("<b>" in (element.text or "") for element in root.iter())
    assert "&lt;b&gt;" in to_dot(made, TODAY, HOSTILE)


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_takes_the_dot() -> None:
    made = Trail({"a": Someone("a", HOSTILE, 1, NEW), "b": Someone("b", "")}, (Link("a", "b"), Link("b", "a")))
    done = subprocess.run(
        ["dot", "-Tsvg"], input=to_dot(made, TODAY, HOSTILE).encode(), capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert b"<svg" in done.stdout


LINKS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30)


@given(LINKS)
def test_any_graph_is_shown_whole_and_no_box_lies_upon_another(pairs: list[tuple[int, int]]) -> None:
    keys = [str(n) for pair in pairs for n in pair]
    made = Trail(people(*dict.fromkeys(keys)), tuple(Link(str(a), str(b)) for a, b in pairs))
    shown = [row.someone.key for row in made.rows if not row.again]
    assert sorted(shown) == sorted({str(n) for a, b in pairs if a != b for n in (a, b)})
    drawn = {(row.under, row.someone.key) for row in made.rows if row.under}
    assert drawn == {(str(a), str(b)) for a, b in pairs if a != b}
    boxes = list(_placed(made, TODAY, MARGIN).values())
    for one, other in combinations(boxes, 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y
    for key in made.people:
        assert made.path_to(key)[-1] == key
        assert key in made.around(key).people

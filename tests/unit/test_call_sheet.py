"""The call sheet: in order of worth, one line for each person, each with its reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mailer.model import ContactStatus
from mailer.trail import Facts, Link, Proposal, Reason, Someone, Trail, Waiting, sheet

TODAY = date(2026, 11, 24)
LATELY, LONG_AGO = date(2026, 11, 10), date(2026, 5, 4)


def one(number: int, name: str, status: ContactStatus = ContactStatus.new, **facts: object) -> Someone:
    return Someone(f"c{number}", name, number, status, **facts)  # type: ignore[arg-type]


def spoken(number: int, name: str, on: date) -> Someone:
    return one(number, name, spoken_on=on, first_spoken_on=on, talks=1, contacted=True)


def trail(people: list[Someone], *links: Link) -> Trail:
    return Trail({p.key: p for p in people}, links)


EVERYBODY = trail(
    [
        spoken(1, "Old Friend", LONG_AGO),
        spoken(2, "Charles Babbage", LATELY),
        one(3, "Mary Somerville"),
        spoken(4, "Silent Sam", LATELY),
        one(5, "Neighbour Ned"),
        spoken(6, "Answering Ann", LATELY),
        spoken(7, "Thankless Tom", LATELY),
    ],
    Link("c2", "c3", date(2026, 11, 10)),
)


def test_the_order_of_worth() -> None:
    facts = Facts(
        answers=[Waiting(6, "their answer waits", "mailer replies show 1", LATELY)],
        thanks=[Waiting(7, "the thank-you is overdue", "mailer outbox show 2", LATELY)],
    )
    found = [(line.name, line.reason) for line in sheet(EVERYBODY, facts, TODAY)]
    assert found == [
        ("Answering Ann", Reason.answer),
        ("Thankless Tom", Reason.thanks),
        ("Mary Somerville", Reason.referral),
        ("Silent Sam", Reason.ask),
        ("Old Friend", Reason.ask),
        ("Neighbour Ned", Reason.warm),
    ]


def test_a_referral_has_its_opening_ready() -> None:
    line = next(line for line in sheet(EVERYBODY, Facts(), TODAY) if line.reason is Reason.referral)
    assert line.opening == "Charles Babbage suggested I call you."
    assert line.why == "Charles Babbage named them on 10 Nov 2026, and you haven't talked yet"
    assert line.act == 'mailer script "Mary Somerville"'


def test_a_target_company_and_more_referrers_come_first() -> None:
    made = trail(
        [
            spoken(1, "A", LATELY),
            spoken(2, "B", LATELY),
            one(3, "Once"),
            one(4, "Twice"),
            one(5, "Wanted", company="Acme"),
        ],
        Link("c1", "c3"),
        Link("c1", "c4"),
        Link("c2", "c4"),
        Link("c2", "c5"),
    )
    lines = [line for line in sheet(made, Facts(targets={"acme"}), TODAY) if line.reason is Reason.referral]
    assert [line.name for line in lines] == ["Wanted", "Twice", "Once"]
    assert lines[1].opening == "A and B suggested I call you."
    assert "Acme is on your list" in lines[0].why


def test_a_stranger_is_to_be_put_into_the_roster() -> None:
    made = Trail({"c1": spoken(1, "Ada", LATELY), "n:bob": Someone("n:bob", 'Bob "$(x)"')}, (Link("c1", "n:bob"),))
    (line,) = sheet(made, Facts(), TODAY)
    assert line.act == 'mailer contacts add "Bob (x)" --referred-by "Ada"'


def test_one_line_for_each_person_the_worthiest_reason() -> None:
    facts = Facts(answers=[Waiting(4, "x", "", LATELY)], thanks=[Waiting(4, "y", "", LATELY)])
    assert [line.reason for line in sheet(EVERYBODY, facts, TODAY) if line.name == "Silent Sam"] == [Reason.answer]


def test_only_talks_since_the_search_began_ask_for_names_and_silence_is_counted_in_days() -> None:
    facts = Facts(started=date(2026, 9, 1))
    found = {line.name: line for line in sheet(EVERYBODY, facts, TODAY)}
    assert found["Old Friend"].reason is Reason.warm
    assert found["Old Friend"].why == "you haven't spoken since 4 May 2026"
    patient = Facts(started=date(2026, 9, 1), keep_warm=timedelta(days=300))
    assert "Old Friend" not in {line.name for line in sheet(EVERYBODY, patient, TODAY)}


def test_nobody_talked_with_today_is_asked_again() -> None:
    assert sheet(trail([spoken(1, "Ada", TODAY)]), Facts(), TODAY) == []


@pytest.mark.parametrize("facts", [Facts(busy={3}), Facts()])
def test_who_has_an_appointment_or_opted_out_is_left_alone(facts: Facts) -> None:
    status = ContactStatus.new if facts.busy else ContactStatus.opted_out
    made = trail([spoken(1, "Ada", LATELY), one(3, "Mary", status)], Link("c1", "c3"))
    assert sheet(made, facts, TODAY) == []


def test_who_was_named_in_an_answer_is_to_be_taken_up() -> None:
    facts = Facts(proposals=[Proposal(7, "Jane Marcet", 2, LATELY), Proposal(8, "Bob", None, LATELY)])
    jane, bob = [line for line in sheet(EVERYBODY, facts, TODAY) if line.key.startswith("p:")]
    assert jane.opening == "Charles Babbage suggested I call you."
    assert jane.act == "mailer contacts add --from-proposal 7"
    assert bob.opening == "" and bob.why.startswith("somebody named them")

"""Whom the owner knows, by headers alone: people, and neither robots nor lists."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mailer.understand.acquaintances import Acquaintances, is_robot


def header(**fields: str) -> bytes:
    lines = {"Date": "Tue, 03 Nov 2026 09:59:00 -0600", **fields}
    return "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n"


def counted(sent: list[bytes], received: Sequence[bytes] = (), at_least: int = 1) -> list[tuple[str, str, int, int]]:
    found = Acquaintances(["dana@example.com"])
    for raw in sent:
        found.sent(raw)
    for raw in received:
        found.received(raw)
    return [(p.address, p.name, p.written, p.heard) for p in found.people(at_least=at_least)]


def test_the_most_written_come_first_each_with_their_own_spelling_of_the_name() -> None:
    sent = [header(To="ada@example.org, Charles <charles@example.org>", Cc="Dana <DANA@example.com>")]
    sent += [header(To='"Lovelace, A." <ADA@example.org>')] * 2
    received = [header(From="Ada King Lovelace <ada@example.org>")]
    assert counted(sent, received) == [
        ("ada@example.org", "Ada King Lovelace", 3, 1),
        ("charles@example.org", "Charles", 1, 0),
    ]
    assert [p[0] for p in counted(sent, received, at_least=2)] == ["ada@example.org"]


def test_who_was_never_written_to_is_nobody_known() -> None:
    assert counted([], [header(From="Stranger <s@example.net>")] * 5) == []


def test_an_encoded_name_and_one_turned_round_are_read() -> None:
    assert counted([header(To='=?utf-8?q?J=C3=B6rg?= <j@example.org>, "Hopper, Grace" <g@example.org>')])[::-1] == [
        ("j@example.org", "Jörg", 1, 0),
        ("g@example.org", "Grace Hopper", 1, 0),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        header(To=", ".join(f"p{n}@example.org" for n in range(21))),
        header(To="noreply@example.org, info@example.org, friends@googlegroups.com"),
        header(To="ada@example.org", Auto_Submitted="auto-replied"),
        header(To="ada@example.org", X_Breadcrumb_ID="x"),
        b"\xff\xfe garbage",
        b"",
    ],
    ids=["to a crowd", "robots and lists", "an automatic answer", "our own mail", "garbage", "nothing"],
)
def test_what_shows_no_acquaintance_counts_for_none(raw: bytes) -> None:
    assert counted([raw]) == []


def test_mail_of_a_list_counts_for_nobody_and_its_address_is_a_list() -> None:
    listed = header(From="Ada <ada@example.org>", List_Post="<mailto:club@example.org>", List_Id="<club.example.org>")
    assert counted([header(To="Club <club@example.org>")], [listed]) == []


@pytest.mark.parametrize("address", ["info@example.org", "Support+1@example.org", "no-reply@x.test", "a@lists.x.test"])
def test_desks_and_lists_are_no_people(address: str) -> None:
    assert is_robot(address)


@pytest.mark.parametrize("address", ["information.officer@example.org", "ada@example.org", "helpdesker@example.org"])
def test_people_are_no_desks(address: str) -> None:
    assert not is_robot(address)

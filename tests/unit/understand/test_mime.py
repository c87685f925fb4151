# ruff: noqa: E501
"""Headers and parts are read as the standards say, and past what breaks them."""

from __future__ import annotations

import pytest

from mailer.understand.headers import decode_words, message_ids, parse_addresses, parse_date, parse_parameters
from mailer.understand.mime import parse


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe_an_alle?=", "Grüße an alle"),
        ("=?iso-8859-1?q?Gr=FC=DFe?= Dana", "Grüße Dana"),
        ("=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße"),
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?x-none?Q?Hello?=", "Hello"),
        ("=?utf-8?B?!!!?= kept", " kept"),
        ("=?utf-8?Q?unfinished", "=?utf-8?Q?unfinished"),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_decoded(value: str, text: str) -> None:
    assert decode_words(value) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada Lovelace <ada@Example.ORG>", [("Ada Lovelace", "ada@example.org")]),
        ('"Lovelace, Ada" <ada@example.org>, bob@example.org', [("Lovelace, Ada", "ada@example.org"), ("", "bob@example.org")]),
        ("ada@example.org (Ada Lovelace)", [("Ada Lovelace", "ada@example.org")]),
        ("friends: ada@example.org, bob@example.org;", [("", "ada@example.org"), ("", "bob@example.org")]),
        ("=?utf-8?Q?Ad=C3=A4?= <ada@example.org>", [("Adä", "ada@example.org")]),
        ("<@relay.example.net:ada@example.org>", [("", "ada@example.org")]),
        ("ada@example.org; bob@example.org", [("", "ada@example.org"), ("", "bob@example.org")]),
        ('"ada <ada@example.org>', [("ada", "ada@example.org")]),
        ("undisclosed-recipients:;", []),
        ("", []),
        ("@", []),
    ],
)  # fmt: skip
def test_addresses_are_read(value: str, expected: list[tuple[str, str]]) -> None:
    assert [tuple(address) for address in parse_addresses(value)] == expected


def test_parameters_are_read_quoted_continued_and_encoded() -> None:
    kind, parameters = parse_parameters(
        'Text/Plain; charset="utf-8"; name*0*=utf-8\'\'Gr%C3%BC; name*1="sse.txt"; boundary="a;b=c"'
    )
    assert (kind, parameters["charset"], parameters["name"], parameters["boundary"]) == (
        "text/plain",
        "utf-8",
        "Grüsse.txt",
        "a;b=c",
    )


def test_ids_are_read_in_order_each_once() -> None:
    assert message_ids("<a@x> <b@y>\n <a@x> rubbish") == ("<a@x>", "<b@y>")
    assert message_ids("a@x") == ("<a@x>",)
    assert message_ids("nothing") == ()


@pytest.mark.parametrize(
    "value", ["Mon, 23 Nov 2026 10:00:00 +0100", "23 Nov 2026 09:00 GMT", "Mon, 23 Nov 2026 09:00:00 -0000"]
)
def test_a_date_is_in_utc(value: str) -> None:
    found = parse_date(value)
    assert found is not None
    assert found.isoformat() == "2026-11-23T09:00:00+00:00"


@pytest.mark.parametrize(
    "value", ["", "yesterday", "Mon, 99 Nov 2026 99:00:00 +0100", "1" * 500, "Mon, 23 Nov 0000 10:00:00 +9999"]
)
def test_a_date_that_makes_no_sense_is_none(value: str) -> None:
    assert parse_date(value) is None


def test_line_ends_of_every_kind_are_read() -> None:
    for end in ("\n", "\r\n", "\r"):
        message = parse(f"Subject: a{end}To: b@c.d{end}{end}one{end}two".encode())
        assert (message.headers.get("subject"), message.text) == ("a", "one\ntwo")


def test_a_missing_blank_line_ends_the_headers_at_the_first_line_that_is_none() -> None:
    message = parse(b"Subject: a\nthis is text\nmore")
    assert (message.headers.get("subject"), message.text) == ("a", "this is text\nmore")


def test_an_mbox_line_before_the_headers_is_passed_over() -> None:
    assert parse(b"From ada@example.org Mon Nov 23 10:00:00 2026\nSubject: a\n\nx").headers.get("subject") == "a"


def test_folded_fields_are_unfolded() -> None:
    assert parse(b"Subject: one\n two\n\tthree\n\nx").headers.text("subject") == "one two three"


def test_raw_utf8_in_headers_is_read() -> None:
    assert parse("Subject: Grüße\n\nx".encode()).headers.get("subject") == "Grüße"


def test_parts_are_found_between_boundaries_and_not_beyond_the_last() -> None:
    body = b"preamble\n--b\nContent-Type: text/plain\n\none\n--b\n\ntwo\n--b--\nepilogue\n--b\n\nthree"
    message = parse(b"Content-Type: multipart/mixed; boundary=b\n\n" + body)
    assert [part.text for part in message.parts] == ["one", "two"]


def test_a_missing_last_boundary_loses_nothing() -> None:
    message = parse(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo")
    assert [part.text for part in message.parts] == ["one", "two"]


def test_an_inner_boundary_that_begins_like_the_outer_is_told_apart() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb--\n--b\n\ntwo\n--b--\n"
    message = parse(raw)
    assert [part.text for part in message.walk() if not part.parts] == ["one", "two"]


def test_a_multipart_whose_boundary_never_comes_is_text() -> None:
    message = parse(b"Content-Type: multipart/mixed; boundary=b\n\nhello")
    assert (message.kind, message.text) == ("text/plain", "hello")


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", b"SGVsbG8=", "Hello"),
        ("base64", b"SGVs\nbG8", "Hello"),
        ("base64", b"SGVs*bG8=\n", "Hello"),
        ("base64", b"SGVsbG8=\nSGVsbG8gYWdhaW4=", "HelloHello again"),
        ("BASE64 ", b"SGVsbG8=", "Hello"),
        ("quoted-printable", b"a=3Db=\nc", "a=bc"),
        ("quoted-printable", b"=ZZ=", "=ZZ"),
        ("x-uuencode", b"begin 644 x\n%2&5L;&\\\n`\nend", "Hello"),
        ("8bit", b"Hello", "Hello"),
        ("no-such", b"Hello", "Hello"),
    ],
)
def test_transfer_encodings_are_undone_leniently(encoding: str, body: bytes, text: str) -> None:
    message = parse(b"Content-Transfer-Encoding: " + encoding.encode() + b"\n\n" + body)
    assert message.text.strip() == text

"""Header fields: what reaches them, how they are encoded and folded. Read back with the standard library's parser."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose import headers
from mailer.errors import MessageError

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), max_size=300)
NASTY = st.text(st.sampled_from('ab \r\n\t\0\x0b\x0c\x85\u2028:=?<>@"\\,;()é\u202e'), max_size=60)


def parsed(*fields: str) -> EmailMessage:
    octets = ("\r\n".join(fields) + "\r\n\r\n").encode()
    message = message_from_bytes(octets, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def assert_well_folded(field: str) -> None:
    for number, line in enumerate(field.split("\r\n")):
        assert "\r" not in line and "\n" not in line
        assert number == 0 or line.startswith(" ")
        assert line.strip()
        assert len(line) <= 998
        assert line.isascii()
        assert len(line) <= 76 or "=?" not in line  # RFC 2047 section 2


@given(TEXT)
def test_any_subject_comes_back_as_it_was(subject: str) -> None:
    cleaned = headers.clean(subject, "the subject")
    field = headers.unstructured("Subject", subject, "the subject")
    assert_well_folded(field)
    if cleaned:
        assert parsed(field)["Subject"] == cleaned


@given(TEXT)
def test_any_name_comes_back_as_it_was(name: str) -> None:
    cleaned = " ".join(headers.clean(name, "the name").split())
    field = headers.mailbox("To", name, "ada@example.org", "the name")
    assert_well_folded(field)
    (address,) = parsed(field)["To"].addresses
    assert address.addr_spec == "ada@example.org"
    # Some versions of the standard library keep the space between two encoded words of a name (RFC 2047 section 6.2).
    phrase = field.replace("\r\n", "").removeprefix("To: ").rpartition("<")[0].strip()
    shown = str(make_header(decode_header(phrase))) if "=?" in phrase else address.display_name
    assert shown == cleaned


@given(NASTY, NASTY, NASTY)
def test_no_value_makes_a_second_header(subject: str, name: str, address: str) -> None:
    try:
        fields = [
            headers.unstructured("Subject", subject, "the subject"),
            headers.mailbox("To", name, "ada@example.org", "the name"),
            headers.mailbox("From", "", address, "the name"),
        ]
    except MessageError:
        return
    assert parsed(*fields).keys() == ["Subject", "To", "From"]


@given(st.one_of(NASTY, st.from_regex(r"<[a-z]+@[a-z]+>", fullmatch=True)))
def test_no_identifier_makes_a_second_header_and_none_is_encoded(value: str) -> None:
    try:
        fields = [headers.identifier("Message-ID", value), headers.token("X-Breadcrumb-ID", value[1:4])]
    except MessageError:
        return
    assert parsed(*fields).keys() == ["Message-ID", "X-Breadcrumb-ID"]
    assert "=?" not in "".join(fields) or "=?" in value


@pytest.mark.parametrize("sign", ["\r", "\n", "\r\n", "\0", "\x0b", "\x0c", "\x85", "\u2028", "\x1b"])
def test_a_line_break_or_control_character_in_a_header_is_an_error(sign: str) -> None:
    with pytest.raises(MessageError):
        headers.unstructured("Subject", f"Hello{sign}Bcc: eve@example.com", "the subject")


def test_signs_that_reorder_text_never_reach_a_header() -> None:
    assert headers.unstructured("Subject", "invoice\u202egnp.exe", "the subject") == "Subject: invoicegnp.exe"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada Lovelace", "To: Ada Lovelace <ada@example.org>"),
        ("", "To: ada@example.org"),
        ("Lovelace, Ada", 'To: "Lovelace, Ada" <ada@example.org>'),
        ("Dr. Ada", 'To: "Dr. Ada" <ada@example.org>'),
        ('The "Countess"', 'To: "The \\"Countess\\"" <ada@example.org>'),
        ("Zoë", "To: =?utf-8?q?Zo=C3=AB?= <ada@example.org>"),
        ("=?utf-8?q?abc?=", "To: =?utf-8?q?=3D=3Futf-8=3Fq=3Fabc=3F=3D?= <ada@example.org>"),
    ],
)
def test_a_name_is_written_as_plainly_as_the_standards_allow(name: str, written: str) -> None:
    assert headers.mailbox("To", name, "ada@example.org", "the name") == written


def test_an_encoded_word_never_splits_a_character() -> None:
    for word in re.findall(r"=\?utf-8\?.\?[^?]*\?=", headers.unstructured("Subject", "山🌲é" * 60, "the subject")):
        assert "\ufffd" not in str(parsed(f"Subject: {word}")["Subject"])


def test_a_long_plain_subject_is_folded_and_not_encoded() -> None:
    field = headers.unstructured("Subject", "word " * 40, "the subject")
    assert "=?" not in field
    assert max(map(len, field.split("\r\n"))) <= 76


def test_a_word_too_long_for_a_line_is_encoded_so_that_it_can_be_folded() -> None:
    field = headers.unstructured("Subject", "x" * 2000, "the subject")
    assert_well_folded(field)
    assert parsed(field)["Subject"] == "x" * 2000


def test_a_domain_of_another_script_becomes_ascii() -> None:
    assert headers.header_address("ada@bücher.example") == "ada@xn--bcher-kva.example"


def test_only_a_local_part_outside_ascii_needs_smtputf8() -> None:
    assert headers.needs_smtputf8("zoë@example.org")
    assert not headers.needs_smtputf8("ada@bücher.example")


NO_ADDRESSES = [
    "",
    "ada",
    "@example.org",
    "ada@",
    "a da@example.org",
    "ada@exa mple.org",
    "ada@example.org\r\nBcc: e@example.com",
    "<ada@example.org>",
    "ada@example.org, eve@example.org",
    "a..b@example.org",
    "=?utf-8?q?x?=@example.org",
    "ada@-example.org",
    f"{'a' * 300}@example.org",
    "ada@xn--\u0378.example",
    "ada\u202e@example.org",
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(MessageError):
        headers.header_address(address)


@pytest.mark.parametrize("address", ["o'neil+jobs@example.org", "ada@localhost", "ada@[127.0.0.1]", "ζωή@example.org"])
def test_odd_but_valid_addresses_pass(address: str) -> None:
    assert headers.header_address(address) == address


def test_references_fold_only_at_spaces_and_are_never_encoded() -> None:
    ids = tuple(f"<{'x' * 60}{n}=?utf-8?q?y?=@example.org>" for n in range(5))
    field = headers.identifiers("References", ids)
    assert field.split("\r\n") == [f"References: {ids[0]}", *(f" {each}" for each in ids[1:])] or field.replace(
        "\r\n", ""
    ) == "References: " + " ".join(ids)
    assert tuple(field.replace("\r\n", "").removeprefix("References: ").split(" ")) == ids


def test_a_long_thread_keeps_its_first_and_latest_references() -> None:
    ids = [f"<{n}@example.org>" for n in range(100)]
    kept = headers.identifiers("References", ids).replace("\r\n", "").split()[1:]
    assert kept == [ids[0], *ids[-29:]]


def test_a_strangers_malformed_identifier_is_left_out_of_references() -> None:
    assert (
        headers.identifiers("References", ["no brackets", "<a@example.org>", "<é@x>"]) == "References: <a@example.org>"
    )
    assert headers.identifiers("References", ["", "<a b@x>"]) == ""


def test_a_line_break_in_a_reference_is_an_error() -> None:
    with pytest.raises(MessageError):
        headers.identifiers("References", ["<a@example.org>\r\nBcc: eve@example.com"])


def test_list_unsubscribe_takes_a_mail_address_with_or_without_brackets() -> None:
    wanted = "List-Unsubscribe: <mailto:dana@example.com?subject=stop>"
    assert headers.uris("List-Unsubscribe", "mailto:dana@example.com?subject=stop") == wanted
    assert headers.uris("List-Unsubscribe", "<mailto:dana@example.com?subject=stop>") == wanted


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "mailto:a b@example.org", "<mailto:a>\r\nBcc: x", "", "mailto:é"]
)
def test_list_unsubscribe_takes_nothing_else(value: str) -> None:
    with pytest.raises(MessageError):
        headers.uris("List-Unsubscribe", value)

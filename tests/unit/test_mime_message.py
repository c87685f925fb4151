"""Whole messages, read back with the standard library."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, message_from_string, policy
from email.errors import NonASCIILocalPartDefect
from email.message import EmailMessage, Message
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.compose import Draft, Head, build, card, message_id, to_html, to_text
from mailer.compose.body import flow, part, unflow
from mailer.errors import MessageError
from mailer.model import Profile

PROFILE = Profile("Dana Reyes", "dana@example.com", "+1 312 555 0100", "Chicago", "https://dana.example")
WHEN = datetime(2026, 11, 2, 9, 30, tzinfo=timezone(timedelta(hours=-6)))
HEAD = Head(PROFILE, "Ada Lovelace", "ada@example.org", WHEN, "<abc@example.com>", "abc")
BODY = "Hi Ada,\n\nThank you for the **tender**, and see [my page](https://dana.example).\n\n--\nDana Reyes\n"
DRAFT = Draft("Thank you", BODY)

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), max_size=120)
MARKDOWN = st.text(st.sampled_from("ab é\n -*_>`[](<)#1.+=\\~&;:!/山\t"), max_size=400)


def utf8_message(octets: bytes, strict: policy.EmailPolicy) -> Message:
    return message_from_string(octets.decode(), policy=strict)  # the parser of octets knows no RFC 6532


def read(octets: bytes) -> EmailMessage:
    strict = policy.strict.clone(utf8=not octets.isascii())
    message = message_from_bytes(octets, policy=strict) if octets.isascii() else utf8_message(octets, strict)
    assert isinstance(message, EmailMessage)
    assert not list(message.defects)
    for each in message.walk():
        assert not each.defects
        found = {type(defect) for value in each.values() for defect in getattr(value, "defects", ())}
        assert found <= ({NonASCIILocalPartDefect} if not octets.isascii() else set())
    return message


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert isinstance(plain, EmailMessage) and isinstance(rich, EmailMessage)
    return plain.get_content().replace("\r\n", "\n"), rich.get_content().replace("\r\n", "\n")


def assert_fit_for_the_wire(octets: bytes) -> None:
    assert octets.endswith(b"\r\n")
    assert b"\r" not in octets.replace(b"\r\n", b"") and b"\n" not in octets.replace(b"\r\n", b"")
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    assert b"\0" not in octets


@given(WORDS, WORDS, MARKDOWN)
def test_whatever_it_is_given_a_message_reads_back_exactly(subject: str, name: str, body: str) -> None:
    try:
        octets = build(Draft(subject, body), replace(HEAD, to_name=name))
    except MessageError:
        return
    assert_fit_for_the_wire(octets)
    assert octets.isascii()
    message = read(octets)
    plain, rich = parts(message)
    assert unflow(plain.removesuffix("\n")) == "\n".join(
        line if line == "-- " else line.rstrip(" ") for line in to_text(body).split("\n")
    )
    assert rich == to_html(body)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=200), st.text(max_size=40))
@settings(max_examples=200)
def test_no_input_yields_an_extra_header_or_part(subject: str, name: str, body: str, reference: str) -> None:
    head = replace(HEAD, to_name=name, references=(reference,), list_unsubscribe="mailto:dana@example.com", card=b"x")
    try:
        octets = build(Draft(subject, body), head)
    except MessageError:
        return
    message = read(octets)
    allowed = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "X-Breadcrumb-ID",
        "References",
        "List-Unsubscribe",
        "List-Id",
    ]
    assert set(message.keys()) <= {*allowed, "MIME-Version", "Content-Type"}
    assert len(message.keys()) == len(set(message.keys()))
    types = [each.get_content_type() for each in message.walk()]
    assert types == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/vcard"]


def test_a_thank_you_carries_its_headers_in_order() -> None:
    head = replace(
        HEAD,
        in_reply_to="<q@example.org>",
        references=("<p@example.org>", "<q@example.org>"),
        list_unsubscribe="mailto:dana@example.com?subject=stop",
        automatic=True,
    )
    message = read(build(DRAFT, head))
    assert message.items() == [
        ("From", "Dana Reyes <dana@example.com>"),
        ("To", "Ada Lovelace <ada@example.org>"),
        ("Subject", "Thank you"),
        ("Date", "Mon, 02 Nov 2026 09:30:00 -0600"),
        ("Message-ID", "<abc@example.com>"),
        ("X-Breadcrumb-ID", "abc"),
        ("In-Reply-To", "<q@example.org>"),
        ("References", "<p@example.org> <q@example.org>"),
        ("List-Unsubscribe", "<mailto:dana@example.com?subject=stop>"),
        ("List-Id", "<updates.07e2f1394b0ea80e2adca010ea8318df.localhost>"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        ("Content-Type", message["Content-Type"]),
    ]


def test_a_plain_letter_has_no_header_that_it_does_not_need() -> None:
    names = read(build(DRAFT, HEAD)).keys()
    assert not {"In-Reply-To", "References", "List-Unsubscribe", "Auto-Submitted", "Bcc", "Sender"} & set(names)


def test_text_comes_before_html() -> None:
    message = read(build(DRAFT, HEAD))
    assert [each.get_content_type() for each in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert message.get_payload(0).get_param("format") == "flowed"


def test_the_card_is_an_attachment_beside_the_letter() -> None:
    (attachment,) = read(build(DRAFT, replace(HEAD, card=card(PROFILE)))).iter_attachments()
    assert isinstance(attachment, EmailMessage)
    assert attachment.get_content_type() == "text/vcard"
    assert attachment.get_filename() == "Dana-Reyes.vcf"
    assert attachment.get_payload(decode=True) == card(PROFILE)


def test_no_boundary_is_the_beginning_of_another() -> None:
    octets = build(DRAFT, replace(HEAD, card=b"x"))
    outer, inner = re.findall(rb'boundary="([^"]+)"', octets)
    assert not outer.startswith(inner) and not inner.startswith(outer)


def test_the_same_letter_gives_the_same_octets() -> None:
    assert build(DRAFT, HEAD) == build(DRAFT, HEAD)


def test_a_letter_in_other_scripts_leaves_in_seven_bits() -> None:
    body = "Liebe Zoë,\n\nvielen Dank für alles.\n\n山田さん、ありがとうございました。" + "山" * 3000
    octets = build(Draft("Grüße", body), replace(HEAD, to_name="Zoë", profile=replace(PROFILE, name="Dana Réyes")))
    assert octets.isascii()
    assert_fit_for_the_wire(octets)
    message = read(octets)
    assert parts(message)[0] == flow(to_text(body)) + "\n"
    assert message["Subject"] == "Grüße"
    assert message["From"].addresses[0].display_name == "Dana Réyes"


def test_only_an_address_beyond_ascii_makes_the_headers_utf8() -> None:
    octets = build(DRAFT, replace(HEAD, to_address="zoë@example.org", to_name="Zoë"))
    assert not octets.isascii()
    assert read(octets)["To"].addresses[0].addr_spec == "zoë@example.org"
    assert octets.split(b"\r\n\r\n", 1)[1].isascii()


def test_an_international_domain_is_written_in_ascii() -> None:
    assert b"To: Ada Lovelace <ada@xn--bcher-kva.example>" in build(
        DRAFT, replace(HEAD, to_address="ada@bücher.example")
    )


@pytest.mark.parametrize(
    ("draft", "head"),
    [
        (Draft("", BODY), HEAD),
        (Draft(" \t ", BODY), HEAD),
        (Draft("Hello\nBcc: eve@example.com", BODY), HEAD),
        (Draft("Hello", " \n "), HEAD),
        (DRAFT, replace(HEAD, to_name="Ada\r\nBcc: eve@example.com")),
        (DRAFT, replace(HEAD, to_address="ada@example.org\nBcc: eve@example.com")),
        (DRAFT, replace(HEAD, message_id="<a@b>\r\nX: y")),
        (DRAFT, replace(HEAD, breadcrumb_id="a\nb")),
        (DRAFT, replace(HEAD, in_reply_to="<a@b>\nX: y")),
        (DRAFT, replace(HEAD, profile=replace(PROFILE, name="Dana\nX: y"))),
        (DRAFT, replace(HEAD, date=datetime(2026, 11, 2))),  # noqa: DTZ001 - which is what is refused
    ],
)
def test_what_can_not_stand_in_a_message_is_refused(draft: Draft, head: Head) -> None:
    with pytest.raises(MessageError):
        build(draft, head)


def test_the_message_id_is_at_the_owners_domain() -> None:
    assert message_id("abc", "dana@example.com") == "<abc@example.com>"
    assert message_id("abc", "dana@bücher.example") == "<abc@xn--bcher-kva.example>"


def test_a_token_that_breaks_the_message_id_is_refused() -> None:
    with pytest.raises(MessageError):
        message_id("a b", "dana@example.com")


@given(st.text(st.sampled_from("ab >-é\nFrom "), max_size=400))
def test_flowed_text_is_put_together_again_as_it_was(text: str) -> None:
    wanted = "\n".join(line if line == "-- " else line.rstrip(" ") for line in text.split("\n"))
    flowed = flow(text)
    assert unflow(flowed) == wanted
    assert not re.search(r"^(?:From |>)", flowed, re.MULTILINE)


def test_soft_lines_are_short_and_end_in_a_space() -> None:
    lines = flow("word " * 100).split("\n")
    assert all(len(line) <= 76 and line.endswith(" ") for line in lines[:-1])
    assert not lines[-1].endswith(" ")


def test_a_dash_pair_within_a_paragraph_never_looks_like_a_signature() -> None:
    for length in range(60, 80):
        assert "-- " not in flow("x" * length + " -- " + "y" * 40).split("\n")


def test_the_signature_line_stays_as_it_is() -> None:
    assert flow("Hello\n\n-- \nDana") == "Hello\n\n-- \nDana"


def test_spaces_at_line_ends_survive_quoted_printable() -> None:
    octets = part("text/plain; charset=utf-8; format=flowed", "é " + "word " * 30 + "\nend")
    lines = octets.partition(b"\r\n\r\n")[2].split(b"\r\n")
    assert not [line for line in lines if line.endswith((b" ", b"\t"))]
    assert max(map(len, lines)) <= 76


class Tags(HTMLParser):
    def __init__(self, document: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


SAFE_TAGS = set("html head meta body div p br a strong em code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 hr".split())  # noqa: SIM905


HOSTILE = """<script> <img/src=x> ![p](https://e.example/p.png) [x](javascript:y) [x](data:text/html,y) <https://e.example>
&lt; "onclick="x <!--> [a]:file:///x [a] <b> ``` - > #""".split()  # noqa: SIM905


@given(st.lists(st.sampled_from([*HOSTILE, "\n\n", "\n"])))
def test_html_holds_no_remote_content_no_scripts_and_only_safe_links(pieces: list[str]) -> None:
    for tag, attributes in Tags(to_html(" ".join(pieces))).found:
        assert tag in SAFE_TAGS
        assert set(attributes) <= {"style", "class", "href", "charset", "name", "content", "start"}
        assert (attributes.get("href") or "mailto:").startswith(("https://", "http://", "mailto:"))
        assert "url(" not in (attributes.get("style") or "")


def test_styles_are_written_into_the_elements() -> None:
    document = to_html("Hello [you](https://dana.example)")
    assert "<style" not in document
    assert re.search(r'<p style="[^"]*margin', document)
    assert re.search(r'<a href="https://dana.example" style="[^"]*color', document)


def test_the_owners_style_sheet_replaces_the_shipped_one() -> None:
    assert '<p style="color: red;">' in to_html("Hello", css="p { color: red; }")


def test_the_html_of_a_short_letter_is_small() -> None:
    assert len(to_html(BODY)) < 2_000


def test_no_line_of_the_html_begins_as_mailbox_files_escape() -> None:
    assert "\nFrom " not in to_html("Hello\nFrom me")


def test_times_are_shown_in_the_zone_they_come_in() -> None:
    assert read(build(DRAFT, replace(HEAD, date=WHEN.astimezone(UTC))))["Date"] == "Mon, 02 Nov 2026 15:30:00 +0000"


def test_a_letter_that_can_be_stopped_says_which_letters_those_are() -> None:
    plain = read(build(DRAFT, HEAD))
    assert plain["List-Unsubscribe"] is None and plain["List-Id"] is None
    first, second = (read(build(DRAFT, replace(HEAD, list_unsubscribe=f"mailto:{n}@example.com"))) for n in "ab")
    assert re.fullmatch(r"<updates\.[0-9a-f]{32}\.localhost>", first["List-Id"])
    assert first["List-Id"] == second["List-Id"]
    other = replace(
        HEAD, profile=replace(HEAD.profile, email="bob@example.com"), list_unsubscribe="mailto:a@example.com"
    )
    assert read(build(DRAFT, other))["List-Id"] != first["List-Id"]

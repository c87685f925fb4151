"""The owner's card."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose import card
from mailer.compose.card import card_name
from mailer.model import Profile

PROFILE = Profile(
    "Dana María Reyes", "dana@bücher.example", "+1 312 555 0100", "Chicago; IL, USA", "https://dana.example"
)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)


def properties(octets: bytes) -> dict[str, str]:
    unfolded = octets.decode().replace("\r\n ", "")
    return {name: value for name, value in (line.split(":", 1) for line in unfolded.split("\r\n") if line)}


def unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], value)


def test_the_card_says_who_the_owner_is() -> None:
    found = properties(card(PROFILE))
    assert found["N"] == "Reyes;Dana María;;;"
    assert found["FN"] == "Dana María Reyes"
    assert found["EMAIL;TYPE=INTERNET"] == "dana@xn--bcher-kva.example"
    assert found["TEL;TYPE=VOICE"] == "+1 312 555 0100"
    assert found["ADR;TYPE=WORK"] == ";;;Chicago\\; IL\\, USA;;;"
    assert found["URL"] == "https://dana.example"
    assert "ORG" not in found and "TITLE" not in found


@given(TEXT, TEXT, TEXT)
def test_a_card_is_always_well_formed(name: str, company: str, location: str) -> None:
    octets = card(Profile(name, "dana@example.com", company=company, location=location))
    lines = octets.split(b"\r\n")
    assert lines[:2] == [b"BEGIN:VCARD", b"VERSION:3.0"] and lines[-2:] == [b"END:VCARD", b""]
    assert max(map(len, lines)) <= 75
    assert b"\n" not in octets.replace(b"\r\n", b"")
    names = [line.split(":")[0] for line in octets.decode().replace("\r\n ", "").split("\r\n") if line]
    assert set(names) <= {"BEGIN", "VERSION", "N", "FN", "ORG", "EMAIL;TYPE=INTERNET", "ADR;TYPE=WORK", "END"}
    plain = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", name.replace("\r\n", "\n").replace("\r", "\n")).strip()
    assert unescaped(properties(octets)["FN"]) == plain


FILES = [("Dana Reyes", "Dana-Reyes.vcf"), ("José Ñu", "Jose-Nu.vcf"), ("山田", "card.vcf"), ('a"/../b', "a-b.vcf")]


@pytest.mark.parametrize(("name", "file"), FILES)
def test_the_cards_file_name_is_plain_ascii(name: str, file: str) -> None:
    assert card_name(Profile(name, "dana@example.com")) == file

"""Addresses: the short way and the careful way say the same."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.addresses import address_key, normalise_address


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ada@example.org", "ada@example.org"),
        ("Ada.L+x@Example.ORG", "Ada.L+x@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("zoë@exämple.org", "zoë@exämple.org"),
        ("zoe@xn--exmple-cua.org", "zoe@exämple.org"),
        ("ada@mail.example.test", "ada@mail.example.test"),
        ("ada@localhost", "ada@localhost"),
    ],
)
def test_an_address_is_stored_in_its_normal_form(written: str, normal: str) -> None:
    assert normalise_address(written) == normal


@pytest.mark.parametrize(
    "text",
    [
        *("", "ada", "ada@", "@example.org", "a b@example.org", "ada@example", "a..b@example.org", "ada@-example.org"),
        *("ada@x..org", "Ada <ada@example.org>", "ada@example.org\n", "ada@[127.0.0.1]", "ada@site.invalid"),
        "ada@example.org,bob@example.org",
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is no email address: ") as caught:
        normalise_address(text)
    assert "\n" not in str(caught.value)


_LOCALS = st.text("ab1._+-'é@ ", min_size=1, max_size=6)
_DOMAINS = st.text("abX1.-é", min_size=1, max_size=8)


@given(_LOCALS, _DOMAINS, st.sampled_from(["", ".org", ".Example", ".x", ".test", ".1"]))
@settings(max_examples=500, deadline=None)
def test_the_short_way_says_what_email_validator_says(local: str, domain: str, end: str) -> None:
    address = f"{local}@{domain}{end}"
    try:
        expected = validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        with pytest.raises(ValueError, match="no email address"):
            normalise_address(address)
    else:
        assert normalise_address(address) == expected


def test_case_does_not_make_another_person() -> None:
    assert address_key("Ada@example.org") == address_key("ada@example.org")

"""The table of mail services: an address leads to one of them, and nothing in it can harm."""

from __future__ import annotations

import pytest

from mailer.config.provider import Flow, SignIn
from mailer.config.providers import BY_NAME, PROVIDERS, WITHOUT_IMAP, by_domain, by_mx
from mailer.model import Security


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("gmail.com", "gmail"),
        ("GMAIL.com.", "gmail"),
        ("hotmail.co.uk", "outlook"),
        ("acme.onmicrosoft.com", "office365"),
        ("me.com", "icloud"),
        ("verizon.net", "aol"),
        ("gmx.at", "gmx"),
        ("gmx.co.uk", "gmx.com"),
    ],
)
def test_a_services_own_domain_leads_to_it(domain: str, name: str) -> None:
    found = by_domain(domain)
    assert found is not None and found.names[0] == name


@pytest.mark.parametrize("domain", ["example.org", "notgmail.com", "mail.gmail.com", "onmicrosoft.com.example.org", ""])
def test_other_domains_lead_nowhere(domain: str) -> None:
    assert by_domain(domain) is None


@pytest.mark.parametrize(
    ("exchanger", "name"),
    [
        ("aspmx.l.google.com.", "google-workspace"),
        ("example-org.mail.protection.outlook.com", "office365"),
        ("in1-smtp.messagingengine.com", "fastmail"),
        ("mx00.ionos.de", "ionos"),
    ],
)
def test_a_mail_exchanger_leads_to_who_runs_it(exchanger: str, name: str) -> None:
    found = by_mx(exchanger)
    assert found is not None and found.names[0] == name


def test_a_mail_exchanger_that_only_sounds_alike_leads_nowhere() -> None:
    assert by_mx("mx.notgoogle.com") is None


def test_names_domains_and_exchangers_belong_to_one_service_each() -> None:
    for each in ("names", "domains", "mx"):
        values = [value for provider in PROVIDERS for value in getattr(provider, each)]
        assert len(values) == len(set(values)), each
    assert not WITHOUT_IMAP.keys() & {domain for provider in PROVIDERS for domain in provider.domains}


def test_forty_services_or_more_are_known_and_every_connection_is_protected() -> None:
    assert len(PROVIDERS) >= 40
    assert all(Security.none not in (each.smtp.security, each.imap.security) for each in PROVIDERS)


def test_only_services_with_a_source_are_trusted_to_file_sent_mail() -> None:
    """Absence from the Sent folder counts as proof there: a name added here needs a source in the table."""
    assert {each.names[0] for each in PROVIDERS if each.files_sent} == {
        "gmail",
        "google-workspace",
        "outlook",
        "office365",
    }


def test_whoever_needs_more_than_a_password_says_how_to_get_it() -> None:
    for each in PROVIDERS:
        assert each.how or each.sign_in is SignIn.password, each.label
        assert each.oauth is not None or each.sign_in is not SignIn.oauth2, each.label
        assert not each.page or each.page.startswith("https://")


def test_microsoft_grants_access_by_a_device_code_and_google_through_the_browser() -> None:
    microsoft, google = BY_NAME["outlook"].oauth, BY_NAME["gmail"].oauth
    assert microsoft is not None and google is not None
    assert (microsoft.flow, google.flow) == (Flow.device, Flow.loopback)
    for scope in ("IMAP.AccessAsUser.All", "SMTP.Send", "offline_access"):
        assert scope in microsoft.scope


def test_a_service_that_wants_the_name_alone_gets_it() -> None:
    assert BY_NAME["free"].username("dana@free.fr") == "dana"
    assert BY_NAME["gmail"].username("dana@gmail.com") == "dana@gmail.com"

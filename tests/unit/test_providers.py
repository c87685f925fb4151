"""The table of mail services: an address leads to one of them, and nothing in it can harm."""

from __future__ import annotations

import pytest

from mailer.config.provider import Flow, Provider, SignIn
from mailer.config.providers import BY_NAME, PROVIDERS, WITHOUT_IMAP, by_domain, by_mx, limits_known, that_sends
from mailer.model import Security, Server


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


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gmail", "Gmail takes 500 a day"),
        ("office365", "Microsoft 365 takes 30 a minute and 10,000 a day"),
        ("ionos", "IONOS takes 50 an hour (in the first week; 500 an hour after 30 days)"),
        ("posteo", "no limit of Posteo is known, so these are mailer's own"),
    ],
)
def test_a_services_limit_is_said_and_that_none_is_known(name: str, said: str) -> None:
    assert limits_known(BY_NAME[name]) == said
    assert limits_known(None) == "no limit of your mail service is known, so these are mailer's own"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("gmail", (10, 200), (10, 200)),
        ("gmail", (10, 501), (10, 500)),
        ("office365", (60, 200), (30, 200)),
        ("dreamhost", (10, 200), (1, 200)),
        ("dreamhost", (10, 100), (10, 100)),
        ("ionos", (10, 200), (10, 50)),
        ("proton", (10, 200), (10, 50)),
        ("posteo", (500, 9999), (500, 9999)),
    ],
)
def test_limits_within_a_services_own_are_kept_and_higher_ones_come_down(
    name: str, before: tuple[int, int], after: tuple[int, int]
) -> None:
    assert BY_NAME[name].within(*before) == after


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda each: each.names[0])
def test_limits_brought_down_never_exceed_what_a_service_takes(provider: Provider) -> None:
    for before in ((10, 200), (1, 1), (10_000, 1_000_000)):
        minute, day = provider.within(*before)
        assert 1 <= minute <= before[0] and 1 <= day <= before[1]
        assert minute <= (provider.per_minute or minute) and day <= (provider.per_day or day)
        assert min(minute * 60, day) <= (provider.per_hour or min(minute * 60, day))


def test_limits_are_those_of_the_server_that_takes_the_mail() -> None:
    gmail, relay = BY_NAME["gmail"], Server("smtp.example.org", 465, Security.tls)
    assert that_sends("gmail", gmail.smtp, gmail.imap) is gmail
    assert that_sends("google-workspace", gmail.smtp, gmail.imap) is BY_NAME["google-workspace"]
    assert that_sends("", gmail.smtp, gmail.imap) is gmail
    assert that_sends("gmail", relay, gmail.imap) is None

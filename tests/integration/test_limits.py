"""How much a mail service takes: what `init` writes and says of it, and what the doctor does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailer.cli.setup.after import next_steps
from mailer.cli.setup.files import Answers, config_text
from mailer.config import Config, parse_config
from mailer.config.providers import BY_NAME
from mailer.daemon.wiring import wire
from mailer.discovery import Found
from mailer.discovery.search import of_provider
from mailer.doctor import Patient
from mailer.doctor.database import limits
from mailer.doctor.redact import Redactor
from mailer.doctor.report import Check, Result
from mailer.model import Security, Server

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWN = Found(
    Server("mail.example.org", 465, Security.tls), Server("mail.example.org", 993, Security.tls), "dana", "a guess"
)


def written(found: Found) -> str:
    place = {"file": "password"}
    answers = Answers("Dana", "dana@example.org", found, "work", "", "UTC", date(2026, 11, 24), password=place)
    return config_text(answers)


def at(provider: str) -> Found:
    return of_provider(BY_NAME[provider], "dana@example.org", "the table")


def configured(account: str, limits: str = "{}") -> str:
    return (
        "profile: {name: Dana, email: dana@example.org}\nsearch: {looking_for: work}\nschedule: {timezone: UTC}\n"
        f"account: {{{account}, password: {{env: NONE}}}}\nlimits: {limits}\n"
    )


def examined(text: str) -> Check:
    (found,) = limits(Patient(read(text), {}, None))
    return found


def read(text: str) -> Config:
    return parse_config(text, Path("/x/config.yaml"))


# What init writes and says


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_configuration_that_init_writes_never_exceeds_what_a_service_takes(name: str) -> None:
    known, set_ = BY_NAME[name], read(written(at(name))).limits
    assert known.within(set_.per_minute, set_.per_day) == (set_.per_minute, set_.per_day)


def test_where_a_service_takes_less_than_usual_init_writes_lower_limits() -> None:
    text = written(at("ionos"))
    assert "\nlimits: {per_minute: 10, per_day: 50}\n" in text
    assert "IONOS takes 50 an hour (in the first week" in text


def test_where_a_service_takes_more_the_usual_limits_stay() -> None:
    text = written(at("gmail"))
    assert "Gmail takes 500 a day." in text and "\n#limits: {per_minute: 10, per_day: 200}\n" in text


@pytest.mark.parametrize(("found", "who"), [(at("posteo"), "Posteo"), (OWN, "your mail service")])
def test_where_no_limit_is_known_the_configuration_and_init_say_so_and_what_holds_instead(
    found: Found, who: str
) -> None:
    text = written(found)
    assert f"# How fast mail leaves: no limit of {who} is known, so these are mailer's own.\n#limits: " in text
    told = "\n".join(next_steps(read(text), "", NOW))
    assert "At most 10 letters leave in a minute and 200 in a day (`limits`): " in told
    assert f"no limit of {who} is known" in told


def test_init_says_the_limits_that_it_wrote() -> None:
    told = "\n".join(next_steps(read(written(at("dreamhost"))), "", NOW))
    assert "At most 1 letter leaves in a minute and 200 in a day (`limits`): DreamHost takes 100 an hour." in told


# What the doctor says


@pytest.mark.parametrize(
    ("provider", "set_", "mend"),
    [
        ("gmail", "{per_day: 501}", "write limits: {per_minute: 10, per_day: 500} or less"),
        ("office365", "{per_minute: 31}", "write limits: {per_minute: 30, per_day: 200} or less"),
        ("ionos", "{per_day: 51}", "write limits: {per_minute: 10, per_day: 50} or less"),
        ("dreamhost", "{per_minute: 10}", "write limits: {per_minute: 1, per_day: 200} or less"),
    ],
)
def test_limits_above_those_of_the_service_by_the_minute_hour_or_day_are_warned_of(
    provider: str, set_: str, mend: str
) -> None:
    found = examined(configured(f"provider: {provider}", set_))
    assert (found.result, found.mend) == (Result.warning, mend)
    assert BY_NAME[provider].takes in found.reason


@pytest.mark.parametrize("wired", [True, False])
def test_the_doctor_says_that_no_limit_is_known_and_which_ones_hold(tmp_path: Path, wired: bool) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(configured("provider: posteo", "{per_day: 70}"))
    (tmp_path / "contacts.yaml").write_text("contacts: []\n")
    environ = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "NONE": "x"}
    app = wire(file, environ) if wired else None
    (found,) = limits(Patient(read(file.read_text()), environ, app))
    assert found.result is (Result.ok if wired else Result.skipped)
    said = "limits.per_minute is 10, limits.per_day 70; no limit of Posteo is known, so these are mailer's own"
    assert said in found.reason
    assert Redactor(["dana@example.org", "Dana"]).text(found.reason) == found.reason


def test_a_services_limit_is_known_by_its_servers_where_its_name_is_not_written() -> None:
    servers = "smtp: {host: smtp.gmail.com}, imap: {host: imap.gmail.com}"
    found = examined(configured(servers, "{per_day: 501}"))
    assert found.result is Result.warning and "Gmail takes 500 a day" in found.reason

"""The configuration: typed values, all problems at once, nothing secret shown."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.config import Config, UpdateReview, is_loopback, load_config, parse_config, redact_url
from mailer.config.provider import Flow
from mailer.config.values import duration, duration_text
from mailer.errors import ConfigurationError, RosterError
from mailer.model import Profile, SearchStatus, Security, Server

MINIMAL = """\
profile: {name: Dana Reyes, email: dana@example.com}
search: {looking_for: a head of platform role}
account:
  provider: fastmail
  password: {env: MAILER_PASSWORD}
schedule: {timezone: America/Chicago}
"""
PATH = Path("/home/dana/mail/config.yaml")


def config(text: str = MINIMAL) -> Config:
    return parse_config(text, PATH)


def with_line(line: str) -> Config:
    return config(MINIMAL + line + "\n")


def faults(text: str) -> list[str]:
    """The problems of a text, without the name of the file."""
    with pytest.raises(ConfigurationError) as caught:
        config(text)
    return [str(problem).removeprefix(f"{PATH}:") for problem in caught.value.problems]


def fault(line: str) -> str:
    """The one problem that a line adds to the minimal configuration."""
    (only,) = faults(MINIMAL + line + "\n")
    return only


def test_a_minimal_configuration_has_the_documented_defaults() -> None:
    found = config()
    assert found.search.status is SearchStatus.active
    assert found.account.username == "dana@example.com"
    assert found.account.uncertain_after == timedelta(minutes=15)
    assert found.schedule.weekdays == frozenset({0, 1, 2, 3, 4})
    assert (found.schedule.opens, found.schedule.closes) == (time(8, 30), time(17, 30))
    assert found.thank_you.skip_older_than == timedelta(days=14)
    assert (found.updates.day, found.updates.at) == ("first business day", time(9))
    assert found.updates.review is UpdateReview.preview
    assert found.first_start == "hold"
    assert (found.limits.per_minute, found.limits.per_day) == (10, 200)
    assert found.database == "sqlite"
    assert found.warnings == ()


def test_values_are_typed() -> None:
    found = config(
        MINIMAL.replace("{looking_for", "{status: paused, started: 2026-09-01, looking_for").replace(
            "Chicago}", 'Chicago, days: [tue, sun], from: 7:15, to: "22:00", holidays: us-il}'
        )
        + "thank_you: {after: 90m, within: 2d, review: approve, skip_older_than: 1w}\n"
        + "updates: {day: 15, at: 18:00, preview_lead: 1h 30m}\n"
        + "reading: {max_size: 500KB}\n"
    )
    assert found.search.status is SearchStatus.paused
    assert found.search.started == date(2026, 9, 1)
    assert found.schedule.timezone == ZoneInfo("America/Chicago")
    assert found.schedule.weekdays == frozenset({1, 6})
    assert (found.schedule.opens, found.schedule.closes) == (time(7, 15), time(22))
    assert found.schedule.holidays == "US-IL"
    assert found.thank_you.after == timedelta(minutes=90)
    assert found.thank_you.skip_older_than == timedelta(weeks=1)
    assert (found.updates.day, found.updates.at) == ("15", time(18))
    assert found.updates.preview_lead == timedelta(minutes=90)
    assert found.reading.max_size == 500 * 1024


def test_texts_take_a_scalar_as_written() -> None:
    found = config(
        MINIMAL.replace("Dana Reyes", "NO").replace("email:", "phone: +13125550100, location: 60601, email:")
    )
    assert found.owner() == Profile("NO", "dana@example.com", "+13125550100", "60601")


def test_prospects_are_texts_or_say_who_must_not_read_them() -> None:
    found = config(
        MINIMAL.replace("looking_for:", "prospects: [one, {text: two, private: true, not_to: Acme}], looking_for:")
    )
    assert [(each.text, each.private, each.not_to) for each in found.search.prospects] == [
        ("one", False, ()),
        ("two", True, ("Acme",)),
    ]


def test_paths_start_at_the_files_folder() -> None:
    found = with_line("templates: mine\nroster: [a.yaml, /srv/b.yaml, ~/c.yaml]")
    assert found.templates == PATH.parent / "mine"
    assert found.updates.folder == PATH.parent / "updates"
    assert found.roster_paths() == (PATH.parent / "a.yaml", Path("/srv/b.yaml"), Path("~/c.yaml").expanduser())


def test_a_pattern_names_the_files_there_are_each_once(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml", "c.txt"):
        (tmp_path / name).touch()
    found = parse_config(MINIMAL + "roster: ['*.yaml', a.yaml]\n", tmp_path / "config.yaml")
    assert found.roster_paths() == (tmp_path / "a.yaml", tmp_path / "b.yaml")
    with pytest.raises(RosterError, match=r"config.yaml:7:9: roster: no file matches"):
        parse_config(MINIMAL + "roster: people/*.yaml\n", tmp_path / "config.yaml").roster_paths()


def test_brackets_in_the_folders_name_are_no_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "[mail]"
    folder.mkdir()
    (folder / "a.yaml").touch()
    assert parse_config(MINIMAL, folder / "config.yaml").roster_paths() == (folder / "contacts.yaml",)
    assert parse_config(MINIMAL + "roster: '[a-b].yaml'\n", folder / "c.yaml").roster_paths() == (folder / "a.yaml",)


def test_all_problems_come_in_one_report_in_the_order_of_their_places() -> None:
    text = dedent("""\
        profile: {name: Dana, email: dana@example, fone: 1}
        search: {status: activ, started: 2026-13-01}
        account:
          provider: fastmial
          password: {env: A, file: b}
          smtp: {host: smtp.example.com, port: 70000}
        schedule: {timezone: America/Chicgo, days: [monday], from: "9"}
        limits: {per_minute: 0, per_day: lots}
        web: yes
        sheduel: x
        limits: {}
        """)
    assert faults(text) == [
        '1:30: profile.email: "dana@example" is no email address: the part after the @-sign is not valid. It should '
        "have a period; write an address such as dana@example.com",
        '1:44: profile.fone: this key is not known; did you mean "phone"?',
        "2:1: search.looking_for: is missing; write `looking_for:` (what you look for, to follow the words `I am "
        "looking for`)",
        '2:18: search.status: "activ" is not known here; did you mean "active"?',
        '2:34: search.started: "2026-13-01" is no date; write year, month and day, such as 2026-09-01',
        '4:13: account.provider: "fastmial" is no mail service known here; did you mean "fastmail"?',
        "5:13: account.password: says more or less than one place; write one of {command: ...}, {env: NAME},"
        " {file: PATH}, {credential: NAME} or {keyring: NAME}",
        '6:40: account.smtp.port: "70000" is too large; write 65535 or less',
        '7:22: schedule.timezone: there is no time zone "America/Chicgo"; did you mean "America/Chicago"?',
        '7:45: schedule.days[0]: "monday" is no day of the week; did you mean "mon"?',
        '7:60: schedule.from: "9" is no time of day; write hours and minutes, such as "08:30"',
        '8:22: limits.per_minute: "0" is too small; write 1 or more',
        '8:34: limits.per_day: "lots" is no whole number; write a number such as 10',
        '9:6: web: a mapping belongs here, not "yes"; write `key: value` lines below it',
        '10:1: sheduel: this key is not known; did you mean "schedule"?',
        f"11:1: limits: the key stands twice in one mapping: here and at {PATH}:8:1; keep one of them",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("thank_you: {after: 15}", '7:20: thank_you.after: "15" is no length of time; write a number with s, m, h'),
        ("thank_you: {after: 999999999w}", "longer than ten years"),
        ("thank_you: {after: 600w}", "longer than ten years"),
        ("thank_you: {after: 2h, within: 1h}", "7:32: thank_you.within: is shorter than `after`"),
        ("updates: {day: first busness day}", "names no day of the month"),
        ("updates: {at: 24:00}", "is no time of day"),
        ("updates: {review: wait}", "write one of preview, approve, none"),
        ("first_start: [hold]", "7:14: first_start: a list is not known here; write one of hold, send, skip"),
        ("database: mysql://dana:secret@db/x", "mysql:// is no database"),
        ("database: postgresql+psycopg://dana:secret@db:port/x", "is no database"),
        ("database: 'sqlite:///'", "is no database"),
        ("web: {listen: 0.0.0.0:80}", "others on the network could open your page"),
        ("web: {listen: 127.0.0.1}", "no address to listen on"),
        ("roster: []", "the list is empty"),
        ("roster: {a: b}", "a list belongs here, not a mapping"),
        ("reading: {check_every: 0}", "shorter than a second"),
        ("reading: {max_size: 1}", "is too small"),
        ("limits: {per_day: 1.5}", "no whole number"),
        ("limits: {per_day: true}", "no whole number"),
        ("templates: |\n  a\n  b", "more than one line"),
        ('templates: "a\\x07b"', "control character U+0007"),
    ],
)
def test_a_wrong_value_is_told_with_what_to_write_instead(line: str, words: str) -> None:
    found = fault(line)
    assert words in found
    assert "secret" not in found


def test_an_unknown_holiday_calendar_is_told_with_near_ones() -> None:
    assert (
        'there is no holiday calendar "USS"; near: US'
        in faults(MINIMAL.replace("Chicago}", "Chicago, holidays: uss}"))[0]
    )


def test_the_window_must_close_after_it_opens() -> None:
    (only,) = faults(MINIMAL.replace("Chicago}", 'Chicago, from: "17:00", to: "09:00"}'))
    assert only == "6:58: schedule.to: is not later than `from`, 17:00; write a later time of the same day"


def test_what_is_missing_is_told_with_its_meaning() -> None:
    assert faults("{}") == [
        "1:1: profile: is missing; write `profile:` (who you are; it stands under every letter)",
        "1:1: search: is missing; write `search:` (what you look for)",
        "1:1: account: is missing; write `account:` (the mail account everything goes through)",
        "1:1: schedule: is missing; write `schedule:` (when mail may leave)",
    ]
    assert faults("") == faults("{}")
    assert "a mapping belongs here, not a list" in faults("[]")[0]


def test_a_key_without_a_value_counts_as_left_out() -> None:
    found = with_line("limits:\nupdates:\n  day:\n  at: ~\nroster:\ndatabase: null\nweb: {}")
    assert found == config()


@pytest.mark.parametrize(
    "password", ["hunter2", "'{env: hunter2}'", "{hunter2: }", "[hunter2]", "{env: a, hunter2: b}"]
)
def test_a_password_in_the_file_is_refused_and_never_shown(password: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        config(MINIMAL.replace("{env: MAILER_PASSWORD}", password))
    (only,) = caught.value.problems
    assert (only.key, only.place.line) == ("account.password", 5)
    assert "{env: NAME}" in only.mend
    assert "hunter2" not in str(caught.value)


def account(lines: str) -> str:
    return MINIMAL.replace("  provider: fastmail\n", lines)


def oauth(lines: str, provider: str = "office365") -> str:
    servers = f"  provider: {provider}\n" if provider else "  smtp: {host: s.test}\n  imap: {host: i.test}\n"
    return account(servers + "  auth: oauth2\n" + lines).replace("  password: {env: MAILER_PASSWORD}\n", "")


def test_oauth2_with_a_known_provider_needs_a_client_id_alone() -> None:
    found = config(oauth("  oauth: {client_id: 1234}\n")).account.oauth_endpoints()
    assert found.token == "https://login.microsoftonline.com/organizations/oauth2/v2.0/token"
    assert (found.flow, found.scope.split()[-1]) == (Flow.device, "offline_access")


def test_a_directory_of_ones_own_stands_in_microsofts_addresses() -> None:
    found = config(oauth("  oauth: {client_id: 1234, tenant: contoso.example}\n")).account.oauth_endpoints()
    assert found.device == "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/devicecode"


def test_oauth2_works_with_any_provider_by_its_endpoints() -> None:
    urls = "token_endpoint: https://a.test/t, authorization_endpoint: https://a.test/a"
    read = config(oauth(f"  oauth: {{client_id: x, scope: mail, {urls}}}\n", provider=""))
    assert read.account.oauth_endpoints().authorize == "https://a.test/a"
    assert "a.test" in read.hosts()


@pytest.mark.parametrize(
    ("lines", "provider", "words"),
    [
        ("", "office365", "account: says no client id; write `oauth: {client_id: ...}`"),
        ("  oauth: {tenant: x}\n", "office365", "account.oauth.client_id: is missing"),
        ("  oauth: {client_id: x}\n", "", "says no `token_endpoint`, and the provider does not tell it"),
        ("  oauth: {client_id: x, flow: device}\n", "gmail", "says no `device_authorization_endpoint`"),
        ("  oauth: {client_id: x, token_endpoint: http://a.test}\n", "gmail", "is no https address"),
        ("  oauth: {client_id: x, redirect_uri: http://example.org}\n", "gmail", "does not lead to this machine"),
        ("  oauth: {client_id: x, client_secret: hunter2}\n", "gmail", "a password may not stand in this file"),
    ],
)
def test_what_is_wrong_with_oauth2_is_told(lines: str, provider: str, words: str) -> None:
    (only,) = faults(oauth(lines, provider))
    assert words in only and "hunter2" not in only


def test_a_password_is_needed_where_oauth2_is_not_chosen() -> None:
    text = MINIMAL.replace("  password: {env: MAILER_PASSWORD}\n", "")
    assert text != MINIMAL
    (only,) = faults(text)
    assert "account: says not where the password is found" in only


def test_a_clients_secret_is_printed_as_its_place_alone() -> None:
    read = config(oauth("  oauth: {client_id: x, client_secret: {command: pass show hunter2}}\n", "gmail"))
    assert read.redacted()["account"]["oauth"]["client_secret"] == {"command": "pass ..."}


def test_servers_come_from_the_provider_or_from_what_is_written() -> None:
    known = config(account("  provider: icloud\n  imap: {host: imap.example.org}\n  ca_file: ca.pem\n"))
    pem = str(PATH.parent / "ca.pem")
    assert known.smtp_server() == Server("smtp.mail.me.com", 587, Security.starttls, pem)
    assert known.imap_server() == Server("imap.example.org", 993, Security.tls, pem)
    assert known.hosts() == ("smtp.mail.me.com", "imap.example.org")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{host: a.example}", ("tls", 465)),
        ("{host: a.example, security: starttls}", ("starttls", 587)),
        ("{host: a.example, port: 587}", ("starttls", 587)),
        ("{host: a.example, port: 2525}", ("tls", 2525)),
        ("{host: localhost, port: 2525, security: none}", ("none", 2525)),
        ("{host: '::1', security: none}", ("none", 25)),
    ],
)
def test_port_and_security_follow_from_each_other(written: str, expected: tuple[str, int]) -> None:
    server = config(account(f"  smtp: {written}\n  imap: {{host: b.example}}\n")).smtp_server()
    assert (server.security, server.port) == expected


def test_both_servers_or_a_provider_are_needed() -> None:
    (only,) = faults(account("  smtp: {host: a.example}\n"))
    assert only.startswith("4:3: account: says no server for imap; write `provider:`")


@pytest.mark.parametrize("host", ["mail.example.org", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org"])
def test_clear_text_is_refused_except_to_this_machine(host: str) -> None:
    (only,) = faults(account(f"  imap: {{host: b.example}}\n  smtp: {{host: {host}, security: none}}\n"))
    assert "account.smtp.security: the password and every letter would travel in clear text" in only


@pytest.mark.parametrize("host", ["https://mail.example.org", "mail.example.org:465", "dana@example.org", "a b"])
def test_a_host_is_a_name_alone(host: str) -> None:
    (only,) = faults(account(f"  imap: {{host: b.example}}\n  smtp: {{host: '{host}'}}\n"))
    assert "account.smtp.host" in only
    assert "is no host name" in only


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("::1", True),
        ("a.localhost", True),
    ]
    + [(name, False) for name in ("10.0.0.1", "example.localhost.org", "::2", "", "127.0.0.1.example.org")],
)
def test_only_this_machine_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_databases_hosts_count_as_configured_hosts() -> None:
    url = "postgresql+psycopg://dana@db1.example,[::1]:5433/x?host=db2.example,/run/postgresql"
    assert with_line(f"database: {url}").hosts()[2:] == ("db1.example", "::1", "db2.example")
    assert with_line("database: postgresql+psycopg:///x").hosts()[2:] == ()


def test_files_sent_is_true_only_where_it_is_known_or_said() -> None:
    def files_sent(provider: str, habit: str) -> bool:
        return config(account(f"  provider: {provider}\n  sent_copy: {habit}\n")).files_sent()

    assert files_sent("gmail", "auto")
    assert files_sent("fastmail", "server")
    assert not files_sent("fastmail", "auto")
    assert not files_sent("gmail", "append")


def test_what_is_allowed_and_hardly_meant_is_a_warning_with_its_place() -> None:
    found = config(
        account("  provider: gmail\n  sent_copy: append\n").replace("{looking", "{started: 1026-09-01, looking")
        + "database: postgresql+psycopg://dana:secret@localhost/x\n"
    )
    assert [(warning.place.line, warning.key, warning.severity) for warning in found.warnings] == [
        (5, "account.sent_copy", "warning"),
        (8, "database", "warning"),
        (2, "search.started", "warning"),
    ]


def test_nothing_secret_is_printed() -> None:
    found = config(
        MINIMAL.replace("{env: MAILER_PASSWORD}", "{command: echo hunter2}")
        + "database: postgresql+psycopg://dana:hunter2@db/x?password=hunter2&sslmode=require\n"
    )
    assert found.redacted()["account"]["password"] == {"command": "echo ..."}
    assert found.redacted()["database"] == "postgresql+psycopg://dana:***@db/x?password=***&sslmode=require"
    assert "hunter2" not in str(found.redacted()) + str(found.warnings)
    assert "hunter2" not in repr(found) + str(found)


@pytest.mark.parametrize("url", ["sqlite", "sqlite:///a@b.db", "postgresql+psycopg://dana@db/x?sslmode=require"])
def test_a_database_without_a_password_is_printed_as_it_is(url: str) -> None:
    assert redact_url(url) == url


def test_two_readings_of_one_file_are_equal_and_differences_are_named() -> None:
    assert config() == config("# moved\n" + MINIMAL)
    assert with_line("limits: {per_day: 5}\nroster: b.yaml").differences(config()) == ("roster", "limits.per_day")


def test_a_place_can_be_asked_for() -> None:
    assert str(config().place("schedule", "timezone")) == f"{PATH}:6:22"
    assert str(config().place("schedule", "days")) == f"{PATH}:6:11"


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no configuration here; make one with `mailer init`"):
        load_config(tmp_path / "config.yaml")
    with pytest.raises(ConfigurationError, match="is a directory"):
        load_config(tmp_path)


@given(st.integers(0, 3650 * 86400))
def test_a_printed_length_of_time_reads_back(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert duration(duration_text(length)) == length


_WORDS = st.sampled_from(
    [
        "profile",
        "search",
        "account",
        "password",
        "schedule",
        "from",
        "roster",
        "updates",
        "limits",
        "env",
        "smtp",
        "host",
    ]
)
_SCALARS = st.sampled_from(
    ["x", "12", "true", "~", "1h", '"08:30"', "mon", "sqlite", "dana@example.com", "[]", "{}", "-1"]
)
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(_WORDS, inner, max_size=4).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        ),
    ),
    max_leaves=12,
)


@given(
    st.one_of(
        st.binary(max_size=120),
        st.dictionaries(_WORDS, _TREES, max_size=6).map(
            lambda pairs: "".join(f"{key}: {value}\n" for key, value in pairs.items()).encode()
        ),
    )
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_configuration_or_a_clear_error(data: bytes) -> None:
    with pytest.raises(ConfigurationError) as caught:  # nobody guesses a whole configuration
        parse_config(data, PATH)
    assert all(problem.what and problem.place.file == str(PATH) for problem in caught.value.problems)

"""`mailer init` in a script: what is given, what is found, what is refused, and where the secret is kept."""

from __future__ import annotations

import io
import os
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from ssl import create_default_context

import keyring
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from mailer.cli.setup import files, secrets, servers
from mailer.cli.setup.files import Answers, Writing, config_text
from mailer.cli.trying import Tried, mend_of
from mailer.config import load_config, parse_config
from mailer.config.provider import Flow, OAuthEndpoints
from mailer.config.providers import BY_NAME
from mailer.discovery import Found, Places
from mailer.discovery.search import of_provider
from mailer.errors import MailerError, UsageError
from mailer.model import Security, Server
from tests.integration.cli_owner import Owner, Result
from tests.servers.authorization import CLIENT, AuthorizationServer, running_authorization
from tests.servers.lookup import running_names
from tests.servers.mailsystem import MailSystem, running_mail_system
from tests.servers.process import ServerMissingError

ANSWERS = ("--looking-for", "a platform role", "--timezone", "America/Chicago", "--name", "Dana Reyes")


class Newcomer:
    """Somebody with a mailbox and without a configuration."""

    def __init__(self, folder: Path, mail: MailSystem, name: str) -> None:
        self.mail, self.owner = mail, Owner(folder)
        (self.address,) = mail.add_users([f"{name}@example.com"])
        self.password = mail.password(self.address)
        self.config = folder / "config.yaml"

    def servers(self) -> tuple[str, ...]:
        imap, smtp = (f"127.0.0.1:{server.port}/starttls" for server in (self.mail.imap, self.mail.smtp))
        return "--imap", imap, "--smtp", smtp, "--ca-file", self.mail.ca_file

    def init(self, *arguments: str, password: str | None = None) -> Result:
        """Run it; with a password on standard input where one is given."""
        given_password = () if password is None else ("--password-stdin",)
        call = ("init", *ANSWERS, "--email", self.address, *given_password, *arguments)
        return self.owner.run(*call, stdin=f"{password}\n" if password is not None else "")

    def made(self) -> set[str]:
        return {path.name for path in self.owner.folder.rglob("*") if path.is_file()}


@pytest.fixture
def newcomer(tmp_path: Path, mail_system: MailSystem, request: pytest.FixtureRequest) -> Newcomer:
    name = "".join(c for c in request.node.name if c.isalnum())[-40:].lower()
    return Newcomer(tmp_path / "dana", mail_system, f"n-{name}")


@pytest.mark.servers
def test_a_wrong_password_writes_nothing_and_says_what_it_means(newcomer: Newcomer) -> None:
    done = newcomer.init(*newcomer.servers(), password="open sesame")
    assert done.code == 1
    assert "refuses the sign-in" in done.err and "nothing was written" in done.err
    assert "app password" in done.err and "open sesame" not in done.err
    assert newcomer.made() == set()


def test_a_script_is_told_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    done = Owner(tmp_path / "dana").run("init", "--timezone", "UTC")
    assert done.code == 2
    for flag in ("--name", "--email", "--looking-for", "--password-file"):
        assert flag in done.err


@pytest.mark.servers
def test_nothing_that_is_there_is_overwritten(newcomer: Newcomer) -> None:
    folder = newcomer.owner.folder
    folder.mkdir()
    (folder / "contacts.yaml").write_text("contacts: []  # mine\n")
    (folder / "password").write_text("another\n")
    done = newcomer.init(*newcomer.servers(), password=newcomer.password)
    assert done.code == 0 and "left as it is" in done.out
    assert (folder / "contacts.yaml").read_text() == "contacts: []  # mine\n"
    assert (folder / "password").read_text() == "another\n"
    assert (folder / "password-2").read_text() == f"{newcomer.password}\n"
    before = newcomer.config.read_bytes()
    again = newcomer.init(*newcomer.servers(), password="x")
    assert again.code == 2 and "there is a configuration already" in again.err
    assert newcomer.config.read_bytes() == before


@pytest.mark.servers
@pytest.mark.parametrize("kind", ["file", "command", "env"])
def test_a_password_that_has_its_place_already_stays_there(newcomer: Newcomer, tmp_path: Path, kind: str) -> None:
    kept = tmp_path / "secret"
    kept.write_text(newcomer.password)
    kept.chmod(0o600)
    newcomer.owner.environ["MY_MAIL"] = newcomer.password
    place = {"file": str(kept), "command": f"cat {kept}", "env": "MY_MAIL"}[kind]
    assert newcomer.init(*newcomer.servers(), f"--password-{kind}", place).code == 0
    assert newcomer.made() == {"config.yaml", "contacts.yaml"}
    source = load_config(newcomer.config).account.password
    assert source is not None and str(getattr(source, kind)) == place


def test_a_script_for_a_service_that_takes_tokens_alone_is_told_to_give_a_client_id(tmp_path: Path) -> None:
    done = Owner(tmp_path / "dana").run("init", *ANSWERS, "--email", "dana@outlook.com")
    assert done.code == 2
    assert "--client-id" in done.err and "--password" not in done.err


@pytest.mark.parametrize(
    ("provider", "words"),
    [("gmail", "make an app password"), ("t-online", "set a password for mail programs"), ("posteo", "many services")],
)
def test_a_refusal_means_something_else_at_each_service(provider: str, words: str) -> None:
    known = BY_NAME[provider]
    refused = Tried("mailbox", known.imap, ok=False, refused=True, text="refused")
    said = mend_of(refused, known)
    assert words in said and (not known.page or known.page in said)
    unreachable = Tried("mailbox", known.imap, ok=False, text="nobody answers")
    assert "check the host and the port" in mend_of(unreachable, known)


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.mark.servers
def test_a_password_goes_into_the_keyring_where_one_works(newcomer: Newcomer, ring: Ring) -> None:
    assert newcomer.init(*newcomer.servers(), "--keep", "keyring", password=newcomer.password).code == 0
    assert ring.kept == {(secrets.ENTRY, newcomer.address): newcomer.password}
    assert newcomer.made() == {"config.yaml", "contacts.yaml"}
    assert "{keyring: breadcrumb-mailer}" in newcomer.config.read_text()


def test_a_keyring_that_does_not_work_is_refused_and_another_password_in_it_stays(ring: Ring) -> None:
    asker = secrets.Asker(interactive=False)
    ring.kept[secrets.ENTRY, "dana"] = "another"
    with pytest.raises(UsageError, match="has another password"):
        secrets.kept_in_keyring("dana", "mine")
    Ring.priority = 0  # type: ignore[assignment]
    try:
        assert secrets.keep_choice(asker, None) == "file"
        with pytest.raises(UsageError, match="no keyring works here"):
            secrets.keep_choice(asker, "keyring")
    finally:
        Ring.priority = 5  # type: ignore[assignment]


def test_systemd_creds_gets_the_password_on_standard_input_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "systemd-creds"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/given; echo sealed; exit $CODE\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("CODE", "0")
    assert secrets.encrypted("hunter2") == b"sealed\n"
    assert (tmp_path / "given").read_text() == "hunter2"
    assert (tmp_path / "arguments").read_text() == "encrypt --name=password - -\n"
    monkeypatch.setenv("CODE", "1")
    with pytest.raises(MailerError, match="status 1"):
        secrets.encrypted("hunter2")
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(MailerError, match="can't be run here"):
        secrets.encrypted("hunter2")


def test_a_password_that_is_no_text_in_utf8_is_refused_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"hunter\xe4\n"), encoding="utf-8"))
    with pytest.raises(UsageError, match="UTF-8") as caught:
        secrets.from_stdin()
    assert "hunter" not in str(caught.value)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("hünter\r\nmore\n".encode()), encoding="utf-8"))
    assert secrets.from_stdin().value == "hünter"


def test_a_system_services_encrypted_password_lies_where_only_root_may_write(tmp_path: Path) -> None:
    assert secrets.sealed_place(Path("/etc/mailer/dana")) == Path("/etc/mailer.credentials/dana.cred")
    assert secrets.sealed_place(tmp_path) == tmp_path / "password.cred"


# What is found


@pytest.fixture
def found_by_dns(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newcomer]:
    """The SRV records of example.com name the test's servers, which are not of that domain."""
    with running_names() as names:
        for label, port in (("_imap", newcomer.mail.imap.port), ("_submission", newcomer.mail.smtp.port)):
            names.records[f"{label}._tcp.example.com", "SRV"] = [f"0 1 {port} localhost."]
        places = Places(own=(), database="", imap_hosts=(), smtp_hosts=(), nameserver="127.0.0.1")
        monkeypatch.setattr(servers, "PUBLIC", replace(places, nameserver_port=names.port))
        yield newcomer


@pytest.mark.servers
def test_servers_are_found_and_said_with_where_they_are_from(found_by_dns: Newcomer) -> None:
    done = found_by_dns.init("--ca-file", found_by_dns.mail.ca_file, "--yes", password=found_by_dns.password)
    assert done.code == 0, done
    assert "says the SRV records of example.com." in done.err
    text = found_by_dns.config.read_text()
    assert "Its servers come from the SRV records of example.com." in text
    assert f"{{host: localhost, port: {found_by_dns.mail.imap.port}, security: starttls}}" in text


@pytest.mark.servers
def test_a_password_command_that_fails_is_told_as_that(newcomer: Newcomer) -> None:
    done = newcomer.init(*newcomer.servers(), "--password-command", "false")
    assert done.code == 1
    assert "the password command false failed with status 1" in done.err and "run it by hand" in done.err
    assert "127.0.0.1" not in done.err and "--imap" not in done.err  # no server has a part in it


@pytest.mark.servers
def test_a_pitch_that_takes_too_long_is_told_and_kept(newcomer: Newcomer) -> None:
    done = newcomer.init(
        *newcomer.servers(), "--pitch", "I keep warehouses shipping. " * 40, password=newcomer.password
    )
    assert done.code == 0 and "seconds to say" in done.err
    assert len(load_config(newcomer.config).search.pitch.split()) == 160


@pytest.mark.servers
def test_what_to_do_next_names_the_configuration_that_was_made(newcomer: Newcomer, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere" / "dana.yaml"
    call = ("--config", str(place), "init", *ANSWERS, "--email", newcomer.address, *newcomer.servers())
    done = newcomer.owner.run(*call, "--password-stdin", stdin=f"{newcomer.password}\n")
    assert done.code == 0, done
    told = done.out.partition("What to do now:")[2]
    assert f"mailer --config {place} service install" in told
    assert told.count("mailer ") == told.count(f"mailer --config {place} ")


@pytest.mark.servers
def test_a_configuration_of_a_systems_service_is_started_as_that(
    newcomer: Newcomer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailer.cli.setup.after.SERVICES", tmp_path)
    done = newcomer.init(*newcomer.servers(), password=newcomer.password)
    assert f"sudo systemctl start mailer@{newcomer.owner.folder.name}.service" in done.out
    assert "service install" not in done.out


@pytest.mark.servers
def test_a_certificate_that_is_not_trusted_is_told_as_that(newcomer: Newcomer) -> None:
    done = newcomer.init(*newcomer.servers()[:4], password=newcomer.password)
    assert done.code == 1
    assert "certificate can't be trusted" in done.err and "--ca-file" in done.err


@pytest.mark.servers
def test_servers_that_nobody_vouches_for_get_no_password_in_a_script(found_by_dns: Newcomer) -> None:
    done = found_by_dns.init("--ca-file", found_by_dns.mail.ca_file, password=found_by_dns.password)
    assert done.code == 2
    assert "nobody vouches for them" in done.err and "--imap localhost:" in done.err
    assert found_by_dns.made() == set()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--email", "dana@tuta.com"), "Tuta has neither IMAP nor SMTP"),
        (("--email", "dana@example.org", "--provider", "gmial"), 'did you mean "gmail"'),
        (("--email", "dana@example.org", "--imap", "imap.example.org"), "one server is named and the other is not"),
        (("--email", "dana@example.org", "--imap", "a b", "--smtp", "c"), "names no server"),
        (("--email", "dana@example.org", "--imap", "a.test/none", "--smtp", "c"), "in clear text"),
        (("--email", "dana@example.org", "--holidays", "XX"), "--holidays"),
        (("--email", "dana@"), "is no email address"),
        (("--email", "dana@example.org", "--password-env", "A", "--password-file", "b"), "more than one place"),
        (("--email", "dana@example.org", "--password-env", "A", "--keep", "keyring"), "has its place already"),
        (("--email", "dana@example.org", "--timezone", "America/Chicgo"), 'did you mean "America/Chicago"'),
    ],
)
def test_what_can_not_be_is_said_before_anything_is_tried(
    arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    done = Owner(tmp_path / "dana").run("init", *ANSWERS, *arguments, "--password-stdin", stdin="x\n")
    assert done.code == 2 and words in done.err
    assert not (tmp_path / "dana").exists()


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("imap.example.org", Server("imap.example.org", 993, Security.tls)),
        ("imap.example.org:143", Server("imap.example.org", 143, Security.starttls)),
        ("imap.example.org:1993/starttls", Server("imap.example.org", 1993, Security.starttls)),
        ("[::1]:1143/none", Server("::1", 1143, Security.none)),
    ],
)
def test_a_server_is_named_in_one_word(text: str, server: Server) -> None:
    assert servers.parse_server(text, servers.IMAP_PORTS) == server


# OAuth 2.0


@pytest.fixture(scope="module")
def authorization(mail_system: MailSystem) -> Iterator[AuthorizationServer]:
    with running_authorization(mail_system.authority.issue("oauth")) as server:
        yield server


@pytest.fixture(scope="module")
def token_mail(authorization: AuthorizationServer, mail_system: MailSystem) -> Iterator[MailSystem]:
    try:
        with running_mail_system(authorization.introspection_url, mail_system.authority) as system:
            yield system
    except ServerMissingError as error:
        pytest.skip(str(error))


@pytest.mark.servers
def test_an_account_that_takes_tokens_alone_is_granted_access_on_the_way(
    tmp_path: Path, token_mail: MailSystem, authorization: AuthorizationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = Newcomer(tmp_path / "dana", token_mail, "n-token")
    authorization.user = newcomer.address
    newcomer.owner.environ["BROWSER"] = "a browser with a window"
    monkeypatch.setattr("mailer.cli.granting.PATIENCE", 120.0)
    url = authorization.url
    ends = OAuthEndpoints(Flow.loopback, url("token"), "mail offline_access", url("authorize"))
    found = Found(token_mail.smtp, token_mail.imap, newcomer.address, "a test", oauth=ends)
    monkeypatch.setattr(servers, "find", lambda address, places, answers: iter([found]))

    def browser(address: str) -> bool:
        context = create_default_context(cafile=token_mail.ca_file)
        threading.Thread(target=urllib.request.urlopen, args=(address,), kwargs={"context": context}).start()
        return True

    monkeypatch.setattr("mailer.cli.granting.webbrowser.open", browser)
    done = newcomer.init("--ca-file", token_mail.ca_file, "--client-id", CLIENT)
    assert done.code == 0, done
    account = load_config(newcomer.config).account
    assert account.oauth_endpoints() == replace(ends, tenant="")
    assert newcomer.made() >= {"config.yaml", "contacts.yaml"}
    assert any(name.startswith("oauth-") for name in newcomer.made())
    assert authorization.tokens[-1].access not in done.out + done.err + newcomer.config.read_text()
    assert newcomer.owner.run("check").code == 0
    for tokens in newcomer.owner.folder.rglob("oauth-*.json"):
        tokens.unlink()
    assert "nobody has signed in yet; sign in: `mailer login`" in newcomer.owner.run("check").err


@pytest.mark.servers
def test_access_that_was_not_granted_is_asked_for_again_with_init(
    tmp_path: Path, token_mail: MailSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = Newcomer(tmp_path / "dana", token_mail, "n-refused")
    ends = OAuthEndpoints(Flow.loopback, "https://127.0.0.1:1/", "mail", "https://127.0.0.1:1/")
    found = Found(token_mail.smtp, token_mail.imap, newcomer.address, "a test", oauth=ends)
    monkeypatch.setattr(servers, "find", lambda address, places, answers: iter([found]))
    refused = "http://127.0.0.1:1/?error=access_denied"
    call = ("init", *ANSWERS, "--email", newcomer.address, "--client-id", CLIENT, "--paste")
    done = newcomer.owner.run(*call, stdin=f"{refused}\n")
    assert done.code == 1
    assert "begin again: `mailer init`" in done.err and "mailer login" not in done.err
    assert newcomer.made() == set()


@pytest.mark.servers
def test_a_pasted_address_that_is_none_is_asked_for_again(
    tmp_path: Path, token_mail: MailSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = Newcomer(tmp_path / "dana", token_mail, "n-pasted")
    url = "https://127.0.0.1:1/"
    ends = OAuthEndpoints(Flow.device, url, "mail", url, url)  # its clients have no secret to be asked for
    found = Found(token_mail.smtp, token_mail.imap, newcomer.address, "a test", oauth=ends)
    monkeypatch.setattr(servers, "find", lambda address, places, answers: iter([found]))
    typed = "half an address\nhttp://127.0.0.1:1/?state=another\nhttp://127.0.0.1:1/?error=access_denied\n"
    call = ("init", *ANSWERS, "--email", newcomer.address, "--client-id", CLIENT, "--paste", "--pitch", "")
    done = newcomer.owner.run(*call, typed=typed)
    assert done.code == 1
    assert "this is no address. Copy all" in done.err
    assert "does not belong to the request just made" in done.err
    assert newcomer.made() == set()


# What is written


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=60).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(name=LINES, looking_for=LINES, pitch=st.lists(LINES, max_size=3).map("\n".join))
def test_whatever_somebody_answers_is_what_the_configuration_says(name: str, looking_for: str, pitch: str) -> None:
    name, looking_for, pitch = (" ".join(name.split()), " ".join(looking_for.split()), pitch.strip())
    found = of_provider(BY_NAME["gmail"], "dana@gmail.com", "the table")
    try:
        read = parse_config(config_text(_answers(found, name, looking_for, pitch)), Path("/x/config.yaml"))
    except MailerError as error:
        assert "unprintable" in str(error) or "character" in str(error), error
        return
    assert (read.profile.name, read.search.looking_for, read.search.pitch) == (name, looking_for, pitch)


def _answers(found: Found, name: str = "Dana", looking_for: str = "work", pitch: str = "") -> Answers:
    from datetime import date

    place = {"file": "password"}
    return Answers(name, "dana@gmail.com", found, looking_for, pitch, "UTC", date(2026, 11, 24), password=place)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_service_known_makes_a_configuration_that_loads(name: str) -> None:
    known = BY_NAME[name]
    read = parse_config(
        config_text(_answers(of_provider(known, "dana@gmail.com", "the table"))), Path("/x/config.yaml")
    )
    assert (read.smtp_server(), read.imap_server()) == (known.smtp, known.imap)
    assert read.account.username == known.username("dana@gmail.com")


def test_a_run_that_is_broken_off_takes_everything_back(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    def broken_off() -> None:
        with Writing() as writing:
            writing.folder(folder)
            writing.file(folder / "one", b"1", mode=0o600)
            writing.done_elsewhere((tmp_path / "elsewhere").unlink)
            raise KeyboardInterrupt

    (tmp_path / "elsewhere").write_text("x")
    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.yaml").write_text("mine")
    for link in (os.link, _no_links):
        monkeypatch.setattr(files.os, "link", link)
        with pytest.raises(UsageError, match="left alone"), Writing() as writing:
            writing.file(tmp_path / "config.yaml", b"theirs", mode=0o600)
    with Writing() as writing:
        writing.file(tmp_path / "new", b"theirs", mode=0o600)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"config.yaml": "mine", "new": "theirs"}


def _no_links(source: Path, target: Path) -> None:
    raise PermissionError(1, "Operation not permitted")

"""Signing in to a mailbox: certificates that shouldn't be trusted aren't, and tokens are refreshed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from mailer.mailbox import FolderNames, Limits, Mailbox
from mailer.model import Credential, Secret, Security, Server
from tests.servers import scripted_imap as imap
from tests.servers.certificates import Authority, Certificate, self_signed
from tests.servers.mailsystem import Password
from tests.servers.receiving import Recorder, until
from tests.servers.scripted_imap import ScriptedImap

STARTTLS = "IMAP4rev1 STARTTLS AUTH=PLAIN IDLE"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@contextlib.contextmanager
def door(server: ScriptedImap, security: Security, credential: Credential, ca_file: object = "") -> Iterator[Mailbox]:
    where = Server("127.0.0.1", server.port, security, str(ca_file))
    limits = Limits(first_pause=0.05)
    mailbox = Mailbox(where, credential, folders=FolderNames(), receiver=Recorder(), limits=limits)
    mailbox.start()
    try:
        yield mailbox
    finally:
        assert mailbox.stop(60)


@pytest.mark.parametrize("flaw", ["expired", "another name", "self-signed"])
def test_a_bad_certificate_is_refused_before_the_password(authority: Authority, flaw: str) -> None:
    certificate: Certificate = {
        "expired": lambda: authority.issue("expired", days=-1),
        "another name": lambda: authority.issue("other", ("mail.example.org",)),
        "self-signed": lambda: self_signed(authority.folder),
    }[flaw]()
    with (
        ScriptedImap(STARTTLS, certificate).running() as server,
        door(server, Security.starttls, Password("dana", "secret"), authority.ca) as mailbox,
    ):
        until(lambda: mailbox.state.refused)
        assert "certificate" in mailbox.state.error
        assert server.commands("AUTHENTICATE") == 0


def test_what_was_said_in_clear_text_before_tls_is_forgotten(authority: Authority) -> None:
    server = ScriptedImap(STARTTLS, authority.issue("good"))
    server.injected = "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n* BYE injected\r\n"
    with (
        server.running(),
        door(server, Security.starttls, Password("dana", "secret"), authority.ca) as mailbox,
    ):
        until(lambda: mailbox.state.connected)
        assert mailbox.state.idle  # what it offers was asked for again, inside TLS


class Token:
    """A credential whose token changes at each look."""

    username = "dana"

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    def secret(self, refused: Secret | None = None) -> Secret:
        return Secret(self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0], oauth=True)


def test_a_token_signs_in_with_xoauth2() -> None:
    with ScriptedImap().running() as server, door(server, Security.none, Token("token")) as mailbox:
        until(lambda: mailbox.state.connected)
        assert server.commands("AUTHENTICATE XOAUTH2") == 1


def test_an_expired_token_is_replaced_by_a_fresh_one_at_once() -> None:
    server = ScriptedImap()
    server.on["AUTHENTICATE"] = [imap.no("[AUTHENTICATIONFAILED] expired"), None]
    with server.running(), door(server, Security.none, Token("old", "new")) as mailbox:
        until(lambda: mailbox.state.connected)
        assert server.connections == 1


def test_a_password_with_letters_beyond_ascii_signs_in() -> None:
    with ScriptedImap().running() as server, door(server, Security.none, Password("dana", "pässwörd")) as mailbox:
        until(lambda: mailbox.state.connected)


def test_a_server_without_auth_plain_is_signed_in_to_with_login() -> None:
    with ScriptedImap("IMAP4rev1 IDLE").running() as server:
        with door(server, Security.none, Password("dana", 'odd "pass\\word')) as mailbox:
            until(lambda: mailbox.state.connected)
        assert server.commands("LOGIN") == 1

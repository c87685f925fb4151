"""Signing in with OAuth 2.0, against a real authorisation server, Dovecot and Postfix."""

from __future__ import annotations

import re
import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from ssl import create_default_context

import pytest

from mailer.cli.trying import try_imap, try_smtp
from mailer.model import Secret, Security, Server
from tests.conftest import without
from tests.servers.authorization import AuthorizationServer, running_authorization
from tests.servers.certificates import Authority
from tests.servers.mailsystem import MailSystem, running_mail_system
from tests.servers.process import ServerMissingError, short_folder
from tests.servers.scripted_imap import ScriptedImap
from tests.system.program import MAILER, Program, make_program, wait_until

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with short_folder("mailer-oa-", mode=0o755) as folder:
        yield Authority(folder)


@pytest.fixture(scope="module")
def authorization(authority: Authority) -> Iterator[AuthorizationServer]:
    with running_authorization(authority.issue("oauth")) as server:
        yield server


@pytest.fixture(scope="module")
def mail(authorization: AuthorizationServer, authority: Authority) -> Iterator[MailSystem]:
    try:
        with running_mail_system(authorization.introspection_url, authority) as system:
            yield system
    except ServerMissingError as error:
        without(str(error))


class Token:
    def __init__(self, username: str, token: str) -> None:
        self.username, self._token = username, token

    def secret(self, refused: Secret | None = None) -> Secret:
        return Secret(self._token, oauth=True)


def program_of(folder: Path, mail: MailSystem, server: AuthorizationServer, owner: str, flow: str) -> Program:
    program = make_program(folder, mail, owner)
    server.user = owner
    program.change_config("  password: {file: password}\n", f"  auth: oauth2\n  oauth: {server.settings(flow)}\n")
    return program


def agree(url: str, ca_file: str) -> str:
    """Open a page as the owner's browser does; gives where it ends."""

    class Stop(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *arguments: object) -> None:
            return None

    secure = urllib.request.HTTPSHandler(context=create_default_context(cafile=ca_file))
    try:
        with urllib.request.build_opener(Stop, secure).open(url, timeout=60) as answer:
            return str(answer.url)
    except urllib.error.HTTPError as error:
        return str(error.headers["Location"])


def login(program: Program, mail: MailSystem, *arguments: str, status: int = 0) -> str:
    """Run `mailer login` with an owner who does as told; gives what it said."""
    process = subprocess.Popen(
        [MAILER, "--config", program.config, "login", *arguments],
        env=program.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout and process.stderr
    told = ""
    while not (address := re.search(r"https://\S+", told)) or not re.search(r"\n    \S+\n", told):
        line = process.stderr.readline()
        assert line, told
        told += line
    code = re.search(r"\n    ([A-Z-]+)\n", told)
    ended_at = agree(f"{address[0]}?user_code={code[1]}" if code else address[0], mail.ca_file)
    if "--paste" in arguments:
        process.stdin.write(ended_at + "\n")
        process.stdin.flush()
    elif not code:
        agree(ended_at, mail.ca_file)
    out, err = process.communicate(timeout=180)
    assert process.returncode == status, told + err
    return out + told + err


def test_dovecot_and_postfix_take_a_token_that_the_server_vouches_for(
    mail: MailSystem, authorization: AuthorizationServer, tmp_path: Path
) -> None:
    program = program_of(tmp_path, mail, authorization, "dana-token@example.com", "device")
    said = login(program, mail)
    assert "The mailbox can be read at" in said and "Mail can be sent through" in said
    token = authorization.tokens[-1]
    assert not any(secret in said for secret in (token.access, token.refresh))
    bad = Token("dana-token@example.com", "not a token of anybody")
    for tried in (try_imap(mail.imap, bad), try_smtp(mail.smtp, bad)):
        assert tried.refused and "not a token" not in tried.text
    log = mail.dovecot.log.read_text(errors="replace")
    assert "method=OAUTHBEARER" in log  # the standard one, where it is offered


def test_a_server_with_xoauth2_alone_gets_that() -> None:
    with ScriptedImap("IMAP4rev1 AUTH=XOAUTH2").running() as server:
        where = Server("127.0.0.1", server.port, Security.none)
        assert try_imap(where, Token("dana", "t")).ok
        assert server.commands("AUTHENTICATE XOAUTH2") == 1


def test_the_browser_way_and_the_pasted_address_sign_in(
    mail: MailSystem, authorization: AuthorizationServer, tmp_path: Path
) -> None:
    program = program_of(tmp_path, mail, authorization, "dana-browser@example.com", "loopback")
    program.environ["BROWSER"] = "true"  # a program that opens nothing, and says that it did
    for arguments in ((), ("--paste",)):
        assert "Access is granted" in login(program, mail, *arguments)


def test_an_ended_grant_is_one_problem_and_nothing_is_lost(
    mail: MailSystem, authorization: AuthorizationServer, tmp_path: Path
) -> None:
    program = program_of(tmp_path, mail, authorization, "dana-ended@example.com", "device")
    program.change_config("thank_you: {after: 0s}", "thank_you: {after: 0s}\nfirst_start: send")
    (ada,) = mail.add_users(["ada-ended"])
    login(program, mail)
    authorization.revoke()
    (kept,) = program.folder.glob(".local/state/mailer/oauth-*.json")
    kept.write_text(re.sub(r'"(renew_at|expires_at)": "[^"]*"', r'"\1": "2020-01-01T00:00:00+00:00"', kept.read_text()))
    today = datetime.now(UTC).date().isoformat()
    call = {"date": today, "kind": "call", "thanks_for": "walking me through the tender"}
    program.write_roster([{"name": "Ada Lovelace", "email": ada, "interactions": [call]}])
    with program.daemon(connected=False) as daemon:
        wait_until(lambda: "account.secret" in program.problems(), "it is told")
        wait_until(lambda: any(each["last_error"] for each in program.outbox()), "sending was tried")
        problems = program.look("status")["problems"]
        assert [problem["key"] for problem in problems] == ["account.secret"]
        assert "has ended" in problems[0]["text"] and "mailer login" in problems[0]["mend"]
        assert [message["status"] for message in program.outbox()] == ["queued"]
        assert not mail.mailbox(ada)
        login(program, mail)
        mail.wait_for_mail(ada)
        wait_until(lambda: not program.problems(), "all is well")
        daemon.stop()
    assert len(mail.mailbox(ada)) == 1
    secrets = [secret for token in authorization.tokens for secret in (token.access, token.refresh)]
    assert not any(secret in daemon.log.read_text() for secret in secrets)

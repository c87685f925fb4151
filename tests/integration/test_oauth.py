"""Tokens against a real authorisation server: granted, renewed in time and once, kept, and ended."""

from __future__ import annotations

import json
import multiprocessing
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue
from pathlib import Path
from ssl import create_default_context

import pytest

from mailer.config.provider import Flow, OAuthEndpoints
from mailer.errors import SecretError, SecretLaterError
from mailer.model import Secret
from mailer.oauth import OAuthClient, OAuthCredential, Tokens, TokenStore
from mailer.oauth.browser import Listener, make_request
from mailer.oauth.grants import EndedGrantError, device_code, for_code, for_device, renewed
from tests.servers.authorization import CLIENT, AuthorizationServer, running_authorization
from tests.servers.certificates import Authority, Certificate

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DANA = "dana@example.org"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Certificate:
    return authority.issue("oauth")


@pytest.fixture
def server(certificate: Certificate) -> Iterator[AuthorizationServer]:
    with running_authorization(certificate) as running:
        yield running


def client_of(server: AuthorizationServer, authority: Authority, flow: Flow = Flow.device) -> OAuthClient:
    endpoints = OAuthEndpoints(
        flow, server.url("token"), "mail offline_access", server.url("authorize"), server.url("device")
    )
    return OAuthClient(DANA, CLIENT, endpoints, ca_file=str(authority.ca))


@pytest.fixture
def client(server: AuthorizationServer, authority: Authority) -> OAuthClient:
    return client_of(server, authority)


def visit(url: str, authority: Authority) -> str:
    """Open a page as a browser does; gives the address it ends at."""
    context = create_default_context(cafile=authority.ca)
    with urllib.request.urlopen(url, timeout=60, context=context) as answer:  # noqa: S310
        answer.read()
        return str(answer.url)


def granted(server: AuthorizationServer, client: OAuthClient, now: datetime = NOW) -> Tokens:
    code = device_code(client)
    server.approved[code.user_code] = True
    return for_device(client, code, lambda: now, lambda seconds: None)


def signed_in(server: AuthorizationServer, client: OAuthClient, state: Path) -> OAuthCredential:
    store = TokenStore(state, client)
    store.save(granted(server, client))
    return OAuthCredential(DANA, client, store, lambda: NOW)


def at(credential: OAuthCredential, now: datetime) -> OAuthCredential:
    return replace(credential, _now=lambda: now)


# Granting


def test_a_device_code_is_waited_for_as_long_and_as_seldom_as_the_server_says(
    server: AuthorizationServer, client: OAuthClient
) -> None:
    code = device_code(client)
    assert code.url == server.url("activate") and code.device_code not in repr(code)
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            server.approved[code.user_code] = True

    tokens = for_device(client, code, lambda: NOW, sleep)
    assert pauses == [1, 1, 1]
    assert tokens.refresh and tokens.expires_at == NOW + timedelta(hours=1)


def test_a_device_code_that_is_refused_or_never_typed_ends_in_a_sentence(
    server: AuthorizationServer, client: OAuthClient
) -> None:
    code = device_code(client)
    with pytest.raises(SecretError, match="not typed in time"):
        for_device(client, replace(code, lasts=3), lambda: NOW, lambda seconds: None)
    server.approved[code.user_code] = False
    with pytest.raises(SecretError, match="access was not granted"):
        for_device(client, code, lambda: NOW, lambda seconds: None)


def test_a_client_that_the_server_does_not_know_is_told(client: OAuthClient) -> None:
    with pytest.raises(SecretError, match="does not take this client") as refused:
        device_code(replace(client, client_id="nobody"))
    assert "account.oauth" in refused.value.mend


def test_the_browser_brings_a_code_back_to_this_machine(
    server: AuthorizationServer, authority: Authority, client: OAuthClient
) -> None:
    listener = Listener()
    try:
        request = make_request(client, listener.port)
        assert "code_challenge_method=S256" in request.url and request.verifier not in request.url
        strangers = [f"http://127.0.0.1:{listener.port}/{path}" for path in ("favicon.ico", "?state=guess&code=evil")]

        def browse() -> None:
            for stranger in strangers:
                with pytest.raises(urllib.error.HTTPError):
                    visit(stranger, authority)
            visit(request.url, authority)

        thread = threading.Thread(target=browse)
        thread.start()
        answer = listener.wait(request, 60)
        thread.join(60)
    finally:
        listener.close()
    tokens = for_code(client, request.code(answer), request.redirect_uri, request.verifier, NOW)
    assert server.tokens[0].access == tokens.access


def test_the_address_can_be_pasted_where_no_browser_comes_back(
    server: AuthorizationServer, authority: Authority, client: OAuthClient
) -> None:
    request = make_request(client, 9)  # nobody listens there

    class Stop(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *arguments: object) -> None:
            return None

    opener = urllib.request.build_opener(
        Stop, urllib.request.HTTPSHandler(context=create_default_context(cafile=authority.ca))
    )
    with pytest.raises(urllib.error.HTTPError) as stopped:
        opener.open(request.url, timeout=60)
    code = request.code(f"  {stopped.value.headers['Location']}\n")
    assert for_code(client, code, request.redirect_uri, request.verifier, NOW).refresh


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("http://127.0.0.1:9/?code=x&state=other", "does not belong to the request"),
        ("http://127.0.0.1:9/?state={state}&error=access_denied", "access was not granted"),
        ("http://127.0.0.1:9/?state={state}", "holds no code|missing_code"),
        ("hello", "no address"),
        ("http://[", "no address"),
    ],
)
def test_a_pasted_text_that_is_no_answer_is_refused(answer: str, words: str, client: OAuthClient) -> None:
    request = make_request(client, 9)
    with pytest.raises(SecretError, match=words):
        request.code(answer.replace("{state}", request.state))


def test_a_code_without_its_proof_is_worth_nothing(
    server: AuthorizationServer, authority: Authority, client: OAuthClient
) -> None:
    listener = Listener()
    try:
        request = make_request(client, listener.port)
        thread = threading.Thread(target=visit, args=(request.url, authority))
        thread.start()
        answer = listener.wait(request, 60)
        thread.join(60)
    finally:
        listener.close()
    with pytest.raises(SecretError) as refused:
        for_code(client, request.code(answer), request.redirect_uri, "x" * 64, NOW)
    assert request.code(answer) not in str(refused.value) + refused.value.mend


def test_a_grant_without_a_refresh_token_is_refused_since_it_would_end_at_once(
    server: AuthorizationServer, client: OAuthClient
) -> None:
    server.refreshable = False
    with pytest.raises(SecretError, match="without a refresh token"):
        granted(server, client)


# Keeping


def test_tokens_are_kept_in_a_private_file_and_in_no_repr(
    server: AuthorizationServer, client: OAuthClient, tmp_path: Path
) -> None:
    credential = signed_in(server, client, tmp_path)
    (path,) = tmp_path.glob("oauth-*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    assert credential.secret() == Secret(server.tokens[0].access, oauth=True)
    assert server.tokens[0].access not in repr(credential) + repr(TokenStore(tmp_path, client).load())


def test_a_file_that_others_can_read_or_that_is_damaged_is_not_used(
    server: AuthorizationServer, client: OAuthClient, tmp_path: Path
) -> None:
    credential = signed_in(server, client, tmp_path)
    (path,) = tmp_path.glob("oauth-*.json")
    path.chmod(0o640)
    with pytest.raises(SecretError, match="others can read"):
        credential.secret()
    path.chmod(0o600)
    for text in ("", "{}", "[1]", path.read_text()[:-9]):
        path.write_text(text)
        with pytest.raises(SecretError, match="damaged") as damaged:
            credential.secret()
        assert "login" in damaged.value.mend and damaged.value.__context__ is None
    path.unlink()  # at the end of a run every file with tokens is read, to look for them in logs


def test_before_the_first_sign_in_the_mend_is_to_sign_in(client: OAuthClient, tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="nobody has signed in") as nobody:
        OAuthCredential(DANA, client, TokenStore(tmp_path, client), lambda: NOW).secret()
    assert "mailer login" in nobody.value.mend


# Renewing


def test_a_token_is_renewed_before_it_ends_and_the_refresh_token_is_replaced(
    server: AuthorizationServer, client: OAuthClient, tmp_path: Path
) -> None:
    credential = signed_in(server, client, tmp_path)
    first = at(credential, NOW + timedelta(minutes=54)).secret()
    assert (first.value, server.renewals) == (server.tokens[0].access, 0)
    second = at(credential, NOW + timedelta(minutes=56)).secret()
    assert (second.value, server.renewals) == (server.tokens[1].access, 1)
    kept = TokenStore(tmp_path, client).load()
    assert kept is not None and kept.refresh == server.tokens[1].refresh
    assert kept.granted_at == NOW  # a renewal is no sign-in
    assert at(credential, NOW + timedelta(hours=2)).secret().value == server.tokens[2].access
    assert len(list(tmp_path.iterdir())) == 2  # the tokens and their lock


def test_a_refused_token_is_replaced_though_it_has_not_ended(
    server: AuthorizationServer, client: OAuthClient, tmp_path: Path
) -> None:
    credential = signed_in(server, client, tmp_path)
    refused = credential.secret()
    fresh = credential.secret(refused)
    assert fresh != refused and server.renewals == 1
    assert credential.secret(refused) == fresh and server.renewals == 1  # somebody replaced it already


def _ask(state: Path, client: OAuthClient, now: datetime, answers: Queue[str]) -> None:
    answers.put(OAuthCredential(DANA, client, TokenStore(state, client), lambda: now).secret().value)


def test_many_processes_that_find_a_token_ended_renew_it_once(
    server: AuthorizationServer, client: OAuthClient, tmp_path: Path
) -> None:
    signed_in(server, client, tmp_path)
    context = multiprocessing.get_context("spawn")
    answers: Queue[str] = context.Queue()
    later = NOW + timedelta(hours=2)
    askers = [context.Process(target=_ask, args=(tmp_path, client, later, answers)) for _ in range(3)]
    for asker in askers:
        asker.start()
    found = {answers.get(timeout=300) for _ in askers}
    for asker in askers:
        asker.join(60)
    assert (found, server.renewals) == ({server.tokens[1].access}, 1)


def test_a_busy_server_is_no_reason_to_drop_a_token_that_is_still_good(
    server: AuthorizationServer, client: OAuthClient, tmp_path: Path
) -> None:
    credential = signed_in(server, client, tmp_path)
    server.status = 503
    early = at(credential, NOW + timedelta(minutes=57))
    assert early.secret().value == server.tokens[0].access
    with pytest.raises(SecretLaterError, match="busy"):
        early.secret(early.secret())
    with pytest.raises(SecretLaterError, match="busy"):
        at(credential, NOW + timedelta(hours=2)).secret()
    server.status = 0
    assert at(credential, NOW + timedelta(hours=2)).secret().value == server.tokens[1].access


def test_a_disk_that_takes_nothing_costs_no_refresh_token(
    server: AuthorizationServer, client: OAuthClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = signed_in(server, client, tmp_path)
    full = OSError(28, "No space left on device")

    def no_room(descriptor: int) -> None:
        raise full

    with monkeypatch.context() as patched:
        patched.setattr("mailer.oauth.tokens.os.fsync", no_room)
        with pytest.raises(SecretLaterError, match="No space left"):
            at(credential, NOW + timedelta(hours=2)).secret()
    assert server.renewals == 0
    assert at(credential, NOW + timedelta(hours=2)).secret().value == server.tokens[1].access


# Ending


def test_a_grant_that_ended_is_told_with_its_mend_and_without_a_token(
    server: AuthorizationServer, client: OAuthClient, tmp_path: Path
) -> None:
    credential = signed_in(server, client, tmp_path)
    server.revoke()
    with pytest.raises(EndedGrantError) as ended:
        at(credential, NOW + timedelta(hours=2)).secret()
    told = str(ended.value) + ended.value.mend
    assert "has ended" in told and "invalid_grant" in told and "mailer login" in told
    assert not any(secret in told for token in server.tokens for secret in (token.access, token.refresh))
    kept = TokenStore(tmp_path, client).load()
    assert kept is not None and kept.access  # the server may have been wrong: nothing is thrown away


def test_googles_testing_apps_get_the_hint_of_seven_days(client: OAuthClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.dumps({"error": "invalid_grant", "error_description": "Token has been expired or revoked. rt-1"})
    monkeypatch.setattr("mailer.oauth.wire.post", lambda url, form, ca_file: answer)
    google = replace(client, endpoints=replace(client.endpoints, token="https://oauth2.googleapis.com/token"))
    with pytest.raises(EndedGrantError) as ended:
        renewed(google, Tokens("at-1", "rt-1", NOW), NOW)
    assert "7 days" in ended.value.mend
    assert "rt-1" not in str(ended.value)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ('{"error": "invalid_client"}', SecretError, "does not take this client"),
        ('{"error": "temporarily_unavailable"}', SecretLaterError, "can't now"),
        ("<html>a captive portal</html>", SecretLaterError, "can't be read"),
        ('{"access_token": "x", "expires_in": "soon"}', SecretLaterError, "can't be read"),
        ('{"access_token": 7}', SecretLaterError, "can't be read"),
        ("[" * 100_000, SecretLaterError, "can't be read"),
        ('{"error": ["x"]}', SecretLaterError, "can't be read"),
        ('{"error": null, "access_token": "x"}', SecretLaterError, "can't be read"),
    ],
)
def test_every_answer_of_the_server_ends_in_a_sentence(
    answer: str, kind: type[SecretError], words: str, client: OAuthClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailer.oauth.wire.post", lambda url, form, ca_file: answer)
    with pytest.raises(SecretError, match=words) as caught:
        renewed(client, Tokens("at-1", "rt-1", NOW), NOW)
    assert type(caught.value) is kind


def test_a_server_that_is_not_trusted_or_not_there_gets_no_token(
    server: AuthorizationServer, client: OAuthClient, tmp_path: Path
) -> None:
    tokens = granted(server, client)
    with pytest.raises(SecretError, match=r"certificate of 127\.0\.0\.1 can't be trusted") as untrusted:
        renewed(replace(client, ca_file=""), tokens, NOW)
    assert not isinstance(untrusted.value, SecretLaterError)
    gone = replace(client, endpoints=replace(client.endpoints, token="https://127.0.0.1:1/token"))
    with pytest.raises(SecretLaterError, match="can't be reached"):
        renewed(gone, tokens, NOW)
    clear = replace(client, endpoints=replace(client.endpoints, token="http://127.0.0.1:1/token"))
    with pytest.raises(SecretError, match="no https address"):
        renewed(clear, tokens, NOW)
    assert server.renewals == 0

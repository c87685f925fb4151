"""A real authorisation server on loopback, written with authlib: codes with proof keys, device codes, rotated refresh
tokens, introspection. Whoever opens its page has agreed."""

from __future__ import annotations

import contextlib
import logging
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer as Authlib
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict
from flask import Flask, Response, request
from werkzeug.serving import make_server

from tests.servers.certificates import Certificate

CLIENT, MAIL_SERVER, MAIL_SECRET = "breadcrumbs", "mail-server", "mail-server-secret"


@dataclass
class Client(ClientMixin):
    """The owner's client, which is public, or the mail server, which asks about tokens."""

    id: str
    secret: str = ""

    def get_client_id(self) -> str:
        return self.id

    def get_allowed_scope(self, scope: str) -> str:
        return scope or ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.startswith("http://127.0.0.1:")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "none" if not self.secret else method != "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return True


@dataclass
class Token(TokenMixin):
    access: str
    refresh: str
    user: str
    scope: str
    seconds: int
    at: float = field(default_factory=time.time)
    revoked: bool = False

    def check_client(self, client: Client) -> bool:
        return True

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return self.seconds

    def is_expired(self) -> bool:
        return time.time() > self.at + self.seconds

    def is_revoked(self) -> bool:
        return self.revoked


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    redirect_uri: str
    scope: str
    user: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


class AuthorizationServer:
    """A running server. `user` is whoever sits at the browser."""

    def __init__(self) -> None:
        self.user = "dana@example.org"
        self.clients = {CLIENT: Client(CLIENT), MAIL_SERVER: Client(MAIL_SERVER, MAIL_SECRET)}
        self.codes: dict[str, Code] = {}
        self.device: dict[str, DeviceCredentialDict] = {}
        self.approved: dict[str, bool] = {}  # user codes that were typed: granted or refused
        self.tokens: list[Token] = []
        self.renewals = 0
        self.seconds = 3600
        self.interval = 1
        self.status = 0  # answers every question for tokens with this status, where not 0
        self.refreshable = True
        self.port = 0
        self.lock = threading.Lock()
        self.app = _application(self)

    def url(self, path: str) -> str:
        return f"https://127.0.0.1:{self.port}/{path}"

    @property
    def introspection_url(self) -> str:
        return self.url("introspect").replace("https://", f"https://{MAIL_SERVER}:{MAIL_SECRET}@")

    def settings(self, flow: str) -> str:
        """The configuration's `account.oauth`, as YAML."""
        urls = {
            "token_endpoint": "token",
            "authorization_endpoint": "authorize",
            "device_authorization_endpoint": "device",
        }
        places = ", ".join(f"{key}: {self.url(path)!r}" for key, path in urls.items())
        return f"{{client_id: {CLIENT}, flow: {flow}, scope: mail offline_access, {places}}}"

    def revoke(self) -> None:
        """The owner, or time, ends every grant."""
        with self.lock:
            for token in self.tokens:
                token.revoked = True

    def kept(self, token: dict[str, Any], asked: Any) -> None:
        refresh = token.get("refresh_token", "")
        with self.lock:
            self.tokens.append(Token(token["access_token"], refresh, asked.user, token["scope"], self.seconds))


def _application(server: AuthorizationServer) -> Flask:
    app = Flask("authorization")
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    authlib = Authlib(app, query_client=server.clients.get, save_token=server.kept)
    authlib.register_grant(_code_grant(server), [CodeChallenge(required=True)])
    authlib.register_grant(_refresh_grant(server))
    authlib.register_grant(_device_grant(server))
    authlib.register_endpoint(_device_endpoint(server))
    authlib.register_endpoint(_introspection(server))
    authlib.register_token_generator("default", _generator(server, authlib, app))

    @app.get("/authorize")
    def authorize() -> Any:
        grant = authlib.get_consent_grant(end_user=server.user)
        return authlib.create_authorization_response(grant_user=server.user, grant=grant)

    @app.post("/token")
    def token() -> Any:
        if server.status:
            return Response("come back later", status=server.status)
        return authlib.create_token_response()

    @app.post("/device")
    def device() -> Any:
        return authlib.create_endpoint_response(DeviceAuthorizationEndpoint.ENDPOINT_NAME)

    @app.get("/activate")
    def activate() -> str:
        server.approved[request.args["user_code"]] = "refuse" not in request.args
        return "thank you"

    @app.post("/introspect")
    def introspect() -> Any:
        return authlib.create_endpoint_response(IntrospectionEndpoint.ENDPOINT_NAME)

    return app


def _generator(server: AuthorizationServer, authlib: Authlib, app: Flask) -> Any:
    usual = authlib.create_bearer_token_generator(app.config)

    def generate(**asked: Any) -> dict[str, Any]:
        asked["expires_in"] = server.seconds
        asked["include_refresh_token"] = server.refreshable
        return dict(usual(**asked))

    return generate


def _code_grant(server: AuthorizationServer) -> type[grants.AuthorizationCodeGrant]:
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["none", "client_secret_post"]  # noqa: RUF012

        def save_authorization_code(self, code: str, asked: Any) -> None:
            data = asked.payload.data
            challenge = data["code_challenge"], data["code_challenge_method"]
            scope = asked.payload.scope
            server.codes[code] = Code(code, asked.payload.redirect_uri, scope, asked.user, *challenge)

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return server.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del server.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> str:
            return authorization_code.user

    return CodeGrant


def _refresh_grant(server: AuthorizationServer) -> type[grants.RefreshTokenGrant]:
    class RefreshGrant(grants.RefreshTokenGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["none", "client_secret_post"]  # noqa: RUF012
        INCLUDE_NEW_REFRESH_TOKEN = True

        def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
            with server.lock:
                found = next((t for t in server.tokens if t.refresh == refresh_token and not t.revoked), None)
                if found is not None:
                    server.renewals += 1
            return found

        def authenticate_user(self, refresh_token: Token) -> str:
            return refresh_token.user

        def revoke_old_credential(self, refresh_token: Token) -> None:
            refresh_token.revoked = True  # it is good for one use

    return RefreshGrant


def _device_grant(server: AuthorizationServer) -> type[DeviceCodeGrant]:
    class DeviceGrant(DeviceCodeGrant):
        def query_device_credential(self, device_code: str) -> DeviceCredentialDict | None:
            return server.device.get(device_code)

        def query_user_grant(self, user_code: str) -> tuple[str, bool] | None:
            return (server.user, server.approved[user_code]) if user_code in server.approved else None

        def should_slow_down(self, credential: DeviceCredentialDict) -> bool:
            return False

    return DeviceGrant


def _device_endpoint(server: AuthorizationServer) -> type[DeviceAuthorizationEndpoint]:
    class DeviceEndpoint(DeviceAuthorizationEndpoint):
        INTERVAL = server.interval

        def get_verification_uri(self) -> str:
            return server.url("activate")

        def save_device_credential(self, client_id: str, scope: str, data: dict[str, Any]) -> None:
            server.device[data["device_code"]] = DeviceCredentialDict(client_id=client_id, scope=scope, **data)

    return DeviceEndpoint


def _introspection(server: AuthorizationServer) -> type[IntrospectionEndpoint]:
    class Introspection(IntrospectionEndpoint):
        CLIENT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012

        def query_token(self, token_string: str, token_type_hint: str) -> Token | None:
            return next((token for token in server.tokens if token.access == token_string), None)

        def check_permission(self, token: Token, client: Client, request: Any) -> bool:
            return client.id == MAIL_SERVER

        def introspect_token(self, token: Token) -> dict[str, Any]:
            return {"active": True, "username": token.user, "scope": token.scope}

    return Introspection


@contextlib.contextmanager
def running_authorization(certificate: Certificate) -> Iterator[AuthorizationServer]:
    """Start a server with this certificate, in a thread."""
    server = AuthorizationServer()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    http = make_server("127.0.0.1", 0, server.app, threaded=True, ssl_context=context)
    server.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join(5)
        http.server_close()

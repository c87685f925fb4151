"""Granting access through a browser: its address, and the code that comes back with it (RFC 8252, RFC 7636)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import TCPServer
from time import monotonic
from urllib.parse import parse_qs, urlsplit

from mailer.errors import SecretError
from mailer.oauth.client import OAuthClient

USUAL_REDIRECT = "http://127.0.0.1"
"""RFC 8252 section 7.3 and 8.3: the address rather than `localhost`; servers must allow any port there."""

DONE = "Done. You can close this page and go back to your terminal."
FAILED = "Access was not granted. Go back to your terminal."


@dataclass(frozen=True, slots=True)
class Request:
    """One request for access: the page to open, and what ties its answer to it."""

    url: str
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    def code(self, answer: str) -> str:
        """The code in the address that the browser was sent back to. Raises SecretError for any other address."""
        from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
        from oauthlib.oauth2.rfc6749.errors import MismatchingStateError

        scheme, separator, rest = answer.strip().partition("://")
        address = f"https://{rest}"  # oauthlib wants it even of this machine; nothing is sent there
        if not separator or scheme not in ("http", "https"):
            raise _no_answer("this is no address")
        try:
            return str(WebApplicationClient("").parse_request_uri_response(address, state=self.state)["code"])
        except MismatchingStateError:
            what = "this address does not belong to the request just made"
        except OAuth2Error as error:
            what = f"access was not granted ({error.error})" if error.error else "this address holds no code"
        except ValueError:
            what = "this is no address"
        raise _no_answer(what)


def _no_answer(what: str) -> SecretError:
    return SecretError(what, mend="copy the whole address the browser ended at, or begin again: `mailer login`")


def make_request(client: OAuthClient, port: int | None = None) -> Request:
    """A fresh request with a proof key. `port` is where this machine listens, where it does."""
    from oauthlib.oauth2 import WebApplicationClient

    redirect = client.redirect_uri or USUAL_REDIRECT
    if port is not None and urlsplit(redirect).port is None:
        parts = urlsplit(redirect)
        redirect = parts._replace(netloc=f"{parts.netloc}:{port}").geturl()
    oauth, state = WebApplicationClient(client.client_id), secrets.token_urlsafe(24)
    verifier = oauth.create_code_verifier(64)
    url = oauth.prepare_request_uri(
        client.endpoints.authorize,
        redirect_uri=redirect,
        scope=client.endpoints.scope.split(),
        state=state,
        code_challenge=oauth.create_code_challenge(verifier, "S256"),
        code_challenge_method="S256",
        login_hint=client.username,
        **dict(client.endpoints.extra),
    )
    return Request(url, redirect, state, verifier)


class Listener:
    """A web server on this machine alone that waits for the browser to come back."""

    def __init__(self, redirect_uri: str = "") -> None:
        """Listens at the port of `redirect_uri`, else at any. Raises SecretError where it can't."""
        port = urlsplit(redirect_uri or USUAL_REDIRECT).port or 0
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            what = f"this machine can't listen for the browser: {error.strerror}"
            raise SecretError(what, mend="use `mailer login --paste`") from error
        self.port: int = self._server.server_port

    def wait(self, request: Request, seconds: float) -> str:
        """The address the browser came back with. Raises SecretError after `seconds`."""
        self._server.request_made = request
        ends = monotonic() + seconds
        while not self._server.answer:
            if (left := ends - monotonic()) <= 0:
                raise SecretError("the browser did not come back", mend="begin again, or use `mailer login --paste`")
            self._server.timeout = min(left, 1.0)
            self._server.handle_request()
        return f"https://127.0.0.1{self._server.answer}"

    def close(self) -> None:
        """Stop listening."""
        self._server.server_close()


class _Server(HTTPServer):
    request_made: Request | None = None
    answer = ""  # path and query of the address that the browser came back with

    def server_bind(self) -> None:
        """Without looking up the machine's own name, which can take long and is used for nothing."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    """Takes the first call that carries the request's state: a browser also asks for an icon, and others may call."""

    timeout = 5
    server: _Server

    def do_GET(self) -> None:
        made, state = self.server.request_made, parse_qs(urlsplit(self.path).query).get("state", [""])[0]
        ours = made is not None and secrets.compare_digest(state.encode(), made.state.encode())
        text = (DONE if "code=" in self.path else FAILED) if ours else ""
        self.send_response(200 if ours else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())
        if ours:
            self.server.answer = self.path

    def log_message(self, format: str, *args: object) -> None:
        """The address holds the code: it is not logged."""

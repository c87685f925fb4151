"""The owner grants access: through a browser on this machine, one elsewhere, or with a code typed into a page."""

from __future__ import annotations

import sys
import time
import webbrowser
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click

from mailer.cli.words import one_line
from mailer.config.provider import Flow
from mailer.errors import SecretError
from mailer.oauth import OAuthClient, Tokens
from mailer.oauth.browser import Listener, Request, make_request
from mailer.oauth.grants import device_code, for_code, for_device

if TYPE_CHECKING:
    from mailer.cli.call import Call

Clock = Callable[[], datetime]

LOGIN = "mailer login"

TRIES = 3
"""How often an address may be pasted: somebody who copied a part of it need not begin again."""

PATIENCE = 600.0
"""Seconds for the owner to find the password and agree."""


def grant(call: Call, client: OAuthClient, flow: Flow, clock: Clock, *, browser: bool) -> Tokens:
    """Let the owner grant access. Raises SecretError where that does not come to an end."""
    try:
        if flow is Flow.device:
            return _by_device(call, client, clock)
        return _by_browser(call, client, clock) if browser else _by_pasting(call, client, clock)
    except SecretError as error:  # `mailer init` asks, too, and without a configuration nobody can sign in again
        raise SecretError(str(error), mend=error.mend.replace(LOGIN, _command())) from error


def _command() -> str:
    """The command that asks for access: there is nothing to sign in to before `mailer init` has ended."""
    return click.get_current_context().command_path


def _by_device(call: Call, client: OAuthClient, clock: Clock) -> Tokens:
    code = device_code(client)
    page, typed = one_line(code.url), one_line(code.user_code)  # a server's words
    call.tell(f"Open {page} in a browser, on any machine, sign in as {client.username}, and type this code:")
    call.note(f"\n    {typed}\n")
    call.note("Waiting for you to do so ...")
    return for_device(client, code, clock, time.sleep)


def _by_browser(call: Call, client: OAuthClient, clock: Clock) -> Tokens:
    listener = Listener(client.redirect_uri)
    try:
        request = make_request(client, listener.port)
        if _has_windows(call.environ) and webbrowser.open(request.url):
            call.tell("Your browser asks for your permission. If it does not, open this address in it:")
        else:
            call.tell(f"Open this address in a browser on this machine (on another one: `{_command()} --paste`):")
        call.note(f"\n    {request.url}\n")
        answer = listener.wait(request, PATIENCE)
    finally:
        listener.close()
    return for_code(client, request.code(answer), request.redirect_uri, request.verifier, clock())


def _has_windows(environ: Mapping[str, str]) -> bool:
    """Whether a browser can have a window of its own: one in the terminal would take that away from us."""
    return sys.platform == "darwin" or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _by_pasting(call: Call, client: OAuthClient, clock: Clock) -> Tokens:
    """For a machine without a browser: what the browser elsewhere ends at can't be opened, and holds the code."""
    request = make_request(client, 1)
    call.note("Open this address in a browser, on any machine, and allow access:")
    call.note(f"\n    {request.url}\n")
    call.tell("The browser then ends at a page that can't be shown. That is right: copy its whole address.")
    return for_code(client, _pasted(call, request), request.redirect_uri, request.verifier, clock())


def _pasted(call: Call, request: Request) -> str:
    """The code in what is pasted, which is asked for again where it is something else; a refusal is final."""
    for left in reversed(range(TRIES)):
        answer = click.prompt("Paste it here", err=True)
        try:
            return request.code(answer)
        except SecretError as error:
            if not left or "error=" in answer or not sys.stdin.isatty():
                raise
            call.tell(f"{error}. Copy all of what stands in the browser's address bar.")
    raise AssertionError("unreachable")  # the last try returns or raises

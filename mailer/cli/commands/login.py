"""`mailer login`: grant access with OAuth 2.0, once; the program keeps it from then on."""

from __future__ import annotations

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option


@click.command("login")
@click.option("--paste", is_flag=True, help="The browser is on another machine: paste the address it ends at.")
@click.option("--device", is_flag=True, help="Type a code into a page instead, where the service allows it.")
@json_option
@pass_call
def command(call: Call, paste: bool, device: bool) -> None:
    """Sign in to your mail account with OAuth 2.0.

    Needs `auth: oauth2` and your own client id in the configuration; docs/oauth.md says how to get one. What was
    granted is kept in a file that only you can read, and renewed by itself. A daemon that runs goes on at once.
    """
    from mailer.cli.granting import grant
    from mailer.cli.trying import enter, mend_of
    from mailer.config import Auth, state_dir
    from mailer.config.provider import Flow
    from mailer.daemon.wiring import config_clock, config_credential
    from mailer.errors import MailerError, UsageError
    from mailer.oauth import TokenStore, make_client

    config = call.config()
    if config.account.auth is not Auth.oauth2:
        raise UsageError(
            "your account signs in with a password, so there is nothing to grant",
            mend="for OAuth 2.0 write `auth: oauth2` and `oauth: {client_id: ...}` under account (docs/oauth.md)",
        )
    client = make_client(config.account, call.environ)
    flow = Flow.device if device else Flow.loopback if paste else client.endpoints.flow
    if device and not client.endpoints.device:
        raise UsageError("this service gives out no codes to type", mend="leave --device out")
    if flow is Flow.loopback and not client.endpoints.authorize:
        raise UsageError("this service has no page known for --paste", mend="leave it out")
    state, clock = state_dir(config, call.environ), config_clock(config, call.environ)
    store = TokenStore(state, client)
    store.save(grant(call, client, flow, clock, browser=not paste))
    call.say(f"Access is granted, and kept in {store.path}.")
    credential = config_credential(config, call.environ, state, clock)
    failed = enter(config.smtp_server(), config.imap_server(), credential, call.say)
    if failed is not None:
        raise MailerError(str(failed), mend=mend_of(failed, config.account.known))
    if call.as_json:
        call.emit({"username": client.username, "tokens": str(store.path)})

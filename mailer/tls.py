"""The one rule for TLS: certificates and host names are verified, with no way to say otherwise."""

from __future__ import annotations

import ssl

from mailer.model import Server


def tls_context(server: Server) -> ssl.SSLContext:
    """A context that trusts the system's authorities and those in `server.ca_file`. Takes milliseconds: call it off
    the loop.

    Raises OSError (also ssl.SSLError) where `ca_file` can't be read.
    """
    context = ssl.create_default_context()
    if server.ca_file:
        context.load_verify_locations(cafile=server.ca_file)
    return context

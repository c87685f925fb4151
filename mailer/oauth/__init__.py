"""The door to authorisation servers: how access is granted once, and how its tokens stay fresh for years.

oauthlib speaks OAuth 2.0 (RFC 6749); this room adds what a program that is left alone needs: tokens in a private file,
one renewal at a time across processes, and one plain sentence where a grant has ended.
"""

from mailer.oauth.client import OAuthClient, make_client
from mailer.oauth.credential import OAuthCredential
from mailer.oauth.tokens import Tokens, TokenStore

__all__ = ["OAuthClient", "OAuthCredential", "TokenStore", "Tokens", "make_client"]

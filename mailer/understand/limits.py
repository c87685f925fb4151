"""Named limits on what is read of a stranger's message. Over one, reading stops there and the verdict says so."""

from __future__ import annotations

MAX_OCTETS = 4 * 1024 * 1024
"""Octets of the raw message that are looked at; what follows (mostly attachments) is left unread."""

MAX_HEADER_OCTETS = 256 * 1024
"""Octets of one header block."""

MAX_HEADERS = 1000
"""Header fields in one header block."""

MAX_HEADER_VALUE = 16 * 1024
"""Octets of one unfolded header field that are kept."""

MAX_PARTS = 200
"""MIME parts in the whole message, attached messages included."""

MAX_NESTING = 16
"""Levels of multipart and attached messages."""

MAX_DECODED = 1024 * 1024
"""Octets decoded out of base64 and quoted-printable text, over all parts."""

MAX_MARKUP = 400_000
"""Characters of HTML that are made plain."""

MAX_TAGS = 6_000
"""HTML tags that are looked at."""

MAX_TEXT = 120_000
"""Characters of a message's text that are searched for new words, phrases and names."""

MAX_LINES = 5_000
"""Lines of a message's text that are searched."""

MAX_RECIPIENTS = 200
"""Recipients of one bounce, and addresses of one header, that are kept."""

MAX_INTRODUCTIONS = 20
"""People proposed out of one message."""

MAX_NAMED = 80
"""Mentions of people, addresses among them, that are compared with each other before they become proposals."""

MAX_DIAGNOSTIC = 1000
"""Characters of a diagnostic that are kept."""

MAX_PHRASES = 8_000
"""Characters of own words that are searched for phrases, dates and names: a person asks within the first pages."""

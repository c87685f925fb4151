"""Where somebody else's mail begins: separators between dashes, and the header block above a quoted mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.understand.phrases.quoting import FORWARDED, HEADER_KEYS, ORIGINAL

_ROLE = {key: role for role, keys in HEADER_KEYS.items() for key in keys}
_BETWEEN = re.compile(
    rf"^[-_=*~+>\u2010-\u2015]{{1,80}}\s{{0,10}}(?:{'|'.join((*ORIGINAL, *FORWARDED))})\b[^\n]{{0,60}}$", re.IGNORECASE
)
_ALONE = re.compile(rf"^(?:{'|'.join(FORWARDED)})\s?[:\uff1a]?$", re.IGNORECASE)
_RULE = re.compile(r"^[-_=*~\u2010-\u2015\s]{2,}$")
_RULERS = "-_=*~+\u2010\u2011\u2012\u2013\u2014\u2015"
_BLOCK_LINES = 12
_LONGEST_KEY = 24


def starts_foreign(lines: Sequence[str], at: int, *, closely: bool = True) -> bool:
    """Whether the line begins a quoted or forwarded mail that is not marked with `>`.

    `closely`: also look for a header block, which costs a look at the lines below.
    """
    bare = lines[at].strip()
    if bare[0] in _RULERS:
        if len(bare) < 200 and bare.strip(_RULERS + "> ") and _BETWEEN.match(bare):
            return True
    elif len(bare) < 70 and bare[-1] in ":\uff1a" and _ALONE.match(bare):
        return True
    return closely and role_of(bare) in ("from", "date") and _is_block(lines, at)


def role_of(line: str) -> str:
    """What a line like `Von: ...` or `*From:* ...` is in a header block; empty where it is no such line."""
    head, colon, _ = line[:60].replace("\uff1a", ":").partition(":")
    if not colon or len(head) > _LONGEST_KEY:
        return ""
    key = head.strip("*_ \t\xa0").lower()
    return _ROLE.get(key, "")


def _is_block(lines: Sequence[str], at: int) -> bool:
    """Three different keys, the sender's among them, with nothing but wrapped values between."""
    roles: set[str] = set()
    gap = 0
    for line in lines[at : at + _BLOCK_LINES]:
        bare = line.strip()
        role = role_of(bare) if bare else ""
        if role:
            roles.add(role)
            gap = 0
        elif not bare and roles and len(roles) >= 3:
            break
        else:
            gap += 1
            if gap > 2:
                break
    return "from" in roles and len(roles - {"other"}) >= 3


def is_rule(line: str) -> bool:
    """Whether a line is nothing but dashes, underscores or stars."""
    return bool(_RULE.match(line)) and bool(line.strip())

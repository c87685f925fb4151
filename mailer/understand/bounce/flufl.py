"""flufl.bounce as the reader of last resort; imported only when it is asked."""

from __future__ import annotations

import email
import email.policy
import logging

from mailer import model
from mailer.understand import limits
from mailer.understand.bounce.notice import Failure, Notice

_MAX_OCTETS = 30_000
"""More than that is no notice, and some of its expressions are slow on long texts."""


def read_flufl(notice: Notice) -> list[Failure]:
    """Recipients by flufl.bounce out of the notice's own words; empty where it finds none or stumbles."""
    try:
        from flufl.bounce import scan_message
    except ImportError:
        return []
    # It logs tracebacks of its detectors, which may hold words of the mail.
    logging.getLogger("flufl.bounce").disabled = True
    headers = notice.message.headers
    kept = "".join(f"{name}: {headers.get(name)}\n" for name in ("from", "to", "subject", "x-failed-recipients"))
    raw = f"{kept}Content-Type: text/plain; charset=utf-8\n\n{notice.words}\n{notice.rest}"[:_MAX_OCTETS]
    try:
        found = scan_message(email.message_from_string(raw, policy=email.policy.compat32))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, LookupError):
        return []
    texts = [a.decode("ascii", "replace") if isinstance(a, bytes) else str(a) for a in found]
    addresses = sorted({t for t in texts if "@" in t and len(t) < 320})
    return [Failure(a, "", model.Action.failed) for a in addresses][: limits.MAX_RECIPIENTS]

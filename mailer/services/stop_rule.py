"""An edition of which too much is refused or comes back stops by itself; what has not left waits for the owner."""

from __future__ import annotations

from datetime import datetime

from mailer.services import updates
from mailer.services.desk import Desk
from mailer.storage import daemons, editions, messages
from mailer.storage.store import Tx


def mind(tx: Tx, desk: Desk, name: str | None, now: datetime) -> bool:
    """Look at an edition after one of its letters failed; True where that stopped it.

    After the owner let it go on, only what left since then counts.
    """
    edition = editions.get(tx, name) if name else None
    if edition is None or edition.status != "sending":
        return False
    left, failed = messages.tally(tx, edition.name, edition.approved_at)
    rule = desk.config.updates.stop
    early = left <= rule.of_first and failed >= rule.bounces
    late = left > rule.of_first and failed * 100 > left * rule.later_percent
    if not (early or late):
        return False
    why = f"{failed} of {left} letters were refused or came back"
    updates.stop_now(tx, edition, now, why, "daemon")
    mend = f"see `mailer outbox list --status failed`, then `mailer update approve {edition.name}` to go on"
    daemons.set_problem(tx, f"edition.{edition.name}", f"the update of {edition.name} stopped: {why}", mend, now)
    return True

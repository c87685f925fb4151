"""Whether anything leaves at all: said where something was just made to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailer.daemon.wiring import App


def without_daemon(app: App) -> str:
    """A line to add where no daemon runs for this owner; else nothing."""
    from mailer.daemon.lock import is_held

    if is_held(app.state, app.config.owner().email):
        return ""
    return "\n  The daemon is not running; nothing leaves before `mailer run`."

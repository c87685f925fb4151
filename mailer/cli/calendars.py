"""The call sheet as a calendar file (RFC 5545) for a phone or a desktop calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailer.services.call_sheet import SheetEntry

SLOT = timedelta(minutes=15)
"""How long a call is given."""


_WRITES = {"answer": "Answer", "thanks": "Thank"}
"""What the first lines of the sheet ask for is no call."""


def ics(found: Sequence[SheetEntry], start: datetime, now: datetime, owner: str) -> bytes:
    """One event after the other from `start`. They don't make the owner busy, and one imported twice stays one."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//breadcrumb-mailer//call sheet//EN")
    calendar.add("version", "2.0")
    for number, entry in enumerate(found):
        line = entry.line
        event = Event()
        event.add("uid", f"call-{start:%Y%m%d}-{line.contact_id or hash_of(line.key)}@{owner.rpartition('@')[2]}")
        event.add("dtstamp", now)
        event.add("dtstart", start + number * SLOT)
        event.add("dtend", start + (number + 1) * SLOT)
        phone = f", {entry.phone}" if entry.phone and line.reason not in _WRITES else ""
        event.add("summary", f"{_WRITES.get(line.reason, 'Call')} {line.name}{phone}")
        said = f'"{line.opening}"' if line.opening else ""
        event.add("description", "\n".join(part for part in (f"{line.why}.", said, line.act) if part))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def hash_of(text: str) -> int:
    """A number for a text that is the same in every run."""
    import zlib

    return zlib.crc32(text.encode("utf-8", "surrogatepass"))

"""Reads the headers of all mail in the Inbox and the Sent folder, to see whom the owner knows. No message's text is
asked for, no flag is changed, and the folders are opened read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from mailer.errors import MailboxError
from mailer.mailbox.client import Client
from mailer.mailbox.folders import FolderNames, discover
from mailer.model import FolderRole

FIELDS = (
    *("FROM", "TO", "CC", "BCC", "DATE", "LIST-ID", "LIST-POST", "LIST-UNSUBSCRIBE", "PRECEDENCE", "AUTO-SUBMITTED"),
    *("FEEDBACK-ID", "X-BREADCRUMB-ID"),
)
"""All that is asked for of a message."""

_WHAT = f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})]"

AT_ONCE = 300
"""Messages asked for with one command."""

MOST_OCTETS = 16 * 1024
"""Of one message's header fields, on the average of those asked for at once."""

MOST_MESSAGES = 100_000
"""Of one folder, the newest."""


def read_headers(
    client: Client, names: FolderNames, since: date | None, progress: Callable[[int, int], None]
) -> Iterator[tuple[FolderRole, bytes]]:
    """Folder and header fields of each message, the Sent folder first. `progress` hears how many of how many are read.

    Raises MailboxError where there is no Sent folder, or the server refuses.
    """
    folders = discover(client.listing(), names)
    if FolderRole.sent not in folders:
        mend = "name it in the configuration, as account.folders.sent"
        raise MailboxError("no Sent folder was found in the mailbox", mend=mend)
    uids: dict[FolderRole, list[int]] = {}
    for role in (FolderRole.sent, FolderRole.inbox):
        client.examine(folders[role])
        uids[role] = client.uids_after(0, since)[-MOST_MESSAGES:]
    total, done = sum(map(len, uids.values())), 0
    progress(0, total)
    for role, wanted in uids.items():
        client.examine(folders[role])
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            for answer in client.fetch(some, _WHAT, MOST_OCTETS * len(some)).values():
                found = next((v for k, v in answer.items() if k.upper().startswith(b"BODY[HEADER.FIELDS")), None)
                if isinstance(found, bytes):
                    yield role, found
            done += len(some)
            progress(done, total)

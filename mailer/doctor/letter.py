"""One letter from the owner to the owner: how long it takes to be seen, where it ends up, and what its headers tell."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from email.parser import BytesHeaderParser
from email.policy import compat32

from mailer.compose import Draft
from mailer.config import SentCopy
from mailer.doctor.domain import dkim
from mailer.doctor.mailbox import folders_of, open_mailbox
from mailer.doctor.patient import Patient
from mailer.doctor.report import Check, failed, ok, skipped, warning
from mailer.doctor.transport import compared
from mailer.errors import MailboxError
from mailer.mailbox.client import Client
from mailer.model import Delivery, Envelope, FetchedMail, FolderRole, Outcome
from mailer.services.sample import marked_envelope

SEEN_WITHIN = 9.0
"""Seconds that the letter is looked for. Longer is no fault, but then this run can't tell more."""

LOOK_EVERY = 0.4  # seconds between looks

DRAFT = Draft(
    "mailer doctor",
    "This letter was sent by `mailer doctor --send`, to see how long it takes to arrive. You can delete it.",
)

HEAD = 64 * 1024
"""Octets read of it: all that is wanted stands in its head."""


def sent_to_oneself(patient: Patient) -> Iterator[Check]:
    """Send it, look for it, and tell what it shows."""
    if patient.app is None:
        yield skipped("letter", "the database can't be used, so nothing is sent")
        return
    now = patient.clock()
    envelope = marked_envelope(patient.app.desk, DRAFT, patient.config.owner().email, now)
    token = str(BytesHeaderParser(policy=compat32).parsebytes(envelope.content)["X-Breadcrumb-ID"])
    try:
        client = open_mailbox(patient)
    except MailboxError as error:
        yield failed(
            "letter", "the mailbox can't be read, so none was sent", "see what the check of it says", str(error)
        )
        return
    try:
        folders = folders_of(patient, client)
        delivery = asyncio.run(_deliver(patient, envelope))
        if delivery.outcome is not Outcome.accepted:
            mend = "see what the check of sending says"
            yield failed("letter", f"the server did not take it ({delivery.stage})", mend, str(delivery))
            return
        handed_over = time.monotonic()
        seen = _look_for(client, folders, token, handed_over + SEEN_WITHIN, patient.copy_within)
        yield from _told(patient, seen, handed_over)
    finally:
        client.close(politely=True)


async def _deliver(patient: Patient, envelope: Envelope) -> Delivery:
    pool = patient.pool()
    try:
        return await pool.deliver(envelope)
    finally:
        await pool.close()


Seen = dict[FolderRole, tuple[float, FetchedMail]]
"""Where the letter was seen, when (monotonic), and as what."""


def _look_for(client: Client, folders: dict[FolderRole, str], token: str, until: float, copy_within: float) -> Seen:
    """Look into Inbox, Junk and Sent until the letter has come and is in Sent, or time is up."""
    roles = [role for role in (FolderRole.inbox, FolderRole.junk, FolderRole.sent) if role in folders]
    found: Seen = {}
    while time.monotonic() < until:
        for role in roles:
            if role not in found:
                client.examine(folders[role])
                for mail in client.mails(client.uids_with("X-Breadcrumb-ID", token)[:1], HEAD):
                    found[role] = (time.monotonic(), mail)
        came = [found[role][0] for role in (FolderRole.inbox, FolderRole.junk) if role in found]
        if came and (FolderRole.sent in found or time.monotonic() > min(came) + copy_within):
            break
        time.sleep(LOOK_EVERY)
    return found


def _told(patient: Patient, seen: Seen, handed_over: float) -> Iterator[Check]:
    came = seen.get(FolderRole.inbox) or seen.get(FolderRole.junk)
    if came is None:
        reason = f"not seen within {SEEN_WITHIN:g} seconds of being taken"
        yield warning("letter", reason, "look for it in your mail program, Junk too; some servers are slow")
        yield skipped("DKIM", "the letter was not seen")
    else:
        after = f"{came[0] - handed_over:.1f} seconds"
        if FolderRole.inbox in seen:
            yield ok("letter", f"seen in the Inbox after {after}")
        else:
            mend = "mark it as no junk; see what SPF, DKIM and DMARC say"
            yield warning("letter", f"it came after {after}, into Junk", mend)
        head = BytesHeaderParser(policy=compat32).parsebytes(came[1].raw)
        yield dkim(patient, [str(each) for each in head.get_all("DKIM-Signature", [])])
        yield compared(patient.clock() - timedelta(seconds=time.monotonic() - came[0]), came[1].received_at)
    yield _sent_copy(patient, filed=FolderRole.sent in seen)


def _sent_copy(patient: Patient, *, filed: bool) -> Check:
    """Whether the server files sent mail itself, against what the configuration relies on."""
    name, habit = "sent copy", patient.config.account.sent_copy
    if filed and not patient.config.files_sent() and habit in (SentCopy.auto, SentCopy.append):
        reason = "this server files sent mail itself, so every letter would be there twice"
        return warning(name, reason, "write account.sent_copy: server")
    if filed:
        return ok(name, "this server files sent mail itself")
    if patient.config.files_sent():
        reason = "no copy was in Sent when the letter had come, and the configuration counts on one"
        return warning(name, reason, "look into Sent later; where none comes, write account.sent_copy: append")
    return ok(name, f"this server files none itself, and account.sent_copy is {habit}")

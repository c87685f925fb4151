"""The mailbox: the sign-in, IDLE, and the folders that matter."""

from __future__ import annotations

from collections.abc import Iterator

from mailer.doctor.patient import Patient
from mailer.doctor.report import Check, failed, ok, warning
from mailer.doctor.transport import REACHED
from mailer.errors import MailboxError, MailboxRefusedError
from mailer.mailbox import FolderNames, Limits
from mailer.mailbox.client import Client, open_client
from mailer.mailbox.folders import discover
from mailer.model import FolderRole

NEEDED = (FolderRole.sent, FolderRole.junk)
"""Folders whose absence is worth a word; the Inbox is always there."""


def open_mailbox(patient: Patient) -> Client:
    """A signed-in session. Raises MailboxError and SecretError."""
    limits = Limits().within(patient.patience)
    return open_client(patient.config.imap_server(), patient.credential(), limits, patient.clock)


def folders_of(patient: Patient, client: Client) -> dict[FolderRole, str]:
    """Which folder is which."""
    own = patient.config.account.folders
    return discover(client.listing(), FolderNames(own.sent, own.junk, own.archive))


def signing_in(patient: Patient) -> Iterator[Check]:
    """Sign in, and look whether everything is there that reading needs."""
    try:
        client = open_mailbox(patient)
    except MailboxRefusedError as error:
        mend = error.mend or (patient.how_to_sign_in() if "sign-in" in str(error) else REACHED)
        yield failed("mailbox", "refused", mend, str(error))
        return
    except MailboxError as error:
        yield failed("mailbox", "no connection that works", REACHED, str(error))
        return
    try:
        yield ok("mailbox", "the server takes the sign-in")
        yield _idle(client)
        yield from _folders(patient, client)
    finally:
        client.close(politely=True)


def _idle(client: Client) -> Check:
    if client.has("IDLE"):
        return ok("IDLE", "answers are noticed at once")
    return warning("IDLE", "the server has none, so answers are noticed after half a minute", "nothing need be done")


def _folders(patient: Patient, client: Client) -> Iterator[Check]:
    found = folders_of(patient, client)
    for role in (FolderRole.inbox, *NEEDED):
        name = f"folder {role}"
        if role not in found:
            mend = f"write its name into account.folders.{role}, or let the server make one"
            yield warning(name, "none is found", mend)
            continue
        try:
            client.examine(found[role])
        except MailboxError as error:
            yield failed(name, "it can't be opened", "see to it in your mail program", f"{found[role]}: {error}")
        else:
            yield ok(name, "it can be read", found[role])

"""Fetches the words of a message again whose text is not kept: only its sender's address ties it to a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.daemon.wiring import account_credential
from mailer.errors import MailerError
from mailer.mailbox import Limits
from mailer.mailbox.client import open_client
from mailer.model import Classification
from mailer.understand import understand

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.storage.records import ReplyRecord

_HAS_WORDS = frozenset({Classification.reply, Classification.opt_out, Classification.automatic, Classification.other})


def lacks_words(found: ReplyRecord) -> bool:
    """Whether its words are not kept here, and lie in the mailbox."""
    return not found.text and found.classification in _HAS_WORDS


def words_again(app: App, found: ReplyRecord) -> str:
    """The person's own words, read from the mailbox once more; nothing is stored.

    Raises MailerError where the mailbox can't be reached or the message is no longer where it was.
    """
    config = app.config
    client = open_client(config.imap_server(), account_credential(app), Limits(), app.clock)
    try:
        same_folder = client.examine(found.folder).uidvalidity == found.uidvalidity
        mails = client.mails([found.uid], config.reading.max_size) if same_folder else []
    finally:
        client.close(politely=True)
    if not mails:
        raise MailerError(
            f"the message is no longer in the folder {found.folder}", mend="look for it in your mail program"
        )
    return understand(mails[0].raw, owner=config.owner().email, truncated=mails[0].truncated).text

"""The door to the owner's mailbox: reads what is new, changes nothing but what the owner allowed."""

from mailer.mailbox.door import Mailbox
from mailer.mailbox.folders import FolderNames
from mailer.mailbox.limits import Limits, elapsed
from mailer.mailbox.requests import Found
from mailer.mailbox.state import MailboxState, Receiver

__all__ = ["FolderNames", "Found", "Limits", "Mailbox", "MailboxState", "Receiver", "elapsed"]

"""The owner's roster: read, checked, and edited without touching a byte outside the entry that is meant."""

from mailer.roster.batch import Batch, edit_roster
from mailer.roster.edit import Edit, add_contact, add_contacts, edit_contact, remove_contact
from mailer.roster.model import Roster
from mailer.roster.read import load_roster
from mailer.roster.schema import json_schema
from mailer.yamlfile import FileState

__all__ = [
    "Batch",
    "Edit",
    "FileState",
    "Roster",
    "add_contact",
    "add_contacts",
    "edit_contact",
    "edit_roster",
    "json_schema",
    "load_roster",
    "remove_contact",
]

"""Reads people out of other programs' files (vCard, CSV) and meetings out of calendars, and writes people back."""

from mailer.importers.calendar import Meeting, read_calendar
from mailer.importers.fields import FIELDS
from mailer.importers.files import read_people
from mailer.importers.reading import Reading
from mailer.importers.write import to_csv, to_vcard

__all__ = ["FIELDS", "Meeting", "Reading", "read_calendar", "read_people", "to_csv", "to_vcard"]

"""What every service needs to know: the owner's settings, templates and window, and where randomness comes from."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailer.compose import Recipient, Said, Speaker, Templates
from mailer.config import Config
from mailer.schedule import Window, for_zone, holiday_calendar
from mailer.storage.records import ContactRecord


@dataclass(frozen=True)
class Desk:
    """Made anew whenever configuration or templates change; shared by all services."""

    config: Config
    templates: Templates
    window: Window
    token: Callable[[], str] = field(default=lambda: secrets.token_hex(16))
    jitter: Callable[[], float] = random.random

    @property
    def speaker(self) -> Speaker:
        """Who writes, and what they look for."""
        return speaker_of(self.config)

    def today(self, now: datetime) -> date:
        """The owner's date."""
        return now.astimezone(self.window.zone).date()

    def zone_of(self, contact: ContactRecord) -> ZoneInfo | None:
        """The contact's own zone, where one is given (the roster checked that it exists)."""
        try:
            return ZoneInfo(contact.timezone) if contact.timezone else None
        except (ZoneInfoNotFoundError, ValueError):
            return None

    def window_of(self, contact: ContactRecord) -> Window:
        """When mail to this contact may leave."""
        zone = self.zone_of(contact)
        return for_zone(self.window, zone) if zone else self.window


def speaker_of(config: Config) -> Speaker:
    """The owner as letters need them."""
    search = config.search
    said = tuple(Said(each.looking_for, each.pitch, each.language) for each in search.translations)
    return Speaker(config.owner(), search.looking_for, search.pitch, config.profile.language, said)


def make_desk(config: Config, templates: Templates) -> Desk:
    """The desk for a configuration that was checked already."""
    schedule = config.schedule
    window = Window(
        schedule.timezone, schedule.weekdays, schedule.opens, schedule.closes, holiday_calendar(schedule.holidays)
    )
    return Desk(config, templates, window)


def recipient(contact: ContactRecord, address: str = "") -> Recipient:
    """A contact as the letters address them."""
    return Recipient(
        contact.name,
        address or contact.address,
        str(contact.details.get("salutation", "")),
        str(contact.details.get("language", "")),
    )

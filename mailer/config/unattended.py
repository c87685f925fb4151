"""The shape of `keep:` and `notify:`: what a service left alone keeps, and how it calls its owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from mailer.config.part import Part
from mailer.config.values import Duration, Line, Whole, wrong


class KeepPart(Part):
    """What is kept, and for how long."""

    texts: Duration = Field(
        timedelta(days=365), description="Words of answers older than this are dropped; who answered, and when, stays."
    )
    backups: Whole = Field(
        7, ge=0, le=1000, description="How many daily copies of the database are kept in the state folder (SQLite)."
    )

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.texts < timedelta(days=1):
            raise wrong("is shorter than a day", "write such as 365d", at="texts")
        return self


class NotifyPart(Part):
    """How the owner is told of what needs them and stays so."""

    after: Duration = Field(timedelta(hours=1), description="How long something must stay wrong before you are told.")
    command: Line = Field(
        "",
        repr=False,
        description="A command that gets the words on its standard input where no mail can be sent; without a shell.",
    )

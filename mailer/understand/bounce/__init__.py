"""What a delivery status notification or one of its non-standard cousins says, recipient by recipient."""

from __future__ import annotations

from mailer.understand.bounce.complaint import is_feedback, read_complaint
from mailer.understand.bounce.events import read_event
from mailer.understand.bounce.notice import Notice, make_notice
from mailer.understand.bounce.reading import Reading, read_bounce

__all__ = ["Notice", "Reading", "is_feedback", "make_notice", "read_bounce", "read_complaint", "read_event"]

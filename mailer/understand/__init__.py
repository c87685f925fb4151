"""Received bytes to what a message is and what it says: bounce, robot, opt-out, or a person's own words.

Pure functions: no file, no network, no clock. docs/understanding.md says how verdicts are reached.
"""

from __future__ import annotations

from mailer.understand.verdict import understand

__all__ = ["understand"]

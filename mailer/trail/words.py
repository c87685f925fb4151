"""What the tree and the pictures say about a person."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from mailer.model import ContactStatus
from mailer.trail.graph import GOAL, Someone, Trail


class State(StrEnum):
    """How far the owner has come with somebody."""

    unknown = "unknown"  # named, and not in the roster
    named = "named"  # in the roster, and not contacted yet
    written = "written"  # written to
    answered = "answered"  # wrote back
    spoken = "spoken"  # talked with
    closed = "closed"  # not to be written to, or no address is alive


def state_of(someone: Someone) -> State:
    """One state for each; what says more about the way on wins."""
    if someone.status is None:
        return State.unknown
    if someone.status is ContactStatus.opted_out:
        return State.closed
    if someone.spoken_on:
        return State.spoken
    if someone.status is ContactStatus.bounced:
        return State.closed
    if someone.status is ContactStatus.responded:
        return State.answered
    return State.written if someone.contacted else State.named


def day_of(on: date) -> str:
    """`2 Nov 2026`."""
    return f"{on.day} {on:%b} {on.year}"


def said(someone: Someone) -> str:
    """The state in words."""
    match state_of(someone):
        case State.unknown if someone.namesakes:
            return f"one of {someone.namesakes} in the roster, and nobody knows which"
        case State.unknown if someone.proposal is not None:
            return "named in an answer, waits for your word"
        case State.unknown:
            return "not in the roster yet"
        case State.named:
            return "not contacted yet"
        case State.written:
            return "written to"
        case State.answered:
            return "answered"
        case State.spoken:
            return f"spoken {day_of(someone.spoken_on)}" if someone.spoken_on else "spoken"
        case State.closed if someone.status is ContactStatus.opted_out:
            return "not to be written to"
        case State.closed:
            return "the address is dead"


def names_given(trail: Trail, someone: Someone) -> str:
    """Names against the goal: `1 of 2-3 names`; empty for who was neither spoken to nor named anybody."""
    given = len(trail.named_by(someone.key))
    if not given and not someone.spoken_on:
        return ""
    low, high = GOAL
    if given >= low:
        return f"{given} names"
    return f"{given} of {low}-{high} names"


def cold(trail: Trail, someone: Someone, today: date) -> str:
    """Where the trail went cold: since when; empty where it didn't."""
    since = trail.cold_since(someone.key, today)
    return f"cold since {day_of(since)}" if since else ""

"""A message for the owner to look at: its headers, its text, its history; and its text in an editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import click

from mailer.cli import careful, shapes
from mailer.cli.words import harmless, moment, one_line
from mailer.compose import to_html, to_text
from mailer.errors import MessageError, TemplateError, UsageError
from mailer.model import BEFORE_SENDING
from mailer.services.careful import findings
from mailer.services.listings import message, message_history
from mailer.services.octets import octets_of
from mailer.storage.records import EventRecord, MessageRecord

if TYPE_CHECKING:
    from mailer.compose.careful import Finding
    from mailer.daemon.wiring import App

_HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "X-Breadcrumb-ID", "In-Reply-To", "List-Unsubscribe")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message, and its octets where it can be built."""

    record: MessageRecord
    octets: bytes
    frozen: bool
    history: Sequence[EventRecord]
    trouble: str = ""
    findings: Sequence[Finding] = ()

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a person may care for."""
        parsed = message_from_bytes(self.octets, policy=policy.default)
        return {name: str(parsed[name]) for name in _HEADERS if parsed[name]}

    @property
    def text(self) -> str:
        """The text as its recipient reads it."""
        return to_text(self.record.body)

    def html(self, css: str | None) -> str:
        """The letter as its recipient's mail program shows it."""
        return to_html(self.record.body, css)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        shown = shapes.message_shown(self.record, self.headers, self.text, self.history)
        return {**shown, "findings": careful.as_json(self.findings)}

    def told(self, zone: tzinfo) -> str:
        """For a person."""
        head = [f"{name}: {one_line(value)}" for name, value in self.headers.items()]
        lines = head if head else [f"To: {one_line(self.record.to_name)} <{self.record.to_address}>"]
        lines += ["", harmless(self.text) or f"(there is no text: {self.trouble})", "", "-" * 60, self._state(zone)]
        lines += [f"  {_event(e, zone)}" for e in self.history]
        lines += careful.told(self.findings)
        return "\n".join(lines)

    def _state(self, zone: tzinfo) -> str:
        record = self.record
        when = {"sent": record.sent_at, "queued": record.not_before}.get(record.status)
        words = f"message {record.id}, {record.kind.replace('_', '-')}: {record.status}"
        if when:
            words += f"{', leaves' if record.status == 'queued' else ''} {moment(when, zone)}"
        reason = record.why or record.last_error or self.trouble
        words += f"; {one_line(reason)}" if reason else ""
        return words + ("; edited by hand" if record.edited else "")


def _event(event: EventRecord, zone: tzinfo) -> str:
    change = f"{event.old} to {event.new}" if event.old else str(event.new)
    why = f": {one_line(event.why)}" if event.why else ""
    return f"{moment(event.at, zone)}  {change} ({event.actor}){why}"


def look(app: App, message_id: int) -> Shown:
    """One message. Raises UsageError where there is none of that id."""
    with app.store.read() as tx:
        record = message(tx, message_id)
        history = message_history(tx, message_id)
        found = findings(tx, app.desk, record, app.clock()) if record.status in BEFORE_SENDING else ()
        try:
            octets, frozen = octets_of(tx, app.desk, record, app.clock())
        except (MessageError, TemplateError) as error:
            return Shown(record, b"", False, history, str(error), found)
    return Shown(record, octets, frozen, history, findings=found)


def must_be_editable(record: MessageRecord) -> None:
    """Say so before an editor opens, not after. Raises UsageError."""
    if record.status not in BEFORE_SENDING:
        raise UsageError(f"message {record.id} is {record.status}, so it can't be edited")
    if record.attempts:
        raise UsageError(
            f"message {record.id} was tried already, and every attempt sends the same octets",
            mend=f"cancel it with `mailer outbox cancel {record.id}` and write by hand",
        )


def in_editor(subject: str, body: str) -> tuple[str, str] | None:
    """Subject and text as the owner left them in the editor; None where nothing was saved. Raises UsageError."""
    text = f"Subject: {subject}\n\n{body}"
    edited = click.edit(text, extension=".md")
    return None if edited is None or edited.strip() == text.strip() else _parsed(edited)


def _parsed(text: str) -> tuple[str, str]:
    if not text.strip():
        raise UsageError("the text is empty, so nothing was changed", mend="`mailer outbox cancel ID` stops a message")
    first, _, rest = text.lstrip("\n").partition("\n")
    label, colon, subject = first.partition(":")
    if not colon or label.strip().lower() != "subject":
        raise UsageError("the first line must begin with `Subject:`; nothing was changed")
    return _checked(subject, rest.lstrip("\n"))


def given(before: MessageRecord, subject: str | None, body: str | None) -> tuple[str, str]:
    """Subject and text from options; what is not given stays. Raises UsageError."""
    return _checked(before.subject if subject is None else subject, before.body if body is None else body)


def _checked(subject: str, body: str) -> tuple[str, str]:
    subject = " ".join(subject.split())
    if not subject or not body.strip():
        what = "subject" if not subject else "text"
        raise UsageError(
            f"the {what} is empty, so nothing was changed", mend="`mailer outbox cancel ID` stops a message"
        )
    return subject, body

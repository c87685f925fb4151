"""The shapes of the JSON that commands print (docs/commands.md): keys never change, times are RFC 3339 in UTC.

What is unknown is null; a text that is merely empty stays a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from mailer.model import MessageStatus

if TYPE_CHECKING:
    from mailer.errors import Problem
    from mailer.model import Bounce, Verdict
    from mailer.services.listings import ContactFile, ContactLine, EditionLine
    from mailer.services.status import Status
    from mailer.storage.records import EventRecord, InteractionRecord, MessageRecord, ProposalRecord, ReplyRecord

Json = dict[str, Any]


def instant(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second: 2026-11-02T15:00:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def iso(on: date | None) -> str | None:
    """A date as 2026-11-02."""
    return on.isoformat() if on else None


def contact(line: ContactLine) -> Json:
    """One of `mailer contacts list`."""
    record = line.record
    return {
        "id": record.id,
        "name": record.name,
        "email": line.email or None,
        "company": record.company or None,
        "status": record.status.value,
        "referred_by": record.details.get("referred_by") or None,
        "last_interaction_on": iso(line.last_interaction_on),
        "thanked_at": instant(record.thanked_at),
        "updated_at": instant(record.updated_at),
        "responded_at": instant(record.responded_at),
        "tags": list(record.details.get("tags", [])),
    }


def message(record: MessageRecord) -> Json:
    """One of `mailer outbox list`."""
    return {
        "id": record.id,
        "kind": record.kind.value,
        "contact_id": record.contact_id,
        "contact": record.to_name if record.contact_id is not None else None,
        "to": record.to_address,
        "subject": record.subject,
        "status": record.status.value,
        "not_before": instant(record.not_before),
        "attempts": record.attempts,
        "last_error": record.last_error,
        "message_id": record.message_id,
        "sent_at": instant(record.sent_at),
    }


def message_shown(record: MessageRecord, headers: Mapping[str, str], text: str, history: Sequence[EventRecord]) -> Json:
    """`mailer outbox show`."""
    return {
        **message(record),
        "hold": record.hold,
        "why": record.why,
        "day": iso(record.day),
        "edition": record.edition,
        "edited": record.edited,
        "approved_at": instant(record.approved_at),
        "overdue_at": instant(record.overdue_at),
        "created_at": instant(record.created_at),
        "headers": dict(headers),
        "text": text,
        "body": record.body,
        "history": [event(e) for e in history],
    }


def event(record: EventRecord) -> Json:
    """One change of state."""
    return {
        "id": record.id,
        "at": instant(record.at),
        "by": record.actor,
        "from": record.old,
        "to": record.new,
        "why": record.why,
    }


def interaction(record: InteractionRecord) -> Json:
    """A call, meeting, coffee... as logged."""
    return {
        "id": record.id,
        "contact_id": record.contact_id,
        "date": iso(record.day),
        "time": record.at,
        "kind": record.kind.value,
        "about": record.about,
        "thanks_for": record.thanks_for,
        "notes": record.notes,
        "thank_you": record.thank_you,
        "source": record.source,
        "logged_at": instant(record.logged_at),
    }


def people(named: Sequence[Mapping[str, Any]]) -> list[Json]:
    """People named: referrals."""
    return [{key: person.get(key) or None for key in ("name", "email", "company", "phone")} for person in named]


def reply(record: ReplyRecord, contact_name: str | None) -> Json:
    """One of `mailer replies list`."""
    return {
        "id": record.id,
        "received_at": instant(record.received_at),
        "from": record.sender,
        "contact_id": record.contact_id,
        "contact": contact_name,
        "message_id": record.message_id,
        "subject": record.subject,
        "classification": record.classification.value,
        "question": record.question,
        "opt_out_scope": record.opt_out_scope.value if record.opt_out_scope else None,
        "matched_by": record.matched_by.value,
        "evidence": [{"rule": e["rule"], "detail": e["detail"]} for e in record.evidence],
        "text": record.text,
        "introductions": [
            {key: found.get(key) for key in ("name", "email", "company", "phone", "sentence")}
            for found in record.introductions
        ],
        "needs_answer": record.needs_answer,
    }


def proposal(record: ProposalRecord, contact_name: str | None) -> Json:
    """One of `mailer contacts proposals`."""
    return {
        "id": record.id,
        "kind": record.kind.value,
        "status": record.status.value,
        **{key: getattr(record, key) or None for key in ("name", "email", "company", "phone", "sentence")},
        "reply_id": record.reply_pk,
        "contact_id": record.contact_id,
        "contact": contact_name,
        "created_at": instant(record.created_at),
    }


def reply_shown(record: ReplyRecord, contact_name: str | None, proposals: Sequence[ProposalRecord]) -> Json:
    """`mailer replies show`."""
    return {
        **reply(record, contact_name),
        "folder": record.folder,
        "bounce": record.bounce,
        "away_until": iso(record.away_until),
        "unverified": record.unverified,
        "overruled": record.overruled,
        "proposals": [proposal(p, contact_name) for p in proposals],
    }


def verdict(file: str, found: Verdict) -> Json:
    """One of `mailer understand`."""
    return {
        "file": file,
        "classification": found.classification.value,
        "question": found.question,
        "opt_out_scope": found.opt_out_scope.value if found.opt_out_scope else None,
        "evidence": [{"rule": e.rule, "detail": e.detail} for e in found.evidence],
        "text": found.text,
        "introductions": [
            {key: getattr(each, key) for key in ("name", "email", "company", "phone", "sentence")}
            for each in found.introductions
        ],
        "bounce": _bounce(found.bounce),
    }


def _bounce(bounce: Bounce | None) -> Json | None:
    if bounce is None:
        return None
    return {
        "message_id": bounce.message_id,
        "recipients": [
            {
                "address": each.address,
                "action": each.action.value,
                "status": each.status,
                "reply": each.reply,
                "permanent": each.permanent,
                "address_dead": each.address_dead,
                "diagnostic": each.diagnostic,
            }
            for each in bounce.recipients
        ],
    }


def contact_file(file: ContactFile) -> Json:
    """`mailer contacts show`."""
    details = file.line.record.details
    return {
        **contact(file.line),
        **{key: details.get(key) or None for key in ("title", "phone", "relationship", "salutation", "timezone")},
        "language": details.get("language") or None,
        "updates": details.get("updates"),
        "opted_out": file.line.record.opted_out.value if file.line.record.opted_out else None,
        "bounced_at": instant(file.line.record.bounced_at),
        "question": file.line.record.question,
        "away_until": iso(file.line.record.away_until),
        "written_at": instant(file.line.record.written_at),
        "addresses": [
            {"address": a.spelling, "in_roster": a.in_roster, "dead_at": instant(a.dead_at)} for a in file.addresses
        ],
        "interactions": [{**interaction(i), "referrals": people(i.referrals)} for i in file.interactions],
        "messages": [message(m) for m in file.messages],
        "replies": [reply(r, file.line.record.name) for r in file.replies],
    }


def edition(line: EditionLine) -> Json:
    """One of `mailer update status`."""
    record = line.edition
    return {
        "id": record.id or None,
        "edition": record.name,
        "status": record.status,
        "due_at": instant(record.due_at),
        "why": record.why or None,
        "approved_at": instant(record.approved_at),
        "started_at": instant(record.started_at),
        "finished_at": instant(record.finished_at),
        "messages": line.counts,
    }


def problem(found: Problem) -> Json:
    """One of `mailer check`'s problems."""
    return {
        "file": found.place.file,
        "line": found.place.line or None,
        "column": found.place.column or None,
        "key": found.key or None,
        "what": found.what,
        "mend": found.mend or None,
        "severity": found.severity,
    }


def status(found: Status, database: Json, roster: Json) -> Json:
    """`mailer status`."""
    daemon = found.daemon
    state = dict(daemon.state) if daemon else {}
    return {
        "daemon": {
            "running": found.alive,
            "pid": daemon.pid if daemon else None,
            "host": daemon.host if daemon else None,
            "started_at": instant(daemon.started_at) if daemon else None,
            "beat_at": instant(daemon.beat_at) if daemon else None,
            "stopped_at": instant(daemon.stopped_at) if daemon else None,
            "next_due": instant(found.next_due),
            "last_sent_at": instant(found.last_sent),
            "edition": _edition_in_status(found.edition),
        },
        "database": database,
        "roster": {**roster, "contacts": found.contacts, "by_status": found.people},
        "mailbox": {**_mailbox(state.get("mailbox"), alive=found.alive), "needs_answer": found.needs_answer},
        "outbox": {s.value: found.outbox.get(s.value, 0) for s in MessageStatus},
        "problems": [{"key": p.key, "text": p.text, "mend": p.mend, "since": instant(p.since)} for p in found.problems],
    }


def _mailbox(state: Any, *, alive: bool) -> Json:
    known = dict(state) if isinstance(state, dict) else {}
    return {
        "connected": bool(known.get("connected")) and alive,
        "idle": bool(known.get("idle")) and alive,
        "error": known.get("error") or None,
        "folders": known.get("folders") or {},
    }


def _edition_in_status(found: Mapping[str, Any] | None) -> Json | None:
    if found is None:
        return None
    return {"edition": found["name"], "status": found["status"], "due_at": instant(found["due_at"])}

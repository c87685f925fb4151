"""Amazon SES's notifications through SNS: the bounce, complaint or delivery as a JSON object in the text."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from mailer import model
from mailer.understand.bounce.codes import find_codes
from mailer.understand.bounce.notice import Failure, Notice

_MAX_JSON = 100_000


class Event(NamedTuple):
    """One notification: its type in lower case (bounce, complaint, delivery), whom it is about, our message's id."""

    kind: str
    failures: list[Failure]
    message_id: str | None


def read_event(notice: Notice) -> Event | None:
    """The SES notification in the text; None where there is none."""
    text = notice.words
    at = text.find('"notificationType"')
    if at < 0:
        at = text.find('\\"notificationType\\"')
    if at < 0:
        return None
    record = _first_object(text.replace("\n ", "").replace("\n", ""))
    if isinstance(record.get("Message"), str):
        record = _first_object(record["Message"])
    return _event(record)


def _first_object(text: str) -> dict[str, Any]:
    start = text.find("{")
    if start < 0 or text.count("{", start, start + _MAX_JSON) > 2000:
        return {}
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text[start : start + _MAX_JSON])
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _event(record: dict[str, Any]) -> Event | None:
    kind = str(record.get("notificationType", "")).lower()
    detail = record.get(kind)
    if kind not in ("bounce", "complaint", "delivery") or not isinstance(detail, dict):
        return None
    if kind == "bounce":
        failures = [_bounced(entry, detail) for entry in _dicts(detail.get("bouncedRecipients"))]
    elif kind == "complaint":
        failures = [
            Failure(_address(entry.get("emailAddress"))) for entry in _dicts(detail.get("complainedRecipients"))
        ]
    else:
        failures = [
            Failure(_address(each), str(detail.get("smtpResponse", ""))[:500], model.Action.delivered)
            for each in detail.get("recipients") or ()
        ]
    return Event(kind, [f for f in failures if f.address], _message_id(record.get("mail")))


def _bounced(entry: dict[str, Any], detail: dict[str, Any]) -> Failure:
    words = str(entry.get("diagnosticCode") or "")[:1000]
    codes = find_codes(words)
    transient = str(detail.get("bounceType", "")).lower() == "transient"
    status = str(entry.get("status") or codes.status)
    return Failure(
        address=_address(entry.get("emailAddress")),
        words=words or ("temporary failure" if transient else ""),
        action=model.Action.failed,
        status=status if status[:1] in "245" and status.count(".") == 2 else codes.status,
        reply=codes.reply,
    )


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)][:200] if isinstance(value, list) else []


def _address(value: object) -> str:
    text = str(value or "").rpartition("<")[2].strip("<> ")
    return text if "@" in text and len(text) < 320 else ""


def _message_id(mail: object) -> str | None:
    if not isinstance(mail, dict):
        return None
    headers = mail.get("commonHeaders")
    value = headers.get("messageId") if isinstance(headers, dict) else None
    return f"<{str(value).strip('<>')}>" if value else None

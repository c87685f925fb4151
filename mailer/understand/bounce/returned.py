"""The message that came back: where a notice's own words end, and what the returned headers say."""

from __future__ import annotations

import re

from mailer.understand.headers import Headers, message_ids
from mailer.understand.mime import Part, is_header_part, is_message, parse_headers

_MARK = re.compile(
    r"^[ \t>|]{0,8}(?:[-=_*~]{2,80}[ \t]{0,4})?(?:"
    + "|".join(
        (
            r"(?:this|here|below|following|the following|included)[^\n]{0,40}(?:is|are) (?:a |the )?"
            r"(?:copy|header|first)",
            r"(?:a )?copy of (?:the |your )?(?:original )?(?:message|mail)",
            r"(?:the )?headers?(?: and [^\n]{0,30})? of the",
            r"(?:the )?(?:original|unsent|returned|undelivered|non-delivered|source) (?:message|mail|e-?mail)"
            r"(?: (?!was received)|$)",
            r"start of returned message",
            r"returned (?:message|mail)",
            r"(?:message|mail) headers?(?: follows?)?",
            r"message text follows",
            r"below (?:this|the next) line",
            r"a summary of the undelivered",
            r"your message reads",
            r"the first \d{1,4} lines of",
            r"non-delivered information",
            r"--- (?:mensaje original|attachment is|ниже|附件)",
            r"mensaje original",
            r"ursprüngliche nachricht",
            r"message d'origine",
            r"attachment is a copy",
            r"unsent message",
            r"message (?:header|body) ",
            r"no message was collected",
            r"original (?:message )?headers",
            r"en-t[êe]tes? de message",
            r"kopfzeilen der",
            r"intestazioni originali",
            r"encabezados de mensajes? originales",
            r"no more than 1k characters",
        )
    )
    + ")",
    re.IGNORECASE,
)
"""A line that says: from here on it is your own message."""

_HEADER_START = re.compile(
    r"^[ >|]{0,3}(?:Received: ?(?:from|by|\()|Return-Path: ?<|DKIM-Signature: ?[va]|X-Received: ?by|"
    r"Delivered-To: ?\S+@|X-Original-To: |ARC-Seal: |X-Google-DKIM)",
    re.IGNORECASE,
)
"""A line with which a returned header block begins where nothing announces it."""

_ID_LINE = re.compile(
    r"^[ \t>*]{0,8}(?:x-original-)?message[- ]?id(?:entifier)?[ \t]{0,8}:[ \t]{0,8}(<[^<>\s]{3,500}>)",
    re.IGNORECASE | re.MULTILINE,
)
_BREADCRUMB_LINE = re.compile(
    r"^[ \t>]{0,8}x-breadcrumb-id[ \t]{0,4}:[ \t]{0,8}(\S{1,200})", re.IGNORECASE | re.MULTILINE
)


def split_notice(text: str) -> tuple[str, str]:
    """The mail system's own words, and the returned message that follows in the same text (empty if none)."""
    at = 0
    for number, line in enumerate(text.split("\n")):
        if _HEADER_START.match(line) or (number and _MARK.match(line)):
            return text[:at], text[at:]
        at += len(line) + 1
    return text, ""


def returned_headers(message: Part, rest: str) -> Headers | None:
    """The headers of the returned message: attached, as a part of headers only, or inline after the notice."""
    inline: Headers | None = None
    for part in message.walk_own():
        if part is not message and is_message(part) and part.parts:
            return part.parts[0].headers
        if is_header_part(part):
            return _block(part.text, part)
    if rest:
        inline = _block(_after_mark(rest), message)
    return inline


def _after_mark(rest: str) -> str:
    """The text from the first header line on; quoting marks in front of it are taken away."""
    lines = rest.split("\n")[:2000]
    for at, line in enumerate(lines[:40]):
        if re.match(r"[ >|]{0,3}[A-Za-z][A-Za-z\-]{1,40}: ?\S", line):
            indent = len(line) - len(line.lstrip(" >|"))
            return "\n".join(each[indent:] if not each[:indent].strip(" >|") else each for each in lines[at:])
    return ""


def _block(text: str, part: Part) -> Headers:
    headers, _ = parse_headers(text.encode("utf-8").lstrip(b"\n"), part.budget)
    return headers


def returned_ids(headers: Headers | None, notice: str, rest: str) -> tuple[str | None, str | None]:
    """The returned Message-ID and X-Breadcrumb-ID, from the headers or any line that names them."""
    found = message_ids(headers.get("message-id")) if headers is not None else ()
    message_id = found[0] if found else None
    breadcrumb = headers.get("x-breadcrumb-id").strip() if headers is not None else ""
    if message_id is None:
        match = _ID_LINE.search(rest[:20_000]) or _ID_LINE.search(notice[:20_000])
        message_id = match[1] if match else None
    if not breadcrumb:
        line = _BREADCRUMB_LINE.search(rest[:20_000]) or _BREADCRUMB_LINE.search(notice[:20_000])
        breadcrumb = line[1] if line else ""
    return message_id, breadcrumb or None

"""RFC 3464 delivery reports, field by field; each recipient's block stands for itself.

Also the reports that bend the rules: fields without types, statuses without numbers, recipients of X.400 gateways,
and report fields pasted into plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from mailer import model
from mailer.understand import limits
from mailer.understand.bounce.codes import choose_reply, choose_status, find_codes
from mailer.understand.bounce.notice import Failure, Notice
from mailer.understand.headers import Headers, clean_address, decode_words
from mailer.understand.mime import Part, parse_headers

_KINDS = ("message/delivery-status", "message/global-delivery-status")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"|]{1,200}@[^\s<>()\[\],;:\"|]{1,250}")
_IN_TEXT = re.compile(r"^[ \t]{0,8}(?:final|original)-recipient[ \t]{0,4}:", re.IGNORECASE | re.MULTILINE)
_ACTIONS = {
    "failed": model.Action.failed,
    "failure": model.Action.failed,
    "fail": model.Action.failed,
    "error": model.Action.failed,
    "delayed": model.Action.delayed,
    "deferred": model.Action.delayed,
    "warning": model.Action.delayed,
    "delivered": model.Action.delivered,
    "relayed": model.Action.relayed,
    "expanded": model.Action.expanded,
}


def read_report(notice: Notice) -> list[Failure]:
    """The recipients of every delivery status part, in order, each once; else of report fields in plain text.

    A recipient that is a file or a pipe comes without an address: the caller may know from elsewhere who it is.
    """
    blocks: list[Headers] = []
    for part in notice.message.walk_own():
        if part.kind in _KINDS:
            blocks += _blocks(part.text, part)
    if not blocks:
        match = _IN_TEXT.search(notice.words)
        blocks = _blocks(_paragraph_around(notice.words, match.start()), notice.message) if match else []
    return _each_once(failure for failure in map(_failure, blocks) if failure is not None)


def _paragraph_around(text: str, at: int) -> str:
    start = text.rfind("\n\n", 0, at) + 2
    return text[max(start, 2) if start > 1 else 0 :][:20_000]


def _blocks(text: str, part: Part) -> list[Headers]:
    """The groups of fields that blank lines separate (RFC 3464 section 2.1)."""
    blocks: list[Headers] = []
    for piece in re.split(r"\n[ \t]*\n", text)[: limits.MAX_RECIPIENTS + 10]:
        for fields in _split_glued(piece.strip("\n")):
            block, _ = parse_headers(fields.encode("utf-8"), part.budget)
            if len(block):
                blocks.append(block)
    return blocks


def _split_glued(piece: str) -> list[str]:
    """Some systems forget the blank line between recipients: a second Final-Recipient begins a new block."""
    starts = [m.start() for m in re.finditer(r"^final-recipient[ \t]{0,4}:", piece, re.IGNORECASE | re.MULTILINE)]
    if len(starts) < 2:
        return [piece]
    cuts = [0, *starts[1:], len(piece)]
    return [piece[a:b] for a, b in pairwise(cuts)]


def _failure(block: Headers) -> Failure | None:
    address = _recipient(block)
    if not address and "final-recipient" not in block:
        return None
    stated = block.text("status")
    diagnostic = _untyped(block.text("diagnostic-code")) or block.text("x400-supplementary-info")
    diagnostic = diagnostic or _comment(stated)
    status = _STATUS.search(stated)
    found = find_codes(diagnostic)
    code = choose_status(status[1] if status else "", found.status)
    reply = choose_reply(code, diagnostic) or (find_codes(stated).reply if not status else "")
    return Failure(
        address=address,
        words=diagnostic[: limits.MAX_DIAGNOSTIC],
        action=_action(block.text("action"), code),
        status=code,
        reply=reply,
    )


def _comment(stated: str) -> str:
    """The words that stand beside or instead of a status code: `5.2.2 (mailbox full)`."""
    words = _STATUS.sub("", stated, count=1).strip()
    return words.strip("() ") if len(words) > 3 else ""


def _action(stated: str, status: str) -> model.Action:
    word = re.split(r"[^a-z]", stated.strip().lower(), maxsplit=1)[0]
    if word in _ACTIONS:
        return _ACTIONS[word]
    return model.Action.delivered if status.startswith("2") else model.Action.failed


def _recipient(block: Headers) -> str:
    """The address we wrote to: Original-Recipient (RFC 3464 section 2.3.1), else the final one."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        address = _typed(block.text(name))
        if address:
            return address
    return ""


def _typed(value: str) -> str:
    """The address of `rfc822; user@host` or `utf-8; ...` (RFC 3464 section 2.3.2, RFC 6533 section 3)."""
    kind, semicolon, rest = value.partition(";")
    text = decode_words(rest if semicolon else value).strip().strip("<>").strip()
    if semicolon and kind.strip().lower() == "x400":
        return ""
    text = re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", _unescape, text)
    if text.startswith(("@", "|", "/")) or " " in text:
        inside = _ADDRESS.search(text.rpartition(":")[2] if text.startswith("@") else text)
        return clean_address(inside[0]) if inside else ""
    return clean_address(text) or (text if text and "@" in text else "")


def _unescape(match: re.Match[str]) -> str:
    """`\\x{XX}` of a utf-8-addr-xtext address (RFC 6533 section 3)."""
    code = int(match[1], 16)
    return chr(code) if 0xA0 <= code < 0xD800 else match[0]


def _untyped(value: str) -> str:
    kind, semicolon, text = value.partition(";")
    return text.strip() if semicolon and re.fullmatch(r"\s*[\w\-]{1,30}\s*", kind) else value.strip()


def _each_once(failures: Iterable[Failure]) -> list[Failure]:
    kept: dict[str, Failure] = {}
    for failure in failures:
        key = failure.address.lower()
        old = kept.get(key)
        if old is None or (old.action is not model.Action.failed and failure.action is model.Action.failed):
            kept[key] = failure
    return list(kept.values())[: limits.MAX_RECIPIENTS]

"""Signatures, closing formulas, device advertisements, disclaimers and list footers at the end of own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.understand.newtext.blocks import is_rule
from mailer.understand.phrases.signing import CLOSINGS, DISCLAIMERS, LIST_FOOTERS, SENT_FROM

_EAST_ASIAN = re.compile(r"[\u3040-\ud7a3]")
_DELIMITER = re.compile(r"^(?:-- ?|--|[\u2014\u2013] ?|_{2,}|-{3,})\s*$")
_SENT = re.compile(
    rf"^\W{{0,3}}(?:(?:{'|'.join(p for p in SENT_FROM if p.isascii() or not _EAST_ASIAN.search(p))})(?!\w)|"
    rf"{'|'.join(p for p in SENT_FROM if _EAST_ASIAN.search(p))})[^,;?!\n]{{0,60}}"
    r"(?:,\s(?:an? )?(?:samsung|motorola|lg|at&t|huawei|google|apple|htc|nokia|sony|t-mobile|verizon)\b"
    r"[^,;?!\n]{0,40})?(?:[\s,;.\-\u2013\u2014]{1,4}(?:so |and )?(?:please |pls )?"
    r"(?:excuse|pardon|forgive|apologies for|sorry for)\b[^\n]{0,60})?"
    r"(?:<[^>\n]{0,300}>|\([^)\n]{0,300}\)|\[[^\]\n]{0,300}\])?\W{0,3}$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    rf"^(?:{'|'.join(CLOSINGS)})(?!\w)\s{{0,3}}(?P<mark>[,.!;\-\u2013\u2014:]{{0,3}})\s{{0,3}}(?P<name>(?:[^\W\d_][\w.'\u2019\-]{{0,30}}(?:\s[^\W\d_][\w.'\u2019\-]{{0,30}}){{0,3}})?)[.!]?$",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"^(?:best|cheers|thanks?|thank you|many thanks|yours|br|kr|t|att|take care|(?:talk|speak|see you|write) soon|with|"
    r"warmly|lg|vg|bg)\b",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(rf"^[\W_]{{0,8}}(?:{'|'.join(DISCLAIMERS)})", re.IGNORECASE)
_LIST_FOOTER = re.compile(rf"(?:{'|'.join(LIST_FOOTERS)})", re.IGNORECASE)
_SUBSCRIBED = re.compile(
    r"^you(?:'re| are)? (?:received this (?:message|e-?mail)|receiving this (?:message|e-?mail)?) ?because",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"^(?:p\.? ?s\.?|n\.?b\.?|ps)\b[\s.:,\-]", re.IGNORECASE)
_DASH_NAME = re.compile(
    r"^[-\u2013\u2014~]{1,2}\s?[^\W\d_a-z][\w.'\u2019\-]{0,30}(?: [^\W\d_a-z][\w.'\u2019\-]{0,30}){0,3}$"
)
_CONTACT = re.compile(r"\+?\d[\d ()./\-]{6,}|@|https?://|www\.|\b(?:tel|phone|mobile|fax|mob|cell)\b", re.IGNORECASE)
_TAIL = 60
"""Lines at the end in which disclaimers and closings are looked for."""
_MOST_WORDS = 14
"""Words of an advertisement of a device."""
_SIGNATURE_LINES = 14
_SIGNATURE_WIDTH = 110


def without_signature(lines: Sequence[str], *, sender_name: str, needed: bool) -> list[str]:
    """The lines of one stretch of own words up to its signature. `needed`: something must remain of it."""
    kept = list(lines)
    for cut in (_at_delimiter, _at_sent_from, _at_disclaimer, _at_list_footer, _at_closing, _at_dash_name):
        at = cut(kept)
        if at is not None:
            rest = kept[:at]
            if any(line.strip() for line in rest) or not needed or cut is _at_delimiter:
                kept = rest + _postscript(kept[at:])
    at = _at_contact_block(kept, sender_name)
    return kept[:at] if at is not None else kept


def _postscript(dropped: Sequence[str]) -> list[str]:
    """PS lines below a signature are words, not signature."""
    for at, line in enumerate(dropped[:40]):
        if _POSTSCRIPT.match(line.strip()):
            return ["", *dropped[at:]]
    return []


def _at_delimiter(lines: Sequence[str]) -> int | None:
    """`-- ` (RFC 3676 section 4.3) and its look-alikes; the weaker ones only where little and short text follows."""
    for at, line in enumerate(lines):
        if line.startswith("--") and line.strip() == "--":
            return at
    for at in range(max(0, len(lines) - _TAIL), len(lines)):
        line = lines[at]
        if line[:1] in ("-", "\u2014", "\u2013", "_") and _DELIMITER.match(line) and _is_weak_delimiter(lines, at):
            return at
    return None


def _is_weak_delimiter(lines: Sequence[str], at: int) -> bool:
    following = [each.strip() for each in lines[at + 1 :] if each.strip()]
    if lines[at].startswith("__"):
        return not following or bool(_LIST_FOOTER.search("\n".join(following[:3])) or _DISCLAIMER.match(following[0]))
    return lines[at][:1] in "\u2014\u2013" and len(following) <= _SIGNATURE_LINES and _all_short(following)


def _at_sent_from(lines: Sequence[str]) -> int | None:
    """ "Sent from my ..." on a line of its own, a paragraph's first."""
    for at, line in enumerate(lines):
        if line[:1].strip() and len(line) < 400 and (at == 0 or not lines[at - 1].strip() or at >= len(lines) - 3):
            words = line.split("<")[0].split()
            if len(words) <= _MOST_WORDS and _SENT.match(line.strip()):
                return at
    return None


def _at_disclaimer(lines: Sequence[str]) -> int | None:
    for at in range(max(0, len(lines) - _TAIL), len(lines)):
        bare = lines[at].strip()
        if bare and (at == 0 or not lines[at - 1].strip() or is_rule(lines[at - 1])) and _DISCLAIMER.match(bare[:300]):
            while at > 0 and (not lines[at - 1].strip() or is_rule(lines[at - 1])):
                at -= 1
            return at
    return None


def _at_list_footer(lines: Sequence[str]) -> int | None:
    """A rule with a mailing list's words right below."""
    for at in range(max(0, len(lines) - _TAIL), len(lines)):
        ruled = lines[at][:1] in "_-=*" and is_rule(lines[at])
        if ruled and _LIST_FOOTER.search("\n".join(lines[at + 1 : at + 4])[:600]):
            return at
        if lines[at][:1] in "yY" and _SUBSCRIBED.match(lines[at]) and (at == 0 or not lines[at - 1].strip()):
            return at
    return None


def _at_closing(lines: Sequence[str]) -> int | None:
    """A closing formula near the end with nothing but a name and contact data below it."""
    following = 0
    for at in range(len(lines) - 1, max(-1, len(lines) - _TAIL), -1):
        bare = lines[at].strip()
        if not bare:
            continue
        match = _CLOSING.match(bare) if len(bare) <= 80 else None
        if match and (not _WEAK.match(bare) or _opens_name(match, lines[at + 1 :])):
            return at
        following += 1
        if following > _SIGNATURE_LINES or (len(bare) > _SIGNATURE_WIDTH and not _POSTSCRIPT.match(bare)):
            return None
    return None


def _opens_name(match: re.Match[str], below: Sequence[str]) -> bool:
    """Whether a word that is also just a word ("Thanks") really closes: a comma and a name, beside or below."""
    names = [line.strip() for line in below if line.strip()]
    if match["name"]:
        return bool(match["mark"]) and match["name"][:1].isupper() and len(names) <= _SIGNATURE_LINES
    if not names or _POSTSCRIPT.match(names[0]):
        return False
    first = names[0]
    return (
        len(first.split()) <= 5
        and first[:1].isupper()
        and first[-1:] not in "?!:"
        and ("," in match["mark"] or "-" in match["mark"] or len(first.split()) <= 3)
    )


def _at_dash_name(lines: Sequence[str]) -> int | None:
    """`-Name` as the last line."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 6), -1):
        bare = lines[at].strip()
        if bare:
            is_list = any(line.strip().startswith(bare[:1]) for line in lines[max(0, at - 2) : at])
            return at if _DASH_NAME.match(bare) and not is_list else None
    return None


def _at_contact_block(lines: Sequence[str], sender_name: str) -> int | None:
    """The sender's own name with contact data below it, as the last paragraph, without any delimiter."""
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    first = last
    while first and lines[first - 1].strip() and last - first <= _SIGNATURE_LINES:
        first -= 1
    block = [line.strip() for line in lines[first:last]]
    if first == 0 or len(block) < 2 or not sender_name or not _all_short(block):
        return None
    named = block[0].strip("*_ ").rstrip(",").lower() == sender_name.lower()
    return first if named and any(_CONTACT.search(line[:200]) for line in block[1:]) else None


def _all_short(lines: Sequence[str]) -> bool:
    return all(len(line) <= _SIGNATURE_WIDTH for line in lines)

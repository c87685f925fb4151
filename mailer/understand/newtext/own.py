"""Walks down a message once and keeps what its sender wrote anew."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.understand import limits
from mailer.understand.newtext.attribution import Candidates, is_cut_end, may_end
from mailer.understand.newtext.blocks import is_rule, starts_foreign
from mailer.understand.newtext.lines import depth_of, is_wrapped_rest
from mailer.understand.newtext.signature import without_signature

_IMAGE = re.compile(r"\[(?:cid|image|data):[^\[\]\n]{0,300}\]", re.IGNORECASE)
_PGP = re.compile(r"^-----(?:BEGIN|END) PGP [A-Z ]{3,40}-----\s*$")
_UNSEEN = {0xA0: " ", **dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))}
"""Spaces that don't break, and marks of direction, which programs put around names and addresses."""
_FOLD = re.compile(r"\s+")
_SHORTEST_FOOTER_LINE = 12


def own_words(text: str, *, footer: str = "", sender_name: str = "") -> str:
    """What the sender wrote anew in `text`. `footer` is the text below our letters, which answers may carry along."""
    lines = _without_pgp(text.translate(_UNSEEN).split("\n")[: limits.MAX_LINES])
    stretches = _own_stretches(lines)
    ours = _footer_lines(footer)
    kept: list[str] = []
    for position, stretch in enumerate(stretches):
        others = any(line.strip() for other in stretches[position + 1 :] for line in other) or bool(kept)
        rest = [line for line in stretch if not (ours and _FOLD.sub(" ", line).strip().lower() in ours)]
        rest = without_signature(_trim(rest), sender_name=sender_name, needed=not others)
        paragraph = "\n".join(_trim(rest))
        if paragraph.strip():
            kept.append(paragraph)
    return _tidy("\n\n".join(kept))


def _own_stretches(lines: Sequence[str]) -> list[list[str]]:
    """The stretches of unquoted lines, one for each place between quotes, up to the first foreign mail."""
    depths = [depth_of(line) if ">" in line[:12] else 0 for line in lines]
    stretches: list[list[str]] = [[]]
    candidates = Candidates()
    at = 0
    while at < len(lines):
        line = lines[at]
        if depths[at] and not (at and is_cut_end(lines[at - 1], line)):
            at = _after_quote(lines, depths, at)
            stretches.append([])
            continue
        bare = line.strip()
        if bare and _begins_foreign(lines, at, bare, candidates):
            _drop_trailing_rules(stretches[-1])
            break
        stretches[-1].append(line)
        if bare and may_end(bare):
            quoted = _quote_follows(lines, depths, at)
            start = candidates.find(lines, at, at + 1 - len(stretches[-1]), quote_follows=quoted)
            if start is not None:
                del stretches[-1][len(stretches[-1]) - (at - start + 1) :]
                if not quoted:
                    _drop_trailing_rules(stretches[-1])
                    break
        at += 1
    return stretches


def _begins_foreign(lines: Sequence[str], at: int, bare: str, candidates: Candidates) -> bool:
    """Whether somebody else's mail begins here; header blocks are looked for while the budget lasts."""
    head = bare[:30]
    closely = (":" in head or "\uff1a" in head) and candidates.take()
    return (closely or not bare[0].isalnum() or bare[-1] in ":\uff1a") and starts_foreign(lines, at, closely=closely)


def _after_quote(lines: Sequence[str], depths: Sequence[int], at: int) -> int:
    """The line after a quote, with the rests of wrapped quoted lines and blank lines inside it counted in."""
    while at < len(lines):
        after = depths[at + 1] if at + 1 < len(lines) else 0
        if not depths[at] and not is_wrapped_rest(lines[at - 1], lines[at], after):
            break
        at += 1
    return at


def _quote_follows(lines: Sequence[str], depths: Sequence[int], at: int) -> bool:
    for following in range(at + 1, min(at + 4, len(lines))):
        if depths[following]:
            return True
        if lines[following].strip():
            return False
    return False


def _drop_trailing_rules(stretch: list[str]) -> None:
    """Lines of dashes right above a foreign mail belong to it."""
    while stretch and (not stretch[-1].strip() or is_rule(stretch[-1])):
        stretch.pop()


def _without_pgp(lines: list[str]) -> list[str]:
    """Inline OpenPGP armour left out: header lines above the text, the signature below it (RFC 9580 section 7)."""
    if not any(_PGP.match(line) for line in lines if line.startswith("-----")):
        return lines
    out: list[str] = []
    armour = False
    for line in lines:
        if _PGP.match(line):
            armour = not line.startswith("-----END")
        elif armour:
            # After "BEGIN PGP SIGNED MESSAGE" come header lines and a blank line; then the words begin.
            armour = bool(line.strip())
        else:
            out.append(line)
    return out


def _footer_lines(footer: str) -> frozenset[str]:
    folded = (_FOLD.sub(" ", line).strip().lower() for line in footer.split("\n"))
    return frozenset(line for line in folded if len(line) >= _SHORTEST_FOOTER_LINE)


def _trim(lines: Sequence[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return list(lines[start:end])


def _tidy(text: str) -> str:
    if "[" in text:
        text = _IMAGE.sub("", text)
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

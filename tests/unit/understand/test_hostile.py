# ruff: noqa: E501
"""Hostile and broken mail: nothing raises, limits hold and are told, time grows no faster than the message."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.model import Classification, Verdict
from mailer.understand import limits, understand

from .absences import ABSENCES
from .letters import letter, multipart
from .notices import SAMPLES
from .notices_more import MORE

FINDS = sorted(path for path in (Path(__file__).parents[2] / "fuzz" / "finds").iterdir() if path.suffix != ".md")
CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
PUBLISHED = sorted(path for path in CORPORA.glob("*/*") if path.suffix in (".eml", ".txt")) if CORPORA.exists() else []
SEEDS = [
    *(sample.raw.encode() for sample in (*SAMPLES, *MORE)),
    *(letter(absence.body, subject=absence.subject) for absence in ABSENCES),
    letter("Yes.\n\nOn 11/16/26 09:00, Dana wrote:\n> Thursday?\n\n-- \nAda\n", Cc="Bob <bob@example.org>"),
    multipart("multipart/mixed", ("text/plain", "Hi"), ("message/rfc822", "Subject: x\n\ny"), ("text/vcard", "BEGIN:VCARD\nFN:X\nEND:VCARD")),
    multipart("multipart/alternative", ("text/plain", "Hi"), ("text/html", "<div>Hi<blockquote>x</blockquote></div>")),
]  # fmt: skip
PIECES = [
    b"\n", b"\r", b"\n\n", b"\0", b"\xff\xfe", b"--b1", b"--b1--", b"=?utf-8?B?", b"?=", b"<", b">", b"> ", b"@", b"\"", b"(", b";", b":", b"\\",
    b"Content-Type: multipart/mixed; boundary=b1\n", b"Content-Type: message/rfc822\n", b"Content-Transfer-Encoding: base64\n",
    b"charset=utf-7", b"charset=idna", b"charset=zip", b"Auto-Submitted: auto-replied\n", b"X-Failed-Recipients: ", b"Final-Recipient: x400;",
    b"Status: 5.", b"550 5.1.1 ", b"On 1/1/26 10:00 x@y.z wrote:\n", b"From: a\nSent: b\nTo: c\n", b"<blockquote>", b"<!--", b"&#x110000;",
    b"BEGIN:VCARD\nFN:", b"until 31.2.", b"99.99.9999", b"2026-99-99", b"0000-00-00", b"unsubscribe", "\u202e\U0001f389".encode(), b"\xed\xa0\x80",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, seeds: st.SearchStrategy[bytes]) -> bytes:
    """A message, cut, doubled and stuffed at random places."""
    raw = draw(seeds)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(raw)))
        to = draw(st.integers(at, min(len(raw), at + 80)))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20), st.just(raw[at:to] * 2)))
        raw = raw[:at] + piece + raw[to:]
    return raw


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(st.sampled_from(SEEDS)))
def test_a_mutated_message_never_raises(raw: bytes) -> None:
    verdict = understand(raw, owner="dana@example.com", footer="Tell me and I stop.")
    assert isinstance(verdict, Verdict)
    assert verdict.text.encode("utf-8").decode("utf-8") == verdict.text


@pytest.mark.skipif(not PUBLISHED, reason="the published messages are not here")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(st.sampled_from(PUBLISHED or [Path(__file__)]).map(Path.read_bytes)))
def test_a_mutated_published_message_never_raises(raw: bytes) -> None:
    assert isinstance(understand(raw), Verdict)


@pytest.mark.parametrize("find", FINDS, ids=lambda path: path.name)
def test_what_once_made_it_stumble_is_read(find: Path) -> None:
    assert isinstance(understand(find.read_bytes(), owner="dana@example.com", footer="Tell me and I stop."), Verdict)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_at_all_raise(raw: bytes) -> None:
    assert isinstance(understand(raw), Verdict)


@pytest.mark.parametrize("raw", [b"", b"\n", b"\0", b"\xff" * 100, b":" * 100, b"Content-Type:" * 50, b"\r\r\r"])
def test_next_to_nothing_is_an_empty_reply(raw: bytes) -> None:
    assert understand(raw).classification is Classification.reply


def nested(levels: int) -> bytes:
    return (
        b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(levels))
        + b"Content-Type: text/plain\n\nHello"
    )


OVER_A_LIMIT: dict[str, bytes] = {
    "size": letter("Hello. " * (limits.MAX_OCTETS // 7 + 1)),
    "part count": b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nx\n" * (limits.MAX_PARTS + 5)
    + b"--b--\n",
    "nesting": nested(limits.MAX_NESTING + 5),
    "header count": b"".join(b"X-%d: y\n" % n for n in range(limits.MAX_HEADERS + 5)) + b"\nHello",
    "header size": b"X: " + b"y" * 10 + b"\n y" * (limits.MAX_HEADER_OCTETS // 3 + 10) + b"\n\nHello",
    "decoded text": letter("SGVsbG8g" * (limits.MAX_DECODED // 6 + 10), Content_Transfer_Encoding="base64"),
    "text": letter("Hello\n" * (limits.MAX_LINES + 10)),
    "markup": letter("Hello<br>" * (limits.MAX_TAGS + 10), kind="text/html"),
}


@pytest.mark.parametrize(("limit", "raw"), OVER_A_LIMIT.items(), ids=OVER_A_LIMIT.keys())
def test_over_a_limit_the_verdict_says_so(limit: str, raw: bytes) -> None:
    verdict = understand(raw)
    assert verdict.truncated
    assert limit in verdict.evidence[-1].detail


def test_a_message_cut_before_it_came_is_marked() -> None:
    assert understand(letter("Hello"), truncated=True).truncated
    assert not understand(letter("Hello")).truncated


BAIT = {
    "endless marks": ">",
    "marks line by line": ">\n",
    "marks and spaces": "> > > \n",
    "attributions": "On Mon 1/1/26 10:00 Dana <d@example.com> wrote:\n",
    "dates and colons": "a 12:30 2026:\n",
    "header blocks": "From: a\n",
    "delimiters": "-- \n",
    "underscores": "_____\n",
    "closings": "Best regards,\n",
    "devices": "Sent from my\n\n",
    "addresses": "bob@example.org ",
    "at signs": "a@",
    "angle brackets": "<",
    "brackets": "[cid:",
    "parentheses": "(",
    "digits": "5.1.",
    "replies": "550-5.1.1 ",
    "phones": "+1 312 555 0100 ",
    "names": "talk to Mary Somerville at Acme, ",
    "capitals": "Mary ",
    "opt-outs": "please do not send me ",
    "stops": "stop ",
    "absences": "I am out of the office until 3 December ",
    "one word": "a",
    "words": "a ",
    "lines": "a\n",
    "blanks": " \n",
    "ideographs": "\u6211",
    "cyrillic": "\u041c\u0430\u0440\u0438\u044f ",
}
MARKUP_BAIT = {
    "tags": "<b>",
    "open divs": "<div>",
    "open quotes": "<blockquote>",
    "breaks": "x<br>",
    "comments": "<!--",
    "bare brackets": "< ",
    "links": '<a href="mailto:x@y.z">',
    "entities": "&amp;&#",
    "signatures": '<div class="gmail_signature',
    "styles": "<style>",
    "preformatted": "<pre>\n",
}


BOUNDED = 2.0
"""Seconds. The goal is 0.05 (benchmarks/understand.py shows it); a search without bounds takes minutes, on any machine."""


def test_a_thousand_different_people_take_little_time() -> None:
    raw = letter(" ".join(f"talk to Ada Number{n}, ada{n}@example.net, and then" for n in range(3000)))
    understand(raw)
    assert seconds(lambda: understand(raw)) < BOUNDED
    assert len(understand(raw).introductions) <= limits.MAX_INTRODUCTIONS


def seconds(work: Callable[[], object]) -> float:
    """The best of three runs, in seconds of this thread alone."""
    best = float("inf")
    for _ in range(3):
        start = time.thread_time()
        work()
        best = min(best, time.thread_time() - start)
    return best


def bait(piece: str, size: int, kind: str) -> bytes:
    return letter((piece * (size // len(piece) + 1))[:size], kind=f"{kind}; charset=utf-8")


CASES = [(n, p, "text/plain") for n, p in BAIT.items()] + [(n, p, "text/html") for n, p in MARKUP_BAIT.items()]


@pytest.mark.parametrize(("name", "piece", "kind"), CASES, ids=[c[0] for c in CASES])
def test_time_grows_no_faster_than_the_message(name: str, piece: str, kind: str) -> None:
    understand(bait(piece, 1000, kind))
    # Small enough that no limit is met, so that this measures the readers and not the limits.
    small, large = (bait(piece, size, kind) for size in (12_000, 48_000))
    before, after = seconds(lambda: understand(small)), seconds(lambda: understand(large))
    assert after < 8 * before + 0.05, f"{name}: {before:.4f} s, four times as long {after:.4f} s"


@pytest.mark.parametrize(("name", "piece", "kind"), CASES, ids=[c[0] for c in CASES])
def test_a_hundred_kilobytes_of_bait_take_little_time(name: str, piece: str, kind: str) -> None:
    raw = bait(piece, 100_000, kind)
    understand(raw)
    assert seconds(lambda: understand(raw)) < BOUNDED, name

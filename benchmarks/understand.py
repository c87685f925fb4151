"""How well and how fast received mail is understood, beside flufl.bounce, mail-parser-reply and quotequail.

    python benchmarks/understand.py [--corpus DIR] [--misses] [--json]

DIR holds a `manifest.jsonl` (one object a line: `corpus`, `path`, `cls`, `severity`, and what the source asserts:
`recipients`, `expected`) and, where there is one, `reply_text.json`. Everything is measured in this one process, one
core; figures a second are processor time. Peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import email
import json
import logging
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailer.model import Classification, Verdict
from mailer.understand import understand
from mailer.understand.newtext import own_words

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "corpora"
WANTED = {
    "bounce": Classification.bounce,
    "autoreply": Classification.automatic,
    "feedback": Classification.complaint,
    "dsn_other": Classification.other,
    "human_reply": Classification.reply,
    "human_other": Classification.reply,
}
Row = dict[str, Any]


@dataclass
class Score:
    """Hits out of how many, and what was missed."""

    hits: int = 0
    of: int = 0
    misses: list[str] = field(default_factory=list)

    def count(self, hit: bool, what: str) -> None:
        self.of += 1
        self.hits += hit
        if not hit:
            self.misses.append(what)

    @property
    def rate(self) -> float:
        return self.hits / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.hits:4}/{self.of:<4} {self.rate:7.1%}"


Scores = dict[str, dict[str, Score]]


def read_manifest(corpus: Path) -> list[tuple[Row, bytes]]:
    """Every row of the manifest with its message."""
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [(row, (corpus / row["path"]).read_bytes()) for row in rows]


def fold(text: str) -> str:
    """White space folded, as the corpora compare."""
    return " ".join(text.split())


def severity_of(verdict: Verdict) -> str | None:
    """Permanent where any recipient is (status class 5), as the manifests count."""
    answers = [r.permanent for r in verdict.bounce.recipients] if verdict.bounce else []
    return "permanent" if True in answers else "transient" if False in answers else None


def score_messages(rows: Iterable[tuple[Row, bytes]], judge: Callable[[bytes], Verdict] = understand) -> Scores:
    """Detection, severity, recipients and false bounces, by source."""
    scores: Scores = defaultdict(lambda: defaultdict(Score))
    for row, raw in rows:
        verdict, own = judge(raw), scores[row["corpus"]]
        kind, path = row["cls"], row["path"]
        found = verdict.classification
        if kind in WANTED:
            own[f"{kind} recognised"].count(found is WANTED[kind], f"{path}: {found}")
        if kind.startswith("human"):
            own["people not taken for bounces"].count(found is not Classification.bounce, path)
        if kind != "bounce" or verdict.bounce is None:
            continue
        if row.get("severity"):
            got = severity_of(verdict)
            own["severity"].count(got == row["severity"], f"{path}: {got}, {row['severity']} expected")
        if row.get("recipients"):
            addresses = {r.address.lower() for r in verdict.bounce.recipients}
            wanted = {a.lower() for a in row["recipients"]}
            own["recipients"].count(addresses == wanted, f"{path}: {sorted(addresses)}, {sorted(wanted)} expected")
    return scores


def score_reply_text(corpus: Path, extract: Callable[[str], str] = own_words) -> Scores:
    """Exactness of a person's own words, by source."""
    scores: Scores = defaultdict(lambda: defaultdict(Score))
    for case in read_cases(corpus):
        text = case["text"].replace("\r\n", "\n")
        hit = fold(extract(text)) == fold(case["expected"])
        scores[case["corpus"]]["own words exact"].count(hit, case["id"])
        if case.get("eml") and extract is own_words:
            whole = understand((corpus / case["eml"]).read_bytes()).text
            scores[case["corpus"]]["own words exact, whole mail"].count(
                fold(whole) == fold(case["expected"]), case["id"]
            )
    return scores


def read_cases(corpus: Path) -> list[Row]:
    path = corpus / "reply_text.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def seconds_each(work: Callable[[Any], object], things: list[Any]) -> float:
    """Processor seconds a thing: the best of three rounds over all, after one to warm up."""
    best = float("inf")
    for turn in range(4):
        start = time.process_time()
        for thing in things:
            work(thing)
        if turn:
            best = min(best, time.process_time() - start)
    return best / max(1, len(things))


def flufl() -> Callable[[bytes], tuple[set[str], set[str]]] | None:
    """flufl.bounce's temporary and permanent failures of a message; None where it isn't installed."""
    try:
        from flufl.bounce import all_failures
    except ImportError:
        return None
    logging.getLogger("flufl.bounce").disabled = True

    def scan(raw: bytes) -> tuple[set[str], set[str]]:
        temporary, permanent = all_failures(email.message_from_bytes(raw))
        return {_text(a) for a in temporary}, {_text(a) for a in permanent}

    return scan


def _text(address: object) -> str:
    return address.decode("ascii", "replace").lower() if isinstance(address, bytes) else str(address).lower()


def score_flufl(rows: Iterable[tuple[Row, bytes]], scan: Callable[[bytes], tuple[set[str], set[str]]]) -> Scores:
    """The same questions put to flufl.bounce."""
    scores: Scores = defaultdict(lambda: defaultdict(Score))
    for row, raw in rows:
        own, path = scores[row["corpus"]], row["path"]
        temporary, permanent = scan(raw)
        found = bool(temporary or permanent)
        if row["cls"] == "bounce":
            own["bounce recognised"].count(found, path)
            if row.get("severity"):
                got = "permanent" if permanent else "transient" if temporary else None
                own["severity"].count(got == row["severity"], path)
            if row.get("recipients"):
                own["recipients"].count(temporary | permanent == {a.lower() for a in row["recipients"]}, path)
        elif row["cls"].startswith("human"):
            own["people not taken for bounces"].count(not found, path)
    return scores


def reply_peers() -> dict[str, Callable[[str], str]]:
    """The reply-text libraries that are installed."""
    peers: dict[str, Callable[[str], str]] = {}
    try:
        from mailparser_reply import EmailReplyParser

        languages = ["en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "pl", "ja"]
        parser = EmailReplyParser(languages=languages)
        peers["mail-parser-reply"] = lambda text: parser.read(text).latest_reply or ""
    except ImportError:
        pass
    try:
        import quotequail

        peers["quotequail"] = lambda text: _quotequail(quotequail, text)
    except ImportError:
        pass
    return peers


def _quotequail(module: Any, text: str) -> str:
    """The text above and below what it unwraps, else what it would not hide."""
    found = module.unwrap(text)
    if found is None:
        return "\n".join(part for shown, part in module.quote(text) if shown)
    return f"{found.get('text_top') or ''}\n{found.get('text_bottom') or ''}"


def show(title: str, scores: Scores, *, misses: bool) -> None:
    print(f"\n{title}")
    for corpus in sorted(scores):
        for what, score in sorted(scores[corpus].items()):
            print(f"  {corpus:12} {what:30} {score}")
            for miss in score.misses if misses else ():
                print(f"      {miss}")


def as_json(scores: Scores) -> dict[str, dict[str, list[float]]]:
    return {c: {w: [s.hits, s.of] for w, s in per.items()} for c, per in scores.items()}


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--corpus", type=Path, default=DEFAULT, help="folder with a manifest.jsonl")
    options.add_argument("--misses", action="store_true", help="name every miss")
    options.add_argument("--json", action="store_true", help="one JSON object on stdout")
    chosen = options.parse_args(arguments)
    if not (chosen.corpus / "manifest.jsonl").exists():
        print(f"no manifest.jsonl in {chosen.corpus}", file=sys.stderr)
        return 2
    rows = read_manifest(chosen.corpus)
    texts = [case["text"] for case in read_cases(chosen.corpus)]
    scan, peers = flufl(), reply_peers()
    scored = {"ours": score_messages(rows)}
    rates = {"ours": 1 / seconds_each(lambda pair: understand(pair[1]), rows)}
    words = {"ours": score_reply_text(chosen.corpus)}
    text_rates = {"ours": 1 / seconds_each(own_words, texts)} if texts else {}
    if scan is not None:
        scored["flufl.bounce"] = score_flufl(rows, scan)
        rates["flufl.bounce"] = 1 / seconds_each(lambda pair: scan(pair[1]), rows)
    for name, extract in peers.items():
        words[name] = score_reply_text(chosen.corpus, extract)
        text_rates[name] = 1 / seconds_each(extract, texts)
    if chosen.json:
        found = {"messages": {n: as_json(s) for n, s in scored.items()}, "messages_a_second": rates}
        print(
            json.dumps(found | {"own_words": {n: as_json(s) for n, s in words.items()}, "texts_a_second": text_rates})
        )
        return 0
    counts = Counter(row["corpus"] for row, _ in rows)
    print("messages:", ", ".join(f"{n} {c}" for c, n in sorted(counts.items())))
    for name, scores in scored.items():
        show(f"{name}: {rates[name]:.0f} messages a second, end to end", scores, misses=chosen.misses)
    for name, scores in words.items() if texts else ():
        show(f"{name}: own words, {text_rates[name]:.0f} texts a second", scores, misses=chosen.misses)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

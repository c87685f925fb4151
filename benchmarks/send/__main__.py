"""How fast mail leaves: mailer beside others, side by side in one run, against Postfix's smtp-sink on loopback.

    python -m benchmarks.send [--messages 10000] [--rounds 3] [--only WORDS] [--peers FOLDER] [--where FOLDER] [--json]
    python -m benchmarks.send growth [--sizes 1000,10000,100000] [--rounds 1] [--where FOLDER] [--json]

The contestants take turns, so that all see the same weather; the medians of the rounds are printed. `growth` runs
mailer alone with ever longer queues. Needs Postfix (for smtp-sink and smtp-source), node and npm; the other programs
are installed into a temporary folder, or into `--peers`, where they are kept for the next time.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.send.contest import CHECKOUT, CONTESTANTS, DRAIN, MERGE, READY, WHOLE, Figures, Ground, run_once
from benchmarks.send.peers_folder import install

MESSAGES, ROUNDS = 10_000, 3
SIZES = "1000,10000,100000"


def prepare(folder: Path, count: int) -> None:
    """Write the letters, in a process of its own: its memory must not count."""
    command = [sys.executable, "-m", "benchmarks.send.ours", "prepare", str(folder), str(count)]
    subprocess.run(command, check=True, cwd=CHECKOUT)


@contextlib.contextmanager
def ground_of(where: str) -> Iterator[Path]:
    """A folder for one contest; `where` says on which disk, and so what a durable commit costs."""
    with tempfile.TemporaryDirectory(prefix="mailer-send-", dir=where or None) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def commits_a_second(folder: Path) -> float:
    """What the disk allows just now: rows committed one by one, as durably as mailer does, for half a second."""
    with contextlib.closing(sqlite3.connect(folder / "commits.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS rows (n INTEGER)")
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 0.5:
            connection.execute("INSERT INTO rows VALUES (?)", [count])
            count += 1
        return count / (time.perf_counter() - began)


def contest(asked: argparse.Namespace) -> list[Figures]:
    """Every contestant in every round, in a different order each time."""
    chosen = [c for c in CONTESTANTS if not asked.only or any(w.strip() in c.name for w in asked.only.split("|"))]
    found = [Figures(c) for c in chosen]
    with ground_of(asked.where) as folder, tempfile.TemporaryDirectory() as temporary:
        python, modules = install(Path(asked.peers or temporary))
        prepare(folder, asked.messages)
        ground = Ground(folder, python, modules, asked.messages)
        for turn in range(asked.rounds):
            say(f"{turn + 1}. SQLite here: {commits_a_second(folder):,.0f} durable commits a second, raw")
            for figures in found[turn % len(found) :] + found[: turn % len(found)]:
                done = run_once(figures, ground)
                say(f"{turn + 1}. {figures.contestant.name}: {done['sent'] / done['seconds']:,.0f}/s")
    return found


def growth(asked: argparse.Namespace) -> list[tuple[int, Figures, Figures]]:
    """mailer alone, with each size of the queue."""
    found = []
    for size in map(int, asked.sizes.split(",")):
        drain, whole = (Figures(c) for c in CONTESTANTS if c.name in (DRAIN, WHOLE))
        with ground_of(asked.where) as folder:
            prepare(folder, size)
            ground = Ground(folder, Path(), Path(), size)
            for _ in range(asked.rounds):
                for figures in (drain, whole):
                    done = run_once(figures, ground)
                    say(f"{size} {figures.contestant.name}: {done['sent'] / done['seconds']:,.0f}/s")
        found.append((size, drain, whole))
    return found


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def contest_rows(found: Sequence[Figures]) -> list[dict[str, object]]:
    """A contestant's medians, and mailer's drain and whole way as multiples of its rate in the same rounds."""
    by_name = {each.contestant.name: each for each in found}
    rows = []
    for each in found:
        row: dict[str, object] = {
            "name": each.contestant.name,
            "messages_per_second": round(middle(each.rates)),
            "cpu_us_per_message": round(middle(each.cpu)),
            "peak_mib": round(max(each.peaks)) or None,
            "keeps": each.contestant.keeps,
        }
        for key, name in (("drain_ratio", DRAIN), ("whole_ratio", WHOLE)):
            ours = by_name.get(name)
            if ours is not None:
                row[key] = round(middle([a / b for a, b in zip(ours.rates, each.rates, strict=True)]), 2)
        if queued := [done["queued_in"] for done in each.more if "queued_in" in done]:
            whole = [d["sent"] / (d["seconds"] + q) for d, q in zip(each.more, queued, strict=True)]
            row["with_queueing_per_second"] = round(middle(whole))
        rows.append(row | own_figures(each))
    return rows


def own_figures(each: Figures) -> dict[str, object]:
    """What only mailer's own runs tell."""
    if "commits" not in each.more[0]:
        return {}
    return {
        "commits_per_message": round(middle([d["commits"] / d["sent"] for d in each.more]), 2),
        "longest_block_ms": round(max(d["longest_block_ms"] for d in each.more)),
        "longest_own_block_ms": round(max(d["longest_own_block_ms"] for d in each.more)),
    }


def table(rows: Sequence[dict[str, object]]) -> str:
    """In Markdown, a row a contestant."""
    names = list(dict.fromkeys(key for row in rows for key in row))
    lines = [names, ["---"] * len(names), *([_cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(names))]
    return "\n".join("| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def growth_rows(found: Sequence[tuple[int, Figures, Figures]]) -> list[dict[str, object]]:
    """A size's medians."""
    rows = []
    for size, drain, whole in found:
        row: dict[str, object] = {"messages": size}
        for name, each in (("drain", drain), ("whole", whole)):
            row[f"{name}_per_second"] = round(middle(each.rates))
            row[f"{name}_cpu_us"] = round(middle(each.cpu))
            row[f"{name}_peak_mib"] = round(max(each.peaks))
        rows.append(row | {"commits_per_message": own_figures(drain)["commits_per_message"]})
    return rows


def main() -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.send", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="?", choices=("contest", "growth"), default="contest")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sizes", default=SIZES, help="for growth")
    parser.add_argument("--only", default="", help="contestants whose name contains this; several with | between")
    parser.add_argument("--peers", default="", help="a folder in which the other programs are kept")
    parser.add_argument("--where", default="", help="a folder on the disk to use; else where temporary files are")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = contest_rows(contest(asked)) if asked.what == "contest" else growth_rows(growth(asked))
    print(json.dumps(rows, indent=1) if asked.json else table(rows))
    if asked.what == "contest":
        ratios = {str(row["name"]): row for row in rows}
        if {DRAIN, READY} <= ratios.keys():
            say(f"the drain is at {ratios[READY]['drain_ratio']} times {READY} (at least 0.7)")
        if {WHOLE, MERGE} <= ratios.keys():
            say(f"the whole way is at {ratios[MERGE]['whole_ratio']} times {MERGE} (at least 1)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How long it takes to read a roster, beside what PyYAML's own C loader takes for the same file.

    python benchmarks/roster.py [--sizes 1000,10000] [--rounds 5]

Each round runs, one after the other, so that all see the same weather:

- `plain`: `yaml.load(data, CSafeLoader)`, which builds the tree, and nothing else;
- `plain, gc paused`: the same with the garbage collector off, the best that loader can do;
- `load`: `load_roster` on a fresh file: YAML 1.2 meanings, every place, all checks, the contacts;
- `reload`: `load_roster` of the same file again, after one contact was edited by `edit_contact`.

It prints the median of the rounds in seconds, and the ratio to `plain`. The aim at 10,000 contacts is a ratio of at
most 1 for `load`.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from mailer.roster import edit_contact, load_roster

FIRST = ["Ada", "Charles", "Mary", "Michael", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Zoë", "Jürgen"]
LAST = ["Lovelace", "Babbage", "Somerville", "Faraday", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth"]


def roster_text(size: int, seed: int = 1) -> str:
    """A roster as somebody would have it: about 370 bytes for each contact, every second with an interaction."""
    chance = random.Random(seed)
    lines = ["contacts:"]
    for number in range(size):
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)} {number}"
        lines += [
            f"  - name: {name}",
            f"    email: person{number}@example.org",
            f"    company: Company {chance.randrange(500)}",
            f"    phone: +1312555{number:04d}",
            f"    tags: [alumni, group{chance.randrange(20)}]",
            "    relationship: a former colleague from the warehouse in Joliet",
        ]
        if number:
            lines.append(f"    referred_by: person{chance.randrange(number)}@example.org")
        if number % 2 == 0:
            lines += [
                "    interactions:",
                f"      - date: 2026-{chance.randrange(1, 13):02d}-{chance.randrange(1, 28):02d}",
                "        kind: call",
                "        about: how cranes and the tender fit together",
                "        thanks_for: walking me through the tender",
                f'        referrals: ["Somebody {number} <somebody{number}@example.org>"]',
            ]
        lines.append(f"    notes: met at the event in hall {chance.randrange(9)}, wants to hear of it")
    return "\n".join(lines) + "\n"


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def without_gc(work: Callable[[], object]) -> Callable[[], object]:
    """The same work with the garbage collector off."""

    def run() -> object:
        gc.disable()
        try:
            return work()
        finally:
            gc.enable()

    return run


def measure(path: Path, rounds: int) -> dict[str, float]:
    """The median time of each way to read the file."""
    times: dict[str, list[float]] = {}
    for number in range(rounds):
        data = path.read_bytes()

        def plain(data: bytes = data) -> object:
            return yaml.load(data, Loader=yaml.CSafeLoader)

        times.setdefault("plain", []).append(seconds(plain))
        times.setdefault("plain, gc paused", []).append(seconds(without_gc(plain)))
        times.setdefault("load", []).append(seconds(lambda: load_roster(path)))
        edit_contact(path, "person7@example.org", {"company": f"Round {number}"})
        times.setdefault("reload", []).append(seconds(lambda: load_roster(path)))
    return {name: statistics.median(each) for name, each in times.items()}


def main() -> int:
    """Prints a table; status 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description="Measure how long reading a roster takes.")
    parser.add_argument("--sizes", default="1000,10000", help="contacts, comma separated")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for size in (int(each) for each in options.sizes.split(",")):
            path = Path(folder, f"{size}.yaml")
            path.write_text(roster_text(size))
            print(f"{size:,} contacts, {path.stat().st_size / 1e6:.1f} MB, median of {options.rounds} rounds")
            medians = measure(path, options.rounds)
            for name, median in medians.items():
                print(f"  {name:<18} {median:7.3f} s   {median / medians['plain']:5.2f} x plain")
            missed = missed or (size >= 10_000 and medians["load"] > medians["plain"])
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())

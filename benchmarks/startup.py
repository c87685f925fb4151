"""How long the light commands take from the shell: `mailer --help` and `mailer log`, beside a bare `import click`.

    python benchmarks/startup.py [--json] [--contacts N] [--rounds N]

Figures are milliseconds of wall time: the best of several rounds, in turns, so that a busy machine disturbs all alike.
The bytecode is compiled before, as an installation does. Targets: `--help` at most 3 times the bare import; `log` at
most 500 ms on a roster of 1,000 contacts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

MAILER = Path(sys.executable).with_name("mailer")

CONFIG = """\
profile: {name: Dana Reyes, email: dana@example.com, phone: "+1 312 555 0100"}
search: {looking_for: a head of platform role at a logistics company, started: 2026-01-01}
account:
  password: {env: BENCHMARK_PASSWORD}
  smtp: {host: 127.0.0.1, port: 2525, security: none}
  imap: {host: 127.0.0.1, port: 1143, security: none}
schedule: {timezone: America/Chicago, holidays: US}
"""


def write_files(folder: Path, contacts: int) -> None:
    """A configuration and a roster."""
    (folder / "config.yaml").write_text(CONFIG)
    entries = [
        f"  - name: Contact Number{i}\n    email: contact{i}@example.org\n    company: Company {i % 50}\n"
        f"    interactions:\n      - {{date: 2025-11-{i % 28 + 1:02}, kind: call, about: cranes}}\n"
        for i in range(contacts)
    ]
    (folder / "contacts.yaml").write_text("contacts:\n" + "".join(entries))


def environment(folder: Path) -> Mapping[str, str]:
    """This one, with the benchmark's files, and with bytecode written and read."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "MAILER_CONFIG": str(folder / "config.yaml"),
        "XDG_STATE_HOME": str(folder / "state"),
    }


def milliseconds(command: Sequence[str | Path], environ: Mapping[str, str]) -> float:
    """The wall time of one call."""
    start = time.perf_counter()
    subprocess.run(command, env=environ, check=True, capture_output=True)
    return (time.perf_counter() - start) * 1000


def measure(contacts: int, rounds: int) -> dict[str, float]:
    """The best time of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, contacts)
        environ = environment(folder)
        log = [MAILER, "log", "contact7@example.org", "--about", "cranes", "--date"]
        subprocess.run([MAILER, "contacts", "list"], env=environ, check=True, capture_output=True)  # reads the roster
        best: dict[str, float] = {}
        for turn in range(rounds + 1):
            calls = {
                "import click": [sys.executable, "-c", "import click"],
                "mailer --help": [MAILER, "--help"],
                "mailer log": [*log, f"{turn % 7} days ago"],
                "mailer contacts list --json": [MAILER, "contacts", "list", "--json"],
            }
            for what, command in calls.items():
                took = milliseconds(command, environ)
                if turn:  # the first turn compiles
                    best[what] = min(best.get(what, took), took)
        return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--contacts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    best = measure(options.contacts, options.rounds)
    if options.json:
        print(json.dumps({what: round(took, 1) for what, took in best.items()}))
        return
    for what, took in best.items():
        print(f"{took:8.1f} ms  {took / best['import click']:5.1f} x  {what}")


if __name__ == "__main__":
    main()

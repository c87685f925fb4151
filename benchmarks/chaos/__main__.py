"""Kill the daemon again and again while it sends, on every kind of mail service and both databases, and count.

    python -m benchmarks.chaos [KILLS] [--seed N] [--only WORDS] [--at-once N] [--json]

Starts Dovecot and PostgreSQL as the tests do (Debian's packages), an SMTP server for each combination, and the
installed `mailer run`. Ends with 1, and every history that is wrong, where anything was sent twice, lost, or left over.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.chaos.accounts import COLUMNS, Account, rows, table
from benchmarks.chaos.combinations import Plan, plans
from benchmarks.chaos.killing import run_plan
from tests.servers.certificates import Authority
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.postgres import Postgres, running_postgres
from tests.servers.process import short_folder

KILLS = 1000


def run_all(wanted: list[Plan], at_once: int) -> list[Account]:
    """Every plan, so many at a time."""
    with contextlib.ExitStack() as stack:
        authority = Authority(stack.enter_context(short_folder("mailer-ca-", mode=0o755)))
        folder = stack.enter_context(short_folder("mailer-dc-", mode=0o755))
        dovecot = stack.enter_context(running_dovecot(folder, authority.issue("server")))
        postgres = stack.enter_context(running_postgres())
        pool = stack.enter_context(ThreadPoolExecutor(at_once))
        return list(pool.map(lambda plan: run_in_its_folder(plan, dovecot, postgres), wanted))


def run_in_its_folder(plan: Plan, dovecot: Dovecot, postgres: Postgres) -> Account:
    with short_folder("mailer-chaos-") as folder:
        url = f"sqlite:///{folder}/mailer.db" if plan.database == "sqlite" else postgres.create()
        return run_plan(plan, folder, url, dovecot, lambda line: print(line, file=sys.stderr, flush=True))


def main() -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kills", nargs="?", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 10_000)
    parser.add_argument("--only", default="", help="combinations whose name contains this")
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", file=sys.stderr)
    wanted = [p for p in plans(asked.kills, asked.seed) if asked.only in f"{p.kind.name} {p.database}"]
    began = time.monotonic()
    accounts = run_all(wanted, asked.at_once)
    if asked.json:
        print(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows(accounts)], indent=1))
    else:
        print(table(accounts))
    killed = sum(a.killed for a in accounts)
    print(f"{killed} kills in {time.monotonic() - began:.0f} s, seed {asked.seed}", file=sys.stderr)
    for each in accounts:
        for line in each.wrong:
            print(f"{each.plan.kind.name} on {each.plan.database}: {line}", file=sys.stderr)
    return 0 if all(a.good for a in accounts) else 1


if __name__ == "__main__":
    sys.exit(main())

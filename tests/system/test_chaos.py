"""A hundred kills while mail leaves, shared out over kinds of mail service and both databases: nothing is sent twice,
nothing is lost, and where the service can prove what became of a message, nothing is left for the owner.

`python -m benchmarks.chaos` does the same a thousand times.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from benchmarks.chaos.accounts import Account, table
from benchmarks.chaos.combinations import KINDS, Plan, plans
from benchmarks.chaos.killing import run_plan
from tests.servers.mailsystem import MailSystem
from tests.servers.postgres import Postgres
from tests.servers.process import short_folder

pytestmark = [pytest.mark.servers, pytest.mark.timeout(1800)]  # a hundred kills take minutes

KILLS = 100
AT_ONCE = 3
PAIRS = tuple(zip(KINDS[:5], ("sqlite", "postgresql", "postgresql", "sqlite", "postgresql"), strict=True))


@pytest.fixture
def accounts(mail_system: MailSystem, postgres: Postgres) -> Iterator[list[Account]]:
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed {seed}")  # pytest shows it where the test fails

    def run(plan: Plan) -> Account:
        quick = replace(plan, ways=(0.3, 0.3, 0.4), life=0.5, batch=60)
        with short_folder("mailer-chaos-") as folder:
            url = f"sqlite:///{folder}/mailer.db" if plan.database == "sqlite" else postgres.create()
            return run_plan(quick, folder, url, mail_system.dovecot)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield list(pool.map(run, plans(KILLS, seed, PAIRS)))


def test_a_hundred_kills_double_nothing_and_lose_nothing(accounts: list[Account]) -> None:
    print(table(accounts))
    assert [line for account in accounts for line in account.wrong] == []
    assert sum(a.killed for a in accounts) == KILLS
    assert sum(a.twice + a.lost for a in accounts) == 0
    assert sum(a.left for a in accounts if a.plan.kind.provable) == 0
    assert all(a.doubts for a in accounts), "nothing was on its way when it was killed, so this proves nothing"

"""A large edition, which a process of its own writes, under a daemon that is killed again and again."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

from mailer.daemon.wiring import wire
from mailer.daemon.writing import MANY
from mailer.storage import daemons, editions
from tests.servers.scripted_smtp import ScriptedSmtp
from tests.system.program import wait_until
from tests.system.trial import NOON, Trial, accounted, between

NAME = f"{NOON:%Y-%m}"
PEOPLE = 3 * MANY
KILLS = 6


def address(n: int) -> str:
    return f"p{n:04}@example.org"


def due(trial: Trial, people: int) -> None:
    """Everybody was spoken to a month ago, and the edition is approved and due."""
    met = {"date": (NOON - timedelta(days=30)).date().isoformat(), "kind": "call", "thank_you": False}
    trial.write_roster(
        [
            {"name": f"Person {n:04}", "email": address(n), "interactions": [met | {"about": f"tender {n}"}]}
            for n in range(people)
        ]
    )
    app = wire(trial.config, trial.environ)
    app.sync_roster()
    now = app.clock()
    with app.store.write() as tx:
        daemons.change_owner(tx, first_started_at=now - timedelta(days=20))
        editions.create(tx, NAME, now - timedelta(minutes=1), "approved")
    app.close()


def test_killed_while_it_is_written_and_leaves_no_letter_is_sent_twice_or_lost(tmp_path: Path) -> None:
    script = ScriptedSmtp()
    with between(tmp_path, script) as trial:
        due(trial, PEOPLE)
        for taken in sorted(random.Random(7).sample(range(PEOPLE * 3 // 4), KILLS)):
            daemon = trial.start()
            wait_until(lambda taken=taken: len(script.received) > taken, f"more than {taken} letters have left", 60)
            daemon.kill()
            daemon.wait(30)
        with trial.daemon():
            wait_until(lambda: not trial.counts().keys() & {"queued", "sending"}, "all has left", 120)
        accounted(trial, script)
        outbox = trial.outbox()
    assert sorted(message["to"] for message in outbox) == [address(n) for n in range(PEOPLE)]
    assert {message["status"] for message in outbox} <= {"sent", "uncertain"}

"""A clock that is set, a machine that sleeps, a night without an hour: each message leaves once, and at its time."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.servers.scripted_smtp import Fault, ScriptedSmtp
from tests.system.program import wait_until
from tests.system.trial import NOON, accounted, between, person

DAY = timedelta(days=1)


def test_a_clock_set_back_and_far_forward_and_a_day_asleep_double_and_lose_nothing(tmp_path: Path) -> None:
    script = ScriptedSmtp()
    with between(tmp_path / "set", script, patience=120) as trial:
        trial.met(5, each=DAY)
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=1, queued=4)
            trial.set_clock(NOON - timedelta(hours=1))
            daemon.wait_for("the clock was set back")
            assert trial.counts() == {"sent": 1, "queued": 4}

            daemon.process.send_signal(signal.SIGSTOP)  # asleep for a day: connections are gone, the clock has run on
            script.hang_up_on_all()
            trial.set_clock(NOON + 2 * DAY)
            daemon.process.send_signal(signal.SIGCONT)
            trial.wait_for_counts(sent=2, queued=3)

            script.replies = {"content": Fault.wait}
            trial.set_clock(NOON + 3 * DAY)
            trial.wait_for_counts(sent=2, sending=1, queued=2)
            trial.set_clock(NOON + 33 * DAY)  # however far: what is on the wire is waited for
            daemon.wait_for("the clock was set forward")
            wait_until(lambda: trial.counts()["queued"] == 0, "what is due by then is on its way")
            assert trial.counts()["uncertain"] == 0
            script.gate.set()
            trial.wait_for_counts(sent=5)
            accounted(trial, script)
            daemon.stop()
    assert script.taken() == dict.fromkeys(trial.people, 1)


def test_a_window_that_opens_in_an_hour_that_the_night_leaves_out_opens_once_after_it(tmp_path: Path) -> None:
    gap_ends = datetime(2027, 3, 14, 8, tzinfo=UTC)  # Chicago goes from 01:59 to 03:00
    script = ScriptedSmtp()
    with between(tmp_path / "night", script, zone="America/Chicago", opens="02:15", closes="05:00") as trial:
        trial.people = ["ada@example.org"]
        trial.set_clock(gap_ends - timedelta(minutes=20))
        trial.write_roster([person(0, trial.people[0], gap_ends - DAY)])
        with trial.daemon() as daemon:
            trial.wait_for_counts(queued=1)
            assert trial.outbox()[0]["not_before"] == "2027-03-14T08:00:00Z"
            trial.set_clock(gap_ends - timedelta(minutes=2))
            daemon.wait_for("the clock was set forward")
            assert not script.received
            trial.set_clock(gap_ends + timedelta(seconds=1))
            trial.wait_for_counts(sent=1)
            daemon.stop()
    assert script.taken() == {"ada@example.org": 1}

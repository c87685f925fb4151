"""`mailer search` changes one line of the configuration, and what may leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_owner import Owner, make_owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def test_pause_stops_updates_and_resume_goes_on(owner: Owner) -> None:
    path = owner.folder / "config.yaml"
    before = path.read_text()
    assert owner.json("search", "pause") == {"status": "paused", "started": "2026-09-01"}
    assert path.read_text() == before.replace("started: 2026-09-01\n", "started: 2026-09-01\n  status: paused\n", 1)
    owner.started()
    owner.clock = "2026-11-30T16:00:00+00:00"
    owner.tick_updates()
    owner.tick_updates()
    assert owner.json("update", "status")[0]["status"] == "planned"
    owner.ok("search", "resume")
    owner.tick_updates()
    assert owner.json("update", "status")[0]["status"] == "waiting"


def test_start_sets_the_day(owner: Owner) -> None:
    assert owner.json("search", "start") == {"status": "active", "started": "2026-11-03"}
    assert owner.json("search", "start", "--date", "yesterday")["started"] == "2026-11-02"
    assert "started: 2026-11-02" in (owner.folder / "config.yaml").read_text()


def test_a_search_that_ended_is_not_resumed_but_started(owner: Owner) -> None:
    path = owner.folder / "config.yaml"
    path.write_text(path.read_text().replace("search:\n", "search:\n  status: landed\n", 1))
    refused = owner.run("search", "resume")
    assert refused.code == 2 and "mailer search start" in refused.err
    assert owner.json("search", "start")["status"] == "active"


def test_twice_is_no_change(owner: Owner) -> None:
    owner.ok("search", "pause")
    before = (owner.folder / "config.yaml").stat().st_ino
    assert "already" in owner.ok("search", "pause").out
    assert (owner.folder / "config.yaml").stat().st_ino == before

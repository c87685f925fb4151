"""The running daemon tells its owner what lasts: by a mail, or where none can leave by their command."""

from __future__ import annotations

from pathlib import Path

from tests.servers.scripted_smtp import ScriptedSmtp
from tests.system.program import rewrite, wait_until
from tests.system.trial import OWNER, between


def test_a_roster_that_stays_broken_is_told_by_one_mail(tmp_path: Path) -> None:
    script = ScriptedSmtp()
    with between(tmp_path / "trial", script, notify_after="1s") as trial:
        trial.met(1)
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=1)
            rewrite(trial.roster, "contacts: [")
            wait_until(lambda: len(script.received) == 2, "the owner is told")
            trial.wait_for_counts(sent=2)
            daemon.stop()
    alert = script.received[1]
    assert OWNER in alert.recipients[0]
    assert b"needs you" in alert.content
    assert b"the roster is broken" in alert.content


def test_a_refused_sign_in_is_told_by_the_owners_command(tmp_path: Path) -> None:
    script = ScriptedSmtp({"login": "535 5.7.8 no"})
    with between(tmp_path / "trial", script, notify_after="1s") as trial:
        told = trial.folder / "told"
        command = trial.folder / "tell"
        command.write_text(f"#!/bin/sh\ncat > {told}.new && mv {told}.new {told}\n")
        command.chmod(0o755)
        trial.change_config("notify: {after: 1s}", f"notify: {{after: 1s, command: {command}}}")
        trial.met(1)
        with trial.daemon() as daemon:
            words = wait_until(lambda: told.exists() and told.read_text(), "the command is told")
            daemon.stop()
    assert "535 5.7.8 no" in str(words)
    assert script.received == []

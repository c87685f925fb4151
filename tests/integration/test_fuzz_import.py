"""Whatever is imported, the roster is as it was or whole with what came in, and nothing half-written lies beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from mailer.roster import load_roster
from tests.integration.cli_owner import ROSTER, Owner, make_owner
from tests.unit.test_fuzz_readers import CHANGES, CSV, VCARD, changed

MORE = {
    "CSV": CSV.replace(b"ada@", b"joan@").replace(b"Ada", b"Joan"),
    "vCard": VCARD.replace(b"ada@", b"joan@").replace(b"Ada", b"Joan"),
}


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Owner:
    return make_owner(tmp_path_factory.mktemp("fuzz") / "dana")


@pytest.mark.parametrize("kind", MORE)
@given(changes=CHANGES)
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_file_that_was_changed_anyhow_leaves_a_whole_roster(
    kind: str, owner: Owner, changes: list[tuple[str, float, float, bytes, int]]
) -> None:
    owner.roster.write_text(ROSTER)
    file = owner.folder / "people"
    file.write_bytes(changed(MORE[kind], changes))
    done = owner.run("contacts", "import", str(file), "--yes")
    assert done.code in (0, 1, 2)
    assert "Traceback" not in done.err
    roster = owner.roster.read_text()
    assert roster.startswith(ROSTER) or done.code == 0
    people = {contact.name for contact in load_roster([owner.roster]).contacts}
    assert {"Ada Lovelace", "Charles Babbage", "Grace Hopper"} <= people
    assert left_beside(owner.folder) == set()


@pytest.mark.parametrize("kind", MORE)
def test_the_files_that_are_changed_here_come_in_before(kind: str, owner: Owner) -> None:
    owner.roster.write_text(ROSTER)
    file = owner.folder / "people"
    file.write_bytes(MORE[kind])
    owner.ok("contacts", "import", str(file), "--yes")
    assert "joan@example.org" in owner.roster.read_text()


def left_beside(folder: Path) -> set[str]:
    """Files that nobody asked for."""
    known = {"config.yaml", "contacts.yaml", "people"}
    names = {path.name for path in folder.iterdir() if path.is_file()}
    return {name for name in names - known if not name.startswith("mailer.db")}

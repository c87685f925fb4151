"""The JSON keys that docs/commands.md promises are those that are printed."""

from __future__ import annotations

import re
from pathlib import Path

from tests.integration.cli_owner import answer, make_owner

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_documented_keys_are_the_printed_ones(tmp_path: Path) -> None:
    owner = make_owner(tmp_path / "dana")
    mail = owner.folder / "a.eml"
    mail.write_bytes(b"Subject: hi\r\n\r\nhello\r\n")
    owner.receive(answer(owner.sent_to_ada(), "Thank you for writing, Dana.\n"))
    rows = re.findall(r"^\| `([a-z ]+)` \| `([a-z_ ]+)` \|$", PAGE.read_text(), re.MULTILINE)
    assert len(rows) == 7
    more = {"log": ["ada", "--about", "x"], "understand": [str(mail)]}
    for command, keys in rows:
        found = owner.json(*command.split(), *more.get(command, []))
        assert list(found[0] if isinstance(found, list) else found) == keys.split(), command

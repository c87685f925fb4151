"""What looks through the logs of all tests finds what it is there for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks import LETTERS, PIECE, leaks_below
from tests.servers.process import short_folder

SECRETS = ("a long password", "an-access-token-0123456789", "a-refresh-token-0123456789")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not below the folder that is looked through when all tests are done."""
    with short_folder("mailer-leaks-") as made:
        yield made


def run_of_a_program(folder: Path, log: bytes = b"", database: bytes = b"") -> Path:
    (folder / "state").mkdir()
    (folder / "password").write_text(f"{SECRETS[0]}\nshort\n")
    (folder / "state" / "oauth-1.json").write_text(json.dumps({"access": SECRETS[1], "refresh": SECRETS[2]}))
    (folder / "log-1").write_bytes(log)
    (folder / "state" / "mailer.sqlite3").write_bytes(database)
    return folder


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("where", ["log", "database"])
def test_a_secret_in_a_log_or_a_database_is_found(folder: Path, secret: str, where: str) -> None:
    leaks = leaks_below(run_of_a_program(folder, **{where: b"x" * (PIECE - 3) + secret.encode() + b"x"}))
    assert len(leaks) == 1
    assert secret not in leaks[0]


def test_the_text_of_a_letter_is_found_in_a_log_and_belongs_in_a_database(folder: Path) -> None:
    assert len(leaks_below(run_of_a_program(folder, log=b"sent: " + LETTERS[0], database=LETTERS[0]))) == 1


def test_an_ordinary_run_leaks_nothing(folder: Path) -> None:
    assert leaks_below(run_of_a_program(folder, log=b"running for dana@example.com, in short", database=b"x")) == []

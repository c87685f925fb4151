"""`mailer check`: everything that is wrong, with its place, and nothing but files needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli_owner import ROSTER, Owner, make_owner


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return make_owner(tmp_path / "dana")


def test_good_files_are_fine_and_no_database_is_touched(owner: Owner) -> None:
    (owner.folder / "mailer.db").unlink()
    result = owner.ok("check")
    assert "All is well" in result.out
    assert "3 contacts (2 with an address)" in result.out
    assert not (owner.folder / "mailer.db").exists()
    assert not (owner.folder / "state").exists()


def test_every_problem_of_the_configuration_comes_with_its_place(owner: Owner) -> None:
    config = owner.folder / "config.yaml"
    config.write_text(config.read_text().replace("America/Chicago", "America/Chicagoo") + "limits: {per_hour: 3}\n")
    result = owner.run("check", "--json")
    assert result.code == 2
    problems = result.json["problems"]
    assert {p["key"] for p in problems} == {"schedule.timezone", "limits.per_hour"}
    assert all(p["severity"] == "error" and p["line"] and p["column"] and p["mend"] for p in problems)
    assert "config.yaml:14:" in result.err


def test_every_problem_of_the_roster_comes_with_its_place(owner: Owner) -> None:
    owner.roster.write_text(ROSTER + "  - {name: Joan, emial: x}\n  - {email: ada@example.org, name: Another}\n")
    result = owner.run("check")
    assert result.code == 2
    assert "contacts.yaml:13:" in result.err and "contacts.yaml:14:" in result.err
    assert "2 problems to mend" in result.out


def test_warnings_alone_end_well(owner: Owner) -> None:
    owner.roster.write_text(ROSTER.replace("Charles Babbage\n    tags", "Nobody Known\n    tags"))
    result = owner.run("check", "--json")
    assert result.code == 0
    assert [p["severity"] for p in result.json["problems"]] == ["warning"]
    assert "contacts.yaml:6:" in result.err


def test_a_template_that_lacks_a_value_is_told_with_its_line_and_a_contact_it_hits(owner: Owner) -> None:
    templates = owner.folder / "templates" / "thank_you"
    templates.mkdir(parents=True)
    (templates / "call.md").write_text("Subject: Thanks\n\nHi {{ first_name }},\n\nthanks for {{ thnks_for }}.\n")
    result = owner.run("check", "--json")
    assert result.code == 2
    (problem,) = result.json["problems"]
    assert problem["file"].endswith("call.md") and problem["line"] == 5
    assert "thnks_for" in problem["what"] and "Charles Babbage" in problem["what"]


def test_a_template_that_cannot_be_read_is_told(owner: Owner) -> None:
    (owner.folder / "templates").mkdir()
    (owner.folder / "templates" / "update.md").write_text("Subject: x\n\n{% if %}\n")
    result = owner.run("check")
    assert result.code == 2
    assert "update.md:3" in result.err


def test_a_text_that_no_edition_will_find_is_a_warning(owner: Owner) -> None:
    (owner.folder / "updates").mkdir()
    (owner.folder / "updates" / "2026-11.md").write_text("Hello\n")
    (owner.folder / "updates" / "november.md").write_text("Hello\n")
    result = owner.ok("check")
    assert "november.md" in result.err
    assert "2026-11" in result.out


def test_a_password_file_that_others_can_read_is_an_error_and_a_missing_variable_a_warning(owner: Owner) -> None:
    owner.environ["MAILER_TEST_PASSWORD"] = ""
    assert "account.password" in owner.ok("check").err
    config = owner.folder / "config.yaml"
    secret = owner.folder / "password"
    secret.write_text("hunter2\n")
    secret.chmod(0o644)
    config.write_text(config.read_text().replace("{env: MAILER_TEST_PASSWORD}", "{file: password}"))
    result = owner.run("check")
    assert result.code == 2
    assert "others can read" in result.err and "hunter2" not in result.err + result.out


def test_certificates_that_are_named_and_can_not_be_read_are_told_with_their_place(owner: Owner) -> None:
    config = owner.folder / "config.yaml"
    config.write_text(config.read_text().replace("security: none}", "security: none, ca_file: ca.pem}", 1))
    (problem,) = owner.run("check", "--json").json["problems"]
    assert (problem["key"], problem["line"], problem["severity"]) == ("account.smtp.ca_file", 11, "error")
    assert "can't be read: No such file" in problem["what"]
    (owner.folder / "ca.pem").write_text("not one\n")
    (problem,) = owner.run("check", "--json").json["problems"]
    assert problem["what"] == "holds no certificate"


@pytest.mark.parametrize("which", ["config", "roster"])
def test_the_schema_is_json(owner: Owner, which: str) -> None:
    assert json.loads(owner.ok("check", "--schema", which).out)["$schema"].startswith("https://json-schema.org/")


def test_a_missing_configuration_is_a_wrong_call(owner: Owner) -> None:
    result = owner.run("--config", str(owner.folder / "nowhere.yaml"), "check")
    assert result.code == 2
    assert "nowhere.yaml" in result.err


def test_what_is_said_and_written_in_a_contacts_language_is_tried_before_anybody_needs_it(owner: Owner) -> None:
    folder = owner.folder / "templates" / "de"
    (folder / "owner").mkdir(parents=True)
    (folder / "owner" / "script.md").write_text("Subject: x\n\n{{ nonsense }}\n")
    (folder / "landed.md").write_text("Subject: x\n\n{{ firm }}\n")
    owner.ok("check")  # nobody speaks German
    owner.roster.write_text(ROSTER + "  - {name: Hans Maier, language: de}\n")
    result = owner.run("check")
    assert result.code == 2
    assert "script.md:3:1" in result.err and "landed.md:3:1" in result.err

"""The demo's story, played once without waiting for eyes: the real daemon between real servers."""

from __future__ import annotations

import stat
import sys
from collections import Counter
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import default
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import mailer.demo as demo
from mailer.config import load_config
from mailer.demo.cast import EXPECTED, OWNER_ADDRESS
from mailer.demo.files import CONFIG, LOG, ROSTER, empty_folder
from mailer.demo.moments import ZONE
from mailer.demo.picture import ASCII_ONLY, FINE, Picture
from mailer.demo.report import print_summary
from mailer.demo.scene import Scene
from mailer.demo.shows import PlainLines, fits
from mailer.demo.story import DemoError, tell
from mailer.demo.summary import Summary
from mailer.errors import MailerError, UsageError
from mailer.roster import load_roster


@dataclass
class Played:
    """One run of the story, and everything that was seen of it."""

    folder: Path
    summary: Summary = field(default_factory=Summary)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    lines: StringIO = field(default_factory=StringIO)
    scene: Scene = field(default_factory=Scene)
    shown: int = 0

    def changed(self, scene: Scene) -> None:
        """Draw every moment, as a terminal would."""
        self.scene, self.shown = scene, self.shown + 1
        drawn(scene, 80, 24)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    run = Played(tmp_path_factory.mktemp("demo"))
    plain = PlainLines(run.lines)

    class Both:
        def changed(self, scene: Scene) -> None:
            run.changed(scene)
            plain.changed(scene)

    run.summary = tell(
        run.folder, Both(), pace=0.01, slowness=0, on_taken=lambda to, content: run.taken.append((to, content))
    )
    return run


def drawn(scene: Scene, width: int, height: int, encoding: str = "utf-8") -> list[str]:
    console = Console(width=width, height=height, file=StringIO(), force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(Picture(scene, FINE if encoding == "utf-8" else ASCII_ONLY))
    return capture.get().splitlines()


def test_everybody_is_where_the_story_wants_them(played: Played) -> None:
    assert played.summary.missing(EXPECTED) == ""
    assert played.summary.sent == len(played.taken)


def test_nobody_gets_a_mail_twice_and_the_owner_gets_the_preview(played: Played) -> None:
    ids = [BytesParser(policy=default).parsebytes(content)["Message-ID"] for _, content in played.taken]
    assert max(Counter(ids).values()) == 1
    kinds = Counter((to, b"List-Unsubscribe" in content) for to, content in played.taken)
    assert max(kinds.values()) == 1
    assert kinds[OWNER_ADDRESS, False] == 1


def test_no_update_goes_to_who_opted_out_bounced_or_wants_none(played: Played) -> None:
    updated = {to for to, content in played.taken if b"List-Unsubscribe" in content}
    stopped = {"george@aegean.example.org", "carol.tan@acmefreight.example.org", "tom@ashby.example.org"}
    assert not updated & stopped


def test_no_update_goes_to_who_is_away_before_they_are_back(played: Played) -> None:
    assert played.summary.put_off == ("Ben Whitlock",)
    assert sum(to == "ben@coldstore.example.org" for to, _ in played.taken) == 1  # the thank-you


def test_no_mail_names_a_prospect_that_is_not_for_its_reader(played: Played) -> None:
    assert any(b"final round" in content for to, content in played.taken if to == "kofi@goldcoast.example.org")
    assert not any(b"final round" in content for to, content in played.taken if "acmefreight" in to)


def test_the_example_files_are_good_examples(played: Played) -> None:
    config = load_config(played.folder / CONFIG)
    roster = load_roster([played.folder / ROSTER])
    assert not config.warnings
    assert not roster.warnings
    assert len(roster.contacts) == 15
    assert stat.S_IMODE((played.folder / "password").stat().st_mode) == 0o600


def test_the_log_holds_no_password_and_no_words_of_a_mail(played: Played) -> None:
    log = (played.folder / LOG).read_text(encoding="utf-8")
    assert "running for" in log
    assert (played.folder / "password").read_text().strip() not in log
    assert "Lunch on Thursday" not in log


@pytest.mark.parametrize(("width", "height"), [(72, 21), (80, 24), (100, 30), (120, 40), (200, 60)])
def test_the_picture_fits_the_terminal(played: Played, width: int, height: int) -> None:
    lines = drawn(played.scene, width, height)
    assert len(lines) < height
    assert max(len(line) for line in lines) <= width
    assert sum("Denise Fournier" in line for line in lines) >= 1
    assert any("21 sent" in line for line in lines)


def test_the_picture_shows_every_person_in_a_usual_terminal(played: Played) -> None:
    text = "\n".join(drawn(played.scene, 80, 24))
    assert all(row.name in text for row in played.scene.rows)
    assert played.shown > 5


def test_a_terminal_without_unicode_gets_signs_it_can_show(played: Played) -> None:
    names = {row.name for row in played.scene.rows} | {mail.words for mail in played.scene.incoming}
    signs = {c for line in drawn(played.scene, 80, 24, "ascii") for c in line} - {c for name in names for c in name}
    assert all(c.isascii() for c in signs - set("…"))


def test_plain_lines_tell_everything_that_happens_once(played: Played) -> None:
    lines = played.lines.getvalue().splitlines()
    assert len([line for line in lines if "  sent       " in line]) == 21
    assert len([line for line in lines if "opt-out    Denise Fournier" in line]) == 1
    assert any("waits      thank-you to Julian Ortega: What would you like to thank for" in line for line in lines)
    assert lines[0].startswith("07:30:")


def test_the_update_leaves_at_nine(played: Played) -> None:
    assert played.scene.moment is not None
    assert "09:00" <= f"{played.scene.moment.astimezone(ZONE):%H:%M}" < "09:10"  # its clock runs until all have it


def test_the_last_words_name_everybody_and_where_to_look(played: Played) -> None:
    console = Console(width=80, file=StringIO(), color_system=None)
    print_summary(console, Summary(thanked=("Ada Lovelace",), held=("Alan Turing",), sent=3, folder="/a [b] c"))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Ada Lovelace" in text
    assert "waits for you" in text
    assert "mailer --config '/a [b] c/config.yaml' status" in text


@pytest.mark.parametrize(
    ("called", "said"),
    [
        (".venv/bin/mailer", ".venv/bin/mailer"),
        ("/usr/local/bin/mailer", "mailer"),
        ("/opt/my tools/mailer", "'/opt/my tools/mailer'"),
        ("-c", "mailer"),
    ],
)
def test_the_last_line_says_the_program_as_it_was_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: str, said: str
) -> None:
    (tmp_path / "bin").mkdir()
    for folder in (tmp_path / "bin", tmp_path / ".venv" / "bin"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mailer").touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "argv", [called.replace("/usr/local", str(tmp_path))])
    console = Console(width=80, file=StringIO(), color_system=None)
    print_summary(console, Summary(sent=3, folder=None))
    assert f"Run it as `{said} demo --keep DIR`" in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_story_that_does_not_come_to_its_end_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="gave up after 2 seconds: the roster was not read, or the preview"):
        tell(tmp_path, Played(tmp_path), pace=3600, slowness=0, limit=2)


def test_what_differs_from_the_expected_end_is_named() -> None:
    found = Summary(answered=("Ada",), opted_out=("Eve",))
    assert found.missing({"answered": ("Ada", "Bob"), "opted_out": ()}) == (
        "Bob is not among the answered; Eve is among the opted out"
    )


def test_a_folder_that_holds_anything_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(UsageError, match="is not empty"):
        demo.run_demo(tmp_path, as_json=False)
    assert (tmp_path / "mine.txt").read_text() == "precious"


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    assert empty_folder(tmp_path / "a" / "b").is_dir()


def test_without_the_extras_it_says_how_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "EXTRAS", ("aiosmtpd", "no_such_module"))
    with pytest.raises(MailerError, match="needs no_such_module") as caught:
        demo.run_demo(None, as_json=True)
    assert "pip install 'breadcrumb-mailer[demo]'" in caught.value.mend


@pytest.mark.parametrize(("width", "height", "wanted"), [(80, 24, True), (60, 24, False), (80, 12, False)])
def test_a_terminal_too_small_for_the_picture_gets_lines(width: int, height: int, wanted: bool) -> None:
    assert fits(Console(width=width, height=height, force_terminal=True, file=StringIO())) is wanted

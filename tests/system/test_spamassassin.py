"""What a receiving filter says of our letters: SpamAssassin's own tests, without network, on the octets that leave."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from mailer.compose import (
    Draft,
    Earlier,
    Head,
    LandedFacts,
    PreviewFacts,
    Recipient,
    Said,
    Speaker,
    Spoken,
    Templates,
    UpdateFacts,
    build,
    card,
    follow_up,
    landed,
    loop_back,
    preview,
    thank_you,
    update,
)
from mailer.model import Interaction, InteractionKind, Person, Profile
from mailer.resources import shipped
from tests.conftest import without

HIGHEST = 0.1
PROFILE = Profile(
    "Dana Reyes",
    "dana@example.com",
    "+1 312 555 0100",
    "Chicago",
    "https://dana.example",
    "https://www.linkedin.com/in/dana-example",
)
LOOKING = {
    "de": "eine Stelle als Plattformleiterin in der Logistik",
    "es": "un puesto de directora de plataforma en logística",
    "fr": "un poste de responsable de plateforme dans la logistique",
}
SPEAKER = Speaker(
    PROFILE,
    "a head of platform role at a logistics company",
    translations=tuple(Said(text, "", tag) for tag, text in LOOKING.items()),
)
TEMPLATES = Templates([shipped("templates")])
UNSUBSCRIBE = "<mailto:dana@example.com?subject=unsubscribe%20updates>"


def letters(language: str, choice: int) -> dict[str, Draft]:
    """Every letter to a contact of that language, by name."""
    ada = Recipient("Ada Lovelace", "ada@example.org", language=language)
    met = {kind: Interaction(date(2026, 11, 2), kind, about="Lena", thanks_for="Oslo") for kind in InteractionKind}
    facts = UpdateFacts("2026-11", 14, 5, 3, ("Oslo", "Lena"), ("Acme Freight", "Globex"))
    spoken = (Spoken("Mary Somerville", "spoken"),)
    return {
        **{kind.value: thank_you(TEMPLATES, SPEAKER, ada, [each], choice) for kind, each in met.items()},
        "update": update(TEMPLATES, SPEAKER, ada, facts, choice),
        "short update": update(TEMPLATES, replace(SPEAKER, looking_for=""), ada, UpdateFacts("2026-11"), choice),
        "follow_up": follow_up(TEMPLATES, SPEAKER, ada, Earlier("Oslo", date(2026, 11, 2)), choice),
        "loop_back": loop_back(TEMPLATES, SPEAKER, ada, spoken, choice),
        "landed": landed(TEMPLATES, SPEAKER, ada, LandedFacts("Globex", "", (Person("Mary"),)), choice),
    }


def write(folder: Path, name: str, draft: Draft, *, contact: bool = True) -> None:
    token = "0123456789abcdef" * 2
    head = Head(
        PROFILE,
        "Ada Lovelace" if contact else PROFILE.name,
        "ada@example.org" if contact else PROFILE.email,
        datetime.now(UTC),  # a filter compares it with its own clock
        f"<{token}@example.com>",
        token,
        list_unsubscribe=UNSUBSCRIBE if "update" in name else "",
        card=card(PROFILE) if contact and "update" not in name else b"",
        automatic=not contact,
    )
    (folder / f"{name}.eml").write_bytes(build(draft, head))


def scores(folder: Path) -> dict[str, tuple[float, str]]:
    """Each message's score and the tests it hit; one process for all of them, since its start takes a second."""
    program = shutil.which("spamassassin")
    if program is None:
        without("spamassassin is not installed")
    files = sorted(folder.glob("*.eml"))
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C"}
    call = [str(program), "-x", "-t", "-L", *(str(file) for file in files)]
    done = subprocess.run(call, capture_output=True, env=environ, timeout=1200, check=True)
    found = re.findall(rb"^X-Spam-Status: \w+, score=(-?[\d.]+) (.*?)^\S", done.stdout, re.MULTILINE | re.DOTALL)
    assert len(found) == len(files)
    return {file.stem: (float(score), hit.decode()) for file, (score, hit) in zip(files, found, strict=True)}


def test_no_letter_of_any_language_looks_like_spam(tmp_path: Path) -> None:
    for language in ("en", *LOOKING):
        for name, draft in letters(language, 1).items():
            write(tmp_path, f"{language} {name}", draft)
    facts = PreviewFacts("the update", ("Ada Lovelace",), "Ada Lovelace", letters("en", 0)["update"], waits=True)
    write(tmp_path, "preview", preview(TEMPLATES, SPEAKER, facts), contact=False)
    write(tmp_path, "en few words, an update", Draft("Hello", "Hi Ada,\n\nthank you.\n\nDana"))
    found = scores(tmp_path)
    assert {name: why for name, (score, why) in found.items() if score > HIGHEST} == {}
    assert len(found) == 4 * 11 + 2

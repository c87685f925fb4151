"""Letters in German, Spanish and French: the whole set of templates, the right forms, and nothing English in them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailer.compose import (
    Draft,
    Earlier,
    LandedFacts,
    PreviewFacts,
    Recipient,
    Said,
    Speaker,
    Spoken,
    Templates,
    UpdateFacts,
    follow_up,
    greeting,
    landed,
    loop_back,
    preview,
    thank_you,
    to_text,
    update,
)
from mailer.compose.languages import FRENCH, GERMAN, LANGUAGES, SPANISH, day, language_of, moment, update_of
from mailer.compose.words import phrase, sentence
from mailer.model import Interaction, InteractionKind, Person, Profile
from mailer.resources import shipped

PROFILE = Profile("Dana Reyes", "dana@example.com", "+1 312 555 0100", "Chicago")
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
DAY = date(2026, 11, 2)
MARY, INES = Person("Mary Somerville"), Person("Inés Faraday")
OTHERS = ["de", "es", "fr"]
FORMS = {"de": ("Frau Lovelace", "Ada"), "es": ("Sra. Lovelace", "Ada"), "fr": ("Madame Lovelace", "Chère Ada")}
"""A salutation that speaks formally, and one among friends."""

ENGLISH = re.compile(r"\b(?:the|you|your|and|with|for|thank|thanks|looking|have)\b", re.IGNORECASE)


def ada(language: str, salutation: str = "") -> Recipient:
    return Recipient("Ada Lovelace", "ada@example.org", salutation, language)


def every_letter(recipient: Recipient, choice: int) -> list[Draft]:
    """Each kind of letter, with everything there can be in it and with nothing."""
    met = [
        Interaction(DAY, kind, about="Xyz", thanks_for=said, referrals=named)
        for kind in InteractionKind
        for said, named in (("Abc", (MARY, INES)), ("", ()))
    ]
    bare = [Interaction(DAY, kind) for kind in InteractionKind]
    told = [Spoken("Mary", "spoken"), Spoken("Inés", "met")]
    referred = ((MARY, "spoken"), (INES, "met"))
    facts = [
        UpdateFacts("2026-11", 14, 1, 3, ("Xyz", "Abc"), ("Acme",), last_interaction=met[choice % len(met)]),
        UpdateFacts("2026-11", 1, 2, 1, ("Xyz",), ("Acme", "Globex"), referred=referred),
        UpdateFacts("2026-11"),
    ]
    ends = [LandedFacts("Globex", "Xyz", (MARY,), True), LandedFacts("Globex", named=(MARY,)), LandedFacts("Globex")]
    return [
        *(thank_you(TEMPLATES, SPEAKER, recipient, [each], choice, told) for each in [*met, *bare]),
        *(update(TEMPLATES, SPEAKER, recipient, each, choice) for each in facts),
        *(landed(TEMPLATES, SPEAKER, recipient, each, choice) for each in ends),
        *(loop_back(TEMPLATES, SPEAKER, recipient, each, choice) for each in (told, told[:1], told[1:])),
        follow_up(TEMPLATES, SPEAKER, recipient, Earlier("Abc", DAY), choice),
    ]


@pytest.mark.parametrize("language", OTHERS)
def test_every_letter_is_there_in_each_language(language: str) -> None:
    own = {name for name in TEMPLATES.names if "/" not in name or name.startswith("thank_you/")} - {"signature.md"} | {
        "owner/script.md"
    }
    assert own == {name.removeprefix(f"{language}/") for name in TEMPLATES.names if name.startswith(f"{language}/")}


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_english_is_left_in_a_letter(language: str) -> None:
    for choice in range(6):
        for draft in every_letter(ada(language), choice):
            words = f"{draft.subject}\n{to_text(draft.body)}".replace("\u00a0", " ")
            assert not ENGLISH.search(words), words
            assert "  " not in words and " ," not in words and " ." not in words


FAMILIAR = {
    "de": r"\b(?:du|dir|dich|deine?[rmn]?)\b",
    "es": r"\b(?:te|tu|tuy[ao]|contigo)\b",
    "fr": r"\b(?:tu|te|t'|toi|ton|ta)\b",
}
POLITE = {"de": r"\b(?:Sie|Ihnen|Ihre?[rmn]?)\b", "es": r"\b(?:usted|su|suy[ao]|le)\b", "fr": r"\b(?:vous|votre)\b"}


@pytest.mark.parametrize("language", OTHERS)
def test_a_letter_speaks_in_one_way_throughout(language: str) -> None:
    for salutation, wrong in zip(FORMS[language], (FAMILIAR, POLITE), strict=True):
        for choice in range(6):
            for draft in every_letter(ada(language, salutation), choice):
                words = f"{draft.subject}\n{to_text(draft.body)}".replace("rendez-vous", "")
                assert not re.search(wrong[language], words), draft


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("kind", list(InteractionKind))
def test_there_are_three_phrasings_in_each_language(language: str, kind: InteractionKind) -> None:
    for said in ({"about": "Xyz", "thanks_for": "Abc"}, {"about": "Xyz"}, {"thanks_for": "Abc"}, {}):
        met = [Interaction(DAY, kind, **said)]  # type: ignore[arg-type]
        drafts = [thank_you(TEMPLATES, SPEAKER, ada(language), met, choice) for choice in range(3)]
        assert len({to_text(draft.body).split("\n\n")[1] for draft in drafts}) == 3
        assert len({draft.subject for draft in drafts}) == 3


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_looked_for_comes_in_the_letters_language(language: str) -> None:
    met = [Interaction(DAY, InteractionKind.call, about="Xyz")]
    text = to_text(thank_you(TEMPLATES, SPEAKER, ada(f"{language}-XX"), met, 0).body)
    assert LOOKING[language] in text
    plain = replace(SPEAKER, translations=())
    foreign = to_text(thank_you(TEMPLATES, plain, ada(language), met, 0).body).replace("\u00a0", " ")
    assert re.search(r": a head of platform role at a logistics company\.", foreign)


@pytest.mark.parametrize(
    ("name", "salutation", "tag", "line"),
    [
        ("Ada Lovelace", "", "de", "Guten Tag Ada Lovelace,"),
        ("Lovelace, Ada", "", "de-AT", "Guten Tag Ada Lovelace,"),
        ("Ada Lovelace", "Ada", "de", "Hallo Ada,"),
        ("Ada Lovelace", "Liebe Ada", "de", "Liebe Ada,"),
        ("Ada Lovelace", "Frau Lovelace", "de", "Sehr geehrte Frau Lovelace,"),
        ("Hans Maier", "Herr Dr. Maier", "de", "Sehr geehrter Herr Dr. Maier,"),
        ("Ada Lovelace", "Dr. Lovelace", "de", "Guten Tag Dr. Lovelace,"),
        ("", "", "de", "Guten Tag,"),
        ("Ada Lovelace", "", "es", "Hola, Ada:"),
        ("Ada Lovelace", "Sra. Lovelace", "es", "Estimada Sra. Lovelace:"),
        ("Ada Lovelace", "Querida Ada:", "es", "Querida Ada:"),
        ("", "", "es", "Hola:"),
        ("Ada Lovelace", "", "fr", "Bonjour Ada,"),
        ("Ada Lovelace", "Madame Lovelace", "fr-CA", "Bonjour Madame Lovelace,"),
        ("Ada Lovelace", "Chère Ada", "fr", "Chère Ada,"),
        ("Ada Lovelace", "Herr Lovelace", "en", "Dear Herr Lovelace,"),
    ],
)
def test_the_greeting_in_other_languages(name: str, salutation: str, tag: str, line: str) -> None:
    assert greeting(Recipient(name, salutation=salutation), language_of(tag)) == line


def test_dates_are_written_as_in_the_language() -> None:
    assert [day(DAY, each) for each in LANGUAGES.values()] == [
        "Monday 2 November",
        "Montag, 2. November",
        "lunes 2 de noviembre",
        "lundi 2 novembre",
    ]
    assert day(date(2026, 11, 1), FRENCH) == "dimanche 1er novembre"
    at = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
    assert [moment(at, each) for each in (GERMAN, SPANISH, FRENCH)] == [
        "Montag, 2. November, um 09:05 Uhr",
        "lunes 2 de noviembre a las 09:05",
        "lundi 2 novembre à 09 h 05",
    ]
    assert update_of(2026, 3, GERMAN) == "der Monatsbrief für März 2026"


def test_lists_are_joined_as_in_the_language() -> None:
    assert sentence(["a", "b", "c"], language=GERMAN) == "a, b und c"
    assert [sentence(["Mary", name], language=SPANISH) for name in ("Inés", "Hilda", "Hiero", "Ada")] == [
        "Mary e Inés",
        "Mary e Hilda",
        "Mary y Hiero",
        "Mary y Ada",
    ]


@pytest.mark.parametrize(
    ("said", "fits", "language"),
    [
        ("Vielen Dank für die Führung.", "die Führung", GERMAN),
        ("Die Führung", "die Führung", GERMAN),
        ("Kaffee", "Kaffee", GERMAN),
        ("Gracias por explicarme la licitación", "explicarme la licitación", SPANISH),
        ("La visita.", "la visita", SPANISH),
        ("Merci pour la visite", "la visite", FRENCH),
        ("Les grues", "les grues", FRENCH),
    ],
)
def test_what_the_owner_wrote_fits_into_the_sentence(said: str, fits: str, language: object) -> None:
    assert phrase(said, language) == fits  # type: ignore[arg-type]


def write(folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Subject: x\n\n{name}\n")


def test_the_nearest_template_is_chosen(tmp_path: Path) -> None:
    for name in ("update.md", "de/update.md", "update.de-AT.md", "it/update.md"):
        write(tmp_path, name)
    templates = Templates([tmp_path, shipped("templates")])
    chosen = {tag: templates.choose("update.md", tag) for tag in ("", "en", "de", "de-AT", "de_CH", "es", "it", "pt")}
    assert {tag: (found.name, found.language) for tag, found in chosen.items()} == {
        "": ("update.md", "en"),
        "en": ("update.md", "en"),
        "de": ("de/update.md", "de"),
        "de-AT": ("update.de-AT.md", "de"),
        "de_CH": ("de/update.md", "de"),
        "es": ("es/update.md", "es"),
        "it": ("it/update.md", "it"),
        "pt": ("update.md", "en"),
    }


def test_an_owner_of_another_language_gets_it_where_nothing_else_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, "update.md")
    templates = Templates([tmp_path, shipped("templates")])
    assert templates.choose("update.md", "", "de").name == "update.md"  # their own file is in their own language
    assert templates.choose("update.md", "", "de").language == "de"
    assert templates.choose("landed.md", "", "de").name == "de/landed.md"
    assert templates.choose("landed.md", "pt", "de").name == "de/landed.md"
    assert templates.choose("landed.md", "en", "de").name == "landed.md"


def test_the_preview_comes_in_the_owners_language() -> None:
    facts = PreviewFacts("der Monatsbrief für März 2026", ("Ada",), "Ada", Draft("s", "b"), leaves="Montag")
    draft = preview(TEMPLATES, replace(SPEAKER, language="de"), facts)
    assert draft.subject == "Vorschau: der Monatsbrief für März 2026, an eine Person"
    assert to_text(draft.body).startswith("Hallo Dana,\n\nDer Monatsbrief")

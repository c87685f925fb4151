"""The templates as files: which there are, and a copy of a shipped one to begin one's own with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mailer.compose import Templates
from mailer.compose.languages import LANGUAGES
from mailer.errors import UsageError

JARGON = "jargon.txt"
"""Words that a neighbour wouldn't know, for `mailer pitch`."""


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template: its name, its language, the file in use, and whether that is the owner's own."""

    name: str
    language: str
    path: Path
    own: bool

    @property
    def text(self) -> str:
        """What stands in it. Raises UsageError where it can't be read."""
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{self.path} can't be read: {error}", mend="save it as UTF-8 text") from error


def template_files(templates: Templates, native: str) -> list[TemplateFile]:
    """Every template, by name, and the list of words that a pitch should do without."""
    found = [*(_file(templates, name, native) for name in templates.names), _jargon(templates)]
    return sorted(found, key=lambda each: each.name)


def _jargon(templates: Templates) -> TemplateFile:
    """The list lies among the templates, and no letter is made of it."""
    path = jargon_file(templates.folders)
    return TemplateFile(JARGON, "en", path, path.parent != templates.folders[-1])


def jargon_file(folders: Sequence[Path]) -> Path:
    """The list in use: that of the first of these folders which has one; the last is the shipped one."""
    places = [folder / JARGON for folder in folders]
    return next((each for each in places if each.is_file()), places[-1])


def _file(templates: Templates, name: str, native: str) -> TemplateFile:
    own = templates.is_own(name)
    first = name.partition("/")[0]
    suffix = name.removesuffix(".md").rpartition(".")[2]
    language = next((each for each in (first, suffix) if each in LANGUAGES), (native if own else "en") or "en")
    return TemplateFile(name, language, templates.path(name), own)


def find(templates: Templates, name: str, language: str, native: str) -> TemplateFile:
    """The template meant by a name such as `call`, `thank_you/call` or `update.md`, in a language.

    Raises UsageError that says which there are.
    """
    wanted = name.removesuffix(".md")
    if wanted in (JARGON, JARGON.removesuffix(".txt")):
        return _jargon(templates)
    for known in (
        *(f"{wanted}.md", f"thank_you/{wanted}.md", f"owner/{wanted}.md"),
        "letter.css" if wanted == "letter.css" else "",
    ):
        if known in templates.names:
            return _file(templates, templates.choose(known, language, native).name if language else known, native)
    raise UsageError(f"there is no template “{name}”", mend="see `mailer templates list`")


def copy(shipped: Templates, folder: Path, name: str, language: str) -> Path:
    """Write the shipped template into the owner's folder; returns where. Never overwrites.

    Raises UsageError where there is no such template, or one of that name is there already.
    """
    found = find(shipped, name, language, "")
    path = folder / found.name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(found.text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", mend="change it as you like; it is never overwritten") from error
    return path

"""The templates as files: which there are, and a copy of a shipped one to begin one's own with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailer.compose import Templates
from mailer.compose.languages import LANGUAGES
from mailer.errors import UsageError


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template: its name, its language, the file in use, and whether that is the owner's own."""

    name: str
    language: str
    path: Path
    own: bool


def template_files(templates: Templates, native: str) -> list[TemplateFile]:
    """Every template, by name."""
    return [_file(templates, name, native) for name in templates.names]


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
    for known in (f"{wanted}.md", f"thank_you/{wanted}.md", "letter.css" if wanted == "letter.css" else ""):
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
            file.write(shipped.source(found.name))
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", mend="change it as you like; it is never overwritten") from error
    return path

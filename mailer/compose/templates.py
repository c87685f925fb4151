"""The owner's and the shipped templates: Markdown with Jinja2, where a missing value is an error and never a gap.

What people wrote is data: it is escaped where it is inserted, and it is never itself read as a template.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailer.compose.languages import base
from mailer.compose.markdown import unescape
from mailer.compose.message import Draft
from mailer.errors import Problem, TemplateError

if TYPE_CHECKING:
    from mailer.compose.sandbox import Sandbox

_LARGEST = 256 * 1024  # octets of one template file
_SUFFIXES = (".md", ".css")

Fingerprint = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A template's name and the language it is written in, such as `de`."""

    name: str
    language: str


class Templates:
    """The templates of several folders; a file in an earlier folder replaces that of the same name in a later one.

    Give the owner's folder first and `mailer.resources.shipped("templates")` last. The files are read once, here;
    `changed()` tells when to make a new one. Raises TemplateError for a file that can't be read.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self.fingerprint = _fingerprint(self.folders)
        self._files: dict[str, tuple[str, Path]] = {}
        for folder in reversed(self.folders):
            self._files |= {name: (_read(path), path) for name, path in _listed(folder)}
        self._sandbox: Sandbox | None = None
        self._choices: dict[tuple[str, str, str], Choice] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all templates: `thank_you/call.md`, `update.md`..."""
        return tuple(sorted(self._files))

    @property
    def css(self) -> str | None:
        """The owner's `letter.css`, None where there is none: for `build` and `to_html`."""
        found = self._files.get("letter.css")
        return found[0] if found else None

    def changed(self) -> bool:
        """Whether a file came, went or was written since these were read."""
        return _fingerprint(self.folders) != self.fingerprint

    def path(self, name: str) -> Path:
        """The file behind a template's name. Raises TemplateError for a name that is not there."""
        return self._file(name)[1]

    def source(self, name: str) -> str:
        """The text of a template. Raises TemplateError for a name that is not there."""
        return self._file(name)[0]

    def choose(self, name: str, language: str = "", native: str = "") -> Choice:
        """The template for a letter in a language, and the language it really is in.

        For `de-AT` that is `call.de-AT.md`, `de-at/call.md`, then the same for `de`. The owner's own `call.md` is taken
        to be in `native`, their own language, the shipped one is English. What there is no template for comes in the
        owner's language.
        """
        key = (name, language, native)
        if key not in self._choices:
            self._choices[key] = self._choose(name, language or native, native)
        return self._choices[key]

    def render(self, name: str, context: Mapping[str, Any]) -> Draft:
        """The letter that a template makes: its first line is the subject, after `Subject:`.

        Raises TemplateError, naming file, line and variable, where a value is missing.
        """
        return _draft(self._environment().fill(name, context), name)

    def problems(self) -> tuple[Problem, ...]:
        """Every template that can't be read as one, with its place."""
        return tuple(self._environment().broken(name for name in self.names if name.endswith(".md")))

    def _environment(self) -> Sandbox:
        if self._sandbox is None:
            from mailer.compose.sandbox import Sandbox  # jinja2 costs 60 ms

            self._sandbox = Sandbox(self._files)
        return self._sandbox

    def _choose(self, name: str, language: str, native: str) -> Choice:
        plain = (base(native) or "en") if self.is_own(name) else "en"
        for wanted in dict.fromkeys((language, native)):
            found = [each for each in _translations(name, wanted) if each in self._files]
            if not wanted or base(wanted) == plain:
                own = [each for each in found if self.is_own(each)] if self.is_own(name) else found
                found = [*own, name]
            if found:
                return Choice(found[0], base(wanted) or plain)
        return Choice(name, plain)

    def is_own(self, name: str) -> bool:
        """Whether a template is the owner's, and not a shipped one."""
        return name in self._files and self._files[name][1].parents[name.count("/")] in self.folders[:-1]

    def _file(self, name: str) -> tuple[str, Path]:
        if name not in self._files:
            raise TemplateError(
                f'there is no template "{name}" in {" or ".join(map(str, self.folders)) or "no folder"}'
            )
        return self._files[name]


def _translations(name: str, language: str) -> Iterator[str]:
    """What a template in that language may be called, the best first; nothing for no language."""
    tag = language.strip().replace("_", "-")
    stem = name.removesuffix(".md")
    for each in dict.fromkeys((tag, tag.lower(), base(tag))) if tag else ():
        yield f"{stem}.{each}.md"
        yield f"{each}/{name}"


def _listed(folder: Path) -> Iterable[tuple[str, Path]]:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if path.suffix in _SUFFIXES and path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _fingerprint(folders: Sequence[Path]) -> Fingerprint:
    found = []
    for folder in folders:
        for _, path in _listed(folder):
            with contextlib.suppress(FileNotFoundError):  # an editor's file that came and went
                stat = path.stat()
                found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def _read(path: Path) -> str:
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise TemplateError(f"{path} can't be read: {error.strerror}") from error
    if len(octets) > _LARGEST:
        raise TemplateError(f"{path} is too large for a template; {_LARGEST // 1024} KB is the limit")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path} is not UTF-8", mend="save it as UTF-8") from error


def _draft(text: str, name: str) -> Draft:
    first, _, rest = text.lstrip().partition("\n")
    label, colon, subject = first.partition(":")
    if not colon or label.strip().lower() != "subject" or not subject.strip():
        raise TemplateError(f'the template "{name}" must begin with a line such as `Subject: Thank you`')
    if not rest.strip():
        raise TemplateError(f'the template "{name}" has a subject but no text under it')
    return Draft(" ".join(unescape(subject).split()), _spaced(rest))


_GAPS = re.compile(r"\n(?:[^\S\n]*\n)+")


def _spaced(text: str) -> str:
    """At most one blank line in a row, and none at the ends."""
    return _GAPS.sub("\n\n", f"\n{text}\n").strip("\n") + "\n"

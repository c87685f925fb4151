"""The Jinja2 environment that letters are rendered in; imported only when a letter is."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import (
    FunctionLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    pass_context,
)
from jinja2 import TemplateError as JinjaError
from jinja2.runtime import Context, Macro
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup

from mailer.compose import words
from mailer.compose.languages import Language, day, language_of
from mailer.compose.languages import number as in_words
from mailer.compose.markdown import escape, safe_link
from mailer.errors import Place, Problem, TemplateError

_MISTAKES = (JinjaError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a wrong expression in a template can raise."""


class LackingError(UndefinedError):
    """A template wanted a value that is not there, or that is empty."""

    def __init__(self, name: str, owner: object, *, empty: bool) -> None:
        super().__init__(name)
        self.name, self.owner, self.empty = name, owner, empty


class Lacking(StrictUndefined):
    """An unknown value: any use of it is an error."""

    empty = False

    def _fail(self, *_: object, **__: object) -> NoReturn:
        owner = None if self._undefined_obj is missing else self._undefined_obj
        raise LackingError(str(self._undefined_name), owner, empty=self.empty)

    _fail_with_undefined_error = _fail
    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = _fail


class Blank(Lacking):
    """A known value that is empty: it may be asked for in `{% if %}`, but to write it out is an error."""

    empty = True

    def __bool__(self) -> bool:  # type: ignore[override]
        return False

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return other == "" or isinstance(other, Blank)

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return not self == other

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


class _Environment(SandboxedEnvironment):
    """Empty attributes of our records are Blank."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        kind: Any = type(obj)
        if attribute in _readable(kind):
            value = getattr(obj, attribute)
            return Blank(obj=obj, name=attribute) if _empty(value) else value
        if kind is dict and attribute in obj and attribute not in _OF_DICTS:
            return obj[attribute]
        return _blank_if_empty(super().getattr(obj, attribute), obj, attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """What a template calls most, its macros and our `vary` and `tone`, without asking what else it might be."""
        kind = __obj.__class__
        if kind is not Macro and kind is not partial:
            return super().call(__context, __obj, *args, **kwargs)
        for name in ("_block_vars", "_loop_vars"):  # for functions that take the context
            kwargs.pop(name, None)
        return __obj(__context.eval_ctx, *args, **kwargs) if kind is Macro else __obj(*args, **kwargs)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return _blank_if_empty(super().getitem(obj, argument), obj, argument)


_OF_DICTS = frozenset(dir(dict))


@cache
def _readable(kind: type) -> frozenset[str]:
    """The fields of a record, which is plain data: the sandbox would allow them, at three times the cost."""
    return frozenset(f.name for f in fields(kind) if not f.name.startswith("_")) if is_dataclass(kind) else frozenset()


def _blank_if_empty(value: Any, obj: Any, name: Any) -> Any:
    return Blank(obj=obj, name=str(name)) if _empty(value) and is_dataclass(obj) else value


def _empty(value: object) -> bool:
    return isinstance(value, str) and not words.visible(value)


class Sandbox:
    """Compiled templates over the given files (name → text and path)."""

    def __init__(self, files: Mapping[str, tuple[str, Path]]) -> None:
        self._files = files
        self._environment = _environment(files)

    def fill(self, name: str, context: Mapping[str, Any]) -> str:
        """The text a template gives. Raises TemplateError with its place."""
        values = {key: Blank(name=key) if _empty(value) else value for key, value in context.items()}
        try:
            return self._environment.get_template(name).render(values)
        except LackingError as error:
            raise TemplateError(f"{self._place(error, name)}: {_lack(error, context)}") from error
        except _MISTAKES as error:
            raise TemplateError(f"{self._place(error, name)}: {_what(error)}") from error

    def broken(self, names: Iterable[str]) -> Iterator[Problem]:
        """Templates that can't be compiled."""
        for name in names:
            try:
                self._environment.get_template(name)
            except TemplateSyntaxError as error:
                path = self._files[error.name or name][1]
                yield Problem(Place(str(path), error.lineno, 1), "", _what(error))

    def _place(self, error: Exception, name: str) -> Place:
        if isinstance(error, TemplateSyntaxError):
            return Place(error.filename or name, error.lineno, 1)
        paths = {str(path) for _, path in self._files.values()}
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.filename in paths:
                return Place(frame.filename, frame.lineno or 0, 1)
        return Place(name)


def _environment(files: Mapping[str, tuple[str, Path]]) -> SandboxedEnvironment:
    def load(name: str) -> tuple[str, str, None] | None:
        return (files[name][0], str(files[name][1]), None) if name in files else None

    environment = _Environment(
        loader=FunctionLoader(load),
        undefined=Lacking,
        finalize=_finalize,
        autoescape=True,  # marks what a template itself wrote, so that `_finalize` escapes people's words only
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"sentence": _sentence, "phrase": _phrase, "first_name": words.first_name, "day": _day}
    environment.filters |= {"markdown": Markup, "link": link, "code": code}
    environment.globals |= {"count": words.count, "number": _number}
    return environment


def _language(context: Context) -> Language:
    """The language that a letter is in: its template was chosen for it."""
    return language_of(str(context.get("language", "")))


@pass_context
def _sentence(context: Context, items: Iterable[object], last: str = "") -> str:
    return words.sentence(items, last, _language(context))


@pass_context
def _phrase(context: Context, text: str) -> str:
    return words.phrase(text, _language(context))


@pass_context
def _day(context: Context, on: date) -> str:
    return day(on, _language(context))


@pass_context
def _number(context: Context, count: int) -> str:
    return in_words(count, _language(context))


def _finalize(value: object) -> object:
    if value.__class__ is str:
        return _escaped(value)
    if hasattr(value, "__html__") or isinstance(value, Lacking):
        return value
    if value is None:
        raise ValueError("a value to be written here is missing (none)")
    return _escaped(str(value))


@lru_cache(maxsize=1_024)
def _escaped(text: str) -> Markup:
    return Markup(escape(text))  # that is the escaping  # noqa: S704  # nosec B704


def link(url: str, shown: str = "") -> Markup | str:
    """A Markdown link where the address is a web or mail address without odd characters, else the plain words."""
    address = url.strip()
    if not safe_link(address) or any(sign in address for sign in "<>\\ \t\n\"'`") or not address.isprintable():
        return shown or url
    return Markup(f"[{escape(shown)}](<{address}>)" if shown else f"<{address}>")  # noqa: S704  # nosec B704


def code(text: str) -> Markup:
    """The text as a Markdown code span."""
    line = " ".join(text.split())
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    return Markup(f"{fence} {line} {fence}" if "`" in line else f"`{line}`")  # noqa: S704  # nosec B704


def _lack(error: LackingError, context: Mapping[str, Any]) -> str:
    if error.empty:
        return f'"{error.name}" is empty; put it inside {{% if ... %}}, or give it a value'
    owner = error.owner
    known = [f.name for f in fields(owner)] if is_dataclass(owner) else sorted(context) if owner is None else []
    near = words.near(error.name, known)
    return f'there is no "{error.name}"' + (f"; did you mean {words.sentence(near, 'or')}?" if near else "")


def _what(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f'there is no template "{error.name}"'
    text = (error.message if isinstance(error, JinjaError) else str(error)) or type(error).__name__
    return f"the template is wrong: {text}"

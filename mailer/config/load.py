"""Reads the configuration file, and tells everything that is wrong with it in one report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mailer.config.model import Config
from mailer.config.part import keys_of
from mailer.config.renamed import take_renamed
from mailer.errors import ConfigurationError, Place, Problem
from mailer.yamlfile import Document, YamlList, YamlMap, did_you_mean, key_path, load_yaml, parse_yaml, shown


def load_config(path: Path) -> Config:
    """Reads and checks a configuration.

    Raises ConfigurationError with all problems, sorted by place.
    """
    if not path.exists():
        mend = "make one with `mailer init`, or name another with --config"
        raise ConfigurationError([Problem(Place(str(path)), "", "there is no configuration here", mend)])
    return _check(load_yaml(path), path)


def parse_config(text: str | bytes, path: Path) -> Config:
    """The same from a text; `path` is the file it stands for."""
    data = text.encode() if isinstance(text, str) else text
    return _check(parse_yaml(data, str(path)), path)


def _check(document: Document, path: Path) -> Config:
    renamed = take_renamed(document)
    problems = [*document.problems, *(each for each in renamed if each.severity == "error")]
    config: Config | None = None
    try:
        config = Config.model_validate(document.root, context={"folder": path.parent})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problems.extend(_problem(document, details) for details in found if not _follows(document, details))
    if problems or config is None:
        raise ConfigurationError(sorted(problems, key=lambda problem: (problem.place.line, problem.place.column)))
    return config.read_from(document, path, notes=[each for each in renamed if each.severity == "warning"])


def _follows(document: Document, details: ErrorDetails) -> bool:
    """Whether an error only follows from others: a list counts as short when its items are wrong."""
    return details["type"] == "too_short" and bool(_value_at(document.root, details["loc"]))


def _problem(document: Document, details: ErrorDetails) -> Problem:
    """One of pydantic's errors in our words, at its place in the file."""
    context: Mapping[str, Any] = details.get("ctx", {})
    loc = (*details["loc"], *([at] if (at := context.get("at")) else []))
    kind = details["type"]
    if kind == "missing":
        return Problem(document.place_of(loc[:-1], key=True), key_path(loc), "is missing", _missing_mend(loc))
    if kind == "extra_forbidden":
        mend = did_you_mean(str(loc[-1]), _known_keys(loc[:-1])) or "take it out"
        return Problem(document.place_of(loc, key=True), key_path(loc), "this key is not known", mend)
    loc = tuple(_existing(document.root, loc))
    what, mend = _words(kind, details["msg"], context, document.root, loc)
    return Problem(document.place_of(loc), key_path(loc), what, mend)


def _words(kind: str, message: str, context: Mapping[str, Any], root: Any, loc: Sequence[str | int]) -> tuple[str, str]:
    found = shown(_value_at(root, loc))
    match kind:
        case "mailer":
            return str(context["what"]), str(context["mend"])
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"a mapping belongs here, not {found}", "write `key: value` lines below it"
        case "tuple_type" | "list_type":
            return f"a list belongs here, not {found}", "write `- item` lines below it"
        case "greater_than_equal":
            return f"{found} is too small", f"write {context['ge']} or more"
        case "less_than_equal":
            return f"{found} is too large", f"write {context['le']} or less"
        case "too_short":
            return "the list is empty", "write at least one item"
        case _:
            return message[:1].lower() + message[1:], ""


def _existing(root: Any, loc: Sequence[str | int]) -> Iterator[str | int]:
    """As much of a path as the file has: one text may stand for a list of one or for a mapping."""
    node = root
    for step in loc:
        if isinstance(node, YamlMap) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, YamlList) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return
        yield step


def _value_at(root: Any, loc: Sequence[str | int]) -> Any:
    node = root
    for step in loc:
        if isinstance(node, YamlList) and isinstance(step, int):
            node = node[step]
        else:
            node = node.get(str(step)) if isinstance(node, YamlMap) else None
    return node


def _missing_mend(loc: Sequence[str | int]) -> str:
    part, name = part_at(loc[:-1]), str(loc[-1])
    info = part.model_fields.get(name) if part else None
    said = (info.description or "").rstrip(".") if info else ""
    return f"write `{name}:` ({said[:1].lower()}{said[1:]})" if said else f"write `{name}:`"


def _known_keys(loc: Sequence[str | int]) -> frozenset[str]:
    part = part_at(loc)
    return keys_of(part) if part else frozenset()


def part_at(loc: Sequence[str | int]) -> type[BaseModel] | None:
    """The mapping's class at a path of keys, where there is one."""
    part: type[BaseModel] | None = Config
    for step in loc:
        if isinstance(step, int) or part is None:
            continue
        fields = {info.alias or name: info for name, info in part.model_fields.items()}
        part = next(parts_in(fields[step].annotation), None) if step in fields else None
    return part


def parts_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The mappings' classes inside a type such as `tuple[Prospect, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from parts_in(argument)

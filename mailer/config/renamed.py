"""Keys that had other names in older versions: such a configuration is read as it stands, with a note on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailer.errors import Problem
from mailer.yamlfile import Document, YamlMap

RENAMED: Mapping[str, str] = {}
"""What a key was called -> what it is called now, such as `sending.per_day` -> `limits.per_day`. An entry stays for
good: somebody may come from any older version."""


def take_renamed(document: Document, renamed: Mapping[str, str] | None = None) -> list[Problem]:
    """Give every key of the tree its present name; returns a note on each, and an error where both names are there."""
    return list(_take(document, RENAMED if renamed is None else renamed))


def _take(document: Document, renamed: Mapping[str, str]) -> Iterator[Problem]:
    for old, new in renamed.items():
        old_path, new_path = old.split("."), new.split(".")
        source = _map_at(document.root, old_path[:-1])
        if source is None or old_path[-1] not in source:
            continue
        place = document.place_of(old_path, key=True)
        value, marks = source.pop(old_path[-1]), source.marks.pop(old_path[-1])
        target = _made_map(document.root, new_path[:-1], marks)
        if target is None or new_path[-1] in target:
            yield Problem(place, old, f"is called {new} now, and that is there, too", f"take {old} out")
            continue
        target[new_path[-1]], target.marks[new_path[-1]] = value, marks
        if not source and len(old_path) > 1:
            _drop(document.root, old_path[:-1])
        yield Problem(place, old, f"is called {new} now", "rename it; until then the old name does", "warning")


def _map_at(node: object, path: Sequence[str]) -> YamlMap | None:
    for step in path:
        node = node.get(step) if isinstance(node, YamlMap) else None
    return node if isinstance(node, YamlMap) else None


def _made_map(root: object, path: Sequence[str], marks: tuple[int, int]) -> YamlMap | None:
    """The mapping at a path, made where there is none; it stands where the old key stood. None: something else does."""
    node = root
    for step in path:
        if isinstance(node, YamlMap) and step not in node:
            node[step], node.marks[step] = YamlMap(marks[0]), marks
        node = node.get(step) if isinstance(node, YamlMap) else None
    return node if isinstance(node, YamlMap) else None


def _drop(root: object, path: Sequence[str]) -> None:
    """Take out a section that is empty now: its name may not be known any more."""
    above = _map_at(root, path[:-1])
    if above is not None:
        above.pop(path[-1])
        above.marks.pop(path[-1])

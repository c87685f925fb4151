"""Reads YAML strictly and cheaply; every value's place can be had.

The tree is made of `YamlMap`, `YamlList`, `str` and `Scalar`. A `Scalar` is anything plain that is not a text
(`true`, `null`, `12`); it keeps what was written, so that a text field can take it as it stands.
"""

from mailer.yamlfile.build import (
    MAX_PROBLEMS,
    MAX_VALUES,
    gc_paused,
    load_yaml,
    parse_yaml,
    parser_class,
    resolve_plain,
)
from mailer.yamlfile.files import BOM, MAX_FILE_BYTES, decode, read_file
from mailer.yamlfile.tree import Document, FileState, Lines, Scalar, Value, YamlList, YamlMap
from mailer.yamlfile.values import MAX_TEXT, is_null, shown, text_fault, written
from mailer.yamlfile.words import MAX_DEPTH, did_you_mean, key_path, on_one_line, unreadable

__all__ = [
    "BOM",
    "MAX_DEPTH",
    "MAX_FILE_BYTES",
    "MAX_PROBLEMS",
    "MAX_TEXT",
    "MAX_VALUES",
    "Document",
    "FileState",
    "Lines",
    "Scalar",
    "Value",
    "YamlList",
    "YamlMap",
    "decode",
    "did_you_mean",
    "gc_paused",
    "is_null",
    "key_path",
    "load_yaml",
    "on_one_line",
    "parse_yaml",
    "parser_class",
    "read_file",
    "resolve_plain",
    "shown",
    "text_fault",
    "unreadable",
    "written",
]

"""Finds what ships with the program: templates, units, the example configuration.

In an installed wheel they lie inside the package; in a checkout beside it. This is the one function that knows.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, such as `templates` or `config.example.yaml`.

    Raises FileNotFoundError where the installation is incomplete.
    """
    for folder in (_PACKAGE / "_shipped", _PACKAGE.parent):
        if (path := folder / name).exists():
            return path
    raise FileNotFoundError(f"this installation lacks {name}; install breadcrumb-mailer again")

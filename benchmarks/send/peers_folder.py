"""The other programs, each installed from its own registry into a temporary folder: none belongs to this project."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from tests.servers.process import find_program

PYTHON = ("mailmerge", "django", "django-mailer", "django-post-office")
NODE = ("nodemailer",)


def install(folder: Path) -> tuple[Path, Path]:
    """Their Python and npm's folder; what is there already is used again. Raises CalledProcessError."""
    python, modules = folder / "venv" / "bin" / "python", folder / "node"
    if not python.exists():
        venv.create(folder / "venv", with_pip=False)
        pip = [sys.executable, "-m", "pip", "--python", str(folder / "venv"), "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", *PYTHON], check=True)
    if not (modules / "node_modules").exists():
        modules.mkdir(parents=True, exist_ok=True)
        npm = [find_program("npm"), "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(modules)]
        subprocess.run([*npm, *NODE], check=True, cwd=modules)
    return python, modules

"""What to do where there is no systemd: a Mac, or a container."""

from __future__ import annotations

import plistlib
from pathlib import Path

from mailer.resources import shipped
from mailer.supervisor.units import named_for

AGENT = "mailer"


def advice(platform: str, start: Path, config: Path | None, home: Path) -> str:
    """What to do on this platform (`sys.platform`), with the right paths."""
    return _launchd(start, config, home) if platform == "darwin" else _foreground(config)


def launchd_plist(start: Path, config: Path | None, home: Path) -> str:
    """The shipped property list with the paths that are right here (launchd.plist(5))."""
    tree = plistlib.loads((shipped("launchd") / "mailer.plist").read_bytes())
    where = ["--config", str(config.absolute())] if config else []
    tree["Label"] = _label(config)
    tree["ProgramArguments"] = [str(start), *where, "run"]
    tree["StandardErrorPath"] = str(home / "Library" / "Logs" / f"{tree['Label']}.log")
    return plistlib.dumps(tree, sort_keys=False).decode()


def _label(config: Path | None) -> str:
    """launchd's name of it. Every configuration has its own, as it has its own unit under systemd."""
    return f"{AGENT}-{named_for(config)}" if config else AGENT


def _launchd(start: Path, config: Path | None, home: Path) -> str:
    label = _label(config)
    file = home / "Library" / "LaunchAgents" / f"{label}.plist"
    return "\n".join(
        [
            f"This is a Mac, so launchd runs it. Put this into {file}:",
            "",
            launchd_plist(start, config, home).rstrip(),
            "",
            "Then:",
            f"  launchctl bootstrap gui/$(id -u) {file}",
            "To undo it:",
            f"  launchctl bootout gui/$(id -u)/{label}",
            f"  rm {file}",
        ]
    )


def _foreground(config: Path | None) -> str:
    where = f"--config {config.absolute()} " if config else ""
    return "\n".join(
        [
            "There is no systemd here, so nothing was installed. In a container, or under another service manager, run",
            "",
            f"  mailer {where}run",
            "",
            "in the foreground. SIGTERM ends it within ten seconds, SIGHUP reloads it; status 0 is a clean end, 1 is",
            "worth another start, 2 is not: something must be mended first. Its log goes to stderr, one JSON object a",
            f"line. A container to build is in {shipped('Containerfile')}",
        ]
    )

"""How long it takes to import a phone's address book into an empty roster, photos included, and to take it back.

    python benchmarks/import_people.py [--json] [--people N] [--photo OCTETS]

Seconds of wall time and of processor time for `mailer contacts import` and `--undo` as processes; beside them reading
the file's octets alone. Target: 10,000 people in less than 10 seconds.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

MAILER = Path(sys.executable).with_name("mailer")

CONFIG = """\
profile: {name: Dana Reyes, email: dana@example.com, phone: "+1 312 555 0100"}
search: {looking_for: a head of platform role at a logistics company}
account:
  password: {env: BENCHMARK_PASSWORD}
  smtp: {host: 127.0.0.1, port: 2525, security: none}
  imap: {host: 127.0.0.1, port: 1143, security: none}
schedule: {timezone: America/Chicago}
"""


def card(number: int, photo: bytes) -> str:
    """One card as a phone writes it."""
    picture = "PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(photo).decode()
    folded = "\r\n ".join(picture[at : at + 74] for at in range(0, len(picture), 74))
    lines = (
        *("BEGIN:VCARD", "VERSION:3.0", f"N:Number{number};Contact;;Dr.;", f"FN:Dr. Contact Number{number}"),
        *(f"ORG:Company {number % 50};Research", "TITLE:Head of platform"),
        f"item1.EMAIL;type=INTERNET;type=pref:contact{number}@example.org",
        f"EMAIL;type=INTERNET;type=HOME:contact{number}@home.example.org",
        *(f"TEL;type=CELL;type=pref:+1 312 555 {number:05}", "NOTE:met at the fair\\nin Chicago", folded, "END:VCARD"),
    )
    return "\r\n".join(lines) + "\r\n"


def timed(folder: Path, *arguments: str) -> tuple[float, float]:
    """Seconds of wall time and of processor time of one call, which must end well."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [MAILER, "--config", folder / "config.yaml", "contacts", "import", *arguments]
    variables = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    subprocess.run(command, check=True, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--photo", type=int, default=15_000)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.yaml").write_text(CONFIG)
        photo = random.Random(1).randbytes(chosen.photo)
        with (folder / "people.vcf").open("w", newline="") as file:
            file.writelines(card(number, photo) for number in range(chosen.people))
        size = (folder / "people.vcf").stat().st_size
        began = time.perf_counter()
        (folder / "people.vcf").read_bytes()
        found = {"people": chosen.people, "octets": size, "reading_alone": time.perf_counter() - began}
        for what, call in (("import", str(folder / "people.vcf")), ("undo", "--undo")):
            found[f"{what}_wall"], found[f"{what}_processor"] = timed(folder, call)
    if chosen.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{key:18} {value:,.2f}" for key, value in found.items()))


if __name__ == "__main__":
    main()

"""How much memory the daemon keeps while it has nothing to do: 1,000 contacts, a real Dovecot watched over IDLE.

    python benchmarks/daemon.py [CONTACTS] [--json]

Starts the installed daemon, waits 20 seconds, and reads the kernel's own figures (proc(5), smaps_rollup): `resident` is
all memory it holds, `shared` the part that is other processes' too (libraries), `proportional` counts that part by
share. A bare `python` and the imports that cost most are measured beside it. MiB.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.roster import roster_text
from tests.servers.mailsystem import running_mail_system
from tests.system.program import Daemon, make_program, rewrite, wait_until

CONTACTS = 1_000
OWNER = "dana@example.com"
LETTERS = 20
IDLE_FOR = 20.0  # seconds
LIMIT = 70  # MiB resident
BARE = {
    "python alone": "pass",
    "... with SQLAlchemy": "import sqlalchemy, sqlite3",
    "... with SQLAlchemy and pydantic": "import sqlalchemy, sqlite3, pydantic",
}
LOOK = "import pathlib; print(pathlib.Path('/proc/self/smaps_rollup').read_text())"


def memory(text: str) -> dict[str, float]:
    """MiB out of a smaps_rollup."""
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines() if line.endswith("kB")}
    shared = kilobytes["Shared_Clean"] + kilobytes["Shared_Dirty"]
    figures = {"resident": kilobytes["Rss"], "proportional": kilobytes["Pss"], "shared": shared}
    return {name: round(value / 1024, 1) for name, value in figures.items()}


def bare(code: str) -> dict[str, float]:
    """The memory of an interpreter that did only this."""
    done = subprocess.run([sys.executable, "-c", f"{code}; {LOOK}"], capture_output=True, text=True, check=True)
    return memory(done.stdout)


def idle_daemon(folder: Path, contacts: int) -> dict[str, dict[str, float]]:
    """The memory of a daemon that waits: at its first start, at a later one, and once it has written letters."""
    found = {}
    with running_mail_system() as mail:
        program = make_program(folder, mail, OWNER)
        everybody = roster_text(contacts)
        rewrite(program.roster, everybody)
        for start in ("first start", "later start"):
            with program.daemon() as daemon:
                found[f"idle daemon, {contacts} contacts, {start}"] = idle(daemon)
                if start == "later start":
                    rewrite(program.roster, everybody + met_today(mail.add_users(f"p{n}" for n in range(LETTERS))))
                    wait_until(lambda: len(program.outbox("--status", "sent")) == LETTERS, "letters left", 60, every=1)
                    found[f"... after {LETTERS} letters"] = idle(daemon)
                daemon.stop()
    return found


def idle(daemon: Daemon) -> dict[str, float]:
    time.sleep(IDLE_FOR)
    return memory(Path(f"/proc/{daemon.process.pid}/smaps_rollup").read_text())


def met_today(addresses: list[str]) -> str:
    today = datetime.now(UTC).date().isoformat()
    met = f"[{{date: {today}, kind: call, thanks_for: walking me through the tender}}]"
    return "".join(f"  - {{name: Guest {each}, email: {each}, interactions: {met}}}\n" for each in addresses)


def main() -> None:
    """Measures and prints, as a table or with --json as an object."""
    contacts = next((int(word) for word in sys.argv[1:] if word.isdecimal()), CONTACTS)
    folder = Path(tempfile.mkdtemp(prefix="mailer-memory-"))
    try:
        figures = idle_daemon(folder, contacts)
    finally:
        shutil.rmtree(folder)
    figures |= {name: bare(code) for name, code in BARE.items()}
    if "--json" in sys.argv[1:]:
        print(json.dumps({"MiB": figures, "limit": LIMIT}))
        return
    print("  resident  proportional  shared   MiB")
    for name, each in figures.items():
        print(f"{each['resident']:10} {each['proportional']:13} {each['shared']:7}   {name}")
    print(f"{LIMIT:10} {'':21}   the most that the daemon's resident memory may be")


if __name__ == "__main__":
    main()

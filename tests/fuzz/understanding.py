"""Fuzzes `understand` with Atheris for a bounded time: nothing may raise, and no message may take long.

    python -m tests.fuzz.understanding [SECONDS [SEED]]

It starts from the messages of the tests (and the published ones, where `../shared/corpora` is there). A find is written
into tests/fuzz/finds, where it is a test from then on, and the exit status is not 0. Needs the extra `fuzz`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["mailer.understand"]):
    from mailer.model import Verdict
    from mailer.understand import understand

from tests.unit.understand.absences import ABSENCES
from tests.unit.understand.letters import letter
from tests.unit.understand.notices import SAMPLES
from tests.unit.understand.notices_more import MORE

FINDS = Path(__file__).parent / "finds"
CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
LONGEST = 20_000
"""Octets of one message: long enough for every format, short enough for many tries."""
SLOW = 5.0
"""Processor seconds for one message, instrumented, that count as a find; without instruments it takes a few ms."""


def one(raw: bytes) -> None:
    """Understand one message, and say where that is not what it promises."""
    start = time.process_time()
    verdict = understand(raw, owner="dana@example.com", footer="Tell me and I stop.")
    if not isinstance(verdict, Verdict):
        raise TypeError("no verdict")
    verdict.text.encode("utf-8")
    if time.process_time() - start > SLOW:
        raise TimeoutError(f"{len(raw)} octets took longer than {SLOW} s")


def seeds() -> list[bytes]:
    """The messages to start from."""
    own = [sample.raw.encode() for sample in (*SAMPLES, *MORE)]
    own += [letter(absence.body, subject=absence.subject) for absence in ABSENCES]
    published = [path.read_bytes() for path in CORPORA.glob("*/*") if path.suffix in (".eml", ".txt")]
    return [raw for raw in (*own, *published) if len(raw) <= LONGEST]


def main(seconds: int, seed: int) -> None:
    """Run for that long; does not return. Another `seed` tries other messages, 0 any."""
    with TemporaryDirectory() as folder:
        for number, raw in enumerate(seeds()):
            (Path(folder) / f"{number:04}").write_bytes(raw)
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            f"-artifact_prefix={FINDS}/",
            "-verbosity=0",
            f"-seed={seed}",
        ]
        atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", folder], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*map(int, [*sys.argv[1:], *("10", "0")[len(sys.argv) - 1 :]]))

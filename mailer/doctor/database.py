"""The database and what it tells: its health, the daemon's sign of life, how much may still leave today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mailer.config.providers import limits_known
from mailer.daemon.lock import is_held, told
from mailer.doctor.patient import Patient
from mailer.doctor.report import Check, failed, ok, skipped, warning
from mailer.services.status import status
from mailer.storage import claims
from mailer.storage.keeping import file_of
from mailer.storage.store import RESTORE, integrity, version_of

WITHOUT = "the database can't be used"


def health(patient: Patient) -> Iterator[Check]:
    """Whether the database is whole and of this program's schema."""
    if patient.app is None:
        return  # the command told why
    store = patient.app.store
    wrong = integrity(store)
    for line in wrong:
        yield failed("database", "it is damaged", RESTORE, line)
    if not wrong:
        path = file_of(store)
        size = f", {path.stat().st_size / 1024**2:.1f} MB" if path else ""
        yield ok("database", f"whole, {store.engine.dialect.name}, schema {version_of(store.engine)}{size}")


def daemon(patient: Patient) -> Iterator[Check]:
    """Whether a daemon lives, and how many problems it knows of."""
    if patient.app is None:
        yield skipped("daemon", WITHOUT)
        return
    app = patient.app
    owner = app.config.owner().email
    found = status(app.store, app.desk, app.clock(), running=is_held(app.state, owner))
    trouble, mend = told(app.state, owner)
    if not found.alive:
        mend = "start it with `mailer run`, or as a service"
        yield warning("daemon", "it has never run" if found.daemon is None else "it does not run, or hangs", mend)
    elif trouble:
        yield failed("daemon", "it is held up", mend, trouble)
    else:
        yield ok("daemon", "it runs, and gave a sign of life lately")
    open_ones = [p for p in found.problems if p.key != "daemon"]
    if open_ones:
        keys = ", ".join(sorted({p.key.partition(".")[0] for p in open_ones}))
        count = "one is open" if len(open_ones) == 1 else f"{len(open_ones)} are open"
        yield warning("problems", f"{count} ({keys})", "`mailer status` names each with its mend")


def limits(patient: Patient) -> Iterator[Check]:
    """How much may still leave, and whether the provider would take it."""
    set_, known = patient.config.limits, patient.config.sender()
    minute, day = known.within(set_.per_minute, set_.per_day) if known else (set_.per_minute, set_.per_day)
    bounds = f"limits.per_minute is {set_.per_minute}, limits.per_day {set_.per_day}; {limits_known(known)}"
    if (minute, day) != (set_.per_minute, set_.per_day):
        yield warning("limits", bounds, f"write limits: {{per_minute: {minute}, per_day: {day}}} or less")
        return
    if patient.app is None:
        yield skipped("limits", f"{WITHOUT} ({bounds})")
        return
    with patient.app.store.read() as tx:
        gate = claims.gate(tx, patient.app.clock(), timedelta(minutes=1), timedelta(days=1))
    if gate.paused:
        yield failed("limits", "the account is paused, since the server refused it", "`mailer status` says why")
    elif gate.used_day >= set_.per_day:
        yield warning("limits", f"all {set_.per_day} of these 24 hours are used", "the rest leaves later by itself")
    else:
        yield ok("limits", f"{gate.used_day} of {set_.per_day} in these 24 hours are used ({bounds})")

"""Runs the checks side by side, and ends in time whatever they do."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from mailer.doctor import database, domain, letter, machine, mailbox, transport
from mailer.doctor.patient import Patient
from mailer.doctor.report import Check, failed
from mailer.errors import MISTAKES, MailerError

Examination = Callable[[], Iterable[Check]]


def examine(patient: Patient, more: Mapping[str, Examination] | None = None, *, send: bool = False) -> list[Check]:
    """Look at everything, and at `more`; with `send` also at one letter from the owner to the owner."""
    look: dict[str, Examination] = {
        **(more or {}),
        "permissions": lambda: machine.permissions(patient),
        "disk": lambda: machine.disk(patient),
        "database": lambda: database.health(patient),
        "daemon": lambda: database.daemon(patient),
        "limits": lambda: database.limits(patient),
        "sending": lambda: transport.sending(patient),
        "certificate of the sending server": lambda: transport.smtp_greeting(patient),
        "mailbox": lambda: mailbox.signing_in(patient),
        "certificate of the mailbox server": lambda: transport.imap_greeting(patient),
        "MX": lambda: domain.mx(patient),
        "SPF": lambda: domain.spf(patient),
        "DMARC": lambda: domain.dmarc(patient),
    }
    if send:
        look["letter"] = lambda: letter.sent_to_oneself(patient)
    return side_by_side(look, patient.deadline)


def side_by_side(look: Mapping[str, Examination], deadline: float) -> list[Check]:
    """Run each in a thread of its own; the order of the answers is the order asked. A thread that hangs is left behind:
    it ends with the process."""
    answers: queue.SimpleQueue[tuple[str, list[Check]]] = queue.SimpleQueue()
    for name, examination in look.items():
        threading.Thread(target=_run, args=(name, examination, answers), name=f"doctor-{name}", daemon=True).start()
    found: dict[str, Sequence[Check]] = {}
    until = time.monotonic() + deadline
    while len(found) < len(look):
        try:
            name, checks = answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        found[name] = checks
    mend = "see whether the server or the network hangs, and ask again"
    hung = {name: [failed(name, f"no answer within {deadline:g} seconds", mend)] for name in look}
    return [check for name in look for check in found.get(name, hung[name])]


def _run(name: str, examination: Examination, answers: queue.SimpleQueue[tuple[str, list[Check]]]) -> None:
    begun = time.monotonic()
    try:
        checks = list(examination())
    except MailerError as error:
        checks = [failed(name, "it can't be looked at", error.mend or "see what it says", str(error))]
    except (OSError, *MISTAKES) as error:
        checks = [failed(name, f"looking at it failed ({type(error).__name__})", "please report it", str(error))]
    took = round(time.monotonic() - begun, 3)
    answers.put((name, [replace(check, seconds=check.seconds or took) for check in checks]))

"""Live checks of everything the program depends on: each with its result, the reason, and what mends it.

    patient = Patient(config, environ, app=app)
    checks = examine(patient, send=True)

They run side by side, each in a thread of its own; one that hangs is told as such and waited for no longer.
"""

from mailer.doctor.examination import examine
from mailer.doctor.patient import Patient
from mailer.doctor.redact import Redactor
from mailer.doctor.report import Check, Result

__all__ = ["Check", "Patient", "Redactor", "Result", "examine"]

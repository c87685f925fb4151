"""The door to the SMTP server: hands over frozen octets, and says exactly what became of each attempt."""

from mailer.smtp.limits import Limits
from mailer.smtp.opening import SecretRunner
from mailer.smtp.pool import Pool

__all__ = ["Limits", "Pool", "SecretRunner"]

"""Hands the daemon to a service manager: writes the shipped units with the right paths, enables them, takes them back.

Where there is no systemd, `elsewhere` says what to do instead.
"""

from mailer.supervisor.elsewhere import advice
from mailer.supervisor.manager import Manager, Service, booted
from mailer.supervisor.system import SystemService
from mailer.supervisor.units import Unit, user_unit
from mailer.supervisor.user import UserService

__all__ = ["Manager", "Service", "SystemService", "Unit", "UserService", "advice", "booted", "user_unit"]

"""What is examined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.clock import Clock, system_clock
from mailer.config import Config, state_dir
from mailer.daemon.wiring import config_credential
from mailer.model import Credential

if TYPE_CHECKING:
    from dns.resolver import Resolver

    from mailer.daemon.wiring import App

PATIENCE = 8.0
"""Seconds that one server is waited for."""

DEADLINE = 14.0
"""Seconds after which what has not ended counts as hanging."""


COPY_WITHIN = 4.0
"""Seconds after the test letter has come in which its copy must be in Sent for the server to count as filing it."""


@dataclass(frozen=True)
class Patient:
    """A configuration, and the program wired on it: `app` is None where its database can't be used."""

    config: Config
    environ: Mapping[str, str]
    app: App | None = None
    clock: Clock = system_clock
    resolver: Resolver | None = None  # None: the machine's
    patience: float = PATIENCE
    deadline: float = DEADLINE
    copy_within: float = COPY_WITHIN

    @property
    def domain(self) -> str:
        """The domain of the owner's address."""
        return self.config.owner().email.rpartition("@")[2].lower()

    def credential(self) -> Credential:
        """What signs in."""
        state = state_dir(self.config, self.environ)
        return config_credential(self.config, self.environ, state, self.clock)

    def how_to_sign_in(self) -> str:
        """What mends a refused sign-in with this provider."""
        known = self.config.account.known
        page = f" ({known.page})" if known and known.page else ""
        return f"{known.how}{page}" if known and known.how else "mend the user name or the password in `account:`"

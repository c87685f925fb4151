"""What is examined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.clock import Clock, system_clock
from mailer.config import Config, state_dir
from mailer.daemon.wiring import config_credential
from mailer.model import Credential, Secret
from mailer.smtp import Limits, Pool

if TYPE_CHECKING:
    from dns.resolver import Resolver

    from mailer.daemon.wiring import App

PATIENCE = 8.0
"""Seconds that one server is waited for."""

DEADLINE = 13.0
"""Seconds after which what has not ended counts as hanging: with the start of the program, less than 15."""


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

    def pool(self) -> Pool:
        """The door to the server that takes mail, for the loop of a check's own thread. What fetches the secret may
        block that: a thread of asyncio's would be waited for at the end of the program."""

        async def here(fetch: Callable[[], Secret]) -> Secret:
            return fetch()

        limits = Limits(quit=1).within(self.patience)
        return Pool(self.config.smtp_server(), self.credential(), limits=limits, secret_runner=here)

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

"""A few connections to the owner's mail server, kept and reused."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from mailer.model import Credential, Delivery, Envelope, Outcome, Server
from mailer.smtp.failures import EndedError
from mailer.smtp.limits import Limits
from mailer.smtp.opening import Opener, SecretRunner
from mailer.smtp.session import Session

NO_NAME = "[127.0.0.1]"
"""What EHLO says by default: an address literal (RFC 5321 section 4.1.4), so that the machine's name stays private."""


class Pool:
    """Delivers messages over at most `size` connections at once. One event loop, any number of tasks."""

    def __init__(
        self,
        server: Server,
        credential: Credential | None,
        *,
        size: int = 1,
        limits: Limits | None = None,
        local_hostname: str = NO_NAME,
        secret_runner: SecretRunner | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._opener = Opener(server, credential, self._limits, local_hostname, secret_runner or asyncio.to_thread)
        self._places = asyncio.Semaphore(size)
        self._idle: list[Session] = []
        self._busy = 0
        self._closed = False
        self._farewells: set[asyncio.Task[None]] = set()
        self._reaper: asyncio.TimerHandle | None = None
        self._first = asyncio.Lock()
        self._refusal: Delivery | None = None

    async def deliver(self, envelope: Envelope) -> Delivery:
        """Hand one message to the server. What a server or a network can do is in the answer, never raised.

        Cancelling raises CancelledError only while the message can't have been delivered. Once its final dot may have
        left, a cancelled call waits `limits.grace` seconds at most for the server's word and returns, `uncertain`
        without it: look at `asyncio.current_task().cancelling()` afterwards.
        """
        async with self._places:
            if self._closed:
                return Delivery(Outcome.unused, "connect", text="the program is stopping")
            try:
                session = self._take() or await self._open()
                delivery = await self._through(session, envelope)
                if delivery.outcome is Outcome.unused:
                    delivery = await self._through(await self._open(), envelope)
            except EndedError as ended:
                return ended.delivery
            return delivery

    async def check(self) -> Delivery:
        """Connect and sign in, and send nothing: `accepted` at stage `login` where mail could leave now."""
        async with self._places:
            try:
                session = await self._open()
            except EndedError as ended:
                return ended.delivery
            self._put_back(session)
            return Delivery(Outcome.accepted, "login")

    async def close(self) -> None:
        """Part from the server politely, in bounded time. Deliveries under way end by themselves and part then."""
        self._closed = True
        if self._reaper is not None:
            self._reaper.cancel()
        sessions, self._idle = self._idle, []
        for session in sessions:
            self._later(session.quit())
        if self._farewells:
            await asyncio.gather(*self._farewells)

    async def _through(self, session: Session, envelope: Envelope) -> Delivery:
        self._busy += 1
        try:
            delivery = await session.deliver(envelope)
        finally:
            self._busy -= 1
        self._put_back(session)
        return delivery

    def _take(self) -> Session | None:
        """The connection used last, which is the likeliest to be alive."""
        while self._idle:
            session = self._idle.pop()
            if session.alive:
                return session
        return None

    async def _open(self) -> Session:
        """A new connection. While none is known to work, one caller tries and the others learn from it: a wrong
        password must not be sent ten times at once. Raises EndedError."""
        if self._busy or self._idle:
            return await self._opener.open()
        refusal = self._refusal
        async with self._first:
            if self._refusal is not None and self._refusal is not refusal:
                raise EndedError(self._refusal)
            if not (self._busy or self._idle):
                return await self._open_first()
        return await self._opener.open()

    async def _open_first(self) -> Session:
        try:
            return await self._opener.open()
        except EndedError as ended:
            if ended.delivery.outcome is Outcome.account:
                self._refusal = ended.delivery
            raise

    def _put_back(self, session: Session) -> None:
        """Keep the connection, or part from it. Waits for nothing: a delivery cancelled here would lose its outcome."""
        if not session.alive:
            return
        if self._closed or session.delivered >= self._limits.messages:
            self._later(session.quit())
        else:
            session.kept = True
            session.idle_since = asyncio.get_running_loop().time()
            self._idle.append(session)
            if self._reaper is None:
                self._reap_in(self._limits.idle)

    def _reap_in(self, seconds: float) -> None:
        self._reaper = asyncio.get_running_loop().call_later(seconds, self._reap)

    def _reap(self) -> None:
        """Part from connections that nobody has needed for a while."""
        self._reaper = None
        oldest = asyncio.get_running_loop().time() - self._limits.idle
        for session in [s for s in self._idle if s.idle_since <= oldest or not s.alive]:
            self._idle.remove(session)
            self._later(session.quit())
        if self._idle:
            self._reap_in(max(0.01, self._idle[0].idle_since - oldest))

    def _later(self, farewell: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(farewell)
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)

"""A signed-in IMAP session in our own words: three errors instead of fifty, every answer of the server distrusted."""

from __future__ import annotations

import base64
import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mailer.errors import (
    MailboxError,
    MailboxLostError,
    MailboxRefusedError,
    SecretError,
    SecretLaterError,
    is_exhausted,
)
from mailer.mailbox.folders import Listed, has_special_use
from mailer.mailbox.limits import Limits
from mailer.mailbox.wire import ImapClient, WakePipe
from mailer.model import Credential, FetchedMail, Secret, Security, Server
from mailer.tls import tls_context

UNPARSABLE = (ValueError, TypeError, IndexError, KeyError, AttributeError, AssertionError, RecursionError)
"""What imaplib and IMAPClient raise for answers that no honest server gives; caught only around their calls."""

TRY_LATER = frozenset({"UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG", "OVERQUOTA"})
"""Response codes (RFC 5530) that say that a refused sign-in is not about the password."""

QUOTABLE = re.compile(r"[!#-\[\]-~]{1,900}")
"""Printable ASCII without a space, a quote or a backslash: what a Message-ID of ours looks like."""

CODE = re.compile(r"\[([A-Z][A-Z0-9-]*)")
COMMAND_NAMED = re.compile(r"^command: [A-Z ]+ => ")  # imaplib's, for a command during which a connection ended
BYTES_SHOWN = re.compile(r"^b'(.*)'$", re.DOTALL)
TEXT_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as EXAMINE or STATUS shows it; `uidnext` is None where the server doesn't say."""

    uidvalidity: int
    uidnext: int | None


def words(error: BaseException, *secrets: str) -> str:
    """A server's or the system's words in one bounded line, without the secret."""
    if isinstance(error, OSError):
        raw: Any = error.strerror or str(error)
    else:
        raw = error.args[0] if error.args else str(error)
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    # imaplib puts bytes into its errors, and IMAPClient shows them as such
    text = BYTES_SHOWN.sub(r"\1", COMMAND_NAMED.sub("", text))
    for secret in filter(None, secrets):
        text = text.replace(secret, "[hidden]")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text[:TEXT_LIMIT] or type(error).__name__


@contextlib.contextmanager
def talking() -> Iterator[None]:
    """Turn what imaplib, IMAPClient and the network raise into MailboxLostError, or MailboxError for a NO or BAD."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise MailboxLostError(f"the connection to the mailbox was lost: {words(error)}") from error
    except imaplib.IMAP4.error as error:
        raise MailboxError(f"the mailbox server refused: {words(error)}") from error
    except TimeoutError as error:
        raise MailboxLostError("the mailbox server stopped answering") from error
    except OSError as error:
        raise MailboxLostError(f"the connection to the mailbox was lost: {words(error)}") from error
    except UNPARSABLE as error:
        raise MailboxLostError(f"the mailbox server's answer can't be read: {words(error)}") from error


class Client:
    """One session. Every method may raise MailboxLostError (drop it) or MailboxError (the server said no)."""

    def __init__(self, imap: ImapClient, limits: Limits, now: Callable[[], datetime]) -> None:
        self._imap = imap
        self._limits = limits
        self._now = now
        self._idle_tag: bytes | None = None

    def close(self, *, politely: bool) -> None:
        """End the session: LOGOUT where `politely`, and drop the connection."""
        if politely:
            with contextlib.suppress(MailboxError), talking():
                self._imap.wire.sock.settimeout(2)
                self._imap.logout()
        self._imap.drop()

    def has(self, capability: str) -> bool:
        with talking():
            return bool(self._imap.has_capability(capability))

    # Folders

    def listing(self) -> list[Listed]:
        """All folders; with special-use marks where the server has any (RFC 6154 section 2)."""
        with talking():
            plain: list[Listed] = self._imap.list_folders()
        if has_special_use(plain) or not self.has("SPECIAL-USE"):
            return plain
        with contextlib.suppress(MailboxError), talking():
            arguments = [b'""', b'"*"', b"RETURN", b"(SPECIAL-USE)"]
            marked = self._imap._raw_command_untagged(b"LIST", arguments, response_name="LIST", uid=False)
            return list(self._imap._proc_folder_list(marked))
        return plain

    def examine(self, folder: str) -> Opened:
        """Open a folder read-only (RFC 9051 section 6.3.3)."""
        with talking():
            return _opened(self._imap.select_folder(folder, readonly=True))

    def status(self, folder: str) -> Opened:
        """What EXAMINE would show, without leaving the folder that is open."""
        with talking():
            return _opened(self._imap.folder_status(folder, ["UIDVALIDITY", "UIDNEXT"]))

    def noop(self) -> None:
        """Let the server say what is new in the open folder."""
        with talking():
            self._imap.noop()
            self._imap.wire.untagged_responses.clear()

    # Messages of the open folder

    def uids_after(self, last_uid: int, since: date | None = None) -> list[int]:
        """UIDs above `last_uid`, rising. `n:*` names the last message even where it is below n: those are dropped."""
        self._imap.wire.untagged_responses.pop("EXISTS", None)
        criteria: list[Any] = ["UID", f"{last_uid + 1}:*"]
        if since is not None:
            criteria += ["SINCE", since - timedelta(days=1)]  # it compares dates in the server's zone
        with talking():
            return sorted({int(uid) for uid in self._imap.search(criteria) if uid > last_uid})

    def has_grown(self) -> bool:
        """True where the server told of new mail since the last `uids_after` began: it may not be in its answer
        (RFC 9051 section 7.4.1)."""
        return "EXISTS" in self._imap.wire.untagged_responses

    def exists(self, uid: int) -> bool:
        """True where the open folder has this message."""
        with talking():
            return bool(self._imap.search(["UID", str(uid)]))

    def uids_with(self, header: str, value: str) -> list[int]:
        """UIDs of messages whose header holds this text (RFC 9051 section 6.4.4). Raises ValueError for an odd text."""
        if not QUOTABLE.fullmatch(value):
            raise ValueError(f"{value!r} can't be searched for")
        with talking():
            return sorted({int(uid) for uid in self._imap.search(f'HEADER {header} "{value}"')})

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Sizes in octets of those that are still there."""
        found: dict[int, int] = {}
        for uid, answer in self.fetch(uids, "RFC822.SIZE", 0).items():
            size = answer.get(b"RFC822.SIZE")
            found[uid] = size if isinstance(size, int) else 0
        return found

    def mails(self, uids: Sequence[int], most: int) -> list[FetchedMail]:
        """Messages, each cut at `most` octets; those that vanished meanwhile are left out."""
        what = ("RFC822.SIZE", "INTERNALDATE", f"BODY.PEEK[]<0.{most}>")
        answers = self.fetch(uids, what, most * len(uids))
        mails = (self._mail(uid, answers[uid], most) for uid in sorted(answers))
        return [mail for mail in mails if mail is not None]

    def fetch(self, uids: Sequence[int], what: str | Sequence[str], octets: int) -> Mapping[int, dict[bytes, Any]]:
        """What the server says of these messages, `octets` of contents at most."""
        wire = self._imap.wire
        wire.extra_octets = octets
        try:
            with talking():
                answer: Mapping[int, dict[bytes, Any]] = self._imap.fetch(uids, what)
                return answer
        finally:
            wire.extra_octets = 0
            wire.untagged_responses.pop("FETCH", None)

    def _mail(self, uid: int, answer: dict[bytes, Any], most: int) -> FetchedMail | None:
        raw = next((value for key, value in answer.items() if key.startswith(b"BODY[]")), None)
        if not isinstance(raw, bytes):
            return None
        stated = answer.get(b"RFC822.SIZE")
        size = stated if isinstance(stated, int) else len(raw)
        received = answer.get(b"INTERNALDATE")
        at = received.astimezone(UTC) if isinstance(received, datetime) and received.tzinfo else self._now()
        truncated = len(raw) > most or (len(raw) == most and size > most)
        return FetchedMail(uid, at, raw[:most], size=max(size, len(raw)), truncated=truncated)

    def append(self, folder: str, raw: bytes, when: datetime) -> None:
        """File a message as read (RFC 9051 section 6.3.12)."""
        with talking():
            self._imap.append(folder, raw, (rb"\Seen",), when)

    def move(self, folder: str, uidvalidity: int, uid: int, target: str) -> bool:
        """Move one message, marked as read, to another folder; False where it is gone.

        The only place that opens a folder to change it. Without MOVE (RFC 6851) it takes UIDPLUS (RFC 4315): a plain
        EXPUNGE would also remove what the owner has marked. Raises MailboxError where the server has neither.
        """
        whole = self.has("MOVE")
        if not whole and not self.has("UIDPLUS"):
            raise MailboxError("the mailbox server can't move one message alone (it has neither MOVE nor UIDPLUS)")
        with talking():
            opened = _opened(self._imap.select_folder(folder))
            if opened.uidvalidity != uidvalidity or not self._imap.search(["UID", str(uid)]):
                return False
            self._imap.add_flags([uid], [rb"\Seen"], silent=True)
            if whole:
                self._imap.move([uid], target)
            else:
                self._imap.copy([uid], target)
                self._imap.add_flags([uid], [rb"\Deleted"], silent=True)
                self._imap.uid_expunge([uid])
            return True

    # IDLE

    def start_idle(self) -> bool:
        """Begin IDLE; True where there is news already."""
        with talking():
            self._idle_tag, news = self._imap.wire.start_idle()
            return news

    def idle(self, seconds: float, wake: WakePipe) -> bool:
        """Wait; True where the server told of new mail."""
        with talking():
            return self._imap.wire.wait(seconds, wake) and self._imap.wire.idle_lines()

    def end_idle(self) -> bool:
        """End IDLE; True where news came with its end."""
        with talking():
            tag, self._idle_tag = self._idle_tag, None
            return self._imap.wire.end_idle(tag) if tag is not None else False


def _opened(answer: Mapping[bytes, Any]) -> Opened:
    """Servers without UIDVALIDITY or UIDNEXT exist; 0 and None stand for what they don't say."""
    validity, following = answer.get(b"UIDVALIDITY"), answer.get(b"UIDNEXT")
    return Opened(
        validity if isinstance(validity, int) else 0,
        following if isinstance(following, int) and following > 0 else None,
    )


def open_client(server: Server, credential: Credential, limits: Limits, now: Callable[[], datetime]) -> Client:
    """Connect, demand TLS, sign in. Raises MailboxLostError, MailboxRefusedError, SecretError; blocks."""
    imap = _protected(server, limits)
    try:
        _sign_in(imap, credential)
    except BaseException:
        imap.drop()
        raise
    return Client(imap, limits, now)


def reach(server: Server, limits: Limits) -> None:
    """Connect, demand TLS, and part again. Raises MailboxLostError, MailboxRefusedError; blocks."""
    imap = _protected(server, limits)
    with contextlib.suppress(MailboxError), talking():
        imap.logout()
    imap.drop()


def _protected(server: Server, limits: Limits) -> ImapClient:
    """A connection that may be signed in on."""
    if server.security is Security.none and not server.is_loopback:
        raise MailboxRefusedError(f"{server.host} isn't this machine: clear text is out, use tls or starttls")
    imap = _connect(server, limits)
    try:
        if server.security is Security.starttls:
            _start_tls(imap, server)
    except BaseException:
        imap.drop()
        raise
    return imap


def _context(server: Server) -> ssl.SSLContext | None:
    try:
        return None if server.security is Security.none else tls_context(server)
    except OSError as error:
        if is_exhausted(error):
            raise MailboxLostError(f"this program can open nothing more: {words(error)}") from error
        raise MailboxRefusedError(f"the certificates in {server.ca_file} can't be read: {words(error)}") from error


def _connect(server: Server, limits: Limits) -> ImapClient:
    context = _context(server)
    try:
        with _verifying():
            return ImapClient(server, context, limits)
    except MailboxRefusedError:
        raise
    except MailboxError as error:
        raise MailboxLostError(f"the mailbox server can't be reached: {words(error)}") from error


def _start_tls(imap: ImapClient, server: Server) -> None:
    with talking():
        offered = imap.has_capability("STARTTLS")
    if not offered:
        raise MailboxRefusedError("the mailbox server offers no STARTTLS (or somebody in between took it away)")
    with _verifying():
        imap.starttls(_context(server))


@contextlib.contextmanager
def _verifying() -> Iterator[None]:
    """As talking(), but a certificate that can't be trusted is a refusal: trying again at once mends nothing."""
    try:
        with talking():
            yield
    except MailboxLostError as error:
        if isinstance(error.__cause__, ssl.SSLCertVerificationError):
            why = error.__cause__.verify_message
            raise MailboxRefusedError(f"the mailbox server's certificate can't be trusted: {why}") from error
        raise


def _sign_in(imap: ImapClient, credential: Credential) -> None:
    """Once, with one mechanism; a second time only where the refused secret has changed meanwhile."""
    tried = _secret(credential)
    try:
        _try(imap, credential.username, tried)
    except MailboxRefusedError:
        fresh = _secret(credential, tried)
        if fresh == tried:
            raise
        _try(imap, credential.username, fresh)


def _secret(credential: Credential, refused: Secret | None = None) -> Secret:
    try:
        return credential.secret(refused)
    except SecretError as error:
        if is_exhausted(error) or isinstance(error, SecretLaterError):
            raise MailboxLostError(str(error)) from error
        raise MailboxRefusedError(str(error), mend=error.mend) from error


def _try(imap: ImapClient, username: str, secret: Secret) -> None:
    try:
        if secret.oauth and imap.has_capability("AUTH=OAUTHBEARER"):
            imap.sasl_login("OAUTHBEARER", _oauthbearer(username, secret.value))
        elif secret.oauth:
            imap.sasl_login("XOAUTH2", _xoauth2(username, secret.value))
        elif imap.has_capability("AUTH=PLAIN"):
            imap.plain_login(username, secret.value)  # UTF-8, where LOGIN knows ASCII only
        else:
            imap.login(username, secret.value)
    except imaplib.IMAP4.error as error:
        # IMAPClient makes a LoginError also of a connection that was lost: the cause tells
        lost = isinstance(error, imaplib.IMAP4.abort) or isinstance(error.__context__, imaplib.IMAP4.abort)
        text = words(error, *_forms(username, secret))
        code = CODE.search(text)
        if lost or (code and code[1] in TRY_LATER):
            raise MailboxLostError(f"the mailbox server takes no sign-in now: {text}") from None  # may echo the secret
        raise MailboxRefusedError(f"the mailbox server refuses the sign-in: {text}") from None
    except (OSError, *UNPARSABLE) as error:
        raise MailboxLostError(
            f"the connection was lost while signing in: {words(error, *_forms(username, secret))}"
        ) from None


Answer = Callable[[bytes], bytes]
"""What is said to a challenge of the server's."""


def _oauthbearer(username: str, token: str) -> Answer:
    """RFC 7628 section 3.1; to a failure's explanation its section 3.2.3 answers with one octet."""
    name = username.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 section 4
    return _once(f"n,a={name},\1auth=Bearer {token}\1\1".encode(), b"\1")


def _xoauth2(username: str, token: str) -> Answer:
    """Google's and Microsoft's own mechanism; a failure's explanation gets an empty answer."""
    return _once(f"user={username}\1auth=Bearer {token}\1\1".encode(), b"")


def _once(first: bytes, then: bytes) -> Answer:
    """Gives the token once only: what the server asks after that is to be told why it failed."""
    answers = iter((first,))
    return lambda challenge: next(answers, then)


def _forms(username: str, secret: Secret) -> tuple[str, ...]:
    """The shapes in which a server could echo a secret."""
    shapes = [f"\0{username}\0{secret.value}".encode()]
    if secret.oauth:
        shapes += [make(username, secret.value)(b"") for make in (_oauthbearer, _xoauth2)]
    return *(base64.b64encode(shape).decode() for shape in shapes), secret.value

"""The first configuration and roster: as text, and onto the disk, all of it or nothing, never over what is there."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from mailer.config.provider import OAuthEndpoints
from mailer.config.providers import limits_known, that_sends
from mailer.config.shape import LimitsPart
from mailer.discovery import Found
from mailer.errors import UsageError
from mailer.model import Server
from mailer.roster.write import flow, pair_lines, scalar

CONFIG = """\
# Made by `mailer init`. `mailer check` tells all that is wrong with it at once; docs/configuration.md shows every key.

# Who you are. It stands under every letter, and on the card that goes with it.
profile:
{name}
{email}
{card}

# What you look for.
search:
  # active; paused: thank-yous only; landed: you found it.
  status: active
  # Everybody you met since then gets the monthly update.
  started: {started}
  # What you do and look for, in at most 30 seconds of speech; `mailer pitch` measures it.
{pitch}
  # It follows the words "I am looking for".
{looking_for}
  # Companies you would love a referral into.
  target_companies: []

# The mail account everything goes through. Its servers come from {source}.
account:
{account}

# Everybody you know.
roster: contacts.yaml

# When mail may leave.
schedule:
{timezone}
  days: [mon, tue, wed, thu, fri]
  from: "08:30"
  to: "17:30"
  # Days off as in a country (US) or in a part of it (US-IL, DE-BY).
{holidays}

{limits}
"""

CARD = {
    "phone": "+1 312 555 0100",
    "location": "Chicago",
    "website": "https://dana.example",
    "linkedin": "https://www.linkedin.com/in/dana-example",
}
"""What else may stand under a letter, each with an example."""

ROSTER = """\
# Everybody you know: colleagues, neighbours, the dry cleaner. Leave nobody out. `mailer contacts add` and
# `mailer contacts import` write here, too, and keep every other line as it is. docs/configuration.md shows every key.
contacts: []
#  - name: Ada Lovelace
#    email: ada@example.org
#    company: Analytical Engines
#    referred_by: Charles Babbage
"""


@dataclass(frozen=True, slots=True)
class OAuthGiven:
    """What is written of OAuth 2.0. `known`: whether the provider's name tells the addresses."""

    client_id: str
    endpoints: OAuthEndpoints
    known: bool
    tenant: str = ""
    secret: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything the configuration will say."""

    name: str
    email: str
    found: Found
    looking_for: str
    pitch: str
    timezone: str
    started: date
    password: Mapping[str, str] = field(default_factory=dict)  # account.password
    oauth: OAuthGiven | None = None
    card: Mapping[str, str] = field(default_factory=dict)  # phone, location, website, ...
    holidays: str = ""
    ca_file: str = ""


def config_text(answers: Answers) -> str:
    """The configuration, with a comment where the owner may want to go on."""
    blocks = {
        "name": _pair("name", answers.name),
        "email": _pair("email", answers.email),
        "card": _card(answers.card),
        "started": answers.started.isoformat(),
        "pitch": _pair("pitch", answers.pitch) if answers.pitch else "  #pitch: I keep warehouses shipping.",
        "looking_for": _pair("looking_for", answers.looking_for),
        "source": answers.found.source,
        "account": "\n".join(_account(answers)),
        "timezone": _pair("timezone", answers.timezone),
        "holidays": _pair("holidays", answers.holidays) if answers.holidays else "  #holidays: US",
        "limits": _limits(answers),
    }
    return CONFIG.format(**blocks)


def _pair(key: str, value: str) -> str:
    """A key below another one."""
    return "\n".join(f"  {line}" if line else "" for line in pair_lines(key, value))


def _card(card: Mapping[str, str]) -> str:
    given = [_pair(key, value) for key, value in card.items() if value]
    return "\n".join([*given, *(f"  #{key}: {example}" for key, example in CARD.items() if not card.get(key))])


def _account(answers: Answers) -> Iterator[str]:
    found = answers.found
    known = found.provider
    if known is not None and [replace(each, ca_file="") for each in (found.smtp, found.imap)] == [
        known.smtp,
        known.imap,
    ]:
        yield f"  provider: {known.names[0]}"
    else:
        yield f"  smtp: {_server(found.smtp)}"
        yield f"  imap: {_server(found.imap)}"
    if found.username != answers.email:
        yield f"  username: {scalar(found.username)}"
    if answers.ca_file:
        yield f"  ca_file: {scalar(answers.ca_file)}"
    if answers.oauth is None:
        yield "  # Where the password is found; it never stands in this file."
        yield f"  password: {flow(answers.password)}"
        return
    yield "  # `mailer login` asks for your permission again, should it ever end."
    yield "  auth: oauth2"
    yield f"  oauth: {flow(_oauth(answers.oauth))}"


def _server(server: Server) -> str:
    return f"{{host: {scalar(server.host)}, port: {server.port}, security: {server.security}}}"


def _oauth(given: OAuthGiven) -> dict[str, str | Mapping[str, str]]:
    written: dict[str, str | Mapping[str, str]] = {"client_id": given.client_id}
    if given.secret:
        written["client_secret"] = given.secret
    if given.tenant:
        written["tenant"] = given.tenant
    if not given.known:
        ends = given.endpoints
        written |= {"flow": str(ends.flow), "scope": ends.scope, "token_endpoint": ends.token}
        written |= {"authorization_endpoint": ends.authorize} if ends.authorize else {}
        written |= {"device_authorization_endpoint": ends.device} if ends.device else {}
    return written


def _limits(answers: Answers) -> str:
    """The limits as they are without a word, or those of the service where they are lower: what is written never
    exceeds what it says of itself."""
    found, usual = answers.found, LimitsPart()
    known = that_sends(found.provider.names[0] if found.provider else "", found.smtp, found.imap)
    before = usual.per_minute, usual.per_day
    minute, day = known.within(*before) if known else before
    own = "#" if (minute, day) == before else ""
    said = f"# How fast mail leaves: {limits_known(known)}.\n"
    return f"{said}{own}limits: {{per_minute: {minute}, per_day: {day}}}"


class Writing:
    """Files made one after the other; all of them go again where the work does not come to its end."""

    def __init__(self) -> None:
        self.made: list[Path] = []
        self._undo: list[Callable[[], None]] = []

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            for undo in reversed(self._undo):
                with contextlib.suppress(OSError):
                    undo()

    def folder(self, path: Path) -> None:
        """Make a folder for the owner alone, where it isn't there."""
        missing = [each for each in (path, *path.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir(mode=0o700)
            self._undo.append(each.rmdir)

    def file(self, path: Path, data: bytes, *, mode: int) -> None:
        """Make a file, whole or not at all. Raises UsageError where it is there already, OSError that names it."""
        try:
            descriptor, spare = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        except FileNotFoundError as error:
            raise UsageError(f"{path} can't be made: its folder isn't there", mend="make the folder first") from error
        except OSError as error:  # it names the spare, of which nobody has heard
            raise OSError(error.errno, error.strerror, str(path)) from error
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fchmod(stream.fileno(), mode)
                os.fsync(stream.fileno())
            _put(Path(spare), path)
        except FileExistsError as error:
            raise UsageError(f"{path} is there already, and is left alone", mend="move it away first") from error
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(spare)
        self.made.append(path)
        self._undo.append(path.unlink)

    def secret(self, path: Path, data: bytes) -> Path:
        """Make a file for the owner alone, under this name or, where that is taken, the next; gives its path."""
        place = free_name(path)
        self.file(place, data, mode=0o600)
        return place

    def done_elsewhere(self, undo: Callable[[], None]) -> None:
        """Something beside the disk was done, such as an entry in a keyring."""
        self._undo.append(undo)


def _put(spare: Path, path: Path) -> None:
    """Give a finished file its name. Raises FileExistsError where that is taken, however it came there."""
    try:
        os.link(spare, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: take the name first, then fill it
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        os.replace(spare, path)


def free_name(path: Path) -> Path:
    """The path, or the first of its kind that is not taken: `password`, `password-2`, ..."""
    candidates = (path, *(path.with_name(f"{path.name}-{n}") for n in range(2, 100)))
    return next((each for each in candidates if not os.path.lexists(each)), path)

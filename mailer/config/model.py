"""The whole configuration, checked and typed."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

from pydantic import BeforeValidator, Field, PrivateAttr, WithJsonSchema, model_validator

from mailer.config.part import Part
from mailer.config.provider import Provider
from mailer.config.providers import that_sends
from mailer.config.shape import (
    IMAP_PORTS,
    SMTP_PORTS,
    AccountPart,
    FirstStart,
    FollowUpPart,
    LimitsPart,
    LoopBack,
    ProfilePart,
    ReadingPart,
    SchedulePart,
    SearchPart,
    SentCopy,
    ServerPart,
    ThankYouPart,
    UpdatesPart,
    WebPart,
)
from mailer.config.sign_in import Auth
from mailer.config.unattended import KeepPart, NotifyPart
from mailer.config.values import RelativePath, choice, one_or_more, wrong
from mailer.errors import Place, Problem, RosterError
from mailer.model import Profile, Server
from mailer.pitch import too_long
from mailer.yamlfile import Document, is_null, written

SQLITE = "sqlite"
POSTGRESQL = "postgresql+psycopg"


def _database(value: object) -> str:
    text = written(value) or ""
    if text.lower() == SQLITE:
        return SQLITE
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() == SQLITE and rest.strip("/"):
        return f"{SQLITE}://{rest}"
    if separator and scheme.lower() == POSTGRESQL and _is_url(text):
        return f"{POSTGRESQL}://{rest}"
    what = f"{scheme}:// is no database that is known here" if separator else "is no database"  # never the whole: it
    mend = "write sqlite, sqlite:///path/to/file or postgresql+psycopg://user@host/name"  # may hold a password
    raise wrong(what if text else "is no text", mend)


def _is_url(text: str) -> bool:
    try:
        urlsplit(text).port  # noqa: B018  the check is that it can be read
    except ValueError:
        return "," in text  # several hosts
    return True


class Config(Part):
    """The configuration. Made by `load_config`; nothing in it changes afterwards."""

    profile: ProfilePart = Field(description="Who you are; it stands under every letter.")
    search: SearchPart = Field(description="What you look for.")
    account: AccountPart = Field(description="The mail account everything goes through.")
    roster: Annotated[tuple[RelativePath, ...], Field(min_length=1), BeforeValidator(one_or_more)] = Field(
        (Path("contacts.yaml"),),
        validate_default=True,
        description="The roster: a file, a list of files, or a pattern such as people/*.yaml.",
    )
    database: Annotated[str, BeforeValidator(_database), WithJsonSchema({"type": "string"})] = Field(
        SQLITE, repr=False, description="sqlite, sqlite:///path, or postgresql+psycopg://user@host/name."
    )
    schedule: SchedulePart = Field(description="When mail may leave.")
    thank_you: ThankYouPart = Field(ThankYouPart(), description="Thank-yous.")
    follow_up: FollowUpPart = Field(FollowUpPart(), description="A second mail where a thank-you drew no answer.")
    loop_back: Annotated[LoopBack, BeforeValidator(choice(LoopBack))] = Field(
        LoopBack.wait,
        description="The note to who named somebody, when you first speak with that person: wait, approve or none.",
    )
    updates: UpdatesPart = Field(UpdatesPart(), description="The monthly update.")
    first_start: Annotated[FirstStart, BeforeValidator(choice(FirstStart))] = Field(
        FirstStart.hold, description="What is due already when the daemon first sees this roster: hold, send or skip."
    )
    limits: LimitsPart = Field(LimitsPart(), description="How fast mail leaves.")
    reading: ReadingPart = Field(ReadingPart(), description="How the mailbox is read.")
    keep: KeepPart = Field(KeepPart(), description="What is kept, and for how long.")
    notify: NotifyPart = Field(NotifyPart(), description="How you are told of what needs you and stays so.")
    web: WebPart = Field(WebPart(), description="The local page.")
    templates: RelativePath = Field(
        Path("templates"),
        validate_default=True,
        description="The folder with your own templates; a file there replaces the shipped one.",
    )

    _path: Path = PrivateAttr(default=Path("config.yaml"))
    _document: Document | None = PrivateAttr(default=None)
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    @model_validator(mode="before")
    @classmethod
    def _defaults_from_elsewhere(cls, value: Any) -> Any:
        """The sign-in name is the address; `updates` is always read, since its folder starts at the file's."""
        if not isinstance(value, dict):
            return value
        filled = {"updates": {}, **value}
        profile, account = value.get("profile"), value.get("account")
        address = written(profile.get("email")) if isinstance(profile, dict) else None
        if isinstance(account, dict) and address and is_null(account.get("username")):
            filled["account"] = {**account, "username": address}
        return filled

    def __eq__(self, other: object) -> bool:
        """Whether the settings are the same, wherever and whenever they were read."""
        return isinstance(other, Config) and self.__dict__ == other.__dict__

    __hash__ = Part.__hash__

    def differences(self, other: Config) -> tuple[str, ...]:
        """The keys whose values differ, such as `schedule.days`."""
        return tuple(_differences(self.model_dump(by_alias=True), other.model_dump(by_alias=True)))

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return self._path

    @property
    def folder(self) -> Path:
        """The folder of that file; relative paths start here."""
        return self._path.parent

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is allowed and probably not meant."""
        return self._warnings

    def place(self, *keys: str | int) -> Place:
        """Where a key stands in the file: `place("schedule", "days")`; the nearest thing around one left out."""
        return self._document.place_of(keys) if self._document else Place(str(self._path))

    def read_from(self, document: Document, path: Path, notes: Sequence[Problem] = ()) -> Config:
        """This configuration with its file known and its warnings found; for `load_config`."""
        self._path, self._document = path, document
        self._warnings = (*notes, *_warnings(self))
        return self

    def owner(self) -> Profile:
        """The owner's contact information."""
        part = self.profile
        return Profile(
            part.name, part.email, part.phone, part.location, part.website, part.linkedin, part.title, part.company
        )

    def smtp_server(self) -> Server:
        """Where mail is handed in."""
        known = self.account.known
        return self._server(self.account.smtp, SMTP_PORTS, known.smtp if known else None)

    def imap_server(self) -> Server:
        """Where the mailbox is."""
        known = self.account.known
        return self._server(self.account.imap, IMAP_PORTS, known.imap if known else None)

    def sender(self) -> Provider | None:
        """The service that takes this account's mail, as far as its name or its servers tell; its limits hold."""
        return that_sends(self.account.provider, self.smtp_server(), self.imap_server())

    def _server(self, part: ServerPart | None, ports: dict[Any, int], preset: Server | None) -> Server:
        ca_file = self.account.ca_file
        if part is not None:
            return part.server(ports, ca_file)
        assert preset is not None, "checked when the account was read"  # noqa: S101
        return Server(preset.host, preset.port, preset.security, str(ca_file or ""))

    def files_sent(self) -> bool:
        """Whether this account's server is known to file sent mail itself (then absence from Sent proves something)."""
        habit = self.account.sent_copy
        known = self.account.known
        return habit is SentCopy.server or (habit is SentCopy.auto and known is not None and known.files_sent)

    def roster_paths(self) -> tuple[Path, ...]:
        """The roster's files as they are now, patterns resolved, each once. Raises RosterError where there is none."""
        found = dict.fromkeys(path for pattern in self.roster for path in _matching(pattern, self.folder))
        if not found:
            what = "no file matches " + " or ".join(str(pattern) for pattern in self.roster)
            raise RosterError([Problem(self.place("roster"), "roster", what, "create one, or change the pattern")])
        return tuple(found)

    def hosts(self) -> tuple[str, ...]:
        """Every host this configuration would talk to."""
        return (
            self.smtp_server().host,
            self.imap_server().host,
            *_database_hosts(self.database),
            *self._authorisation_hosts(),
        )

    def _authorisation_hosts(self) -> Iterator[str]:
        if self.account.auth is Auth.oauth2:
            found = self.account.oauth_endpoints()
            yield from (urlsplit(url).hostname or "" for url in (found.token, found.authorize, found.device) if url)

    def redacted(self) -> dict[str, Any]:
        """Everything with the names of the file, for printing; without anything that could hold a secret."""
        printed: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_defaults=False)
        account = printed["account"]
        for part, key in ((account, "password"), (account["oauth"] or {}, "client_secret")):
            if part.get(key):
                part[key] = _without_secret(part[key])
        printed["notify"]["command"] = _first_word(printed["notify"]["command"])
        printed["database"] = redact_url(self.database)
        return printed


def _differences(mine: dict[str, Any], theirs: dict[str, Any], above: str = "") -> Iterator[str]:
    for key, value in mine.items():
        other = theirs.get(key)
        if isinstance(value, dict) and isinstance(other, dict):
            yield from _differences(value, other, f"{above}{key}.")
        elif value != other:
            yield f"{above}{key}"


def _matching(pattern: Path, folder: Path) -> Iterator[Path]:
    """The files a pattern means. Brackets and stars in the configuration's own folder are no pattern."""
    if pattern.is_relative_to(folder):
        fixed, written_part = glob.escape(str(folder)), str(pattern.relative_to(folder))
    else:
        fixed, written_part = "", str(pattern)
    if glob.has_magic(written_part) and not pattern.exists():
        yield from (Path(name) for name in sorted(glob.glob(str(Path(fixed, written_part)), recursive=True)))
    else:
        yield pattern


def _without_secret(password: dict[str, Any]) -> dict[str, Any]:
    """The place of a password; of a command only its first word, since the others might hold anything."""
    given = {key: value for key, value in password.items() if value}
    if command := given.get("command"):
        given["command"] = _first_word(str(command))
    return given


def _first_word(command: str) -> str:
    first, _, rest = command.partition(" ")
    return f"{first} ..." if rest else first


def redact_url(url: str) -> str:
    """A database URL without its password."""
    scheme, separator, rest = url.partition("://")
    login, at, where = rest.rpartition("@")
    user, colon, _ = login.partition(":")
    where, question, query = where.partition("?")
    hidden = "&".join(f"{part.partition('=')[0]}=***" if "pass" in part.lower() else part for part in query.split("&"))
    return f"{scheme}{separator}{user}{colon and ':***'}{at}{where}{question}{hidden}"


def _database_hosts(url: str) -> Iterator[str]:
    if not url.startswith(POSTGRESQL):
        return
    parts = urlsplit(url)
    named = parts.netloc.rpartition("@")[2].split(",") + ",".join(parse_qs(parts.query).get("host", [])).split(",")
    for host in named:
        name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
        if name and not name.startswith("/"):
            yield name


def _warnings(config: Config) -> Iterator[Problem]:
    known = config.account.known
    if known is not None and known.files_sent and config.account.sent_copy in {SentCopy.append, SentCopy.bcc}:
        what = f"{known.names[0]} files sent mail itself, so every letter would be there twice"
        yield _warning(config, ("account", "sent_copy"), what, "write auto")
    if redact_url(config.database) != config.database:
        what = "holds a password, and passwords are better kept out of this file"
        yield _warning(config, ("database",), what, "leave it out and put it into ~/.pgpass")
    if slow := too_long(config.search.pitch):
        yield _warning(config, ("search", "pitch"), slow, "`mailer pitch` tells which")
    for said in config.search.translations:
        if slow := too_long(said.pitch):
            what = f"the pitch in {said.language}: {slow}"
            yield _warning(config, ("search", "translations"), what, "say it shorter")
    started = config.search.started
    if started is not None and not 2000 <= started.year <= 2100:
        yield _warning(config, ("search", "started"), f"the year {started.year} is hardly meant", "correct it")


def _warning(config: Config, keys: tuple[str, ...], what: str, mend: str) -> Problem:
    return Problem(config.place(*keys), ".".join(keys), what, mend, "warning")

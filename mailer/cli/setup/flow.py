"""The whole of `mailer init`, step by step. Nothing is written before both servers have let us in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.granting import grant
from mailer.cli.people import parse_address
from mailer.cli.setup import files, secrets, servers
from mailer.cli.setup.asking import TRIES, Asker, one_line
from mailer.cli.setup.secrets import Fixed, SecretGiven
from mailer.cli.trying import Tried, enter, mend_of
from mailer.clock import system_clock
from mailer.config import Config, parse_config, state_dir
from mailer.config.provider import Flow, OAuthEndpoints, SignIn
from mailer.config.providers import BY_NAME, by_domain
from mailer.config.sign_in import OAuthPart, PasswordPart
from mailer.credentials import fetch
from mailer.discovery import Found
from mailer.errors import MailerError, UsageError
from mailer.model import Credential, Secret
from mailer.oauth import OAuthClient, Tokens, TokenStore, make_client
from mailer.pitch import too_long

if TYPE_CHECKING:
    from mailer.cli.call import Call


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; None and empty where it says nothing."""

    name: str | None
    email: str | None
    servers: servers.Named
    auth: str | None
    places: Mapping[str, str | None]
    password_stdin: bool
    keep: str | None
    client_id: str | None
    client_secret_file: str | None
    tenant: str
    paste: bool
    pitch: str | None
    looking_for: str | None
    timezone: str | None
    started: date | None
    card: Mapping[str, str]
    holidays: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How the account was signed in to, and what is to be kept of it."""

    found: Found
    credential: Credential
    password: SecretGiven | None = None
    oauth: files.OAuthGiven | None = None
    tokens: Tokens | None = None
    client_secret: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What there is now."""

    config: Config
    credential: Credential
    written: tuple[Path, ...]
    notes: tuple[str, ...]


def set_up(call: Call, ask: Asker, path: Path, options: Options) -> Done:
    """Ask, find, sign in, write. Raises MailerError, and has then changed nothing."""
    name = ask.text(options.name, "--name", "Your name", check=one_line)
    email = ask.text(options.email, "--email", "Your email address", check=parse_address)
    _demand(ask, email, options)
    _check(options)
    found = servers.choose(call, ask, email, options.servers)
    signed_in = _sign_in(call, ask, found, path.parent, options)
    keep = _keep(ask, signed_in, options)
    pitch = ask.text(
        options.pitch, "--pitch", "Your pitch: what you do and look for, in 30 seconds (empty: later)", needed=False
    )
    if pitch and (too_long_by := too_long(pitch)):
        call.tell(f"  {too_long_by}. It is kept as it is; `mailer pitch` says more.")
    looking_for = ask.text(options.looking_for, "--looking-for", "What you look for. I am looking for", check=one_line)
    timezone = ask.text(options.timezone, "--timezone", "Your time zone", default=local_zone(), check=_zone)
    answers = files.Answers(
        name=name,
        email=email,
        found=signed_in.found,
        looking_for=looking_for,
        pitch=pitch,
        timezone=timezone,
        started=options.started or _today(),
        oauth=signed_in.oauth,
        card=options.card,
        holidays=options.holidays,
        ca_file=options.servers.ca_file,
    )
    return _write(call, path, answers, signed_in, keep)


def _demand(ask: Asker, email: str, options: Options) -> None:
    """Everything a script has left out, at once and before anything is looked for."""
    if ask.interactive:
        return
    if options.looking_for is None:
        ask.missing.append("--looking-for")
    if options.timezone is None and not local_zone():
        ask.missing.append("--timezone")
    if options.client_id is None and not options.password_stdin and not any(options.places.values()):
        grants = options.auth == "oauth2" or (options.auth is None and _takes_tokens_alone(email, options))
        password = "--password-file (or another place, or --password-stdin)"  # noqa: S105
        ask.missing.append("--client-id" if grants else password)
    ask.demand()


def _takes_tokens_alone(email: str, options: Options) -> bool:
    """Whether the service is known, so far, to take nothing but OAuth 2.0."""
    known = BY_NAME.get(options.servers.provider or "") or by_domain(email.rpartition("@")[2])
    return known is not None and known.sign_in is SignIn.oauth2


def _check(options: Options) -> None:
    """What was given and can't be, before anything is looked for. Raises UsageError."""
    if options.timezone is not None:
        _zone(options.timezone)
    if options.looking_for is not None:
        one_line(options.looking_for)
    if options.holidays:
        _check_holidays(options.holidays)
    place = secrets.places_given(options.places)
    if options.keep is not None:
        if place is not None:
            mend = "leave --keep out, or give the password itself with --password-stdin"
            raise UsageError("the password has its place already, so it is not kept in another one", mend=mend)
        secrets.check_keep(options.keep)


def _today() -> date:
    return datetime.now().astimezone().date()


def local_zone() -> str:
    """This machine's time zone, empty where it can't be told."""
    import tzlocal

    try:
        return str(tzlocal.get_localzone_name() or "")
    except (LookupError, OSError, ValueError):
        return ""


def _zone(name: str) -> str:
    from zoneinfo import available_timezones

    from mailer.yamlfile import did_you_mean

    known = available_timezones()
    if name not in known:
        mend = did_you_mean(name, known) or "write a zone such as America/Chicago"
        raise UsageError(f"there is no time zone {name!r}", mend=mend)
    return name


def _check_holidays(name: str) -> None:
    from mailer.schedule import holiday_calendar

    try:
        holiday_calendar(name.upper())
    except ValueError as error:
        raise UsageError(f"--holidays: {error}", mend="write a country such as US") from error


# Signing in


def _sign_in(call: Call, ask: Asker, found: Found, folder: Path, options: Options) -> SignedIn:
    known = found.provider
    only_oauth = (known is not None and known.sign_in is SignIn.oauth2) or (known is None and found.oauth is not None)
    if options.auth == "oauth2" or (options.auth is None and (only_oauth or options.client_id)):
        return _by_grant(call, ask, found, options)
    if known is not None and known.how:
        call.tell(f"{known.label}: {known.how}" + (f"\n  {known.page}" if known.page else ""))
    given = secrets.from_stdin() if options.password_stdin else secrets.places_given(options.places)
    for left in reversed(range(TRIES)):
        password = given or secrets.asked(ask)
        credential = password.credential(found.username, call.environ, folder)
        failed = enter(found.smtp, found.imap, credential, call.tell)
        if failed is None:
            return SignedIn(found, credential, password)
        if given is not None or not (failed.refused or failed.here) or not left:
            raise _refused(failed, found)
        call.tell(f"{failed}\n  {mend_of(failed, known, found.page)}")
        if failed.here:
            continue
        username = ask.text(None, "--username", "User name", default=found.username, check=one_line)
        found = replace(found, username=username)
    raise AssertionError("unreachable")  # the last try returns or raises


def _refused(failed: Tried, found: Found) -> MailerError:
    if failed.here:
        return MailerError(f"{failed}; nothing was written", mend=failed.mend)
    mend = f"{mend_of(failed, found.provider, found.page)}; where these are not your servers, give --imap and --smtp"
    return MailerError(f"{failed}; nothing was written", mend=mend)


def _by_grant(call: Call, ask: Asker, found: Found, options: Options) -> SignedIn:
    if found.oauth is None:
        raise UsageError(
            "nobody knows where this service grants access", mend="write the configuration by hand (docs/oauth.md)"
        )
    label = found.provider.label if found.provider else found.imap.host
    call.tell(
        f"{label} is signed in to with OAuth 2.0, with a client id of your own: docs/oauth.md says how to get one."
    )
    client_id = ask.text(options.client_id, "--client-id", "Client id", check=one_line)
    ask.demand()
    secret = _client_secret(call, ask, found.oauth, options)
    tenant = {"tenant": options.tenant} if options.tenant else {}
    endpoints = OAuthPart.model_validate({"client_id": client_id, **tenant}).endpoints(found.oauth)
    client = OAuthClient(found.username, client_id, endpoints, lambda: secret, ca_file=options.servers.ca_file)
    flow = Flow.loopback if options.paste else endpoints.flow
    tokens = grant(call, client, flow, system_clock, browser=not options.paste)
    credential = Fixed(found.username, Secret(tokens.access, oauth=True))
    if (failed := enter(found.smtp, found.imap, credential, call.tell)) is not None:
        raise _refused(failed, found)
    oauth = files.OAuthGiven(client_id, endpoints, found.provider is not None, options.tenant)
    return SignedIn(found, credential, oauth=oauth, tokens=tokens, client_secret=secret)


def _client_secret(call: Call, ask: Asker, endpoints: OAuthEndpoints, options: Options) -> str:
    """The client's secret, where it has one: services that use a browser mostly give one."""
    if options.client_secret_file is not None:
        part = PasswordPart.model_validate({"file": str(Path(options.client_secret_file).expanduser().absolute())})
        return fetch(part, "", call.environ)
    if endpoints.flow is Flow.device or not ask.interactive:
        return ""
    return ask.secret("Client secret (empty: it has none)", empty=True)


# Writing


def _keep(ask: Asker, signed_in: SignedIn, options: Options) -> str:
    typed = signed_in.password is not None and bool(signed_in.password.value)
    return secrets.keep_choice(ask, options.keep) if typed else ""


def _write(call: Call, path: Path, answers: files.Answers, signed_in: SignedIn, keep: str) -> Done:
    """Everything or nothing: the configuration comes last, so that a broken-off run leaves none."""
    folder, notes = path.parent, []
    with files.Writing() as writing:
        writing.folder(folder)
        if signed_in.client_secret and answers.oauth is not None:
            place = writing.secret(folder / "client-secret", f"{signed_in.client_secret}\n".encode())
            answers = replace(answers, oauth=replace(answers.oauth, secret={"file": place.name}))
        if signed_in.password is not None:
            where, note = _kept(writing, folder, signed_in.found.username, signed_in.password, keep)
            answers = replace(answers, password=where)
            notes += [note] if note else []
        text = files.config_text(answers)
        config = parse_config(text, path)
        roster = folder / "contacts.yaml"
        if roster.exists():
            notes.append(f"{roster} was there already, and is left as it is.")
        else:
            writing.file(roster, files.ROSTER.encode(), mode=0o600)
        if signed_in.tokens is not None:
            store = TokenStore(state_dir(config, call.environ), make_client(config.account, call.environ))
            store.save(signed_in.tokens)
            writing.done_elsewhere(store.path.unlink)
        writing.file(path, text.encode(), mode=0o600)
    return Done(config, signed_in.credential, tuple(reversed(writing.made)), tuple(notes))


def _kept(
    writing: files.Writing, folder: Path, username: str, password: SecretGiven, keep: str
) -> tuple[Mapping[str, str], str]:
    """Put a typed password where the owner wants it; what `account.password` says then, and what is left to do."""
    if keep == "keyring":
        where, undo = secrets.kept_in_keyring(username, password.value)
        writing.done_elsewhere(undo)
        return where, ""
    if keep == "systemd-creds":
        sealed, place = secrets.encrypted(password.value), secrets.sealed_place(folder)
        writing.folder(place.parent)
        place = writing.secret(place, sealed)
        lines = f"LoadCredential= (empty), then LoadCredentialEncrypted={secrets.CREDENTIAL}:{place}"
        note = f"Add to the unit with `systemctl edit`: {lines}"
        return {"credential": secrets.CREDENTIAL}, note
    if keep == "file":
        return {"file": writing.secret(folder / "password", f"{password.value}\n".encode()).name}, ""
    return password.place, ""

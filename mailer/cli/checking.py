"""What `mailer check` looks at: configuration, password, roster, the owner's texts, every letter to every contact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from mailer.cli.words import plural
from mailer.errors import ConfigurationError, MailerError, Place, Problem, SecretError, TemplateError

if TYPE_CHECKING:
    from mailer.cli.call import Call
    from mailer.compose import Draft, Recipient, Speaker, Templates
    from mailer.compose.careful import Finding
    from mailer.config import Config
    from mailer.model import Contact, Interaction
    from mailer.roster import Roster

_PLACED = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<what>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fine:
    """One thing that was looked at and is fine. `what` is this program's own words; `where` is the owner's."""

    name: str
    what: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.what}" + (f": {self.where}" if self.where else "")


@dataclass
class Report:
    """What was found, and what was looked at and is fine."""

    config: str
    problems: list[Problem] = field(default_factory=list)
    fine: list[Fine] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """What must be mended."""
        return [p for p in self.problems if p.severity == "error"]

    def add(self, found: Sequence[Problem], fine: Fine) -> None:
        """Take over what was found in one place; without an error there it is fine."""
        self.problems += found
        if not any(p.severity == "error" for p in found):
            self.fine.append(fine)


def look_at_everything(call: Call) -> Report:
    """Read it all, and collect what is wrong. Raises UsageError where two configurations are in question."""
    from mailer.config import find_config, load_config

    path = find_config(call.config_path, call.environ)
    report = Report(str(path))
    try:
        config = load_config(path)
    except ConfigurationError as error:
        report.problems += error.problems
        return report
    report.add([*config.warnings, *_authorities(config)], Fine("configuration", "it can be used", str(path)))
    sign_in = list(_sign_in(config, call))
    report.problems += sign_in
    if not sign_in:
        report.fine.append(Fine("sign-in", _secret_seen(config)))
    roster = _roster(config, report)
    texts = _texts(config, report)
    _letters(config, roster, texts, report)
    return report


def _authorities(config: Config) -> Iterator[Problem]:
    """Whether the files of certificates can be read: no server can be trusted without."""
    import ssl

    from mailer.tls import tls_context

    tried = {""}
    for key, server in (("smtp", config.smtp_server()), ("imap", config.imap_server())):
        if server.ca_file in tried:
            continue
        tried.add(server.ca_file)
        try:
            tls_context(server)
        except OSError as error:
            part = config.account.smtp if key == "smtp" else config.account.imap
            path = ("account", key, "ca_file") if part is not None and part.ca_file else ("account", "ca_file")
            why = "holds no certificate" if isinstance(error, ssl.SSLError) else f"can't be read: {error.strerror}"
            yield Problem(config.place(*path), ".".join(path), why, "name a file of certificates (PEM)")


def _sign_in(config: Config, call: Call) -> Iterator[Problem]:
    """Whether the secret can be had, as far as looking costs nothing: a command may ask, so it is not run."""
    from mailer.config import Auth
    from mailer.credentials import make_credential

    source = config.account.password
    if config.account.auth is Auth.oauth2:
        yield from _grant(config, call)
    elif source is not None and (source.env or source.file is not None):
        try:
            make_credential(config.account, call.environ).secret()
        except SecretError as error:
            place = config.place("account", "password")
            kind: Any = "error" if source.file is not None else "warning"
            yield Problem(place, "account.password", str(error), error.mend, kind)


def _secret_seen(config: Config) -> str:
    """How far the secret was looked for, where nothing is wrong with it."""
    source = config.account.password
    if source is None:
        return "access was granted"
    looked = bool(source.env) or source.file is not None
    return "the password is there" if looked else "it is known where the password is"


def _grant(config: Config, call: Call) -> Iterator[Problem]:
    """Whether somebody has signed in with OAuth 2.0; the server isn't asked."""
    from mailer.config import state_dir
    from mailer.oauth import TokenStore, make_client

    place = config.place("account", "oauth")
    try:
        tokens = TokenStore(state_dir(config, call.environ), make_client(config.account, call.environ)).load()
    except SecretError as error:
        yield Problem(place, "account.oauth", str(error), error.mend)
        return
    if tokens is None:
        yield Problem(place, "account.oauth", "nobody has signed in yet", "sign in: `mailer login`", "warning")


def _roster(config: Config, report: Report) -> Roster | None:
    from mailer.clock import system_clock
    from mailer.roster import load_roster

    zone = config.schedule.timezone
    try:
        paths = config.roster_paths()
        roster = load_roster(paths, zone=zone, today=system_clock().astimezone(zone).date())
    except ConfigurationError as error:
        report.problems += error.problems
        return None
    with_address = sum(bool(c.emails) for c in roster.contacts)
    met = sum(len(c.interactions) for c in roster.contacts)
    files = ", ".join(str(path) for path in paths)
    what = f"{plural(len(roster.contacts), 'contact')} ({with_address} with an address), {plural(met, 'interaction')}"
    report.add(roster.warnings, Fine("roster", what, files))
    return roster


def _texts(config: Config, report: Report) -> dict[str, dict[str, str]]:
    """The owner's own texts for editions, by name; what can't be read, or will never be found, is told."""
    from mailer.compose import parse_update_text
    from mailer.schedule import parse_edition

    texts: dict[str, dict[str, str]] = {}
    found: list[Problem] = []
    for path in sorted(config.updates.folder.glob("*.md")):
        try:
            parse_edition(path.stem.partition(".")[0])
            texts[path.stem] = parse_update_text(path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            found.append(Problem(Place(str(path)), "", "is not UTF-8", "save it as UTF-8"))
        except ValueError:
            what, mend = (
                "belongs to no edition by its name",
                "name it for its month, such as 2026-11.md or 2026-11.de.md",
            )
            found.append(Problem(Place(str(path)), "", what, mend, "warning"))
        except OSError as error:
            found.append(Problem(Place(str(path)), "", f"can't be read: {error.strerror}"))
    if texts or found:
        report.add(found, Fine("updates", f"{plural(len(texts), 'text')} of yours", ", ".join(texts)))
    return texts


def _letters(config: Config, roster: Roster | None, texts: dict[str, dict[str, str]], report: Report) -> None:
    """Render every letter that these contacts could get, and the preview."""
    from mailer.compose import Templates
    from mailer.daemon.wiring import template_folders
    from mailer.services.desk import speaker_of

    try:
        templates = Templates(template_folders(config))
    except TemplateError as error:
        report.problems.append(_as_problem(error))
        return
    broken = templates.problems()
    if broken:
        report.problems += broken
        return
    trial = _Trial(config, templates, speaker_of(config), texts)
    for contact in roster.contacts if roster else ():
        trial.contact(contact)
    trial.samples()
    folders = ", ".join(str(folder) for folder in templates.folders)
    what = f"{plural(trial.letters, 'letter')} can be written"
    report.add(list(trial.problems.values()), Fine("templates", what, folders))


def _as_problem(error: MailerError, whom: str = "") -> Problem:
    """A template's error with its place apart, as every other problem has it."""
    found = _PLACED.fullmatch(str(error))
    place, what = (
        (Place(found["file"], int(found["line"]), int(found["column"] or 1)), found["what"])
        if found
        else (Place("templates"), str(error))
    )
    return Problem(place, "", what + (f" (in the letter to {whom})" if whom else ""), error.mend)


class _Trial:
    """Writes letter after letter; one fault of a template is told once, with the first contact it hits."""

    def __init__(
        self, config: Config, templates: Templates, speaker: Speaker, texts: dict[str, dict[str, str]]
    ) -> None:
        self.problems: dict[str, Problem] = {}
        self.letters = 0
        self._languages = {""}  # of the contacts; the empty one is the owner's
        self._config = config
        self._templates = templates
        self._speaker = speaker
        self._texts = texts or {"2026-11": {}}

    def contact(self, contact: Contact) -> None:
        """Every letter to one contact."""
        from mailer.compose import Recipient

        self._languages.add(contact.language)
        if not contact.emails:
            return
        recipient = Recipient(contact.name, contact.emails[0], contact.salutation, contact.language)
        for _, met in groupby(sorted(contact.interactions, key=lambda i: i.on), key=lambda i: i.on):
            self._thank_you(recipient, [i for i in met if i.thank_you])
        if contact.updates is not False:
            self._updates(recipient, contact.interactions[-1] if contact.interactions else None)

    def samples(self) -> None:
        """One letter of each kind, so that a template is tried before anybody needs it."""
        from mailer.compose import Draft, PreviewFacts, Recipient, preview
        from mailer.model import Interaction, InteractionKind, Person

        ada = Recipient("Ada Lovelace", "ada@example.org")
        sample = Interaction(date(2026, 11, 2), InteractionKind.call)
        for kind in InteractionKind:
            full = replace(
                sample, kind=kind, about="cranes", thanks_for="your time", referrals=(Person("Mary Somerville"),)
            )
            for each in (full, replace(full, thanks_for=""), replace(full, about="", referrals=())):
                self._thank_you(ada, [each])
        self._updates(ada, sample)
        for language in sorted(self._languages):
            self._closing(replace(ada, language=language))
            self._on_the_phone(replace(ada, language=language))
        self._sheet()
        facts = PreviewFacts("the update", ("Ada Lovelace",), "Ada Lovelace", Draft("A subject", "A text"))
        self._write("the preview", lambda: preview(self._templates, self._speaker, facts))

    def _closing(self, ada: Recipient) -> None:
        """The letters that close a loop."""
        from mailer.compose import Earlier, LandedFacts, Spoken, follow_up, landed, loop_back
        from mailer.model import Person

        mary = (Spoken("Mary Somerville", "spoken"), Spoken("Michael Faraday", "met"))
        self._write("a referrer", lambda: loop_back(self._templates, self._speaker, ada, mary, 0))
        earlier = Earlier("Thank you", date(2026, 11, 2))
        self._write("who did not answer", lambda: follow_up(self._templates, self._speaker, ada, earlier, 0))
        for facts in (LandedFacts("Globex"), LandedFacts("Globex", "head of platform", (Person("Mary"),), True)):
            self._write("a helper", partial(landed, self._templates, self._speaker, ada, facts, 0))

    def _sheet(self) -> None:
        """The mail with the calls of a day."""
        from mailer.compose import SheetLine, call_sheet

        sheet = (SheetLine("Ada Lovelace", "she waits", "555", "Hello.", "mailer next"), SheetLine("Bob", "he waits"))
        self._write("yourself", lambda: call_sheet(self._templates, self._speaker, "Monday", sheet, 1))

    def _on_the_phone(self, ada: Recipient) -> None:
        """What the owner says, and nobody else reads."""
        from mailer.compose import Call, script
        from mailer.model import Person

        for opening in ("warm", "referred", "cold"):
            call = Call(opening, (Person("Mary Somerville"),), log="mailer log Ada")
            self._write("yourself", partial(script, self._templates, self._speaker, ada, call))

    def _thank_you(self, recipient: Recipient, met: list[Interaction]) -> None:
        from mailer.compose import main_kind, thank_you

        if met:
            draft = self._write(
                recipient.name, lambda: thank_you(self._templates, self._speaker, recipient, met, self.letters)
            )
            self._read("thank_you", f"thank_you/{main_kind(met)}.md", recipient, draft, met)

    def _updates(self, recipient: Recipient, last: Interaction | None) -> None:
        from mailer.compose import UpdateFacts, update

        search = self._config.search
        prospects = tuple(p.text for p in search.prospects if not p.private)
        for name, parts in self._texts.items():
            facts = UpdateFacts(name[:7], 3, 2, 1, prospects, tuple(search.target_companies), parts, last)
            draft = self._write(
                recipient.name, partial(update, self._templates, self._speaker, recipient, facts, self.letters)
            )
            self._read("update", "update.md", recipient, draft)

    def _write(self, whom: str, letter: Callable[[], Draft]) -> Draft | None:
        self.letters += 1
        try:
            return letter()
        except TemplateError as error:
            self.problems.setdefault(str(error), _as_problem(error, whom))
        return None

    def _read(
        self, kind: str, name: str, recipient: Recipient, draft: Draft | None, met: Sequence[Interaction] = ()
    ) -> None:
        """What a careful friend says of a letter, as far as its template or the configuration is to blame."""
        from mailer.compose.careful import Letter, read
        from mailer.model import MessageKind

        if draft is None:
            return
        chosen = self._templates.choose(name, recipient.language, self._speaker.language)
        letter = Letter(MessageKind(kind), draft, recipient, self._speaker, chosen.language, tuple(met))
        for found in read(letter):
            if found.rule in {"placeholder", "contact", "looking_for", "language", "link"}:
                place, key = self._blamed(found, chosen.name)
                what = f"{found} (in the letter to {recipient.name})"
                self.problems.setdefault(key, Problem(place, "", what, "", "warning"))

    def _blamed(self, found: Finding, template: str) -> tuple[Place, str]:
        """Where to mend what was found, and what makes it the same thing in another letter."""
        if found.rule == "language":
            return self._config.place("search"), found.what
        if found.rule == "link" and found.place == "signature":
            return self._config.place("profile"), found.words
        return Place(str(self._templates.path(template))), f"{found.rule} {template}"

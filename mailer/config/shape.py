"""The shape of `config.yaml`: every key, its kind, its default, and one sentence on what it does.

The sentences become the descriptions in the JSON Schema and in `docs/configuration.md`.
"""

from __future__ import annotations

from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from mailer.config.part import Part, is_loopback
from mailer.config.provider import OAuthEndpoints, Provider
from mailer.config.providers import BY_NAME
from mailer.config.sign_in import Auth, OAuthPart, PasswordPart
from mailer.config.values import (
    Address,
    Bool,
    Clock,
    Date,
    Day,
    DayRule,
    Duration,
    HolidayCalendar,
    Language,
    Line,
    Port,
    RelativePath,
    Size,
    Text,
    Whole,
    Zone,
    choice,
    one_or_more,
    size_text,
    weekday_number,
    wrong,
)
from mailer.model import SearchStatus, Security, Server
from mailer.yamlfile import did_you_mean, shown, written


class SentCopy(StrEnum):
    """How a copy of a sent message comes into the Sent folder."""

    auto = "auto"  # as the provider is known to do: `server` there, else `append`
    server = "server"  # the server files it itself
    append = "append"  # the program puts it there
    bcc = "bcc"  # a blind copy goes to the owner
    none = "none"


class Review(StrEnum):
    """What a thank-you waits for."""

    wait = "wait"  # for its time alone
    approve = "approve"  # for the owner


class OwnMail(StrEnum):
    """What a mail of the owner's own, newer than the interaction, does to its thank-you."""

    cancel = "cancel"  # it would be one too many
    hold = "hold"  # the owner decides
    ignore = "ignore"  # it leaves all the same


class LoopBack(StrEnum):
    """What the note to a referrer waits for, when the person named was spoken to."""

    wait = "wait"  # for its time alone
    approve = "approve"  # for the owner
    none = "none"  # there is none


class UpdateReview(StrEnum):
    """What an edition waits for."""

    preview = "preview"  # for a preview to the owner, some days ahead
    approve = "approve"  # for the owner
    none = "none"


class FirstStart(StrEnum):
    """What happens to thank-yous that are already due when the daemon starts on a roster for the first time."""

    hold = "hold"
    send = "send"
    skip = "skip"


class ProfilePart(Part):
    """Who the owner is; stands under every letter."""

    name: Line = Field(description="Your name, as it stands in From and under every letter.")
    email: Address = Field(description="Your address; mail is sent from it, and answers come back to it.")
    phone: Line = Field("", description="Your telephone number, taken as written.")
    location: Line = Field("", description="Where you are.")
    website: Line = Field("", description="Your web page.")
    linkedin: Line = Field("", description="Your LinkedIn page.")
    title: Line = Field("", description="Your title, for the card that goes with every letter.")
    company: Line = Field("", description="Your company, for the card.")
    language: Language = Field(
        "en",
        description="The language you write in, and that of letters to contacts without `language`.",
    )


class Prospect(Part):
    """A prospect the updates may tell of, and who must not read it."""

    text: Line = Field(description="What the update says of it.")
    private: Bool = Field(False, description="true: it appears in no mail.")
    not_to: Annotated[tuple[Line, ...], BeforeValidator(one_or_more)] = Field(
        (), description="Companies or tags whose people must not read it."
    )
    language: Language | None = Field(
        None, description="Only letters in this language tell it; they then tell no prospect without a language."
    )


def _prospect(value: object) -> object:
    text = written(value)
    return {"text": text} if text is not None else value


ProspectOrText = Annotated[Prospect, BeforeValidator(_prospect, json_schema_input_type=Text | Prospect)]


class TranslationPart(Part):
    """What the owner says of themselves, once more, for letters in another language."""

    language: Language = Field(description="The language, such as de.")
    looking_for: Line = Field("", description="What you look for, in that language.")
    pitch: Text = Field("", description="Your pitch, in that language.")


class SearchPart(Part):
    """What the owner looks for."""

    status: Annotated[SearchStatus, BeforeValidator(choice(SearchStatus))] = Field(
        SearchStatus.active, description="active, paused (thank-yous only) or landed."
    )
    started: Date | None = Field(None, description="The day the search began; people met since get the updates.")
    pitch: Text = Field("", description="What you do and look for, in at most 30 seconds of speech.")
    looking_for: Line = Field(description="What you look for, to follow the words `I am looking for`.")
    target_companies: Annotated[tuple[Line, ...], BeforeValidator(one_or_more)] = Field(
        (), description="Companies you would love a referral into."
    )
    prospects: Annotated[tuple[ProspectOrText, ...], BeforeValidator(one_or_more)] = Field(
        (), description="What you pursue: texts, or mappings with `text`, `private` and `not_to`."
    )
    translations: Annotated[tuple[TranslationPart, ...], BeforeValidator(one_or_more)] = Field(
        (), description="What you look for in other languages, for contacts whose `language` differs from yours."
    )


class ServerPart(Part):
    """Where a mail server is and how the connection is protected."""

    host: Line = Field(description="The server's name.")
    port: Port | None = Field(None, description="The port; by default the usual one for `security`.")
    security: Annotated[Security, BeforeValidator(choice(Security))] | None = Field(
        None, description="tls, starttls, or none (this machine only); by default what is usual on the port."
    )
    ca_file: RelativePath | None = Field(None, description="More certificates to trust for this server (PEM).")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if any(mark in self.host for mark in "/@ ") or (self.host.count(":") == 1):
            raise wrong(
                f"{shown(self.host)} is no host name", "write the name alone, such as mail.example.org", at="host"
            )
        if self.security is Security.none and not is_loopback(self.host):
            raise wrong(
                "the password and every letter would travel in clear text", "write tls or starttls", at="security"
            )
        return self

    def server(self, usual: dict[Security, int], ca_file: Path | None) -> Server:
        """The server with nothing left open. `usual` gives the port for each kind of protection."""
        by_port = {port: security for security, port in usual.items() if security is not Security.none}
        security = self.security or by_port.get(self.port or 0, Security.tls)
        return Server(self.host, self.port or usual[security], security, str(self.ca_file or ca_file or ""))


SMTP_PORTS = {Security.tls: 465, Security.starttls: 587, Security.none: 25}  # RFC 8314 section 3.3, RFC 6409
IMAP_PORTS = {Security.tls: 993, Security.starttls: 143, Security.none: 143}  # RFC 8314 section 3.2, RFC 9051


class FoldersPart(Part):
    """Names of folders, where the server does not tell (RFC 6154)."""

    sent: Line = Field("", description="The folder for sent mail.")
    junk: Line = Field("", description="The folder for junk mail.")
    archive: Line = Field("", description="The folder for archived mail.")


def _provider(value: object) -> str:
    name = value if isinstance(value, str) else ""
    if name not in BY_NAME:
        mend = did_you_mean(name, BY_NAME) or "leave `provider` out, and write `smtp:` and `imap:` with host and port"
        raise wrong(f"{shown(value)} is no mail service known here", mend)
    return name


class AccountPart(Part):
    """The mail account everything goes through."""

    provider: Annotated[str, BeforeValidator(_provider), WithJsonSchema({"type": "string", "enum": list(BY_NAME)})] = (
        Field("", description="A mail service whose servers are known; `smtp` and `imap` win over it.")
    )
    username: Line = Field("", description="The name to sign in with; by default your address.")
    auth: Annotated[Auth, BeforeValidator(choice(Auth))] = Field(
        Auth.password, description="How to sign in: password, or oauth2."
    )
    password: PasswordPart | None = Field(None, description="Where the password is found; never the password itself.")
    oauth: OAuthPart | None = Field(None, description="With `auth: oauth2`: your client id, and where it is known.")
    smtp: ServerPart | None = Field(None, description="The server that takes mail.")
    imap: ServerPart | None = Field(None, description="The server that keeps the mailbox.")
    ca_file: RelativePath | None = Field(None, description="More certificates to trust for both servers (PEM).")
    sent_copy: Annotated[SentCopy, BeforeValidator(choice(SentCopy))] = Field(
        SentCopy.auto, description="auto, server (it files sent mail itself), append, bcc (to yourself) or none."
    )
    move_copies: Bool = Field(
        False,
        description="With `sent_copy: bcc`: blind copies are moved from the Inbox into Sent. Nothing else ever is.",
    )
    uncertain_after: Duration = Field(
        timedelta(minutes=15), description="How long a message may be on its way before its absence means something."
    )
    folders: FoldersPart = Field(FoldersPart(), description="Names of folders, where the server does not tell them.")

    @model_validator(mode="after")
    def _servers_known(self) -> Self:
        missing = [name for name in ("smtp", "imap") if not self.provider and getattr(self, name) is None]
        if missing:
            raise wrong(
                f"says no server for {' and '.join(missing)}",
                f"write `provider:`, or `{missing[0]}: {{host: ..., port: ...}}`",
            )
        return self

    @model_validator(mode="after")
    def _sign_in_known(self) -> Self:
        if self.auth is Auth.oauth2:
            if self.oauth is None:
                raise wrong("says no client id", "write `oauth: {client_id: ...}` (docs/oauth.md says how to get one)")
            self.oauth.endpoints(self.known.oauth if self.known else None)
        elif self.password is None:
            raise wrong(
                "says not where the password is found", "write `password: {file: PATH}`, or another of its places"
            )
        return self

    def oauth_endpoints(self) -> OAuthEndpoints:
        """Where access is granted; with `auth: oauth2`."""
        assert self.oauth is not None, "checked when the account was read"  # noqa: S101
        return self.oauth.endpoints(self.known.oauth if self.known else None)

    @property
    def known(self) -> Provider | None:
        """What is known of the provider, where one is named."""
        return BY_NAME.get(self.provider)


class SchedulePart(Part):
    """When mail may leave."""

    timezone: Zone = Field(description="Your time zone; all times of this file are in it.")
    days: Annotated[tuple[Day, ...], Field(min_length=1), BeforeValidator(one_or_more)] = Field(
        ("mon", "tue", "wed", "thu", "fri"), description="Days on which mail may leave."
    )
    opens: Clock = Field(time(8, 30), alias="from", description="The time of day from which mail may leave.")
    closes: Clock = Field(time(17, 30), alias="to", description="The time of day until which mail may leave.")
    holidays: HolidayCalendar = Field(
        None, description="Days off as in a country (US) or a part of it (US-IL, DE-BY); null for none."
    )
    call_sheet: Clock | None = Field(
        None, description="When `mailer next` is mailed to you on each of these days; null for never."
    )
    keep_warm: Duration = Field(
        timedelta(days=90), description="How long after a talk somebody is on the call sheet again."
    )

    @model_validator(mode="after")
    def _opens_before_closing(self) -> Self:
        if self.opens >= self.closes:
            raise wrong(f"is not later than `from`, {self.opens:%H:%M}", "write a later time of the same day", at="to")
        return self

    @property
    def weekdays(self) -> frozenset[int]:
        """`days` as numbers; 0 is Monday."""
        return frozenset(weekday_number(day) for day in self.days)


class ThankYouPart(Part):
    """Thank-yous."""

    after: Duration = Field(timedelta(hours=1), description="How long after an interaction its thank-you leaves.")
    within: Duration = Field(
        timedelta(hours=24), description="Hours of the send window after which a thank-you counts as overdue."
    )
    review: Annotated[Review, BeforeValidator(choice(Review))] = Field(
        Review.wait, description="wait (leaves by itself after `after`) or approve (waits for you)."
    )
    skip_older_than: Duration = Field(
        timedelta(days=14), description="An interaction older than this is recorded without a thank-you."
    )
    own_mail: Annotated[OwnMail, BeforeValidator(choice(OwnMail))] = Field(
        OwnMail.cancel,
        description="What a later mail of your own to the same person does to a thank-you: cancel, hold or ignore.",
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.within < self.after:
            raise wrong("is shorter than `after`", "write a longer time", at="within")
        return self


class FollowUpPart(Part):
    """The one gentle second mail where a thank-you that asked something drew no answer."""

    enabled: Bool = Field(False, description="true: such follow-ups are written.")
    working_days: Whole = Field(7, ge=1, le=60, description="How many of your working days after the thank-you left.")
    review: Annotated[Review, BeforeValidator(choice(Review))] = Field(
        Review.approve, description="approve (each waits for you) or wait (leaves by itself)."
    )


class StopPart(Part):
    """When an edition stops by itself, since too much of it comes back."""

    bounces: Whole = Field(5, ge=1, le=1000, description="So many refused or bounced of the first ones stop it.")
    of_first: Whole = Field(20, ge=1, le=1000, description="How many letters count as the first ones.")
    later_percent: Whole = Field(10, ge=1, le=100, description="After those, more than this share stops it.")


class UpdatesPart(Part):
    """The monthly update."""

    day: DayRule = Field("first business day", description="The day of the month: such as first business day, or 15.")
    at: Clock = Field(time(9), description="The time of that day.")
    review: Annotated[UpdateReview, BeforeValidator(choice(UpdateReview))] = Field(
        UpdateReview.preview, description="preview (you get one, and it goes on unless stopped), approve or none."
    )
    preview_lead: Duration = Field(timedelta(days=2), description="How long before an edition its preview comes.")
    stop: StopPart = Field(StopPart(), description="When an edition stops by itself, since too much of it comes back.")
    folder: RelativePath = Field(
        Path("updates"), validate_default=True, description="The folder with your own texts, such as 2026-11.md."
    )


class LimitsPart(Part):
    """How fast mail leaves."""

    per_minute: Whole = Field(10, ge=1, le=10_000, description="Messages in one minute.")
    per_day: Whole = Field(200, ge=1, le=1_000_000, description="Messages in any 24 hours.")


class ReadingPart(Part):
    """How the mailbox is read."""

    check_every: Duration = Field(
        timedelta(minutes=3), description="How often folders without a live connection are looked at."
    )
    max_size: Size = Field(2 * 1024**2, description="Of a larger message only the beginning is read.")
    trusted_servers: Annotated[tuple[str, ...], BeforeValidator(one_or_more)] = Field(
        (),
        description="Names by which your own mail server signs its Authentication-Results; empty for the topmost.",
    )

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.check_every < timedelta(seconds=1):
            raise wrong("is shorter than a second", "write such as 3m", at="check_every")
        if not 16 * 1024 <= self.max_size <= 64 * 1024**2:
            raise wrong(f"{size_text(self.max_size)} is too small or too large", "write 16KB to 64MB", at="max_size")
        return self


def _listen(value: object) -> str:
    text = written(value) or ""
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) <= 65535):
        raise wrong(f"{shown(value)} is no address to listen on", "write such as 127.0.0.1:8642")
    if not is_loopback(host):
        raise wrong("others on the network could open your page", "write 127.0.0.1 or localhost as the host")
    return text


class WebPart(Part):
    """The local page."""

    listen: Annotated[str, BeforeValidator(_listen), WithJsonSchema({"type": "string"})] = Field(
        "127.0.0.1:8642", description="Where the local page is served; this machine only."
    )

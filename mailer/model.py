"""The words of the program: frozen records and enums, each value's meaning beside it.

Times are aware datetimes in UTC unless a name says otherwise; dates are in the owner's time zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, Protocol

from mailer.errors import Place


class MessageStatus(StrEnum):
    """Where an outgoing message is in its life (docs/architecture.md draws it)."""

    held = "held"  # waits for the owner's word
    queued = "queued"  # leaves by itself at `not_before` or as soon after as rules and limits let it
    sending = "sending"  # claimed; the server may have it at any moment
    sent = "sent"  # the server took it, or something proved that it did
    uncertain = "uncertain"  # the server may or may not have it; never sent again without proof or the owner's word
    failed = "failed"  # refused for good, or retried for four days
    cancelled = "cancelled"  # will not be sent


class Hold(StrEnum):
    """Why a message is held or was cancelled; some end by themselves when their cause does."""

    review = "review"  # the owner approves each one
    particulars = "particulars"  # nothing particular to thank for; ends when something is given
    near_double = "near_double"  # so soon after another to the same person that it may be the same event
    first_start = "first_start"  # was already due when the daemon first started on this roster
    reading = "reading"  # a careful reading found what its recipient must not see; ends when that is mended
    template = "template"  # could not be rendered; ends when template or value is mended
    question = "question"  # the contact's mail waits for an answer of the owner; ends with it
    edition = "edition"  # the whole edition waits
    owner = "owner"  # the owner said so
    removed = "removed"  # cancelled with its interaction or its contact; revived with them
    opt_out = "opt_out"  # cancelled since the contact asked; revived where that was a misreading
    dead = "dead"  # cancelled since no address is alive; revived where that was a misreading
    poison = "poison"  # this program made a mistake with it three times, and put it aside
    bounced = "bounced"  # failed since it came back; counts as sent again where that was a misreading
    written = "written"  # the owner wrote by hand after the interaction; revived by a newer one
    pointless = "pointless"  # cancelled since its reason went away for good


TRANSITIONS: Mapping[MessageStatus, frozenset[MessageStatus]] = {
    MessageStatus.held: frozenset(
        {MessageStatus.queued, MessageStatus.held, MessageStatus.cancelled, MessageStatus.sent}
    ),
    MessageStatus.queued: frozenset(
        {
            MessageStatus.sending,
            MessageStatus.queued,
            MessageStatus.held,
            MessageStatus.cancelled,
            MessageStatus.failed,
            MessageStatus.sent,  # put back after a doubt, and then its copy turned up
        }
    ),
    MessageStatus.sending: frozenset(
        {MessageStatus.sent, MessageStatus.queued, MessageStatus.failed, MessageStatus.uncertain}
    ),
    MessageStatus.sent: frozenset({MessageStatus.failed}),  # it came back
    MessageStatus.uncertain: frozenset({MessageStatus.sent, MessageStatus.queued}),
    MessageStatus.failed: frozenset({MessageStatus.queued, MessageStatus.sent}),  # the owner's retry; a misread bounce
    MessageStatus.cancelled: frozenset(
        {MessageStatus.queued, MessageStatus.held, MessageStatus.sent}  # sent: as above, cancelled since
    ),
}
"""Every change of state there is (docs/architecture.md draws it)."""

MAY_HAVE_LEFT = frozenset({MessageStatus.uncertain, MessageStatus.failed})
"""From these a message goes back to the queue by the owner's word or by proof only."""

BEFORE_SENDING = frozenset({MessageStatus.held, MessageStatus.queued})


class MessageKind(StrEnum):
    """What an outgoing message is for."""

    thank_you = "thank_you"  # follows an interaction
    update = "update"  # the monthly mail to everyone met
    follow_up = "follow_up"  # a gentle second mail where a thank-you drew no answer
    loop_back = "loop_back"  # tells a referrer that the person named was spoken to
    preview = "preview"  # to the owner: what is about to leave, or what needs a decision
    landed = "landed"  # the last personal thank-you


class InteractionKind(StrEnum):
    """How the owner and a contact met."""

    call = "call"
    meeting = "meeting"
    coffee = "coffee"
    event = "event"
    email = "email"
    introduction = "introduction"


TALKS = frozenset({InteractionKind.call, InteractionKind.meeting, InteractionKind.coffee, InteractionKind.event})
"""Kinds in which two people talk with one another; the others are mail."""


class SearchStatus(StrEnum):
    """What the owner's search is doing; decides which kinds of message may leave."""

    active = "active"
    paused = "paused"
    landed = "landed"


MAY_LEAVE: Mapping[SearchStatus, frozenset[MessageKind]] = {
    SearchStatus.active: frozenset(MessageKind) - {MessageKind.landed},
    SearchStatus.paused: frozenset({MessageKind.thank_you, MessageKind.loop_back, MessageKind.preview}),
    SearchStatus.landed: frozenset({MessageKind.thank_you, MessageKind.landed, MessageKind.preview}),
}
"""Kinds that may leave for each status of the search. Landed letters start `held`, so only approval frees them."""


class ContactStatus(StrEnum):
    """A contact as a listing shows it; a later line wins over an earlier one."""

    new = "new"  # nothing sent to them yet
    contacted = "contacted"  # something was sent
    responded = "responded"  # their own words came back
    bounced = "bounced"  # every address known is dead
    opted_out = "opted_out"  # asked not to be written to (updates, or everything)


class Classification(StrEnum):
    """What an incoming message is."""

    reply = "reply"  # a person's own words
    automatic = "automatic"  # an out-of-office or other robot's answer
    bounce = "bounce"  # a delivery status notification or its non-standard cousins
    opt_out = "opt_out"  # a person asks not to be written to
    complaint = "complaint"  # an abuse report (RFC 5965)
    other = "other"  # list traffic, read receipts, calendar answers


class OptOutScope(StrEnum):
    """How far an opt-out reaches."""

    updates = "updates"  # no monthly updates
    all = "all"  # nothing at all; also when unclear


class MatchedBy(StrEnum):
    """Why an incoming message was taken to be from or about a contact; strongest first."""

    in_reply_to = "in_reply_to"
    references = "references"
    returned = "returned"  # the returned message in a bounce names ours
    recipient = "recipient"  # a bounce without our Message-ID, by failed address and recency
    subject = "subject"  # the sender's address and the subject of a mail of ours, without thread headers
    sender = "sender"  # only the sender's address (weaker)
    name = "name"  # only the sender's name and the subject of a mail of ours (weakest; always a question)


class ProposalKind(StrEnum):
    """What an answer proposes."""

    introduction = "introduction"  # a person copied, named or on a card
    substitute = "substitute"  # whom an absent contact names instead
    successor = "successor"  # whom a contact names who has left the company
    new_address = "new_address"  # another address of the contact's own


class ProposalStatus(StrEnum):
    """What became of a proposal."""

    open = "open"  # waits for the owner
    accepted = "accepted"  # in the roster
    declined = "declined"  # the owner said no
    withdrawn = "withdrawn"  # the verdict that it came from was overruled


class FolderRole(StrEnum):
    """What a mailbox folder is for (RFC 6154 special use, and the Inbox)."""

    inbox = "inbox"
    sent = "sent"
    junk = "junk"
    archive = "archive"
    trash = "trash"


class Security(StrEnum):
    """How a connection is protected."""

    tls = "tls"  # from the first octet
    starttls = "starttls"  # demanded, never optional
    none = "none"  # clear text: loopback only


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named: a referral, an introduction. Unknown parts are empty."""

    name: str
    email: str = ""
    company: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One call, meeting, coffee... with a contact. `on` and `at` are in the owner's zone.

    `about` and `thanks_for` are written to be read by the contact; `notes` never leave the machine.
    `position` tells interactions of the same date and kind apart (0, 1, ...), in file order.
    """

    on: date
    kind: InteractionKind
    at: time | None = None
    about: str = ""
    thanks_for: str = ""
    referrals: tuple[Person, ...] = ()
    thank_you: bool = True
    notes: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in the roster, as the roster says. `emails[0]` is the primary address; it may have none."""

    name: str
    emails: tuple[str, ...] = ()
    id: str = ""  # explicit `id:` of the roster, else empty
    company: str = ""
    title: str = ""
    phone: str = ""
    relationship: str = ""
    salutation: str = ""
    timezone: str = ""
    language: str = ""
    notes: str = ""
    referred_by: str = ""  # as written; resolved by name or address
    tags: tuple[str, ...] = ()
    updates: bool | None = None  # None: by the rules; False: never; True: also without an interaction
    interactions: tuple[Interaction, ...] = ()
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """The owner's contact information, as it stands under every letter. Unknown parts are empty."""

    name: str
    email: str
    phone: str = ""
    location: str = ""
    website: str = ""
    linkedin: str = ""
    title: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to reach a mail server. `ca_file`: extra trusted certificates (PEM), empty for the system's."""

    host: str
    port: int
    security: Security
    ca_file: str = ""

    @property
    def is_loopback(self) -> bool:
        """True where the host can only be this machine, so that clear text harms nobody (RFC 6761 section 6.3)."""
        name = self.host.lower().rstrip(".")
        try:
            return ip_address(name.strip("[]")).is_loopback
        except ValueError:
            return name == "localhost" or name.endswith(".localhost")


@dataclass(frozen=True, slots=True)
class Secret:
    """A password or an OAuth access token; never shown."""

    value: str = field(repr=False)
    oauth: bool = False


class Credential(Protocol):
    """Asked at every sign-in, so that a changed password or a refreshed token is used at once."""

    @property
    def username(self) -> str: ...

    def secret(self, refused: Secret | None = None) -> Secret:
        """The secret now; another one than `refused`, which the server did not take, where one can be had.

        Raises SecretError where it can't be had. May block (a command, a token's renewal): call off the loop.
        """
        ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the SMTP door needs: RFC 5321 envelope and the frozen octets.

    With a blind copy the contact stands first in `recipients`: where that RCPT is refused nothing is sent at all.
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)
    smtputf8: bool = False


class Outcome(StrEnum):
    """What became of one attempt to hand a message to the server."""

    accepted = "accepted"  # 250 after the final dot
    later = "later"  # not accepted; try again later (4xx, refused or lost connection before the content's end)
    rejected = "rejected"  # 5xx about the recipient or the content: this message failed
    account = "account"  # refused because of the account (sign-in, quota, not allowed): stop everything
    uncertain = "uncertain"  # lost after the last octets may have left
    unused = "unused"  # a kept connection was dead before MAIL: costs no attempt


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outcome of one attempt, with the server's words. `stage` says where in the dialogue it ended."""

    outcome: Outcome
    stage: str = ""  # connect greeting ehlo starttls login mail rcpt data content
    code: int | None = None  # SMTP reply code (RFC 5321 section 4.2)
    enhanced: str = ""  # enhanced status code (RFC 3463)
    text: str = ""  # one line, bounded, for people
    mend: str = ""  # what mends it, where it is known: the secret can't be had
    copy_refused: bool = False  # the server did not take the owner's blind copy, whatever became of the message

    def __str__(self) -> str:
        status = " ".join(str(p) for p in (self.code, self.enhanced) if p)
        return " ".join(p for p in (status, self.text) if p) or f"{self.outcome} at {self.stage}"


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """One message as read from a folder, whole or cut at the size limit."""

    uid: int
    received_at: datetime  # INTERNALDATE in UTC
    raw: bytes = field(repr=False)
    size: int = 0  # RFC822.SIZE, octets
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """Where to read a folder from: after `last_uid`, or, where there is no cursor, what came `since` that date."""

    last_uid: int
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Introduction:
    """A new person in an answer, as far as read, and the sentence that says so."""

    name: str | None = None
    email: str | None = None
    company: str | None = None
    phone: str | None = None
    sentence: str | None = None


class Action(StrEnum):
    """What a report says happened for one recipient (RFC 3464 section 2.3.3)."""

    failed = "failed"
    delayed = "delayed"
    delivered = "delivered"
    relayed = "relayed"
    expanded = "expanded"


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One recipient of a bounce, and three separate answers about it."""

    address: str
    action: Action
    status: str | None = None  # enhanced status code, e.g. 5.1.1
    reply: str | None = None  # SMTP reply code, e.g. 550
    permanent: bool | None = None  # status class 5 (else by the SMTP code, then by the words)
    address_dead: bool = False  # no such mailbox or domain, not merely refusing
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says: the returned Message-ID where there is one, and each recipient."""

    message_id: str | None
    recipients: tuple[BouncedRecipient, ...]
    breadcrumb_id: str | None = None  # our X-Breadcrumb-ID among the returned headers
    by_system: bool = False  # sent as mail systems send, which is no proof


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a verdict was given: the rule, and the header or the words that decided."""

    rule: str
    detail: str = ""
    quotes: bool = False  # the detail is words of the mail's text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an incoming message is and what it says; made by `mailer.understand`, pure and bounded."""

    classification: Classification
    evidence: tuple[Evidence, ...] = ()
    question: str | None = None  # set where unsure: what the owner is asked
    opt_out_scope: OptOutScope | None = None
    text: str = ""  # the person's own new words
    introductions: tuple[Introduction, ...] = ()
    bounce: Bounce | None = None
    message_id: str = ""
    breadcrumb_id: str = ""  # its own X-Breadcrumb-ID: one of ours, in Sent or as a blind copy
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: str = ""  # address in From, lower-cased domain
    sender_name: str = ""
    recipients: tuple[str, ...] = ()  # addresses in To and Cc
    subject: str = ""
    sent_at: datetime | None = None  # the Date header, UTC
    away_until: date | None = None  # last day away, where an automatic answer says
    substitutes: tuple[Introduction, ...] = ()  # whom an absent or departed person names instead
    left_company: bool = False  # the sender has left the place that the address belongs to
    new_address: str = ""  # the sender's own new address, where they give one
    truncated: bool = False  # read only as far as a limit
    unverified: str = ""  # how the owner's own server found the sender to be forged, where it did


Context = Mapping[str, Any]
"""Values a template may use. Built by services; documented in docs/templates.md."""

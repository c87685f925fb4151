"""How the demo ended, read from the database: who was thanked, updated, answered, and so on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mailer.model import Classification, ContactStatus, MessageKind, MessageStatus
from mailer.storage import contacts, messages, replies
from mailer.storage.store import Store

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Names of contacts, each list sorted; `introduced` are new people whom answers named.

    `thanked` and `updated` leave out who never got the mail; who is `put_off` gets it when they are back. `sent` counts
    what the mail server took. `seconds` is how long it ran, and `folder` where everything was kept, None where nothing
    was.
    """

    thanked: Names = ()
    updated: Names = ()
    answered: Names = ()
    automatic: Names = ()
    put_off: Names = ()
    bounced: Names = ()
    opted_out: Names = ()
    introduced: Names = ()
    held: Names = ()
    sent: int = 0
    seconds: float = 0.0
    folder: str | None = None

    def as_json(self) -> dict[str, Any]:
        """With lists for tuples, as it is printed."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    def missing(self, wanted: Mapping[str, Names]) -> str:
        """What differs from `wanted`, in words; empty where all is as it should be."""
        found = []
        for key, names in wanted.items():
            here = set(getattr(self, key))
            found += [f"{name} is not among the {_word(key)}" for name in names if name not in here]
            found += [f"{name} is among the {_word(key)}" for name in sorted(here - set(names))]
        return "; ".join(found)


def _word(key: str) -> str:
    return {"automatic": "automatic answers", "opted_out": "opted out", "put_off": "put off"}.get(key, key)


def summarise(store: Store) -> Summary:
    """The state of things now."""
    with store.read() as tx:
        people = contacts.every(tx)
        outgoing = messages.listing(tx, messages.Filter())
        incoming = replies.listing(tx)
    names = {person.id: person.name for person in people}

    def sent(kind: MessageKind) -> Names:
        return _names(m.to_name for m in outgoing if m.kind is kind and m.status is MessageStatus.sent)

    def wrote(kind: Classification) -> Names:
        return _names(names.get(r.contact_id or 0, "") for r in incoming if r.classification is kind)

    def are(status: ContactStatus) -> Names:
        return _names(person.name for person in people if person.status is status)

    return Summary(
        thanked=sent(MessageKind.thank_you),
        updated=sent(MessageKind.update),
        answered=wrote(Classification.reply),
        automatic=wrote(Classification.automatic),
        put_off=_names(m.to_name for m in outgoing if m.status is MessageStatus.queued and m.put_off_from),
        bounced=are(ContactStatus.bounced),
        opted_out=are(ContactStatus.opted_out),
        introduced=_names(i["name"] or i["email"] or "" for r in incoming for i in r.introductions),
        held=_names(m.to_name for m in outgoing if m.status is MessageStatus.held),
        sent=sum(m.sent_at is not None for m in outgoing),
    )


def _names(found: Iterable[str]) -> Names:
    return tuple(sorted({name for name in found if name}))

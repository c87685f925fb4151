"""New people and addresses in answers, each a proposal until the owner takes it up or declines it.

Nobody is written to because of a proposal. What is known already, or was proposed before, is not proposed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.errors import UsageError
from mailer.model import Classification, Introduction, ProposalKind, ProposalStatus, Verdict
from mailer.services.matching import THREADED, Match
from mailer.storage import contacts, events
from mailer.storage import proposals as stored
from mailer.storage.records import ContactRecord, ProposalRecord, ReplyRecord
from mailer.storage.store import Store, Tx
from mailer.storage.texts import storable

_OF = {
    ProposalKind.introduction: frozenset({Classification.reply, Classification.opt_out}),
    ProposalKind.substitute: frozenset({Classification.automatic}),
    ProposalKind.successor: frozenset({Classification.automatic, Classification.reply}),
    ProposalKind.new_address: frozenset({Classification.automatic, Classification.reply}),
}
"""What an answer must be for a proposal to hold."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposal, not stored yet."""

    kind: ProposalKind
    person: Introduction


def proposed(verdict: Verdict, match: Match, contact: ContactRecord) -> list[Proposed]:
    """What an answer proposes. Of mail that is no answer to ours nothing is kept, nor of what may be forged."""
    if verdict.unverified or verdict.bounce is not None:
        return []
    found = list(_people(verdict, match)) if match.by in THREADED else []
    own = {verdict.new_address} if match.by in THREADED else set()
    if match.stranger and not match.other:
        own.add(verdict.sender)
    for address in sorted(own - {""}):
        said = None if address == verdict.sender else f"{contact.name} gave this address."
        found.append(Proposed(ProposalKind.new_address, Introduction(contact.name, address, sentence=said)))
    return found


def _people(verdict: Verdict, match: Match) -> Iterator[Proposed]:
    if match.other and verdict.classification in _OF[ProposalKind.introduction]:
        said = "answered in the thread"
        yield Proposed(
            ProposalKind.introduction, Introduction(verdict.sender_name or None, verdict.sender, sentence=said)
        )
    if verdict.classification in _OF[ProposalKind.introduction]:
        yield from (Proposed(ProposalKind.introduction, person) for person in verdict.introductions)
    kind = ProposalKind.successor if verdict.left_company else ProposalKind.substitute
    yield from (Proposed(kind, person) for person in verdict.substitutes)


def propose(tx: Tx, reply_id: int, found: Sequence[Proposed], now: datetime) -> None:
    """Store proposals, but for those of people in the roster and those that were made before."""
    if not found:
        return
    addresses = contacts.every_address(tx)
    names = {_folded(c.name) for c in contacts.every(tx)}
    before = stored.listing(tx)
    seen = {p.email for p in before if p.email} | {_folded(p.name) for p in before if not p.email}
    rows: list[dict[str, object]] = []
    for each in found:
        email, name = (each.person.email or ""), (each.person.name or "")
        known = contacts.fold(email) in addresses if email else _folded(name) in names
        key = email or _folded(name)
        if not key or known or key in seen:
            continue
        seen.add(key)
        rows.append(_row(reply_id, len(rows), each, now))
    stored.create(tx, rows)
    made = stored.listing(tx, reply_id=reply_id)
    events.record(
        tx, [events.event(tx, now, "mailbox", "proposal", p.id, old=None, new=p.status, why=p.kind) for p in made]
    )


def _row(reply_id: int, position: int, each: Proposed, now: datetime) -> dict[str, object]:
    person = each.person
    row: dict[str, object] = {
        "reply_pk": reply_id,
        "position": position,
        "kind": each.kind.value,
        "name": person.name or "",
        "email": person.email or "",
        "company": person.company or "",
        "phone": person.phone or "",
        "sentence": person.sentence or "",
        "status": ProposalStatus.open.value,
        "created_at": now,
    }
    return {name: storable(value) for name, value in row.items()}


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def settle(tx: Tx, reply: ReplyRecord, now: datetime) -> None:
    """After a verdict was overruled: what it no longer supports is withdrawn, what it supports again is open again."""
    for proposal in stored.listing(tx, reply_id=reply.id):
        holds = reply.classification in _OF[proposal.kind]
        if proposal.status is ProposalStatus.open and not holds:
            _move(tx, proposal, ProposalStatus.withdrawn, now, "its answer was something else")
        elif proposal.status is ProposalStatus.withdrawn and holds:
            _move(tx, proposal, ProposalStatus.open, now, "its answer was what it seemed after all")


def find(tx: Tx, proposal_id: int) -> ProposalRecord:
    """An open proposal. Raises UsageError where there is none of that id, or where it was decided already."""
    found = stored.get(tx, proposal_id)
    if found is None:
        raise UsageError(f"there is no proposal {proposal_id}", mend="see `mailer contacts proposals`")
    if found.status is not ProposalStatus.open:
        raise UsageError(f"proposal {proposal_id} is {found.status} already", mend="see `mailer contacts proposals`")
    return found


def decide(store: Store, proposal_id: int, status: ProposalStatus, now: datetime) -> ProposalRecord:
    """The owner took a proposal up, or declined it. Raises UsageError as `find` does."""
    with store.write() as tx:
        found = find(tx, proposal_id)
        _move(tx, found, status, now, "you said so")
        changed = stored.get(tx, proposal_id)
        assert changed is not None  # noqa: S101 -- it was there a moment ago
        return changed


def _move(tx: Tx, proposal: ProposalRecord, status: ProposalStatus, now: datetime, why: str) -> None:
    stored.change(tx, proposal.id, status)
    row = events.event(tx, now, "owner", "proposal", proposal.id, old=proposal.status, new=status, why=why)
    events.record(tx, [row])

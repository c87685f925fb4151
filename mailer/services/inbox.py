"""Incoming mail: is it about a contact, what is it, and what follows. The mailbox door calls it, folder by folder.

Mail that has nothing to do with a contact leaves no trace: nothing of it is stored or logged.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from mailer.errors import MISTAKES, MailboxError, StoreBusyError, StoreError, StoreLostError
from mailer.model import (
    Action,
    Classification,
    FetchedMail,
    FolderRole,
    Hold,
    MatchedBy,
    MessageStatus,
    Start,
    Verdict,
)
from mailer.services import proof, stop_rule
from mailer.services.desk import Desk
from mailer.services.matching import THREADED, Match, doubted, find_match, kept_evidence, kept_words
from mailer.services.own_mail import from_sent
from mailer.services.proposals import propose, proposed
from mailer.services.transitions import move
from mailer.services.verdicts import recompute
from mailer.storage import contacts, daemons, events, messages, replies
from mailer.storage.records import MessageRecord
from mailer.storage.store import Store, Tx
from mailer.storage.texts import storable

log = logging.getLogger("mailer.inbox")

STRIKES = 3
"""How often one mail may make this program stumble before it is passed over."""


class Inbox:
    """What the mailbox door calls. `desk` is asked each time, since the owner may change settings meanwhile."""

    def __init__(
        self,
        store: Store,
        desk: Callable[[], Desk],
        clock: Callable[[], datetime],
        on_learnt: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock
        self._on_learnt = on_learnt
        self._strikes: dict[tuple[str, int, int], int] = {}

    def start(self, folder: str, role: FolderRole, uidvalidity: int, uidnext: int) -> Start:
        """Where to read a folder from: its cursor, or what came after the first contact was written to."""
        with self._store.write() as tx:
            known = daemons.cursor(tx, folder)
            if known is not None and known[0] == uidvalidity:
                return Start(known[1], None)
            first = messages.first_sent_at(tx)
            if first is None:
                daemons.move_cursor(tx, folder, uidvalidity, uidnext - 1, self._clock())
                return Start(uidnext - 1, None)
            return Start(0, _day_before(first))

    def receive(
        self, folder: str, role: FolderRole, uidvalidity: int, mails: Sequence[FetchedMail], last_uid: int
    ) -> None:
        """Learn what new mail says and move the cursor, in one transaction."""
        try:
            self._take(folder, role, uidvalidity, mails, last_uid)
        except (StoreBusyError, StoreLostError):
            raise  # no mail's fault: all are read again later
        except (*MISTAKES, StoreError, IntegrityError):
            if not mails:
                raise
            self._one_by_one(folder, role, uidvalidity, mails, last_uid)

    def _take(
        self, folder: str, role: FolderRole, uidvalidity: int, mails: Sequence[FetchedMail], last_uid: int
    ) -> None:
        desk, now = self._desk(), self._clock()
        read = self._read(desk, mails, now)
        learnt = 0
        with self._store.write() as tx:
            for mail, verdict in read:
                if role is FolderRole.sent:
                    learnt += from_sent(tx, desk, mail, verdict, now)
                else:
                    learnt += _learn(tx, desk, mail, verdict, (folder, uidvalidity), now)
            daemons.move_cursor(tx, folder, uidvalidity, last_uid, now)
        if learnt:
            self._on_learnt()

    def _one_by_one(
        self, folder: str, role: FolderRole, uidvalidity: int, mails: Sequence[FetchedMail], last_uid: int
    ) -> None:
        """One mail of several can't be handled: take the others, and pass over it after three tries.

        Raises MailboxError while the bad one may still be tried again.
        """
        for mail in mails:
            key = (folder, uidvalidity, mail.uid)
            try:
                self._take(folder, role, uidvalidity, [mail], mail.uid)
            except (StoreBusyError, StoreLostError):
                raise
            except (*MISTAKES, StoreError, IntegrityError) as error:
                self._strikes[key] = self._strikes.get(key, 0) + 1
                if self._strikes[key] < STRIKES:
                    raise MailboxError(f"a message in {folder} could not be handled: {type(error).__name__}") from error
                log.exception("passed over message %d in %s", mail.uid, folder)
                self._pass_over(key)
        self._take(folder, role, uidvalidity, [], last_uid)

    def _pass_over(self, key: tuple[str, int, int]) -> None:
        folder, uidvalidity, uid = key
        with self._store.write() as tx:
            daemons.move_cursor(tx, folder, uidvalidity, uid, self._clock())
            text = f"a message in {folder} (UID {uid}) can't be read by this program"
            mend = "look at it in your mail program, and please report it"
            daemons.set_problem(tx, f"mail.{folder}.{uidvalidity}.{uid}"[:200], text, mend, self._clock())

    def _read(self, desk: Desk, mails: Sequence[FetchedMail], now: datetime) -> list[tuple[FetchedMail, Verdict]]:
        """Understand mails; before the write lock is taken, since it takes time."""
        if not mails:
            return []
        from mailer.understand import understand  # its tables of words are large, and most hours bring no mail

        owner, today = desk.config.owner().email, desk.today(now)
        own = [name for name in (desk.config.account.username,) if name and "@" in name]
        trusted = desk.config.reading.trusted_servers
        with self._store.read() as tx:
            known = contacts.every_address(tx)
        return [
            (
                m,
                understand(
                    m.raw,
                    owner=owner,
                    owner_addresses=own,
                    known_addresses=known,
                    truncated=m.truncated,
                    today=today,
                    trusted_servers=trusted,
                ),
            )
            for m in mails
        ]


def _day_before(moment: datetime) -> date:
    """IMAP's SINCE knows dates only, in the server's zone (RFC 3501 section 6.4.4)."""
    return (moment - timedelta(days=1)).date()


def _learn(tx: Tx, desk: Desk, mail: FetchedMail, verdict: Verdict, place: tuple[str, int], now: datetime) -> int:
    """Record one mail and what follows from it; 0 where it is not about a contact, or known already."""
    if verdict.sender == contacts.fold(desk.config.owner().email) and not verdict.bounce:
        _own_copy(tx, verdict, now)
        return 0
    match = find_match(tx, verdict, mail)
    contact = contacts.get(tx, match.contact_id) if match is not None else None
    if match is None or contact is None:
        return 0
    verdict = doubted(verdict, match, contact.name)
    fingerprint = verdict.message_id or "sha256:" + hashlib.sha256(mail.raw).hexdigest()
    if replies.known(tx, [fingerprint]):
        return 0
    reply_id = replies.create(tx, _row(mail, verdict, match, place, fingerprint, now))
    why = "; ".join(e.rule for e in verdict.evidence[:2])  # no detail: events outlive the words that it may quote
    events.record(
        tx, [events.event(tx, now, "mailbox", "reply", reply_id, old=None, new=verdict.classification, why=why)]
    )
    if match.message is not None and not verdict.unverified:
        _about_message(tx, desk, match.message, match.by, verdict, now)
    propose(tx, reply_id, proposed(verdict, match, contact), now)
    recompute(tx, desk, match.contact_id, now, "mailbox", f"{verdict.classification} {reply_id}")
    return 1


def _own_copy(tx: Tx, verdict: Verdict, now: datetime) -> None:
    """A blind copy to the owner proves that the server took the message."""
    tokens = [verdict.breadcrumb_id] if verdict.breadcrumb_id else []
    message = messages.by_identity(tx, [verdict.message_id] if verdict.message_id else [], tokens)
    if message is not None:
        proof.copy_proves(tx, message, "bcc", "your blind copy arrived", now)


def _about_message(tx: Tx, desk: Desk, message: MessageRecord, by: MatchedBy, verdict: Verdict, now: datetime) -> None:
    """An answer or a bounce that names the message proves that it left; a bounce that gave it up fails it."""
    if by is not MatchedBy.recipient:
        proof.prove(tx, message, f"a {verdict.classification.replace('_', ' ')} names it", now)
    if verdict.bounce is None:
        return
    failed = [r for r in verdict.bounce.recipients if r.action is Action.failed]
    if by is MatchedBy.recipient:
        failed = [r for r in failed if (c := contacts.by_address(tx, r.address)) and c.id == message.contact_id]
    ours = [r for r in failed if contacts.fold(r.address) == contacts.fold(message.to_address)] or failed
    current = messages.get(tx, message.id)
    if ours and current is not None and current.status is MessageStatus.sent:
        why = f"it came back: {ours[0].diagnostic or ours[0].status or 'no reason given'}"[:500]
        move(tx, current, MessageStatus.failed, now, "mailbox", why, why=why, last_error=why, hold=Hold.bounced.value)
        stop_rule.mind(tx, desk, current.edition, now)


def _row(
    mail: FetchedMail, verdict: Verdict, match: Match, place: tuple[str, int], fingerprint: str, now: datetime
) -> dict[str, object]:
    introductions = [asdict(i) for i in verdict.introductions] if match.by in THREADED else []
    values: dict[str, object] = {
        "fingerprint": fingerprint[:998],
        "message_id": verdict.message_id[:998],
        "folder": place[0],
        "uidvalidity": place[1],
        "uid": mail.uid,
        "received_at": mail.received_at,
        "sender": verdict.sender[:998],
        "contact_id": match.contact_id,
        "message_pk": match.message.id if match.message else None,
        "subject": verdict.subject[:998],
        "classification": verdict.classification.value,
        "question": verdict.question,
        "opt_out_scope": verdict.opt_out_scope.value if verdict.opt_out_scope else None,
        "matched_by": match.by.value,
        "evidence": kept_evidence(verdict, match.by),
        "text": kept_words(verdict, match.by),
        "introductions": introductions,
        "bounce": _bounce(verdict),
        "needs_answer": verdict.classification is Classification.reply or bool(verdict.question),
        "unverified": bool(verdict.unverified),
        "away_until": None if verdict.unverified else verdict.away_until,
        "recorded_at": now,
    }
    return {name: storable(value) for name, value in values.items()}


def _bounce(verdict: Verdict) -> dict[str, object] | None:
    if verdict.bounce is None:
        return None
    return {
        "message_id": verdict.bounce.message_id,
        "recipients": [asdict(r) | {"action": r.action.value} for r in verdict.bounce.recipients],
    }

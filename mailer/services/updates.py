"""The monthly update: one edition a month, from plan over preview and approval to the last message.

planned -> previewed -> sending -> done          review: preview
planned -> waiting -> approved -> sending -> done    review: approve, and the first edition ever
planned -> approved -> sending -> done           review: none
any of them before sending -> stopped (the owner) | missed (too late)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from mailer.compose import Draft, message_id
from mailer.errors import MessageError, TemplateError, UsageError
from mailer.model import BEFORE_SENDING, Hold, MessageKind, MessageStatus, SearchStatus
from mailer.schedule import editions_due, next_open, parse_day_rule
from mailer.services import edition_letters, edition_news
from mailer.services.careful import read_for, why_held
from mailer.services.desk import Desk, recipient
from mailer.services.octets import body_from
from mailer.services.transitions import cancel, hold, release
from mailer.storage import claims, daemons, editions, events, locking, messages
from mailer.storage.records import ContactRecord, EditionRecord, MessageRecord
from mailer.storage.store import Store, Tx

LATE = timedelta(days=10)
"""A missed edition still goes out at the next start if it is at most this late."""

CHUNK = 25
"""Drafts written in one transaction. SQLite takes the interpreter's lock again and again while it writes, and nobody
else gets it meanwhile: 200 at a time kept the daemon's loop waiting for a tenth of a second, 25 for a fiftieth."""

_REDRAWN = (None, Hold.template, Hold.reading)
"""What a letter may be held for so that writing it again holds or frees it; for anything else it waits on."""

OPEN = ("planned", "previewed", "waiting", "approved", "sending")


Writer = Callable[[Store, Desk, EditionRecord, datetime], object]


def tick(store: Store, desk: Desk, now: datetime, write: Writer | None = None) -> None:
    """Bring every edition one step further. Safe to call at any moment, any number of times, after any crash.

    `write` writes an edition's letters, by default `enqueue`.
    """
    _discover(store, desk, now)
    with store.read() as tx:
        open_editions = [e for e in editions.every(tx) if e.status in OPEN]
    for edition in open_editions:
        if edition.status == "sending":
            _finish(store, edition, now)
        elif _ready(store, desk, edition, now):
            (write or enqueue)(store, desk, edition, now)


def _discover(store: Store, desk: Desk, now: datetime) -> None:
    """Write down editions that are due by now, or whose preview is."""
    with store.read() as tx:
        started = daemons.owner(tx)["first_started_at"]
        known = {e.name for e in editions.every(tx)}
    if started is None:
        return  # before the first start nothing is due, and nothing was missed
    settings = desk.config.updates
    coming = editions_due(
        parse_day_rule(settings.day),
        settings.at,
        desk.window.zone,
        desk.window.is_business_day,
        started,
        now + settings.preview_lead,
    )
    for name, due in coming:
        if name not in known:
            with store.write() as tx:
                _create(tx, desk, name, due, now)


def _create(tx: Tx, desk: Desk, name: str, due: datetime, now: datetime) -> None:
    if now - due > LATE:
        why = f"it was due {due.astimezone(desk.window.zone):%d %B %Y}, and nothing ran until {LATE.days} days later"
        _log(tx, editions.create(tx, name, due, "missed", why), None, "missed", why, now)
        mend = "nothing to do: the next edition tells it all"
        daemons.set_problem(tx, f"edition.{name}", f"the update of {name} was missed: {why}", mend, now)
        return
    _log(tx, editions.create(tx, name, due, "planned"), None, "planned", f"due {due:%Y-%m-%d %H:%M} UTC", now)


def _log(tx: Tx, edition_id: int, old: str | None, new: str, why: str, now: datetime, actor: str = "daemon") -> None:
    events.record(tx, [events.event(tx, now, actor, "edition", edition_id, old=old, new=new, why=why)])


def move(tx: Tx, edition: EditionRecord, status: str, now: datetime, why: str = "", actor: str = "daemon") -> None:
    """Change an edition's state and log it."""
    extra = {}
    if status == "approved":
        extra["approved_at"] = now
    editions.change(tx, edition.name, status=status, why=why, **extra)
    _log(tx, edition.id, edition.status, status, why, now, actor)


def _ready(store: Store, desk: Desk, edition: EditionRecord, now: datetime) -> bool:
    """Whether an edition may be written out now; moves it through preview and approval on the way."""
    with store.write() as tx:
        current = editions.get(tx, edition.name)
        if current is None or current.status not in OPEN or desk.config.search.status is not SearchStatus.active:
            return False
        if now - max(current.due_at, current.approved_at or current.due_at) > LATE:
            why = "it was not approved in time" if current.status == "waiting" else "it could not leave in time"
            _end_letters(tx, current, why, now)
            move(tx, current, "missed", now, why)
            return False
        if current.status == "planned":
            _preview(tx, desk, current, now)
            return False
        if current.status == "previewed":
            return now >= current.due_at and _preview_read(tx, desk, current, now)
        return current.status == "approved" and now >= current.due_at


def _end_letters(tx: Tx, edition: EditionRecord, why: str, now: datetime) -> None:
    """What a crash left of an edition that was being written out doesn't leave late, either."""
    for message in messages.of_edition(tx, edition.name, MessageKind.update):
        cancel(tx, message, Hold.pointless, why, now)


def _preview(tx: Tx, desk: Desk, edition: EditionRecord, now: datetime) -> None:
    """Show the owner what is about to leave, and decide whether it needs their yes."""
    first = not any(e.status in ("sending", "done") for e in editions.every(tx))
    review = desk.config.updates.review
    if review == "none" and not first and not _doubtful(tx, desk, edition, now):
        move(tx, edition, "approved", now, "no review is configured")
        return
    try:
        news = edition_news.news_of(tx, desk, edition, now)
        waits = first or review == "approve" or bool(news.doubt)
        draft = edition_letters.preview_draft(tx, desk, edition, now, waits=waits, notes=news.notes)
    except TemplateError as error:
        text = f"the update of {edition.name} can't be written: {error}"
        daemons.set_problem(tx, f"edition.{edition.name}", text, "mend the template; it is tried again", now)
        return
    daemons.clear_problem(tx, f"edition.{edition.name}")
    owner = desk.config.owner()
    row = _row(desk, MessageKind.preview, edition.name, owner.name, owner.email, now)
    row.update(subject=draft.subject, body=draft.body, not_before=now, status=MessageStatus.queued.value)
    messages.create(tx, [row])
    why = "the first edition always waits for your approval" if first else news.doubt
    move(tx, edition, "waiting" if waits else "previewed", now, why)


def _doubtful(tx: Tx, desk: Desk, edition: EditionRecord, now: datetime) -> bool:
    """Whether somebody should look at an edition that is to leave unseen."""
    try:
        return bool(edition_news.news_of(tx, desk, edition, now).doubt)
    except TemplateError:
        return False  # each letter that can't be written is held


def _preview_read(tx: Tx, desk: Desk, edition: EditionRecord, now: datetime) -> bool:
    """An update leaves no sooner than `preview_lead` after its preview really left."""
    previews = messages.of_edition(tx, edition.name, MessageKind.preview)
    left = [m.sent_at for m in previews if m.sent_at is not None]
    if not left:
        stuck = next((m for m in previews if m.status not in (MessageStatus.queued, MessageStatus.sending)), None)
        if stuck is not None:
            text = f"the update of {edition.name} waits, since its preview is {stuck.status}"
            daemons.set_problem(tx, f"edition.{edition.name}", text, "approve it with `mailer update approve`", now)
        return False
    return now >= min(left) + desk.config.updates.preview_lead


def _row(desk: Desk, kind: MessageKind, edition: str, name: str, address: str, now: datetime) -> dict[str, object]:
    token = desk.token()
    return {
        "kind": kind.value,
        "contact_id": None,
        "edition": edition,
        "to_name": name,
        "to_address": address,
        "token": token,
        "message_id": message_id(token, desk.config.owner().email),
        "thread": [],
        "inputs": "",
        "hold": None,
        "why": None,
        "created_at": now,
    }


def enqueue(
    store: Store, desk: Desk, edition: EditionRecord, now: datetime, *, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Write a draft for everyone met, chunk by chunk; a crash in between is made good by the next call.

    Before each chunk `go_on` is asked; where it says no, nothing more is written.
    """
    with store.read() as tx:
        people = edition_letters.recipients(tx, desk, now)
        written = messages.written_to(tx, edition.name, MessageKind.update)
        letters = edition_letters.Letters(tx, desk, edition, now)
    missing = [c for c in people if c.id not in written]
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        rows = [_letter_row(desk, edition, letters, contact, now) for contact in chunk]  # before the write lock
        bodies = {str(row["token"]): body for row in rows if (body := _body(desk, row)) is not None}
        with store.write() as tx:
            if not (go_on() and _still_wanted(tx, edition)):
                return 0
            _write(tx, rows, bodies, edition, now)
    with store.write() as tx:
        current = editions.get(tx, edition.name)
        if current is not None and current.status in OPEN:
            editions.change(tx, edition.name, started_at=now)
            move(tx, current, "sending", now, f"{len(people)} contacts")
            daemons.clear_problem(tx, f"edition.{edition.name}")
    return len(missing)


def _still_wanted(tx: Tx, edition: EditionRecord) -> bool:
    current = editions.get(tx, edition.name)
    return current is not None and current.status in OPEN


def _body(desk: Desk, row: dict[str, object]) -> bytes | None:
    """The octets below the head, made now so that sending has less to do; None where that must wait for a mend."""
    if row["status"] != MessageStatus.queued.value:
        return None
    try:
        return body_from(desk, str(row["body"]), str(row["token"]), MessageKind.update, to_contact=True)
    except MessageError:
        return None  # the claim says what is wrong


def _write(
    tx: Tx, rows: Sequence[dict[str, object]], bodies: Mapping[str, bytes], edition: EditionRecord, now: datetime
) -> None:
    taken = messages.written_to(tx, edition.name, MessageKind.update, [int(str(row["contact_id"])) for row in rows])
    fresh = [row for row in rows if row["contact_id"] not in taken]
    ids = messages.create(tx, fresh)
    made = [(i, bodies.get(str(row["token"]))) for i, row in zip(ids, fresh, strict=True)]
    claims.keep(tx, [(i, claims.Content(body)) for i, body in made if body is not None])
    why = f"update of {edition.name}"
    events.record(
        tx,
        [
            events.event(tx, now, "daemon", "message", i, old=None, new=str(row["status"]), why=why)
            for i, row in zip(ids, fresh, strict=True)
        ],
    )


def _letter_row(
    desk: Desk, edition: EditionRecord, letters: edition_letters.Letters, contact: ContactRecord, now: datetime
) -> dict[str, object]:
    row = _row(desk, MessageKind.update, edition.name, contact.name, contact.address, now)
    row["contact_id"] = contact.id
    row["not_before"] = next_open(desk.window_of(contact), max(now, edition.due_at))
    row["thread"] = letters.thread(contact)
    row["status"] = MessageStatus.queued.value
    try:
        draft = letters.draft(contact)
    except TemplateError as error:
        row.update(subject="", body="", status=MessageStatus.held.value, hold=Hold.template.value, why=str(error))
        return row
    row.update(subject=draft.subject, body=draft.body)
    if contact.question:
        row.update(status=MessageStatus.held.value, hold=Hold.question.value, why=contact.question)
    elif why := _read(desk, contact, draft):
        row.update(status=MessageStatus.held.value, hold=Hold.reading.value, why=why)
    return row


def _read(desk: Desk, contact: ContactRecord, draft: Draft) -> str:
    """Why a letter must wait for the owner's word. Whether it says anything new was asked of the whole edition."""
    return why_held(read_for(desk, MessageKind.update, recipient(contact), draft))


def redraw(store: Store, desk: Desk, now: datetime) -> None:
    """Write drafts of a running edition again that have not left; call after templates or roster changed."""
    with store.read() as tx:
        running = [e for e in editions.every(tx) if e.status == "sending"]
    for edition in running:
        with store.read() as tx:
            letters = edition_letters.Letters(tx, desk, edition, now)
            ids = messages.unsent_of(tx, edition.name, MessageKind.update)
        for start in range(0, len(ids), CHUNK):
            with store.write() as tx:
                chosen = messages.Filter(ids=tuple(ids[start : start + CHUNK]), statuses=tuple(BEFORE_SENDING))
                for message in messages.listing(tx, chosen):
                    _redraw_one(tx, desk, letters, locking.for_change(tx, message), now)


def _redraw_one(tx: Tx, desk: Desk, letters: edition_letters.Letters, message: MessageRecord, now: datetime) -> None:
    contact = letters.contact(message.contact_id)
    if contact is None or message.edited or message.attempts or message.status not in BEFORE_SENDING:
        return
    try:
        draft = letters.draft(contact)
    except TemplateError as error:
        if message.hold in _REDRAWN:
            hold(tx, message, Hold.template, str(error), now)
        return
    approved = message.approved_at is not None
    if (draft.subject, draft.body) != (message.subject, message.body):
        messages.change(tx, message.id, subject=draft.subject, body=draft.body, approved_at=None)
        claims.forget_body(tx, message.id)
        approved = False  # the yes was to other words
    if not approved and (why := _read(desk, contact, draft)):
        if message.hold in _REDRAWN and message.why != why:
            hold(tx, message, Hold.reading, why, now)
    elif message.hold in (Hold.template, Hold.reading):
        release(tx, message, now, "daemon", "the letter is mended")


def _finish(store: Store, edition: EditionRecord, now: datetime) -> None:
    with store.read() as tx:
        if messages.is_under_way(tx, edition.name, MessageKind.update):
            return
    with store.write() as tx:
        if not messages.is_under_way(tx, edition.name, MessageKind.update):
            left = messages.counts(tx, edition=edition.name, kind=MessageKind.update.value)
            editions.change(tx, edition.name, finished_at=now)
            move(tx, edition, "done", now, ", ".join(f"{n} {s}" for s, n in sorted(left.items())))


def approve(store: Store, desk: Desk, name: str | None, now: datetime) -> EditionRecord:
    """The owner's yes to an edition (the one that waits, unless named); it leaves at its time, or now."""
    with store.write() as tx:
        edition = _the_one(tx, name, ("waiting", "previewed", "planned", "stopped"))
        _free(tx, edition, now)  # letters that a stop in the middle of writing held, too
        if edition.status == "stopped" and edition.started_at is not None:
            move(tx, edition, "sending", now, "goes on", "owner")
            editions.change(tx, edition.name, approved_at=now)
        else:
            move(tx, edition, "approved", now, "approved", "owner")
        daemons.clear_problem(tx, f"edition.{edition.name}")
        return _get(tx, edition.name)


def _free(tx: Tx, edition: EditionRecord, now: datetime) -> None:
    for message in messages.of_edition(tx, edition.name, MessageKind.update):
        if message.status is MessageStatus.held and message.hold == Hold.edition:
            when = max(message.not_before, now)
            release(tx, message, now, "owner", "the edition goes on", not_before=when)


def stop(
    store: Store, name: str | None, now: datetime, why: str = "you stopped it", actor: str = "owner"
) -> EditionRecord:
    """Nothing more of this edition leaves until it is approved (again)."""
    with store.write() as tx:
        edition = _the_one(tx, name, OPEN)
        stop_now(tx, edition, now, why, actor)
        return _get(tx, edition.name)


def stop_now(tx: Tx, edition: EditionRecord, now: datetime, why: str, actor: str) -> None:
    """Hold what has not left of an edition."""
    for message in messages.of_edition(tx, edition.name, MessageKind.update):
        if message.status is MessageStatus.queued:
            hold(tx, message, Hold.edition, why, now, actor)
    move(tx, edition, "stopped", now, why, actor)


def _the_one(tx: Tx, name: str | None, statuses: Sequence[str]) -> EditionRecord:
    found = [e for e in editions.every(tx) if e.status in statuses and name in (None, e.name)]
    if not found:
        what = f"the edition {name}" if name else "an edition"
        states = " or ".join(statuses)
        raise UsageError(
            f"there is no {what.removeprefix('the ').removeprefix('an ')} that is {states}",
            mend="see `mailer update status`",
        )
    return min(found, key=lambda e: e.status == "stopped")  # the oldest, and one that was stopped only if no other is


def _get(tx: Tx, name: str) -> EditionRecord:
    edition = editions.get(tx, name)
    assert edition is not None  # noqa: S101 -- found just now
    return edition

"""`mailer outbox`: outgoing mail, and the owner's word on it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import ID, F, json_option, listing_options, sure, yes_option

if TYPE_CHECKING:
    from datetime import datetime

    from mailer.daemon.wiring import App
    from mailer.storage.messages import Filter
    from mailer.storage.records import MessageRecord

KINDS = ("thank_you", "update", "follow_up", "loop_back", "preview", "landed")
STATUSES = ("held", "queued", "sending", "sent", "uncertain", "failed", "cancelled")

Act = Callable[["App", int, "datetime"], "MessageRecord"]


def filter_options(command: F) -> F:
    """Which messages are meant."""
    kind = click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="May be repeated.")
    status = click.option("--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="May be repeated.")
    contact = click.option("--contact", metavar="WHO", help="Only to this contact.")
    edition = click.option("--edition", metavar="NAME", help="Only of this edition, such as 2026-11.")
    return kind(status(contact(edition(command))))


def _filter(app: App, ids: tuple[int, ...], asked: dict[str, Any], after: int = 0) -> Filter:
    """The query for what was asked. Raises UsageError for an unknown contact."""
    from mailer.model import MessageKind, MessageStatus
    from mailer.services.log import find_contact
    from mailer.storage.messages import Filter

    contact_id = None
    if asked["contact"]:
        with app.store.read() as tx:
            contact_id = find_contact(tx, asked["contact"]).id
    return Filter(
        ids=ids,
        statuses=tuple(MessageStatus(s) for s in asked["statuses"]),
        kinds=tuple(MessageKind(k) for k in asked["kinds"]),
        contact_id=contact_id,
        edition=asked["edition"],
        after=after,
    )


@click.group("outbox")
def command() -> None:
    """See, approve, change and stop outgoing mail."""


@command.command("list")
@filter_options
@listing_options
@pass_call
def list_(call: Call, /, limit: int | None, after: int, **asked: Any) -> None:
    """List messages: what waits, what left, what failed."""
    from mailer.cli import shapes
    from mailer.storage import messages

    app = call.synced_app()
    with app.store.read() as tx:
        found = messages.listing(tx, _filter(app, (), asked, after), limit)
    if call.as_json:
        call.emit([shapes.message(m) for m in found])
    else:
        _table(app, found)


def _table(app: App, found: list[MessageRecord]) -> None:
    from mailer.cli import tables
    from mailer.cli.words import moment, person

    zone = app.desk.window.zone
    titles = ("kind", "to", "subject", "status", "when", "why")
    rows = [
        (
            m.id,
            m.kind.replace("_", "-"),
            person(m.to_name, m.to_address),
            m.subject,
            m.status.value,
            moment(m.sent_at or m.not_before, zone),
            m.why or m.last_error,
        )
        for m in found
    ]
    tables.show([tables.ID_COLUMN, *(tables.Column(t) for t in titles)], rows, empty="There is no such message.")


@command.command("show")
@click.argument("ids", nargs=-1, type=ID, metavar="[ID]...")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it as a web page.")
@click.option("--raw", is_flag=True, help="Print the octets that leave (or left), and nothing else.")
@filter_options
@json_option
@pass_call
def show(call: Call, /, ids: tuple[int, ...], html: Path | None, raw: bool, **asked: Any) -> None:
    """Show messages as their recipients will read them, and all that happened to each."""
    from mailer.cli import letters
    from mailer.errors import UsageError

    app = call.synced_app()
    chosen = _chosen(call, app, ids, asked, STATUSES)
    if chosen is None:
        return
    if (raw or html) and len(chosen) > 1:
        raise UsageError("these are several messages", mend="name one for --raw or --html")
    shown = [letters.look(app, message_id) for message_id in chosen]
    if raw:
        if not shown[0].frozen:
            call.note("It has not left yet; this is what would leave now.")
        sys.stdout.buffer.write(shown[0].octets)
    elif html is not None:
        html.write_text(shown[0].html(app.desk.templates.css), encoding="utf-8")
        call.say(f"Written to {html}.")
    elif call.as_json:
        call.emit([each.as_json() for each in shown] if len(ids) != 1 else shown[0].as_json())
    else:
        call.say(f"\n\n{'=' * 60}\n\n".join(each.told(app.desk.window.zone) for each in shown))


def _act_command(name: str, doing: str, done: str, applies: tuple[str, ...], help_: str) -> Callable[[Act], Act]:
    """A command that does one thing to one message, several, or all that a filter finds in the states it applies to."""

    def decorate(act: Act) -> Act:
        @command.command(name, help=help_)
        @click.argument("ids", nargs=-1, type=ID, metavar="[ID]...")
        @filter_options
        @yes_option
        @json_option
        @pass_call
        def run(call: Call, /, ids: tuple[int, ...], yes: bool, **asked: Any) -> int:
            app = call.synced_app()
            chosen = _chosen(call, app, ids, asked, applies)
            if chosen is None:
                return 0
            if not ids and not sure(f"{doing} {_count(len(chosen))}?", yes=yes):
                call.note("Nothing was changed.")
                return 0
            return _do(call, app, chosen, act, done)

        return act

    return decorate


def _count(number: int) -> str:
    from mailer.cli.words import plural

    return plural(number, "message")


def _chosen(
    call: Call, app: App, ids: tuple[int, ...], asked: dict[str, Any], applies: tuple[str, ...]
) -> list[int] | None:
    """The ids given, or those that the filter finds; None where it finds none."""
    from mailer.errors import UsageError
    from mailer.model import MessageStatus
    from mailer.storage import messages

    filtered = any(asked.values())
    if ids and filtered:
        raise UsageError("give ids or a filter, not both")
    if ids:
        return list(dict.fromkeys(ids))
    if not filtered:
        raise UsageError("which messages?", mend="give ids, or a filter such as --kind update or --contact Ada")
    with app.store.read() as tx:
        found = messages.listing(tx, _filter(app, (), asked))
    chosen = [m.id for m in found if m.status in {MessageStatus(s) for s in applies}]
    if chosen:
        return chosen
    call.note(f"No such message is {' or '.join(applies)}.")
    if call.as_json:
        call.emit([])
    return None


def _do(call: Call, app: App, ids: list[int], act: Act, done: str) -> int:
    """Do it to each; what can't be done to one stops only that one."""
    from mailer.cli import shapes
    from mailer.errors import MailerError

    changed: list[MessageRecord] = []
    failed: list[MailerError] = []
    for message_id in ids:
        try:
            changed.append(act(app, message_id, app.clock()))
        except MailerError as error:
            failed.append(error)
    for message in changed:
        call.say(_said(app, message, done))
    if call.as_json and (changed or len(ids) > 1):
        call.emit([shapes.message(m) for m in changed])
    if failed and len(ids) == 1:
        raise failed[0]
    for each in failed:
        call.note(f"mailer: {each}")
    return 1 if failed else 0


def _said(app: App, message: MessageRecord, done: str) -> str:
    from mailer.cli.words import moment, one_line

    line = f"{message.id} {one_line(message.to_name)}: {done}"
    if message.status == "queued":
        return f"{line}; leaves {moment(max(message.not_before, app.clock()), app.desk.window.zone)}"
    return line


@_act_command(
    "approve", "Approve", "approved", ("held",), "Let held messages go; each leaves at its time, in the sending hours."
)
def approve(app: App, message_id: int, now: datetime) -> MessageRecord:
    """Approve one message."""
    from mailer.services import decisions

    return decisions.approve(app.store, app.desk, message_id, now)


@_act_command("hold", "Hold", "held", ("queued",), "Make waiting messages wait for your approval.")
def hold(app: App, message_id: int, now: datetime) -> MessageRecord:
    """Hold one message."""
    from mailer.services import decisions

    return decisions.hold_back(app.store, message_id, now)


@_act_command("cancel", "Cancel", "cancelled", ("held", "queued"), "Cancel messages that have not left.")
def cancel(app: App, message_id: int, now: datetime) -> MessageRecord:
    """Cancel one message."""
    from mailer.services import decisions

    return decisions.cancel_message(app.store, app.desk, message_id, now)


@_act_command(
    "retry",
    "Try again",
    "tried again",
    ("failed",),
    "Try failed messages again. By id also cancelled ones, and those that wait between two attempts.",
)
def retry(app: App, message_id: int, now: datetime) -> MessageRecord:
    """Try one message again."""
    from mailer.services import decisions

    return decisions.retry(app.store, app.desk, message_id, now)


@command.command("resolve")
@click.argument("ids", nargs=-1, type=ID, metavar="[ID]...")
@click.option("--sent/--resend", "sent", default=None, help="It arrived; or it did not, and shall leave again.")
@filter_options
@yes_option
@json_option
@pass_call
def resolve(call: Call, /, ids: tuple[int, ...], sent: bool | None, yes: bool, **asked: Any) -> int:
    """Say what became of uncertain messages: those of which nobody knows whether the server took them.

    Look into the Sent folder of your mail program, or ask the contact.
    """
    from mailer.errors import UsageError
    from mailer.services import decisions

    if sent is None:
        raise UsageError("did it arrive?", mend="say --sent, or --resend where it did not")
    app = call.synced_app()
    chosen = _chosen(call, app, ids, asked, ("uncertain",))
    if chosen is None:
        return 0
    if not ids and not sure(f"{'Count as sent' if sent else 'Send again'}: {_count(len(chosen))}?", yes=yes):
        call.note("Nothing was changed.")
        return 0

    def act(app: App, message_id: int, now: datetime) -> MessageRecord:
        return decisions.resolve(app.store, app.desk, message_id, sent=bool(sent), now=now)

    return _do(call, app, chosen, act, "counts as sent" if sent else "to leave again")


@command.command("edit")
@click.argument("ids", nargs=-1, type=ID, metavar="[ID]...")
@click.option("--subject", metavar="TEXT", help="The new subject; no editor opens.")
@click.option(
    "--body-file", type=click.File(encoding="utf-8"), metavar="FILE", help="The new text, Markdown; - for stdin."
)
@filter_options
@json_option
@pass_call
def edit(call: Call, /, ids: tuple[int, ...], subject: str | None, body_file: Any, **asked: Any) -> int:
    """Change subject and text of messages by hand, one after another in $VISUAL or $EDITOR.

    From then on they follow nothing else.
    """
    from mailer.cli import shapes
    from mailer.errors import MailerError

    app = call.synced_app()
    chosen = _chosen(call, app, ids, asked, ("held", "queued"))
    if chosen is None:
        return 0
    body = body_file.read() if body_file else None
    found: list[MessageRecord] = []
    for message_id in chosen:
        try:
            found.append(_edit_one(call, app, message_id, subject, body))
        except MailerError as error:
            if len(chosen) == 1:
                raise
            call.note(f"mailer: {error}")
    if call.as_json:
        call.emit([shapes.message(m) for m in found] if len(ids) != 1 else shapes.message(found[0]))
    return 0 if len(found) == len(chosen) else 1


def _edit_one(call: Call, app: App, message_id: int, subject: str | None, body: str | None) -> MessageRecord:
    """One message with the owner's words, from options or an editor. Raises UsageError."""
    from mailer.cli import careful, letters
    from mailer.services import decisions
    from mailer.services.listings import message

    with app.store.read() as tx:
        before = message(tx, message_id)
    letters.must_be_editable(before)
    if subject is None and body is None:
        wanted = letters.in_editor(before.subject, before.body)
    else:
        wanted = letters.given(before, subject, body)
    if wanted is None or wanted == (before.subject, before.body):
        call.say(f"Nothing was changed in message {message_id}.")
        return before
    after = decisions.edit(app.store, app.desk, message_id, *wanted, app.clock())
    call.say(f"Message {message_id} has your words now.")
    for line in careful.told(letters.look(app, message_id).findings):
        call.note(line)
    return after

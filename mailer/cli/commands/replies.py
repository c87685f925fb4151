"""`mailer replies`: what came back, what it was taken for, and the owner's word on that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import ID, json_option, listing_options

if TYPE_CHECKING:
    from mailer.daemon.wiring import App
    from mailer.storage.records import ProposalRecord, ReplyRecord

CLASSIFICATIONS = ("reply", "automatic", "bounce", "opt_out", "complaint", "other")

_MATCHED = {
    "in_reply_to": "it answers our message (In-Reply-To)",
    "references": "it is in the thread of our message (References)",
    "returned": "it returns our message",
    "recipient": "it names an address that we wrote to lately",
    "subject": "it comes from their address and answers the subject of our message",
    "sender": "only its sender's address says so",
    "name": "only its sender's name and the subject say so",
}


@click.group("replies")
def command() -> None:
    """What came back, and what it was taken for."""


@command.command("list")
@click.option("--contact", "who", metavar="WHO", help="Only from, or about, this contact.")
@click.option("--classification", type=click.Choice(CLASSIFICATIONS), help="Only of this kind.")
@click.option("--needs-answer", is_flag=True, help="Only those that you have not answered yet.")
@listing_options
@pass_call
def list_(
    call: Call, who: str | None, classification: str | None, needs_answer: bool, limit: int | None, after: int
) -> None:
    """List what came back."""
    from mailer.cli import shapes
    from mailer.model import Classification
    from mailer.services.listings import contact_names
    from mailer.services.log import find_contact
    from mailer.storage import replies

    app = call.app()
    with app.store.read() as tx:
        found = replies.listing(
            tx,
            after=after,
            limit=limit,
            contact_id=find_contact(tx, who).id if who else None,
            classification=Classification(classification) if classification else None,
            needs_answer=True if needs_answer else None,
        )
        names = contact_names(tx)
    if call.as_json:
        call.emit([shapes.reply(r, names.get(r.contact_id or 0)) for r in found])
    else:
        _table(app, found, names)


def _table(app: App, found: list[ReplyRecord], names: dict[int, str]) -> None:
    from mailer.cli import tables
    from mailer.cli.words import moment, one_line

    zone = app.desk.window.zone
    rows = [
        (
            r.id,
            moment(r.received_at, zone),
            names.get(r.contact_id or 0) or r.sender,
            r.classification.replace("_", "-") + (f" ({r.opt_out_scope})" if r.opt_out_scope else ""),
            "answer it" if r.needs_answer else "",
            r.question or one_line(r.text)[:60] or r.subject,
        )
        for r in found
    ]
    titles = ("received", "from", "is", "", "says")
    tables.show([tables.ID_COLUMN, *(tables.Column(t) for t in titles)], rows, empty="Nothing has come back.")


@command.command("show")
@click.argument("reply_id", type=ID, metavar="ID")
@json_option
@pass_call
def show(call: Call, reply_id: int) -> None:
    """Show one: their own words, then why it was taken for what it is.

    Of mail that only its sender's address ties to a contact the words are not kept; they are fetched again.
    """
    from mailer.cli import shapes
    from mailer.services.listings import contact_names, reply
    from mailer.storage import proposals

    app = call.app()
    with app.store.read() as tx:
        found = reply(tx, reply_id)
        name = contact_names(tx).get(found.contact_id or 0)
        proposed = proposals.listing(tx, reply_id=reply_id)
    found = _with_words(call, app, found)
    if call.as_json:
        call.emit(shapes.reply_shown(found, name, proposed))
    else:
        call.say(_told(app, found, name, proposed))


def _with_words(call: Call, app: App, found: ReplyRecord) -> ReplyRecord:
    """The words of a message that are not kept here are fetched again, where the mailbox can be reached."""
    from dataclasses import replace

    from mailer.cli.fetching import lacks_words, words_again
    from mailer.errors import MailerError

    if not lacks_words(found):
        return found
    try:
        return replace(found, text=words_again(app, found))
    except MailerError as error:
        call.note(f"Its words could not be fetched: {error}")
        return found


def _told(app: App, found: ReplyRecord, name: str | None, proposed: list[ProposalRecord]) -> str:
    from mailer.cli.tables import facts
    from mailer.cli.words import harmless, moment, one_line, person

    people = [
        one_line(", ".join(p for p in (person(i.get("name") or "", i.get("email") or ""), i.get("company")) if p))
        for i in found.introductions
    ]
    recipients = [
        one_line(f"{r['address']}: {r['diagnostic'] or r['status'] or r['action']}")
        for r in (found.bounce or {}).get("recipients", [])
    ]
    text = harmless(found.text).strip()
    nothing = f"(Its words are not kept here; it lies in the folder {found.folder} of your mail program.)"
    pairs = [
        ("from", found.sender),
        ("contact", name),
        ("subject", found.subject),
        ("received", moment(found.received_at, app.desk.window.zone)),
        ("is", _what(found)),
        (
            "because",
            "\n".join(one_line(f"{e['rule']}: {e['detail']}" if e["detail"] else e["rule"]) for e in found.evidence),
        ),
        ("theirs", _MATCHED[found.matched_by.value]),
        ("recipients", "\n".join(recipients)),
        ("introduces", "\n".join(people)),
        ("proposes", "\n".join(_proposal(p) for p in proposed)),
        ("away until", f"{found.away_until} (mail to them waits until the day after)" if found.away_until else ""),
        ("question", found.question),
        ("mends", _mend(found)),
    ]
    return f"{text or nothing}\n\n{'-' * 60}\n{facts(pairs)}"


def _proposal(found: ProposalRecord) -> str:
    from mailer.cli.words import one_line, person

    what = one_line(f"{found.kind.replace('_', ' ')}: {person(found.name, found.email)}")
    mend = f"mailer contacts add --from-proposal {found.id}" if found.status == "open" else found.status
    return f"{what} ({mend})"


def _what(found: ReplyRecord) -> str:
    words = {
        "reply": "a person's own words",
        "automatic": "a robot's answer",
        "bounce": "a report that mail came back",
        "opt_out": "a request not to be written to",
        "complaint": "a complaint",
        "other": "none of these",
    }[found.classification.value]
    scope = {"updates": "; no updates any more", "all": "; nothing at all any more"}
    overruled = " (you said so)" if found.overruled else ""
    return f"{found.classification}: {words}{scope.get(found.opt_out_scope or '', '')}{overruled}"


def _mend(found: ReplyRecord) -> str:
    """The commands that a person may want next."""
    lines = [f"mailer replies answered {found.id}"] if found.needs_answer else []
    return "\n".join([*lines, f"mailer replies reclassify {found.id} reply|automatic|bounce|opt_out|complaint|other"])


@command.command("reclassify")
@click.argument("reply_id", type=ID, metavar="ID")
@click.argument("classification", type=click.Choice(CLASSIFICATIONS))
@click.option("--scope", type=click.Choice(["updates", "all"]), help="How far an opt_out reaches; by default all.")
@json_option
@pass_call
def reclassify(call: Call, reply_id: int, classification: str, scope: str | None) -> None:
    """Overrule what a message was taken for; everything that followed from the wrong verdict is undone."""
    from mailer.cli import shapes
    from mailer.errors import UsageError
    from mailer.services import answers
    from mailer.services.listings import contact_names

    if scope and classification != "opt_out":
        raise UsageError("--scope belongs to opt_out only")
    values: dict[str, object] = {
        "classification": classification,
        "opt_out_scope": (scope or "all") if classification == "opt_out" else None,
        "needs_answer": classification == "reply",
    }
    app = call.synced_app()
    found = answers.reclassify(app.store, app.desk, reply_id, values, app.clock())
    with app.store.read() as tx:
        name = contact_names(tx).get(found.contact_id or 0)
    call.say(f"Reply {reply_id} from {found.sender} counts as {_what(found)}.")
    if call.as_json:
        call.emit(shapes.reply(found, name))


@command.command("answered")
@click.argument("ids", nargs=-1, required=True, type=ID, metavar="ID...")
@json_option
@pass_call
def answered(call: Call, ids: tuple[int, ...]) -> None:
    """Say that you answered these; mail that waited for your answer goes on."""
    from mailer.cli import shapes
    from mailer.services.answers import answered as mark
    from mailer.services.listings import contact_names

    app = call.synced_app()
    found = [mark(app.store, app.desk, reply_id, app.clock()) for reply_id in dict.fromkeys(ids)]
    with app.store.read() as tx:
        names = contact_names(tx)
    for each in found:
        call.say(f"Reply {each.id} from {names.get(each.contact_id or 0) or each.sender} is answered.")
    if call.as_json:
        call.emit([shapes.reply(r, names.get(r.contact_id or 0)) for r in found])

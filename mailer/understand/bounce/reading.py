"""Asks each reader of bounces in turn; the first that finds recipients answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mailer import model
from mailer.understand import limits
from mailer.understand.bounce import reasons
from mailer.understand.bounce.codes import choose_status, find_codes, is_dead, is_permanent
from mailer.understand.bounce.events import Event
from mailer.understand.bounce.lists import read_list
from mailer.understand.bounce.notice import CERTAIN, ENOUGH, Failure, Notice, is_by_system, is_daemon, make_notice
from mailer.understand.bounce.report import read_report
from mailer.understand.bounce.returned import returned_ids
from mailer.understand.bounce.sentences import (
    read_bare_names,
    read_expanded,
    read_failed_header,
    read_sentences,
    read_to_line,
    read_transcript,
)
from mailer.understand.mime import is_message

_UNHARMED = frozenset({model.Action.delivered, model.Action.relayed, model.Action.expanded})
_READERS: tuple[tuple[str, Callable[[Notice], list[Failure]]], ...] = (
    ("recipients listed in a failure notice", read_list),
    ("a sentence that says who was not reached", read_sentences),
    ("a refused RCPT in a transcript", read_transcript),
    ("X-Failed-Recipients", read_failed_header),
    ("a name below a line that says it failed", read_bare_names),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A bounce, and which reader found it by what. `delivered`: it only reports success."""

    bounce: model.Bounce
    evidence: tuple[model.Evidence, ...]
    delivered: bool = False


def read_bounce(notice: Notice, event: Event | None) -> Reading | None:
    """The bounce that the message is; None where it is none."""
    if event is not None and event.kind in ("bounce", "delivery"):
        rule, failures = "Amazon SES notification", event.failures
    elif notice.weight >= ENOUGH:
        rule, failures = _by_notice(notice)
    else:
        return None
    if not failures and not (notice.weight >= CERTAIN and _says_failed(notice)):
        return None
    rule = rule if failures else "a mail system says that it failed, not for whom"
    recipients = tuple(_recipient(f, notice, len(failures)) for f in failures)
    message_id, breadcrumb = returned_ids(notice.returned, notice.words, notice.rest)
    message_id = (event.message_id if event else None) or message_id
    evidence = (model.Evidence(rule, "; ".join(notice.signs)[:400]),)
    return Reading(
        model.Bounce(message_id, recipients, breadcrumb, is_by_system(notice)),
        evidence,
        delivered=bool(recipients) and all(r.action in _UNHARMED for r in recipients),
    )


def _by_notice(notice: Notice) -> tuple[str, list[Failure]]:
    """By the report, else by words, else by the report of a notice that another system wrapped and passed on."""
    failures = _named_report(notice)
    if failures:
        return "delivery status report (RFC 3464)", failures
    rule, failures = _by_words(notice)
    if failures:
        return rule, failures
    wrapped = next((p.parts[0] for p in notice.message.walk_own() if is_message(p) and p.parts), None)
    inner_notice = None if wrapped is None else make_notice(wrapped)
    inner = [] if inner_notice is None else _named_report(inner_notice)
    if inner:
        return "delivery status report (RFC 3464), passed on", inner
    return _by_flufl(notice)


def _named_report(notice: Notice) -> list[Failure]:
    """The report; where its one recipient is a file or a pipe, whom it stands for according to the words."""
    failures = read_report(notice)
    nameless = [f for f in failures if not f.address]
    if not nameless:
        return failures
    named = _merge(read_failed_header(notice) or read_list(notice))
    if len(named) == 1 == len(failures):
        return [replace(nameless[0], address=named[0].address)]
    return [f for f in failures if f.address]


def _by_words(notice: Notice) -> tuple[str, list[Failure]]:
    """The first reader with an answer; our own address counts only where nobody else is named."""
    for rule, reader in _READERS:
        failures = _merge(reader(notice))
        others = [f for f in failures if f.address.lower() not in notice.to]
        if others or (failures and is_daemon(notice)):
            return rule, _with_named(notice, others or failures)
    named = _merge(read_to_line(notice)) if _says_failed(notice) else []
    return "the only recipient of the returned message", named


def _with_named(notice: Notice, failures: list[Failure]) -> list[Failure]:
    """Exim's header names whom we wrote to where the text only names a file or a pipe; aliases are added."""
    header = _merge(read_failed_header(notice))
    if header:
        words = {f.address.lower(): f.words for f in failures}
        alone = failures[0].words if len(failures) == len(header) == 1 else ""
        return [replace(f, words=words.get(f.address.lower(), alone)) for f in header]
    return _merge([*failures, *read_expanded(notice)])


def _says_failed(notice: Notice) -> bool:
    return any(sign.startswith("words: ") for sign in notice.signs)


def _by_flufl(notice: Notice) -> tuple[str, list[Failure]]:
    """flufl.bounce's heuristics, where ours say nothing of what a mail system wrote."""
    if not (is_daemon(notice) or _says_failed(notice)):
        return "", []
    from mailer.understand.bounce.flufl import read_flufl

    return "flufl.bounce", read_flufl(notice)


def _merge(failures: list[Failure]) -> list[Failure]:
    """Each address once, in order, with all that was said about it."""
    kept: dict[str, Failure] = {}
    for failure in failures:
        key = failure.address.lower()
        old = kept.get(key)
        kept[key] = failure if old is None else replace(old, words=f"{old.words}\n{failure.words}"[:4000])
    return list(kept.values())[: limits.MAX_RECIPIENTS]


def _recipient(failure: Failure, notice: Notice, count: int) -> model.BouncedRecipient:
    """The answers about one recipient: from its own words first, then from the notice's that are about it."""
    own = failure.words if find_codes(failure.words) != ("", "") or failure.action else ""
    words = own or _words_about(failure, notice, count)
    codes = find_codes(words)
    status = choose_status(failure.status, codes.status)
    reply = failure.reply or (codes.reply if not failure.status else "")
    action = failure.action or _action(status, reply, notice)
    context = words if failure.action and own else f"{words}\n{notice.words[:3000]}" if count == 1 else words
    return model.BouncedRecipient(
        address=failure.address,
        action=action,
        status=status or None,
        reply=reply or None,
        permanent=is_permanent(status, reply, context, action),
        address_dead=is_dead(status, words, action),
        diagnostic=" ".join(words.split())[: limits.MAX_DIAGNOSTIC],
    )


def _words_about(failure: Failure, notice: Notice, count: int) -> str:
    """The words beside the address; where they hold no code, also those elsewhere that name it."""
    if count == 1:
        return f"{failure.words}\n{notice.words}".strip()[:6000]
    lines = notice.lines
    naming = [
        f"{line} {after}" for line, after in zip(lines, [*lines[1:], ""], strict=False) if failure.address in line
    ]
    return "\n".join([failure.words, *naming])[:4000]


def _action(status: str, reply: str, notice: Notice) -> model.Action:
    """What a notice without fields says happened: it goes on trying, or it gave up."""
    class_ = (status or reply)[:1]
    if class_ == "5":
        return model.Action.failed
    head = f"{notice.subject}\n{notice.words[:3000]}"
    return (
        model.Action.delayed if reasons.NOT_DELIVERED_YET.search(head) and not _gave_up(head) else model.Action.failed
    )


def _gave_up(text: str) -> bool:
    return bool(reasons.GAVE_UP.search(text))

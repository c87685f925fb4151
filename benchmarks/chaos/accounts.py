"""Accounts for every contact: what the database says became of their message, and what the server knows."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.chaos.combinations import UNCERTAIN_AFTER, Plan
from mailer.storage.records import ContactRecord, EventRecord, MessageRecord

PROOFS = {
    "found in": "search",  # looked for, and there
    "its copy is in the Sent folder": "copy",  # came along while the folder was read
    "your blind copy arrived": "blind",
    "not sent: no copy": "absent",
    "you said": "owner",
}
"""How the event log's words for what resolved a doubt begin, and the column each counts in."""


@dataclass(frozen=True)
class Seen:
    """What there is to look at when all is over."""

    people: Mapping[str, ContactRecord]
    messages: list[MessageRecord]
    events: list[EventRecord]
    server: list[dict[str, Any]]
    copies: list[str]
    wanted: list[str]


@dataclass
class Account:
    """One combination's numbers. `late`: left twice, since the server itself, on a machine too busy for it, filed the
    first copy later than the owner's word for it. `left` waits for the owner at the end, `unconfirmed` did so before a
    first copy had shown that the server files what is sent. `doubts` counts turns to `uncertain`, `had` those in which
    the server had taken the message, `answered` those in which it had said 250 before the daemon was killed. `wrong`
    must be empty."""

    plan: Plan
    killed: int
    messages: int = 0
    once: int = 0
    twice: int = 0
    lost: int = 0
    late: int = 0
    left: int = 0
    unconfirmed: int = 0
    doubts: int = 0
    had: int = 0
    answered: int = 0
    proofs: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing twice, nothing lost, nothing left over that could be proven, nothing odd."""
        return not (self.twice or self.lost or self.wrong or (self.plan.kind.provable and self.left))


def account(plan: Plan, kills: list[float], seen: Seen, *, settled: bool) -> Account:
    """Count everything."""
    result = Account(plan, len(kills), messages=len(seen.messages))
    if not settled:
        result.wrong.append("it did not come to rest")
    taken = Counter(e["token"] for e in seen.server if e["what"] == "taken" and e["to"] in seen.people)
    histories: dict[int, list[EventRecord]] = defaultdict(list)
    for event in seen.events:
        histories[event.subject_id].append(event)
    late = _late(seen, histories)
    for message in seen.messages:
        problems = list(_judge(result, message, taken[message.token], excused=message.token in late))
        problems += _odd_history(message, histories[message.id])
        if problems:
            result.wrong.append("\n".join(_told(message, problems, histories[message.id], seen)))
    _people(result, seen)
    _doubts(result, seen, kills, histories)
    _octets(result, seen)
    _copies(result, seen, late)
    return result


def _judge(result: Account, message: MessageRecord, taken: int, *, excused: bool) -> Iterator[str]:
    """What is wrong with one message, comparing the database with the server. `excused`: its copy came too late."""
    status = message.status.value
    if taken > 1 and excused:
        result.late += 1
    elif taken > 1:
        result.twice += 1
        yield f"the server took it {taken} times"
    elif status == "uncertain":
        result.left += 1
    elif status == "sent" and taken == 1:
        result.once += 1
    elif taken == 0:
        result.lost += 1
        yield f"it is {status}, and the server never took it"
    else:
        yield f"it is {status}, and the server took it"


def _odd_history(message: MessageRecord, history: list[EventRecord]) -> Iterator[str]:
    """The event log is a chain that ends in the state the message is in."""
    state = history[0].new if history else None
    for event in history[1:]:
        if event.old != state:
            yield f"event {event.id} begins at {event.old}, and the one before ended at {state}"
        state = event.new
    if state != message.status.value:
        yield f"the event log ends at {state}, and it is {message.status.value}"


def _told(message: MessageRecord, problems: Iterable[str], history: Iterable[EventRecord], seen: Seen) -> Iterator[str]:
    """A message's whole story."""
    yield f"message {message.id} to {message.to_address}, {message.token}: {'; '.join(problems)}"
    steps = [(e.at.timestamp(), f"{e.old} -> {e.new} by {e.actor}: {e.why}") for e in history]
    steps += [(e["at"], f"server: {e['what']}") for e in seen.server if e["token"] == message.token]
    for at, text in sorted(steps):
        yield f"    {at:.3f} {text}"


def _people(result: Account, seen: Seen) -> None:
    """Everybody was written to, once, and is known to have been."""
    by_address = Counter(m.to_address for m in seen.messages)
    for address in seen.wanted:
        if by_address[address] != 1:
            result.lost += not by_address[address]
            result.wrong.append(f"{address} has {by_address[address]} messages in the database")
    sent = {m.to_address for m in seen.messages if m.status.value == "sent"}
    unknown = [a for a in sent if seen.people[a].contacted_at is None]
    if unknown:
        result.wrong.append(f"thanked, and not on record as that: {', '.join(unknown)}")


def _doubts(result: Account, seen: Seen, kills: list[float], histories: Mapping[int, list[EventRecord]]) -> None:
    """How often a message was in doubt, what the server knew then, and what resolved it."""
    tokens = {m.id: m.token for m in seen.messages}
    first: dict[tuple[str, str], float] = {}
    for step in seen.server:
        first.setdefault((step["what"], step["token"]), step["at"])
    for message_pk, history in histories.items():
        for event in history:
            if event.new == "uncertain":
                killed = max((k for k in kills if k < event.at.timestamp()), default=0.0)
                result.doubts += 1
                result.had += first.get(("taken", tokens[message_pk]), math.inf) < event.at.timestamp()
                result.answered += first.get(("answered", tokens[message_pk]), math.inf) < killed
            elif event.old == "uncertain":
                result.proofs[next((name for words, name in PROOFS.items() if event.why.startswith(words)), "?")] += 1


def _octets(result: Account, seen: Seen) -> None:
    """Every attempt handed over the same octets, and nobody got what isn't ours."""
    digests: dict[str, set[str]] = defaultdict(set)
    for event in seen.server:
        if event["what"] == "dot":
            digests[event["token"]].add(event["digest"])
    ours = {m.token for m in seen.messages}
    for token, found in digests.items():
        if len(found) > 1:
            result.wrong.append(f"{token} was handed over in {len(found)} different shapes")
        if token not in ours:
            result.wrong.append(f"the server got {token}, which the database does not know")


def _copies(result: Account, seen: Seen, late: set[str]) -> None:
    """One copy of each message, no more; and none missing of those that were sent, where copies are made at all."""
    count = Counter(seen.copies)
    makes = result.plan.kind.makes_copies
    for message in seen.messages:
        if count[message.token] > 1 and message.token not in late:
            result.wrong.append(f"message {message.id} has {count[message.token]} copies")
        if makes and message.status.value == "sent" and not count[message.token]:
            result.wrong.append(f"message {message.id} was sent and has no copy")


def _late(seen: Seen, histories: Mapping[int, list[EventRecord]]) -> set[str]:
    """Messages whose first copy came later than `uncertain_after` from the moment they were in doubt: the server broke
    its word there (this machine was too busy), and absence proved nothing. Only these are excused, and only for that.
    """
    copied: dict[str, float] = {}
    for step in seen.server:
        if step["what"] in ("filed", "copied"):
            copied.setdefault(step["token"], step["at"])
    late = set()
    for message in seen.messages:
        at = copied.get(message.token, math.inf)
        doubts = [e.at.timestamp() for e in histories[message.id] if e.new == "uncertain" and e.at.timestamp() <= at]
        if math.isfinite(at) and doubts and at - max(doubts) >= UNCERTAIN_AFTER:
            late.add(message.token)
    return late


COLUMNS = (
    *("service", "database", "killed", "messages", "once", "twice", "lost", "late", "left", "left before"),
    *("doubts", "taken", "after 250", "search", "copy", "blind", "absent"),
)


def rows(accounts: Iterable[Account]) -> list[tuple[str, ...]]:
    """The table's rows, with a sum at the end."""
    found: list[tuple[Any, ...]] = []
    for a in accounts:
        numbers = (
            a.killed,
            a.messages,
            a.once,
            a.twice,
            a.lost,
            a.late,
            a.left,
            a.unconfirmed,
            a.doubts,
            a.had,
            a.answered,
        )
        found.append((a.plan.kind.name, a.plan.database, *numbers, *(a.proofs[p] for p in COLUMNS[-4:])))
    sums = [sum(column) for column in list(zip(*found, strict=True))[2:]]
    return [tuple(map(str, row)) for row in [*found, ("all", "", *sums)]]


def table(accounts: Iterable[Account]) -> str:
    """For a terminal, and for a page in Markdown."""
    lines = [COLUMNS, *rows(accounts)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(COLUMNS))]

    def drawn(line: tuple[str, ...]) -> str:
        cells = (c.ljust(w) if n < 2 else c.rjust(w) for n, (c, w) in enumerate(zip(line, widths, strict=True)))
        return f"| {' | '.join(cells)} |"

    ruler = tuple("-" * w for w in widths)
    return "\n".join(drawn(line) for line in [COLUMNS, ruler, *lines[1:]])

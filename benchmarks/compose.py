"""What it costs to render and to build one letter, beside the standard library's two ways.

    python benchmarks/compose.py [--json]

Figures are microseconds of processor time a letter: the best of several rounds, with the garbage collector as it is.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from pathlib import Path

from mailer.compose import Draft, Head, Recipient, Speaker, Templates, UpdateFacts, build, thank_you, to_html, update
from mailer.compose.body import flow
from mailer.compose.careful import Letter, read
from mailer.compose.markdown import render
from mailer.model import Interaction, InteractionKind, MessageKind, Person, Profile
from mailer.resources import shipped

PROFILE = Profile("Dana Reyes", "dana@example.com", "+1 312 555 0100", "Chicago", "https://dana.example")
SPEAKER = Speaker(PROFILE, "a head of platform role at a logistics company")
WHEN = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
SENTENCE = (
    "I keep warehouses shipping when their software would rather not, and I like to see the trucks leave on time. "
)
ROUNDS, LETTERS = 7, 300


def head(number: int) -> Head:
    token = f"{number:032x}"
    return Head(PROFILE, f"Ada Lovelace {number}", f"ada{number}@example.org", WHEN, f"<{token}@example.com>", token)


def five_kilobytes(number: int, accent: str = "", *, unseen: bool = False) -> Draft:
    """About 2.1 KB of text, which with its HTML makes a message of 5 KB.

    As in real letters the greeting and a line are this contact's and the rest is everybody's; with `unseen` no
    paragraph was ever rendered before, and each holds some markup.
    """
    own = f"*{number}* " if unseen else ""
    body = f"Hi Ada {number},\n\nThank you for letter {number}{accent}.\n\n"
    body += "".join(f"{own}{turn} {SENTENCE * 4}\n\n" for turn in "abcd")
    return Draft("A short update on my search: November", body + "--\nDana Reyes\n+1 312 555 0100\n")


def best(work: Callable[[int], object]) -> float:
    """Microseconds a call: the best round of several, each over letters that differ."""
    rounds = []
    for turn in range(ROUNDS):
        begin = time.process_time()
        for number in range(turn * LETTERS, (turn + 1) * LETTERS):
            work(number)
        rounds.append((time.process_time() - begin) / LETTERS * 1e6)
    return min(rounds)


def with_email_message(number: int) -> bytes:
    draft, top = five_kilobytes(number), head(number)
    message = EmailMessage()
    message["From"] = f"{PROFILE.name} <{PROFILE.email}>"
    message["To"] = f"{top.to_name} <{top.to_address}>"
    message["Subject"], message["Date"] = draft.subject, format_datetime(WHEN)
    message["Message-ID"], message["X-Breadcrumb-ID"] = top.message_id, top.breadcrumb_id
    message.set_content(TEXT)
    message.add_alternative(HTML, subtype="html")
    return message.as_bytes()


def with_mime_classes(number: int) -> bytes:
    draft, top = five_kilobytes(number), head(number)
    message = MIMEMultipart("alternative")
    message["From"] = f"{PROFILE.name} <{PROFILE.email}>"
    message["To"] = f"{top.to_name} <{top.to_address}>"
    message["Subject"], message["Date"] = draft.subject, format_datetime(WHEN)
    message["Message-ID"], message["X-Breadcrumb-ID"] = top.message_id, top.breadcrumb_id
    message.attach(MIMEText(TEXT, "plain", "us-ascii"))
    message.attach(MIMEText(HTML, "html", "us-ascii"))
    return message.as_bytes()


TEXT = flow(render(five_kilobytes(0).body).text) + "\n"
HTML = to_html(five_kilobytes(0).body)


def letters(templates: Templates) -> dict[str, Callable[[int], object]]:
    """The work that is measured, by what it is called in the table."""

    def thanks(number: int) -> bytes:
        met = Interaction(
            date(2026, 11, 2),
            InteractionKind.call,
            about=f"crane number {number}",
            thanks_for=f"walking me through tender {number}",
            referrals=(Person(f"Mary {number}"),),
        )
        draft = thank_you(templates, SPEAKER, Recipient(f"Ada Lovelace {number}"), [met], number)
        return build(draft, head(number))

    def monthly(number: int) -> bytes:
        met = Interaction(date(2026, 10, 2), InteractionKind.coffee, about=f"crane number {number}")
        prospects, companies = ("second interview with a freight broker",), ("Acme Freight", "Globex", "Initech")
        facts = UpdateFacts("2026-11", 14, 5, 3, prospects, companies, last_interaction=met)
        return build(update(templates, SPEAKER, Recipient(f"Ada Lovelace {number}"), facts, number), head(number))

    drafts: dict[int, Draft] = {}

    def reading(number: int) -> object:
        number %= LETTERS
        if number not in drafts:
            facts = UpdateFacts("2026-11", 14, 5, 3, ("second interview",), ("Acme Freight",))
            drafts[number] = update(templates, SPEAKER, Recipient(f"Ada Lovelace {number}"), facts, number)
        return read(Letter(MessageKind.update, drafts[number], Recipient(f"Ada Lovelace {number}"), SPEAKER))

    return {
        "build 5 KB": lambda number: build(five_kilobytes(number), head(number)),
        "build 5 KB, not ASCII": lambda number: build(five_kilobytes(number, " \u00e0 la carte"), head(number)),
        "build 5 KB, every paragraph new": lambda number: build(five_kilobytes(number, unseen=True), head(number)),
        "thank-you: template, text, HTML, message": thanks,
        "update: template, text, HTML, message": monthly,
        "update: read like a careful friend, its text rendered already": reading,
        "(EmailMessage, 5 KB, bodies ready)": with_email_message,
        "(MIMEText and MIMEMultipart, 5 KB, bodies ready)": with_mime_classes,
    }


def main() -> None:
    """Measures and prints, as a table or with --json as an object."""
    templates = Templates([Path(__file__).parent / "no-such-folder", shipped("templates")])
    figures = {name: round(best(work), 1) for name, work in letters(templates).items()}
    if "--json" in sys.argv[1:]:
        print(json.dumps({"microseconds": figures, "octets": len(build(five_kilobytes(0), head(0)))}))
        return
    for name, figure in figures.items():
        print(f"{figure:10.1f} µs  {name}")
    print(f"{len(build(five_kilobytes(0), head(0))):10} octets in the 5 KB message")


if __name__ == "__main__":
    main()

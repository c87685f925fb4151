"""Everything an SMTP server can do to a running daemon: every message is accounted for, nobody gets anything twice, and
`mailer status` says in a sentence what is wrong while it is.

Seven daemons run side by side, each between scripted servers; the tests then look at what was seen of each fault.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.servers.certificates import Authority, Certificate, self_signed
from tests.servers.process import ServerMissingError, find_program
from tests.servers.scripted_smtp import OFFERS, Behaviour, Fault, ScriptedSmtp, Step
from tests.system.program import wait_until
from tests.system.trial import NOON, OWNER, accounted, between, settled

OFFERS_TLS = (*OFFERS, "STARTTLS")
HEALTHY = 3  # messages beside the faulty ones, which must not suffer


@dataclass
class Seen:
    """What was seen of one fault."""

    sentence: str = ""  # of `mailer status`, while it lasted
    before: dict[str, Any] = field(default_factory=dict)  # the message while the fault lasted
    after: dict[str, Any] = field(default_factory=dict)  # and when all was over
    taken: int = 0  # how often the server took it
    delivered: int = 0  # messages taken while the fault lasted
    tries: int = 0


# Faults of one message, all at once: each contact has one of their own


@dataclass(frozen=True)
class OfMessage:
    """At its first try, `stage` does `step`; the message is then in state `then`, with `words` in its error."""

    stage: str
    step: Step
    then: str
    words: str

    def __str__(self) -> str:
        return f"{self.stage}-{self.step.split(' ')[0] if isinstance(self.step, str) else self.step.value}"


NO_ANSWER, LOST = "didn't answer in time", "broke off the connection"
BROKEN = (
    (Fault.silence, NO_ANSWER),
    (Fault.hang_up, LOST),
    (Fault.reset, LOST),
    (Fault.garbage, "can't be read"),
    (Fault.long_line, ""),
)
PUT_OFF = ("421 4.3.2 closing down", "450 4.2.0 greylisted", "451 4.3.0 not now", "452 4.3.1 disk full")
REFUSED = (
    ("rcpt", "550 5.1.1 no such user"),
    ("rcpt", "552 5.2.2 mailbox full"),
    ("data", "554 5.5.0 no"),
    ("content", "552 5.3.4 too big"),
    ("content", "554 5.7.1 looks like spam"),
)
OF_MESSAGE = (
    *(OfMessage(stage, step, "queued", words) for stage in ("rcpt", "data") for step, words in BROKEN),
    *(OfMessage(stage, step, "queued", step) for stage in ("rcpt", "data", "content") for step in PUT_OFF),
    *(OfMessage("content", step, "uncertain", "after the content was handed over") for step, _ in BROKEN),
    *(OfMessage(stage, step, "failed", step) for stage, step in REFUSED),
)


def once_each(faults: Sequence[OfMessage]) -> dict[str, Behaviour]:
    """A script in which the n-th contact's first try meets the n-th fault."""
    left = {f"p{n:03}@example.org": fault for n, fault in enumerate(faults)}

    def behave(stage: str, usual: str) -> Callable[[str], Step]:
        def answer(argument: str) -> Step:
            address = argument.partition("<")[2].partition(">")[0]
            if address in left and left[address].stage == stage:
                return left.pop(address).step
            return usual

        return answer

    return {stage: behave(stage, usual) for stage, usual in (("rcpt", "250"), ("data", "354"), ("content", "250"))}


def faults_of_messages(folder: Path) -> dict[str, Seen]:
    script = ScriptedSmtp(once_each(OF_MESSAGE))
    with between(folder, script) as trial:
        trial.met(len(OF_MESSAGE) + HEALTHY)
        with trial.daemon() as daemon:
            wait_until(settled(trial, len(trial.people)), "all have been tried")
            problems, before = trial.problems(), trial.outbox()
            trial.set_clock(NOON + timedelta(hours=1))
            then = Counter(fault.then for fault in OF_MESSAGE)
            trial.wait_for_counts(sent=HEALTHY + then["queued"], uncertain=then["uncertain"], failed=then["failed"])
            after, at_last = trial.outbox(), trial.problems()
            daemon.stop()
            accounted(trial, script)
    assert "message.waiting" not in at_last
    taken = script.taken()
    lines = {
        line.split(" ")[1]: line
        for key in ("message.failed", "message.uncertain")
        for line in problems[key].splitlines()
    }
    return {
        str(fault): Seen(
            lines.get(str(before[n]["id"]), problems["message.waiting"]), before[n], after[n], taken[trial.people[n]]
        )
        for n, fault in enumerate(OF_MESSAGE)
    }


# Faults of the server, one after the other: nothing leaves, and each try meets the next fault


@dataclass(frozen=True)
class OfServer:
    """While `stage` does `step`, status has `words` under `key`."""

    stage: str
    step: Step
    words: str

    def __str__(self) -> str:
        return f"{self.stage}-{self.step.split(' ')[0] if isinstance(self.step, str) else self.step.value}"


EARLY, LATE = ("greeting", "ehlo"), ("starttls", "login")
SERVER_STAGES = (*EARLY, *LATE)
OF_SERVER = (
    *(OfServer(stage, step, words) for stage in SERVER_STAGES for step, words in BROKEN),
    *(OfServer(stage, "421 4.3.2 closing down", "421 4.3.2 closing down") for stage in SERVER_STAGES),
    OfServer("greeting", "450 4.7.0 not you, not now", "450 4.7.0 not you, not now"),
    OfServer("login", "454 4.7.0 temporary failure", "454 4.7.0 temporary failure"),
)


def faults_of_the_server(folder: Path, certificate: Certificate, stages: Sequence[str]) -> dict[str, Seen]:
    faults = [fault for fault in OF_SERVER if fault.stage in stages]
    script = ScriptedSmtp(offers=OFFERS_TLS, certificate=certificate)
    seen = {}
    with between(folder, script, patience=1, security="starttls", ca_file=certificate.ca) as trial:
        trial.met(2 * len(faults) + HEALTHY)
        script.replies = {faults[0].stage: faults[0].step}
        with trial.daemon() as daemon:
            for fault in faults:
                script.replies = {fault.stage: fault.step}
                tries = script.connections
                wait_until(lambda tries=tries: script.connections > tries + 1, f"{fault} was met", 300, every=0.05)
                sentence = trial.wait_for_problem("smtp.unreachable", fault.words)
                seen[str(fault)] = Seen(sentence, delivered=script.taken().total())
            script.replies = {"rcpt": "450 4.2.0 not now"}
            wait_until(lambda: "RCPT" in script.commands, "the server is used again", 300)
            daemon.stop()
        script.replies = {}
        trial.environ["MAILER_PATIENCE"] = "60"  # where content is handed over, an answer that is late is a doubt
        trial.set_clock(NOON + timedelta(hours=30))
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=len(trial.people))
            trial.wait_for_peace()
            daemon.stop()
            accounted(trial, script)
    return seen


# Faults of the account: each stops everything; the next day the next


@dataclass(frozen=True)
class OfAccount:
    """The script changes like this; status then has `words`."""

    name: str
    words: str
    replies: dict[str, Behaviour] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


OF_TLS = (
    OfAccount("certificate-expired", "certificate has expired", changes={"certificate": "expired"}),
    OfAccount("certificate-of-another-name", "IP address mismatch", changes={"certificate": "other"}),
    OfAccount("certificate-self-signed", "self-signed certificate", changes={"certificate": "self"}),
    OfAccount("starttls-stripped", "offers no STARTTLS", changes={"offers": OFFERS}),
)
OF_ACCOUNT = (
    OfAccount("no-sign-in-offered", "offers no sign-in we can use", changes={"offers": ("STARTTLS",)}),
    OfAccount("greeting-554", "554 5.7.1 go away", {"greeting": "554 5.7.1 go away"}),
    OfAccount("login-535", "535 5.7.8 wrong password", {"login": "535 5.7.8 wrong password"}),
    OfAccount("mail-530", "530 5.7.0 sign in first", {"mail": "530 5.7.0 sign in first"}),
    OfAccount("mail-quota", "550 5.4.5 daily quota exceeded", {"mail": "550 5.4.5 daily quota exceeded"}),
)


def faults_of_the_account(
    folder: Path, certificates: dict[str, Certificate], faults: Sequence[OfAccount]
) -> dict[str, Seen]:
    good = {"certificate": certificates["good"], "offers": OFFERS_TLS, "replies": {}}
    script = ScriptedSmtp(offers=OFFERS_TLS, certificate=certificates["good"])
    seen = {}

    def set_script(**values: Any) -> None:
        for name, value in (good | values).items():
            setattr(script, name, certificates[value] if isinstance(value, str) else value)
        script.hang_up_on_all()

    with between(folder, script, patience=60, security="starttls", ca_file=certificates["good"].ca) as trial:
        trial.met(len(faults) + 1, each=timedelta(days=1))
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=1, queued=len(faults))
            for day, fault in enumerate(faults, 2):
                set_script(replies=fault.replies, **fault.changes)
                tries = script.connections
                moment = NOON + timedelta(days=day)
                trial.set_clock(moment)
                sentence = trial.wait_for_problem("account.refused", fault.words)
                seen[str(fault)] = Seen(
                    sentence, delivered=script.taken().total() - day + 1, tries=script.connections - tries
                )
                set_script()
                trial.set_clock(moment + timedelta(minutes=2))  # the first refusal is tried again after a minute
                trial.wait_for_counts(sent=day, queued=len(faults) + 1 - day)
                trial.wait_for_peace()
            daemon.stop()
            accounted(trial, script)
    return seen


# A wrong password that stays wrong, or was a passing fault; a server without extensions; copies to the owner


def a_wrong_password(folder: Path) -> dict[str, Seen]:
    script = ScriptedSmtp({"login": "535 5.7.8 wrong password"})
    tries: list[int] = []
    with between(folder, script, patience=60) as trial:
        trial.met(5)
        with trial.daemon() as daemon:
            sentence = trial.wait_for_problem("account.refused", "535")
            for minutes, waits in ((2, False), (30, True), (33, False), (60, True)):
                before = script.commands.count("AUTH")
                trial.set_clock(NOON + timedelta(minutes=minutes))
                if waits:
                    time.sleep(2.5)
                else:
                    wait_until(
                        lambda before=before: script.commands.count("AUTH") > before, f"a try after {minutes} min"
                    )
                wait_until(lambda: not trial.counts()["sending"], "the refusal is on record, at the time that it was")
                tries.append(script.commands.count("AUTH"))
            queued = trial.counts()["queued"]
            trial.set_password("the right one")
            script.replies = {}
            daemon.hangup()
            trial.wait_for_counts(sent=5)
            trial.wait_for_peace()
            daemon.stop()
            accounted(trial, script)
    return {"535-always": Seen(sentence, {"tries": tries, "queued": queued})}


def a_bare_server(folder: Path) -> dict[str, Seen]:
    """Day by day: no extensions at all; SIZE too small; the owner's copy refused; the contact refused; all well."""
    script = ScriptedSmtp(offers=("AUTH PLAIN",))
    with between(folder, script, patience=60, sent_copy="bcc") as trial:
        trial.met(6, each=timedelta(days=1), addresses={1: "søren@example.org"})
        with trial.daemon() as daemon:
            trial.wait_for_counts(sent=1, queued=5)
            days: list[tuple[tuple[str, ...], dict[str, Behaviour], dict[str, int]]] = [
                (("AUTH PLAIN",), {}, {"sent": 1, "failed": 1, "queued": 4}),
                (("AUTH PLAIN", "SIZE 200"), {}, {"sent": 1, "failed": 2, "queued": 3}),
                (OFFERS, {"rcpt": refusing(OWNER)}, {"sent": 2, "failed": 2, "queued": 2}),
                (OFFERS, {"rcpt": refusing("p004@")}, {"sent": 2, "failed": 3, "queued": 1}),
                (OFFERS, {}, {"sent": 3, "failed": 3}),
            ]
            for day, (offers, replies, expected) in enumerate(days, 2):
                script.offers, script.replies = offers, replies
                script.hang_up_on_all()
                trial.set_clock(NOON + timedelta(days=day))
                trial.wait_for_counts(**expected)
            lines = trial.problems()["message.failed"].splitlines()
            outbox = trial.outbox()
            daemon.stop()
            accounted(trial, script)
    taken = script.taken()
    names = ("no-extensions", "SMTPUTF8-missing", "SIZE-too-small", "copy-refused", "contact-refused", "all-well")
    sentences = {int(line.split(" ")[1]): line for line in lines}
    return {
        name: Seen(sentences.get(message["id"], ""), after=message, taken=taken[message["to"]], delivered=taken[OWNER])
        for name, message in zip(names, outbox, strict=True)
    }


def refusing(address: str) -> Callable[[str], Step]:
    return lambda argument: "550 5.1.1 no such user" if address in argument else "250 ok"


# What was seen


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[dict[str, Seen]]]]:
    """All groups of faults, side by side: most of their time is waiting."""
    try:
        find_program("openssl")
    except ServerMissingError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("smtp")
    authority = Authority(folder / "ca")
    certificates = {
        "good": authority.issue("good"),
        "expired": authority.issue("expired", days=-1),
        "other": authority.issue("other", ("mail.example.org",)),
        "self": self_signed(folder),
    }
    with ThreadPoolExecutor(7) as pool:
        yield {
            "message": pool.submit(faults_of_messages, folder / "message"),
            "early": pool.submit(faults_of_the_server, folder / "early", certificates["good"], EARLY),
            "late": pool.submit(faults_of_the_server, folder / "late", certificates["good"], LATE),
            "tls": pool.submit(faults_of_the_account, folder / "tls", certificates, OF_TLS),
            "account": pool.submit(faults_of_the_account, folder / "account", certificates, OF_ACCOUNT),
            "password": pool.submit(a_wrong_password, folder / "password"),
            "bare": pool.submit(a_bare_server, folder / "bare"),
        }


Runs = dict[str, Future[dict[str, Seen]]]


@pytest.mark.parametrize("fault", OF_MESSAGE, ids=str)
def test_a_fault_of_one_message_is_told_and_ends_as_it_must(runs: Runs, fault: OfMessage) -> None:
    seen = runs["message"].result()[str(fault)]
    assert (seen.before["status"], fault.words in seen.before["last_error"]) == (fault.then, True), seen.before
    assert seen.after["status"] == {"queued": "sent"}.get(fault.then, fault.then)
    assert seen.taken == (0 if fault.then == "failed" else 1)
    assert {"queued": " wait for another try: ", "failed": fault.words, "uncertain": "may or may not have left"}[
        fault.then
    ] in seen.sentence


@pytest.mark.parametrize("fault", OF_SERVER, ids=str)
def test_a_fault_of_the_server_is_told_while_nothing_leaves(runs: Runs, fault: OfServer) -> None:
    seen = runs["early" if fault.stage in EARLY else "late"].result()[str(fault)]
    assert seen.sentence.startswith("the mail server can't be used: ")
    assert fault.words in seen.sentence
    assert seen.delivered == 0


@pytest.mark.parametrize("fault", [*OF_TLS, *OF_ACCOUNT], ids=str)
def test_a_fault_of_the_account_stops_everything_and_heals_within_minutes(runs: Runs, fault: OfAccount) -> None:
    seen = runs["tls" if fault in OF_TLS else "account"].result()[str(fault)]
    assert fault.words in seen.sentence
    assert seen.sentence.startswith(
        "the mail server refuses this account: " if fault.replies else "sending is paused: "
    )
    assert seen.delivered == 0
    assert seen.tries == 1, "a server that refuses the account is not asked again at once"


def test_a_password_that_stays_wrong_is_tried_ever_more_rarely(runs: Runs) -> None:
    seen = runs["password"].result()["535-always"]
    assert seen.sentence == "the mail server refuses this account: 535 5.7.8 wrong password"
    assert seen.before == {"tries": [2, 2, 3, 3], "queued": 5}


def test_a_server_without_extensions_takes_ordinary_mail(runs: Runs) -> None:
    assert runs["bare"].result()["no-extensions"].taken == 1


def test_an_address_that_the_server_cannot_carry_fails_in_plain_words(runs: Runs) -> None:
    seen = runs["bare"].result()["SMTPUTF8-missing"]
    assert "it doesn't offer SMTPUTF8" in seen.sentence
    assert (seen.after["status"], seen.taken) == ("failed", 0)


def test_a_message_above_the_size_that_the_server_takes_fails_in_plain_words(runs: Runs) -> None:
    seen = runs["bare"].result()["SIZE-too-small"]
    assert "the mail server takes 200 at most" in seen.sentence
    assert (seen.after["status"], seen.taken) == ("failed", 0)


def test_one_recipient_refused_is_no_copy_for_the_owner_or_no_harm_to_the_contact(runs: Runs) -> None:
    seen = runs["bare"].result()
    assert (seen["copy-refused"].after["status"], seen["copy-refused"].taken) == ("sent", 1)
    assert (seen["contact-refused"].after["status"], seen["contact-refused"].taken) == ("failed", 0)
    assert "550 5.1.1 no such user" in seen["contact-refused"].sentence
    assert seen["all-well"].delivered == 2, "the owner has copies of what was sent with a copy, and of nothing else"

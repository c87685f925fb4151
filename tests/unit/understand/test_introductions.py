# ruff: noqa: E501
"""New people in an answer: copied, named with or without an address, on a card; and who is no new person."""

from __future__ import annotations

import pytest

from mailer.model import Introduction
from mailer.understand import understand

from .letters import letter, multipart
from .naming import NAMED, NOBODY, Person


def people(body: str, **headers: str) -> list[tuple[str | None, str | None, str | None, str | None]]:
    """Name, address, company and phone of everybody proposed."""
    return [(p.name, p.email, p.company, p.phone) for p in understand(letter(body, **headers)).introductions]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("You should talk to Mary Somerville at Acme, mary@acme.test.", ("Mary Somerville", "mary@acme.test", "Acme", None)),
        ("My colleague Bob, +1 312 555 0199, knows the tender.", ("Bob", None, None, "+1 312 555 0199")),
        ("Reach out to Michael Faraday.", ("Michael Faraday", None, None, None)),
        ("Have you met Susan Lee? Here she is: susan.lee@acme.test", ("Susan Lee", "susan.lee@acme.test", None, None)),
        ("As-tu parlé à Jean Dupont chez Michelin ?", ("Jean Dupont", None, "Michelin", None)),
        ("Ask Mike Chen (VP Operations, Acme).", ("Mike Chen", None, "Acme", None)),
        ("Mary Somerville <mary@acme.test> may know more.", ("Mary Somerville", "mary@acme.test", None, None)),
        ("Mary Somerville (mary@acme.test) may know more.", ("Mary Somerville", "mary@acme.test", None, None)),
        ("I'd suggest Jan de Vries from Philips.", ("Jan de Vries", None, "Philips", None)),
        ("My old friend Grace Hopper (Navy) is the one to ask.", ("Grace Hopper", None, "Navy", None)),
        ("Ask Dr. Ada King, ada.king@example.net, about it.", ("Ada King", "ada.king@example.net", None, None)),
        ("Talk to Mary Somerville. Her email is mary@acme.test.", ("Mary Somerville", "mary@acme.test", None, None)),
        ("Sprechen Sie doch mit Herrn Karl Braun von Siemens, karl@example.de.", ("Karl Braun", "karl@example.de", "Siemens", None)),
        ("Meine Kollegin Anna Schmidt hilft gern: anna@example.de", ("Anna Schmidt", "anna@example.de", None, None)),
        ("Contactez ma collègue Marie Dupont chez Renault.", ("Marie Dupont", None, "Renault", None)),
        ("Habla con mi compañero Juan Pérez, juan@example.es.", ("Juan Pérez", "juan@example.es", None, None)),
        ("Parla con Giulia Rossi, giulia@example.it.", ("Giulia Rossi", "giulia@example.it", None, None)),
        ("Fale com a minha colega Ana Costa, ana@example.pt.", ("Ana Costa", "ana@example.pt", None, None)),
        ("Neem contact op met Piet Bos, piet@example.nl.", ("Piet Bos", "piet@example.nl", None, None)),
        ("Tal med min kollega Ole Holm, ole@example.dk.", ("Ole Holm", "ole@example.dk", None, None)),
        ("Prata med Karin Larsson, karin@example.se.", ("Karin Larsson", "karin@example.se", None, None)),
        ("Porozmawiaj z Janem Lisem, jan@example.pl.", ("Janem Lisem", "jan@example.pl", None, None)),
        ("Обратитесь к Ивану Белову, ivan@example.ru.", ("Ивану Белову", "ivan@example.ru", None, None)),
    ],
)  # fmt: skip
def test_a_person_named_in_the_text_is_proposed(body: str, expected: tuple[str | None, ...]) -> None:
    assert people(body) == [expected]


def test_the_sentence_that_names_somebody_comes_along() -> None:
    body = "Good to hear from you! You should talk to Mary Somerville at Acme. See you soon."
    assert understand(letter(body)).introductions[0].sentence == "You should talk to Mary Somerville at Acme."


def test_several_people_in_one_sentence_are_told_apart() -> None:
    found = people("Talk to Mary Somerville (mary@acme.test), Michael Faraday and Grace Hopper at Navy.")
    assert [p[:3] for p in found] == [
        ("Mary Somerville", "mary@acme.test", None),
        ("Michael Faraday", None, None),
        ("Grace Hopper", None, "Navy"),
    ]


def test_somebody_in_copy_is_proposed_with_the_sentence_about_them() -> None:
    verdict = understand(
        letter(
            "I'm copying Bob, who runs procurement at Globex.", Cc="Bob Stone <bob@globex.test>", to="dana@example.com"
        )
    )
    assert verdict.introductions == (
        Introduction(
            "Bob Stone", "bob@globex.test", "Globex", None, "I'm copying Bob, who runs procurement at Globex."
        ),
    )


def test_somebody_beside_the_owner_in_to_is_proposed() -> None:
    found = people("Dana, meet Bob.", to='Dana Reyes <dana@example.com>, "Stone, Bob" <bob@globex.test>')
    assert found == [("Bob Stone", "bob@globex.test", None, None)]


def test_a_forwarded_card_is_proposed() -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Mary Somerville\nORG:Acme;Ships\nTEL;TYPE=cell:+1 312 555 0100\nitem1.EMAIL:mary@acme.test\nEND:VCARD\n"
    raw = multipart("multipart/mixed", ("text/plain", "See attached."), ("text/vcard; name=mary.vcf", card))
    assert understand(raw).introductions == (
        Introduction("Mary Somerville", "mary@acme.test", "Acme", "+1 312 555 0100", "attached card"),
    )


def test_the_senders_own_card_is_no_introduction() -> None:
    card = "BEGIN:VCARD\nFN:Ada Lovelace\nEMAIL:ada@example.org\nEND:VCARD\n"
    raw = multipart("multipart/mixed", ("text/plain", "Hello."), ("text/vcard; name=ada.vcf", card))
    assert understand(raw).introductions == ()


def test_the_same_person_named_and_copied_is_proposed_once() -> None:
    body = "Talk to Mary Somerville. Mary knows the harbour."
    found = people(body, Cc="Mary Somerville <mary@acme.test>")
    assert found == [("Mary Somerville", "mary@acme.test", None, None)]


def test_a_link_in_html_gives_the_address() -> None:
    html = '<p>You should talk to <a href="mailto:mary@acme.test">Mary Somerville</a> at Acme.</p>'
    found = understand(letter(html, kind="text/html; charset=utf-8")).introductions[0]
    assert (found.name, found.email, found.company) == ("Mary Somerville", "mary@acme.test", "Acme")


@pytest.mark.parametrize(
    "body",
    [
        "Let us talk on Monday or in March.",
        "I talked to the team and to HR.",
        "Talk to you soon!",
        "Please contact Support if it breaks.",
        "You can reach me at ada@new.example.org.",
        "My number is +44 20 7946 0000.",
        "Write to no-reply@acme.test and nobody answers.",
        "The tender is at https://acme.test/tender and closes 2026-12-01, 12:00-14:00.",
        "Thanks, Dana! Ada Lovelace",
        "Best to call after 5.",
        "Ask away!",
        "My wife Mary says hi.",
        "You may want to contact the Chicago Transit Authority.",
        "A good day to all of you in Chicago, and to the Bears.",
    ],
)
def test_what_is_no_introduction_is_not_proposed(body: str) -> None:
    assert people(body) == []


def test_people_in_the_quote_are_not_proposed() -> None:
    body = "Sure.\n\nOn 11/16/26 09:00, Dana Reyes wrote:\n> I talk to Mary Somerville (mary@acme.test) tomorrow.\n"
    assert people(body) == []


def test_people_in_the_signature_are_not_proposed() -> None:
    assert people("Sure.\n\n-- \nAda Lovelace\nAssistant: Eve Adams, eve@example.org\n") == []


def test_known_people_and_the_owner_are_not_proposed() -> None:
    raw = letter(
        "Talk to Mary Somerville, mary@acme.test, or to Dana Reyes.",
        Cc="dana@work.example.com, Carl <carl@example.net>, friends-owner@lists.example.org",
    )
    verdict = understand(
        raw,
        owner="dana@example.com",
        owner_addresses=["dana@example.com", "Dana@Work.example.com"],
        known_addresses=["MARY@acme.test", "carl@example.net"],
    )
    assert verdict.introductions == ()


def test_the_list_itself_is_not_proposed() -> None:
    raw = letter("Hello all.", Cc="friends@lists.example.org", List_Post="<mailto:friends@lists.example.org>")
    assert understand(raw).introductions == ()


def test_a_robot_introduces_nobody() -> None:
    raw = letter("Please contact Bob Stone, bob@example.org.", Auto_Submitted="auto-replied")
    assert understand(raw).introductions == ()


@pytest.mark.parametrize(("sentence", "person"), NAMED)
def test_people_are_read_in_every_language(sentence: str, person: Person) -> None:
    found = understand(letter(sentence), owner="dana@example.com").introductions
    assert person in [(i.name, i.email, i.company, i.phone) for i in found]


@pytest.mark.parametrize("sentence", NOBODY)
def test_a_sentence_that_names_nobody_proposes_nobody(sentence: str) -> None:
    assert understand(letter(sentence), owner="dana@example.com").introductions == ()

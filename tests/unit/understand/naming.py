# ruff: noqa: E501, RUF001
"""Sentences that name somebody, with what is read of them (name, address, company, number); and some that name nobody."""

from __future__ import annotations

Person = tuple[str | None, str | None, str | None, str | None]

NAMED: tuple[tuple[str, Person], ...] = (
    (
        "You should talk to Mary Somerville at Acme, mary@acme.test.",
        ("Mary Somerville", "mary@acme.test", "Acme", None),
    ),
    ("My colleague Bob, +1 312 555 0100, knows more.", ("Bob", None, None, "+1 312 555 0100")),
    ("I'm copying Bob Hale.", ("Bob Hale", None, None, None)),
    (
        "Have you met Michael Faraday? He runs the Royal Institution. His email is michael@ri.example.",
        ("Michael Faraday", "michael@ri.example", None, None),
    ),
    (
        "Why don't you reach out to my friend Grace Hopper (grace@navy.example)?",
        ("Grace Hopper", "grace@navy.example", None, None),
    ),
    ("I'd be happy to introduce you to Jean Bartik from Globex.", ("Jean Bartik", None, "Globex", None)),
    (
        "Let me put you in touch with Katherine Johnson, katherine@nasa.example",
        ("Katherine Johnson", "katherine@nasa.example", None, None),
    ),
    (
        "Please contact Dr. Emmy Noether, Head of Platform at Acme Freight (emmy.noether@acme.example, 312-555-0188).",
        ("Emmy Noether", "emmy.noether@acme.example", "Acme Freight", "312-555-0188"),
    ),
    (
        "Sprechen Sie mit Frau Lise Meitner von der Acme AG, lise.meitner@acme.example.",
        ("Lise Meitner", "lise.meitner@acme.example", "Acme AG", None),
    ),
    ("Mein Kollege Konrad Zuse (konrad@zuse.example) kann helfen.", ("Konrad Zuse", "konrad@zuse.example", None, None)),
    (
        "Je te mets en contact avec Sophie Germain, sophie@example.fr.",
        ("Sophie Germain", "sophie@example.fr", None, None),
    ),
    ("Vous devriez parler à Marie Curie chez Acme.", ("Marie Curie", None, "Acme", None)),
    ("Habla con Ramón Cajal, ramon@example.es.", ("Ramón Cajal", "ramon@example.es", None, None)),
    ("Ti consiglio di parlare con Rita Levi (rita@example.it).", ("Rita Levi", "rita@example.it", None, None)),
    ("Fale com o João Silva da Acme, joao@example.pt.", ("João Silva", "joao@example.pt", "Acme", None)),
    (
        "Neem contact op met Jan de Vries van Philips, jan@philips.example.",
        ("Jan de Vries", "jan@philips.example", "Philips", None),
    ),
    ("Tal med Niels Bohr, niels@example.dk.", ("Niels Bohr", "niels@example.dk", None, None)),
    ("Prata med Anders Ångström (anders@example.se).", ("Anders Ångström", "anders@example.se", None, None)),
    ("Поговорите с Софьей Ковалевской, sofia@example.ru.", ("Софьей Ковалевской", "sofia@example.ru", None, None)),
    ("Porozmawiaj z Janem Kowalskim, jan@example.pl.", ("Janem Kowalskim", "jan@example.pl", None, None)),
    ("湯川さんに連絡してください。yukawa@example.jp", ("湯川", "yukawa@example.jp", None, None)),
    ("cc'ing Mary Somerville here, who hires for Globex.", ("Mary Somerville", None, None, None)),
    ("Looping in my colleague Tom Kilburn.", ("Tom Kilburn", None, None, None)),
    (
        "Mary Somerville <mary@acme.test> would be a good person for you.",
        ("Mary Somerville", "mary@acme.test", None, None),
    ),
    ("Adding @Tom Kilburn to the thread.", ("Tom Kilburn", None, None, None)),
    ("My boss, Hedy Lamarr, would love to chat: hedy@example.net", ("Hedy Lamarr", "hedy@example.net", None, None)),
    (
        "Try Alan Turing over at Bletchley - alan@bletchley.example / 020 7946 0000",
        ("Alan Turing", "alan@bletchley.example", "Bletchley", "020 7946 0000"),
    ),
)

NOBODY = (
    "Thank you, Dana. Let us talk on Monday.",
    "I am at Acme now, ada@acme.test.",
    "Call me at +1 312 555 0100.",
    "Best regards from Chicago",
    "Let's meet at the Palmer House on Friday.",
    "I read your note about Warehouse Systems and Python.",
    "Contact support@example.org or noreply@example.org.",
    "Happy Thanksgiving! See you in New York.",
    "My number is 020 7946 0000 and my mail ada.l@example.net.",
)
